"""What every log of events keeps: one order without gaps, whatever happens in between; each test runs on each store."""

from collections.abc import Callable
from pathlib import Path

import pytest

from sanping.ports.event_log import Event
from sanping.storage.event_log import SqliteEventLog
from sanping.storage.postgres.books import PostgresEventLog
from sanping.storage.sql_event_log import SqlEventLog

NOON_MS = 1_781_236_800_000
Opening = Callable[[], SqlEventLog]


@pytest.fixture(params=["sqlite", "postgres"])
def log_of(request: pytest.FixtureRequest, tmp_path: Path) -> Opening:
    """Return a way to open one log again and again."""
    if request.param == "sqlite":
        return lambda: SqliteEventLog(tmp_path)
    place = request.getfixturevalue("stores").place()
    return lambda: PostgresEventLog(place)


def test_events_are_numbered_on_over_restarts(log_of: Opening) -> None:
    # given a log with two events that was closed
    log = log_of()
    assert log.append([(NOON_MS, "alarm", b"{}"), (NOON_MS + 1, "ack", b"\x00\xff")]) == 2
    epoch = log.epoch
    log.close()

    # when it is opened again, nothing is added, and then another
    log = log_of()
    numbers = (log.append([]), log.append([(NOON_MS + 2, "alarm", b"x")]))
    found = list(log.between(NOON_MS, NOON_MS + 1))
    acks, since, at = list(log.between(0, 2 * NOON_MS, ["ack"])), log.since(1, limit=1), log.at(NOON_MS + 1)
    later = log.at(NOON_MS - 1)
    log.close()

    # then the numbers go on in the same epoch, and any span and kind can be asked for
    assert (numbers, log.epoch) == ((2, 3), epoch)
    assert [event.seq for event in found] == [1, 2]
    assert acks == [Event(seq=2, time_ms=NOON_MS + 1, kind="ack", body=b"\x00\xff")]
    assert ([event.seq for event in since], at, later) == ([2], 2, 0)


def test_another_log_has_another_epoch(log_of: Opening, tmp_path: Path) -> None:
    # given a log, and one begun elsewhere
    log, other = log_of(), SqliteEventLog(tmp_path / "other")

    # when their epochs are compared
    epochs = {log.epoch, other.epoch}
    log.close()
    other.close()

    # then they differ
    assert len(epochs) == 2
