"""A real kiosk on a real hub: visitors' phones get in and lead it in turns, and an alarm takes it from its tour."""

import json
import shutil
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from fakes.small_hub import Device, RunningHub, now_ms, running_hub
from fakes.three_screens import KnownHub, asked, write_town
from sanping.client.link import HubLink
from sanping.hub.spare_port import free_port
from sanping.stage.attending import Habits
from sanping.wire.show import Member
from ui.kiosk_stand import RealClock, Stand, kiosks

pytestmark = pytest.mark.gui
PATIENCE_MS = 60_000
PHOTO = """
[[layers]]
name = "photo"
title = { zh = "实景三维", en = "Photogrammetry" }
role = "buildings"
path = "photo/tileset.json"
stream = true
group = { zh = "实景", en = "Reality" }
"""


class Hall:
    """A hub, a kiosk that follows it, and the phones that came."""

    def __init__(self, hub: RunningHub, port: int, qtbot: Any) -> None:
        self.hub, self.port, self._qtbot = hub, port, qtbot
        self.stand: Any = None
        self.phones: list[HubLink] = []

    def until(self, condition: Callable[[], object]) -> None:
        self._qtbot.waitUntil(lambda: bool(condition()), timeout=PATIENCE_MS)

    def phone(self) -> HubLink:
        """Let a phone in by a code, as a visitor's comes."""
        code = asked(self.hub, "/codes", is_post=True)["code"]
        body = json.dumps({"code": code, "name": "访客"}).encode()
        question = urllib.request.Request(f"{self.hub.address}/api/v1/pair", data=body)
        with urllib.request.urlopen(question, timeout=20) as answer:
            paired = json.load(answer)
        link = HubLink(lambda: (self.hub.address, paired["token"]), screen=paired["device"], kind="phone")
        self.phones.append(link)
        link.start()
        self.until(lambda: link.show.is_linked)
        return link


@pytest.fixture
def hall(request: pytest.FixtureRequest, qtbot: Any, tmp_path: Path, repository: Path) -> Iterator[Hall]:
    """A hub and a kiosk; the parameter is what the twin of the kiosk declares beyond that of the hub."""
    port = free_port()
    folder = write_town(tmp_path / "town", port)
    own = Path(shutil.copytree(folder, tmp_path / "own"))
    with (own / "twin.toml").open("a", encoding="utf-8") as declaration:
        declaration.write(getattr(request, "param", ""))
    with (
        running_hub(folder, tmp_path / "hub", "--port", str(free_port())) as hub,
        kiosks(qtbot, own, repository) as make,
    ):
        found = Hall(hub, port, qtbot)
        found.stand = make(
            hub_of=lambda _: KnownHub(hub), clock=RealClock(), habits=Habits(idle_s=4.0, countdown_s=2.0, alarm_s=60.0)
        )
        found.until(lambda: link_of(found.stand).show.is_linked)
        yield found
        for phone in found.phones:
            phone.close()


def link_of(stand: Stand) -> Any:
    return stand.kiosk.living.link


def test_a_visitor_s_phone_leads_the_kiosk_and_gives_it_back(hall: Hall) -> None:
    # given a kiosk on its tour, and the phone of a visitor, who may only look
    stand, phone = hall.stand, hall.phone()
    hall.until(lambda: any(member.kind == "kiosk" for member in phone.show.members.values()))
    assert stand.mode == "tour"

    # when it asks for the floor, and shows a camera
    phone.floor("request")
    hall.until(lambda: phone.show.is_leading)
    pose = replace(stand.kiosk.stand.stage.camera, heading_deg=123.0, distance_m=333.0)
    phone.share("camera", pose)

    # then the kiosk shows it and says who leads, until the floor is free again
    hall.until(lambda: stand.mode == "led" and stand.kiosk.stand.stage.camera == pose)
    assert stand.view.leader.zh == "访客正用手机操控画面"
    phone.floor("release")
    hall.until(lambda: stand.mode == "tour")


def test_the_kiosk_is_a_screen_of_the_room(hall: Hall) -> None:
    # given a phone in the room
    phone = hall.phone()

    # when the kiosk says how it is there
    hall.until(lambda: any(member.width_px for member in phone.show.members.values() if member.kind == "kiosk"))
    member = next(one for one in phone.show.members.values() if one.kind == "kiosk")

    # then the phone knows its size and that it follows
    assert (member.width_px, member.height_px) == (1000, 620)
    assert member.follows


@pytest.mark.parametrize("hall", [PHOTO], indirect=True)
def test_the_operator_hears_which_layer_a_kiosk_does_not_show(hall: Hall, caplog: pytest.LogCaptureFixture) -> None:
    # given a kiosk whose machine lacks the files of a streamed layer
    phone = hall.phone()

    def told() -> list[Member]:
        return [member for member in phone.show.members.values() if member.kind == "kiosk" and member.lacks]

    # when it has said how it is there
    hall.until(told)

    # then the screens of the room know which layer is missing and why, as the log of the kiosk does
    (lack,) = told()[0].lacks
    assert (lack.title_zh, lack.title_en) == ("实景三维", "Photogrammetry")
    assert lack.why_zh
    words = [record.getMessage() for phase in ("setup", "call") for record in caplog.get_records(phase)]
    assert [f"“Photogrammetry” is not shown: {lack.why_en}" in word for word in words if "not shown" in word] == [True]


def test_an_alarm_of_the_hub_takes_the_tour_and_gives_it_back_when_acknowledged(hall: Hall) -> None:
    # given a kiosk on its tour
    stand, device = hall.stand, Device(hall.port)

    # when the level passes the limit of the rule
    device.report(1, "A1", now_ms(), water_level=3.6)
    device.acknowledged([1])
    hall.until(lambda: stand.mode == "alarm")
    banner = stand.view.alarm

    # then the banner has the value and its limit, and the tour comes back once somebody has seen to it
    assert banner.line.station.zh == "水位站"
    assert "3.60 m" in banner.value.zh
    assert "3.00 m" in banner.value.zh
    stand.kiosk.living.wish("alarm.acknowledge", {"alarm": banner.line.alarm.id})
    hall.until(lambda: stand.mode == "tour")
    device.close()


def test_the_idle_kiosk_counts_down_by_itself(hall: Hall) -> None:
    # given a visitor
    stand = hall.stand
    stand.tap(500, 300)
    assert stand.mode == "hands"

    # when nobody touches it any more
    seen = []
    hall.until(lambda: seen.append(stand.view.countdown_s) or stand.mode == "tour")

    # then the countdown was seen, and the tour goes on
    assert {2, 1} <= set(seen)


def test_phones_that_cannot_reach_the_hub_are_not_invited(hall: Hall) -> None:
    # given a hub that listens on this machine alone
    stand = hall.stand

    # when it has been asked for a code
    hall.until(lambda: not stand.kiosk.visitors._is_asking and stand.kiosk.visitors._next.isActive())

    # then no code is shown that no phone could open
    assert stand.view.visitors.link == ""
