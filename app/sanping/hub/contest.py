"""Two hubs that both take themselves for the owner of a site's books, because a line was cut: one of them gives way."""

import asyncio
import contextlib
import logging
from collections.abc import Callable

from sanping.domain.errors import FrameBroken, StoreFailed
from sanping.domain.site import NEVER
from sanping.domain.text import Text
from sanping.hub.core import Hub
from sanping.hub.event_keeper import access_row
from sanping.hub.given_up import given_up
from sanping.hub.site_host import now_ms, steady_ms
from sanping.wire.same_site import Live, heard

CONTEST_S = 2.0
AGAIN_MS = 10_000
LOOK_S = 0.5
_OTHER = Text(
    "站点“{site}”已由另一个中枢接管；本中枢停止，重新启动后成为分中枢",
    "Another hub owns the books of the site {site} now; this one stops, and is a relay when it is started again",
)
_OVER = Text(
    "另一个中枢已接管这里的数据；本中枢停止，重新启动后成为分中枢",
    "Another hub owns the books of this one now; it stops, and is a relay when it is started again",
)
_log = logging.getLogger(__name__)


class Contest:
    """Notices another owner of the site, and calls `give_way` when the books are the other's.

    Where hubs have their books in common, who may write to them owns them, however long the other takes to notice.
    Where each has its own, one of the two gives way, by their names.
    """

    def __init__(self, hub: Hub, site: str) -> None:
        self.give_way: Callable[[], None] = _nothing
        self._hub, self._site = hub, site
        self._other_ms = NEVER
        self._won: tuple[str, int] | None = None
        self._deciding: asyncio.Task[None] | None = None

    def heard(self, _: str, body: bytes) -> None:
        """Take what an owner tells its relays."""
        with contextlib.suppress(FrameBroken):
            other = heard(body, Live).epoch
            if other != self._hub.epoch and not self._has_won(other):
                self._other_ms = steady_ms()
                if self._deciding is None or self._deciding.done():
                    self._deciding = asyncio.create_task(self._decide(other))

    async def decided(self) -> None:
        """Wait while it is open who owns books that hubs have in common: who does not must not answer."""
        if self._hub.plan.is_over is not None and self._deciding is not None:
            await asyncio.shield(self._deciding)

    async def stop(self) -> None:
        """Look no more."""
        await given_up(self._deciding)

    async def _decide(self, other: str) -> None:
        try:
            await self._hub.events.keep([access_row("owner.other", other, now_ms())])
        except StoreFailed:
            self._give_way()
            return
        if self._hub.plan.is_over is not None:
            self._won = other, steady_ms()
            return
        await asyncio.sleep(CONTEST_S)  # whoever may not write has given way by then
        if steady_ms() - self._other_ms < CONTEST_S * 500 and self._hub.epoch > other:
            self._give_way()

    def _has_won(self, other: str) -> bool:
        """Whether it was decided a moment ago that the books are ours: the other needs a while to notice."""
        return self._won is not None and self._won[0] == other and steady_ms() - self._won[1] < AGAIN_MS

    def _give_way(self) -> None:
        _log.error("%s", _OTHER.with_values(site=self._site).en)
        self.give_way()


async def watched(is_over: Callable[[], bool], stopping: asyncio.Event) -> None:
    """Have a hub stopped once a write of its own has shown that the books are another's."""
    while not is_over():
        await asyncio.sleep(LOOK_S)
    _log.error("%s", _OVER.en)
    stopping.set()


def _nothing() -> None:
    """Go on."""
