"""The log of events in SQLite (`events.sqlite`): WAL, synchronous FULL, a checksum on each page."""

from pathlib import Path

import apsw

from sanping.domain.errors import StoreFailed
from sanping.storage.sql_event_log import CANNOT_OPEN, SqlEventLog
from sanping.storage.sqlite_file import reason_of
from sanping.storage.sqlite_tables import SqliteTables

FILE_NAME = "events.sqlite"
_SCHEMA = """
create table if not exists events(
    seq integer primary key, time_ms integer not null, kind text not null, body blob not null) strict;
create index if not exists events_by_time on events(time_ms);
create table if not exists about(epoch text not null) strict;
"""
_HEIGHT = "select coalesce(max(seq), 0) from events"


class SqliteEventLog(SqlEventLog):
    """Implements `ports.event_log.EventLog` in `folder`. Raises `StoreFailed`."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / FILE_NAME
        try:
            tables = SqliteTables(self.path, _SCHEMA, _HEIGHT)
        except (apsw.Error, OSError) as error:
            raise StoreFailed(CANNOT_OPEN.with_values(reason=reason_of(error)), path=str(self.path)) from error
        self._database, self.missing = tables.database, tables.missing
        super().__init__(tables)
