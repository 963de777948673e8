"""Lines over TCP: `number|address|event_ms|quantity=value,…`, answered by `ok number` after the commit.

`!spin`, `!leak`, `!crash`, `!block`, `!raise`, `!quit`, `!refuse` make the process misbehave in that way.
"""

import os
import time
from collections.abc import Iterable, Iterator, Mapping

from sanping.domain.errors import SourceFailed, SourceRefused
from sanping.domain.observation import Observation
from sanping.domain.text import Text
from sanping.ports.source import Count, Deliver, HangUp, Session, Step, World

LONGEST_LINE = 65_536


class Source:
    def __init__(self, settings: Mapping[str, object]) -> None:
        self._host = str(settings["host"])
        self._port = int(str(settings["port"]))
        self._password = str(settings["password"])

    async def run(self, world: World) -> None:
        if self._password == "wrong":
            raise SourceRefused(Text("口令错误", "The password is wrong"))
        await world.serve_tcp(self._host, self._port, Lines)

    async def test(self, world: World) -> Text:
        if self._password == "wrong":
            raise SourceRefused(Text("口令错误", "The password is wrong"))
        if self._password == "none":
            raise SourceFailed(Text("没有设备", "No device is there"))
        return Text("可以监听", "It can listen")


class Lines(Session):
    def __init__(self, peer: str) -> None:
        self._peer = peer
        self._kept = b""
        self._leaked: list[bytearray] = []

    def started(self, now_ms: int) -> Iterable[Step]:
        return ()

    def woken(self, now_ms: int) -> Iterable[Step]:
        return ()

    def received(self, data: bytes, now_ms: int) -> Iterator[Step]:
        *lines, self._kept = (self._kept + data).split(b"\n")
        if len(self._kept) > LONGEST_LINE:
            yield HangUp(reason=Text("行太长", "The line is too long"))
        for line in lines:
            if line.startswith(b"!"):
                self._misbehave(line[1:].strip().decode())
            else:
                yield self._step(line)

    def _step(self, line: bytes) -> Step:
        try:
            number, address, event_ms, values = line.decode().split("|")
            when, rows = int(event_ms), []
            for pair in values.split(","):
                quantity, _, value = pair.partition("=")
                rows.append(
                    Observation(station=address, quantity=quantity, value=float(value), unit="m", event_ms=when)
                )
        except ValueError:
            return Count(what="broken", detail=Text("坏行", "A broken line"))
        return Deliver(observations=tuple(rows), reply=f"ok {number}\n".encode())

    def _misbehave(self, how: str) -> None:
        match how:
            case "spin":
                while True:
                    pass
            case "block":
                time.sleep(600)
            case "leak":
                while True:
                    self._leaked.append(bytearray(b"x" * (16 << 20)))
            case "crash":
                os.abort()
            case "quit":
                os._exit(5)
            case "raise":
                raise RuntimeError("a fault of the adapter")
