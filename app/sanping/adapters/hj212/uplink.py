"""What happens to a frame that a station sent: checked, read, delivered, acknowledged; the same for both roles."""

from collections.abc import Hashable, Iterator

from msgspec.structs import replace

from sanping.adapters.hj212.encode import acknowledgement
from sanping.adapters.hj212.frame import MINUTE_INTERVAL, REPLIES, Frame
from sanping.adapters.hj212.joining import SplitMessages
from sanping.adapters.hj212.options import Options
from sanping.adapters.hj212.readings import Interpreter, Reading
from sanping.adapters.hj212.replay import ReplayWindow
from sanping.domain.errors import FrameBroken
from sanping.domain.observation import Observation
from sanping.domain.text import Text
from sanping.ports.source import Count, Deliver, Send, Step

MINUTE_INTERVALS_MIN = frozenset({1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30})
_MOST_STATIONS = 50_000

_UNKNOWN_STATION = Text(
    "站点 {mn} 不在 allowed_stations 中，报文未采用", "Station {mn} is not in allowed_stations; its frame was not taken"
)
_WRONG_PASSWORD = Text("站点 {mn} 的密码不对，报文未采用", "Station {mn} has a wrong password; its frame was not taken")
_OTHER_VERSION = Text(
    "站点 {mn} 按 {version} 版发送，不在 versions 中，报文未采用",
    "Station {mn} speaks edition {version}, which is not in versions; its frame was not taken",
)
_AHEAD = Text(
    "站点 {mn} 的时钟快 {minutes} 分钟，报文未采用；请校时",
    "The clock of station {mn} is {minutes} min ahead; its frame was not taken: set its clock",
)
_ENDS_AHEAD = Text(
    "站点 {mn} 的命令 {cn} 时段在 {minutes} 分钟后才结束，报文未采用；若其 DataTime 是时段结束，请设 data_time = end",
    "An interval of {mn} ({cn}) ends in {minutes} min; not taken. If DataTime is its end, set data_time = end",
)
_UNKNOWN_COMMAND = Text(
    "站点 {mn} 用不认识的命令 {cn} 上传数据，按瞬时值保存",
    "Station {mn} reports with the unknown command {cn}; its values are kept as instants",
)
_UNREADABLE = Text("站点 {mn} 的报文读不懂：{why}", "A frame of station {mn} cannot be read: {why}")
_UNKNOWN_CODE = Text(
    "站点 {mn} 有编码表之外的因子，按原编码保存", "Station {mn} sends codes that the table lacks; they are kept by code"
)


class Uplink:
    """Takes frames for one source; shared by its connections."""

    def __init__(self, options: Options) -> None:
        self.interpreter = Interpreter(
            codes=options.codes,
            commands=options.commands,
            utc_offset_h=options.utc_offset_h,
            minute_interval_s=options.minute_interval_s,
            patience_s=options.max_skew_s,
            marks_start=options.marks_start,
        )
        self.heard_ms: dict[str, int] = {}
        """By MN, when a station that we ask last sent realtime data."""
        self._options = options
        self._window = ReplayWindow(max(2 * options.max_skew_s * 1000, 60_000))
        self._messages = SplitMessages()

    def taken(self, frame: Frame, now_ms: int, session: int, *, is_doubtful: bool = False) -> Iterator[Step]:
        """Yield what follows from a whole frame; `session` tells connections apart. Never raises.

        `is_doubtful` is a frame whose check code or length is wrong, where that is allowed: no value of it is good.
        """
        refusal = self._refusal(frame)
        if refusal is not None:
            yield refusal
            return
        if frame.cn in REPLIES:
            yield Count(what="replies")
            return
        reply = acknowledgement(frame) if frame.wants_reply else b""
        exchange = _exchange(frame)
        seen = self._window.seen(exchange, session, now_ms)
        if seen != "new":
            yield Count(what="duplicates")
            if seen == "again" and reply:
                yield Deliver(observations=(), reply=reply)
            return
        data_time = self._messages.data_time_for(frame, now_ms) if frame.packets else ""
        try:
            reading = self.interpreter.read(frame, now_ms, data_time)
        except FrameBroken as broken:
            yield Count(what="bad_frames", detail=_UNREADABLE.with_values(mn=frame.mn, why=broken.message))
            return
        if is_doubtful:
            reading = reading._replace(observations=tuple(map(_doubted, reading.observations)))
        yield from self._delivered(frame, reading, reply, now_ms)
        if not self._ahead_ms(reading, now_ms):
            self._window.add(exchange, session, now_ms)

    def woken(self, now_ms: int) -> Iterator[Step]:
        """Yield what was given up since."""
        given_up = self._messages.given_up(now_ms)
        if given_up:
            yield Count(what="split_incomplete", times=given_up)

    def _delivered(self, frame: Frame, reading: Reading, reply: bytes, now_ms: int) -> Iterator[Step]:
        ahead_ms = self._ahead_ms(reading, now_ms)
        if ahead_ms:
            yield self._ahead(frame, reading, ahead_ms, now_ms)
            return
        self._note_interval(frame)
        if reading.observations and frame.cn not in self._options.commands:
            yield Count(what="unknown_command", detail=_UNKNOWN_COMMAND.with_values(mn=frame.mn, cn=frame.cn))
        for what, times in reading.counts.items():
            detail = _UNKNOWN_CODE.with_values(mn=frame.mn) if what == "unknown_code" else None
            yield Count(what=what, times=times, detail=detail)
        if reading.is_late and reading.observations:
            yield Count(what="late", times=len(reading.observations))
        if reading.observations:
            yield Deliver(observations=reading.observations, reply=reply)
        elif reply:
            yield Send(data=reply)

    def _refusal(self, frame: Frame) -> Count | None:
        """Return why a frame is not taken at all; it is not acknowledged either, so that nothing is lost unseen."""
        options = self._options
        if frame.version not in options.versions:
            told = frame.version or f"Flag={frame.flag}"
            return Count(what="other_version", detail=_OTHER_VERSION.with_values(mn=frame.mn, version=told))
        if options.stations and frame.mn not in options.stations:
            return Count(what="unknown_station", detail=_UNKNOWN_STATION.with_values(mn=frame.mn))
        if options.password and frame.pw != options.password:
            return Count(what="wrong_password", detail=_WRONG_PASSWORD.with_values(mn=frame.mn))
        return None

    def _ahead(self, frame: Frame, reading: Reading, ahead_ms: int, now_ms: int) -> Count:
        """Return what to count for a frame from the future; a good clock leaves a maker who writes interval ends."""
        minutes = round(ahead_ms / 60_000)
        is_clock_good = reading.sent_ms and reading.sent_ms - now_ms <= self._options.max_skew_s * 1000
        if is_clock_good and any(row.period_s for row in reading.observations):
            return Count(
                what="data_time_ahead", detail=_ENDS_AHEAD.with_values(mn=frame.mn, cn=frame.cn, minutes=minutes)
            )
        return Count(what="clock_ahead", detail=_AHEAD.with_values(mn=frame.mn, minutes=minutes))

    def _ahead_ms(self, reading: Reading, now_ms: int) -> int:
        """Return how far a frame lies in the future beyond what clocks may differ, 0 if it does not."""
        latest = max(reading.event_ms, reading.sent_ms)
        return max(0, latest - now_ms) if latest - now_ms > self._options.max_skew_s * 1000 else 0

    def _note_interval(self, frame: Frame) -> None:
        """Keep the interval of minute data that a station tells (1063)."""
        told = frame.value("MinInterval") if frame.cn == MINUTE_INTERVAL else ""
        known = self.interpreter.minute_intervals_s
        if told.isdecimal() and int(told[:3]) in MINUTE_INTERVALS_MIN and len(known) < _MOST_STATIONS:
            known[frame.mn] = int(told[:3]) * 60


def _doubted(observation: Observation) -> Observation:
    return replace(observation, quality="suspect") if observation.quality == "good" else observation


def _exchange(frame: Frame) -> Hashable:
    """Return what makes an upload the same as another: station, exchange number, command, packet and DataTime.

    DataTime is in it because loggers that send back-fill in one burst repeat their QN; a frame of 2005 without QN is
    told by all it says.
    """
    if not frame.qn:
        return (frame.mn, frame.cn, frame.packet, frame.items)
    return (frame.mn, frame.qn, frame.cn, frame.packet, frame.value("DataTime"))
