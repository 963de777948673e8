"""Writes to the history, a spool and the log of events for ever, and says after each what is acknowledged.

    python benchmarks/store_writer.py FOLDER FIRST_ROUND [unsynced]

`kill_store.py` and `power_cut.py` run it, end it at any moment, and check with `check` that every acknowledged row is
there with its value.
"""

import os
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from sanping.domain.observation import Observation
from sanping.storage.duckdb_history import DuckDbHistory
from sanping.storage.event_log import SqliteEventLog
from sanping.storage.spool import Spool

ROWS_A_ROUND = 200
LATE_EVERY = 3
CLEAR_EVERY = 40
SPOOL_MB = 8
BEGIN_MS = 1_781_236_800_000


def rows_of(number: int) -> list[Observation]:
    """Rows of one round; every third round its last ten are an hour late."""
    late = 10 if number % LATE_EVERY == 0 else 0
    return [
        Observation(
            station=f"s{n}", quantity="water_level", value=value_of(number, n), unit="m",
            event_ms=BEGIN_MS + number * 4000 - (3_600_001 if n >= ROWS_A_ROUND - late else 0),
            received_ms=BEGIN_MS + number * 4000, source="hj", origin="late" if n >= ROWS_A_ROUND - late else "live",
        )
        for n in range(ROWS_A_ROUND)
    ]  # fmt: skip


def value_of(number: int, station: int) -> float:
    return (number * 7919 + station * 31) % 100_003 / 64


@dataclass(slots=True)
class Acknowledged:
    """What the writer had said before it ended: the last round of each, and where the spool had been cleared."""

    history: int = -1
    spool: int = -1
    cleared: int = -1
    clearing: int = -1
    events: int = -1

    def take(self, lines: Iterable[str]) -> None:
        for line in lines:
            what, _, number = line.partition(" ")
            if number.strip().isdigit() and line.endswith("\n"):
                setattr(self, what, int(number))


@dataclass(slots=True)
class Found:
    lost: int = 0
    wrong: int = 0
    reopen_s: float = 0.0
    checked: int = 0
    put_aside: list[str] = field(default_factory=list)


def check(folder: Path, first: int, said: Acknowledged) -> tuple[Found, int]:
    """Open everything, compare it with what was acknowledged, and return what is wrong and the next free round."""
    found = Found()
    began = time.perf_counter()
    history, spool, events = DuckDbHistory(folder), Spool(folder, SPOOL_MB), SqliteEventLog(folder)
    history.as_of(1 << 50)
    found.reopen_s = time.perf_counter() - began
    found.put_aside = [path.name for path in history.damaged]
    kept = {(row.station, row.event_ms): row.value for part in _near(history, first, said.history) for row in part}
    for number in range(first, said.history + 1):
        _compare(rows_of(number), kept, found)
    # a spool that was being cleared may be empty up to there
    spooled = {(row.station, row.event_ms): row.value for batch in spool.batches() for row in batch}
    for number in range(max(said.cleared, said.clearing if not spooled else -1, first - 1) + 1, said.spool + 1):
        _compare(rows_of(number), spooled, found)
    bodies = {int(event.body) for event in events.since(0, 10_000_000)}
    found.lost += sum(number not in bodies for number in range(first, said.events + 1))
    spool.clear()
    _, last_ms = history.span()
    for store in (history, spool, events):
        store.close()
    return found, max((last_ms - BEGIN_MS) // 4000 if last_ms else 0, said.history, said.spool, said.events) + 1


def _near(history: DuckDbHistory, first: int, last: int) -> Iterable[Iterable[Observation]]:
    return history.rows_between(BEGIN_MS + first * 4000 - 3_600_001, BEGIN_MS + (last + 1) * 4000)


def _compare(rows: list[Observation], kept: dict[tuple[str, int], float], found: Found) -> None:
    found.checked += len(rows)
    for row in rows:
        value = kept.get((row.station, row.event_ms))
        found.lost += value is None
        found.wrong += value is not None and value != row.value


def main() -> int:
    folder, number = Path(sys.argv[1]), int(sys.argv[2])
    history, spool, events = DuckDbHistory(folder), Spool(folder, SPOOL_MB), SqliteEventLog(folder)
    if sys.argv[3:] == ["unsynced"]:
        os.fdatasync = lambda file: None
        events._database.pragma("synchronous", "off")
    said = sys.stdout
    while True:
        rows = rows_of(number)
        history.append(rows)
        print(f"history {number}", file=said, flush=True)
        spool.append(rows)
        print(f"spool {number}", file=said, flush=True)
        events.append([(BEGIN_MS + number, "round", str(number).encode())])
        print(f"events {number}", file=said, flush=True)
        if number % CLEAR_EVERY == 0:
            print(f"clearing {number}", file=said, flush=True)
            spool.clear()
            print(f"cleared {number}", file=said, flush=True)
        number += 1


if __name__ == "__main__":
    sys.exit(main())
