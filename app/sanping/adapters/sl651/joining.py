"""Puts the packets of a message together (mode M3), and says which one is missing."""

from typing import NamedTuple

import msgspec

from sanping.adapters.sl651.frame import Frame

MOST_BYTES = 2 << 20
MOST_MESSAGES = 4
PATIENCE_MS = 20_000
MOST_REQUESTS = 6


class Joined(NamedTuple):
    """What a packet leads to: the whole message, or the number of a packet to ask for again, or nothing yet.

    `is_repeat` is a packet of a message that is complete already, whose confirmation was lost perhaps.
    """

    whole: Frame | None = None
    missing: int = 0
    is_repeat: bool = False
    is_last: bool = False
    given_up: bool = False


class _Message:
    """A message of which packets have come."""

    def __init__(self, packets: int) -> None:
        self.packets = packets
        self.parts: dict[int, Frame] = {}
        self.size = 0
        self.heard_ms = 0
        self.requests = 0

    def missing(self) -> int:
        """Return the first packet that has not come, 0 when all have."""
        return next((number for number in range(1, self.packets + 1) if number not in self.parts), 0)


class Joiner:
    """Joins the messages of one connection: a few at a time, two megabytes each."""

    def __init__(self) -> None:
        self._messages: dict[tuple[str, int], _Message] = {}
        self._done: dict[tuple[str, int], dict[int, int]] = {}
        self._first: dict[tuple[str, int], Frame] = {}

    def taken(self, frame: Frame, now_ms: int) -> Joined:
        """Take a packet. The end of the last packet, or one sent again, makes what is missing known."""
        key = (frame.station, frame.function)
        message = self._messages.get(key)
        if message is None and self._done.get(key, {}).get(frame.packet) == hash(frame.body):
            return Joined(is_repeat=True, is_last=frame.packet == frame.packets)
        if message is None or message.packets != frame.packets or self._is_new(message, frame):
            if not 1 <= frame.packet <= frame.packets:
                return Joined(given_up=True)
            self._messages.pop(key, None)
            if len(self._messages) >= MOST_MESSAGES:
                self._messages.pop(next(iter(self._messages)))
            message = self._messages[key] = _Message(frame.packets)
        message.heard_ms = now_ms
        if frame.packet not in message.parts:
            message.parts[frame.packet] = frame
            message.size += len(frame.body)
        if message.size > MOST_BYTES:
            del self._messages[key]
            return Joined(given_up=True)
        missing = message.missing()
        if not missing:
            del self._messages[key]
            self._done[key] = {number: hash(part.body) for number, part in message.parts.items()}
            whole = _whole(message)
            self._first[key] = msgspec.structs.replace(whole, body=whole.body[:16])
            if len(self._done) > MOST_MESSAGES:
                oldest = next(iter(self._done))
                del self._done[oldest], self._first[oldest]
            return Joined(whole=whole)
        is_asking = frame.packet == frame.packets or message.requests > 0
        if is_asking and message.requests < MOST_REQUESTS:
            message.requests += 1
            return Joined(missing=missing)
        return Joined()

    def first_done(self, frame: Frame) -> Frame | None:
        """Return the beginning of the complete message that a packet belongs to, for its confirmation."""
        return self._first.get((frame.station, frame.function))

    def is_expected(self, frame: Frame) -> bool:
        """Say whether a packet (perhaps a damaged one) belongs to a message that is under way or begins with it."""
        message = self._messages.get((frame.station, frame.function))
        return message is not None and message.packets == frame.packets and 1 <= frame.packet <= frame.packets

    def woken(self, now_ms: int) -> list[tuple[Frame, int]]:
        """Return a packet of each message that stalls, and the number to ask for; 0 when it was given up."""
        found = []
        for key, message in list(self._messages.items()):
            if now_ms - message.heard_ms < PATIENCE_MS:
                continue
            any_part = next(iter(message.parts.values()))
            if message.requests >= MOST_REQUESTS:
                del self._messages[key]
                found.append((any_part, 0))
                continue
            message.requests += 1
            message.heard_ms = now_ms
            found.append((any_part, message.missing()))
        return found

    def _is_new(self, message: _Message, frame: Frame) -> bool:
        """Say whether a first packet begins another message than the one under way."""
        first = message.parts.get(1)
        return frame.packet == 1 and first is not None and first.body[:8] != frame.body[:8]


def _whole(message: _Message) -> Frame:
    first, last = message.parts[1], message.parts[message.packets]
    body = b"".join(message.parts[number].body for number in range(1, message.packets + 1))
    return msgspec.structs.replace(first, body=body, end=last.end, packets=0, packet=0)
