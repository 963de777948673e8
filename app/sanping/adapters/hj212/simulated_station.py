"""Loggers that connect to a source and report: they wait for the acknowledgement and send again when it stays away."""

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import Awaitable, Callable, Iterator

from msgspec.structs import replace

from sanping.adapters.hj212.encode import encoded, is_to_be_encrypted, split
from sanping.adapters.hj212.frame import DATA_TAKEN, NOTICE_TAKEN, VERSIONS, Frame, Version
from sanping.adapters.hj212.framing import Framer
from sanping.adapters.hj212.options import Options
from sanping.adapters.hj212.readings import Interpreter
from sanping.adapters.hj212.segment import decoded_segment
from sanping.adapters.hj212.simulated_report import Reporter
from sanping.domain.errors import FrameBroken
from sanping.ports.source import Readings

REALTIME_S = 5.0
HEARTBEAT_S = 60.0
TRIES = 3
MOST_LINES = 4
BACKLOG = 100
SPLIT_EVERY = 3
SPLIT_SEGMENT = 320
_RECONNECT_S = 2.0
_READ_BYTES = 65_536

Sleep = Callable[[float], Awaitable[None]]


class Line:
    """One connection that several stations share; acknowledgements find their sender by MN and QN."""

    def __init__(self, options: Options) -> None:
        self._place = (loopback(options.host), options.port)
        self._timeout_s = options.timeout_s
        self._writer: asyncio.StreamWriter | None = None
        self._awaited: dict[tuple[str, str], asyncio.Future[None]] = {}
        self._was_up = asyncio.Event()

    async def first_up(self) -> None:
        """Return when the connection has been up once."""
        await self._was_up.wait()

    async def hold(self, sleep: Sleep) -> None:
        """Keep the connection up and listen for acknowledgements, for ever."""
        while True:
            with contextlib.suppress(OSError):
                reader, self._writer = await asyncio.open_connection(*self._place)
                self._was_up.set()
                try:
                    await self._listen(reader)
                finally:
                    self._writer.close()
                    self._writer = None
            await sleep(_RECONNECT_S)

    async def acknowledged(self, frame: Frame, wire: bytes) -> bool:
        """Send a frame, three times at most, and return whether it was acknowledged."""
        for _ in range(TRIES):
            if self._writer is None or self._writer.is_closing():
                return False
            key = (frame.mn, frame.qn)
            done = self._awaited[key] = asyncio.get_running_loop().create_future()
            try:
                self._writer.write(wire)
                await self._writer.drain()
                await asyncio.wait_for(done, self._timeout_s)
            except (OSError, TimeoutError):
                continue
            finally:
                self._awaited.pop(key, None)
            return True
        return False

    async def _listen(self, reader: asyncio.StreamReader) -> None:
        framer = Framer()
        while data := await reader.read(_READ_BYTES):
            for cut in framer.fed(data):
                with contextlib.suppress(FrameBroken):
                    frame = decoded_segment(cut.segment)
                    awaited = self._awaited.get((frame.mn, frame.qn))
                    if frame.cn in (DATA_TAKEN, NOTICE_TAKEN) and awaited is not None and not awaited.done():
                        awaited.set_result(None)


class Reporters:
    """All simulated stations: every second one speaks 2025 where that is allowed, encrypted where there is a key."""

    def __init__(self, options: Options, readings: Readings, sleep: Sleep) -> None:
        self._options = options
        self._readings = readings
        self._sleep = sleep
        self._interpreter = Interpreter(codes=options.codes, utc_offset_h=options.utc_offset_h)
        self._stations = tuple(mn for mn in readings.stations() if not options.stations or mn in options.stations)
        self._lines = [Line(options) for _ in range(min(MOST_LINES, max(1, len(self._stations))))]

    async def play(self) -> None:
        """Report for ever."""
        holding = [asyncio.create_task(line.hold(self._sleep)) for line in self._lines]
        reporting = [asyncio.create_task(self._station(number, mn)) for number, mn in enumerate(self._stations)]
        try:
            await asyncio.gather(*holding, *reporting)
        finally:
            for task in (*holding, *reporting):
                task.cancel()
            await asyncio.gather(*holding, *reporting, return_exceptions=True)

    async def _station(self, number: int, mn: str) -> None:
        """Report for one station: what is due, then what could not be delivered before."""
        line = self._lines[number % len(self._lines)]
        reporter = Reporter(mn, _version(self._options, number), self._options, self._interpreter.local_text)
        schedule = _Schedule(self._options.minute_interval_s)
        backlog: deque[Frame] = deque(maxlen=BACKLOG)
        await self._sleep(REALTIME_S * number / max(1, len(self._stations)))
        await line.first_up()
        while True:
            for frame in self._due(reporter, schedule):
                if not await line.acknowledged(frame, self._wire(frame)):
                    backlog.append(replace(frame, is_backfill=frame.version == "2025"))
            while backlog and await line.acknowledged(backlog[0], self._wire(backlog[0])):
                backlog.popleft()
            await self._sleep(REALTIME_S)

    def _due(self, reporter: Reporter, schedule: "_Schedule") -> Iterator[Frame]:
        """Yield the frames that are due now; some intervals are split so that both ends practise it."""
        now_ms = time.time_ns() // 1_000_000

        def at(moment_ms: int) -> dict[str, float]:
            return dict(self._readings.at(reporter.mn, moment_ms))

        values = at(now_ms)
        yield reporter.realtime(values, now_ms)
        for period_s, start_ms in schedule.finished(now_ms):
            whole = reporter.interval(at, start_ms, period_s, now_ms)
            is_practice = (start_ms // (period_s * 1000)) % SPLIT_EVERY == 0
            longest = min(
                SPLIT_SEGMENT if is_practice else self._options.longest_segment, self._options.longest_segment
            )
            yield from split(whole, longest)
        if schedule.is_minute_over(now_ms):
            pumps = reporter.pumps(values, now_ms)
            if pumps is not None:
                yield pumps
            if reporter.version == "2025":
                yield reporter.heartbeat(now_ms)

    def _wire(self, frame: Frame) -> bytes:
        return encoded(frame, self._options.cipher if is_to_be_encrypted(frame) else None)


class _Schedule:
    """Knows which intervals ended since it was asked last; the first time, those that ended last."""

    def __init__(self, minute_interval_s: int) -> None:
        self._done_ms = dict.fromkeys((minute_interval_s, 3600), 0)
        self._beat_ms = 0

    def finished(self, now_ms: int) -> Iterator[tuple[int, int]]:
        """Yield (period in seconds, start) of intervals that are over and were not yielded before."""
        for period_s, done_ms in self._done_ms.items():
            start_ms = now_ms // (period_s * 1000) * period_s * 1000 - period_s * 1000
            if start_ms > done_ms:
                self._done_ms[period_s] = start_ms
                yield period_s, start_ms

    def is_minute_over(self, now_ms: int) -> bool:
        """Say whether a minute has passed since it last was."""
        if now_ms - self._beat_ms < HEARTBEAT_S * 1000:
            return False
        self._beat_ms = now_ms
        return True


def _version(options: Options, number: int) -> Version:
    modern: list[Version] = [version for version in VERSIONS if version in options.versions and version != "2005"]
    return modern[number % len(modern)] if modern else "2005"


def loopback(host: str) -> str:
    """Return the address at which a listener on all addresses is reached from the same machine."""
    return {"0.0.0.0": "127.0.0.1", "": "127.0.0.1", "::": "::1"}.get(host, host)
