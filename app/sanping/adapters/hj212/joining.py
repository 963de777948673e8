"""Packets of one split message, joined by MN, CN and DataTime.

Every packet of HJ 212 is acknowledged by itself before the next one is sent, so none may be held back: a packet is
delivered when it comes. What is remembered is what a later packet may lack: the DataTime, which some senders put into
the first packet only; and which packets came, so that a message that stays incomplete is counted.
"""

from dataclasses import dataclass, field

from msgspec.structs import replace

from sanping.adapters.hj212.frame import Frame, Item

PATIENCE_MS = 600_000
MOST_MESSAGES = 50_000
_LOOK_EVERY_MS = 10_000


@dataclass(slots=True)
class _Message:
    data_time: str
    packets: int
    since_ms: int
    seen: set[int] = field(default_factory=set)


class SplitMessages:
    """Remembers messages of which packets are missing."""

    def __init__(self) -> None:
        self._open: dict[tuple[str, str], _Message] = {}
        self._given_up = 0
        self._looked_ms = 0

    def data_time_for(self, frame: Frame, now_ms: int) -> str:
        """Note a packet, and return the DataTime of its message; empty when no packet told it yet."""
        key, own = (frame.mn, frame.cn), frame.value("DataTime")
        message = self._open.get(key)
        if message is None or message.packets != frame.packets or (own and own != message.data_time):
            if not own or (message is None and len(self._open) >= MOST_MESSAGES):
                return own
            self._given_up += message is not None
            message = self._open[key] = _Message(data_time=own, packets=frame.packets, since_ms=now_ms)
        message.seen.add(frame.packet)
        if len(message.seen) >= message.packets:
            del self._open[key]
        return message.data_time

    def given_up(self, now_ms: int) -> int:
        """Forget messages whose packets did not all come within ten minutes; return how many were given up since."""
        if 0 <= now_ms - self._looked_ms < _LOOK_EVERY_MS:
            return 0
        self._looked_ms = now_ms
        old = [key for key, message in self._open.items() if now_ms - message.since_ms > PATIENCE_MS]
        for key in old:
            del self._open[key]
        count, self._given_up = len(old) + self._given_up, 0
        return count


def joined(packets: tuple[Frame, ...]) -> Frame:
    """Return the message that packets of one split make together, in the order of their numbers.

    The DataTime stands once, in front; the first packet gives QN and Flag (without its bit D).
    """
    ordered = sorted(packets, key=lambda packet: packet.packet)
    first = ordered[0]
    times: tuple[Item, ...] = tuple(item for item in first.items if item[0][0] == "DataTime")
    rest = tuple(item for packet in ordered for item in packet.items if item[0][0] != "DataTime")
    flag = None if first.flag is None else first.flag & ~2
    return replace(first, flag=flag, packets=0, packet=0, items=(*times, *rest))
