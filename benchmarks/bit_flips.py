"""Single flipped bits in a SQLite file, opened as it comes and as the hub does: what is read wrong without a word?

    python benchmarks/bit_flips.py [--flips 5000]

The same rows are written to both files; each flip is tried on a fresh copy, and every row is read by its time and by
its number. Prints a table and one line of JSON; fails when the hub's file is read wrong without an error.
"""

import argparse
import json
import random
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import apsw

from sanping.storage.sqlite_file import opened

ROWS, BODY = 2000, 120
SCHEMA = """
create table if not exists events(seq integer primary key, time_ms integer not null, body blob not null) strict;
create index if not exists events_by_time on events(time_ms);
"""
Opening = Callable[[Path], apsw.Connection]
Rows = list[tuple[int, int, bytes]]


def as_it_comes(path: Path) -> apsw.Connection:
    database = apsw.Connection(str(path))
    database.execute(SCHEMA)
    return database


def with_sums(path: Path) -> apsw.Connection:
    return opened(path, SCHEMA)


def written(path: Path, opening: Opening) -> bytes:
    """Return a file with its rows."""
    chance, database = random.Random(1), opening(path)
    with database:
        rows = ((number + 1, number * 1000, chance.randbytes(BODY)) for number in range(ROWS))
        database.executemany("insert into events values (?, ?, ?)", rows)
    database.close()
    return path.read_bytes()


def read(path: Path, opening: Opening) -> tuple[Rows, Rows]:
    """Return all rows by number and by time. Raises `apsw.Error`."""
    database = opening(path)
    try:
        by_number = database.execute("select * from events order by seq").fetchall()
        by_time = database.execute("select * from events where time_ms between 0 and 1 << 40 order by time_ms")
        return by_number, by_time.fetchall()
    finally:
        database.close()


def tried(folder: Path, opening: Opening, flips: int) -> dict[str, int]:
    whole = written(folder / "whole.sqlite", opening)
    right, chance = read(folder / "whole.sqlite", opening), random.Random(2)
    found = {"silent": 0, "noticed": 0, "harmless": 0}
    trial = folder / "trial.sqlite"
    for _ in range(flips):
        for left in folder.glob("trial.sqlite*"):
            left.unlink()
        damaged = bytearray(whole)
        damaged[chance.randrange(len(damaged))] ^= 1 << chance.randrange(8)
        trial.write_bytes(damaged)
        try:
            what = "harmless" if read(trial, opening) == right else "silent"
        except (apsw.Error, UnicodeError):
            what = "noticed"
        found[what] += 1
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--flips", type=int, default=5000)
    options = parser.parse_args()
    report: dict[str, dict[str, int]] = {}
    for name, opening in (("as it comes", as_it_comes), ("with sums", with_sums)):
        with tempfile.TemporaryDirectory(prefix="sanping-flips-") as folder:
            report[name] = tried(Path(folder), opening, options.flips)
        counts = "  ".join(f"{what} {count}" for what, count in report[name].items())
        print(f"{name:14}{options.flips} flips: {counts}")
    print(json.dumps(report))
    return int(bool(report["with sums"]["silent"]))


if __name__ == "__main__":
    sys.exit(main())
