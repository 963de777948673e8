"""The log of events in tables of SQL, whatever the engine: safe before `append` returns, numbered without gaps."""

import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from sanping.domain.errors import StoreFailed
from sanping.domain.text import Text
from sanping.ports.event_log import Event
from sanping.storage.sql_tables import SqlTables

CANNOT_OPEN = Text(
    "事件日志无法打开：{reason}。请检查权限和磁盘，或用 sanping stores restore 从备份恢复",
    "The log of events cannot be opened: {reason}. Check permissions and disk, "
    "or restore a backup with sanping stores restore",
)
_CANNOT_WRITE = Text(
    "事件日志无法写入：{reason}。请检查磁盘空间", "The log of events cannot be written: {reason}. Check the disk"
)
_CANNOT_READ = Text("事件日志无法读取：{reason}", "The log of events cannot be read: {reason}")

Said = tuple[int, str, bytes]  # time_ms, kind, body


class SqlEventLog:
    """Implements `ports.event_log.EventLog` on tables. Raises `StoreFailed`."""

    def __init__(self, tables: SqlTables) -> None:
        self.tables = tables
        self._unreadable: tuple[type[Exception], ...] = (*tables.errors, UnicodeError)
        self._unsure: Sequence[Said] = ()
        try:
            tables.run("insert into about select ? where not exists (select * from about)", (uuid.uuid4().hex,))
            (self.epoch,) = tables.run("select epoch from about")[0]
            self._last = self._greatest()
        except tables.errors as error:
            raise self._failed(CANNOT_OPEN, error) from error

    def append(self, events: Sequence[Said]) -> int:
        """Commit events (time_ms, kind, body) together; returns the last number. Raises `StoreFailed`.

        When it was not known whether those before are safe, because the engine was lost on the way, that is found out
        first: the same events again are then not kept twice.
        """
        try:
            events = self._settled(list(events))
            if events:
                self._unsure = events
                self.tables.run_many(
                    "insert into events values (?, ?, ?, ?)",
                    [(number, *event) for number, event in enumerate(events, self._last + 1)],
                )
        except self.tables.errors as error:
            raise self._failed(_CANNOT_WRITE, error) from error
        self._unsure = ()
        self._last += len(events)
        return self._last

    def take_epoch(self, epoch: str) -> None:
        """Go on as the log of this name, whose events come here. Raises `StoreFailed`."""
        try:
            self.tables.run("update about set epoch = ?", (epoch,))
        except self.tables.errors as error:
            raise self._failed(_CANNOT_WRITE, error) from error
        self.epoch = epoch

    def _settled(self, events: list[Said]) -> list[Said]:
        """Return what is left of events, some of which may have been committed though that was never heard."""
        unsure, self._unsure = self._unsure, ()
        if not unsure or self._greatest() == self._last:
            return events
        self._last = self._greatest()
        return events[len(unsure) :] if events[: len(unsure)] == unsure else events

    def _greatest(self) -> int:
        return int(self.tables.run("select coalesce(max(seq), 0) from events")[0][0])

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

    def _asked(self, question: str, values: Sequence[object]) -> list[Any]:
        try:
            return self.tables.run(question, values)
        except self._unreadable as error:
            raise self._failed(_CANNOT_READ, error) from error

    def close(self) -> None:
        """Release it."""
        self.tables.close()

    def _failed(self, words: Text, error: Exception) -> StoreFailed:
        return StoreFailed(words.with_values(reason=self.tables.reason_of(error)), path=self.tables.place)
