"""Sends what a site has kept to the site above it, in order, and again until it is confirmed.

The logs themselves are what waits: nothing is written a second time.
"""

import asyncio
import contextlib
import logging
from collections.abc import Sequence

import msgspec

from sanping.domain.errors import SanpingError, SiteUnreachable
from sanping.domain.site import Cursor
from sanping.hub.federation import Federation
from sanping.hub.site_host import AGAIN_S, ASK_WITHIN_S, LOOK_EVERY_S, Bell, SiteKeeper
from sanping.hub.site_streams import Outgoing, Page
from sanping.wire.federation import LARGEST, LETTER, Letter, LetterAnswer, decoded, encoded, subject

PATIENCE_S = (ASK_WITHIN_S, 0.25, 0.25, 0.25)
"""How long an answer is waited for, by how often none came: a line may be back at any moment, or merely slow."""

_log = logging.getLogger(__name__)


class SiteUp:
    """The way up; `waiting` is how many entries at least the upper site has not confirmed."""

    def __init__(self, plan: Federation, keeper: SiteKeeper, streams: Sequence[Outgoing]) -> None:
        self.waiting = 0
        self.bell = Bell()
        self._plan, self._keeper = plan, keeper
        self._streams = streams
        self._sent: dict[str, Cursor] = {}
        self._left: dict[str, int] = {}
        self._failures = 0
        self._sending: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Take up where the upper site confirmed last. Raises `StoreFailed`."""
        self._sent = dict(await self._keeper.ask(lambda book: book.sent()))
        self._sending = asyncio.create_task(self._send())

    async def stop(self) -> None:
        """Stop; what was not confirmed is sent in the next life."""
        if self._sending is not None:
            self._sending.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._sending

    async def _send(self) -> None:
        while True:
            is_reached = True
            for stream in self._streams:
                try:
                    is_reached = await self._all_of(stream) and is_reached
                except SanpingError as error:
                    _log.warning("%s", error.in_language("en"))
                    is_reached = False
                except Exception:
                    _log.exception("stream %s", stream.name)
                    is_reached = False
                if not is_reached and self._failures % len(PATIENCE_S):
                    break  # most probably nobody is there; now and then the other streams have their turn
            self._failures = 0 if is_reached else self._failures + 1
            await self.bell.wait(LOOK_EVERY_S if is_reached else AGAIN_S)

    async def _all_of(self, stream: Outgoing) -> bool:
        """Send a stream to its end; False when the upper site does not answer. Raises `StoreFailed`."""
        epoch = await stream.epoch()
        if not epoch:
            return True
        while True:
            known = self._sent.get(stream.name, Cursor())
            seq = known.seq if known.epoch == epoch else 0
            page = await stream.after(seq)
            self._left[stream.name] = page.left + len(page.entries)
            self.waiting = sum(self._left.values())
            if not page.entries:
                return True
            try:
                found = await self._told(stream, epoch, seq, page)
            except SiteUnreachable:
                return False
            if found == known:
                _log.warning("stream %s stays at %d", stream.name, found.seq)
                return False
            self._sent[stream.name] = found
            await self._keeper.ask(lambda book, cursor=found: book.confirm(stream.name, cursor))  # type: ignore[misc]

    async def _told(self, stream: Outgoing, epoch: str, seq: int, page: Page) -> Cursor:
        """Send a letter and return up to where the upper site has the stream now."""
        letter = Letter(
            via=self._plan.site, stream=stream.name, epoch=epoch, after=seq, upto=page.upto, entries=page.entries
        )
        if self._failures:
            letter = _first(letter, 1)  # to see whether anybody is there
        body = encoded(letter)
        while len(body) > LARGEST and len(letter.entries) > 1:
            letter = _first(letter, len(letter.entries) // 2)
            body = encoded(letter)
        to = subject(LETTER, self._plan.upper, self._plan.site)
        within_s = PATIENCE_S[self._failures % len(PATIENCE_S)]
        answer = decoded(await self._plan.up.ask(to, body, within_s), LetterAnswer, self._plan.upper)
        self._failures = 0
        return Cursor(epoch=answer.epoch, seq=answer.seq)


def _first(letter: Letter, count: int) -> Letter:
    """Return the beginning of a letter; what came from below is numbered anew, without gaps."""
    entries = letter.entries[:count]
    upto = entries[-1].seq if letter.stream != "below" else letter.after + count
    return msgspec.structs.replace(letter, upto=upto, entries=entries)
