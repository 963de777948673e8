"""Terminals that speak JT/T 808 over loopback: they register, show their codes, and report where they are."""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import numpy as np

from sanping.adapters.jt808.encode import authentication, location, location_body, registration
from sanping.adapters.jt808.frame import ANSWER, REGISTERED, Frame
from sanping.adapters.jt808.framing import Framer
from sanping.adapters.jt808.options import Options, options_from
from sanping.domain.position import MOVER_KINDS
from sanping.ports.traffic import Moving, ReadingsAndTraffic, Terminal

FIX_S = 5.0
TICKS = 20
MOST_LINES = 6
OF_A_LINE = 250
MOST_WAITING = 4000
ALARM_S, ALARM_EVERY_S = 90, 1500
_OVER_SPEED = 0b10
_RECONNECT_S = 2.0
_READ_BYTES = 65_536
_CIRCLE_DEG, _CIRCLE_S = 0.01, 600.0
_FEW = 6

Sleep = Callable[[float], Awaitable[None]]


class Simulator:
    """Plays the movers of the twin; where it has none, a few of each kind that stations are addressed by."""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self._options = options_from(settings, str(settings.get("auth_secret") or ""))

    async def play(self, readings: ReadingsAndTraffic, sleep: Sleep) -> None:
        """Connect to the source and report for ever: each mover once it is known, then every five seconds.

        Many share a line.
        """
        traffic = readings.traffic if len(readings.traffic.terminals) else _Circling(self._options, readings.stations())
        count = len(traffic.terminals)
        lines = min(MOST_LINES, max(1, count // OF_A_LINE))
        gateways = [Gateway(self._options, traffic, np.arange(first, count, lines)) for first in range(lines)]
        await asyncio.gather(*(gateway.play(sleep) for gateway in gateways))


class Gateway:
    """One connection over which many terminals speak, as over a carrier's gateway."""

    def __init__(self, options: Options, traffic: Any, rows: "np.ndarray[Any, np.dtype[np.int64]]") -> None:
        self._place = (loopback(options.host), options.port)
        self._traffic = traffic
        self._rows = rows[[not traffic.terminals[row].is_silent for row in rows]]
        self._by_number = {traffic.terminals[row].number: int(row) for row in self._rows}
        self._is_known: dict[int, bool] = {}
        self._greeted: list[int] = []
        self._serial = 0
        self._waiting = 0

    async def play(self, sleep: Sleep) -> None:
        """Keep the connection up and report, for ever."""
        while True:
            with contextlib.suppress(OSError):
                reader, writer = await asyncio.open_connection(*self._place)
                self._is_known, self._waiting = {}, 0
                self._greeted.clear()
                listening = asyncio.create_task(self._listen(reader, writer))
                try:
                    await self._report(writer, listening, sleep)
                finally:
                    listening.cancel()
                    writer.close()
            await sleep(_RECONNECT_S)

    async def _report(self, writer: asyncio.StreamWriter, listening: "asyncio.Task[None]", sleep: Sleep) -> None:
        tick = 0
        while not listening.done():
            if self._waiting < MOST_WAITING:
                writer.write(self._said(self._rows[tick % TICKS :: TICKS], time.time_ns() // 1_000_000))
                await writer.drain()
            tick += 1
            await sleep(FIX_S / TICKS)

    def _said(self, rows: "np.ndarray[Any, np.dtype[np.int64]]", now_ms: int) -> bytes:
        """Return what some terminals say now: who is not known yet registers, the others say where they are."""
        now_ms -= now_ms % 1000
        moving: Moving = self._traffic.at(rows, now_ms)
        columns = (moving.longitude_deg, moving.latitude_deg, moving.speed_kmh, moving.heading_deg)
        said: list[bytes] = []
        for row, east, north, speed, heading in zip(rows.tolist(), *(one.tolist() for one in columns), strict=True):
            terminal: Terminal = self._traffic.terminals[row]
            self._serial += 1
            if not self._is_known.get(row, False):
                if row not in self._is_known:
                    self._is_known[row] = False
                    said.append(registration(terminal.number, terminal.label, self._serial))
                continue
            is_due = terminal.is_alarming and (now_ms // 1000 + row * 97) % ALARM_EVERY_S < ALARM_S
            body = location_body((east, north), speed, heading, now_ms, alarms=_OVER_SPEED if is_due else 0)
            said.append(location(terminal.number, body, self._serial))
            self._waiting += 1
        return b"".join(said)

    async def _listen(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        framer = Framer()
        while data := await reader.read(_READ_BYTES):
            for cut in framer.fed(data):
                if cut.frame is not None:
                    writer.write(self._answered(cut.frame))
            if self._greeted:
                writer.write(self._said(np.array(self._greeted), time.time_ns() // 1_000_000))
                self._greeted.clear()

    def _answered(self, frame: Frame) -> bytes:
        """Return what an answer of the platform leads to."""
        row = self._by_number.get(frame.terminal)
        if row is None or len(frame.body) < 3:
            return b""
        if frame.id == REGISTERED:
            code = frame.body[3:].decode("ascii", "replace")
            return authentication(frame.terminal, code) if frame.body[2] == 0 else b""
        if frame.id == ANSWER and frame.body[4:5] == b"\0":
            if not self._is_known.get(row, False):
                self._is_known[row] = True
                self._greeted.append(row)
            else:
                self._waiting -= 1
        return b""


class _Circling:
    """A few movers of each of some kinds, round and round a place in Shanghai."""

    def __init__(self, options: Options, addresses: Any) -> None:
        prefixes = {kind: prefix for prefix, kind in options.kinds}
        kinds = [kind for kind in MOVER_KINDS if kind in set(addresses)] or ["car"]
        self.terminals = tuple(
            Terminal(
                number=f"{prefixes.get(kind, '')}{1_000_000 + 10 * code + number}", label=f"{kind}{number}", kind=kind
            )
            for code, kind in enumerate(kinds)
            for number in range(_FEW)
        )

    def at(self, rows: "np.ndarray[Any, np.dtype[np.int64]]", now_ms: int) -> Moving:
        """Return where some of them are."""
        turn = 2 * np.pi * (now_ms / 1000.0 / _CIRCLE_S + rows / max(1, len(self.terminals)))
        return Moving(
            longitude_deg=121.4 + _CIRCLE_DEG * np.sin(turn),
            latitude_deg=31.24 + _CIRCLE_DEG * np.cos(turn),
            heading_deg=np.degrees(turn + np.pi / 2) % 360.0,
            speed_kmh=np.full(len(rows), 36.0),
        )


def loopback(host: str) -> str:
    """Return the address at which a listener on all addresses is reached from the same machine."""
    return {"0.0.0.0": "127.0.0.1", "": "127.0.0.1", "::": "::1"}.get(host, host)
