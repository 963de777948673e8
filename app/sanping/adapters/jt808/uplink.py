"""What happens to a message of a terminal: checked, read, told to the hub, answered; shared by all connections."""

from collections import Counter
from collections.abc import Iterator

import numpy as np

from sanping.adapters.jt808.body import Location, code_of, plate_of
from sanping.adapters.jt808.decode import locations_in
from sanping.adapters.jt808.encode import FAILED, OK, UNSUPPORTED, WRONG, answer, registered
from sanping.adapters.jt808.frame import AUTHENTICATE, HEARTBEAT, LOCATION, LOCATIONS, LOGOUT, REGISTER, Frame
from sanping.adapters.jt808.options import Options
from sanping.adapters.jt808.summary import Summary
from sanping.domain.china_datum import wgs84_from_gcj02
from sanping.domain.errors import FrameBroken
from sanping.domain.position import Position
from sanping.domain.text import Text
from sanping.ports.source import Count, Deliver, HangUp, Step, Track

MOST_KEPT = 200_000

_NO_CODE = Text(
    "终端 {terminal} 的鉴权码不对，已断开；请让它重新注册",
    "Terminal {terminal} showed a wrong code and was hung up on; have it register anew",
)
_AHEAD = Text(
    "终端 {terminal} 的时钟快 {minutes} 分钟，位置未采用；请校时",
    "The clock of terminal {terminal} is {minutes} min ahead; its position was not taken: set its clock",
)
_BROKEN = Text("终端 {terminal} 的消息体无法解析：{reason}", "A body of terminal {terminal} cannot be read: {reason}")


class Heard:
    """What a stretch of bytes led to: positions, answers, and what was counted."""

    def __init__(self) -> None:
        self.positions: list[Position] = []
        self.replies: list[bytes] = []
        self.counts: Counter[str] = Counter()
        self.notes: list[Count] = []
        self.hung_up: HangUp | None = None

    def steps(self) -> Iterator[Step]:
        """Yield the steps that follow."""
        for what, times in self.counts.items():
            yield Count(what=what, times=times)
        yield from self.notes
        if self.positions or self.replies:
            yield Track(positions=tuple(self.positions), reply=b"".join(self.replies))
        if self.hung_up is not None:
            yield self.hung_up


class Uplink:
    """Takes messages for one source."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self._labels: dict[str, str] = {}
        self._last_ms: dict[str, int] = {}
        self._summary = Summary(options.summary_s)

    def taken(self, frame: Frame, now_ms: int, admitted: set[str], heard: Heard) -> None:
        """Take a whole message; `admitted` are the terminals that have shown their code on this connection."""
        options = self._options
        if frame.parts or frame.encryption:
            heard.counts["split_frames" if frame.parts else "encrypted"] += 1
            heard.replies.append(answer(frame, UNSUPPORTED))
        elif frame.id == REGISTER:
            heard.counts["registrations"] += 1
            self._keep_label(frame.terminal, plate_of(frame.body, frame.version))
            heard.replies.append(registered(frame, options.code_of(frame.terminal)))
        elif frame.id == AUTHENTICATE:
            self._authenticate(frame, admitted, heard)
        elif options.secret and frame.terminal not in admitted:
            heard.counts["unauthenticated"] += 1
            heard.replies.append(answer(frame, FAILED))
        elif frame.id in (LOCATION, LOCATIONS):
            self._locate(frame, now_ms, heard)
        elif frame.id in (HEARTBEAT, LOGOUT):
            heard.counts["keep_alives" if frame.id == HEARTBEAT else "logouts"] += 1
            heard.replies.append(answer(frame))
        elif frame.id >> 15 or frame.id == 1:
            heard.counts["echoes"] += 1
        else:
            heard.counts["unknown_message"] += 1
            heard.replies.append(answer(frame, UNSUPPORTED))

    def woken(self, now_ms: int) -> Iterator[Step]:
        """Tell the figures of all terminals when they are due."""
        rows = self._summary.due(now_ms)
        if rows:
            yield Deliver(observations=rows)

    def _authenticate(self, frame: Frame, admitted: set[str], heard: Heard) -> None:
        options = self._options
        if options.secret and code_of(frame.body, frame.version) != options.code_of(frame.terminal):
            heard.counts["bad_codes"] += 1
            heard.replies.append(answer(frame, FAILED))
            heard.hung_up = HangUp(reason=_NO_CODE.with_values(terminal=frame.terminal))
            return
        heard.counts["logins"] += 1
        admitted.add(frame.terminal)
        heard.replies.append(answer(frame))

    def _locate(self, frame: Frame, now_ms: int, heard: Heard) -> None:
        try:
            locations = locations_in(frame, self._options.utc_offset_h)
        except FrameBroken as broken:
            heard.counts["bad_bodies"] += 1
            words = _BROKEN.with_values(terminal=frame.terminal, reason=broken.message)
            heard.notes.append(Count(what="bad_bodies", times=0, detail=words))
            heard.replies.append(answer(frame, WRONG))
            return
        for location in locations:
            self._take(frame.terminal, location, now_ms, heard)
        heard.replies.append(answer(frame, OK))

    def _take(self, terminal: str, location: Location, now_ms: int, heard: Heard) -> None:
        """Tell where a terminal is, if that is known, and newer than what is known."""
        skew_ms = self._options.max_skew_s * 1000
        last_ms = self._last_ms.get(terminal, 0)
        if location.event_ms > now_ms + skew_ms:
            minutes = (location.event_ms - now_ms) // 60_000
            heard.counts["clock_ahead"] += 1
            heard.notes.append(
                Count(what="clock_ahead", times=0, detail=_AHEAD.with_values(terminal=terminal, minutes=minutes))
            )
        elif location.event_ms == last_ms:
            heard.counts["duplicates"] += 1
        elif location.event_ms < max(last_ms, now_ms - skew_ms):
            heard.counts["late"] += 1
        elif not location.is_located or (location.longitude_deg == 0.0 and location.latitude_deg == 0.0):
            heard.counts["not_located"] += 1
        elif terminal in self._last_ms or len(self._last_ms) < MOST_KEPT:
            self._last_ms[terminal] = location.event_ms
            position = self._position(terminal, location, now_ms)
            self._summary.count(position, now_ms)
            heard.positions.append(position)

    def _position(self, terminal: str, location: Location, now_ms: int) -> Position:
        place = (location.longitude_deg, location.latitude_deg)
        if self._options.is_gcj02:
            east, north = wgs84_from_gcj02(np.array([place]))[0]
            place = (float(east), float(north))
        known = self._options.vehicles.get(terminal)
        return Position(
            mover=terminal,
            kind=self._options.kind_of(terminal),
            longitude_deg=place[0],
            latitude_deg=place[1],
            event_ms=min(location.event_ms, now_ms),
            speed_kmh=location.speed_kmh,
            heading_deg=float(location.heading_deg),
            label=known[0] if known else self._labels.get(terminal, ""),
            is_alarming=location.is_alarming,
        )

    def _keep_label(self, terminal: str, plate: str) -> None:
        if plate and (terminal in self._labels or len(self._labels) < MOST_KEPT):
            self._labels[terminal] = plate
