"""Copies of books and of the history while they are written to: each is one moment of it, whole and checked."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TookTooLong
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import apsw
import duckdb

from sanping.domain.errors import Cancelled, StoreFailed
from sanping.domain.text import Text
from sanping.ports.progress import Progress
from sanping.storage.duckdb_file import connected, first_line
from sanping.storage.sqlite_file import looked_into, reason_of

COPYING = Text("正在备份 {name}", "Backing up {name}")
_FAILED = Text(
    "{name} 未能备份：{reason}。原文件未改动；请检查磁盘和该文件",
    "{name} could not be backed up: {reason}. The file itself is as it was; check it and the disk",
)
_DIFFERENT = Text("副本与原表 {table} 不一致", "the copy of the table {table} differs")
_STEPS_A_LOOK, _LOOK_S = 20_000, 0.1
_COPY = "sanping_backup"


def copy_book(source: Path, target: Path, progress: Progress) -> dict[str, int]:
    """Copy a SQLite book as it is at this moment, also while it is written to; return the rows of each table.

    Every page is read through its sum, and what was deleted is left out. Raises `StoreFailed`, `Cancelled`.
    """
    stopped: list[Cancelled] = []

    def look() -> bool:
        try:
            progress.report(0.5, COPYING.with_values(name=source.name))
        except Cancelled as error:
            stopped.append(error)
        return bool(stopped)

    try:
        with closing(looked_into(source)) as database:
            database.set_progress_handler(look, _STEPS_A_LOOK)
            database.execute("vacuum into ?", (str(target),))
        return rows_of_book(target)
    except (apsw.Error, OSError) as error:
        if stopped:
            raise stopped[0] from error
        raise _failed(source, reason_of(error)) from error


def rows_of_book(path: Path) -> dict[str, int]:
    """Read every page of a SQLite file and return the rows of each table. Raises `apsw.Error`."""
    with closing(looked_into(path)) as database:
        words = database.execute("pragma quick_check(1)").get
        if words != "ok":
            raise apsw.CorruptError(words)
        names = [name for (name,) in database.execute("select name from sqlite_master where type = 'table'")]
        return {name: int(database.execute(f'select count(*) from "{name}"').get) for name in sorted(names)}


def copy_history(source: Path, target: Path, progress: Progress) -> dict[str, int]:
    """Copy the history as it is at this moment; rows go on being committed meanwhile. Return the rows of each table.

    Whoever has the file open must be this process. Every row is compared. Raises `StoreFailed`, `Cancelled`.
    """
    try:
        with closing(connected(source)) as database:
            try:
                where = str(target).replace("'", "''")
                database.execute(f"attach '{where}' as {_COPY}")
                return _watched(lambda: _copied(database), database, source, progress)
            finally:
                with suppress(duckdb.Error):
                    database.rollback()
                with suppress(duckdb.Error):
                    database.execute(f"detach {_COPY}")
    except duckdb.Error as error:
        raise _failed(source, Text(first_line(error), first_line(error))) from error


def rows_of_history(path: Path) -> dict[str, int]:
    """Return the rows of each table of a history that nobody has open. Raises `StoreFailed`."""
    try:
        with closing(connected(path)) as database:
            return {name: _summed(database, name)[0] for name in _tables(database)}
    except duckdb.Error as error:
        raise _failed(path, Text(first_line(error), first_line(error))) from error


def _copied(database: duckdb.DuckDBPyConnection) -> dict[str, int]:
    (ours,) = database.execute("select current_database()").fetchone() or ("",)
    database.begin()
    database.execute(f'copy from database "{ours}" to {_COPY}')
    sums = {name: _summed(database, f'"{ours}".{name}') for name in _tables(database)}
    database.commit()
    database.execute(f"checkpoint {_COPY}")
    for name, total in sums.items():
        if _summed(database, f"{_COPY}.{name}") != total:
            raise duckdb.IOException(_DIFFERENT.with_values(table=name).zh)
    return {name: rows for name, (rows, _) in sums.items()}


def _watched(
    job: Callable[[], dict[str, int]], database: duckdb.DuckDBPyConnection, source: Path, progress: Progress
) -> dict[str, int]:
    """Run a job of the engine on a thread of its own; who cancels it interrupts the engine."""
    with ThreadPoolExecutor(1, thread_name_prefix="copy") as thread:
        running = thread.submit(job)
        while True:
            try:
                return running.result(_LOOK_S)
            except TookTooLong:
                pass
            try:
                share = max(0.0, database.query_progress()) / 100
                progress.report(min(1.0, share), COPYING.with_values(name=source.name))
            except Cancelled:
                database.interrupt()
                raise


def _tables(database: duckdb.DuckDBPyConnection) -> list[str]:
    question = "select table_name from duckdb_tables() where database_name = current_database() order by 1"
    return [name for (name,) in database.execute(question).fetchall()]


def _summed(database: duckdb.DuckDBPyConnection, table: str) -> tuple[int, Any]:
    """Return how many rows a table has, and a sum over what they say in any order."""
    rows, total = database.execute(f"select count(*), bit_xor(hash(t)) from {table} t").fetchone() or (0, None)
    return int(rows), total


def _failed(path: Path, reason: Text) -> StoreFailed:
    return StoreFailed(_FAILED.with_values(name=path.name, reason=reason), path=str(path))
