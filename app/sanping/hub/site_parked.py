"""What a neighbour refuses for its content is put aside, so that what stands behind it goes on; nothing is dropped."""

import logging
from collections import Counter
from collections.abc import Callable

import msgspec

from sanping.domain.errors import FrameBroken
from sanping.domain.text import Text
from sanping.hub.site_host import LOOK_EVERY_S, SiteKeeper, steady_ms
from sanping.ports.bus import Answer
from sanping.ports.site_book import Parked
from sanping.wire.federation import Refusal, encoded

MOST_REFUSALS = 3
ASKED = "?"
BEHIND = Text("同一事项的前一封已搁置", "An earlier letter about the same was put aside")
_PUT_ASIDE = Text(
    "站点“{site}”拒收“{thing}”，已搁置：{reason}", "{site} refuses a letter about {thing}, put aside: {reason}"
)
_log = logging.getLogger(__name__)

Key = tuple[str, str, str, int]


class Parking:
    """Everything put aside, in the book.

    `version_of(site)` says which program runs there, "" while unknown; `most_to(site)` how many bytes a message to it
    may have now, 0 while unknown.
    """

    def __init__(self, keeper: SiteKeeper, version_of: Callable[[str], str], most_to: Callable[[str], int]) -> None:
        self._keeper, self._version_of, self._most_to = keeper, version_of, most_to
        self._all: dict[Key, Parked] = {}
        self._things: Counter[tuple[str, str, str]] = Counter()
        self._refused: dict[Key, tuple[str, int, int]] = {}

    async def start(self) -> None:
        """Take up what was put aside in earlier lives. Raises `StoreFailed`."""
        self._all = {_key(one): one for one in await self._keeper.ask(lambda book: book.parked())}
        self._things = Counter(map(_thing, self._all.values()))

    def shown(self) -> tuple[Parked, ...]:
        """Return all of it, in the order in which it is sent again."""
        return tuple(sorted(self._all.values(), key=_key))

    def count(self, to: str) -> int:
        """Return how much is put aside for a site."""
        return sum(one.to == to for one in self._all.values())

    def has(self, one: Parked) -> bool:
        """Say whether this very letter is put aside."""
        return _key(one) in self._all

    def holds(self, one: Parked) -> bool:
        """Say whether anything about the same thing is put aside: then this one may not overtake it."""
        return _thing(one) in self._things

    def is_enough(self, one: Parked) -> bool:
        """Count a refusal; True once it came often enough, apart in time, with the same reason."""
        why, times, since_ms = self._refused.get(_key(one), ("", 0, 0))
        if why != one.why_en:
            times = 0
        elif steady_ms() - since_ms < LOOK_EVERY_S * 1000:
            return False
        self._refused[_key(one)] = (one.why_en, times + 1, steady_ms())
        return times + 1 >= MOST_REFUSALS

    async def put(self, one: Parked) -> None:
        """Put a letter aside; it is safe on return. Raises `StoreFailed`."""
        known = msgspec.structs.replace(one, version=self._version_of(one.to))
        await self._keeper.ask(lambda book: book.park(known))
        self._refused.pop(_key(one), None)
        if _key(one) not in self._all:
            self._things[_thing(one)] += 1
            _log.warning("%s", _PUT_ASIDE.with_values(site=one.to, thing=one.thing, reason=one.why_en).en)
        self._all[_key(one)] = known

    async def put_behind(self, one: Parked) -> None:
        """Put a letter aside because an earlier one about the same is. Raises `StoreFailed`."""
        await self.put(msgspec.structs.replace(one, why_zh=BEHIND.zh, why_en=BEHIND.en))

    async def drop(self, one: Parked) -> None:
        """Let go of a letter that was taken after all. Raises `StoreFailed`."""
        await self._keeper.ask(lambda book: book.unpark(one))
        del self._all[_key(one)]
        self._things -= Counter([_thing(one)])

    async def ask_again(self, to: str) -> int:
        """Let everything for a site be sent again, and return how much. Raises `StoreFailed`."""
        mine = [one for one in self._all.values() if one.to == to]
        for one in mine:
            await self.ask_for(one)
        return len(mine)

    async def ask_for(self, one: Parked) -> None:
        """Let one letter be sent again, if it is put aside. Raises `StoreFailed`."""
        known = self._all.get(_key(one))
        if known is not None:
            asked = msgspec.structs.replace(known, version=ASKED)
            await self._keeper.ask(lambda book: book.park(asked))
            self._all[_key(one)] = asked

    def due(self, to: str) -> list[Parked]:
        """Return what is sent again now, in its order.

        That is what somebody asked for, all once another program runs there, and what was too large and no longer is.
        """
        now, most = self._version_of(to), self._most_to(to)
        return [
            one
            for one in self.shown()
            if one.to == to and (one.version == ASKED or now not in ("", one.version) or 0 < one.size <= most)
        ]

    def same(self, one: Parked) -> list[Parked]:
        """Return everything put aside about the same thing, in its order."""
        return [other for other in self.shown() if _thing(other) == _thing(one)]


def refusing(answer: Answer) -> Answer:
    """Return an answer that says why a message is refused for its content; any other trouble stays silence."""

    async def answered(told: str, body: bytes) -> bytes:
        try:
            return await answer(told, body)
        except FrameBroken as error:
            _log.warning("%s", error.in_language("en"))
            return encoded(Refusal(refused=True, why_zh=error.in_language("zh"), why_en=error.in_language("en")))

    return answered


def _key(one: Parked) -> Key:
    return one.to, one.stream, one.epoch, one.n


def _thing(one: Parked) -> tuple[str, str, str]:
    return one.to, one.stream, one.thing
