"""A logger that a source connects to and asks: it answers requests and reports while it is wanted."""

import asyncio
import contextlib
import time
from collections.abc import Iterator

from sanping.adapters.hj212.encode import answer, encoded, split
from sanping.adapters.hj212.frame import (
    ACCEPTED,
    EXECUTED,
    GET_TIME,
    HOUR,
    MINUTE_INTERVAL,
    REALTIME,
    REPLIES,
    Frame,
    Item,
)
from sanping.adapters.hj212.framing import Framer
from sanping.adapters.hj212.options import Options
from sanping.adapters.hj212.readings import Interpreter
from sanping.adapters.hj212.segment import decoded_segment
from sanping.adapters.hj212.simulated_report import Reporter
from sanping.adapters.hj212.simulated_station import REALTIME_S, Sleep, loopback
from sanping.domain.errors import FrameBroken
from sanping.ports.source import Readings

_STOP = "2012"
_READY, _WRONG_PASSWORD, _WRONG_MN, _WRONG_CN = "1", "3", "4", "8"
_READ_BYTES = 65_536
HOUR_MS = 3_600_000
MOST_HOURS = 48


class LoggerServer:
    """Answers 1011, 1063, 2011, 2012 and 2061 for its stations."""

    def __init__(self, options: Options, readings: Readings, sleep: Sleep) -> None:
        self._options = options
        self._readings = readings
        self._sleep = sleep
        self._interpreter = Interpreter(codes=options.codes, utc_offset_h=options.utc_offset_h)

    async def play(self) -> None:
        """Serve for ever."""
        server = await asyncio.start_server(self._serve, loopback(self._options.host), self._options.port)
        async with server:
            await server.serve_forever()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        framer = Framer()
        reporting: dict[str, asyncio.Task[None]] = {}
        try:
            while data := await reader.read(_READ_BYTES):
                for cut in framer.fed(data):
                    with contextlib.suppress(FrameBroken):
                        self._asked(decoded_segment(cut.segment), writer, reporting)
                await writer.drain()
        except (OSError, asyncio.CancelledError):
            pass  # the source is gone, or the simulation is over
        finally:
            for task in reporting.values():
                task.cancel()
            await asyncio.gather(*reporting.values(), return_exceptions=True)
            writer.close()

    def _asked(self, frame: Frame, writer: asyncio.StreamWriter, reporting: dict[str, asyncio.Task[None]]) -> None:
        if frame.cn in REPLIES:
            return
        for reply in self._answers(frame):
            writer.write(encoded(reply))
        is_wanted = self._verdict(frame) == _READY
        if frame.cn == REALTIME and is_wanted and frame.mn not in reporting:
            reporting[frame.mn] = asyncio.create_task(self._report(frame, writer))
        elif frame.cn == _STOP and is_wanted and frame.mn in reporting:
            reporting.pop(frame.mn).cancel()

    def _answers(self, frame: Frame) -> Iterator[Frame]:
        """Yield 9011, what was asked for, and 9012 when that was all."""
        verdict = self._verdict(frame)
        yield answer(frame, ACCEPTED, ((("QnRtn", verdict),),))
        if verdict != _READY or frame.cn == REALTIME:
            return
        told: dict[str, Item] = {
            GET_TIME: (("SystemTime", self._interpreter.local_text(_now_ms())[:14]),),
            MINUTE_INTERVAL: (("MinInterval", str(self._options.minute_interval_s // 60)),),
        }
        if frame.cn in told:
            yield answer(frame, frame.cn, (told[frame.cn],))
        if frame.cn == HOUR:
            yield from self._hours(frame)
        yield answer(frame, EXECUTED, ((("ExeRtn", "1"),),))

    def _hours(self, asked: Frame) -> Iterator[Frame]:
        """Yield the hours that were asked for, two days at most."""
        begin_ms = self._interpreter.moment_ms(asked.value("BeginTime"))
        end_ms = min(self._interpreter.moment_ms(asked.value("EndTime")), begin_ms + MOST_HOURS * HOUR_MS)
        reporter = Reporter(asked.mn, asked.version or "2017", self._options, self._interpreter.local_text)
        for start_ms in range(begin_ms, end_ms, HOUR_MS):
            hour = reporter.interval(
                lambda moment_ms: self._readings.at(asked.mn, moment_ms), start_ms, HOUR_MS // 1000, _now_ms()
            )
            yield from split(hour, self._options.longest_segment)

    def _verdict(self, frame: Frame) -> str:
        if self._options.password and frame.pw != self._options.password:
            return _WRONG_PASSWORD
        if frame.mn not in self._readings.stations():
            return _WRONG_MN
        return _READY if frame.cn in (GET_TIME, MINUTE_INTERVAL, REALTIME, HOUR, _STOP) else _WRONG_CN

    async def _report(self, asked: Frame, writer: asyncio.StreamWriter) -> None:
        reporter = Reporter(asked.mn, asked.version or "2017", self._options, self._interpreter.local_text)
        with contextlib.suppress(OSError):
            while not writer.is_closing():
                now_ms = _now_ms()
                writer.write(encoded(reporter.realtime(self._readings.at(asked.mn, now_ms), now_ms)))
                await writer.drain()
                await self._sleep(REALTIME_S)


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
