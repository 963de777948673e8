"""What the room shows crosses into the window at once, the newest only, beside the pause for everything else."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from fakes.small_hub import Device, RunningHub, now_ms, running_hub, until
from fakes.three_screens import write_town
from sanping.client.link import HubLink
from sanping.domain.errors import HubUnreachable
from sanping.domain.text import Text
from sanping.formats.project import load_project
from sanping.hub.spare_port import free_port
from sanping.stage.show import ShowState

pytestmark = pytest.mark.gui
PORT = free_port()


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHub]:
    folder = tmp_path_factory.mktemp("linked")
    with running_hub(write_town(folder / "twin", PORT), folder / "data") as running:
        yield running


class Known:
    """A hub that runs elsewhere."""

    def __init__(self, hub: RunningHub) -> None:
        self._hub = hub

    def where(self) -> tuple[str, str]:
        return self._hub.where()

    def start(self) -> None:
        pass

    def close(self) -> None:
        pass


class Away(Known):
    """A hub that cannot be reached."""

    def __init__(self) -> None:
        pass

    def where(self) -> tuple[str, str]:
        raise HubUnreachable(Text("没有中枢", "No hub"))


def test_a_window_leads_and_another_screen_shows_what_it_shares(hub: RunningHub, qtbot: Any) -> None:
    from sanping.ui.live.link import LiveLink, ScreenCard

    # given a window that is linked, and a wall
    link = LiveLink(Known(hub), card=ScreenCard(screen="desk-1", name="中屏"))
    told: list[tuple[ShowState, str]] = []
    link.show_changed.connect(lambda show: told.append((show, threading.current_thread().name)))
    wall = HubLink(hub.where, screen="wall", kind="wall")
    wall.start()
    link.start()
    qtbot.waitUntil(lambda: link.show.is_linked and wall.show.is_linked, timeout=30_000)

    # when it asks for the floor, shares a style, and says how it is there
    link.here(follows=False, width_px=1920, height_px=1080)
    link.floor("request")
    link.share("style", "day")
    until(lambda: "style" in wall.show.values)
    qtbot.waitUntil(lambda: bool(told) and told[-1][0].is_leading and "style" in told[-1][0].values, timeout=30_000)
    until(lambda: "desk-1" in wall.show.members and wall.show.members["desk-1"].width_px == 1920)

    # then the wall shows it, and the window heard of it in its own thread
    assert wall.show.values["style"].value == b'"day"'
    assert wall.show.floor.holder == "desk-1"
    assert {thread for _, thread in told} == {threading.current_thread().name}
    qtbot.waitUntil(lambda: link.seq == wall.seq, timeout=30_000)
    link.close()
    wall.close()


def test_many_changes_between_two_turns_of_the_window_are_told_once(qtbot: Any) -> None:
    from sanping.ui.live.link import LiveLink

    # given a window that is busy while fifty changes come
    link = LiveLink(Away())
    link.start()
    told: list[ShowState] = []
    link.show_changed.connect(told.append)
    shows = [ShowState(me="desk", rtt_ms=float(number)) for number in range(50)]
    coming = threading.Thread(target=lambda: [link._take_show(show) for show in shows])
    coming.start()
    coming.join()

    # when it gets its turn
    qtbot.waitUntil(lambda: bool(told), timeout=10_000)

    # then it hears the newest, once, and nothing once it is closed
    assert told == [shows[-1]]
    link.close()
    until(lambda: not link._link._thread.is_alive())
    link._take_show(shows[0])
    qtbot.wait(50)
    assert told == [shows[-1]]


def test_of_two_desks_that_deal_with_an_alarm_the_second_is_told_of_the_first(hub: RunningHub, qtbot: Any) -> None:
    from sanping.ui.live.link import ScreenCard
    from sanping.ui.live.living import Living

    # given two desks that show the same alarm
    device = Device(PORT)
    device.report(1, "A1", now_ms(), water_level=4.0)
    device.acknowledged([1])
    desks = [Living(lambda _: Known(hub), lambda: datetime.now(UTC)) for _ in range(2)]
    told: list[list[Text]] = [[], []]
    for desk, words, name in zip(desks, told, ("one", "two"), strict=True):
        desk.card = ScreenCard(screen=name)
        desk.refused.connect(words.append)
        desk.follow(load_project(hub.twin))
    qtbot.waitUntil(lambda: all(desk.state.alarms for desk in desks), timeout=30_000)
    (alarm,) = desks[0].state.alarms

    # when one acknowledges it, and the other closes it before its window has been told of that
    desks[0].wish("alarm.acknowledge", {"alarm": alarm})
    until(lambda: desks[1].link._link.seq > desks[1].link.seq)
    desks[1].wish("alarm.close", {"alarm": alarm})
    qtbot.waitUntil(lambda: bool(told[1]), timeout=30_000)

    # then the second is told so in words, sees what the first did, and may close it now that it knows
    assert "水位偏高" in told[1][0].zh
    assert "刚有变化" in told[1][0].zh
    qtbot.waitUntil(lambda: desks[1].state.alarms[alarm].state == "acknowledged", timeout=30_000)
    desks[1].wish("alarm.close", {"alarm": alarm})
    qtbot.waitUntil(lambda: desks[0].state.alarms[alarm].state == "closed", timeout=30_000)
    assert told == [[], told[1][:1]]
    for desk in desks:
        desk.close()
    device.close()
