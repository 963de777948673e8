"""Moving all that a hub keeps between files and PostgreSQL, both ways: nothing is left behind, nothing is changed."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from fakes.case_stories import TO_CLOSED, wish
from fakes.small_responses import BEGUN_MS, begun
from fakes.small_river import MINUTE_MS, NOON_MS, reading
from fakes.store_server import StoreServer
from sanping.domain.case import Reporter
from sanping.domain.device import Device
from sanping.domain.errors import Cancelled, InputError, StoreFailed
from sanping.domain.text import Text
from sanping.ports.case_book import ResponseWish
from sanping.ports.device_book import User
from sanping.ports.history import SeriesKey
from sanping.ports.progress import SilentProgress
from sanping.storage.history_rows import DAY_MS
from sanping.storage.moving import move
from sanping.storage.opening import FileStores, Stores
from sanping.storage.postgres.opening import PostgresStores

KEY = b"key of the site"
LEVEL = SeriesKey(station="up", quantity="water_level")
Both = tuple[Stores, Stores]


class Stopping(SilentProgress):
    """A person who stops at the n-th report."""

    def __init__(self, after: int) -> None:
        self._left = after

    def report(self, fraction: float, doing: Text) -> None:
        self._left -= 1
        if self._left < 0:
            raise Cancelled(Text("已取消", "Cancelled"))


@pytest.fixture(params=["to_postgres", "to_files"])
def both(request: pytest.FixtureRequest, tmp_path: Path, stores: StoreServer) -> Iterator[Both]:
    """Return filled stores, and empty ones of the other kind."""
    files = FileStores(tmp_path / "files")
    (tmp_path / "postgres").mkdir()
    server = PostgresStores(tmp_path / "postgres", stores.place())
    source, target = (files, server) if request.param == "to_postgres" else (server, files)
    filled(source)
    return source, target


def filled(stores: Stores) -> None:
    """Put three days of levels with corrections, events, a closed case, a response and two devices into stores."""
    with closing(stores.bare_history()) as history:
        history.append(
            [reading("up", "water_level", n / 8, NOON_MS + n * 10 * MINUTE_MS, source="g") for n in range(400)]
        )
        history.append([reading("up", "water_level", float("nan"), NOON_MS + MINUTE_MS, quality="missing", mark="D")])
        for value, source in ((7.0, "g"), (8.0, "person"), (9.0, "g")):
            history.append([reading("up", "water_level", value, NOON_MS + 10 * MINUTE_MS, source=source)])
        history.append([reading("up", "water_level", 812.0, NOON_MS + 20 * MINUTE_MS, source="g", unit="cm")])
    with closing(stores.events()) as events:
        events.append([(NOON_MS + n, "alarm", bytes([n % 256])) for n in range(2100)])
    with closing(stores.cases(KEY)) as book:
        caller = Reporter(name="王小明", phone="13812345678")
        book.take([replace(wish(TO_CLOSED[0], "op-0"), reporter=caller)])
        book.take([wish(step, f"op-{n}") for n, step in enumerate(TO_CLOSED[1:], 1)])
        book.respond(ResponseWish(op="r", response="R-1", at_ms=BEGUN_MS, said=b"x", decide=lambda _: begun()))
        book.sent(3)
    with closing(stores.devices()) as devices:
        devices.keep(Device(id="phone-1", name="甲"), b"one")
        devices.keep(Device(id="phone-2", name="乙"), b"two")
        devices.keep_user(User(name="li", role="operator", password="$argon2id$1"))


def told(stores: Stores) -> str:
    """Return all that can be asked of stores; as words, in which a missing value equals itself."""
    with (
        closing(stores.bare_history()) as history,
        closing(stores.events()) as events,
        closing(stores.cases(KEY)) as book,
        closing(stores.devices()) as devices,
    ):
        answers = [
            [sorted(map(repr, batch)) for batch in history.said_between(0, 2 * NOON_MS)],
            history.series(LEVEL, 0, 2 * NOON_MS).value.tolist(),
            [repr(row) for row in history.as_of(NOON_MS + 15 * MINUTE_MS)],
            (history.span(), events.epoch, list(events.between(0, 2 * NOON_MS))),
            (book.cases(), book.responses(), book.rows(), book.head(), book.waiting(), book.reporter("C1")),
            (devices.devices(), devices.users()),
        ]
    return "\n".join(map(repr, answers))


def test_everything_is_moved_and_the_source_stays(both: Both) -> None:
    # given filled stores and empty ones of the other kind
    source, target = both
    before = told(source)

    # when all is moved
    found = move(source, target, KEY, SilentProgress())

    # then both tell the same, and the source what it told before
    assert (found.observations, found.events, found.devices) == (405, 2100, 2)
    assert found.steps == len(TO_CLOSED) + 1
    assert told(target) == before
    assert told(source) == before


def test_a_move_that_was_stopped_goes_on(both: Both) -> None:
    # given a move that a person stopped half-way
    source, target = both
    with pytest.raises(Cancelled):
        move(source, target, KEY, Stopping(after=6))
    with closing(target.bare_history()) as history:
        half_ms = history.span()[1]

    # when it is begun again
    found = move(source, target, KEY, SilentProgress(), is_begun=True)

    # then it had got somewhere, and ends as if it had never been stopped
    assert NOON_MS < half_ms < NOON_MS + 3 * DAY_MS
    assert found.observations == 405
    assert told(target) == told(source)


@pytest.mark.parametrize("both", ["to_postgres"], indirect=True)
def test_what_holds_data_is_no_target(both: Both) -> None:
    # given a target that another hub has used
    source, target = both
    with closing(target.events()) as events:
        events.append([(NOON_MS, "alarm", b"other")])

    # when all shall be moved into it, or onto itself
    # then both are refused, and nothing of the other hub is touched
    with pytest.raises(InputError, match="目标里已有数据"):
        move(source, target, KEY, SilentProgress())
    with pytest.raises(InputError, match="同一处"):
        move(source, source, KEY, SilentProgress())
    with closing(target.events()) as events:
        assert [event.body for event in events.since(0)] == [b"other"]


@pytest.mark.parametrize("both", ["to_postgres"], indirect=True)
def test_what_differs_in_the_end_is_told(both: Both) -> None:
    # given a move, and a target that somebody wrote to afterwards
    source, target = both
    move(source, target, KEY, SilentProgress())
    with closing(target.events()) as events:
        events.append([(NOON_MS, "alarm", b"invented")])

    # when it is compared again
    # then the table is named that differs
    with pytest.raises(StoreFailed, match="表 events 不一致"):
        move(source, target, KEY, SilentProgress(), is_begun=True)

    # when a value is corrected there as well
    with closing(target.bare_history()) as history:
        history.append([reading("up", "water_level", 99.0, NOON_MS, source="g")])

    # then the day is named
    with pytest.raises(StoreFailed, match=r"2026-06-12（UTC）的观测不一致"):
        move(source, target, KEY, SilentProgress(), is_begun=True)
