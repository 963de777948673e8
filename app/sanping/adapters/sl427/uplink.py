"""What happens to a frame of a terminal: checked, read, delivered, confirmed; shared by all connections."""

from collections.abc import Iterator

from sanping.adapters.sl427.encode import confirmation, password_bytes, time_tag
from sanping.adapters.sl427.frame import KEEP, LINK, LOGIN, LOGOUT, QUERY, VOLTAGE, Frame
from sanping.adapters.sl427.options import Options
from sanping.adapters.sl427.readings import WITH_VALUES, Interpreter
from sanping.domain.text import Text
from sanping.ports.source import Count, Deliver, Send, Step

UNSURE_MS = 10_000
_MOST_KEPT = 131_072
_LINKS = {LOGIN: "logins", LOGOUT: "logouts", KEEP: "keep_alives"}

_UNKNOWN_STATION = Text(
    "终端 {station} 不在 allowed_stations 中，报文未采用",
    "Terminal {station} is not in allowed_stations; its frame was not taken",
)
_AHEAD = Text(
    "终端 {station} 的时钟快 {minutes} 分钟，报文未采用；请校时",
    "The clock of terminal {station} is {minutes} min ahead; its frame was not taken: set its clock",
)
_UNKNOWN_TYPE = Text(
    "终端 {station} 有类型表之外的数据，只记录字节数",
    "Terminal {station} sends a type that the table lacks; its size is kept",
)
_NOT_WHOLE = Text(
    "终端 {station} 的数据长度与类型不符，请核对类型表",
    "The data of terminal {station} do not have the length of their type; check the table of types",
)
_SPLIT = Text(
    "终端 {station} 发来拆分报文，未拼接", "Terminal {station} sends a message in several frames; they are not joined"
)


class Uplink:
    """Takes frames for one source."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self._interpreter = Interpreter(
            options.types, options.utc_offset_h, options.max_skew_s, options.has_gate_levels
        )
        self._seen: tuple[dict[int, tuple[int, int]], dict[int, tuple[int, int]]] = ({}, {})

    def taken(self, frame: Frame, now_ms: int, session: int) -> Iterator[Step]:
        """Yield what follows from a whole frame; `session` tells connections apart. Never raises."""
        if self._options.stations and frame.station not in self._options.stations:
            yield Count(what="unknown_station", detail=_UNKNOWN_STATION.with_values(station=frame.station))
        elif frame.afn == LINK:
            yield Count(what=_LINKS.get(frame.data[0] if frame.data else -1, "links"))
            if self._options.reply != "none":
                yield Send(data=confirmation(frame))
        elif frame.split >= 0:
            yield Count(what="split_frames", detail=_SPLIT.with_values(station=frame.station))
            yield from self._confirmed(frame, now_ms)
        elif frame.afn in WITH_VALUES or frame.afn == VOLTAGE:
            yield from self._report(frame, now_ms, session)
        else:
            yield Count(what="unknown_function")

    def _report(self, frame: Frame, now_ms: int, session: int) -> Iterator[Step]:
        parsed = self._interpreter.parsed(frame)
        key = hash((frame.station, frame.afn, frame.kind, frame.data)) if parsed.tag else 0
        taken_ms, by = self._seen[0].get(key) or self._seen[1].get(key) or (-1, 0)
        if key and taken_ms >= 0:
            yield Count(what="duplicates")
            if by == session or now_ms - taken_ms >= UNSURE_MS:
                yield from self._confirmed(frame, now_ms)
            return
        reading = self._interpreter.read(frame, now_ms)
        ahead_ms = reading.event_ms - now_ms
        if ahead_ms > self._options.max_skew_s * 1000:
            detail = _AHEAD.with_values(station=frame.station, minutes=round(ahead_ms / 60_000))
            yield Count(what="clock_ahead", detail=detail)
            return
        details = {"unknown_code": _UNKNOWN_TYPE, "bad_elements": _NOT_WHOLE}
        for what, times in reading.counts.items():
            if times:
                text = details.get(what)
                yield Count(what=what, times=times, detail=text and text.with_values(station=frame.station))
        late = sum(observation.origin == "late" for observation in reading.observations)
        if late:
            yield Count(what="late", times=late)
        yield Deliver(observations=reading.observations, reply=self._reply(frame, now_ms))
        if key:
            self._remember(key, now_ms, session)

    def _confirmed(self, frame: Frame, now_ms: int) -> Iterator[Step]:
        reply = self._reply(frame, now_ms)
        if reply:
            yield Deliver(observations=(), reply=reply)

    def _reply(self, frame: Frame, now_ms: int) -> bytes:
        """Return the confirmation; none for the answer to a query, which was not ours."""
        if self._options.reply == "none" or frame.afn == QUERY:
            return b""
        if self._options.reply == "plain":
            return confirmation(frame)
        tag = time_tag(now_ms, self._options.utc_offset_h)
        return confirmation(frame, password_bytes(self._options.password) + tag)

    def _remember(self, key: int, now_ms: int, session: int) -> None:
        if len(self._seen[0]) >= _MOST_KEPT:
            self._seen = ({}, self._seen[0])
        self._seen[0][key] = (now_ms, session)
