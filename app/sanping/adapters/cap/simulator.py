"""A warning centre on loopback: serves one CAP alert that follows the invented rain."""

from collections.abc import Awaitable, Callable, Mapping
from urllib.parse import urlsplit

import msgspec
from aiohttp import web

from sanping.adapters.cap.encode import encode
from sanping.domain.notice import Notice, NoticeArea
from sanping.ports.source import Readings

HEAVY_MM_H = 15.0
_HOUR_MS = 3_600_000
_AREA = NoticeArea(
    name="普陀区",
    polygons=(((121.36, 31.21), (121.46, 31.21), (121.46, 31.28), (121.36, 31.28), (121.36, 31.21)),),
    codes=("310107",),
)


class Simulator:
    """Answers at the address that the source polls."""

    def __init__(self, settings: Mapping[str, object]) -> None:
        place = urlsplit(str(settings.get("url") or "http://127.0.0.1:9812/cap.xml"))
        self._host, self._port, self._path = place.hostname or "127.0.0.1", place.port or 80, place.path or "/"
        self._last: Notice | None = None

    async def play(self, readings: Readings, sleep: Callable[[float], Awaitable[None]]) -> None:
        """Serve for ever."""
        app = web.Application()

        async def answer(_: web.Request) -> web.Response:
            return web.Response(body=encode(self.notice(readings, _now_ms())), content_type="application/cap+xml")

        app.router.add_get(self._path, answer)
        runner = web.AppRunner(app)
        await runner.setup()
        try:
            await web.TCPSite(runner, self._host, self._port).start()
            while True:
                await sleep(3600.0)
        finally:
            await runner.cleanup()

    def notice(self, readings: Readings, now_ms: int) -> Notice:
        """Return the alert in force: a yellow rainstorm warning while it pours, cancelled afterwards."""
        rain = max((readings.at(address, now_ms).get("rain_hour", 0.0) for address in readings.stations()), default=0.0)
        pours = rain >= HEAVY_MM_H
        if self._last is None or (self._last.kind == "alert") != pours:
            self._last = _notice(now_ms, pours=pours, before=self._last)
        return self._last


def _now_ms() -> int:
    import time  # noqa: PLC0415  only the running simulator looks at a clock

    return time.time_ns() // 1_000_000


def _notice(now_ms: int, *, pours: bool, before: Notice | None) -> Notice:
    sent_ms = now_ms - now_ms % 1000
    plain = Notice(
        identifier=f"31010741600000_{sent_ms // 1000}_0",
        sender="31010741600000",
        sent_ms=sent_ms,
        status="actual",
        kind="alert",
        event="11B03",
        colour="yellow",
        headline_zh="普陀区发布暴雨黄色预警（模拟）",
        headline_en="Yellow rainstorm warning for Putuo (simulated)",
        description_zh="预计未来 6 小时内降雨量将达 50 毫米以上。",
        description_en="More than 50 mm of rain is expected within 6 hours.",
        instruction_zh="请注意低洼地段积水，检查泵站运行。",
        instruction_en="Mind low-lying streets and check the pumping stations.",
        sender_name="普陀区气象台（模拟）",
        urgency="Immediate",
        certainty="Likely",
        effective_ms=sent_ms,
        expires_ms=sent_ms + 6 * _HOUR_MS,
        areas=(_AREA,),
    )
    if pours:
        return plain
    return msgspec.structs.replace(
        plain,
        kind="cancel",
        headline_zh="普陀区解除暴雨预警（模拟）",
        headline_en="Rainstorm warning for Putuo ended (simulated)",
        references=(before.key,) if before is not None else (),
    )
