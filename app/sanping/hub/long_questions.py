"""Questions and answers of any size over a bus whose messages are small: sent and fetched in pieces."""

import uuid
from collections.abc import Awaitable, Callable

from sanping.domain.errors import FrameBroken
from sanping.domain.text import Text
from sanping.hub.pieces import Holding, Joining, Piece, cut, packed, unpacked
from sanping.ports.bus import Bus

_NOT_KEPT = Text("主中枢的应答已不在；请再试一次", "The answer of the owner is not kept any more; try again")


async def asked(bus: Bus, subject: str, body: bytes, within_s: float) -> bytes:
    """Return what is answered; each piece within so many seconds. Raises `SiteUnreachable` or `FrameBroken`."""
    ticket, pieces = uuid.uuid4().hex, cut(bus, body)
    found = Piece(ticket)
    for index, piece in enumerate(pieces):
        found = await _put(bus, subject, Piece(ticket, index, len(pieces), piece), within_s)
    fetched = [(await _put(bus, subject, Piece(ticket, index, 0), within_s)).body for index in range(1, found.count)]
    return b"".join((found.body, *fetched))


class LongAnswers:
    """Answers what is asked on `bus` in pieces; `answer` is given the whole. The last long answers are kept."""

    def __init__(self, bus: Bus, answer: Callable[[bytes], Awaitable[bytes]]) -> None:
        self._bus, self._answer = bus, answer
        self._questions = Joining()
        self._answers = Holding()

    async def answer(self, _: str, body: bytes) -> bytes:
        """Answer one message of the bus. Raises `FrameBroken`."""
        piece = unpacked(body)
        if piece.count == 0:
            kept = self._answers.of(piece.ticket)
            if not 0 < piece.index < len(kept):
                raise FrameBroken(_NOT_KEPT)
            if piece.index == len(kept) - 1:
                self._answers.take(piece.ticket)
            return packed(Piece(piece.ticket, piece.index, len(kept), kept[piece.index]))
        whole = self._questions.whole(piece)
        if whole is None:
            return packed(Piece(piece.ticket))
        pieces = cut(self._bus, await self._answer(whole))
        if len(pieces) > 1:
            self._answers.take(piece.ticket)
            self._answers.add(piece.ticket, *pieces)
        return packed(Piece(piece.ticket, 0, len(pieces), pieces[0]))


async def _put(bus: Bus, subject: str, piece: Piece, within_s: float) -> Piece:
    return unpacked(await bus.ask(subject, packed(piece), within_s))
