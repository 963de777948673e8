"""A device on loopback that answers with the invented readings: a small Modbus TCP server, written by hand."""

import asyncio
import struct
import time
from collections.abc import Awaitable, Callable, Mapping

from sanping.adapters.modbus.decode import Kind, points_in, words_of
from sanping.ports.source import Readings

_KINDS: Mapping[int, Kind] = {1: "coil", 2: "discrete", 3: "holding", 4: "input"}
_ILLEGAL_FUNCTION, _ILLEGAL_ADDRESS = 1, 2


class Simulator:
    """Serves the registers that the source's rules read; every other one is refused."""

    def __init__(self, settings: Mapping[str, object]) -> None:
        self._host = str(settings.get("host") or "127.0.0.1")
        self._port = int(str(settings.get("port") or 502))
        self._station = str(settings.get("station") or "")
        self._points = points_in(str(settings.get("values") or ""))

    async def play(self, readings: Readings, sleep: Callable[[float], Awaitable[None]]) -> None:
        """Serve for ever."""

        async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            try:
                while True:
                    head = await reader.readexactly(7)
                    transaction, _, length, unit = struct.unpack(">HHHB", head)
                    body = await reader.readexactly(max(0, min(length, 260) - 1))
                    answer = self.answer(unit, body, readings, time.time_ns() // 1_000_000)
                    writer.write(struct.pack(">HHHB", transaction, 0, len(answer) + 1, unit) + answer)
                    await writer.drain()
            except (asyncio.IncompleteReadError, ConnectionError):
                writer.close()

        server = await asyncio.start_server(talk, self._host, self._port)
        async with server:
            while True:
                await sleep(3600.0)

    def answer(self, unit: int, body: bytes, readings: Readings, now_ms: int) -> bytes:
        """Return the answer to one question, without its head."""
        function = body[0] if body else 0
        kind = _KINDS.get(function)
        if kind is None or len(body) < 5:
            return bytes([function | 0x80, _ILLEGAL_FUNCTION])
        first, count = struct.unpack(">HH", body[1:5])
        held = self._held(unit, kind, readings.at(self._station, now_ms))
        wanted = range(first, first + count)
        if not any(address in held for address in wanted):
            return bytes([function | 0x80, _ILLEGAL_ADDRESS])
        words = [held.get(address, 0) for address in wanted]
        if kind in ("holding", "input"):
            return bytes([function, 2 * count]) + b"".join(word.to_bytes(2, "big") for word in words)
        packed = sum(bit << number for number, bit in enumerate(words)).to_bytes((count + 7) // 8, "little")
        return bytes([function, len(packed)]) + packed

    def _held(self, unit: int, kind: Kind, values: Mapping[str, float]) -> dict[int, int]:
        held: dict[int, int] = {}
        for point in self._points:
            if (point.unit, point.kind) == (unit, kind) and point.rule.code in values:
                words = words_of(point, values[point.rule.code])
                held.update({point.address + number: word for number, word in enumerate(words)})
        return held
