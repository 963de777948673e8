"""What the history in PostgreSQL takes and how fast it answers, beside the embedded one, in one run.

    python benchmarks/postgres.py [--stations 30000] [--rounds 18] [--commit 5000]

A server of its own is started (its data in --folder, fsync on, `synchronous_commit=on`, a fresh `initdb`'s settings but
for 512 MB of shared buffers and a WAL of 4 GB); it listens on a Unix socket. Both stores are given the same rows in
turns: each station once in ten minutes, a third of the rounds three days ago, a third yesterday, a third today, so that
the first day is cold (without its b-tree); `--commit` rows a commit, each commit safe on disk.
Beside them COPY alone: ready bytes into an equal table of the same server, the floor of what a commit costs there.
Figures are medians.
"""

import argparse
import contextlib
import itertools
import os
import pwd
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

import numpy as np
import psycopg

from sanping.domain.observation import Observation
from sanping.ports.history import History, SeriesKey
from sanping.storage.duckdb_history import DuckDbHistory
from sanping.storage.postgres.copying import COLUMNS, copied
from sanping.storage.postgres.history import PostgresHistory
from sanping.storage.postgres.server import place_of
from sanping.storage.spool import Spool
from sanping.storage.spooled_history import SpooledHistory

BEGIN_MS = 1_781_222_400_000  # midnight UTC
DAY_MS, ROUND_MS = 86_400_000, 600_000
DAYS = (0, 2, 3)
TUNED = "-c shared_buffers=512MB -c max_wal_size=4GB -c checkpoint_timeout=15min -c listen_addresses="


@contextlib.contextmanager
def own_server(folder: Path) -> Iterator[str]:
    """Start a PostgreSQL in `folder` and give its address; it ends with the run."""
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin"))[-1]
    account = pwd.getpwnam("postgres" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name)
    folder.chmod(0o755)
    data = folder / "server"
    data.mkdir()
    os.chown(data, account.pw_uid, account.pw_gid)
    before = ("runuser", "-u", "postgres", "--") if os.geteuid() == 0 else ()

    def run(program: str, *words: str) -> None:
        subprocess.run([*before, str(programs / program), *words], check=True, cwd=data, stdout=subprocess.DEVNULL)

    run("initdb", "-D", str(data / "cluster"), "-U", "postgres", "-A", "trust", "--data-checksums")
    words = f"{TUNED} -c unix_socket_directories={data}"
    run("pg_ctl", "-D", str(data / "cluster"), "-w", "-l", str(data / "log"), "-o", words, "start")
    try:
        yield f"postgresql://postgres@/postgres?host={data}"
    finally:
        run("pg_ctl", "-D", str(data / "cluster"), "-m", "fast", "-w", "stop")


def rows_of_round(begin_ms: int, stations: int, chance: np.random.Generator) -> list[Observation]:
    values = np.round(chance.normal(3.0, 0.4, stations), 2).tolist()
    return [
        Observation(
            station=f"s{n}", quantity="water_level", value=values[n], unit="m", source="hj", mark="N",
            event_ms=begin_ms + n * ROUND_MS // stations, received_ms=begin_ms + n * ROUND_MS // stations + 900,
        )
        for n in range(stations)
    ]  # fmt: skip


class BareCopy:
    """COPY of ready bytes into a table like a day of ours, with the same two indexes."""

    def __init__(self, address: str) -> None:
        self._database = psycopg.connect(address, autocommit=True)
        self._database.execute(
            "create table bare(event_ms bigint, received_ms bigint, value float8, revision bigint, series int,"
            " source smallint, quality smallint, origin smallint, is_simulated bool, mark text)"
        )
        self._database.execute("create index on bare using brin (event_ms, revision)")
        self._database.execute("create index on bare (series, event_ms)")

    def append(self, parts: Sequence[bytes]) -> None:
        with self._database.cursor() as cursor, cursor.copy(f"copy bare ({COLUMNS}) from stdin (format binary)") as to:
            for part in parts:
                to.write(part)

    def close(self) -> None:
        self._database.close()


class Names:
    """Stands for the catalogue where only the numbers of sources are asked for."""

    def source(self, name: str) -> int:
        return len(name)


def timed(job: Callable[[], object]) -> float:
    began = time.perf_counter()
    job()
    return time.perf_counter() - began


def median_ms(job: Callable[[], object], times: int = 7) -> float:
    job()
    return statistics.median(timed(job) for _ in range(times)) * 1000


def written(
    stores: dict[str, Callable[[list[Observation]], Callable[[], object]]], options: argparse.Namespace
) -> dict[str, list[float]]:
    """Give all rows to all stores in turns; return what each commit took."""
    chance = np.random.default_rng(1)
    times: dict[str, list[float]] = {name: [] for name in stores}
    for day, number in itertools.product(DAYS, range(options.rounds // len(DAYS))):
        rows = rows_of_round(BEGIN_MS + day * DAY_MS + number * ROUND_MS, options.stations, chance)
        for begin in range(0, len(rows), options.commit):
            part = rows[begin : begin + options.commit]
            for name, ready in stores.items():
                times[name].append(timed(ready(part)))
    return times


def questions(stores: dict[str, History], options: argparse.Namespace) -> Iterator[tuple[str, dict[str, float]]]:
    """Yield what was asked, and what each store took in milliseconds."""
    key = SeriesKey(station="s77", quantity="water_level")
    span_ms = options.rounds // len(DAYS) * ROUND_MS
    first_ms, today_ms = BEGIN_MS, BEGIN_MS + DAYS[-1] * DAY_MS
    end_ms = today_ms + span_ms
    asked: dict[str, Callable[[History], object]] = {
        "all stations as of now": lambda store: store.as_of(end_ms),
        "all stations as of a moment of today": lambda store: store.as_of(today_ms + span_ms // 2),
        "all stations as of a moment of the cold day": lambda store: store.as_of(first_ms + span_ms // 2),
        "one station as of a moment of the cold day": lambda store: store.as_of(first_ms + span_ms // 2, ["s77"]),
        "one station today, raw": lambda store: store.series(key, today_ms, end_ms),
        "one station on the cold day, raw": lambda store: store.series(key, first_ms, first_ms + DAY_MS - 1),
        "one station on all days, hourly": lambda store: store.series(key, first_ms, end_ms, "hour"),
    }
    for what, question in asked.items():
        yield what, {name: median_ms(partial(question, store)) for name, store in stores.items()}


def compare(address: str, folder: Path, options: argparse.Namespace) -> None:
    postgres = PostgresHistory(place_of(address, "bench"))
    spooled = SpooledHistory(PostgresHistory(place_of(address, "spooled")), Spool(folder))
    duck, bare = DuckDbHistory(folder / "duck"), BareCopy(address)
    names = Names()

    def ready_bytes(part: list[Observation]) -> Callable[[], object]:
        parts = list(copied(names, list(enumerate(part)), 1))  # type: ignore[arg-type]
        return lambda: bare.append(parts)

    times = written(
        {
            "PostgreSQL, COPY of ready bytes": ready_bytes,
            "PostgreSQL history": lambda part: lambda: postgres.append(part),
            "PostgreSQL history behind its spool": lambda part: lambda: spooled.append(part),
            "DuckDB history": lambda part: lambda: duck.append(part),
        },
        options,
    )
    for name, each in times.items():
        rate = options.commit / statistics.median(each)
        print(
            f"{name:38s} {rate:>9,.0f} rows/s committed   commit {statistics.median(each) * 1000:6.1f} ms"
            f" (slowest {max(each) * 1000:6.0f})   over all {options.commit * len(each) / sum(each):>9,.0f} rows/s",
            flush=True,
        )
    stores: dict[str, History] = {"PostgreSQL": postgres, "DuckDB": duck}
    for what, found in questions(stores, options):
        print(f"{what:42s} " + "   ".join(f"{name} {ms:8.1f} ms" for name, ms in found.items()), flush=True)
    forgetting = {
        name: timed(lambda store=store: store.forget_before(BEGIN_MS + DAY_MS)) for name, store in stores.items()
    }  # type: ignore[misc]
    print("forgetting the first day  " + "   ".join(f"{name} {s:.2f} s" for name, s in forgetting.items()))
    sizes(address, folder, options)
    for store in (postgres, spooled, duck, bare):
        store.close()
    opening = (
        timed(lambda: PostgresHistory(place_of(address, "bench")).close()),
        timed(lambda: DuckDbHistory(folder / "duck").close()),
    )
    print("opening again  PostgreSQL {:.2f} s   DuckDB {:.2f} s".format(*opening))


def sizes(address: str, folder: Path, options: argparse.Namespace) -> None:
    with psycopg.connect(address) as database:
        found = database.execute(
            "select sum(pg_table_size(c.oid)), sum(pg_indexes_size(c.oid)), sum(c.reltuples)"
            " from pg_class c where c.relnamespace = 'sanping_spooled'::regnamespace and relname like 'observations_2%'"
        ).fetchone()
    rows = options.stations * options.rounds
    if found is not None:
        print(f"PostgreSQL keeps {found[0] / rows:.0f} B/row, indexes {found[1] / rows:.0f} B/row")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--stations", type=int, default=30_000)
    parser.add_argument("--rounds", type=int, default=18)
    parser.add_argument("--commit", type=int, default=5_000)
    parser.add_argument("--folder", type=Path)
    options = parser.parse_args()
    if shutil.which("psql") is None and not list(Path("/usr/lib/postgresql").glob("*/bin")):
        print("PostgreSQL is not installed")
        return 1
    with tempfile.TemporaryDirectory(dir=options.folder) as name, own_server(Path(name)) as address:
        compare(address, Path(name), options)
    return 0


if __name__ == "__main__":
    sys.exit(main())
