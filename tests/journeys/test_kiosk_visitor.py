"""A kiosk in a room of its own, and the phone of a visitor that scans its code: one chain, with real screens."""

from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from fakes.small_hub import RunningHub, running_hub
from fakes.three_screens import PATIENCE_MS, Chromium, KnownHub, Phone, missing_phone, write_town
from sanping.client.link import HubLink
from sanping.hub.neighbourhood import lan_addresses
from sanping.hub.spare_port import free_port
from sanping.stage.attending import Habits
from sanping.ui.live.link import ScreenCard
from ui.kiosk_stand import RealClock, Stand, kiosks

pytestmark = [
    pytest.mark.gui,
    pytest.mark.skipif(bool(missing_phone()), reason=missing_phone() or "-"),
    pytest.mark.skipif(not lan_addresses(), reason="this machine has no address that a phone could reach"),
]
HALL = "一号厅"


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[RunningHub]:
    town = write_town(tmp_path / "town", free_port())
    with running_hub(town, tmp_path / "hub", "--port", str(free_port()), "--lan") as hub:
        yield hub


@pytest.fixture
def stand(qtbot: Any, hub: RunningHub, repository: Path) -> Iterator[Stand]:
    with kiosks(qtbot, hub.twin, repository) as make:
        card = ScreenCard(screen="kiosk-1", kind="kiosk", room=HALL, name="大厅一体机")
        habits = Habits(idle_s=600.0, countdown_s=2.0, alarm_s=60.0)
        yield make(hub_of=lambda _: KnownHub(hub), clock=RealClock(), habits=habits, card=card)


@pytest.fixture
def chromium(qtbot: Any) -> Iterator[Chromium]:
    def wait(future: Future[Any]) -> Any:
        qtbot.waitUntil(future.done, timeout=PATIENCE_MS)
        return future.result()

    chromium = Chromium(wait)
    with ExitStack() as stack:
        stack.callback(chromium.close)
        chromium.open()
        stack.callback(chromium.forget)
        yield chromium


def test_a_visitor_scans_the_code_of_a_kiosk_and_leads_it_in_its_room_alone(
    qtbot: Any, hub: RunningHub, stand: Stand, chromium: Chromium
) -> None:
    def until(condition: Any) -> None:
        qtbot.waitUntil(lambda: bool(condition()), timeout=PATIENCE_MS)

    # given a kiosk on its tour in a room of its own, with a code on its screen, and a desk in the main room
    kiosk, desk = stand.kiosk, HubLink(hub.where, screen="desk", kind="desk")
    desk.start()
    until(lambda: desk.show.is_linked and stand.view.visitors.link)
    code, room = stand.view.visitors.link, kiosk.living.link

    # when the phone of a visitor opens what the code says
    phone = Phone(chromium)
    phone.do(lambda page: page.goto(code))
    phone.see('.map[data-map="ready"]')
    phone.see(".chip.link.linked")

    # then it is in the room of the kiosk as one who looks, and the next visitor finds another code
    until(lambda: phone.id in room.show.members)
    assert room.show.members[phone.id].role == "viewer"
    assert phone.id not in desk.show.members
    until(lambda: stand.view.visitors.link not in ("", code))
    assert stand.mode == "tour"

    # when it takes the picture and draws it along
    phone.take_wall()
    phone.see(".lead-bar.leading")
    until(lambda: stand.mode == "led")
    before = kiosk.stand.stage.camera
    phone.drag(60, 130)

    # then the kiosk shows what the phone shows and says who leads; the main room has heard nothing of it
    until(lambda: kiosk.stand.stage.camera != before)
    assert stand.view.leader.zh == "访客正用手机操控画面"
    assert (desk.show.floor.holder, dict(desk.show.values)) == ("", {})

    # when it gives the picture back
    phone.press(".lead-bar.leading button.main")

    # then the tour goes on
    until(lambda: stand.mode == "tour")
    assert not phone.errors
    desk.close()
