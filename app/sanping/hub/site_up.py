"""Sends what a site has kept to the site above it, in order, and again until it is confirmed.

The logs themselves are what waits: nothing is written a second time, but what the upper site refuses for its content.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Literal

import msgspec

from sanping.domain.errors import MessageTooLarge, SanpingError, SiteUnreachable
from sanping.domain.site import Cursor
from sanping.domain.text import Text
from sanping.hub.federation import Federation
from sanping.hub.given_up import given_up
from sanping.hub.site_host import AGAIN_S, ASK_WITHIN_S, LOOK_EVERY_S, Bell, SiteKeeper, now_ms
from sanping.hub.site_parked import Parking
from sanping.hub.site_streams import Outgoing, Page
from sanping.ports.site_book import Entry, Parked
from sanping.wire.federation import LARGEST, LETTER, Letter, LetterAnswer, Refusal, answered, encoded, subject

PATIENCE_S = (ASK_WITHIN_S, 0.25, 0.25, 0.25)
"""How long an answer is waited for, by how often none came: a line may be back at any moment, or merely slow."""

Ended = Literal["end", "silent", "refused"]
Numbered = tuple[int, Entry]
Send = Callable[[], Awaitable[Ended]]
_log = logging.getLogger(__name__)


class SiteUp:
    """The way up; `waiting` is how many entries at least the upper site has not confirmed.

    `is_above` says of what its clearance does not let it know: its number goes up, and nothing else of it.
    """

    def __init__(
        self,
        plan: Federation,
        keeper: SiteKeeper,
        streams: Sequence[Outgoing],
        parking: Parking,
        is_above: Callable[[Entry], bool] = lambda _: False,
    ) -> None:
        self._is_above = is_above
        self.waiting = 0
        self.bell = Bell()
        self._plan, self._keeper = plan, keeper
        self._streams, self._parking = streams, parking
        self._sent: dict[str, Cursor] = {}
        self._left: dict[str, int] = {}
        self._most: dict[str, int] = {}
        self._failures = 0
        self._sending: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Take up where the upper site confirmed last. Raises `StoreFailed`."""
        self._sent = dict(await self._keeper.ask(lambda book: book.sent()))
        self._sending = asyncio.create_task(self._send())

    async def stop(self) -> None:
        """Stop; what was not confirmed is sent in the next life."""
        await given_up(self._sending)

    async def _send(self) -> None:
        while True:
            ends: set[Ended] = set()
            sends: list[Send] = [self._again, *(partial(self._all_of, stream) for stream in self._streams)]
            for send in sends:
                try:
                    ends.add(await send())
                except SiteUnreachable:
                    ends.add("silent")
                except SanpingError as error:
                    _log.warning("%s", error.in_language("en"))
                    ends.add("silent")
                except Exception:
                    _log.exception("letters")
                    ends.add("silent")
                if "silent" in ends and self._failures % len(PATIENCE_S):
                    break  # most probably nobody is there; now and then the other streams have their turn
            self._failures = self._failures + 1 if "silent" in ends else 0
            await self.bell.wait(LOOK_EVERY_S if ends == {"end"} else AGAIN_S)

    async def _all_of(self, stream: Outgoing) -> Ended:
        """Send a stream to its end, or to what is refused. Raises `SiteUnreachable` or `StoreFailed`."""
        epoch = await stream.epoch()
        if not epoch:
            return "end"
        while True:
            known = self._sent.get(stream.name, Cursor())
            seq = known.seq if known.epoch == epoch else 0
            page = await stream.after(seq)
            self._left[stream.name] = page.left + len(page.entries)
            self.waiting = sum(self._left.values())
            if not page.entries:
                return "end"
            letter, count = await self._letter(stream, epoch, seq, page)
            try:
                found = await self._told(letter)
            except MessageTooLarge as error:
                await self._too_large(letter, count, error)
                continue
            if isinstance(found, Refusal):
                await self._refused(letter, count, found)
                return "refused"
            cursor = Cursor(epoch=found.epoch, seq=found.seq)
            if cursor == known:
                _log.warning("stream %s stays at %d", stream.name, cursor.seq)
                return "silent"
            if stream.name in self._most:
                self._most[stream.name] *= 2
            self._sent[stream.name] = cursor
            await self._keeper.ask(lambda book, cursor=cursor: book.confirm(stream.name, cursor))  # type: ignore[misc]

    async def _letter(self, stream: Outgoing, epoch: str, seq: int, page: Page) -> tuple[Letter, int]:
        """Return the next letter, without what is put aside, and how many entries it passes."""
        is_below = stream.name == "below"  # what came from below is numbered anew, without gaps
        numbered = [(seq + at if is_below else entry.seq, entry) for at, entry in enumerate(page.entries, 1)]
        count = 1 if self._failures else min(len(numbered), self._most.get(stream.name, len(numbered)))
        empty = Letter(via=self._plan.site, stream=stream.name, epoch=epoch, after=seq, upto=seq)
        for number, entry in numbered[:count]:
            one = self._parked(empty, number, entry)
            if not self._parking.has(one) and self._parking.holds(one):
                await self._parking.put_behind(one)
        letter = self._of(empty, numbered[:count])
        largest = min(LARGEST, self._plan.up.most_bytes or LARGEST)
        while len(encoded(letter)) > largest and count > 1:
            count //= 2
            letter = self._of(empty, numbered[:count])
        return (msgspec.structs.replace(letter, upto=page.upto) if count == len(numbered) else letter), count

    def _of(self, empty: Letter, numbered: Sequence[Numbered]) -> Letter:
        aside = {
            number
            for number, entry in numbered
            if self._is_above(entry) or self._parking.has(self._parked(empty, number, entry))
        }
        return msgspec.structs.replace(
            empty,
            upto=numbered[-1][0],
            entries=tuple(entry for number, entry in numbered if number not in aside),
            skipped=tuple(sorted(aside)),
        )

    async def _told(self, letter: Letter) -> LetterAnswer | Refusal:
        """Send a letter and return the answer. Raises `SiteUnreachable`, `MessageTooLarge` or `FrameBroken`."""
        to = subject(LETTER, self._plan.upper, self._plan.site)
        within_s = PATIENCE_S[self._failures % len(PATIENCE_S)]
        found = answered(await self._plan.up.ask(to, encoded(letter), within_s), LetterAnswer, self._plan.upper)
        self._failures = 0
        return found

    async def _refused(self, letter: Letter, count: int, why: Refusal) -> None:
        """Look for what is refused with ever shorter letters; put aside what is refused alone, again and again."""
        self._most[letter.stream] = max(1, count // 2)
        if count > 1 or not letter.entries:
            return
        one = self._only(letter, Text(why.why_zh, why.why_en))
        if self._parking.is_enough(one):
            await self._parking.put(one)

    async def _too_large(self, letter: Letter, count: int, why: MessageTooLarge) -> None:
        """Put aside at once what no message can carry. Raises `why` when there is nothing to put aside."""
        if count > 1:
            return  # the limit has just become smaller: the next letter is cut to it
        if not letter.entries:
            raise why
        await self._parking.put(self._only(letter, why.message, len(encoded(letter))))

    def _only(self, letter: Letter, why: Text, size: int = 0) -> Parked:
        """Return the only entry of a letter as it is put aside, with its size where that is why."""
        number = letter.after + 1 if letter.stream == "below" else letter.entries[0].seq
        one = self._parked(letter, number, letter.entries[0])
        return _aside(one, why, size)

    async def _again(self) -> Ended:
        """Send once more what is due, each thing up to what is refused again. Raises as `_all_of`."""
        while due := self._parking.due(self._plan.upper):
            same = self._parking.same(due[0])
            while same and same[0].entry is not None:
                left = await self._sent_again(same[0], same[0].entry)
                if left is not None:
                    same[0] = left
                    break
                await self._parking.drop(same.pop(0))
            for one in same:
                await self._parking.put(one)
        return "end"

    async def _sent_again(self, one: Parked, entry: Entry) -> Parked | None:
        """Send something once more; return it as it is put aside again, None once it was taken."""
        if self._is_above(entry):
            return None  # its label was raised meanwhile
        letter = Letter(
            via=self._plan.site, stream=entry.stream if one.stream != "below" else "below", epoch=one.epoch,
            after=one.n, upto=one.n, entries=(entry,), is_again=True,
        )  # fmt: skip
        try:
            found = await self._told(letter)
        except MessageTooLarge as error:
            return _aside(one, error.message, len(encoded(letter)))
        if isinstance(found, Refusal):
            return _aside(one, Text(found.why_zh, found.why_en))
        return None if found.is_again else _aside(one, Text(one.why_zh, one.why_en))

    def _parked(self, letter: Letter, number: int, entry: Entry) -> Parked:
        return Parked(
            to=self._plan.upper, stream=letter.stream, epoch=letter.epoch, n=number, at_ms=now_ms(), entry=entry,
            thing=f"{entry.about}@{entry.site} {entry.epoch}",
        )  # fmt: skip


def _aside(one: Parked, why: Text, size: int = 0) -> Parked:
    return msgspec.structs.replace(one, why_zh=why.zh, why_en=why.en, size=size)
