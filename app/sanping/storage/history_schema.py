"""The tables of a history's file, and how a file of an earlier version becomes one of this version.

A row carries its revision: the number of its commit or, when a row was corrected within one, a later one. `corrections`
holds what corrects rows of `observations`; the greatest revision holds. `spans` holds where each series begins and ends
as of the commit `spans_revision`: at a start only what was committed later is read.

Before a file of an earlier version is changed it is copied beside, so that an earlier program can go on with the copy.

Version 2 had no corrections. Version 1 kept the period of a mean with every row, and took a ten-minute and an hourly
mean that end together for one.
"""

import logging
import shutil
from pathlib import Path

import duckdb

from sanping.domain.errors import StoreFailed
from sanping.domain.text import Text
from sanping.storage.whole_file import whole_file

VERSION = 3
_TABLES = """
create table if not exists observations(
    series integer not null, event_ms bigint not null, received_ms bigint not null, value double,
    quality utinyint not null, origin utinyint not null, mark varchar not null, source smallint not null,
    is_simulated boolean not null, revision bigint not null);
create table if not exists corrections(
    series integer not null, event_ms bigint not null, received_ms bigint not null, value double,
    quality utinyint not null, origin utinyint not null, mark varchar not null, source smallint not null,
    is_simulated boolean not null, revision bigint not null);
create table if not exists series(
    id integer primary key, station varchar not null, quantity varchar not null, statistic varchar not null,
    period_s integer not null, unit varchar not null);
create table if not exists sources(id smallint primary key, name varchar not null);
create table if not exists spans(series integer not null, first_ms bigint not null, last_ms bigint not null);
create table if not exists about(version integer not null, spans_revision bigint not null);
"""
_FROM_1 = """
create table numbered as
    select (row_number() over (order by s.id, o.period_s) - 1)::integer id, s.id old, s.station, s.quantity,
        s.statistic, o.period_s, s.unit
    from series s join (select distinct series, period_s from observations) o on o.series = s.id;
create table moved as
    select n.id series, o.event_ms, o.received_ms, o.value, o.quality, o.origin, o.mark, o.source, o.is_simulated,
        0 revision
    from observations o join numbered n on n.old = o.series and n.period_s = o.period_s order by o.rowid;
drop table observations;
drop table series;
"""
_FILL = """
insert into observations select * from moved;
insert into series select id, station, quantity, statistic, period_s, unit from numbered order by id;
drop table moved;
drop table numbered;
"""
_NEWER = Text(
    "历史文件由更新的版本写成（格式 {version}），未打开也未改动；请升级程序",
    "The history's file was written by a newer version (format {version}); it was not opened or changed. "
    "Update the program",
)
_NO_ROOM = Text(
    "磁盘空间不足，升级前未能留存 {name} 的副本（需要 {megabytes} MB）；升级继续，数据不受影响",
    "There is no room to keep a copy of {name} before it is upgraded ({megabytes} MB); the upgrade goes on without one",
)
_log = logging.getLogger(__name__)


def former_copy(path: Path, version: int) -> Path:
    """Return where the copy of a file that had an earlier version is kept."""
    return path.with_name(f"{path.name}.version-{version}")


def keep_former(database: duckdb.DuckDBPyConnection, path: Path) -> bool:
    """Copy a file of an earlier version beside; then it is closed, and has to be opened again. Raises `StoreFailed`.

    False when nothing is to be kept: it is of this version or newer, empty, or was copied before; or for want of room.
    """
    version = _version(database)
    former = former_copy(path, version)
    if not 0 < version < VERSION or former.exists():
        return False
    database.execute("checkpoint")
    size = path.stat().st_size
    if shutil.disk_usage(path.parent).free < 3 * size:  # the copy, and what the upgrade itself writes
        _log.warning("%s", _NO_ROOM.with_values(name=path.name, megabytes=size >> 20).en)
        return False
    database.close()
    with whole_file(former) as part:
        shutil.copyfile(path, part)
    return True


def prepare(database: duckdb.DuckDBPyConnection) -> None:
    """Make the tables that are missing, all or none; raises `StoreFailed` when a newer program wrote the file."""
    version = _version(database)
    if version > VERSION:
        raise StoreFailed(_NEWER.with_values(version=version))
    if version == VERSION:
        return
    database.begin()
    if version == 1:
        database.execute(_FROM_1)
    database.execute(_TABLES)
    if version == 1:
        database.execute(_FILL)
    if version == 2:
        database.execute("update about set version = ?", [VERSION])
    else:
        database.execute("insert into about values (?, -1)", [VERSION])
    database.commit()


def _version(database: duckdb.DuckDBPyConnection) -> int:
    """Return the version of a file, 0 when it is empty; files of version 1 do not say theirs."""
    tables = {name for (name,) in database.execute("select table_name from duckdb_tables()").fetchall()}
    if "about" not in tables:
        return 1 if "observations" in tables else 0
    found = database.execute("select max(version) from about").fetchone()
    return int(found[0]) if found and found[0] is not None else 0
