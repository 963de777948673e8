"""A connection that a station made to us: it reports, we acknowledge."""

from collections.abc import Iterable
from itertools import count

from sanping.adapters.hj212.framing import Cut
from sanping.adapters.hj212.listener import Listener, taken_cut
from sanping.adapters.hj212.options import Options
from sanping.adapters.hj212.uplink import Uplink
from sanping.domain.text import Text
from sanping.ports.source import Count, HangUp, Step

_NOT_ADMITTED = Text("{peer} 不在 allowed_addresses 中，已断开", "{peer} is not in allowed_addresses; hung up")
_numbers = count(1)


class ServerSession:
    """One station, or one forwarder of many stations."""

    def __init__(self, options: Options, uplink: Uplink, peer: str) -> None:
        self._uplink = uplink
        self._listener = Listener(options, peer)
        self._number = next(_numbers)
        self._is_over = not options.admits(peer)
        self._peer = peer

    def started(self, now_ms: int) -> Iterable[Step]:
        """Nothing is said first; a peer from a foreign network is sent away."""
        if self._is_over:
            yield Count(what="refused_addresses")
            yield HangUp(reason=_NOT_ADMITTED.with_values(peer=self._peer))

    def received(self, data: bytes, now_ms: int) -> Iterable[Step]:
        """Take the frames that `data` completes."""
        if self._is_over:
            return
        for found in self._listener.heard(data, now_ms):
            if isinstance(found, Cut):
                yield from taken_cut(self._uplink, found, now_ms, self._number)
                continue
            yield found
            if isinstance(found, HangUp):
                self._is_over = True
                return

    def woken(self, now_ms: int) -> Iterable[Step]:
        """Lose patience."""
        if self._is_over:
            return
        yield from self._uplink.woken(now_ms)
        for step in self._listener.woken(now_ms):
            self._is_over = True
            yield step
