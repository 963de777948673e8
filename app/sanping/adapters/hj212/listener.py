"""What a connection does with bytes: makes frames of them, counts what is none, and loses patience."""

from collections.abc import Iterator

from sanping.adapters.hj212.decode import fault_text
from sanping.adapters.hj212.framing import Cut, Framer
from sanping.adapters.hj212.options import Options
from sanping.adapters.hj212.segment import decoded_segment
from sanping.adapters.hj212.uplink import Uplink
from sanping.domain.errors import FrameBroken
from sanping.domain.text import Text
from sanping.ports.source import Count, HangUp, Step

UNFINISHED_MS = 30_000
PAUSE_MS = 10_000
MOST_GARBAGE = 65_536
MOST_BAD_IN_A_ROW = 3

_TOO_BAD = Text(
    "{peer} 连续 {times} 个报文校验码不符，已断开",
    "{peer} sent {times} wrong check codes in a row; hung up",
)
_TOO_SLOW = Text(
    "{peer} 在 {seconds} 秒内没有发完一个报文，已断开", "{peer} did not finish a frame within {seconds} s; hung up"
)
_RUBBISH = Text("{peer} 发来的不是 HJ 212 报文，已断开", "{peer} sends something that is not HJ 212; hung up")
_FAULT_COUNTS = {"crc": "bad_crc", "length": "bad_length", "encrypted": "encrypted", "cut": "cut_off"}


class Listener:
    """Listens on one connection.

    Three frames in a row with a wrong check code, 64 KiB of garbage without a good frame between, or a frame that takes
    half a minute end the connection. (Loggers' modems put a few bytes of their own between frames; those do not.)
    """

    def __init__(self, options: Options, peer: str) -> None:
        self._framer = Framer(options.cipher, options.longest_segment)
        self._is_strict = options.is_crc_strict
        self._peer = peer
        self._bad_in_a_row = 0
        self._garbage = 0
        self._busy_since_ms: int | None = None
        self._heard_ms = 0

    def heard(self, data: bytes, now_ms: int) -> Iterator[Cut | Count | HangUp]:
        """Yield good frames (as cuts), counts for the rest, and a `HangUp` when it is too much."""
        is_paused = now_ms - self._heard_ms > PAUSE_MS and not self._framer.holds_part
        if self._busy_since_ms is None or is_paused:
            self._busy_since_ms = now_ms
        self._heard_ms = now_ms
        for cut in self._framer.fed(data):
            if cut.fault == "garbage":
                self._garbage += len(cut.wire)
                yield Count(what="garbage_bytes", times=len(cut.wire))
                if self._garbage > MOST_GARBAGE:
                    yield HangUp(reason=_RUBBISH.with_values(peer=self._peer))
                    return
                continue
            if not cut.fault or self._is_forgiven(cut):
                self._bad_in_a_row, self._garbage, self._busy_since_ms = 0, 0, now_ms
                if cut.fault:
                    yield _counted(cut)
                yield cut
                continue
            yield _counted(cut)
            self._bad_in_a_row += cut.fault == "crc"
            if self._bad_in_a_row >= MOST_BAD_IN_A_ROW:
                yield HangUp(reason=_TOO_BAD.with_values(peer=self._peer, times=self._bad_in_a_row))
                return
        if not self._framer.holds_part and not self._garbage:
            self._busy_since_ms = None

    def _is_forgiven(self, cut: Cut) -> bool:
        return not self._is_strict and cut.fault in ("crc", "length") and bool(cut.check)

    def woken(self, now_ms: int) -> Iterator[HangUp]:
        """Hang up on a frame that does not end, and on garbage that does not pause."""
        if self._busy_since_ms is None:
            return
        if not self._framer.holds_part and now_ms - self._heard_ms > PAUSE_MS:
            self._busy_since_ms = None
        elif now_ms - self._busy_since_ms >= UNFINISHED_MS:
            yield HangUp(reason=_TOO_SLOW.with_values(peer=self._peer, seconds=UNFINISHED_MS // 1000))


def taken_cut(uplink: Uplink, cut: Cut, now_ms: int, session: int) -> Iterator[Step]:
    """Read a frame and hand it to the uplink."""
    yield Count(what="frames")
    try:
        frame = decoded_segment(cut.segment)
    except FrameBroken as broken:
        yield Count(what="bad_frames", detail=broken.message)
        return
    yield from uplink.taken(frame, now_ms, session, is_doubtful=bool(cut.fault))


def _counted(cut: Cut) -> Count:
    return Count(what=_FAULT_COUNTS[cut.fault], detail=fault_text(cut))
