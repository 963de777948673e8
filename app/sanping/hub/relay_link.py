"""The line from a relay to the hub that owns the books: joined, heard without gaps, and known to be cut within 3 s."""

import asyncio
import logging
from typing import Protocol, TypeVar

from sanping.domain.errors import FrameBroken, SiteUnreachable
from sanping.domain.site import NEVER
from sanping.domain.text import Text
from sanping.hub.given_up import given_up
from sanping.hub.long_questions import asked
from sanping.hub.pieces import joined, tell
from sanping.hub.site_host import steady_ms
from sanping.ports.bus import Bus
from sanping.wire.same_site import (
    ASK,
    LIVE,
    SAY,
    Answer,
    Join,
    Joined,
    Live,
    Question,
    Said,
    Saying,
    Told,
    answer_of,
    heard,
    packed,
    said,
    subject,
)

FRESH_MS = 2_000
LOOK_S = 0.1
ASK_WITHIN_S = 2.0
T = TypeVar("T", bound=Answer)
_CUT = Text(
    "与主中枢的连接已断开，命令没有执行；恢复后自动重连，请稍后再试",
    "The line to the hub that owns the books is cut, nothing was done; it comes back by itself, try again then",
)
_log = logging.getLogger(__name__)


class Hears(Protocol):
    """Who hears what the owner says."""

    def joined(self, joined: Joined, *, is_new: bool) -> None:
        """Begin from here; `is_new` says that the owner knows none of our screens."""

    def told(self, told: Told) -> bool:
        """Take one frame; False when one before it is missing."""

    def lost(self) -> None:
        """Notice that the owner is not heard any more."""


class RelayLink:
    """Keeps the line of one relay. `name` is what the relay is called, `hears` who hears.

    `is_standby` says that it becomes the owner when there is none.
    """

    def __init__(self, site: str, bus: Bus, name: str, hears: Hears) -> None:
        self.name, self.is_standby = name, False
        self.is_linked = False
        self.addresses: tuple[str, ...] = ()
        self._site, self._bus, self._hears = site, bus, hears
        self._session, self._epoch, self._n, self._said = "", "", 0, 0
        self._heard_ms = NEVER
        self._early: list[Live] | None = None
        self._is_torn = True
        self._going: asyncio.Queue[bytes] = asyncio.Queue()
        self._tasks: tuple[asyncio.Task[None], ...] = ()

    @property
    def session(self) -> str:
        """How the owner knows this relay, "" while it does not."""
        return self._session

    async def start(self) -> None:
        """Begin to look for the owner."""
        await self._bus.subscribe(subject(LIVE, self._site), joined(self._heard))
        await self._bus.start()
        self._tasks = (asyncio.create_task(self._keep()), asyncio.create_task(self._send()))

    async def stop(self) -> None:
        """Let go of the owner and the bus."""
        await given_up(*self._tasks)
        await self._bus.close()

    async def ask(self, question: Question, kind: type[T], within_s: float = ASK_WITHIN_S) -> T:
        """Return what the owner answers. Raises `SiteUnreachable` while the line is cut."""
        if not self.is_linked:
            raise SiteUnreachable(_CUT)
        return await self._asked(question, kind, within_s)

    async def ask_surely(self, question: Question, kind: type[T]) -> T:
        """Ask again and again until there is an answer. Raises `SiteUnreachable` once the line is cut."""
        while True:
            try:
                return await self.ask(question, kind)
            except SiteUnreachable:
                if not self.is_linked:
                    raise
                await asyncio.sleep(LOOK_S)

    def say(self, seat: int, what: Saying) -> None:
        """Tell the owner what a screen says, in order; lost with the line, as the screen is."""
        self._put(seat, what)

    def _put(self, seat: int = 0, what: Saying | None = None, heard: int = 0) -> None:
        if self._session:
            self._said += 1
            message = Said(session=self._session, n=self._said, seat=seat, what=what, heard=heard)
            self._going.put_nowait(said(message))

    async def _asked(self, question: Question, kind: type[T], within_s: float) -> T:
        try:
            return answer_of(await asked(self._bus, subject(ASK, self._site), packed(question), within_s), kind)
        except SiteUnreachable as error:
            raise SiteUnreachable(_CUT) from error

    async def _send(self) -> None:
        to = subject(SAY, self._site)
        while True:
            body = await self._going.get()
            try:
                await tell(self._bus, to, body)
            except Exception:
                _log.exception("telling the owner")

    async def _keep(self) -> None:
        while True:
            try:
                if self.is_linked and steady_ms() - self._heard_ms > FRESH_MS:
                    self._lose()
                if self._is_torn:
                    await self._join()
            except (SiteUnreachable, FrameBroken) as error:
                _log.debug("joining: %s", error)
            except Exception:
                _log.exception("the line to the owner")
            await asyncio.sleep(LOOK_S)

    async def _join(self) -> None:
        """Have the owner say everything, and go on from there. Raises `SiteUnreachable` or `FrameBroken`."""
        self._early = []
        try:
            join = Join(
                name=self.name, session=self._session, addresses=self.addresses, is_standby=self.is_standby
            )  # fmt: skip
            found = await self._asked(join, Joined, ASK_WITHIN_S)
            early = self._early
        finally:
            self._early = None
        is_new = (found.session, found.epoch) != (self._session, self._epoch)
        if is_new:
            self._said = 0
        self._session, self._epoch, self._n = found.session, found.epoch, found.n
        self._is_torn, self.is_linked, self._heard_ms = False, True, steady_ms()
        self._hears.joined(found, is_new=is_new)
        for live in early:
            self._take(live)

    def _heard(self, _: str, body: bytes) -> None:
        try:
            live = heard(body, Live)
        except FrameBroken as error:
            _log.warning("%s", error.in_language("en"))
            return
        if self._early is not None:
            self._early.append(live)
        elif not self._is_torn:
            self._take(live)

    def _take(self, live: Live) -> None:
        if live.epoch == self._epoch and live.n <= self._n:
            return
        if live.epoch != self._epoch or live.n != self._n + 1:
            self._is_torn = True
            return
        self._n, self._heard_ms = live.n, steady_ms()
        if live.sessions is not None and self._session not in live.sessions:
            self._lose()
            return
        if live.sessions is not None:
            self._put(heard=live.n)
        for told in live.told:
            if not self._hears.told(told):
                self._is_torn = True

    def _lose(self) -> None:
        self._is_torn, self.is_linked, self._session = True, False, ""
        self._hears.lost()
