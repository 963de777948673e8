"""What a backup costs a hub that goes on committing, and what the mark beside a book costs its commits.

    python benchmarks/backup.py [--rows 10000000] [--steps 4000]

Fills a history, backs it up while rows are committed four times a second, checks that the backup holds a whole number
of commits, and restores it. Then commits events with and without the mark of `storage.high_water`, in turns. Prints one
line of JSON; fails when what was restored is not what was acknowledged before the backup began.
"""

import argparse
import json
import statistics
import tempfile
import threading
import time
from contextlib import closing
from pathlib import Path

from sanping.domain.observation import Observation
from sanping.ports.progress import SilentProgress
from sanping.storage.backing_up import HubData, back_up
from sanping.storage.book_copy import rows_of_history
from sanping.storage.duckdb_file import connected
from sanping.storage.duckdb_history import DuckDbHistory
from sanping.storage.event_log import SqliteEventLog
from sanping.storage.opening import FileStores
from sanping.storage.restoring import restore

SERIES, A_COMMIT, EVERY_S, A_TURN = 2000, 500, 0.25, 50
BEGAN_MS = 1_700_000_000_000


def rows(first: int, count: int) -> list[Observation]:
    return [
        Observation(
            station=f"s{n % SERIES}", quantity="water_level", statistic="instant", period_s=0, value=n / 7, unit="m",
            event_ms=BEGAN_MS + n // SERIES * 1000, received_ms=BEGAN_MS + n // SERIES * 1000, quality="good",
            source="bench", origin="live", is_simulated=True,
        )
        for n in range(first, first + count)
    ]  # fmt: skip


def fill(folder: Path, wanted: int) -> None:
    """Write the catalogue through the history, and the mass of rows as it would lie there."""
    with closing(DuckDbHistory(folder)) as history:
        history.append(rows(0, SERIES))
    with closing(connected(folder / "history.duckdb")) as database:
        database.execute(
            "insert into observations select o.series, o.event_ms + t.n * 1000, o.received_ms + t.n * 1000,"
            " o.value + t.n * 0.013, o.quality, o.origin, o.mark, o.source, o.is_simulated, t.n"
            " from range(1, ?) t(n), observations o order by t.n",
            [wanted // SERIES],
        )


class Committing(threading.Thread):
    """Commits rows until it is told to stop; keeps how long each took, and how many rows were acknowledged."""

    def __init__(self, history: DuckDbHistory, first: int) -> None:
        super().__init__()
        self.took_s: list[float] = []
        self.acknowledged = 0
        self._history, self._next, self._ending = history, first, threading.Event()

    def run(self) -> None:
        while not self._ending.wait(EVERY_S):
            batch = rows(self._next, A_COMMIT)
            began_s = time.perf_counter()
            self._history.append(batch)
            self.took_s.append(time.perf_counter() - began_s)
            self._next += A_COMMIT
            self.acknowledged += A_COMMIT

    def end(self) -> None:
        self._ending.set()
        self.join()


def backed_up(folder: Path, wanted: int) -> dict[str, float]:
    data = folder / "hub"
    data.mkdir()
    fill(data, wanted)
    hub = HubData(folder=data, stores=FileStores(data))
    with closing(DuckDbHistory(data)) as history:
        commits = Committing(history, wanted + SERIES)
        commits.start()
        time.sleep(5 * EVERY_S)
        alone = list(commits.took_s)
        before, began_s = commits.acknowledged, time.perf_counter()
        path, manifest = back_up(hub, folder / "kept", SilentProgress())
        took_s, beside = time.perf_counter() - began_s, commits.took_s[len(alone) :]
        commits.end()
    began_s = time.perf_counter()
    restore(path, hub, SilentProgress())
    restored_s = time.perf_counter() - began_s
    kept = rows_of_history(data / "history.duckdb")["observations"] - wanted // SERIES * SERIES
    if kept < before or kept % A_COMMIT:
        raise SystemExit(f"{before} rows were acknowledged before the backup, {kept} are in it")
    return {
        "rows": wanted, "backup_s": took_s, "backup_mb": manifest.size / 1e6, "restore_s": restored_s,
        "commit_alone_ms": 1000 * statistics.median(alone), "commit_beside_ms": 1000 * statistics.median(beside),
        "commit_beside_worst_ms": 1000 * max(beside),
    }  # fmt: skip


def committed(folder: Path, steps: int) -> tuple[float, float]:
    """Return the microseconds of the middle commit of five events without and with the mark, taken in turns."""
    took: dict[bool, list[float]] = {False: [], True: []}
    with closing(SqliteEventLog(folder)) as log:
        marking = log.tables._acknowledge
        for step in range(steps):
            is_marked = bool(step // A_TURN % 2)
            log.tables._acknowledge = marking if is_marked else _nothing  # type: ignore[method-assign]
            began_s = time.perf_counter()
            log.append([(step, "alarm", b"x" * 200)] * 5)
            took[is_marked].append(time.perf_counter() - began_s)
    return 1e6 * statistics.median(took[False]), 1e6 * statistics.median(took[True])


def _nothing() -> None:
    pass


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--rows", type=int, default=10_000_000)
    arguments.add_argument("--steps", type=int, default=4000)
    wanted = arguments.parse_args()
    with tempfile.TemporaryDirectory() as name:
        found = backed_up(Path(name), wanted.rows)
        found["event_commit_us"], found["event_commit_marked_us"] = committed(Path(name) / "log", wanted.steps)
    print(json.dumps({name: round(value, 1) for name, value in found.items()}))


if __name__ == "__main__":
    main()
