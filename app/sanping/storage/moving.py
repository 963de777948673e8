"""Moves the stores of a hub from one engine to another: all that was ever said, in its order, compared at the end.

The stores that are left stay as they are. What was moved before a stop is not moved again.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np

from sanping.domain.errors import InputError, StoreFailed
from sanping.domain.observation import Observation
from sanping.domain.text import Text
from sanping.ports.progress import Part, Progress
from sanping.storage.history_rows import DAY_MS
from sanping.storage.opening import Stores, WholeHistory
from sanping.storage.sql_tables import SqlTables

AT_ONCE = 2_000
_FOR_EVER_MS = 1 << 60
_CASES = {"cases": "id", "responses": "id", "personal": "case_id", "outbox": "seq", "head": "one"}
_DEVICES = {"devices": "id", "users": "name"}

_HISTORY = Text("正在搬移观测", "Moving the observations")
_BOOKS = Text("正在搬移事件、案件和设备", "Moving events, cases and devices")
_COMPARING = Text("正在核对", "Comparing")
_HELD = Text(
    "目标里已有数据（{place}）；请给出空的数据库，或先把旧文件移开",
    "The target holds data already ({place}); name an empty database, or put the old files away first",
)
_SAME = Text("来源和目标是同一处（{place}）", "Source and target are the same place ({place})")
_DIFFERENT = Text(
    "核对未通过：{what}。来源未改动；请不要改用目标，清空目标后重试",
    "The comparison failed: {what}. The source is as it was; do not use the target, empty it and try again",
)
_ROWS = Text("{day}（UTC）的观测不一致", "the observations of {day} (UTC) differ")
_TABLE = Text("表 {name} 不一致", "the table {name} differs")
_CHAIN = Text("案件审计链第 {seq} 行不对", "row {seq} of the chain of cases is wrong")
_WAITING = Text(
    "来源的暂存文件尚未写完；请先启动一次中枢，待其恢复正常",
    "The spool of the source is not empty; start the hub once until its store works",
)
_encode = msgspec.msgpack.Encoder().encode


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """What is in both places now and was compared: observations with their corrections, events, steps, devices."""

    observations: int
    events: int
    steps: int
    devices: int


def move(source: Stores, target: Stores, key: bytes, progress: Progress, *, is_begun: bool = False) -> Moved:
    """Move everything and compare it; `key` seals the chain of cases. No hub may run on either.

    `is_begun` says that an earlier move to this target was stopped: it goes on where that ended. Raises `InputError`
    when the target holds data otherwise, `StoreFailed` when something cannot be read or written, or is not the same in
    the end, `Cancelled`.
    """
    if source.place == target.place:
        raise InputError(_SAME.with_values(place=source.place))
    _drain(source)
    with ExitStack() as open_stores:
        past, new_past = (open_stores.enter_context(closing(each.bare_history())) for each in (source, target))
        log, new_log = (open_stores.enter_context(closing(each.events())) for each in (source, target))
        if not is_begun and (new_past.span() != (0, 0) or new_log.append([]) or target.has_cases()):
            raise InputError(_HELD.with_values(place=target.place))
        new_log.take_epoch(log.epoch)
        _move_history(past, new_past, Part(progress, 0.0, 0.55))
        progress.report(0.55, _BOOKS)
        events = _move_rows(log.tables, new_log.tables, "events")
        steps = _move_cases(source, target, key)
        devices = _move_devices(source, target)
        rows = _compared(past, new_past, Part(progress, 0.6, 1.0))
        _check_same(log.tables, new_log.tables, {"events": "seq"})
    progress.report(1.0, _COMPARING)
    return Moved(observations=rows, events=events, steps=steps, devices=devices)


def _drain(source: Stores) -> None:
    """Have the spool of a hub that is stopped written to its history."""
    with closing(source.history()) as history:
        history.span()
        if history.why is not None:
            raise StoreFailed(_WAITING, path=source.place)


def _move_history(past: WholeHistory, new_past: WholeHistory, progress: Progress) -> None:
    first_ms, last_ms = past.span()
    begun_ms = new_past.span()[1]
    for batch in past.said_between(begun_ms or -_FOR_EVER_MS, _FOR_EVER_MS):
        progress.report((batch[0].event_ms - first_ms) / max(1, last_ms - first_ms), _HISTORY)
        rows: Sequence[Observation] = batch
        if begun_ms and batch[0].event_ms <= begun_ms:
            span = (batch[0].event_ms, batch[-1].event_ms)
            known = Counter(_encode(row) for each in new_past.said_between(*span) for row in each)
            rows = [row for row in batch if not known[_encode(row)]]
        if rows:
            new_past.append(rows)


def _move_rows(old: SqlTables, new: SqlTables, table: str) -> int:
    """Copy rows that are only ever added to, numbered by `seq`, from where the new table ends; return its length."""
    last = int(new.run(f"select coalesce(max(seq), 0) from {table}")[0][0])
    for rows in _batches(old, table, "seq", last):
        new.run_many(f"insert into {table} values ({_places(rows[0])})", rows)
        last = rows[-1][0]
    return last


def _move_cases(source: Stores, target: Stores, key: bytes) -> int:
    """Move the cases with their audit, check the chain with the head it had, and return the number of steps."""
    if not source.has_cases():
        return 0
    with closing(source.cases(key)) as book, closing(target.cases(key)) as new:
        _move_rows(book.tables, new.tables, "audit")
        _replace(book.tables, new.tables, _CASES)
        found = new.verify([book.head()])
        if found.first_bad is not None:
            raise _different(_CHAIN.with_values(seq=found.first_bad))
        _check_same(book.tables, new.tables, {"audit": "seq", **_CASES})
        return found.rows


def _move_devices(source: Stores, target: Stores) -> int:
    with closing(source.devices()) as book, closing(target.devices()) as new:
        _replace(book.tables, new.tables, _DEVICES)
        _check_same(book.tables, new.tables, _DEVICES)
        return len(new.devices())


def _replace(old: SqlTables, new: SqlTables, keyed: dict[str, str]) -> None:
    """Make tables what they are elsewhere, in one transaction."""
    with new.transaction():
        for table, key in keyed.items():
            new.run(f"delete from {table}")
            for rows in _batches(old, table, key):
                new.run_many(f"insert into {table} values ({_places(rows[0])})", rows)


def _batches(tables: SqlTables, table: str, key: str, last: object = None) -> Iterator[list[tuple[Any, ...]]]:
    """Yield the rows of a table in the order of their key, its first column."""
    if last is None:
        last = 0 if key in ("seq", "one") else ""
    while rows := tables.run(f"select * from {table} where {key} > ? order by {key} limit ?", (last, AT_ONCE)):
        yield rows
        last = rows[-1][0]


def _places(row: Sequence[object]) -> str:
    return ", ".join("?" * len(row))


def _compared(past: WholeHistory, new_past: WholeHistory, progress: Progress) -> int:
    """Compare the days of two histories, and return the number of rows of one."""
    ours = _sums(past, Part(progress, 0.0, 0.5))
    theirs = _sums(new_past, Part(progress, 0.5, 1.0))
    for day in sorted(ours.keys() | theirs.keys()):
        if ours.get(day) != theirs.get(day):
            raise _different(_ROWS.with_values(day=np.datetime64(day, "D")))
    return sum(rows for rows, _ in ours.values())


def _sums(history: WholeHistory, progress: Progress) -> dict[int, tuple[int, int]]:
    """Return for each day (UTC, since 1970) how many rows there are, and a sum over what they say in any order."""
    first_ms, last_ms = history.span()
    sums: defaultdict[int, list[int]] = defaultdict(lambda: [0, 0])
    for batch in history.said_between(-_FOR_EVER_MS, _FOR_EVER_MS):
        progress.report((batch[0].event_ms - first_ms) / max(1, last_ms - first_ms), _COMPARING)
        for row in batch:
            day = sums[row.event_ms // DAY_MS]
            day[0] += 1
            day[1] += int.from_bytes(hashlib.blake2b(_encode(row), digest_size=8).digest(), "big")
    return {day: (rows, total) for day, (rows, total) in sums.items()}


def _check_same(old: SqlTables, new: SqlTables, keyed: dict[str, str]) -> None:
    """Raise `StoreFailed` unless tables hold the same rows."""
    for table, key in keyed.items():
        if _digest(old, table, key) != _digest(new, table, key):
            raise _different(_TABLE.with_values(name=table))


def _digest(tables: SqlTables, table: str, key: str) -> bytes:
    total = hashlib.sha256()
    for rows in _batches(tables, table, key):
        total.update(_encode(rows))
    return total.digest()


def _different(what: Text) -> StoreFailed:
    return StoreFailed(_DIFFERENT.with_values(what=what))
