"""The hub's books in PostgreSQL: cases with their audit, events, devices and people, as in the files of SQLite.

Texts that are compared or ordered are so by their bytes, as in the files.
"""

from collections.abc import Iterator, Sequence

import psycopg

from sanping.domain.errors import StoreFailed
from sanping.ports.case_book import AuditHead, Verified
from sanping.storage.audit_chain import verified
from sanping.storage.postgres.server import Connection, PostgresPlace, first_line
from sanping.storage.postgres.tables import PostgresTables
from sanping.storage.sql_case_book import FAILED as CASES_FAILED
from sanping.storage.sql_case_book import ROW, SqlCaseBook
from sanping.storage.sql_device_book import FAILED as DEVICES_FAILED
from sanping.storage.sql_device_book import SqlDeviceBook
from sanping.storage.sql_event_log import CANNOT_OPEN, SqlEventLog

_TEXT = 'text collate "C"'
_CASES = f"""
create table cases(id {_TEXT} primary key, rev bigint not null, body bytea not null);
create table audit(
    seq bigint primary key, at_ms bigint not null, case_id {_TEXT} not null, rev bigint not null,
    op {_TEXT} not null unique, said bytea not null, case_mark bytea not null, mark bytea not null);
create index audit_by_case on audit(case_id, seq);
create table outbox(seq bigint primary key, body bytea not null);
create table personal(case_id {_TEXT} primary key, body bytea not null);
create table responses(id {_TEXT} primary key, rev bigint not null, body bytea not null);
create table head(one integer primary key check (one = 1), seq bigint not null, mark bytea not null,
    seal bytea not null);
create function audit_stays() returns trigger language plpgsql as
    $$ begin raise exception 'audit rows stay'; end $$;
create trigger audit_stays before update or delete on audit for each row execute function audit_stays();
create trigger audit_is_kept before truncate on audit execute function audit_stays();
"""
_EVENTS = f"""
create table events(seq bigint primary key, time_ms bigint not null, kind {_TEXT} not null, body bytea not null);
create index events_by_time on events(time_ms);
create table about(epoch text not null);
"""
_DEVICES = f"""
create table devices(id {_TEXT} primary key, token bytea not null unique, body bytea not null);
create table users(name {_TEXT} primary key, role text not null, password text not null);
"""
_AT_ONCE = 2000


class PostgresCaseBook(SqlCaseBook):
    """Implements `ports.case_book.WholeCaseBook` at `place`; `key` seals the chain as in `SqlCaseBook`."""

    def __init__(self, place: PostgresPlace, key: bytes = b"") -> None:
        try:
            self._beside = PostgresTables(place, _CASES, "head", personal="personal")
            super().__init__(self._beside, key)
        except psycopg.Error as error:
            raise StoreFailed(CASES_FAILED.with_values(reason=first_line(error)), path=str(place)) from error

    def verify(self, witnessed: Sequence[AuditHead] = ()) -> Verified:
        """Check every row, the cases they led to, and heads that were kept elsewhere; from any thread.

        Raises `StoreFailed`.
        """
        with self._asking(), self._beside.beside() as database:
            rows = _streamed(database, "rows", f"{ROW} order by seq")
            sealed = database.execute("select seq, mark, seal from head").fetchone()
            cases = _streamed(
                database, "cases", "select id, rev, body from cases union all select id, rev, body from responses"
            )
            return verified(self._key, rows, cases, sealed and (sealed[0], sealed[1], sealed[2]), witnessed)  # type: ignore[arg-type]


class PostgresEventLog(SqlEventLog):
    """Implements `ports.event_log.EventLog` at `place`. Raises `StoreFailed`."""

    def __init__(self, place: PostgresPlace) -> None:
        try:
            super().__init__(PostgresTables(place, _EVENTS, "events"))
        except psycopg.Error as error:
            raise StoreFailed(CANNOT_OPEN.with_values(reason=first_line(error)), path=str(place)) from error


class PostgresDeviceBook(SqlDeviceBook):
    """Implements `ports.device_book.DeviceBook` at `place`. Raises `StoreFailed`."""

    def __init__(self, place: PostgresPlace) -> None:
        try:
            super().__init__(PostgresTables(place, _DEVICES, "devices"))
        except psycopg.Error as error:
            raise StoreFailed(DEVICES_FAILED.with_values(reason=first_line(error)), path=str(place)) from error


def _streamed(database: Connection, name: str, question: str) -> Iterator[tuple[object, ...]]:
    """Yield rows of a long answer as they are asked for."""
    with database.cursor(name) as cursor:
        cursor.itersize = _AT_ONCE
        yield from cursor.execute(question)
