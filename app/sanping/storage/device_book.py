"""Devices and people in SQLite (`devices.sqlite`), readable by the hub's owner alone."""

from pathlib import Path

import apsw

from sanping.domain.errors import StoreFailed
from sanping.storage.sql_device_book import FAILED, SqlDeviceBook
from sanping.storage.sqlite_file import reason_of
from sanping.storage.sqlite_tables import SqliteTables

FILE_NAME = "devices.sqlite"
_SCHEMA = """
create table if not exists devices(id text primary key, token blob not null unique, body blob not null) strict;
create table if not exists users(name text primary key, role text not null, password text not null) strict;
create table if not exists changes(one integer primary key check (one = 1), n integer not null) strict;
insert or ignore into changes values (1, 0);
create trigger if not exists devices_insert after insert on devices begin update changes set n = n + 1; end;
create trigger if not exists devices_update after update on devices begin update changes set n = n + 1; end;
create trigger if not exists devices_delete after delete on devices begin update changes set n = n + 1; end;
create trigger if not exists users_insert after insert on users begin update changes set n = n + 1; end;
create trigger if not exists users_update after update on users begin update changes set n = n + 1; end;
create trigger if not exists users_delete after delete on users begin update changes set n = n + 1; end;
"""
_HEIGHT = "select n from changes"


class SqliteDeviceBook(SqlDeviceBook):
    """Implements `ports.device_book.DeviceBook` in `folder`."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / FILE_NAME
        try:
            tables = SqliteTables(self.path, _SCHEMA, _HEIGHT)
        except (apsw.Error, OSError) as error:
            raise StoreFailed(FAILED.with_values(reason=reason_of(error)), path=str(self.path)) from error
        self.missing = tables.missing
        super().__init__(tables)
