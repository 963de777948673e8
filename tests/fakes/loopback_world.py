"""A world with real sockets on loopback, for sources that are played against their simulators."""

import asyncio
import contextlib
import time
from collections.abc import Callable
from typing import Any

from sanping.domain.observation import Observation
from sanping.domain.position import Position
from sanping.domain.source_status import SourceState
from sanping.domain.text import Text
from sanping.ports.source import Count, Deliver, HangUp, Readings, Send, Session, Track


class LoopbackWorld:
    """Serves real connections; rows are "committed" at once."""

    def __init__(self) -> None:
        self.rows: list[Observation] = []
        self.positions: list[Position] = []
        self.counts: dict[str, int] = {}
        self.said: list[SourceState] = []

    async def reached(self, host: str, port: int) -> str:
        return host

    def now_ms(self) -> int:
        return time.time_ns() // 1_000_000

    def say(self, state: SourceState, why: Text) -> None:
        self.said.append(state)

    def count(self, what: str, times: int = 1, detail: Text | None = None) -> None:
        self.counts[what] = self.counts.get(what, 0) + times

    def secret(self, name: str) -> str:
        return ""

    async def serve_tcp(self, host: str, port: int, session: Callable[[str], Session], most: int = 64) -> None:
        async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            one = session("127.0.0.1")
            try:
                while data := await reader.read(65536):
                    for step in one.received(data, self.now_ms()):
                        match step:
                            case Deliver(observations=observations, reply=reply):
                                self.rows += observations
                                writer.write(reply)
                            case Track(positions=positions, reply=reply):
                                self.positions += positions
                                writer.write(reply)
                            case Send(data=out):
                                writer.write(out)
                            case Count(what=what, times=times):
                                self.count(what, times)
                            case HangUp():
                                return
            finally:
                writer.close()

        server = await asyncio.start_server(talk, host, port)
        async with server:
            await server.serve_forever()


async def played(
    world: LoopbackWorld, source: Any, simulator: Any, readings: Readings, wanted: Callable[[], bool]
) -> None:
    """Run a source and its simulator until what is wanted has happened, at most ten seconds."""
    tasks = [
        asyncio.create_task(source.run(world)),
        asyncio.create_task(simulator.play(readings, lambda seconds: asyncio.sleep(min(seconds, 0.05)))),
    ]
    try:
        async with asyncio.timeout(10):
            while not wanted():
                await asyncio.sleep(0.02)
    finally:
        for task in tasks:
            task.cancel()
        for task in tasks:
            with contextlib.suppress(asyncio.CancelledError):
                await task
