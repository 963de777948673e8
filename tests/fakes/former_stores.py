"""Stores of a hub as its earlier versions left them, written by the SQL of then."""

from collections.abc import Sequence
from pathlib import Path

import apsw
import duckdb

HISTORY, EVENTS, CASES, DEVICES = "history.duckdb", "events.sqlite", "cases.sqlite", "devices.sqlite"
HISTORY_1 = """
create table observations(
    series integer not null, event_ms bigint not null, received_ms bigint not null, value double,
    quality utinyint not null, origin utinyint not null, mark varchar not null, source smallint not null,
    period_s integer not null, is_simulated boolean not null);
create table series(id integer primary key, station varchar not null, quantity varchar not null,
    statistic varchar not null, unit varchar not null);
create table sources(id smallint primary key, name varchar not null);
insert into sources values (0, 'g');
"""
HISTORY_2 = """
create table observations(
    series integer not null, event_ms bigint not null, received_ms bigint not null, value double,
    quality utinyint not null, origin utinyint not null, mark varchar not null, source smallint not null,
    is_simulated boolean not null, revision bigint not null);
create table series(
    id integer primary key, station varchar not null, quantity varchar not null, statistic varchar not null,
    period_s integer not null, unit varchar not null);
create table sources(id smallint primary key, name varchar not null);
create table spans(series integer not null, first_ms bigint not null, last_ms bigint not null);
create table about(version integer not null, spans_revision bigint not null);
insert into about values (2, -1);
insert into sources values (0, 'g');
"""
EVENTS_1 = """
create table events(
    seq integer primary key, time_ms integer not null, kind text not null, body blob not null) strict;
create index events_by_time on events(time_ms);
"""
CASES_1 = """
create table cases(
    id text primary key, rev integer not null, body blob not null) strict, without rowid;
create table audit(
    seq integer primary key, at_ms integer not null, case_id text not null, rev integer not null,
    op text not null unique, said blob not null, case_mark blob not null, mark blob not null) strict;
create index audit_by_case on audit(case_id, seq);
create table outbox(seq integer primary key, body blob not null) strict;
create table personal(case_id text primary key, body blob not null) strict, without rowid;
create table head(one integer primary key check (one = 1), seq integer not null, mark blob not null,
    seal blob not null) strict;
"""
DEVICES_1 = """
create table devices(id text primary key, token blob not null unique, body blob not null) strict;
create table users(name text primary key, role text not null, password text not null) strict;
"""
BEGIN_MS = 1_781_236_800_000
STATIONS = 50
ALARM_1 = (
    '{"id":"a%d","rule":"high","station":"s1","quantity":"water_level","colour":"red","state":"active",'
    '"title_zh":"水位超警戒","title_en":"High","raised_ms":%d,"changed_ms":%d}'
)
CASE_1 = (
    '{"id":"c%05d","rev":1,"state":"reported","kind":"event","case_class":"0102","source":"collector",'
    '"area":"310107","reported_ms":%d,"changed_ms":%d}'
)
DEVICE_1 = '{"id":"d%d","name":"手机","kind":"phone","role":"viewer","since_ms":0,"until_ms":%d}'


def write_history(folder: Path, version: int, rows: int) -> None:
    """Write a history of version 1 or 2: row n is of station n modulo 50, and its value is n."""
    with duckdb.connect(str(folder / HISTORY)) as database:
        database.execute(HISTORY_1 if version == 1 else HISTORY_2)
        names = "n, 's' || n, 'water_level', 'instant'," + (" 'm'" if version == 1 else " 0, 'm'")
        database.execute(f"insert into series select {names} from range({STATIONS}) t(n)")
        ends = "0, 0, false" if version == 1 else "0, false, 1 + n"
        moment = f"{BEGIN_MS} + n * 1000"
        columns = f"n % {STATIONS}, {moment}, {moment}, n, 0, 0, '', {ends}"
        database.execute(f"insert into observations select {columns} from range({rows}) t(n)")


def write_books(folder: Path, cases: int) -> None:
    """Write events, cases and devices as the first version of each did; the chain of the audit is left empty."""
    until_ms = BEGIN_MS + (1 << 40)
    bodies = [(f"c{n:05d}", 1, (CASE_1 % (n, BEGIN_MS, BEGIN_MS)).encode()) for n in range(cases)]
    alarms = [(n + 1, BEGIN_MS + n, "alarm", (ALARM_1 % (n, BEGIN_MS, BEGIN_MS)).encode()) for n in range(cases)]
    devices = [(f"d{n}", f"{n:032d}".encode(), (DEVICE_1 % (n, until_ms)).encode()) for n in range(20)]
    _write(folder / CASES, CASES_1, "cases", bodies)
    _write(folder / EVENTS, EVENTS_1, "events", alarms)
    _write(folder / DEVICES, DEVICES_1, "devices", devices)


def _write(path: Path, schema: str, table: str, rows: Sequence[tuple[object, ...]]) -> None:
    database = apsw.Connection(str(path))
    database.pragma("journal_mode", "wal")
    database.execute(schema)
    with database:
        database.executemany(f"insert into {table} values ({', '.join('?' * len(rows[0]))})", rows)
    database.close()
