"""Stores of earlier versions are taken over by this one, which is killed (SIGKILL) while it does so, again and again.

    python benchmarks/upgrade_kills.py [--kills 50] [--rows 400000] [--cases 20000]

The stores are written by the SQL of then: history of versions 1 and 2, the first books of events, cases and devices. A
process opens them all and is killed at a random moment; when it has come through in the end, every row must be there,
and the history of before beside it. Prints a table and one line of JSON; fails when something is lost.
"""

import argparse
import contextlib
import itertools
import json
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from fakes.former_stores import BEGIN_MS, HISTORY, write_books, write_history
from sanping.storage.case_book import SqliteCaseBook
from sanping.storage.device_book import SqliteDeviceBook
from sanping.storage.duckdb_history import DuckDbHistory
from sanping.storage.event_log import SqliteEventLog
from sanping.storage.history_schema import former_copy

KEY = b"the key of the site"
DONE = "done"


def take_over(folder: Path) -> None:
    """Open every store, as a hub does at its start."""
    print("begun", flush=True)
    for version in (1, 2):
        DuckDbHistory(folder / f"history-{version}").close()
    for store in (SqliteEventLog(folder), SqliteCaseBook(folder, KEY), SqliteDeviceBook(folder)):
        store.close()
    print(DONE, flush=True)


def killed_once(folder: Path, after_s: float) -> bool:
    """Take over in a process that is killed so soon after it began; return whether it came through before."""
    words = [sys.executable, __file__, "--take-over", str(folder)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        process.stdout.readline()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(after_s)
        process.kill()
        return process.stdout.read().strip() == DONE


def lost(folder: Path, rows: int, cases: int) -> int:
    """Return how many rows, cases, alarms and devices are not as they were written."""
    missing = 0
    for version in (1, 2):
        history = DuckDbHistory(folder / f"history-{version}")
        found = {row.event_ms: row.value for batch in history.rows_between(0, 1 << 50) for row in batch}
        missing += sum(found.get(BEGIN_MS + n * 1000) != n for n in range(rows)) + abs(len(found) - rows)
        history.close()
    log, book, devices = SqliteEventLog(folder), SqliteCaseBook(folder, KEY), SqliteDeviceBook(folder)
    missing += cases - len(list(log.since(0, 1 << 40))) + cases - len(book.cases()) + 20 - len(devices.devices())
    for store in (log, book, devices):
        store.close()
    return missing


def former_rows(folder: Path, version: int) -> int:
    """Return how many rows the copy of before has, 0 when there is none."""
    former = former_copy(folder / f"history-{version}" / HISTORY, version)
    if not former.exists():
        return 0
    with duckdb.connect(str(former), read_only=True) as database:
        found = database.execute("select count(*) from observations").fetchone()
    return int(found[0]) if found else 0


def run(options: argparse.Namespace, folder: Path) -> dict[str, object]:
    chance, kills, longest_s = random.Random(options.seed), 0, 1.0
    trials = itertools.count()
    while kills < options.kills:
        trial = folder / f"trial-{next(trials)}"
        for version in (1, 2):
            (trial / f"history-{version}").mkdir(parents=True)
            write_history(trial / f"history-{version}", version, options.rows)
        write_books(trial, options.cases)
        while kills < options.kills:
            began_s = time.monotonic()
            if killed_once(trial, chance.uniform(0.0, longest_s)):
                longest_s = time.monotonic() - began_s
                break
            kills += 1
        take = subprocess.run([sys.executable, __file__, "--take-over", str(trial)], capture_output=True, check=False)
        missing = lost(trial, options.rows, options.cases) + (take.returncode != 0)
        kept = [former_rows(trial, version) == options.rows for version in (1, 2)]
        if missing or not all(kept):
            return {"kills": kills, "lost": missing, "former_kept": all(kept)}
    return {"kills": kills, "lost": 0, "former_kept": True, "rows": 2 * options.rows, "cases": options.cases}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--rows", type=int, default=400_000)
    parser.add_argument("--cases", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--take-over", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.take_over:
        take_over(options.take_over)
        return 0
    with tempfile.TemporaryDirectory(prefix="sanping-upgrade-") as name:
        report = run(options, Path(name))
    print(f"{report['kills']} kills while stores of earlier versions were taken over, {report['lost']} lost")
    print(json.dumps(report))
    return int(bool(report["lost"]) or not report["former_kept"])


if __name__ == "__main__":
    sys.exit(main())
