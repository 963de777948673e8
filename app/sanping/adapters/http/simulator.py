"""A small web service on loopback that gives the invented readings as JSON, with an ETag."""

import time
from collections.abc import Awaitable, Callable, Mapping
from urllib.parse import urlsplit

import orjson
from aiohttp import web

from sanping.ports.source import Readings

STEP_MS = 10_000


class Simulator:
    """Answers at the address that the source polls: {"data": [{"station", "time", quantity: value …}]}."""

    def __init__(self, settings: Mapping[str, object]) -> None:
        place = urlsplit(str(settings.get("url") or "http://127.0.0.1:9080/readings"))
        self._host, self._port, self._path = place.hostname or "127.0.0.1", place.port or 80, place.path or "/"

    async def play(self, readings: Readings, sleep: Callable[[float], Awaitable[None]]) -> None:
        """Serve for ever."""
        app = web.Application()

        async def answer(request: web.Request) -> web.Response:
            now_ms = time.time_ns() // 1_000_000 // STEP_MS * STEP_MS
            mark = f'"{now_ms}"'
            if request.headers.get("If-None-Match") == mark:
                return web.Response(status=304)
            return web.Response(
                body=document(readings, now_ms), headers={"ETag": mark}, content_type="application/json"
            )

        app.router.add_get(self._path, answer)
        runner = web.AppRunner(app)
        await runner.setup()
        try:
            await web.TCPSite(runner, self._host, self._port).start()
            while True:
                await sleep(3600.0)
        finally:
            await runner.cleanup()


def document(readings: Readings, now_ms: int) -> bytes:
    """Return all readings of a moment."""
    data = [{"station": name, "time": now_ms, **readings.at(name, now_ms)} for name in readings.stations()]
    return orjson.dumps({"data": data})
