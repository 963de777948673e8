"""Terminals of pumping stations and sluices that speak SL/T 427 over loopback: they report, wait, and repeat."""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import Any

from sanping.adapters.sl427.encode import bcd, link, report, time_tag, voltage
from sanping.adapters.sl427.frame import ALARM, KEEP, LOGIN, REPORT, Frame, encoded
from sanping.adapters.sl427.framing import Framer
from sanping.adapters.sl427.options import Options, options_from
from sanping.adapters.sl427.readings import FLOW, GATE, LEVEL, POWER
from sanping.domain.errors import FrameBroken
from sanping.ports.source import Readings

TICK_S = 5.0
REPORT_S = 60
KEEP_S = 40
VOLTAGE_S = 600
RESENDS = 2
ANSWER_S = 10.0
MOST_LINES = 4
PUMPS, GATES = 4, 2
PUMP_W = 55_000.0
_RAIN, _VELOCITY = 0x01, 0x04
_DOOR_CLOSED = 1 << 5
_RECONNECT_S = 2.0

Sleep = Callable[[float], Awaitable[None]]


class Simulator:
    """Plays all stations of the readings; the settings are the source's own, its secrets written out in them."""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self._options = options_from(settings, password=str(settings.get("password") or ""))

    async def play(self, readings: Readings, sleep: Sleep) -> None:
        """Connect to the source and report for ever; several terminals share a line."""
        options = self._options
        stations = [name for name in readings.stations() if not options.stations or name in options.stations]
        lines = [Line(options) for _ in range(min(MOST_LINES, max(1, len(stations))))]
        tasks = [asyncio.create_task(line.hold(sleep)) for line in lines]
        for number, station in enumerate(stations):
            terminal = _Terminal(station, options, readings, lines[number % len(lines)])
            tasks.append(asyncio.create_task(terminal.play(sleep, TICK_S * number / len(stations))))
        try:
            await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


class Line:
    """One connection that several terminals share; confirmations find their sender by station, function and type."""

    def __init__(self, options: Options) -> None:
        self._place = (loopback(options.host), options.port)
        self._is_silent = options.reply == "none"
        self._writer: asyncio.StreamWriter | None = None
        self._awaited: dict[tuple[str, int, int], asyncio.Future[None]] = {}

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

    async def confirmed(self, frame: Frame) -> bool:
        """Send a frame, again at most twice; return whether it was confirmed."""
        key = (frame.station, frame.afn, frame.kind)
        for _ in range(1 + RESENDS):
            if self._writer is None or not self.is_up:
                return False
            done = self._awaited[key] = asyncio.get_running_loop().create_future()
            self._writer.write(encoded(frame))
            if self._is_silent:
                return True
            try:
                await asyncio.wait_for(done, ANSWER_S)
            except TimeoutError:
                continue
            finally:
                self._awaited.pop(key, None)
            return True
        return False

    async def _listen(self, reader: asyncio.StreamReader) -> None:
        framer = Framer()
        while data := await reader.read(65_536):
            for frame in (cut.frame for cut in framer.fed(data) if cut.frame is not None and not cut.fault):
                done = self._awaited.get((frame.station, frame.afn, frame.kind))
                if done is not None and not done.done():
                    done.set_result(None)


class _Terminal:
    """One terminal and what it has reported."""

    def __init__(self, station: str, options: Options, readings: Readings, line: Line) -> None:
        self._station = station
        self._options = options
        self._readings = readings
        self._line = line
        self._done: dict[str, int] = {}
        self._alarm = 0

    async def play(self, sleep: Sleep, delay_s: float) -> None:
        """Log in and report for ever, starting after a delay so that terminals do not speak all at once."""
        await sleep(delay_s)
        is_logged_in = False
        while True:
            if not self._line.is_up:
                is_logged_in = False
            elif not is_logged_in:
                is_logged_in = await self._line.confirmed(link(self._station, LOGIN))
            if is_logged_in:
                for frame in self._due(time.time_ns() // 1_000_000):
                    await self._line.confirmed(frame)
            await sleep(TICK_S)

    def _due(self, now_ms: int) -> Iterator[Frame]:
        """Yield the frames that are due now: reports, an alarm report when an alarm comes or goes, and link tests."""
        values = self._readings.at(self._station, now_ms)
        alarm = int(values.get("mains_lost", 0.0) > 0) | int(values.get("level_alarm", 0.0) > 0) << 2
        if alarm != self._alarm:
            self._alarm = alarm
            yield from self._reports(values, now_ms, ALARM)
        if self._is_due("report", REPORT_S, now_ms):
            yield from self._reports(values, now_ms)
        if "supply_voltage" in values and self._is_due("voltage", VOLTAGE_S, now_ms):
            yield voltage(self._station, values["supply_voltage"])
        if self._is_due("keep", KEEP_S, now_ms):
            yield link(self._station, KEEP)

    def _reports(self, values: Mapping[str, float], now_ms: int, afn: int = REPORT) -> Iterator[Frame]:
        tag = time_tag(now_ms, self._options.utc_offset_h)
        for kind, numbers in told(values).items():
            meaning = self._options.types.value(kind, 1)
            if meaning is None:
                continue
            with contextlib.suppress(FrameBroken):
                pieces = [bcd(number, meaning.size, meaning.decimals) for number in numbers]
                yield report(self._station, kind, pieces, tag=tag, alarm=self._alarm, state=_DOOR_CLOSED, afn=afn)

    def _is_due(self, name: str, period_s: int, now_ms: int) -> bool:
        """Say whether a new period began since it was asked last."""
        period = now_ms // (period_s * 1000)
        is_due = self._done.get(name) != period
        self._done[name] = period
        return is_due


def told(values: Mapping[str, float]) -> dict[int, list[float]]:
    """Return the values that a terminal tells, by type: one power for each pump, one opening for each gate."""
    found: dict[int, list[float]] = {}
    if "rain_total" in values:
        found[_RAIN] = [values["rain_total"]]
    if "level_above_gate" in values and "level_below_gate" in values:
        found[LEVEL] = [values["level_above_gate"], values["level_below_gate"]]
    elif "water_level" in values:
        found[LEVEL] = [values["water_level"]]
    if "flow" in values:
        found[FLOW] = [values["flow"]]
    if "velocity" in values:
        found[_VELOCITY] = [values["velocity"]]
    if "gate_opening" in values:
        is_open = round(values.get("gates_open", 1.0))
        found[GATE] = [values["gate_opening"] if number < is_open else 0.0 for number in range(max(GATES, is_open))]
    if "pumps_running" in values:
        running = round(values["pumps_running"])
        found[POWER] = [PUMP_W if number < running else 0.0 for number in range(max(PUMPS, running))]
    return found


def loopback(host: str) -> str:
    """Return the address at which a listener on all addresses is reached from the same machine."""
    return {"0.0.0.0": "127.0.0.1", "": "127.0.0.1", "::": "::1"}.get(host, host)
