"""The log of events in SQLite, safe on disk before `append` returns (WAL, synchronous FULL), numbered without gaps."""

import uuid
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import apsw

from sanping.domain.errors import StoreFailed
from sanping.domain.text import Text
from sanping.ports.event_log import Event
from sanping.storage.sqlite_file import opened, reason_of

FILE_NAME = "events.sqlite"
_SCHEMA = """
create table if not exists events(
    seq integer primary key, time_ms integer not null, kind text not null, body blob not null) strict;
create index if not exists events_by_time on events(time_ms);
create table if not exists about(epoch text not null) strict;
"""
_CANNOT_OPEN = Text(
    "事件日志无法打开：{reason}。请检查文件夹权限和磁盘，或从备份恢复",
    "The log of events cannot be opened: {reason}. Check permissions and disk, or restore a backup",
)
_CANNOT_WRITE = Text(
    "事件日志无法写入：{reason}。请检查磁盘空间", "The log of events cannot be written: {reason}. Check the disk"
)
_CANNOT_READ = Text("事件日志无法读取：{reason}", "The log of events cannot be read: {reason}")


class SqliteEventLog:
    """Implements `ports.event_log.EventLog` in `folder`. Raises `StoreFailed`."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / FILE_NAME
        try:
            self._database = opened(self.path, _SCHEMA)
            self._database.execute(
                "insert into about select ? where not exists (select * from about)", (uuid.uuid4().hex,)
            )
            self.epoch = str(self._database.execute("select epoch from about").get)
            self._last = int(self._database.execute("select coalesce(max(seq), 0) from events").get)
        except (apsw.Error, OSError) as error:
            raise StoreFailed(_CANNOT_OPEN.with_values(reason=reason_of(error)), path=str(self.path)) from error

    def append(self, events: Sequence[tuple[int, str, bytes]]) -> int:
        """Commit events (time_ms, kind, body) together; returns the last number. Raises `StoreFailed`."""
        if not events:
            return self._last
        try:
            with self._database:
                self._database.executemany(
                    "insert into events values (?, ?, ?, ?)",
                    (
                        (number, time_ms, kind, body)
                        for number, (time_ms, kind, body) in enumerate(events, start=self._last + 1)
                    ),
                )
        except apsw.Error as error:
            raise StoreFailed(_CANNOT_WRITE.with_values(reason=reason_of(error)), path=str(self.path)) from error
        self._last += len(events)
        return self._last

    def since(self, seq: int, limit: int = 10_000) -> Sequence[Event]:
        """Return up to `limit` events with greater numbers than `seq`. Raises `StoreFailed`."""
        return self._events("where seq > ? order by seq limit ?", (seq, limit))

    def at(self, moment_ms: int) -> int:
        """Return the number of the last event that had happened at a moment. Raises `StoreFailed`."""
        found = self._asked("select coalesce(max(seq), 0) from events where time_ms <= ?", (moment_ms,))
        return int(found[0][0])

    def between(self, from_ms: int, to_ms: int, kinds: Sequence[str] = ()) -> Iterable[Event]:
        """Return events of a span of time, both ends included, in their order. Raises `StoreFailed`."""
        only = f" and kind in ({', '.join('?' * len(kinds))})" if kinds else ""
        return self._events(f"where time_ms between ? and ?{only} order by seq", (from_ms, to_ms, *kinds))

    def _events(self, which: str, values: tuple[object, ...]) -> list[Event]:
        rows = self._asked(f"select seq, time_ms, kind, body from events {which}", values)
        return [Event(seq=seq, time_ms=time_ms, kind=kind, body=bytes(body)) for seq, time_ms, kind, body in rows]

    def _asked(self, question: str, values: tuple[object, ...]) -> list[Any]:
        try:
            return self._database.execute(question, values).fetchall()
        except (apsw.Error, UnicodeError) as error:
            raise StoreFailed(_CANNOT_READ.with_values(reason=reason_of(error)), path=str(self.path)) from error

    def close(self) -> None:
        """Release the file."""
        self._database.close()
