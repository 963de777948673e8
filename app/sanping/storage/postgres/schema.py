"""The tables of a history in PostgreSQL.

`observations` is cut into days of event time (UTC): a table each, `observations_rest` for what is scattered. Each has a
BRIN index of event times and revisions; the days that are written to also have a b-tree of series and event time,
which goes when a day is over. A row carries its revision as in the file of `storage.history_schema`; `corrections` and
`spans` are those of that file. `days` says which table holds a day and the greatest revision in it.
"""

import psycopg

from sanping.domain.errors import StoreFailed
from sanping.domain.text import Text
from sanping.storage.postgres.server import OTHERS_WITHIN_S, Connection, PostgresPlace

VERSION = 1
LOCK_WITHIN_S = 5
REST = "observations_rest"
_COLUMNS = """
    event_ms bigint not null, received_ms bigint not null, value double precision not null, revision bigint not null,
    series integer not null, source smallint not null, quality smallint not null, origin smallint not null,
    is_simulated boolean not null, mark text not null
"""
_TABLES = f"""
create table history(version integer not null, spans_revision bigint not null);
create table series(
    id integer primary key, station text not null, quantity text not null, statistic text not null,
    period_s integer not null, unit text not null);
create table sources(id smallint primary key, name text not null);
create table spans(series integer not null, first_ms bigint not null, last_ms bigint not null);
create table days(
    day integer primary key, part text not null, is_indexed boolean not null, last_revision bigint not null);
create table observations({_COLUMNS}) partition by range (event_ms);
create table {REST} partition of observations default;
create index {REST}_times on {REST} using brin (event_ms, revision) with (pages_per_range = 32, autosummarize = on);
create index {REST}_series on {REST} (series, event_ms);
create table corrections({_COLUMNS});
create index corrections_series on corrections (series, event_ms, revision);
create index corrections_times on corrections using brin (event_ms, revision) with (autosummarize = on);
insert into history values ({VERSION}, -1);
"""
_NEWER = Text(
    "历史库由更新的版本建立（格式 {version}），未改动；请升级程序",
    "The history was made by a newer version (format {version}) and was not changed; update the program",
)
_IN_USE = Text(
    "另一个中枢正在使用该历史库；请先停止它",
    "Another hub uses this history; stop it first",
)


def is_free(database: Connection, schema: str) -> bool:
    """Say whether no hub has the history now."""
    found = database.execute("select pg_try_advisory_xact_lock(hashtextextended(%s, 0))", (f"history {schema}",))
    return found.fetchone() == (True,)


def take_alone(database: Connection, place: PostgresPlace) -> None:
    """Hold the lock of the history; a connection that has just closed gives it back in a moment.

    Raises `StoreFailed` when another hub has it.
    """
    database.execute(f"set lock_timeout = '{LOCK_WITHIN_S}s'")
    try:
        database.execute("select pg_advisory_lock(hashtextextended(%s, 0))", (f"history {place.schema}",))
    except psycopg.errors.LockNotAvailable as error:
        raise StoreFailed(_IN_USE, path=place.schema) from error
    database.execute(f"set lock_timeout = '{OTHERS_WITHIN_S}s'")


def prepare(database: Connection, place: PostgresPlace) -> None:
    """Take the history for this connection alone, and make its tables if they are missing, all or none.

    Raises `StoreFailed` when another hub has it, or a newer program made it.
    """
    try:
        take_alone(database, place)
    except StoreFailed:
        place.owned.look(database)
        raise
    schema = place.schema
    place.owned.take(database, schema)
    if database.execute("select to_regclass('history')").fetchone() == (None,):
        with database.transaction():
            database.execute(_TABLES)
    (version,) = database.execute("select max(version) from history").fetchone() or (None,)
    if version is not None and version > VERSION:
        raise StoreFailed(_NEWER.with_values(version=version), path=schema)
