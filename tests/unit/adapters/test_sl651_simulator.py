"""SL 651 over loopback: simulated stations report to a source through real sockets."""

import asyncio
import contextlib
import socket
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest

from sanping.adapters.sl651.simulator import Simulator
from sanping.adapters.sl651.source import Source
from sanping.domain.observation import Observation
from sanping.domain.source_status import SourceState
from sanping.domain.text import Text
from sanping.ports.source import Count, Deliver, HangUp, Send, Session


class LoopbackWorld:
    """A world with real sockets on loopback; rows are "committed" at once."""

    def __init__(self) -> None:
        self.rows: list[Observation] = []
        self.counts: dict[str, int] = {}
        self.said: list[SourceState] = []

    def now_ms(self) -> int:
        return time.time_ns() // 1_000_000

    def say(self, state: SourceState, why: Text) -> None:
        self.said.append(state)

    def count(self, what: str, times: int = 1, detail: Text | None = None) -> None:
        self.counts[what] = self.counts.get(what, 0) + times

    def secret(self, name: str) -> str:
        return ""

    async def serve_tcp(self, host: str, port: int, session: Callable[[str], Session]) -> None:
        async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            one = session("127.0.0.1")
            try:
                while data := await reader.read(65536):
                    for step in one.received(data, self.now_ms()):
                        match step:
                            case Deliver(observations=observations, reply=reply):
                                self.rows += observations
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


class River:
    """Two gauges and a rain gauge."""

    def stations(self) -> Sequence[str]:
        return ("0063100701", "00303A9006", "0063100801")

    def at(self, address: str, now_ms: int) -> Mapping[str, float]:
        if address == "0063100801":
            return {"rain": 0.4, "rain_hour": 3.2, "rain_total": 320.0, "pumps_running": 2.0, "supply_voltage": 12.4}
        return {"water_level": 3.127, "flow": 45.6, "velocity": -0.32, "supply_voltage": 12.6}


async def played(world: LoopbackWorld, settings: dict[str, Any], wanted: Callable[[], bool]) -> None:
    """Run source and simulator until what is wanted has happened, at most ten seconds."""
    tasks = [
        asyncio.create_task(Source(settings).run(world)),  # type: ignore[arg-type]
        asyncio.create_task(Simulator(settings).play(River(), lambda seconds: asyncio.sleep(min(seconds, 0.05)))),
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


def test_the_simulator_reports_over_loopback(unused_port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    # given a source and simulated stations on a free port, with pictures due at once
    monkeypatch.setattr("sanping.adapters.sl651.simulator.FIRST_PICTURE_S", 0)
    world = LoopbackWorld()
    settings = {"host": "127.0.0.1", "port": unused_port, "password": "", "centre": 1}

    def is_all_there() -> bool:
        quantities = {row.quantity for row in world.rows}
        stations = {row.station for row in world.rows}
        return stations == set(River().stations()) and {"sl651:picture", "rain", "water_level"} <= quantities

    # when they play
    asyncio.run(played(world, settings, is_all_there))

    # then every station's values arrive in our units, and no frame was bad
    level = next(row for row in world.rows if row.quantity == "water_level" and row.quality == "good")
    velocity = next(row for row in world.rows if row.quantity == "velocity")
    assert (level.value, velocity.value) == (3.127, -0.32)
    assert world.counts["keep_alives"] >= 3
    assert not {"bad_crc", "bad_length", "garbage_bytes", "bad_elements", "unknown_code"} & set(world.counts)


@pytest.fixture
def unused_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


def test_a_test_of_the_source_says_what_it_heard(unused_port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    # given a source under test for half a second
    monkeypatch.setattr("sanping.adapters.sl651.source.TEST_S", 0.5)
    world = LoopbackWorld()

    # when nobody connects
    told = asyncio.run(Source({"host": "127.0.0.1", "port": unused_port}).test(world))  # type: ignore[arg-type]

    # then it says so, and delivers nothing
    assert "0 个报文" in told.zh
    assert world.rows == []
