"""Messages of any size over a bus whose messages are small: cut to what it carries, and joined where they are heard."""

import logging
import uuid
from collections.abc import Sequence
from typing import Annotated

import msgspec

from sanping.domain.errors import FrameBroken
from sanping.domain.text import Text
from sanping.ports.bus import Bus, Hear

PIECE = 512 * 1024
MOST_KEPT = 64
LARGEST_WHOLE = MOST_HELD = 64 << 20
HEAD, LEAST = 64, 128
"""How many bytes a piece has at most beside its body, and how small its body is made at most."""
_MARK = b"\x94"  # how an array of four begins in MessagePack, and no JSON
_BROKEN = Text(
    "中枢之间的一条消息不完整；请让各中枢版本一致", "A message between hubs is not whole; run the same version at all"
)
_TOO_MUCH = Text(
    "未完成的中枢间消息超过 {count} 条或 {most} MB，最早的已放弃；若一直如此，请检查是哪个中枢",
    "Over {count} messages between hubs, or {most} MB of them, are not whole; the oldest are given up. Where that goes "
    "on, look for the hub that sends them",
)
_log = logging.getLogger(__name__)


class Piece(msgspec.Struct, frozen=True, array_like=True):
    """A piece of a message; a question of `count` 0 fetches the piece `index` of an answer."""

    ticket: Annotated[str, msgspec.Meta(max_length=32)]
    index: int = 0
    count: int = 1
    body: bytes = b""


class Holding:
    """Pieces by ticket: of `MOST_KEPT` messages, and `most_bytes` beside those of the one that has just grown.

    What began first is forgotten first; `forgotten` counts it, and the log says so the first time.
    """

    def __init__(self, most_bytes: int = MOST_HELD) -> None:
        self.forgotten = 0
        self._most_bytes = most_bytes
        self._pieces: dict[str, list[bytes]] = {}
        self._sizes: dict[str, int] = {}

    def of(self, ticket: str) -> Sequence[bytes]:
        """Return the pieces under a ticket, none where it is not known."""
        return self._pieces.get(ticket, ())

    def size(self, ticket: str) -> int:
        """Return the bytes under a ticket; each piece counts for its head too, so that empty ones are not free."""
        return self._sizes.get(ticket, 0)

    @property
    def held_bytes(self) -> int:
        """All bytes that are held, counted as `size` does."""
        return sum(self._sizes.values())

    def add(self, ticket: str, *pieces: bytes) -> None:
        """Hold further pieces under a ticket."""
        self._pieces.setdefault(ticket, []).extend(pieces)
        self._sizes[ticket] = self.size(ticket) + sum(len(piece) + HEAD for piece in pieces)
        while len(self._pieces) > MOST_KEPT or self.held_bytes - self.size(ticket) > self._most_bytes:
            self.take(next(other for other in self._pieces if other != ticket))
            self.forgotten += 1
            if self.forgotten == 1:
                _log.warning("%s", _TOO_MUCH.with_values(count=MOST_KEPT, most=self._most_bytes >> 20).en)

    def take(self, ticket: str) -> list[bytes]:
        """Return the pieces under a ticket, and hold them no longer."""
        self._sizes.pop(ticket, None)
        return self._pieces.pop(ticket, [])


class Joining:
    """Pieces of messages that are not whole yet, as many as `Holding` holds: what it forgot is heard as broken."""

    def __init__(self, most_bytes: int = MOST_HELD) -> None:
        self.held = Holding(most_bytes)

    def whole(self, piece: Piece) -> bytes | None:
        """Return a message once all of it is there. Raises `FrameBroken` where one before this piece is missing."""
        if piece.count == 1:
            return piece.body
        held, ticket = self.held, piece.ticket
        size = held.size(ticket) + len(piece.body) + HEAD
        if piece.index != len(held.of(ticket)) or size > LARGEST_WHOLE:
            held.take(ticket)
            raise FrameBroken(_BROKEN)
        held.add(ticket, piece.body)
        return b"".join(held.take(ticket)) if piece.index == piece.count - 1 else None


def cut(bus: Bus, body: bytes) -> list[bytes]:
    """Return a body in pieces that the bus carries; at least one."""
    size = min(PIECE, max(LEAST, bus.most_bytes - HEAD)) if bus.most_bytes else PIECE
    return [body[start : start + size] for start in range(0, len(body), size)] or [b""]


async def tell(bus: Bus, subject: str, body: bytes) -> None:
    """Tell whoever hears `joined`, as it is where the bus carries it, else in pieces; one that is lost loses it all."""
    if not 0 < bus.most_bytes < len(body):
        await bus.publish(subject, body)
        return
    ticket, pieces = uuid.uuid4().hex, cut(bus, body)
    for index, piece in enumerate(pieces):
        await bus.publish(subject, packed(Piece(ticket, index, len(pieces), piece)))


def joined(hear: Hear) -> Hear:
    """Return what hears JSON that came whole or in pieces, and lets `hear` hear it whole."""
    joining = Joining()

    def heard(subject: str, body: bytes) -> None:
        if not body.startswith(_MARK):
            hear(subject, body)
            return
        try:
            whole = joining.whole(unpacked(body))
        except FrameBroken as error:
            _log.debug("%s: %s", subject, error)
            return
        if whole is not None:
            hear(subject, whole)

    return heard


def packed(piece: Piece) -> bytes:
    """Return a piece as MessagePack."""
    return msgspec.msgpack.encode(piece)


def unpacked(body: bytes) -> Piece:
    """Return a piece. Raises `FrameBroken`."""
    try:
        return msgspec.msgpack.decode(body, type=Piece)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise FrameBroken(_BROKEN) from error
