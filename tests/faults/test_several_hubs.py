"""Two hub programs of one site and a real message server, with the files of the how-to page: cut, killed, refused."""

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from fakes.governed_town import LAT, LON, write_governed_town
from fakes.journal_history import NAME
from fakes.real_nats import has_nats
from fakes.several_hubs import HubProcess, PageServer
from fakes.small_hub import Device, now_ms
from sanping.client.link import HubLink
from sanping.client.questions import Questions
from sanping.hub.spare_port import free_port

pytestmark = pytest.mark.skipif(not has_nats(), reason="nats-server is not installed; run make setup-debian as root")
FIELD = "field-1"
STALE_WITHIN_S, LINKED_WITHIN_S = 3.0, 1.0
REPORT = {"kind": "event", "case_class": "0105", "lon": LON, "lat": LAT, "description": "井盖缺失"}


class Site:
    """A message server, the owner of the books, and a relay."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        twin = write_governed_town(folder / "twin", {"gauges": self.port})
        declared = (twin / "twin.toml").read_text("utf-8")
        assert 'name = "gauges"' in declared
        (twin / "twin.toml").write_text(
            declared.replace('name = "gauges"', f'name = "gauges"\nhub = "{FIELD}"'), encoding="utf-8"
        )
        self.server = PageServer(folder / "nats")
        self.owner = HubProcess(folder / "owner", twin, "owner/hub.env", self.server.address, "--journal")
        self.relay = HubProcess(folder / "relay", twin, "relay/hub.env", self.server.address, "--relay")
        self.intake = HubProcess(folder / "intake", twin, "relay/hub.env", self.server.address, "--intake", FIELD)
        self.second = HubProcess(folder / "second", twin, "owner/hub.env", self.server.address, "--journal")

    def start(self) -> None:
        self.server.start()
        assert self.owner.start(), self.owner.errors
        assert self.relay.start(), self.relay.errors
        assert self.intake.start() == FIELD, self.intake.errors

    def close(self) -> None:
        for hub in (self.intake, self.relay, self.owner, self.second):
            hub.stop()
        self.server.close()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    made = Site(tmp_path_factory.mktemp("site"))
    try:
        made.start()
        yield made
    finally:
        made.close()


@contextmanager
def linked(hub: HubProcess, screen: str) -> Iterator[HubLink]:
    """Hold a link to a hub."""
    link = HubLink(hub.where, screen=screen, kind="desk")
    link.start()
    try:
        until(lambda: link.status.state == "linked" and link.state.case_counts)
        yield link
    finally:
        link.close()


def until(condition: Callable[[], object]) -> float:
    """Wait for something that must come; return how long it took."""
    began_s = time.monotonic()
    while not condition():
        assert time.monotonic() - began_s < 30, "it did not happen in time"
        time.sleep(0.01)
    return time.monotonic() - began_s


def test_screens_of_two_hub_programs_share_one_session_and_one_city(site: Site) -> None:
    with linked(site.relay, "desk") as desk, linked(site.owner, "wall") as wall:
        desk.floor("request")
        until(lambda: desk.show.is_leading)
        desk.share("scene", "river")
        assert until(lambda: scene_of(wall) == b'"river"') < LINKED_WITHIN_S
        answer = desk.command("case.report", REPORT)
        assert answer.ok, answer.error_en
        until(lambda: answer.about in wall.state.cases and answer.about in desk.state.cases)


def test_a_message_server_that_dies_makes_the_screens_say_so_and_loses_no_wish(site: Site) -> None:
    with linked(site.relay, "desk") as desk:
        known = set(desk.state.cases)
        site.server.stop()
        wish = desk.wish("case.report", REPORT)
        assert until(lambda: desk.status.state == "away") < STALE_WITHIN_S
        assert not desk.state.is_linked
        assert not wish.done()
        site.server.start()
        until(wish.done)
        assert wish.result().ok, wish.result().error_en
        until(lambda: wish.result().about in desk.state.cases)
        assert set(desk.state.cases) - known == {wish.result().about}


def test_a_device_at_an_intake_hub_is_answered_once_the_owner_has_it_and_loses_nothing(site: Site) -> None:
    device = Device(site.port)
    with linked(site.relay, "desk") as desk, closing(device):
        device.report(1, "A1", now_ms(), water_level=3.1)
        device.acknowledged([1])
        until(lambda: level(desk) == 3.1)
        until(lambda: desk.state.sources["gauges"].state == "live")

        # when the owner dies, the device is not answered and the sources are told as silent
        site.owner.stop(signal.SIGKILL)
        said_ms = now_ms()
        device.report(2, "A1", said_ms, water_level=3.2)
        assert not device.has_answer(2)
        assert site.owner.start(), site.owner.errors
        device.acknowledged([2])
        until(lambda: desk.status.state == "linked" and level(desk) == 3.2)

    # then it is kept once, and the owner knows who takes in
    questions = Questions(site.owner.where)
    assert (site.owner.data / NAME).read_text("utf-8").count(f'"event_ms":{said_ms}') == 1
    assert {hub["part"] for hub in questions.ask("/hubs", {})} >= {"owner", "intake"}


def level(link: HubLink) -> float | None:
    reading = link.state.reading("S1", "water_level")
    return None if reading is None else reading.value


def scene_of(link: HubLink) -> bytes:
    shown = link.show.values.get("scene")
    return b"" if shown is None else bytes(shown.value)


def test_a_second_owner_of_the_same_site_is_refused_and_told_who_owns_it(site: Site) -> None:
    assert site.second.start() == ""
    assert "--relay" in site.second.errors
    assert site.owner.address in site.second.errors
