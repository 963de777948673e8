"""Questions and answers of any size over a bus whose messages are small: sent and fetched in pieces."""

import uuid
from collections.abc import Awaitable, Callable

import msgspec

from sanping.domain.errors import FrameBroken
from sanping.domain.text import Text
from sanping.ports.bus import Bus

PIECE = 512 * 1024
MOST_KEPT = 64
LARGEST_QUESTION = 64 << 20
_BROKEN = Text(
    "同站中枢的消息不完整；请让各中枢版本一致", "A message of a hub of this site is not whole; run the same version"
)


class _Piece(msgspec.Struct, frozen=True, array_like=True):
    """A piece of a question, or of its answer; a question of `count` 0 fetches the piece `index` of the answer."""

    ticket: str
    index: int = 0
    count: int = 1
    body: bytes = b""


async def asked(bus: Bus, subject: str, body: bytes, within_s: float) -> bytes:
    """Return what is answered; each piece within so many seconds. Raises `SiteUnreachable` or `FrameBroken`."""
    ticket, pieces = uuid.uuid4().hex, _cut(body)
    found = _Piece(ticket)
    for index, piece in enumerate(pieces):
        found = await _put(bus, subject, _Piece(ticket, index, len(pieces), piece), within_s)
    fetched = [(await _put(bus, subject, _Piece(ticket, index, 0), within_s)).body for index in range(1, found.count)]
    return b"".join((found.body, *fetched))


class LongAnswers:
    """Answers what is asked in pieces; `answer` is given the whole. The last long answers are kept to be fetched."""

    def __init__(self, answer: Callable[[bytes], Awaitable[bytes]]) -> None:
        self._answer = answer
        self._questions: dict[str, list[bytes]] = {}
        self._answers: dict[str, list[bytes]] = {}

    async def answer(self, _: str, body: bytes) -> bytes:
        """Answer one message of the bus. Raises `FrameBroken`."""
        piece = _decoded(body)
        if piece.count == 0:
            kept = self._answers.get(piece.ticket, [])
            if not 0 < piece.index < len(kept):
                raise FrameBroken(_BROKEN)
            if piece.index == len(kept) - 1:
                del self._answers[piece.ticket]
            return _encoded(_Piece(piece.ticket, piece.index, len(kept), kept[piece.index]))
        whole = self._whole(piece)
        if whole is None:
            return _encoded(_Piece(piece.ticket))
        pieces = _cut(await self._answer(whole))
        if len(pieces) > 1:
            _keep(self._answers, piece.ticket, pieces)
        return _encoded(_Piece(piece.ticket, 0, len(pieces), pieces[0]))

    def _whole(self, piece: _Piece) -> bytes | None:
        """Return a question once all of it is there."""
        if piece.count == 1:
            return piece.body
        come = self._questions.get(piece.ticket, [])
        if piece.index != len(come) or sum(map(len, come)) > LARGEST_QUESTION:
            raise FrameBroken(_BROKEN)
        _keep(self._questions, piece.ticket, [*come, piece.body])
        return b"".join(self._questions.pop(piece.ticket)) if piece.index == piece.count - 1 else None


def _keep(book: dict[str, list[bytes]], ticket: str, pieces: list[bytes]) -> None:
    book[ticket] = pieces
    if len(book) > MOST_KEPT:
        del book[next(iter(book))]


def _cut(body: bytes) -> list[bytes]:
    return [body[start : start + PIECE] for start in range(0, len(body), PIECE)] or [b""]


async def _put(bus: Bus, subject: str, piece: _Piece, within_s: float) -> _Piece:
    return _decoded(await bus.ask(subject, _encoded(piece), within_s))


def _encoded(piece: _Piece) -> bytes:
    return msgspec.msgpack.encode(piece)


def _decoded(body: bytes) -> _Piece:
    try:
        return msgspec.msgpack.decode(body, type=_Piece)
    except (msgspec.MsgspecError, UnicodeError) as error:
        raise FrameBroken(_BROKEN) from error
