"""Desk, wall and phone as one: three real screens on one real hub, and what each does appears on the others."""

import time
import urllib.error
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import ExitStack, closing
from dataclasses import replace
from math import hypot
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pyproj import Transformer

from fakes.small_hub import Device, RunningHub, now_ms, running_hub
from fakes.three_screens import (
    PATIENCE_MS,
    PHONE_PX,
    Chromium,
    Phone,
    asked,
    missing_phone,
    opened_desk,
    opened_wall,
    write_town,
)
from sanping.hub.spare_port import free_port
from sanping.stage.state import FeatureRef
from ui.tiny_twin import SOUTH, WEST

pytestmark = [pytest.mark.gui, pytest.mark.skipif(bool(missing_phone()), reason=missing_phone() or "-")]
SIZE = (800, 450)
NEAR_M = 3.0
LEASE_S = 10.0
OUT_S = 5.0
SLACK_S = 5.0
TO_METRES = Transformer.from_crs(4326, 4549, always_xy=True)
OPERATOR, GRID_WORKER = "坐席员", "网格员"


class Screens:
    """A hub, and the screens that are open at it."""

    def __init__(self, town: Path, port: int, hub: RunningHub, chromium: Chromium, qtbot: Any) -> None:
        self.town, self.port, self.hub, self.chromium, self.qtbot = town, port, hub, chromium, qtbot
        self.wall: Any = None
        self.desk: Any = None

    def until(self, condition: Callable[[], object]) -> None:
        """Wait for something that must come; the windows go on."""
        self.qtbot.waitUntil(lambda: bool(condition()), timeout=PATIENCE_MS)

    @property
    def room(self) -> Any:
        """The room as the wall knows it."""
        return self.wall.living.link.show

    @property
    def poses(self) -> tuple[Any, Any]:
        """The cameras of the wall and of the desk."""
        return self.wall.follower.stage.camera, self.desk.state.stage.camera

    def paired(self, *, has_map: bool = True) -> Phone:
        """Return a new phone that has scanned a code of the hub; with a map it shows the city."""
        phone = Phone(self.chromium, has_map=has_map)
        phone.pair(self.hub.address, asked(self.hub, "/codes", is_post=True)["code"])
        return phone

    def paired_as(self, title: str, *, has_map: bool = False) -> Phone:
        """Return a new phone whose wish for a role was approved on the desk."""
        phone = self.paired(has_map=has_map)
        digits = phone.ask_for_role(title)
        self.desk.living.wish("device.approve", {"device": phone.id, "match": digits})
        phone.see(f'.role:text-is("{title}")')
        phone.tab(0)
        return phone

    def lead_from_desk(self) -> None:
        """Link the desk: it leads as nobody else does."""
        self.desk.perform("director.link")
        self.until(lambda: self.room.floor.holder == "desk")

    def move_desk(self, **changes: Any) -> None:
        """Move the camera on the desk and wait until the wall has followed."""
        self.desk.perform("camera.move", replace(self.desk.state.stage.camera, **changes))
        self.until(lambda: self.poses[0] == self.poses[1])

    def phone_shows(self, phone: Phone, pose: Any) -> bool:
        """Say whether the middle of the phone's map is what a camera looks at."""
        east, north = TO_METRES.transform(*phone.centre())
        return hypot(east - pose.target[0], north - pose.target[1]) < NEAR_M

    def shared(self, key: str) -> Any:
        """Return a value of the show as the wall knows it."""
        return self.room.values.get(key)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, int]:
    """Write the town once: the phone's map of it is made once."""
    port = free_port()
    return write_town(tmp_path_factory.mktemp("towns") / "town", port), port


@pytest.fixture(scope="module")
def browser() -> Iterator[Chromium]:
    """Start a browser for all tests of this file."""
    chromium = Chromium()
    chromium.open()
    yield chromium
    chromium.close()


@pytest.fixture(scope="module")
def opened(
    qapp: Any,
    request: pytest.FixtureRequest,
    town: tuple[Path, int],
    browser: Chromium,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Screens]:
    """Open hub, wall and desk once for all tests; the map of the phones is made meanwhile."""
    from pytestqt.qtbot import QtBot

    from sanping.ui.application import create_application

    create_application("zh", Path(__file__).resolve().parents[2] / "assets")
    qtbot = QtBot(request)

    def wait(future: Future[Any]) -> Any:
        qtbot.waitUntil(future.done, timeout=PATIENCE_MS)
        return future.result()

    folder, port = town
    data = tmp_path_factory.mktemp("screens")
    with ExitStack() as stack:
        hub = stack.enter_context(running_hub(folder, data / "hub", "--port", str(free_port())))
        asked(hub, "/twin")
        screens = Screens(folder, port, hub, browser, qtbot)
        screens.wall = stack.enter_context(opened_wall(folder, hub, SIZE, "draft"))
        screens.desk = stack.enter_context(opened_desk(folder, hub, SIZE, data / "pictures", "draft"))
        for window in (screens.wall, screens.desk):
            with qtbot.waitSignal(window.city_shown, timeout=PATIENCE_MS):
                window.show()
        browser.wait = wait
        yield screens


@pytest.fixture
def screens(opened: Screens) -> Iterator[Screens]:
    """Hub, wall and desk while nobody leads; phones are paired by the tests, and are gone after them."""
    opened.until(lambda: set(opened.room.members) == {"desk", "wall-1"} and not opened.room.floor.holder)
    yield opened
    opened.chromium.forget()
    if opened.desk.state.director.is_linked:
        opened.desk.perform("director.link")


def picture(viewport: Any) -> Any:
    """Return what a window shows of the city as (rows, columns, 3)."""
    from PySide6.QtGui import QImage

    image = viewport.grabFramebuffer().convertToFormat(QImage.Format.Format_RGB32)
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return pixels[:, : 4 * image.width()].reshape(image.height(), image.width(), 4)[..., :3].astype(np.int16)


def test_what_the_desk_leads_wall_and_phone_follow(screens: Screens) -> None:
    # given a wall, a phone, and a desk that leads
    phone = screens.paired()
    screens.lead_from_desk()

    start = screens.poses[1]
    east, north, up = start.target
    goal = replace(start, target=(east + 80.0, north - 50.0, up), heading_deg=90.0)
    assert not screens.phone_shows(phone, goal)

    # when the desk looks elsewhere
    for step in range(1, 11):
        target = (east + 8.0 * step, north - 5.0 * step, up)
        screens.desk.perform("camera.move", replace(start, target=target, heading_deg=9.0 * step))
        screens.qtbot.wait(15)

    # then the wall shows the same camera, and the phone looks at the same place
    screens.until(lambda: screens.poses == (goal, goal))
    screens.until(lambda: screens.phone_shows(phone, goal))
    assert not phone.errors


def test_a_phone_that_is_granted_the_wall_moves_wall_and_desk(screens: Screens) -> None:
    # given a desk that leads, and the phone of somebody who may only look
    phone = screens.paired()
    screens.lead_from_desk()

    # when the phone asks for the wall, the desk grants it, and a finger draws the map along
    phone.take_wall()
    screens.until(lambda: phone.id in screens.room.floor.queue)
    screens.until(lambda: phone.id in screens.desk.director.conductor.show.floor.queue)
    screens.desk.perform("director.grant")
    screens.until(lambda: screens.room.floor.holder == phone.id)
    phone.see(".lead-bar.leading")
    before = screens.poses
    phone.drag(60, 130)

    # then wall and desk are where the phone is
    screens.until(lambda: screens.shared("camera") is not None and screens.shared("camera").by == phone.id)
    screens.until(lambda: not screens.wall.follower.is_moving and screens.poses[0] == screens.poses[1])
    assert screens.poses[0] != before[0]
    assert screens.phone_shows(phone, screens.poses[0])
    assert screens.wall.follower.skipped == 0
    assert not phone.errors


def test_when_the_presenter_drops_the_floor_passes_within_the_lease_and_the_others_go_on(screens: Screens) -> None:
    # given an operator's phone that took the free wall, and a desk that waits behind it
    phone = screens.paired_as(OPERATOR)
    phone.take_wall()
    screens.until(lambda: screens.room.floor.holder == phone.id)
    screens.desk.perform("director.link")
    screens.desk.perform("director.lead")
    screens.until(lambda: "desk" in screens.room.floor.queue)

    # when the phone's page is closed without a word
    began_s = time.monotonic()
    phone.vanish()
    screens.until(lambda: screens.room.floor.holder == "desk")
    passed_s = time.monotonic() - began_s

    # then the desk leads within the lease, the phone is gone, and the wall follows the desk
    assert passed_s < LEASE_S + SLACK_S
    screens.until(lambda: len(screens.room.members) == 2)
    screens.move_desk(heading_deg=200.0)
    assert screens.shared("camera").by == "desk"


def test_what_an_offline_phone_reported_arrives_once_when_it_is_back(screens: Screens) -> None:
    # given a grid worker's phone whose network is gone
    phone = screens.paired_as(GRID_WORKER)
    phone.lose_network()

    # when a report is filed, and the network comes back
    phone.report("南岸有油污")
    phone.see('.outbox li[data-state="waiting"]')
    known_meanwhile = screens.wall.living.state.reports
    phone.find_network()
    phone.see('.outbox li[data-state="sent"]')

    # then it is there once on desk, wall and hub, also after the page was loaded again
    assert not known_meanwhile
    screens.until(lambda: screens.desk.living.state.reports and screens.wall.living.state.reports)
    phone.do(lambda page: page.reload())
    phone.see(".chip.link.linked")
    for state in (screens.desk.living.state, screens.wall.living.state):
        assert [(report.words, report.by) for report in state.reports.values()] == [("南岸有油污", phone.id)]
    assert not phone.errors


def test_an_alarm_acknowledged_on_the_phone_is_acknowledged_everywhere(screens: Screens) -> None:
    # given an alarm on all three screens
    phone = screens.paired_as(OPERATOR)
    with closing(Device(screens.port)) as gauge:
        gauge.report(1, "A1", now_ms(), water_level=3.6)
        gauge.acknowledged([1])
        screens.until(lambda: screens.desk.living.state.alarms and screens.wall.living.state.alarms)
    (alarm,) = screens.desk.living.state.alarms
    phone.tab(1)

    # when it is acknowledged on the phone
    phone.press("article.card footer button.main")
    phone.see("article.card.handled")

    # then desk and wall know it, and by whom
    for living in (screens.desk.living, screens.wall.living):
        screens.until(lambda living=living: living.state.alarms[alarm].state == "acknowledged")
        assert living.state.alarms[alarm].acknowledged_by == phone.id


def test_a_revoked_phone_is_out_within_five_seconds_and_its_token_is_worthless(screens: Screens) -> None:
    # given an operator's phone that leads
    phone = screens.paired_as(OPERATOR)
    phone.take_wall()
    screens.until(lambda: screens.room.floor.holder == phone.id)
    token, name = phone.token, phone.id
    assert asked(screens.hub, "/me", token=token)["role"] == "operator"

    # when the desk revokes it
    began_s = time.monotonic()
    screens.desk.living.wish("device.revoke", {"device": name})
    phone.see(".banner.bad")
    screens.until(lambda: name not in screens.room.members)
    out_s = time.monotonic() - began_s

    # then it was out in time, its token opens nothing, and it cannot come back
    assert out_s <= OUT_S
    with pytest.raises(urllib.error.HTTPError, match="401"):
        asked(screens.hub, "/me", token=token)
    phone.do(lambda page: page.reload())
    phone.see(".banner.bad")
    assert name not in screens.room.members


def test_a_building_tapped_on_the_phone_lights_up_on_wall_and_desk(screens: Screens) -> None:
    # given all screens straight above one building, and a phone that leads
    phone = screens.paired_as(OPERATOR, has_map=True)
    screens.lead_from_desk()
    above = {"target": (WEST + 100.0, SOUTH + 100.0, 0.0), "heading_deg": 0.0, "pitch_deg": -85.0, "distance_m": 500.0}
    screens.move_desk(**above)
    screens.until(lambda: screens.phone_shows(phone, screens.poses[0]))
    screens.desk.perform("director.lead")
    phone.see(".lead-bar button.main:not([disabled])")
    phone.take_wall()
    screens.until(lambda: screens.room.floor.holder == phone.id)
    views = (screens.wall.windows[0].viewport, screens.desk.viewport)
    before = [picture(view) for view in views]

    # when the building is tapped
    box = phone.do(lambda page: page.locator(".map").bounding_box())
    phone.tap(PHONE_PX[0] / 2, box["y"] + box["height"] / 2)

    # then it is selected on all screens, and its light is seen on wall and desk
    lit = (FeatureRef(layer="buildings", id="B6"),)
    screens.until(lambda: screens.wall.follower.stage.selection == lit)
    screens.until(lambda: screens.desk.state.stage.selection == lit)
    for view, then in zip(views, before, strict=True):
        assert (np.abs(picture(view) - then).max(axis=2) > 40).sum() > 100


def test_after_the_hub_was_killed_all_three_are_linked_again_and_equal(screens: Screens) -> None:
    # given a desk that leads wall and phone
    phone = screens.paired()
    screens.lead_from_desk()
    screens.move_desk(heading_deg=70.0)

    # when the hub is killed and started again
    screens.hub.killed()
    screens.until(lambda: not screens.desk.living.state.is_linked and not screens.wall.living.state.is_linked)
    phone.see(".chip.link.away")
    screens.hub.started_again()

    # then all come back by themselves, the desk leads again, and what the desk does next is on all of them
    screens.until(lambda: len(screens.room.members) == 3)
    phone.see(".chip.link.linked")
    screens.until(lambda: screens.room.is_linked)
    screens.until(lambda: screens.room.floor.holder == "desk")
    screens.until(lambda: screens.desk.living.link.show.floor.holder == "desk")
    east, north, up = screens.desk.state.stage.camera.target
    screens.move_desk(target=(east + 30.0, north, up), heading_deg=120.0)
    screens.until(lambda: screens.phone_shows(phone, screens.poses[1]))
    assert screens.desk.living.state.alarms == screens.wall.living.state.alarms
