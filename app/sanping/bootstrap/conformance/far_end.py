"""The far end of a trial: the adapter's simulator, a line that records what it says, and one who only talks rubbish."""

import asyncio
import contextlib
import itertools
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import MappingProxyType

from sanping.bootstrap.conformance.trial import Trial
from sanping.bootstrap.conformance.trial_hub import INTERVAL_S, KINDS
from sanping.domain.station import Station
from sanping.domain.text import Text
from sanping.hub.child_messages import Begin, Ended
from sanping.hub.child_process import ChildProcess, started
from sanping.hub.manifests import checked_settings

LOOPBACK = "127.0.0.1"
MOST_PIECES = 200
_HUGE = 4 << 20


class FarEnd:
    """The simulator of one adapter in a process of its own; it also speaks for a station that the twin lacks."""

    def __init__(self, trial: Trial) -> None:
        self._trial = trial
        self._child: ChildProcess | None = None
        self._listening: asyncio.Task[None] | None = None
        self.ended: Text | None = None

    async def start(self, port: int) -> None:
        """Start the simulator, which serves at or connects to `port`."""
        trial = self._trial
        addresses = filter(None, (trial.table.station, trial.table.other_station))
        self.ended = None
        self._child = await started(
            Begin(
                role="simulator",
                source=trial.name,
                target=trial.manifest.simulator,
                settings={**checked_settings(trial.manifest, trial.settings(port=port)), **trial.table.secrets},
                secrets=trial.table.secrets,
                adapter=trial.name,
                stations=tuple(_station(trial.name, address) for address in addresses),
                scenario="flood",
            )
        )
        self._listening = asyncio.create_task(self._listen(self._child))

    async def stop(self) -> None:
        """End it at once."""
        child, self._child = self._child, None
        if self._listening is not None:
            self._listening.cancel()
        if child is not None:
            await child.end()

    async def _listen(self, child: ChildProcess) -> None:
        while (message := await child.next()) is not None:
            if isinstance(message, Ended):
                self.ended = Text(message.zh, message.en)


class Recorder:
    """A line between simulator and source that keeps what devices said, in the pieces in which they said it."""

    def __init__(self, to_port: int) -> None:
        self.pieces: list[bytes] = []
        self.port = 0
        self._to_port = to_port

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Carry connections until the block ends."""
        server = await asyncio.start_server(self._carry, LOOPBACK, 0)
        self.port = int(server.sockets[0].getsockname()[1])
        try:
            yield
        finally:
            server.close()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            source_reader, source_writer = await asyncio.open_connection(LOOPBACK, self._to_port)
        except OSError:
            writer.close()
            return
        ways = {
            asyncio.create_task(_copy(reader, source_writer, self.pieces)),
            asyncio.create_task(_copy(source_reader, writer, None)),
        }
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            writer.close()
            source_writer.close()


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, pieces: list[bytes] | None) -> None:
    with contextlib.suppress(OSError):
        while data := await reader.read(65_536):
            if pieces is not None and len(pieces) < MOST_PIECES:
                pieces.append(data)
            writer.write(data)
            await writer.drain()


@asynccontextmanager
async def liar(port: int) -> AsyncIterator[None]:
    """Answer every question at a port with rubbish of some kind, until the block ends."""
    kinds = itertools.cycle((_closes, _babbles, _answers_rubbish, _promises_much, _refuses, _says_nothing))
    talks: set[asyncio.Task[None]] = set()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        talks.add(task)
        try:
            with contextlib.suppress(OSError):
                await next(kinds)(reader, writer)
        finally:
            talks.discard(task)
            writer.close()

    server = await asyncio.start_server(talk, LOOPBACK, port)
    try:
        yield
    finally:
        server.close()
        for task in tuple(talks):
            task.cancel()


async def _closes(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Hang up at once."""


async def _babbles(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(random.Random(1).randbytes(100_000))
    await writer.drain()


async def _answers_rubbish(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read(1024)
    body = b'{"data": [{"station": 7, "time": "soon", "value": "\xff\xfe"}, null, [[[]]]]}'
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))
    await writer.drain()


async def _promises_much(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read(1024)
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n" + bytes(_HUGE))
    await writer.drain()


async def _refuses(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read(1024)
    writer.write(b"HTTP/1.1 500 no\r\nContent-Length: 0\r\n\r\n")
    await writer.drain()


async def _says_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(60.0)


def _station(name: str, address: str) -> Station:
    return Station(
        id=address,
        name=Text(address, address),
        kinds=KINDS,
        x_m=0.0,
        y_m=0.0,
        interval_s=INTERVAL_S,
        addresses=MappingProxyType({name: address}),
    )
