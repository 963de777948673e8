"""A line between a hub and a far end that can be made bad while it runs: slow, torn, chopped, narrow, deaf.

It lives in a thread of its own, so that it can stand between processes. Whoever connects to `port` is carried to the
port behind; `heard` keeps what each side said and the other got.
"""

import asyncio
import contextlib
import random
import threading
from dataclasses import dataclass
from types import MappingProxyType

HOST = "127.0.0.1"
PIECE = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class Toxic:
    """What is wrong with a line; connections that are made afterwards have it too, but `is_half_open`.

    `reset_chance` counts for each piece. `is_half_open` takes the far side away and leaves the hub's side open and
    silent; `is_blackhole` swallows everything both ways.
    """

    latency_s: float = 0.0
    reset_chance: float = 0.0
    slice_bytes: int = PIECE
    bytes_per_s: float = 0.0
    is_half_open: bool = False
    is_blackhole: bool = False


HEALTHY = Toxic()
TOXICS = MappingProxyType(
    {
        "latency": Toxic(latency_s=0.5),
        "reset": Toxic(reset_chance=0.05),
        "half open": Toxic(is_half_open=True),
        "slicer": Toxic(slice_bytes=1),
        "64 kbit/s": Toxic(bytes_per_s=8000.0),
        "blackhole": Toxic(is_blackhole=True),
    }
)


class ToxicProxy:
    """Carries connections to `to_port`; `hub_dials` says that the hub is the side that connects."""

    def __init__(self, port: int, to_port: int, *, hub_dials: bool, seed: int = 1) -> None:
        self.port = port
        self.toxic = HEALTHY
        self.heard: tuple[bytearray, bytearray] = (bytearray(), bytearray())  # by who dialled, by who answered
        self.connections = self.resets = 0
        self._to_port, self._hub_dials = to_port, hub_dials
        self._chance = random.Random(seed)
        self._pairs: set[_Pair] = set()
        self._loop = asyncio.new_event_loop()
        self._is_open = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"proxy-{port}", daemon=True)

    def start(self) -> None:
        """Begin to listen."""
        self._thread.start()
        self._is_open.wait(10)

    def make(self, toxic: Toxic) -> None:
        """Change what is wrong, from now on and for connections that stand."""
        self._loop.call_soon_threadsafe(self._make, toxic)

    def close(self) -> None:
        """Cut everything and end."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    def _make(self, toxic: Toxic) -> None:
        self.toxic = toxic
        for pair in tuple(self._pairs):
            if toxic.is_half_open:
                pair.lose_far_side(hub_dials=self._hub_dials)
            elif pair.is_half and toxic is HEALTHY:
                pair.abort()  # the machine that had vanished is back, and knows nothing of it

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(asyncio.start_server(self._carry, HOST, self.port))
        self._is_open.set()
        self._loop.run_forever()
        server.close()
        for pair in tuple(self._pairs):
            pair.abort()
        tasks = asyncio.all_tasks(self._loop)
        for task in tasks:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
        self._loop.close()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.CancelledError):
            await self._carried(reader, writer)

    async def _carried(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            far_reader, far_writer = await asyncio.open_connection(HOST, self._to_port)
        except OSError:
            writer.transport.abort()
            return
        pair = _Pair(writer, far_writer)
        self._pairs.add(pair)
        ways = [
            asyncio.create_task(self._copy(reader, far_writer, pair, 0)),
            asyncio.create_task(self._copy(far_reader, writer, pair, 1)),
        ]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            await pair.until_whole()
        finally:
            for way in ways:
                way.cancel()
            pair.abort()
            self._pairs.discard(pair)

    async def _copy(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, pair: "_Pair", side: int) -> None:
        try:
            while data := await reader.read(PIECE):
                toxic = self.toxic
                if toxic.is_blackhole or pair.is_half:
                    continue
                await asyncio.sleep(toxic.latency_s)
                for begin in range(0, len(data), toxic.slice_bytes):
                    if toxic.reset_chance and self._chance.random() < toxic.reset_chance:
                        self.resets += 1
                        pair.abort()
                        return
                    piece = data[begin : begin + toxic.slice_bytes]
                    writer.write(piece)
                    await writer.drain()
                    self.heard[side].extend(piece)
                    if toxic.bytes_per_s:
                        await asyncio.sleep(len(piece) / toxic.bytes_per_s)
        except OSError:
            return


class _Pair:
    """Two connections that are one line."""

    def __init__(self, dialled: asyncio.StreamWriter, answered: asyncio.StreamWriter) -> None:
        self.is_half = False
        self._dialled, self._answered = dialled, answered
        self._is_over = asyncio.Event()

    def lose_far_side(self, *, hub_dials: bool) -> None:
        """Close the side of the far end, and leave the hub's open and silent."""
        self.is_half = True
        (self._answered if hub_dials else self._dialled).transport.abort()

    async def until_whole(self) -> None:
        """Wait while only the hub's side is left."""
        if self.is_half:
            await self._is_over.wait()

    def abort(self) -> None:
        """Cut both sides without a word."""
        self._is_over.set()
        for writer in (self._dialled, self._answered):
            writer.transport.abort()
