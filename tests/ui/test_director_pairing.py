"""Letting phones in at the desk: a real hub that keeps devices, and a phone that pairs over REST."""

import http.client
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec
import pytest

from fakes.small_cases import GOVERNANCE
from sanping.client.link import HubLink
from sanping.domain.text import Text
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
    is_counted_down = 50 <= panel.code.left_s <= 60

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
    forms = room.window.director.forms
    panel.approve_asked.emit(panel.devices[0].id)
    room.until(lambda: forms.form)
    digits = forms.form.digits.text()
    are_asked = [box.isVisible() for box in (forms.form.role, forms.form.department, forms.form.areas)]
    forms.form.send.click()

    # then its digits were shown for comparison, a twin that does not govern asks no more, and it may do more
    assert is_said
    assert panel.devices[0].match in digits
    assert are_asked == [True, False, False]
    room.until(lambda: panel.devices[0].role == "operator")
    assert panel.devices[0].asked is None
    assert forms.form is None

    # when it is given less later on, and then more than there is
    panel.place_asked.emit(panel.devices[0].id)
    room.until(lambda: forms.form)
    forms.form.role.setCurrentIndex(1)
    forms.form.send.click()

    # then it has that, and the form is away
    room.until(lambda: panel.devices[0].role == "grid_worker")
    room.until(lambda: forms.form is None)

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


def test_the_form_of_a_device_says_who_where_and_as_what(qtbot: Any, repository: Path) -> None:
    from sanping.domain.device import Device
    from sanping.ui.application import create_application
    from sanping.ui.cases.tables import Tables
    from sanping.ui.director.device_form import DeviceForm
    from sanping.wire.cases import PersonRow

    # given a phone that asks to be a grid worker's, and a city with people
    create_application("zh", repository / "assets")
    person = PersonRow(user="zhou", name_zh="周勇", name_en="Zhou", roles=("handler",), areas=("310107005",),
                       department="water")  # fmt: skip
    tables = Tables(msgspec.structs.replace(GOVERNANCE, people=(person,)))
    phone = Device(id="phone-1", name="巡查一号", asked="grid_worker", match="0417")
    form = DeviceForm(phone, tables, "zh", is_new=True)
    qtbot.addWidget(form)
    decided: list[Any] = []
    form.decided.connect(decided.append)

    # when a department and two areas, one within the other, are chosen; and then somebody of the table instead
    form.department.setCurrentIndex(form.department.findData("green"))
    form.tick(("310107005", "310107005001"))
    form.send.click()
    form.refuse(Text("核对码不一致", "no"))
    form.person.setCurrentIndex(1)
    form.send.click()

    # then the wider area is told, the refusal stood in the form, and a person brings department and areas along
    base = {"device": "phone-1", "match": "0417", "role": "grid_worker"}
    assert [one.arguments() for one in decided] == [
        {**base, "person": "", "department": "green", "areas": ["310107005"]},
        {**base, "person": "zhou", "department": "", "areas": []},
    ]
    assert form.error.text() == "核对码不一致"
    assert form.department.currentData() == "water"
    assert form.chosen_areas() == ("310107005",)
    assert not form.areas.isEnabled()

    # when an area is looked for
    form._find("曹杨")

    # then only those of that name are left, with what is around them
    assert [item.text(0) for item in form._items() if not item.isHidden()] == ["普陀区", "曹杨新村街道"]
