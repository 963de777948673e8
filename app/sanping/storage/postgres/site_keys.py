"""The sealed keys of a site beside its books, for hubs that take over from one another; what seals them is not here."""

import psycopg

from sanping.ports.case_book import AuditHead
from sanping.storage.audit_chain import head_mark
from sanping.storage.postgres.server import Connection

_TABLE = "create table if not exists site_keys(one integer primary key check (one = 1), body bytea not null)"


def sealed_keys(database: Connection) -> bytes | None:
    """Return what is laid down, None for nothing."""
    if database.execute("select to_regclass('site_keys')").fetchone() == (None,):
        return None
    found = database.execute("select body from site_keys").fetchone()
    return None if found is None else bytes(found[0])


def lay_down(database: Connection, schema: str, body: bytes, before: bytes | None) -> None:
    """Lay sealed keys down, unless something else than `before` is there by now."""
    with database.transaction():  # of two hubs that begin at once one makes the table
        database.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", (f"make {schema}",))
        database.execute(_TABLE)
        if sealed_keys(database) == before:
            database.execute(
                "insert into site_keys values (1, %s) on conflict (one) do update set body = excluded.body", (body,)
            )


def is_sealed_by(database: Connection, key: bytes) -> bool:
    """Say whether the book of cases is sealed by a key, True while there is no case."""
    try:
        found = database.execute("select seq, mark, seal from head").fetchone()
    except psycopg.errors.UndefinedTable:
        return True
    return found is None or bytes(found[2]) == head_mark(key, AuditHead(seq=int(found[0]), mark=bytes(found[1])))
