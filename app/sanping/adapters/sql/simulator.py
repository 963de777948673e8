"""A bureau that writes the invented readings into the tables of SL 323, where it may."""

import time
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta, timezone

import psycopg

from sanping.ports.source import Readings

EVERY_S = 10.0
_TABLE = """create table if not exists st_river_r(stcd varchar(8) not null, tm timestamp not null, z numeric(7,3),
    q numeric(9,3), xsavv numeric(9,3), primary key(stcd, tm))"""


class Simulator:
    """Writes to the source's own database, so its user must be allowed to; meant for trying things out."""

    def __init__(self, settings: Mapping[str, object]) -> None:
        self._where = {
            "host": str(settings.get("host") or "127.0.0.1"),
            "port": int(str(settings.get("port") or 5432)),
            "dbname": str(settings.get("database") or ""),
            "user": str(settings.get("user") or ""),
            "password": str(settings.get("password") or "") or None,
        }
        self._zone = timezone(timedelta(hours=float(str(settings.get("utc_offset_h") or 8))))

    async def play(self, readings: Readings, sleep: Callable[[float], Awaitable[None]]) -> None:
        """Write for ever."""
        async with await psycopg.AsyncConnection.connect(**self._where, autocommit=True) as database:  # type: ignore[arg-type]
            await database.execute(_TABLE)
            while True:
                await self.write(database, readings, time.time_ns() // 1_000_000)
                await sleep(EVERY_S)

    async def write(
        self, database: "psycopg.AsyncConnection[tuple[object, ...]]", readings: Readings, now_ms: int
    ) -> None:
        """Write one row per station."""
        moment = datetime.fromtimestamp(now_ms // 1000, UTC).astimezone(self._zone).replace(tzinfo=None)
        async with database.cursor() as cursor:
            for station in readings.stations():
                values = readings.at(station, now_ms)
                await cursor.execute(
                    "insert into st_river_r values (%s, %s, %s, %s, %s) on conflict do nothing",
                    (station, moment, values.get("water_level"), values.get("flow"), values.get("velocity")),
                )
