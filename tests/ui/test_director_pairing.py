"""Letting phones in at the desk: a real hub that keeps devices, and a phone that pairs over REST."""

import http.client
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from sanping.client.link import HubLink
from ui.director_room import Room, open_room

pytestmark = pytest.mark.gui


@pytest.fixture
def room(qtbot: Any, tmp_path: Path, repository: Path) -> Iterator[Room]:
    with open_room(qtbot, tmp_path, repository) as opened:
        yield opened


def paired(address: str, code: str, name: str) -> dict[str, Any]:
    """Pair as a phone does that has read the code."""
    parts = urlsplit(address)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)
    headers = {"Origin": address, "Content-Type": "application/json", "Accept": "application/json"}
    connection.request("POST", "/api/v1/pair", body=json.dumps({"code": code, "name": name}), headers=headers)
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    assert answer.status == 200, content
    found: dict[str, Any] = json.loads(content)
    return found


def test_a_phone_pairs_by_the_code_is_given_a_role_and_is_sent_away(room: Room) -> None:
    # given a code at the desk
    panel = room.window.overlays.pairing
    room.window.perform("director.pair")
    room.until(lambda: panel.qr.words)
    address, _, code = panel.qr.words.partition("/#pair=")
    is_counted_down = 80 <= panel.code.left_s <= 90

    # when a phone pairs by it
    phone = paired(address, code, "小李的手机")

    # then the code is gone, and the phone stands in the list as a viewer
    assert is_counted_down
    room.until(lambda: [device.name for device in panel.devices] == ["小李的手机"])
    room.until(lambda: panel.qr.words == "")
    assert "小李的手机" in panel.countdown.text()
    assert panel.devices[0].role == "viewer"

    # when it asks for a role, is approved at the desk
    link = HubLink(lambda: (address, phone["token"]), screen="phone", kind="phone", name="小李的手机")
    room.screens.append(link)
    link.start()
    room.until(lambda: link.show.is_linked)
    assert link.command("role.ask", {"role": "operator"}, 60.0).ok
    room.until(lambda: panel.devices[0].asked == "operator")
    is_said = any(panel.devices[0].match in label.text() for label in panel.findChildren(type(panel.countdown)))
    panel.approve_asked.emit(panel.devices[0].id)

    # then its digits were shown for comparison, and it may do more
    assert is_said
    room.until(lambda: panel.devices[0].role == "operator")
    assert panel.devices[0].asked is None

    # when it is removed
    panel.revoke_asked.emit(phone["device"])

    # then it is out, here and at the hub
    room.until(lambda: not panel.devices)
    room.until(lambda: not link.show.is_linked)


def test_a_request_is_declined_at_the_desk(room: Room) -> None:
    # given a paired phone that asks for a role
    panel = room.window.overlays.pairing
    room.window.perform("director.pair")
    room.until(lambda: panel.qr.words)
    address, _, code = panel.qr.words.partition("/#pair=")
    phone = paired(address, code, "访客")
    link = HubLink(lambda: (address, phone["token"]), screen="phone", kind="phone")
    room.screens.append(link)
    link.start()
    room.until(lambda: link.show.is_linked)
    assert link.command("role.ask", {"role": "duty_officer"}, 60.0).ok
    room.until(lambda: panel.devices and panel.devices[0].asked == "duty_officer")

    # when it is declined
    panel.decline_asked.emit(phone["device"])

    # then it stays what it was
    room.until(lambda: panel.devices[0].asked is None)
    assert panel.devices[0].role == "viewer"
