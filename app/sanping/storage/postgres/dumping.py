"""Backs up the schema of one hub by the server's own programs, and takes it back; both run as children.

`pg_dump` sees one moment (a snapshot that it is handed), in which the rows are counted too. What is in the schema when
a dump is taken back is renamed, never dropped, and gets its name back when anything fails.
"""

import contextlib
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from sanping.domain.errors import StoreFailed
from sanping.domain.text import Text
from sanping.ports.progress import Progress
from sanping.storage.postgres.schema import take_alone
from sanping.storage.postgres.server import Connection, PostgresPlace, connected, first_line

DUMP_FILE = "postgres.dump"
LOOK_EVERY_S = 0.1
_NO_PROGRAM = Text(
    "找不到 {program}；请安装与服务器同一大版本的客户端工具（Debian：postgresql-client），或由数据库部门备份",
    "{program} was not found; install the client programs of PostgreSQL of the server's major version "
    "(Debian: postgresql-client), or leave backups to whoever keeps your databases",
)
_FAILED = Text("{program} 失败：{reason}。原有数据未改动", "{program} failed: {reason}. What was there is as it was")
_ROWS = Text(
    "恢复后表 {table} 的行数不符，已还原到恢复之前；请改用另一份备份",
    "The rows of the table {table} differ after the restore, which was undone; take another backup",
)
_DUMPING = Text("正在备份数据库：{megabytes} MB", "Backing up the database: {megabytes} MB")
_TAKING = Text("正在恢复数据库", "Restoring the database")


def dump(place: PostgresPlace, target: Path, progress: Progress) -> dict[str, int]:
    """Write the schema of a place to a file as it is at this moment, and return the rows of each table.

    Raises `StoreFailed`, also when the programs are not installed, and `Cancelled`.
    """
    try:
        with contextlib.closing(connected(place)) as database:
            database.execute("begin transaction isolation level repeatable read, read only")
            (snapshot,) = database.execute("select pg_export_snapshot()").fetchone() or ("",)
            rows = _counted(database, place.schema)
            words = ("-Fc", f"--snapshot={snapshot}", "--no-owner", "-n", f'"{place.schema}"', "-f", str(target))

            def tell() -> None:
                size = target.stat().st_size if target.exists() else 0
                progress.report(0.5, _DUMPING.with_values(megabytes=size >> 20))

            _run("pg_dump", words, place, tell)
            return rows
    except psycopg.Error as error:
        raise _failed("pg_dump", first_line(error), place) from error


def take_back(place: PostgresPlace, source: Path, rows: Mapping[str, int], progress: Progress) -> str:
    """Restore a dump, and return the name under which the schema that was there is kept, "" when there was none.

    Raises `StoreFailed`, `Cancelled`, and then all is as it was.
    """
    try:
        with contextlib.closing(connected(place)) as database:
            take_alone(database, place)
            former = f"{place.schema}_before_{time.time_ns() // 1_000_000}"
            _rename(database, place.schema, former)
            try:
                words = ("--exit-on-error", "--single-transaction", "--no-owner", str(source))
                _run("pg_restore", words, place, lambda: progress.report(0.5, _TAKING))
                _check_rows(database, place, rows)
            except BaseException:
                database.execute(sql.SQL("drop schema if exists {} cascade").format(sql.Identifier(place.schema)))
                _rename(database, former, place.schema)
                raise
            return former
    except psycopg.Error as error:
        raise _failed("pg_restore", first_line(error), place) from error


def _check_rows(database: Connection, place: PostgresPlace, rows: Mapping[str, int]) -> None:
    found = _counted(database, place.schema)
    for table in sorted(found.keys() | rows.keys()):
        if found.get(table) != rows.get(table):
            raise StoreFailed(_ROWS.with_values(table=table), path=str(place))


def _rename(database: Connection, old: str, new: str) -> None:
    database.execute(sql.SQL("alter schema {} rename to {}").format(sql.Identifier(old), sql.Identifier(new)))


def _counted(database: Connection, schema: str) -> dict[str, int]:
    """Return the rows of each table; those of the days are counted where they belong."""
    names = database.execute(
        "select relname from pg_class c join pg_namespace n on n.oid = relnamespace"
        " where nspname = %s and relkind in ('r', 'p') and not relispartition order by 1",
        (schema,),
    ).fetchall()
    counted = {}
    for (name,) in names:
        question = sql.SQL("select count(*) from {}").format(sql.Identifier(schema, name))
        counted[str(name)] = int((database.execute(question).fetchone() or (0,))[0])
    return counted


def _run(program: str, words: Sequence[str], place: PostgresPlace, tell: Callable[[], None]) -> None:
    """Run a program of the server until it ends; `tell` is called now and then, and what it raises ends the program.

    Raises `StoreFailed`.
    """
    found = shutil.which(program)
    if found is None:
        raise StoreFailed(_NO_PROGRAM.with_values(program=program))
    known = conninfo_to_dict(place.address)
    secret = known.pop("password", None)  # in the list of processes everybody could read it
    environment = {**os.environ, **({"PGPASSWORD": str(secret)} if secret else {})}
    with tempfile.TemporaryFile() as said:
        child = subprocess.Popen(
            [found, "-d", make_conninfo("", **known), *words], env=environment, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=said,
        )  # fmt: skip
        try:
            while child.poll() is None:
                tell()
                with contextlib.suppress(subprocess.TimeoutExpired):
                    child.wait(LOOK_EVERY_S)
        finally:
            if child.poll() is None:
                child.terminate()
                child.wait()
        if child.returncode:
            said.seek(0)
            raise _failed(program, said.read(600).decode(errors="replace").strip().replace("\n", " "), place)


def _failed(program: str, reason: str, place: PostgresPlace) -> StoreFailed:
    return StoreFailed(_FAILED.with_values(program=program, reason=reason[:300]), path=str(place))
