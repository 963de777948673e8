"""One connection: makes frames of bytes, joins packets, asks for what is missing, and queries stations (M4)."""

import time
from collections.abc import Iterable, Iterator
from itertools import count

from sanping.adapters.sl651.decode import fault_text
from sanping.adapters.sl651.encode import query, request_again
from sanping.adapters.sl651.frame import QUERY_MANUAL, QUERY_NOW, QUERY_PERIOD, QUERY_SOME, Frame
from sanping.adapters.sl651.framing import Cut, Framer
from sanping.adapters.sl651.joining import Joiner
from sanping.adapters.sl651.options import Options
from sanping.adapters.sl651.uplink import Uplink
from sanping.domain.text import Text
from sanping.ports.source import Count, Deliver, HangUp, Send, Step

UNFINISHED_MS = 30_000
PAUSE_MS = 10_000
MOST_GARBAGE = 65_536
MOST_BAD_IN_A_ROW = 8
ANSWER_MS = 60_000
MOST_STATIONS = 4096

_COUNTS = {"crc": "bad_crc", "length": "bad_length", "cut": "cut_off"}
_ANSWERS = frozenset({QUERY_NOW, QUERY_PERIOD, QUERY_MANUAL, QUERY_SOME})
_NOT_ADMITTED = Text("{peer} 不在 allowed_addresses 中，已断开", "{peer} is not in allowed_addresses; hung up")
_TOO_BAD = Text(
    "{peer} 连续 {times} 个报文校验码不符，已断开",
    "{peer} sent {times} frames with wrong check codes in a row; hung up",
)
_TOO_SLOW = Text(
    "{peer} 在 {seconds} 秒内没有发完一个报文，已断开", "{peer} did not finish a frame within {seconds} s; hung up"
)
_RUBBISH = Text("{peer} 发来的不是 SL 651 报文，已断开", "{peer} sends something that is not SL 651; hung up")
_INCOMPLETE = Text(
    "测站 {station} 的多包报文不完整，已放弃", "A message of several packets of station {station} was never complete"
)
_numbers = count(1)


class StationSession:
    """One station, or one forwarder of many; in either role.

    Eight frames in a row with a wrong check code, 64 KiB of garbage without a good frame between, or a frame that takes
    half a minute end the connection.
    """

    def __init__(self, options: Options, uplink: Uplink, peer: str) -> None:
        self._options = options
        self._uplink = uplink
        self._peer = peer
        self._number = next(_numbers)
        self._framer = Framer()
        self._joiner = Joiner()
        self._is_over = options.role == "server" and not options.admits(peer)
        self._garbage = self._bad_in_a_row = 0
        self._busy_since_ms: int | None = None
        self._heard_ms = 0
        self._known: dict[str, Frame] = {}
        self._asked_ms: dict[str, int] = {}
        self._serial = 0

    def started(self, now_ms: int) -> Iterable[Step]:
        """Send a peer from a foreign network away; as client, ask for what is measured now."""
        if self._is_over:
            yield Count(what="refused_addresses")
            yield HangUp(reason=_NOT_ADMITTED.with_values(peer=self._peer))
        elif self._options.role == "client":
            yield from self._queries(now_ms)

    def received(self, data: bytes, now_ms: int) -> Iterable[Step]:
        """Take the frames that `data` completes."""
        if self._is_over:
            return
        is_paused = now_ms - self._heard_ms > PAUSE_MS and not self._framer.holds_part
        if self._busy_since_ms is None or is_paused:
            self._busy_since_ms = now_ms
        self._heard_ms = now_ms
        cuts = self._framer.fed(data)
        if not cuts and not self._framer.holds_part:
            yield Count(what="stray_bytes", times=len(data))
        for cut in cuts:
            for step in self._cut(cut, now_ms):
                yield step
                if isinstance(step, HangUp):
                    self._is_over = True
                    return
        if not self._framer.holds_part and not self._garbage:
            self._busy_since_ms = None

    def woken(self, now_ms: int) -> Iterable[Step]:
        """Ask for packets that are missing and for new values, and lose patience."""
        if self._is_over:
            return
        for frame, missing in self._joiner.woken(now_ms):
            if missing and self._options.reply != "none":
                yield Count(what="packets_requested")
                yield Send(data=request_again(frame, missing))
            elif not missing:
                yield Count(what="split_incomplete", detail=_INCOMPLETE.with_values(station=frame.station))
        yield from self._queries(now_ms)
        if self._busy_since_ms is None:
            return
        if not self._framer.holds_part and now_ms - self._heard_ms > PAUSE_MS:
            self._busy_since_ms = None
        elif now_ms - self._busy_since_ms >= UNFINISHED_MS:
            self._is_over = True
            yield HangUp(reason=_TOO_SLOW.with_values(peer=self._peer, seconds=UNFINISHED_MS // 1000))

    def _cut(self, cut: Cut, now_ms: int) -> Iterator[Step]:
        if cut.fault == "garbage":
            self._garbage += len(cut.wire)
            yield Count(what="garbage_bytes", times=len(cut.wire))
            if self._garbage > MOST_GARBAGE:
                yield HangUp(reason=_RUBBISH.with_values(peer=self._peer))
            return
        if cut.fault:
            yield from self._bad(cut)
            return
        self._garbage, self._bad_in_a_row, self._busy_since_ms = 0, 0, now_ms
        yield Count(what="frames")
        frame = cut.frame
        if frame is None or not frame.is_up:
            yield Count(what="bad_frames" if frame is None else "echoes")
            return
        refusal = self._uplink.refusal(frame)
        if refusal is not None:
            yield refusal
            return
        if len(self._known) < MOST_STATIONS:
            self._known[frame.station] = frame
        if frame.packets:
            yield from self._packet(frame, now_ms)
        else:
            yield from self._uplink.taken(frame, now_ms, self._number, was_asked=self._was_asked(frame, now_ms))

    def _bad(self, cut: Cut) -> Iterator[Step]:
        """Count a bad frame. A single one gets no reply (M2); a packet of several is asked for again (M3)."""
        yield Count(what=_COUNTS[cut.fault], detail=fault_text(cut))
        frame = cut.frame
        if frame is not None and self._is_to_be_sent_again(frame):
            yield Count(what="packets_requested")
            yield Send(data=request_again(frame, frame.packet))
        self._bad_in_a_row += cut.fault == "crc"
        if self._bad_in_a_row >= MOST_BAD_IN_A_ROW:
            yield HangUp(reason=_TOO_BAD.with_values(peer=self._peer, times=self._bad_in_a_row))

    def _is_to_be_sent_again(self, frame: Frame) -> bool:
        """Say whether a damaged frame is a packet of a message that is under way."""
        is_packet = frame.is_up and frame.packets > 0 and self._joiner.is_expected(frame)
        return is_packet and self._options.reply != "none" and self._uplink.refusal(frame) is None

    def _packet(self, frame: Frame, now_ms: int) -> Iterator[Step]:
        """Take one packet of a message of several."""
        joined = self._joiner.taken(frame, now_ms)
        if joined.is_repeat:
            yield Count(what="duplicates")
            if joined.is_last and (first := self._joiner.first_done(frame)) is not None:
                yield Deliver(observations=(), reply=self._uplink.reply_to(first))
        elif joined.given_up:
            yield Count(what="split_incomplete", detail=_INCOMPLETE.with_values(station=frame.station))
        elif joined.missing and self._options.reply != "none":
            yield Count(what="packets_requested")
            yield Send(data=request_again(frame, joined.missing))
        elif joined.whole is not None:
            yield from self._uplink.taken(
                joined.whole, now_ms, self._number, was_asked=self._was_asked(joined.whole, now_ms)
            )

    def _was_asked(self, frame: Frame, now_ms: int) -> bool:
        """Say whether a frame answers our query: answers are not confirmed (M4)."""
        asked_ms = self._asked_ms.get(frame.station)
        return frame.function in _ANSWERS and asked_ms is not None and now_ms - asked_ms <= ANSWER_MS

    def _queries(self, now_ms: int) -> Iterator[Step]:
        """Ask stations whose time has come for what they measure now."""
        interval_ms = self._options.query_interval_s * 1000
        if not interval_ms:
            return
        stations = sorted(self._options.stations) if self._options.role == "client" else list(self._known)
        for station in stations:
            asked_ms = self._asked_ms.get(station)
            if asked_ms is not None and now_ms - asked_ms < interval_ms:
                continue
            self._asked_ms[station] = now_ms
            known = self._known.get(station)
            self._serial = self._serial % 65_535 + 1
            yield Count(what="queries")
            yield Send(
                data=query(
                    station=station,
                    centre=self._options.centre or (known.centre if known else 1),
                    password=self._options.password or (known.password if known else "0000"),
                    serial=self._serial,
                    sent=self._local_digits(now_ms),
                    is_text=known.is_text if known else False,
                )
            )

    def _local_digits(self, now_ms: int) -> str:
        local = time.gmtime(now_ms / 1000 + self._options.utc_offset_h * 3600)
        return time.strftime("%y%m%d%H%M%S", local)
