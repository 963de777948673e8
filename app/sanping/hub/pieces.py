"""Messages of any size over a bus whose messages are small: cut to what it carries, and joined where they are heard."""

import logging
import uuid

import msgspec

from sanping.domain.errors import FrameBroken
from sanping.domain.text import Text
from sanping.ports.bus import Bus, Hear

PIECE = 512 * 1024
MOST_KEPT = 64
LARGEST_WHOLE = 64 << 20
HEAD, LEAST = 64, 128
"""How many bytes a piece has at most beside its body, and how small its body is made at most."""
_MARK = b"\x94"  # how an array of four begins in MessagePack, and no JSON
_BROKEN = Text(
    "中枢之间的一条消息不完整；请让各中枢版本一致", "A message between hubs is not whole; run the same version at all"
)
_log = logging.getLogger(__name__)


class Piece(msgspec.Struct, frozen=True, array_like=True):
    """A piece of a message; a question of `count` 0 fetches the piece `index` of an answer."""

    ticket: str
    index: int = 0
    count: int = 1
    body: bytes = b""


class Joining:
    """Pieces of messages that are not whole yet; the last ones that began are kept."""

    def __init__(self) -> None:
        self._come: dict[str, list[bytes]] = {}

    def whole(self, piece: Piece) -> bytes | None:
        """Return a message once all of it is there. Raises `FrameBroken` where one before this piece is missing."""
        if piece.count == 1:
            return piece.body
        come = self._come.get(piece.ticket, [])
        if piece.index != len(come) or sum(map(len, come)) > LARGEST_WHOLE:
            self._come.pop(piece.ticket, None)
            raise FrameBroken(_BROKEN)
        come.append(piece.body)
        keep(self._come, piece.ticket, come)
        return b"".join(self._come.pop(piece.ticket)) if piece.index == piece.count - 1 else None


def keep(book: dict[str, list[bytes]], ticket: str, pieces: list[bytes]) -> None:
    """Keep something under its ticket, and forget the oldest when there are too many."""
    book[ticket] = pieces
    if len(book) > MOST_KEPT:
        del book[next(iter(book))]


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
