"""Cases and joint responses in SQLite (`cases.sqlite`): WAL with synchronous FULL, a checksum on each page."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import apsw
import msgspec

from sanping.domain.errors import StoreFailed
from sanping.ports.case_book import AuditHead, Verified
from sanping.storage.audit_chain import verified
from sanping.storage.sql_case_book import FAILED, ROW, SqlCaseBook
from sanping.storage.sqlite_file import BUSY_MS, reason_of
from sanping.storage.sqlite_tables import SqliteTables

FILE_NAME = "cases.sqlite"
_SCHEMA = """
create table if not exists cases(
    id text primary key, rev integer not null, body blob not null) strict, without rowid;
create table if not exists audit(
    seq integer primary key, at_ms integer not null, case_id text not null, rev integer not null,
    op text not null unique, said blob not null, case_mark blob not null, mark blob not null) strict;
create index if not exists audit_by_case on audit(case_id, seq);
create table if not exists outbox(seq integer primary key, body blob not null) strict;
create table if not exists personal(case_id text primary key, body blob not null) strict, without rowid;
create table if not exists head(one integer primary key check (one = 1), seq integer not null, mark blob not null,
    seal blob not null) strict;
create table if not exists responses(
    id text primary key, rev integer not null, body blob not null) strict, without rowid;
create trigger if not exists audit_stays before update on audit begin select raise(abort, 'audit rows stay'); end;
create trigger if not exists audit_is_kept before delete on audit begin select raise(abort, 'audit rows stay'); end;
"""
_HEIGHT = "select coalesce(max(seq), 0) from audit"
_UNREADABLE = (apsw.Error, msgspec.MsgspecError, UnicodeError)


class SqliteCaseBook(SqlCaseBook):
    """Implements `ports.case_book.WholeCaseBook` in `folder`; `key` seals the chain as in `SqlCaseBook`."""

    def __init__(self, folder: Path, key: bytes = b"") -> None:
        self.path = folder / FILE_NAME
        try:
            tables = SqliteTables(self.path, _SCHEMA, _HEIGHT)
        except (apsw.Error, OSError) as error:
            raise _failed(error, self.path) from error
        self.missing = tables.missing
        super().__init__(tables, key)

    def verify(self, witnessed: Sequence[AuditHead] = ()) -> Verified:
        """Check every row, the cases they led to, and heads that were kept elsewhere; from any thread.

        Raises `StoreFailed`.
        """
        return verified_file(self.path, self._key, witnessed)


def verified_file(path: Path, key: bytes, witnessed: Sequence[AuditHead] = ()) -> Verified:
    """Check the chain of a book that may be in use, even one that cannot be opened because a checksum is wrong.

    The sums of pages are left alone here: the chain itself says which row was altered. Raises `StoreFailed`.
    """
    with _beside(path) as database:
        tables = {name for (name,) in database.execute("select name from sqlite_master where type = 'table'")}
        rows = database.execute(f"{ROW} order by seq")
        sealed = database.execute("select seq, mark, seal from head").fetchone()
        bodies = [f"select id, rev, body from {name}" for name in ("cases", "responses") if name in tables]
        return verified(key, rows, database.execute(" union all ".join(bodies)), sealed, witnessed)


@contextmanager
def _beside(path: Path) -> Iterator[apsw.Connection]:
    """See one state of the file from a connection of its own, whatever is written meanwhile."""
    try:
        database = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
        try:
            database.set_busy_timeout(BUSY_MS)
            database.execute("begin")
            yield database
        finally:
            database.close()
    except _UNREADABLE as error:
        raise _failed(error, path) from error


def _failed(error: Exception, path: Path) -> StoreFailed:
    return StoreFailed(FAILED.with_values(reason=reason_of(error)), path=str(path))
