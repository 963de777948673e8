"""What was heard of lower sites, in SQLite: each step once by (site, stream, epoch, seq), and how things stand."""

import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import apsw
import msgspec

from sanping.domain.errors import StoreFailed
from sanping.domain.site import Cursor, SiteNotice, SiteOrder
from sanping.domain.text import Text
from sanping.ports.site_book import Below, Entry, Parked
from sanping.storage.sqlite_file import reason_of
from sanping.storage.sqlite_tables import SqliteTables

FILE_NAME = "sites.sqlite"
_SCHEMA = """
create table if not exists about(epoch text not null) strict;
create table if not exists cursors(
    via text not null, stream text not null, epoch text not null, seq integer not null,
    primary key(via, stream)) strict, without rowid;
create table if not exists entries(
    n integer primary key, site text not null, stream text not null, epoch text not null, seq integer not null,
    about text not null, entry blob not null, unique(site, stream, epoch, seq)) strict;
create index if not exists entries_by_thing on entries(site, about);
create table if not exists things(
    site text not null, kind text not null, id text not null, rev integer not null, via text not null,
    body blob not null, primary key(site, kind, id)) strict, without rowid;
create table if not exists orders(n integer primary key, op text not null unique, body blob not null) strict;
create table if not exists notices(
    n integer primary key, site text not null, epoch text not null, seq integer not null, at_ms integer not null,
    body blob not null, unique(site, epoch, seq)) strict;
create table if not exists parked(
    site text not null, stream text not null, epoch text not null, n integer not null, body blob not null,
    primary key(site, stream, epoch, n)) strict, without rowid;
"""
_COUNTED = {"cursors": "insert", "entries": "insert", "orders": "insert update", "notices": "insert update",
            "parked": "insert delete"}  # fmt: skip
_CHANGES = """
create table if not exists changes(one integer primary key check (one = 1), n integer not null) strict;
insert or ignore into changes values (1, 0);
""" + "".join(
    f"create trigger if not exists {table}_{change} after {change} on {table} "
    "begin update changes set n = n + 1; end;\n"
    for table, changes in _COUNTED.items()
    for change in changes.split()
)
_HEIGHT = "select n from changes"
_UPPER = ""
_TROUBLE = Text(
    "下级站点记录无法读写：{reason}。请检查文件夹权限和磁盘空间",
    "The book of lower sites cannot be used: {reason}. Check permissions and the disk",
)
_THINGS = ("case", "alarm")


class SqliteSiteBook:
    """Implements `ports.site_book.SiteBook` in `folder`. Raises `StoreFailed`."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / FILE_NAME
        try:
            self._tables = SqliteTables(self.path, _SCHEMA + _CHANGES, _HEIGHT)
            self._tables.run("insert into about select ? where not exists (select * from about)", (uuid.uuid4().hex,))
            self.epoch = str(self._tables.run("select epoch from about")[0][0])
        except (apsw.Error, OSError) as error:
            raise self._failed(reason_of(error)) from error
        self._database, self.missing = self._tables.database, self._tables.missing

    def cursor(self, via: str, stream: str) -> Cursor:
        """Return up to where a site was heard."""
        found = self._asked("select epoch, seq from cursors where via = ? and stream = ?", (f"<{via}", stream))
        return Cursor(epoch=found[0][0], seq=found[0][1]) if found else Cursor()

    def take(self, via: str, stream: str, cursor: Cursor, entries: Sequence[Entry]) -> Sequence[Entry]:
        """Keep entries and move the cursor in one transaction; returns those that are new."""
        try:
            with self._tables.transaction():
                fresh = [entry for entry in entries if self._is_new(entry)]
                for entry in fresh:
                    self._put_thing(entry, via)
                self._move(f"<{via}", stream, cursor)
        except apsw.Error as error:
            raise self._failed(self._tables.reason_of(error)) from error
        return fresh

    def after(self, seq: int, limit: int) -> Sequence[tuple[int, Entry]]:
        """Return what came, with its number here, after a number."""
        rows = self._asked("select n, entry from entries where n > ? order by n limit ?", (seq, limit))
        return [(n, msgspec.json.decode(body, type=Entry)) for n, body in rows]

    def last(self) -> int:
        """Return the number of what came last, 0 before anything did."""
        return int(self._asked("select coalesce(max(n), 0) from entries")[0][0])

    def below(self) -> Sequence[Below]:
        """Return all that is known of lower sites, as it stands."""
        rows = self._asked("select site, kind, id, rev, body, via from things order by site, kind, id")
        return [
            Below(site=site, kind=kind, id=id, rev=rev, body=bytes(body), via=via)
            for site, kind, id, rev, body, via in rows
        ]

    def steps(self, site: str, about: str) -> Sequence[Entry]:
        """Return what was heard of one thing, oldest first."""
        rows = self._asked("select entry from entries where site = ? and about = ? order by n", (site, about))
        return [msgspec.json.decode(body, type=Entry) for (body,) in rows]

    def put_order(self, order: SiteOrder) -> bool:
        """Keep an order as it stands now; False when the very same was kept already."""
        body = msgspec.json.encode(order)
        try:
            with self._tables.transaction():
                self._database.execute(
                    "insert into orders(op, body) values (?1, ?2) on conflict(op) do update set body = ?2 "
                    "where body <> ?2",
                    (order.op, body),
                )
                is_changed = bool(self._database.changes())
        except apsw.Error as error:
            raise self._failed(self._tables.reason_of(error)) from error
        return is_changed

    def orders(self) -> Sequence[SiteOrder]:
        """Return all orders in the order in which they came."""
        rows = self._asked("select body from orders order by n")
        return [msgspec.json.decode(body, type=SiteOrder) for (body,) in rows]

    def put_notice(self, notice: SiteNotice) -> None:
        """Keep a notice as it stands now, once by (site, epoch, seq)."""
        self._asked(
            "insert into notices(site, epoch, seq, at_ms, body) values (?1, ?2, ?3, ?4, ?5) "
            "on conflict(site, epoch, seq) do update set body = ?5",
            (notice.site, notice.epoch, notice.seq, notice.at_ms, msgspec.json.encode(notice)),
        )

    def notices(self, since_ms: int) -> Sequence[SiteNotice]:
        """Return those that were given since a moment, in the order in which they came."""
        rows = self._asked("select body from notices where at_ms >= ? order by n", (since_ms,))
        return [msgspec.json.decode(body, type=SiteNotice) for (body,) in rows]

    def sent(self) -> Mapping[str, Cursor]:
        """Return up to where the upper site has confirmed each stream."""
        rows = self._asked("select stream, epoch, seq from cursors where via = ?", (_UPPER,))
        return {stream: Cursor(epoch=epoch, seq=seq) for stream, epoch, seq in rows}

    def confirm(self, stream: str, cursor: Cursor) -> None:
        """Note up to where the upper site has confirmed a stream."""
        try:
            with self._tables.transaction():
                self._move(_UPPER, stream, cursor)
        except apsw.Error as error:
            raise self._failed(self._tables.reason_of(error)) from error

    def park(self, one: Parked) -> None:
        """Keep a letter that is put aside, as it stands now."""
        values = (one.to, one.stream, one.epoch, one.n, msgspec.json.encode(one))
        self._asked("insert or replace into parked values (?, ?, ?, ?, ?)", values)

    def unpark(self, one: Parked) -> None:
        """Forget one that was taken after all."""
        values = (one.to, one.stream, one.epoch, one.n)
        self._asked("delete from parked where site = ? and stream = ? and epoch = ? and n = ?", values)

    def parked(self) -> Sequence[Parked]:
        """Return all of them."""
        rows = self._asked("select body from parked order by site, stream, epoch, n")
        return [msgspec.json.decode(body, type=Parked) for (body,) in rows]

    def close(self) -> None:
        """Release it."""
        self._tables.close()

    def _is_new(self, entry: Entry) -> bool:
        """Keep an entry; False when it was here."""
        self._database.execute(
            "insert or ignore into entries(site, stream, epoch, seq, about, entry) values (?, ?, ?, ?, ?, ?)",
            (entry.site, entry.stream, entry.epoch, entry.seq, entry.about, msgspec.json.encode(entry)),
        )
        return bool(self._database.changes())

    def _put_thing(self, entry: Entry, via: str) -> None:
        if entry.kind not in _THINGS or not entry.has_body:
            return
        self._database.execute(
            "insert into things values (?1, ?2, ?3, ?4, ?5, ?6) "
            "on conflict do update set rev = ?4, via = ?5, body = ?6 where ?4 >= rev",
            (entry.site, entry.kind, entry.about, entry.rev, via, bytes(entry.body)),
        )

    def _move(self, via: str, stream: str, cursor: Cursor) -> None:
        self._database.execute(
            "insert or replace into cursors values (?, ?, ?, ?)", (via, stream, cursor.epoch, cursor.seq)
        )

    def _asked(self, question: str, values: tuple[object, ...] = ()) -> list[Any]:
        try:
            return self._tables.run(question, values)
        except apsw.Error as error:
            raise self._failed(self._tables.reason_of(error)) from error

    def _failed(self, reason: Text) -> StoreFailed:
        return StoreFailed(_TROUBLE.with_values(reason=reason), path=str(self.path))
