"""Devices and people in tables of SQL, whatever the engine."""

from collections.abc import Sequence

import msgspec

from sanping.domain.device import Device
from sanping.domain.errors import StoreFailed
from sanping.domain.role import Role
from sanping.domain.text import Text
from sanping.ports.device_book import User
from sanping.storage.sql_tables import SqlTables

FAILED = Text(
    "设备登记无法读写：{reason}。请检查权限和磁盘，或用 sanping stores restore 从备份恢复",
    "The book of devices cannot be used: {reason}. Check permissions and disk, "
    "or restore a backup with sanping stores restore",
)


class SqlDeviceBook:
    """Implements `ports.device_book.DeviceBook` on tables."""

    def __init__(self, tables: SqlTables) -> None:
        self.tables = tables
        self._unreadable: tuple[type[Exception], ...] = (*tables.errors, msgspec.MsgspecError, UnicodeError)

    def devices(self) -> Sequence[tuple[Device, bytes]]:
        """Return all devices with the SHA-256 of their tokens. Raises `StoreFailed`."""
        try:
            rows = self.tables.run("select body, token from devices order by id")
            return [(msgspec.json.decode(body, type=Device), bytes(token)) for body, token in rows]
        except self._unreadable as error:
            raise self._failed(error) from error

    def keep(self, device: Device, token_hash: bytes | None = None) -> None:
        """Write a device; `token_hash` only for a new one. Raises `StoreFailed`."""
        body = msgspec.json.encode(device)
        try:
            if token_hash is None:
                self.tables.run("update devices set body = ? where id = ?", (body, device.id))
            else:
                self.tables.run("insert into devices values (?, ?, ?)", (device.id, token_hash, body))
        except self.tables.errors as error:
            raise self._failed(error) from error

    def users(self) -> Sequence[User]:
        """Return who can log in. Raises `StoreFailed`."""
        try:
            rows = self.tables.run("select name, role, password from users order by name")
            return [
                User(name=str(name), role=msgspec.convert(role, Role), password=str(password))
                for name, role, password in rows
            ]
        except self._unreadable as error:
            raise self._failed(error) from error

    def keep_user(self, user: User) -> None:
        """Write a person, or another password or role of one. Raises `StoreFailed`."""
        try:
            self.tables.run(
                "insert into users values (?, ?, ?) on conflict (name) do update set "
                "role = excluded.role, password = excluded.password",
                (user.name, user.role, user.password),
            )
        except self.tables.errors as error:
            raise self._failed(error) from error

    def forget_user(self, name: str) -> bool:
        """Remove a person; False when there is none. Raises `StoreFailed`."""
        try:
            return bool(self.tables.run("delete from users where name = ? returning name", (name,)))
        except self.tables.errors as error:
            raise self._failed(error) from error

    def close(self) -> None:
        """Release it."""
        self.tables.close()

    def _failed(self, error: Exception) -> StoreFailed:
        return StoreFailed(FAILED.with_values(reason=self.tables.reason_of(error)), path=self.tables.place)
