"""What the stores take and how fast they answer, beside a plain SQLite table and the bare DuckDB appender, in one run.

    python benchmarks/stores.py [--stations 30000] [--rounds 144] [--commit 5000] [--corrected 7]

Every store is given the same rows: each station once in ten minutes for a day (4.3 million rows), `--commit` rows a
commit, each commit safe on disk. The three are written to in turns; SQLite, which slows down as it grows, only for as
many rounds as `--sqlite-rounds`. Then our store is asked again after every row of the last `--corrected` rounds was
corrected. Figures are medians; behind a question stands the processor's time, which tells more
on a machine that others use too. Sizes are those of the closed files.
"""

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import apsw
import duckdb
import numpy as np
import pyarrow as pa

from sanping.domain.observation import Observation
from sanping.ports.history import SeriesKey
from sanping.storage.duckdb_history import DuckDbHistory
from sanping.storage.spool import Spool
from sanping.storage.spooled_history import SpooledHistory

BEGIN_MS = 1_781_236_800_000
ROUND_MS = 600_000
Rows = Sequence[Observation]


class PlainSqlite:
    """One table, PRIMARY KEY (station, time), synchronous FULL: what one would write first."""

    def __init__(self, folder: Path) -> None:
        self._database = apsw.Connection(str(folder / "plain.sqlite"))
        self._database.pragma("journal_mode", "wal")
        self._database.pragma("synchronous", "full")
        self._database.execute(
            "create table o(station text, quantity text, event_ms integer, received_ms integer, value real,"
            " quality text, source text, primary key (station, quantity, event_ms)) without rowid"
        )

    def append(self, rows: Rows) -> None:
        with self._database:
            self._database.executemany(
                "insert or ignore into o values (?, ?, ?, ?, ?, ?, ?)",
                (
                    (row.station, row.quantity, row.event_ms, row.received_ms, row.value, row.quality, row.source)
                    for row in rows
                ),
            )

    def as_of(self, moment_ms: int) -> int:
        return len(
            list(
                self._database.execute(
                    "select station, quantity, max(event_ms), value from o where event_ms <= ? group by 1, 2",
                    (moment_ms,),
                )
            )
        )

    def series(self, station: str, from_ms: int, to_ms: int) -> int:
        question = (
            "select event_ms, value from o where station = ? and quantity = 'water_level' and event_ms between ? and ?"
        )
        return len(list(self._database.execute(question, (station, from_ms, to_ms))))

    def close(self) -> None:
        self._database.close()


class BareDuckDb:
    """Ready-made Arrow columns into a table of numbers: no names, no check for doubles; the floor."""

    def __init__(self, folder: Path) -> None:
        self._database = duckdb.connect(str(folder / "bare.duckdb"))
        self._database.execute("create table o(series integer, event_ms bigint, received_ms bigint, value double)")

    def append(self, columns: pa.Table) -> None:
        self._database.register("batch", columns)
        self._database.execute("insert into o select * from batch")
        self._database.unregister("batch")

    def close(self) -> None:
        self._database.close()


def rows_of_round(number: int, stations: int, chance: np.random.Generator) -> list[Observation]:
    values = np.round(chance.normal(3.0, 0.4, stations), 2).tolist()
    return [
        Observation(
            station=f"s{n}", quantity="water_level", value=values[n], unit="m", source="hj",
            event_ms=BEGIN_MS + number * ROUND_MS + n * 7 % 600 * 1000,
            received_ms=BEGIN_MS + number * ROUND_MS + n * 20,
        )
        for n in range(stations)
    ]  # fmt: skip


def columns_of(rows: Rows) -> pa.Table:
    return pa.table(
        {
            "series": pa.array([int(row.station[1:]) for row in rows], pa.int32()),
            "event_ms": pa.array([row.event_ms for row in rows], pa.int64()),
            "received_ms": pa.array([row.received_ms for row in rows], pa.int64()),
            "value": pa.array([row.value for row in rows], pa.float64()),
        }
    )


def timed(job: Callable[[], object]) -> float:
    began = time.perf_counter()
    job()
    return time.perf_counter() - began


def median_ms(job: Callable[[], object], times: int = 9) -> tuple[float, float]:
    """Return the median wall time and processor time of a question, in milliseconds."""
    walls, processors = [], []
    for _ in range(times):
        began = time.process_time()
        walls.append(timed(job))
        processors.append(time.process_time() - began)
    return statistics.median(walls) * 1000, statistics.median(processors) * 1000


def written_bytes() -> int:
    """Bytes this process has given to the disks so far."""
    lines = Path("/proc/self/io").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("write_bytes"))


def show(name: str, times: list[float], size: int, rows: int, written: int) -> None:
    commit = rows / len(times)
    slowest, middle = max(times) * 1000, statistics.median(times) * 1000
    print(
        f"{name:34s} {rows / sum(times):>9,.0f} rows/s   commit {middle:6.1f} ms (slowest {slowest:6.0f})"
        f"   {size / rows:6.1f} B/row kept   {written / rows:7.0f} B/row written   ({commit:.0f} rows a commit)"
    )


def corrected(store: SpooledHistory, options: argparse.Namespace) -> list[float]:
    """Correct every row of the last rounds; return what each commit took."""
    chance = np.random.default_rng(2)
    times = []
    for number in range(options.rounds - options.corrected, options.rounds):
        rows = rows_of_round(number, options.stations, chance)
        for begin in range(0, len(rows), options.commit):
            part = rows[begin : begin + options.commit]
            times.append(timed(lambda part=part: store.append(part)))  # type: ignore[misc]
    return times


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--stations", type=int, default=30_000)
    parser.add_argument("--rounds", type=int, default=144)
    parser.add_argument("--sqlite-rounds", type=int, default=24)
    parser.add_argument("--commit", type=int, default=5_000)
    parser.add_argument("--corrected", type=int, default=7)
    parser.add_argument("--folder", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as name:
        measure(Path(name), options)
    return 0


def measure(folder: Path, options: argparse.Namespace) -> None:
    ours = SpooledHistory(DuckDbHistory(folder), Spool(folder))
    bare, plain = BareDuckDb(folder), PlainSqlite(folder)
    times: dict[str, list[float]] = {"ours": [], "bare": [], "plain": []}
    written = dict.fromkeys(times, 0)
    chance = np.random.default_rng(1)
    for number in range(options.rounds):
        rows = rows_of_round(number, options.stations, chance)
        for begin in range(0, len(rows), options.commit):
            part = rows[begin : begin + options.commit]
            columns = columns_of(part)
            jobs: dict[str, Callable[[], object]] = {
                "ours": lambda part=part: ours.append(part),  # type: ignore[misc]
                "bare": lambda columns=columns: bare.append(columns),  # type: ignore[misc]
            }
            if number < options.sqlite_rounds:
                jobs["plain"] = lambda part=part: plain.append(part)  # type: ignore[misc]
            for which, job in jobs.items():
                before = written_bytes()
                times[which].append(timed(job))
                written[which] += written_bytes() - before
    end_ms = BEGIN_MS + options.rounds * ROUND_MS
    middle_ms, key = (BEGIN_MS + end_ms) // 2, SeriesKey(station="s77", quantity="water_level")
    total, few = options.rounds * options.stations, options.sqlite_rounds * options.stations
    few_ms = BEGIN_MS + options.sqlite_rounds * ROUND_MS
    answers = [
        ("ours: all stations as of now", median_ms(lambda: ours.as_of(end_ms))),
        ("ours: all stations as of noon", median_ms(lambda: ours.as_of(middle_ms))),
        ("ours: one station as of noon", median_ms(lambda: ours.as_of(middle_ms, ["s77"]))),
        *((f"ours: one station's day, {s}", median_ms(lambda s=s: ours.series(key, BEGIN_MS, end_ms, s)))  # type: ignore[misc]
          for s in ("raw", "5min", "hour", "day")),
        (f"SQLite: all stations as of now, {few:,} rows", median_ms(lambda: plain.as_of(few_ms), 5)),
        ("SQLite: one station's rows", median_ms(lambda: plain.series("s77", BEGIN_MS, few_ms))),
    ]  # fmt: skip
    correcting = corrected(ours, options)
    answers += [
        ("corrected: all stations as of now", median_ms(lambda: ours.as_of(end_ms))),
        ("corrected: all stations as of noon", median_ms(lambda: ours.as_of(middle_ms))),
        ("corrected: one station's day, raw", median_ms(lambda: ours.series(key, BEGIN_MS, end_ms))),
        ("corrected: one station's day, hour", median_ms(lambda: ours.series(key, BEGIN_MS, end_ms, "hour"))),
    ]
    forgetting_s = timed(lambda: ours.forget_before(BEGIN_MS + options.rounds * ROUND_MS // 4))
    for store in (ours, bare, plain):
        store.close()
    reopening_s = timed(lambda: DuckDbHistory(folder).close())
    sizes = [(folder / file).stat().st_size for file in ("history.duckdb", "bare.duckdb", "plain.sqlite")]
    show("Sanping history with spool", times["ours"], sizes[0], total, written["ours"])
    show("bare DuckDB, ready columns", times["bare"], sizes[1], total, written["bare"])
    show("plain SQLite, primary key, FULL", times["plain"], sizes[2], few, written["plain"])
    if correcting:
        print(f"corrections {options.commit * len(correcting) / sum(correcting):,.0f} rows/s")
    for what, (wall_ms, processor_ms) in answers:
        print(f"{what:52s} {wall_ms:8.1f} ms  (processor {processor_ms:6.1f} ms)")
    print(f"forgetting a quarter {forgetting_s:.2f} s, reopening {reopening_s:.2f} s")


if __name__ == "__main__":
    sys.exit(main())
