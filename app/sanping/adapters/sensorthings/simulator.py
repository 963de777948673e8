"""A small SensorThings 1.1 service on loopback with the invented readings: datastreams, observations, paging."""

import re
import time
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from urllib.parse import urlsplit

import orjson
from aiohttp import web

from sanping.domain.quantity import quantity
from sanping.domain.record_mapping import parsed_rules
from sanping.ports.source import Readings

EVERY_MS = 10_000
PAGE = 100
LONGEST_MS = 300_000
_SINCE = re.compile(r"gt (\S+)")


class Simulator:
    """Answers at the source's address; one datastream for each station and rule."""

    def __init__(self, settings: Mapping[str, object]) -> None:
        place = urlsplit(str(settings.get("url") or "http://127.0.0.1:9088/v1.1"))
        self._host, self._port = place.hostname or "127.0.0.1", place.port or 80
        self._path = place.path.rstrip("/")
        self._rules = parsed_rules(str(settings.get("values") or "water_level = water_level"))

    async def play(self, readings: Readings, sleep: Callable[[float], Awaitable[None]]) -> None:
        """Serve for ever."""
        app = web.Application()

        async def streams(request: web.Request) -> web.Response:
            return _json(self.page(self.streams(readings), "Datastreams", request.query, request.host))

        async def observations(request: web.Request) -> web.Response:
            since = _SINCE.search(request.query.get("$filter", ""))
            found = self.observations(readings, since[1] if since else "", time.time_ns() // 1_000_000)
            return _json(self.page(found, "Observations", request.query, request.host))

        app.router.add_get(f"{self._path}/Datastreams", streams)
        app.router.add_get(f"{self._path}/Observations", observations)
        runner = web.AppRunner(app)
        await runner.setup()
        try:
            await web.TCPSite(runner, self._host, self._port).start()
            while True:
                await sleep(3600.0)
        finally:
            await runner.cleanup()

    def streams(self, readings: Readings) -> list[dict[str, object]]:
        """Return every datastream with its Thing and what it observes."""
        return [
            {
                "@iot.id": 100 * number + place,
                "name": f"{station} {rule.path}",
                "unitOfMeasurement": {"symbol": quantity(rule.code).unit},
                "Thing": {"@iot.id": station, "name": station},
                "ObservedProperty": {"name": rule.path},
            }
            for number, station in enumerate(readings.stations())
            for place, rule in enumerate(self._rules)
        ]

    def observations(self, readings: Readings, since: str, now_ms: int) -> list[dict[str, object]]:
        """Return the observations since a moment, oldest first."""
        start = int(datetime.fromisoformat(since).timestamp() * 1000) if since else 0
        first = max(start, now_ms - LONGEST_MS) // EVERY_MS * EVERY_MS + EVERY_MS
        found: list[dict[str, object]] = []
        for at_ms in range(first, now_ms, EVERY_MS):
            written = datetime.fromtimestamp(at_ms / 1000, UTC).isoformat()
            for number, station in enumerate(readings.stations()):
                values = readings.at(station, at_ms)
                found.extend(
                    {
                        "@iot.id": f"{at_ms}-{number}-{place}",
                        "phenomenonTime": written,
                        "result": f"{values[rule.code]:.6g}",
                        "Datastream": {"@iot.id": 100 * number + place},
                    }
                    for place, rule in enumerate(self._rules)
                    if rule.code in values
                )
        return found

    def page(
        self, entities: list[dict[str, object]], name: str, query: Mapping[str, str], host: str
    ) -> dict[str, object]:
        """Return one page, with the link to the next one at the host that was asked."""
        skip = int(query.get("$skip", "0"))
        document: dict[str, object] = {"value": entities[skip : skip + PAGE]}
        if skip + PAGE < len(entities):
            since = query.get("$filter", "")
            document["@iot.nextLink"] = f"http://{host}{self._path}/{name}?$skip={skip + PAGE}&$filter={since}"
        return document


def _json(document: object) -> web.Response:
    return web.Response(body=orjson.dumps(document), content_type="application/json")
