"""What of a hub its federation reaches, and the thread on which its book of sites is kept."""

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol, TypeVar

from sanping.domain.device import Identity
from sanping.domain.errors import SanpingError
from sanping.domain.label import Label
from sanping.domain.notice import Notice
from sanping.domain.source_status import SourceStatus
from sanping.hub.alarm_desk import AlarmDesk
from sanping.hub.case_desk import CaseDesk
from sanping.hub.event_keeper import EventKeeper
from sanping.hub.fanout import Fanout
from sanping.hub.log_plane import ChangeLog
from sanping.hub.notice_desk import Publisher
from sanping.hub.rooms import Rooms
from sanping.ports.site_book import Entry, SiteBook
from sanping.wire.codec import Body
from sanping.wire.messages import Ack, Command

ASK_WITHIN_S = 1.0
LOOK_EVERY_S = 0.5
AGAIN_S = 0.1
_Answer = TypeVar("_Answer")
_log = logging.getLogger(__name__)


class Wisher(Protocol):
    """Who does commands."""

    async def done(self, command: Command, by: str, who: Identity) -> Ack:
        """Do what the screen `by` wishes, once per `op`, if `who` may, and return the answer for it."""


class Seer(Protocol):
    """Who knows what has which label."""

    def entry(self, entry: Entry) -> Label:
        """Return the label of something that goes up."""

    def of_notice(self, chosen: Label | None) -> Label:
        """Return the label of a notice to other sites."""

    def labelled(self, body: Body) -> Body:
        """Return a body of the log plane with the label that it has."""


class SiteHost(Protocol):
    """What of a hub its federation reaches."""

    log: ChangeLog
    fanout: Fanout
    events: EventKeeper
    rooms: Rooms
    alarms: AlarmDesk
    cases: CaseDesk | None

    @property
    def sight(self) -> Seer:
        """Who knows what has which label."""

    @property
    def wishes(self) -> Wisher:
        """Who does commands here."""

    async def published(self, plan: Publisher, counts: Counter[str], notices: Sequence[Notice]) -> None:
        """Keep public warnings and tell the screens; they are safe on return."""

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
            async with asyncio.timeout(at_most_s):  # `wait_for` forgets to be cancelled when it has just rung
                await self._rung.wait()
        except TimeoutError:
            return
        finally:
            self._rung.clear()


async def kept_going(step: Callable[[], Awaitable[bool]], bell: Bell) -> None:
    """Do a step for ever: soon again while something is left or it failed, else once the bell rings or now and then."""
    while True:
        try:
            is_done = await step()
        except SanpingError as error:
            _log.warning("%s", error.in_language("en"))
            is_done = False
        except Exception:
            _log.exception("what goes down")
            is_done = False
        await bell.wait(LOOK_EVERY_S if is_done else AGAIN_S)


def now_ms() -> int:
    """Return the hub's time since 1970 UTC."""
    return time.time_ns() // 1_000_000


def steady_ms() -> int:
    """Return the hub's monotonic clock, never 0."""
    return time.monotonic_ns() // 1_000_000 + 1
