"""Asks a PostgreSQL database for what is new, read-only, and delivers it."""

import asyncio
import os
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import psycopg
from psycopg.rows import dict_row

from sanping.adapters.sql.decode import TABLES, checked_query, decode, query_of_table
from sanping.domain.errors import FrameBroken, InputError, SourceFailed, SourceRefused
from sanping.domain.observation import Observation
from sanping.domain.record_mapping import Problem, RecordMapping, parsed_rules
from sanping.domain.text import Text
from sanping.ports.source import World, secret_of

QUERY_S, ANSWER_S = 30, 35

_AWAY = Text("数据库 {host} 无法连接：{reason}", "The database {host} cannot be reached: {reason}")
_LOGIN = Text(
    "数据库 {host} 拒绝了登录：{reason}；请检查用户名、密码和权限",
    "The database {host} refused the login: {reason}; check user name, password and permissions",
)
_FAILED = Text("查询失败：{reason}", "The query failed: {reason}")
_LIVE = Text("数据正常到达", "Data arrive")
_CONNECTED = Text("已连接，等待新数据", "Connected, waiting for new data")
_FOUND = Text("可用：{values} 个值，来自 {stations} 个站点", "It works: {values} values of {stations} stations")


class Source:
    """SQL views with the settings of `manifest.toml`."""

    def __init__(self, settings: Mapping[str, object]) -> None:
        self._settings = settings
        self._interval_s = float(str(settings.get("interval_s") or 60))
        self._offset_h = float(str(settings.get("utc_offset_h") or 8))
        self._has_zone = bool(settings.get("has_zone"))
        try:
            self._query, self._mapping = self._prepared()
        except (FrameBroken, InputError) as error:
            raise SourceRefused(error.message) from error
        self._since_ms: int | None = None
        self._seen: set[tuple[str, str, int]] = set()

    async def run(self, world: World) -> None:
        """Deliver until the database goes away. Raises `SourceFailed` and `SourceRefused`."""
        async with await self._connected(world) as database:
            world.say("connecting", _CONNECTED)
            while True:
                rows = await self._asked(database, world)
                await world.deliver(rows)
                self._remember(rows)
                if rows:
                    world.say("live", _LIVE)
                await world.sleep(self._interval_s)

    async def test(self, world: World) -> Text:
        """Ask once."""
        async with await self._connected(world) as database:
            rows = await self._asked(database, world)
        return _FOUND.with_values(values=len(rows), stations=len({row.station for row in rows}))

    def _prepared(self) -> tuple[str, RecordMapping]:
        settings = self._settings
        table = TABLES.get(str(settings.get("table") or "river"))
        if table is None:
            rules, station, time = str(settings.get("values") or ""), settings.get("station"), settings.get("time")
            query = checked_query(str(settings.get("query") or ""))
        else:
            rules, station, time = table.values, "stcd", table.time
            query = query_of_table(table, str(settings.get("schema") or ""))
        mapping = RecordMapping(
            values=parsed_rules(rules), station=str(station or ""), time=str(time or ""), utc_offset_h=self._offset_h
        )
        return query, mapping

    async def _connected(self, world: World) -> "psycopg.AsyncConnection[dict[str, Any]]":
        settings = self._settings
        host, port = str(settings.get("host") or "127.0.0.1"), int(str(settings.get("port") or 5432))
        address = await world.reached(host, port)
        try:
            return await psycopg.AsyncConnection.connect(
                host=host,
                hostaddr=address,
                port=port,
                dbname=str(settings.get("database") or ""),
                user=str(settings.get("user") or ""),
                password=secret_of(world, settings, "password") or None,
                connect_timeout=10,
                application_name="sanping",
                options=f"-c default_transaction_read_only=on -c statement_timeout={QUERY_S * 1000}",
                row_factory=dict_row,
                autocommit=True,
            )
        except psycopg.OperationalError as error:
            reason = _first_line(error)
            is_login = "authentication" in reason or "password" in reason or "does not exist" in reason
            if is_login:
                raise SourceRefused(_LOGIN.with_values(host=host, reason=reason)) from error
            raise SourceFailed(_AWAY.with_values(host=host, reason=reason)) from error

    async def _asked(self, database: "psycopg.AsyncConnection[dict[str, Any]]", world: World) -> list[Observation]:
        since_ms = self._since_ms
        if since_ms is None:
            since_ms = world.now_ms() - int(float(str(self._settings.get("first_hours") or 24)) * 3_600_000)
        try:
            with _cut_after(ANSWER_S, database.fileno()):
                cursor = await database.execute(self._query, {"since": self._moment(since_ms)})
                found = await cursor.fetchall()
        except psycopg.OperationalError as error:
            raise SourceFailed(_FAILED.with_values(reason=_first_line(error))) from error
        except psycopg.Error as error:
            raise SourceRefused(_FAILED.with_values(reason=_first_line(error))) from error
        world.count("frames")
        rows: list[Observation] = []
        for each in decode(found, self._mapping, world.now_ms()):
            if isinstance(each, Problem):
                world.count(each.what, 1, each.why)
            elif (each.station, each.quantity, each.event_ms) not in self._seen:
                rows.append(each)
        return rows

    def _remember(self, rows: list[Observation]) -> None:
        """Read on from the newest row, a minute back: rows of one moment may be written late."""
        if not rows:
            return
        newest_ms = max(row.event_ms for row in rows)
        self._since_ms = max(self._since_ms or 0, newest_ms - 60_000)
        self._seen |= {(row.station, row.quantity, row.event_ms) for row in rows}
        self._seen = {key for key in self._seen if key[2] > self._since_ms}

    def _moment(self, moment_ms: int) -> datetime:
        moment = datetime.fromtimestamp(moment_ms / 1000, UTC)
        if self._has_zone:
            return moment
        return moment.astimezone(timezone(timedelta(hours=self._offset_h))).replace(tzinfo=None)


@contextmanager
def _cut_after(seconds: float, number: int) -> Iterator[None]:
    """Cut a connection, given by its file number, that is still used after a while.

    The server ends a query that takes too long by itself; a line that swallows everything is noticed by nobody else,
    and the driver would even wait for the answer to a cancelled query.
    """

    def cut() -> None:
        with suppress(OSError), socket.socket(fileno=os.dup(number)) as line:
            line.shutdown(socket.SHUT_RDWR)

    waiting = asyncio.get_running_loop().call_later(seconds, cut)
    try:
        yield
    finally:
        waiting.cancel()


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0][:300]
