"""One connection of a terminal, or of a forwarder of many: makes frames of bytes and loses patience."""

from collections.abc import Iterable, Iterator
from itertools import count

from sanping.adapters.sl427.decode import FAULTS
from sanping.adapters.sl427.framing import Cut, Framer
from sanping.adapters.sl427.options import Options
from sanping.adapters.sl427.uplink import Uplink
from sanping.domain.text import Text
from sanping.ports.source import Count, HangUp, Step

UNFINISHED_MS = 30_000
PAUSE_MS = 10_000
MOST_GARBAGE = 65_536
MOST_BAD_IN_A_ROW = 8

_NOT_ADMITTED = Text("{peer} 不在 allowed_addresses 中，已断开", "{peer} is not in allowed_addresses; hung up")
_TOO_BAD = Text(
    "{peer} 连续 {times} 个报文校验码不符，已断开",
    "{peer} sent {times} frames with wrong check codes in a row; hung up",
)
_TOO_SLOW = Text(
    "{peer} 在 {seconds} 秒内没有发完一个报文，已断开", "{peer} did not finish a frame within {seconds} s; hung up"
)
_RUBBISH = Text("{peer} 发来的不是 SL/T 427 报文，已断开", "{peer} sends something that is not SL/T 427; hung up")
_numbers = count(1)


class TerminalSession:
    """Eight wrong check codes in a row, 64 KiB of garbage, or a frame that takes half a minute end the connection."""

    def __init__(self, options: Options, uplink: Uplink, peer: str) -> None:
        self._uplink = uplink
        self._peer = peer
        self._number = next(_numbers)
        self._framer = Framer()
        self._is_over = not options.admits(peer)
        self._garbage = self._bad_in_a_row = 0
        self._busy_since_ms: int | None = None
        self._heard_ms = 0

    def started(self, now_ms: int) -> Iterable[Step]:
        """Send a peer from a foreign network away."""
        if self._is_over:
            yield Count(what="refused_addresses")
            yield HangUp(reason=_NOT_ADMITTED.with_values(peer=self._peer))

    def received(self, data: bytes, now_ms: int) -> Iterable[Step]:
        """Take the frames that `data` completes."""
        if self._is_over:
            return
        is_paused = now_ms - self._heard_ms > PAUSE_MS and not self._framer.holds_part
        if self._busy_since_ms is None or is_paused:
            self._busy_since_ms = now_ms
        self._heard_ms = now_ms
        for cut in self._framer.fed(data):
            for step in self._cut(cut, now_ms):
                yield step
                if isinstance(step, HangUp):
                    self._is_over = True
                    return
        if not self._framer.holds_part and not self._garbage:
            self._busy_since_ms = None

    def woken(self, now_ms: int) -> Iterable[Step]:
        """Lose patience."""
        if self._is_over or self._busy_since_ms is None:
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
        elif cut.fault or cut.frame is None:
            yield Count(what="bad_crc" if cut.fault == "crc" else "cut_off", detail=FAULTS[cut.fault or "garbage"])
            self._bad_in_a_row += cut.fault == "crc"
            if self._bad_in_a_row >= MOST_BAD_IN_A_ROW:
                yield HangUp(reason=_TOO_BAD.with_values(peer=self._peer, times=self._bad_in_a_row))
        else:
            self._garbage, self._bad_in_a_row, self._busy_since_ms = 0, 0, now_ms
            yield Count(what="frames")
            if cut.frame.is_up:
                yield from self._uplink.taken(cut.frame, now_ms, self._number)
            else:
                yield Count(what="echoes")
