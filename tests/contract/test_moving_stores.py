"""Moving all that a hub keeps between files and PostgreSQL, both ways: nothing is left behind, nothing is changed."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from fakes.case_stories import TO_CLOSED
from fakes.filled_stores import KEY, filled, told
from fakes.small_river import NOON_MS, reading
from fakes.stopping_progress import Stopping
from fakes.store_server import StoreServer
from sanping.domain.errors import Cancelled, InputError, StoreFailed
from sanping.ports.progress import SilentProgress
from sanping.storage.history_rows import DAY_MS
from sanping.storage.moving import move
from sanping.storage.opening import FileStores, Stores
from sanping.storage.postgres.opening import PostgresStores

Both = tuple[Stores, Stores]


@pytest.fixture(params=["to_postgres", "to_files"])
def both(request: pytest.FixtureRequest, tmp_path: Path, stores: StoreServer) -> Iterator[Both]:
    """Return filled stores, and empty ones of the other kind."""
    files = FileStores(tmp_path / "files")
    (tmp_path / "postgres").mkdir()
    server = PostgresStores(tmp_path / "postgres", stores.place())
    source, target = (files, server) if request.param == "to_postgres" else (server, files)
    filled(source)
    return source, target


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
