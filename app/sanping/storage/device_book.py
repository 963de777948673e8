"""Devices and people in SQLite (`devices.sqlite`), readable by the hub's owner alone."""

from collections.abc import Sequence
from pathlib import Path

import apsw
import msgspec

from sanping.domain.device import Device
from sanping.domain.errors import StoreFailed
from sanping.domain.role import Role
from sanping.domain.text import Text
from sanping.ports.device_book import User
from sanping.storage.sqlite_file import opened, reason_of

FILE_NAME = "devices.sqlite"
_SCHEMA = """
create table if not exists devices(id text primary key, token blob not null unique, body blob not null) strict;
create table if not exists users(name text primary key, role text not null, password text not null) strict;
"""
_FAILED = Text(
    "设备登记无法读写：{reason}。请检查文件夹权限和磁盘，或从备份恢复",
    "The book of devices cannot be used: {reason}. Check permissions and disk, or restore a backup",
)


class SqliteDeviceBook:
    """Implements `ports.device_book.DeviceBook` in `folder`."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / FILE_NAME
        try:
            self._database = opened(self.path, _SCHEMA)
        except (apsw.Error, OSError) as error:
            raise self._failed(error) from error

    def devices(self) -> Sequence[tuple[Device, bytes]]:
        """Return all devices with the SHA-256 of their tokens. Raises `StoreFailed`."""
        try:
            rows = list(self._database.execute("select body, token from devices order by id"))
            return [(msgspec.json.decode(body, type=Device), bytes(token)) for body, token in rows]
        except (apsw.Error, msgspec.MsgspecError, UnicodeError) as error:
            raise self._failed(error) from error

    def keep(self, device: Device, token_hash: bytes | None = None) -> None:
        """Write a device; `token_hash` only for a new one. Raises `StoreFailed`."""
        body = msgspec.json.encode(device)
        try:
            with self._database:
                if token_hash is None:
                    self._database.execute("update devices set body = ? where id = ?", (body, device.id))
                else:
                    self._database.execute("insert into devices values (?, ?, ?)", (device.id, token_hash, body))
        except apsw.Error as error:
            raise self._failed(error) from error

    def users(self) -> Sequence[User]:
        """Return who can log in. Raises `StoreFailed`."""
        try:
            rows = list(self._database.execute("select name, role, password from users order by name"))
            return [
                User(name=str(name), role=msgspec.convert(role, Role), password=str(password))
                for name, role, password in rows
            ]
        except (apsw.Error, msgspec.MsgspecError, UnicodeError) as error:
            raise self._failed(error) from error

    def keep_user(self, user: User) -> None:
        """Write a person, or another password or role of one. Raises `StoreFailed`."""
        try:
            with self._database:
                self._database.execute(
                    "insert into users values (?, ?, ?) on conflict(name) do update set "
                    "role = excluded.role, password = excluded.password",
                    (user.name, user.role, user.password),
                )
        except apsw.Error as error:
            raise self._failed(error) from error

    def forget_user(self, name: str) -> bool:
        """Remove a person; False when there is none. Raises `StoreFailed`."""
        try:
            self._database.execute("delete from users where name = ?", (name,))
            return bool(self._database.changes() > 0)
        except apsw.Error as error:
            raise self._failed(error) from error

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def _failed(self, error: Exception) -> StoreFailed:
        return StoreFailed(_FAILED.with_values(reason=reason_of(error)), path=str(self.path))
