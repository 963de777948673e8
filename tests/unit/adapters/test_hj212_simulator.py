"""Simulated stations talk to real sessions over loopback: `sanping.adapters.hj212.simulator`."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping

import pytest
from hj212_frames import MN, OFFICIAL_KEY, options

from sanping.adapters.hj212.frame import Frame
from sanping.adapters.hj212.simulated_logger import LoggerServer
from sanping.adapters.hj212.simulated_report import Reporter
from sanping.adapters.hj212.simulated_station import TRIES, Line
from sanping.adapters.hj212.simulator import Simulator
from sanping.adapters.hj212.source import Source
from sanping.domain.errors import SourceFailed
from sanping.domain.observation import Observation
from sanping.domain.source_status import SourceState
from sanping.domain.text import Text
from sanping.hub.spare_port import free_port
from sanping.ports.source import Count, Deliver, Fetched, HangUp, Send, Session, Step

STATIONS = ("310107000000000000000001", "310107000000000000000002", "A310107_0003")
VALUES = {
    "ph": 7.51,
    "dissolved_oxygen": 6.2,
    "water_temperature": 18.3,
    "ammonia_nitrogen": 0.72,
    "total_phosphorus": 0.145,
    "mercury": 0.00004,
    "pressure": 1013.2,
    "pumps_running": 2.0,
    "water_level": 2.71,
}


class Truth:
    """The same values for ever."""

    def stations(self) -> tuple[str, ...]:
        return STATIONS

    def at(self, address: str, now_ms: int) -> Mapping[str, float]:
        return VALUES


class LoopbackWorld:
    """A world with real sockets; deliveries are kept and answered at once."""

    def __init__(self) -> None:
        self.rows: list[Observation] = []
        self.counts: Counter[str] = Counter()
        self.hung_up: list[str] = []
        self._writers: list[asyncio.StreamWriter] = []

    async def closed(self) -> None:
        """Close what is open."""
        for writer in self._writers:
            writer.close()
        await asyncio.gather(*(writer.wait_closed() for writer in self._writers), return_exceptions=True)
        await asyncio.sleep(0.02)

    def now_ms(self) -> int:
        raise NotImplementedError

    def say(self, state: SourceState, why: Text) -> None:
        pass

    def count(self, what: str, times: int = 1, detail: Text | None = None) -> None:
        self.counts[what] += times

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    async def deliver(self, observations: object) -> None:
        raise NotImplementedError

    async def serve_tcp(self, host: str, port: int, session: Callable[[str], Session]) -> None:
        async def accepted(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            with contextlib.suppress(asyncio.CancelledError):
                await self._held(session("127.0.0.1"), reader, writer)

        server = await asyncio.start_server(accepted, host, port)
        async with server:
            await server.serve_forever()

    async def dial_tcp(self, host: str, port: int, session: Callable[[str], Session]) -> None:
        try:
            reader, writer = await asyncio.open_connection(host, port)
        except OSError as error:
            raise SourceFailed(Text("没有人", "Nobody is there")) from error
        await self._held(session(host), reader, writer)

    async def fetch(self, url: str, headers: object) -> Fetched:
        raise NotImplementedError

    def secret(self, name: str) -> str:
        return ""

    async def _held(self, session: Session, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        import time

        def now_ms() -> int:
            return time.time_ns() // 1_000_000

        self._writers.append(writer)
        try:
            self._do(session.started(now_ms()), writer)
            while data := await reader.read(65_536):
                self._do(session.received(data, now_ms()), writer)
        finally:
            writer.close()

    def _do(self, steps: object, writer: asyncio.StreamWriter) -> None:
        for step in steps:  # type: ignore[attr-defined]
            self._one(step, writer)

    def _one(self, step: Step, writer: asyncio.StreamWriter) -> None:
        match step:
            case Deliver(observations=observations, reply=reply):
                self.rows += observations
                writer.write(reply)
            case Send(data=data):
                writer.write(data)
            case Count(what=what, times=times):
                self.count(what, times)
            case HangUp(reason=reason):
                self.hung_up.append(reason.en)
                writer.close()


async def quick(seconds: float) -> None:
    """Make the simulator's time fly."""
    await asyncio.sleep(seconds / 500)


def played(is_enough: Callable[[LoopbackWorld], bool], **settings: object) -> LoopbackWorld:
    """Let simulator and source talk until it is enough, ten seconds at most."""

    async def play() -> LoopbackWorld:
        world = LoopbackWorld()
        given = {"host": "127.0.0.1", "port": free_port(), "timeout_s": 1, **settings}
        programs: list[Awaitable[None]] = [Simulator(given).play(Truth(), quick)]
        running = [asyncio.ensure_future(program) for program in programs]
        await asyncio.sleep(0.05)
        running.append(asyncio.ensure_future(Source(given).run(world)))
        for _ in range(1000):
            await asyncio.sleep(0.01)
            if is_enough(world) or any(task.done() for task in running):
                break
        for task in running:
            task.cancel()
        ended = await asyncio.gather(*running, return_exceptions=True)
        await world.closed()
        assert [error for error in ended if not isinstance(error, asyncio.CancelledError)] == []
        return world

    return asyncio.run(play())


@pytest.mark.parametrize("key", ["", OFFICIAL_KEY], ids=["clear", "encrypted"])
def test_stations_report_what_is_true_and_the_source_understands_all(key: str) -> None:
    # given three simulated stations that connect and report, some in 2025

    # when they have sent realtime, minute, hour and pump states
    world = played(
        lambda world: {row.statistic for row in world.rows} >= {"instant", "avg"} and len(world.rows) > 150,
        sm4_key=key,
        password="135790",
    )

    # then the values are the invented ones in our units, from every station, and nothing was wrong
    realtime = {row.quantity: row.value for row in world.rows if row.statistic == "instant"}
    expected = {code: value for code, value in VALUES.items() if code not in ("pumps_running", "water_level")}
    assert {code: realtime[code] for code in expected} == pytest.approx(expected)
    assert (realtime["hj212:SB2-RS"], realtime["hj212:SB3-RS"]) == (1.0, 0.0)
    assert {row.station for row in world.rows} == set(STATIONS)
    assert {row.period_s for row in world.rows} == {0, 600, 3600}
    assert set(world.counts) == {"frames"}
    assert world.hung_up == []


def test_a_logger_that_is_asked_reports() -> None:
    # given a source that connects to a simulated logger and asks

    # when it has got data of each station
    world = played(
        lambda world: {row.station for row in world.rows} == set(STATIONS),
        role="client",
        allowed_stations=" ".join(STATIONS),
        password="135790",
    )

    # then they are the invented values
    assert {row.station for row in world.rows} == set(STATIONS)
    assert next(row.value for row in world.rows if row.quantity == "ph") == 7.51
    assert "requests_declined" not in world.counts


def test_a_logger_that_is_asked_for_hours_sends_them() -> None:
    # given a logger, and a request for three hours
    made = options(role="client", allowed_stations=STATIONS[0])
    span = ((("BeginTime", "20260612050000"),), (("EndTime", "20260612080000"),))
    asked = Frame(qn="20260612080000123", st="21", cn="2061", mn=STATIONS[0], flag=5, items=span)

    # when it answers
    answers = list(LoggerServer(made, Truth(), quick)._answers(asked))

    # then it accepts, sends three hours, and is done
    assert [frame.cn for frame in answers] == ["9011", "2061", "2061", "2061", "9012"]
    assert [frame.value("DataTime") for frame in answers[1:-1]] == [f"202606120{hour}0000" for hour in (5, 6, 7)]


def test_a_frame_without_answer_is_sent_three_times() -> None:
    # given a source that never answers
    async def count() -> tuple[bool, int]:
        heard = bytearray()
        is_over = asyncio.Event()

        async def accepted(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            with contextlib.suppress(asyncio.CancelledError, OSError):
                while data := await reader.read(1000):
                    heard.extend(data)
            writer.close()
            await writer.wait_closed()
            is_over.set()

        server = await asyncio.start_server(accepted, "127.0.0.1", 0)
        line = Line(options(port=server.sockets[0].getsockname()[1], host="127.0.0.1", timeout_s=1))
        holding = asyncio.ensure_future(line.hold(quick))
        await line.first_up()
        frame = Frame(qn="20260612080000123", st="21", cn="2011", mn=MN, flag=5)
        line._timeout_s = 0.05  # type: ignore[assignment]
        done = await line.acknowledged(frame, b"##frame")
        await asyncio.sleep(0.05)
        holding.cancel()
        await asyncio.gather(holding, return_exceptions=True)
        server.close()
        await asyncio.wait_for(is_over.wait(), 5)
        return done, heard.count(b"##frame")

    # when a frame is sent
    is_acknowledged, times = asyncio.run(count())

    # then it goes out three times and is given up
    assert (is_acknowledged, times) == (False, TRIES)


def test_a_station_writes_units_and_decimals_of_the_wire() -> None:
    # given one station
    reporter = Reporter(MN, "2017", options(), lambda moment_ms: "20260612080000123")

    # when it reports
    told = dict(reporter.realtime(VALUES, 1).pairs())

    # then mercury is in µg/L and pressure in kPa, with the decimals that our units have
    assert (told["w20111-Rtd"], told["a01006-Rtd"], told["w01001-Rtd"]) == ("0.040", "101.32", "7.51")
    assert "water_level" not in str(told)
