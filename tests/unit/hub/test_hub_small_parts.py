"""The small parts of the hub: waits, access, pace, the folder, trust, log lines, events, the page."""

import asyncio
import json
import logging
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.small_river import gauge, reading, small_river
from sanping.domain.alarm import Alarm
from sanping.domain.errors import InputError, StoreFailed
from sanping.domain.text import Text
from sanping.hub import trust
from sanping.hub.access import MOST_SOCKETS, MOST_SOCKETS_PER_PEER, Access, Pace
from sanping.hub.alarm_desk import AlarmDesk
from sanping.hub.back_off import LONGEST_S, failures_after, wait_s
from sanping.hub.event_keeper import EventKeeper, alarm_row, alarms_of, command_row, commands_of
from sanping.hub.folder import opened
from sanping.hub.minute_log import MinuteLog
from sanping.hub.web_api import ENDPOINTS
from sanping.hub.web_page import BASE, openapi, page
from sanping.ports.event_log import Event
from sanping.twin.rules import Rule
from sanping.wire.messages import Command

NOW_MS = 1_781_236_800_000


def test_waits_double_from_five_seconds_to_five_minutes_and_a_steady_minute_forgives() -> None:
    # given failures in a row, without luck

    # when waits are computed
    waits = [wait_s(number, 0.5) for number in range(1, 9)]

    # then they double up to the longest
    assert waits == [5.0, 10.0, 20.0, 40.0, 80.0, 160.0, 300.0, 300.0]
    assert failures_after(6, 3.0) == 7
    assert failures_after(6, 61.0) == 1


@given(st.integers(1, 10_000), st.floats(0, 1))
def test_a_wait_is_spread_by_a_fifth_and_never_endless(failures: int, chance: float) -> None:
    assert 4.0 <= wait_s(failures, chance) <= 1.2 * LONGEST_S + 1e-9


def test_sockets_are_counted_in_all_and_by_peer() -> None:
    # given a hub's rules
    access = Access("token")

    # when one peer opens many, then this machine does
    peer = [access.entered("10.0.0.9") for _ in range(MOST_SOCKETS_PER_PEER + 1)]
    own = [access.entered("127.0.0.1") for _ in range(MOST_SOCKETS)]
    access.left("10.0.0.9")

    # then each has its limit, and a place that is free is given again
    assert peer.count(True) == MOST_SOCKETS_PER_PEER
    assert own.count(True) == MOST_SOCKETS - MOST_SOCKETS_PER_PEER
    assert access.entered("10.0.0.9")


def test_screens_of_this_machine_are_let_in_by_a_hub_whose_certificates_name_it_too() -> None:
    # given a hub that listens here without encryption, and to the network with certificates that name this machine too
    access = Access("token")
    access.listen_on(["127.0.0.1:8765"])
    access.listen_on(["10.0.0.8:8765", "127.0.0.1:8765"], "https")

    # then each comes as it can
    assert access.is_origin("http://127.0.0.1:8765", "127.0.0.1:8765")
    assert access.is_origin("https://10.0.0.8:8765", "10.0.0.8:8765")
    assert not access.is_origin("http://10.0.0.8:8765", "10.0.0.8:8765")


def test_a_screen_that_talks_too_much_is_read_more_slowly() -> None:
    # given a screen
    pace = Pace()

    # when it says a thousand things within a second, then is silent for long
    waits = [pace.wait_s(1.0 + number / 1000) for number in range(1000)]
    later = pace.wait_s(1000.0)

    # then it waits longer and longer, and starts anew
    assert waits[0] == 0.0
    assert waits[-1] > 30.0
    assert later == 0.0


def test_a_folder_has_one_owner_and_keeps_its_token(tmp_path: Path) -> None:
    # given a folder that a hub has
    folder = opened(tmp_path / "data")
    token = folder.token()
    folder.note_address("http://127.0.0.1:1", "epoch")

    # when another wants it, and when the first is gone
    with pytest.raises(InputError):
        opened(tmp_path / "data")
    note = json.loads((tmp_path / "data" / "address.json").read_text())
    folder.close()
    again = opened(tmp_path / "data")

    # then it is refused first, and finds the same token later
    assert note["address"] == "http://127.0.0.1:1"
    assert again.token() == token
    assert set(token) <= set("0123456789abcdef"), "a token that began with a dash would be an option to a shell"
    assert not (tmp_path / "data" / "address.json").exists()
    again.close()


def test_secrets_are_read_only_while_nobody_else_can(tmp_path: Path) -> None:
    # given a folder without, and with secrets
    folder = opened(tmp_path)
    none = folder.secrets()
    path = tmp_path / "secrets.json"
    path.write_text('{"quality": {"password": "123456"}}')

    # when others can read the file, when they cannot, and when it is damaged
    path.chmod(0o644)
    with pytest.raises(InputError):
        folder.secrets()
    path.chmod(0o600)
    found = folder.secrets()
    path.write_text("{")
    with pytest.raises(InputError):
        folder.secrets()
    folder.close()

    # then only the second time they are used
    assert none == {}
    assert found == {"quality": {"password": "123456"}}


def test_trust_is_given_to_content(tmp_path: Path) -> None:
    # given a twin, and a book
    twin, book = tmp_path / "twin", tmp_path / "config" / "trusted.json"
    twin.mkdir()
    (twin / "twin.toml").write_text("a = 1")
    (twin / "city.json").write_text("{}")
    mark = trust.content_mark(twin)

    # when it is trusted, and then changed: a model, then a station table
    assert not trust.is_trusted(book, mark)
    trust.trust(book, mark)
    trust.trust(book, mark)
    (twin / "city.json").write_text("[]")
    same = trust.content_mark(twin)
    (twin / "stations.csv").write_text("id")
    other = trust.content_mark(twin)

    # then only what decides which sources run asks again; a damaged book trusts nobody
    assert trust.is_trusted(book, same)
    assert not trust.is_trusted(book, other)
    book.write_text("{")
    assert not trust.is_trusted(book, mark)


def test_trouble_of_one_kind_makes_one_line_a_minute(caplog: pytest.LogCaptureFixture) -> None:
    # given a flood of trouble of two kinds over two minutes
    now_s = [0.0]
    lines = MinuteLog(logging.getLogger("trouble"), lambda: now_s[0])

    # when it is logged
    with caplog.at_level(logging.WARNING, "trouble"):
        for second in range(120):
            now_s[0] = float(second)
            lines.warn("crc", "bad")
            if second == 5:
                lines.warn("length", "odd")

    # then each kind has a line a minute, which says how many were held back
    assert [record.getMessage() for record in caplog.records] == ["crc: bad", "length: odd", "crc: bad (+59)"]


class Log:
    """A log of events in memory that refuses on demand."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.is_full = False

    def append(self, events: list[tuple[int, str, bytes]]) -> int:
        if self.is_full:
            raise StoreFailed(Text("磁盘已满", "The disk is full"))
        for time_ms, kind, body in events:
            self.events.append(Event(seq=len(self.events) + 1, time_ms=time_ms, kind=kind, body=body))
        return len(self.events)

    def between(self, from_ms: int, to_ms: int, kinds: tuple[str, ...] = ()) -> list[Event]:
        return [event for event in self.events if from_ms <= event.time_ms <= to_ms]

    def close(self) -> None:
        pass


def alarm(**more: object) -> Alarm:
    fields: dict[str, object] = {
        "id": "high:S1:1", "rule": "high", "station": "S1", "quantity": "water_level", "colour": "orange",
        "state": "active", "title_zh": "高", "title_en": "High", "raised_ms": 1, "changed_ms": 2,
    }  # fmt: skip
    return Alarm(**{**fields, **more})  # type: ignore[arg-type]


def test_events_that_the_store_refuses_go_with_the_next() -> None:
    asyncio.run(refused_then_kept())


async def refused_then_kept() -> None:
    # given a log on a full disk
    log = Log()
    keeper = EventKeeper(log)  # type: ignore[arg-type]
    log.is_full = True
    await keeper.keep_somehow([alarm_row(alarm())])
    with pytest.raises(StoreFailed):
        await keeper.keep([command_row(Command(op="refused-1", action="a"), "desk", 3)])

    # when there is room again
    log.is_full = False
    command = Command(op="kept-kept", action="alarm.close", arguments={"alarm": "x"})
    await keeper.keep([alarm_row(alarm(state="closed")), command_row(command, "desk", 3)])
    await keeper.close()

    # then the alarm's life is whole and in order, and the refused command was not done
    assert alarms_of(log.events)["high:S1:1"].state == "closed"
    assert [event.kind for event in log.events] == ["alarm", "alarm", "command"]
    assert [done.op for done in commands_of(log.events)] == ["kept-kept"]


def test_an_alarm_of_an_earlier_life_returns_when_its_condition_is_gone() -> None:
    # given a desk that recalls an alarm
    rule = Rule(id="high", title=Text("高", "High"), kind="above", colour="orange", quantity="water_level", limit=3.0)
    desk = AlarmDesk(small_river(gauge("S1", 0.0), rules=(rule,)))
    desk.recall([alarm()])

    # when the level is still high, then low
    still = desk.observe([reading("S1", "water_level", 3.5)], NOW_MS)
    gone = desk.observe([reading("S1", "water_level", 2.0, event_ms=NOW_MS + 60_000)], NOW_MS)

    # then it is not raised twice, and it returns
    assert not still
    assert [(found.id, found.state) for found in gone] == [("high:S1:1", "returned")]


def test_every_endpoint_is_described_and_shown() -> None:
    # given the declared endpoints

    # when the description and the page are made
    paths = openapi()["paths"]

    # then each is there with its parameters, and the page runs no script
    for endpoint in ENDPOINTS:
        operation = paths[f"{BASE}{endpoint.path}"][endpoint.method.lower()]
        assert {parameter["name"] for parameter in operation["parameters"]} == set(endpoint.parameters)
        for language in ("zh", "en"):
            assert endpoint.title.in_language(language) in page(language)
    assert {endpoint.path for endpoint in ENDPOINTS} >= {
        "/health", "/stations", "/latest", "/as-of", "/series", "/means", "/alarms", "/sources", "/adapters", "/export",
    }  # fmt: skip
    assert "<script" not in page("zh")
