"""One connection of a terminal, or of a gateway of many: makes messages of bytes and loses patience."""

from collections.abc import Iterable, Iterator

from sanping.adapters.jt808.framing import Cut, Framer
from sanping.adapters.jt808.options import Options
from sanping.adapters.jt808.uplink import Heard, Uplink
from sanping.domain.text import Text
from sanping.ports.source import Count, HangUp, Step

UNFINISHED_MS = 30_000
MOST_GARBAGE = 65_536
MOST_BAD_IN_A_ROW = 8

_NOT_ADMITTED = Text("{peer} 不在 allowed_addresses 中，已断开", "{peer} is not in allowed_addresses; hung up")
_TOO_BAD = Text("{peer} 连续 {times} 个报文不合规约，已断开", "{peer} sent {times} broken messages in a row; hung up")
_TOO_SLOW = Text(
    "{peer} 在 {seconds} 秒内没有发完一个报文，已断开", "{peer} did not finish a message within {seconds} s; hung up"
)
_RUBBISH = Text("{peer} 发来的不是 JT/T 808 报文，已断开", "{peer} does not speak JT/T 808; hung up")


class TerminalSession:
    """Eight broken messages in a row, 64 KiB of garbage, or a message that takes half a minute end the connection."""

    def __init__(self, options: Options, uplink: Uplink, peer: str) -> None:
        self._uplink = uplink
        self._peer = peer
        self._framer = Framer()
        self._admitted: set[str] = set()
        self._is_over = not options.admits(peer)
        self._garbage = self._bad_in_a_row = 0
        self._unfinished_since_ms: int | None = None

    def started(self, now_ms: int) -> Iterable[Step]:
        """Send a peer from a foreign network away."""
        if self._is_over:
            yield Count(what="refused_addresses")
            yield HangUp(reason=_NOT_ADMITTED.with_values(peer=self._peer))

    def received(self, data: bytes, now_ms: int) -> Iterable[Step]:
        """Take the messages that `data` completes; positions of them all go on together, with all answers."""
        if self._is_over:
            return
        heard = Heard()
        for cut in self._framer.fed(data):
            self._take(cut, now_ms, heard)
            if heard.hung_up is not None:
                self._is_over = True
                break
        if not self._framer.holds_part:
            self._unfinished_since_ms = None
        elif self._unfinished_since_ms is None or heard.counts["frames"]:
            self._unfinished_since_ms = now_ms
        yield from heard.steps()

    def woken(self, now_ms: int) -> Iterator[Step]:
        """Tell figures that are due, and lose patience."""
        yield from self._uplink.woken(now_ms)
        since_ms = self._unfinished_since_ms
        if not self._is_over and since_ms is not None and now_ms - since_ms >= UNFINISHED_MS:
            self._is_over = True
            yield HangUp(reason=_TOO_SLOW.with_values(peer=self._peer, seconds=UNFINISHED_MS // 1000))

    def _take(self, cut: Cut, now_ms: int, heard: Heard) -> None:
        if cut.frame is not None:
            self._garbage = self._bad_in_a_row = 0
            heard.counts["frames"] += 1
            self._uplink.taken(cut.frame, now_ms, self._admitted, heard)
            return
        if cut.is_rubbish:
            self._garbage += len(cut.wire)
            heard.counts["garbage_bytes"] += len(cut.wire)
            if self._garbage > MOST_GARBAGE:
                heard.hung_up = HangUp(reason=_RUBBISH.with_values(peer=self._peer))
            return
        self._bad_in_a_row += 1
        heard.counts["bad_frames"] += 1
        heard.notes.append(Count(what="bad_frames", times=0, detail=cut.fault))
        if self._bad_in_a_row >= MOST_BAD_IN_A_ROW:
            heard.hung_up = HangUp(reason=_TOO_BAD.with_values(peer=self._peer, times=self._bad_in_a_row))
