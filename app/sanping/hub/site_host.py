"""What of a hub its federation reaches, and the thread on which its book of sites is kept."""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol, TypeVar

from sanping.domain.device import Identity
from sanping.domain.source_status import SourceStatus
from sanping.hub.alarm_desk import AlarmDesk
from sanping.hub.case_desk import CaseDesk
from sanping.hub.event_keeper import EventKeeper
from sanping.hub.fanout import Fanout
from sanping.hub.log_plane import ChangeLog
from sanping.hub.rooms import Rooms
from sanping.ports.site_book import SiteBook
from sanping.wire.messages import Ack, Command

ASK_WITHIN_S = 1.0
LOOK_EVERY_S = 0.5
AGAIN_S = 0.1
_Answer = TypeVar("_Answer")


class Wisher(Protocol):
    """Who does commands."""

    async def done(self, command: Command, by: str, who: Identity) -> Ack:
        """Do what the screen `by` wishes, once per `op`, if `who` may, and return the answer for it."""


class SiteHost(Protocol):
    """What of a hub its federation reaches."""

    log: ChangeLog
    fanout: Fanout
    events: EventKeeper
    rooms: Rooms
    alarms: AlarmDesk
    cases: CaseDesk | None

    @property
    def wishes(self) -> Wisher:
        """Who does commands here."""

    def sources(self) -> tuple[SourceStatus, ...]:
        """Return how all sources are."""


class SiteKeeper:
    """The only user of `book`, on a thread of its own."""

    def __init__(self, book: SiteBook) -> None:
        self._book = book
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="sites")

    async def ask(self, question: Callable[[SiteBook], _Answer]) -> _Answer:
        """Ask the book. Raises `StoreFailed`."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, question, self._book)

    async def close(self) -> None:
        """Release the book."""
        await self.ask(lambda book: book.close())
        self._thread.shutdown(wait=True)


class Bell:
    """Wakes a task that otherwise looks now and then."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()

    def ring(self) -> None:
        """Let the task look at once."""
        self._rung.set()

    async def wait(self, at_most_s: float) -> None:
        """Wait until somebody rings, or for a while."""
        try:
            await asyncio.wait_for(self._rung.wait(), at_most_s)
        except TimeoutError:
            return
        finally:
            self._rung.clear()


def now_ms() -> int:
    """Return the hub's time since 1970 UTC."""
    return time.time_ns() // 1_000_000


def steady_ms() -> int:
    """Return the hub's monotonic clock, never 0."""
    return time.monotonic_ns() // 1_000_000 + 1
