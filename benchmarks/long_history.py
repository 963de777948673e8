"""What a history of weeks takes to open and to ask: 30 000 stations every ten minutes, of which some fell silent.

    python benchmarks/long_history.py [--days 30] [--folder FOLDER]

The rows are put into the file by the engine itself, because only the file matters here: 4.3 million a day. Figures are
medians, with the processor's time behind.
"""

import argparse
import itertools
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import duckdb

from sanping.domain.observation import Observation
from sanping.ports.history import SeriesKey
from sanping.storage.duckdb_history import FILE_NAME, DuckDbHistory

BEGIN_MS = 1_781_236_800_000
DAY_MS = 86_400_000
STATIONS, SILENT = 30_000, 20
_DAY = """
insert into observations select s, $begin + r * 600000 + s % 600 * 1000, $begin, round(random() * 3, 2), 0, 0, '', 0,
    false, $day + 2
from range(144) t(r), range($stations) u(s) where s >= $silent or $day < s + 1
"""
_Answer = TypeVar("_Answer")


def fill(folder: Path, days: int) -> None:
    history = DuckDbHistory(folder)
    history.append(
        [
            Observation(station=f"s{n}", quantity="water_level", value=1.0, unit="m", event_ms=BEGIN_MS - 1000)
            for n in range(STATIONS)
        ]
    )
    history.close()
    with duckdb.connect(str(folder / FILE_NAME), config={"threads": 2, "memory_limit": "512MB"}) as database:
        for day in range(days):
            database.execute(
                _DAY, {"begin": BEGIN_MS + day * DAY_MS, "day": day, "stations": STATIONS, "silent": SILENT}
            )


def measured(what: str, job: Callable[[], _Answer], times: int = 7) -> _Answer:
    walls, processors = [], []
    for _ in range(times):
        began, processor = time.perf_counter(), time.process_time()
        answer = job()
        walls.append((time.perf_counter() - began) * 1000)
        processors.append((time.process_time() - processor) * 1000)
    wall_ms, processor_ms = statistics.median(walls), statistics.median(processors)
    print(f"{what:52s} {wall_ms:8.1f} ms  (processor {processor_ms:8.1f} ms)", flush=True)
    return answer


def measure(folder: Path, days: int) -> None:
    fill(folder, days)
    end_ms, key = BEGIN_MS + days * DAY_MS, SeriesKey(station="s77", quantity="water_level")
    measured("open, spans of no row written down", lambda: DuckDbHistory(folder), 1).close()
    history = measured("open", lambda: DuckDbHistory(folder), 1)
    measured(f"all stations as of now, {SILENT} of them silent", lambda: history.as_of(end_ms))
    measured("all stations as of the middle", lambda: history.as_of(BEGIN_MS + days * DAY_MS // 2))
    measured("one silent station as of now", lambda: history.as_of(end_ms, ["s3"]))
    measured("one station's day", lambda: history.series(key, end_ms - DAY_MS, end_ms))
    measured("one station's hourly means, all days", lambda: history.series(key, BEGIN_MS, end_ms, "hour"))
    measured("the first 100 000 rows of all", lambda: list(itertools.islice(history.rows_between(0, end_ms), 5)), 3)
    measured("forget a day", lambda: history.forget_before(BEGIN_MS + DAY_MS), 1)
    rows, size = days * STATIONS * 144, (folder / FILE_NAME).stat().st_size
    history.close()
    print(f"{rows:,} rows, {size / 1e6:,.0f} MB, {size / rows:.1f} B a row")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--folder", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as name:
        measure(Path(name), options.days)
    return 0


if __name__ == "__main__":
    sys.exit(main())
