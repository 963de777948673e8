"""Stations that speak SL 651 over loopback: they report, wait to be confirmed, and repeat."""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from msgspec.structs import replace

from sanping.adapters.sl651.frame import ACK, EOT, ESC, NAK, QUERY_NOW, Frame, encoded
from sanping.adapters.sl651.framing import Framer
from sanping.adapters.sl651.options import Options, options_from
from sanping.adapters.sl651.simulated_report import Reporter
from sanping.ports.source import Readings

TICK_S = 5.0
MINUTE_MS = 60_000
TIMED_S = 60
EVENT_LEVEL_M = 0.05
EVENT_RAIN_MM = 1.0
KEEP_ALIVE_S = 40
PICTURE_S = 1800
FIRST_PICTURE_S = 60
RESENDS = 2
ANSWER_S = 10.0
MOST_LINES = 4
_RECONNECT_S = 2.0
_READ_BYTES = 65_536

Sleep = Callable[[float], Awaitable[None]]


class Simulator:
    """Plays all stations of the readings; the settings are the source's own, its secrets written out in them."""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self._options = options_from(settings, password=str(settings.get("password") or ""))

    async def play(self, readings: Readings, sleep: Sleep) -> None:
        """Connect to the source and report for ever; several stations share a line. Every seventh speaks ASCII."""
        options = self._options
        stations = [name for name in readings.stations() if not options.stations or name in options.stations]
        lines = [Line(options) for _ in range(min(MOST_LINES, max(1, len(stations))))]
        tasks = [asyncio.create_task(line.hold(sleep)) for line in lines]
        for number, station in enumerate(stations):
            player = _Station(station, number, options, readings, lines[number % len(lines)])
            tasks.append(asyncio.create_task(player.play(sleep, TICK_S * number / len(stations))))
        try:
            await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


class Line:
    """One connection that several stations share; confirmations find their sender by station and function."""

    def __init__(self, options: Options) -> None:
        self._place = (loopback(options.host), options.port)
        self._is_silent = options.reply == "none"
        self._writer: asyncio.StreamWriter | None = None
        self._awaited: dict[tuple[str, int], asyncio.Future[Frame]] = {}
        self.answers: dict[str, Callable[[], bytes]] = {}

    @property
    def is_up(self) -> bool:
        """Whether there is a connection."""
        return self._writer is not None and not self._writer.is_closing()

    async def hold(self, sleep: Sleep) -> None:
        """Keep the connection up and listen, for ever."""
        while True:
            with contextlib.suppress(OSError):
                reader, self._writer = await asyncio.open_connection(*self._place)
                try:
                    await self._listen(reader)
                finally:
                    self._writer.close()
                    self._writer = None
            await sleep(_RECONNECT_S)

    def send(self, frame: Frame) -> bool:
        """Send a frame that wants no confirmation; False when there is no connection."""
        if self._writer is None or not self.is_up:
            return False
        self._writer.write(encoded(frame))
        return True

    async def confirmed(self, frames: list[Frame]) -> bool:
        """Send a message, again at most twice, and packets that are asked for; return whether it was confirmed."""
        wanted, number = frames, 0
        while number <= RESENDS:
            if not all(self.send(frame) for frame in wanted):
                return False
            if self._is_silent:
                return True
            answer = await self._answer((frames[0].station, frames[0].function))
            if answer is not None and answer.end in (EOT, ESC, ACK):
                return True
            is_request = answer is not None and answer.end == NAK and 1 <= answer.packet <= len(frames)
            wanted = frames[answer.packet - 1 : answer.packet] if answer is not None and is_request else frames
            number += 1
        return False

    async def _answer(self, key: tuple[str, int]) -> Frame | None:
        answer = self._awaited[key] = asyncio.get_running_loop().create_future()
        try:
            return await asyncio.wait_for(answer, ANSWER_S)
        except TimeoutError:
            return None
        finally:
            self._awaited.pop(key, None)

    async def _listen(self, reader: asyncio.StreamReader) -> None:
        framer = Framer()
        while data := await reader.read(_READ_BYTES):
            for frame in (cut.frame for cut in framer.fed(data) if cut.frame is not None and not cut.fault):
                answer = self._awaited.get((frame.station, frame.function))
                if frame.function == QUERY_NOW and frame.station in self.answers and self._writer is not None:
                    self._writer.write(self.answers[frame.station]())
                elif answer is not None and not answer.done():
                    answer.set_result(frame)


class _Station:
    """One station and what it has reported."""

    def __init__(self, station: str, number: int, options: Options, readings: Readings, line: Line) -> None:
        self._reporter = Reporter(
            station, options.centre or 1, options.password or "1234", options.table, options.utc_offset_h
        )
        self._reporter.is_text = number % 7 == 6
        self._readings = readings
        self._line = line
        self._done: dict[str, int] = {"picture": _now_ms() // 1000 - PICTURE_S + FIRST_PICTURE_S * (1 + number)}
        self._last: Mapping[str, float] = {}
        line.answers[station] = self._answer

    async def play(self, sleep: Sleep, delay_s: float) -> None:
        """Report for ever, starting after a delay so that stations do not speak all at once."""
        await sleep(delay_s)
        while True:
            if self._line.is_up:
                await self._tick(_now_ms())
            await sleep(TICK_S)

    async def _tick(self, now_ms: int) -> None:
        values = self._at(now_ms - now_ms % MINUTE_MS)  # what a frame can say of its time is the minute
        reporter, line = self._reporter, self._line
        if self._is_due("timed", TIMED_S, now_ms):
            if await line.confirmed([reporter.timed(values, now_ms)]):
                self._last = values
        elif self._has_jumped(values) and await line.confirmed([reporter.timed(values, now_ms, is_event=True)]):
            self._last = values
        if self._is_due("keep-alive", KEEP_ALIVE_S, now_ms):
            line.send(reporter.keep_alive(now_ms))
        if self._is_due("hour", 3600, now_ms):
            await line.confirmed([reporter.hourly(self._at, now_ms)])
        if "water_level" in values and self._is_due("uniform", 900, now_ms):
            await line.confirmed([reporter.uniform(self._at, now_ms)])
        if "water_level" in values and now_ms // 1000 - self._done["picture"] >= PICTURE_S:
            self._done["picture"] = now_ms // 1000
            await line.confirmed(reporter.picture(now_ms, longest=96))

    def _answer(self) -> bytes:
        """Return the answer to a query for what is measured now (37)."""
        now_ms = _now_ms()
        return encoded(_as_answer(self._reporter.timed(self._at(now_ms), now_ms)))

    def _at(self, moment_ms: int) -> dict[str, float]:
        return dict(self._readings.at(self._reporter.station, moment_ms))

    def _is_due(self, name: str, period_s: int, now_ms: int) -> bool:
        """Say whether a new period began since it was asked last."""
        period = now_ms // (period_s * 1000)
        is_due = self._done.get(name) != period
        self._done[name] = period
        return is_due

    def _has_jumped(self, values: Mapping[str, float]) -> bool:
        """Say whether level or rain has changed enough for an event report."""
        for quantity, step in (("water_level", EVENT_LEVEL_M), ("rain_total", EVENT_RAIN_MM)):
            if quantity in values and abs(values[quantity] - self._last.get(quantity, values[quantity])) >= step:
                return True
        return False


def _as_answer(frame: Frame) -> Frame:
    return replace(frame, function=QUERY_NOW)


def _now_ms() -> int:
    return time.time_ns() // 1_000_000


def loopback(host: str) -> str:
    """Return the address at which a listener on all addresses is reached from the same machine."""
    return {"0.0.0.0": "127.0.0.1", "": "127.0.0.1", "::": "::1"}.get(host, host)
