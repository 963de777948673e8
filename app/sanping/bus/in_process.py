"""The bus within one program: for a hub alone, and for several hubs of one process."""

import asyncio
import contextlib
import logging
from collections import defaultdict, deque

from sanping.bus.subjects import TOO_LARGE, matches
from sanping.domain.errors import MessageTooLarge, SiteUnreachable
from sanping.domain.text import Text
from sanping.ports.bus import Answer, Hear, Parcel, Take
from sanping.twin.federation import Once

RETRY_S = 0.05
_NOBODY = Text("没有站点应答；恢复后自动重试", "No site answers; it is tried again by itself")
_log = logging.getLogger(__name__)


class Exchange:
    """What the buses of one program have in common; `is_cut` lets nobody hear another, as a broken line does.

    `most_bytes` is the largest body they carry, 0 for any.
    """

    def __init__(self) -> None:
        self.buses: list[InProcessBus] = []
        self.is_cut = False
        self.most_bytes = 0
        self.lanes: dict[str, deque[Parcel]] = defaultdict(deque)
        self.stored: dict[str, Once] = defaultdict(Once)

    def reached_from(self, bus: "InProcessBus") -> "list[InProcessBus]":
        """Return the buses that hear what is said on one."""
        return [bus] if self.is_cut else self.buses


class InProcessBus:
    """Implements `ports.bus.Bus` and `Lane`; parcels live as long as the program."""

    def __init__(self, exchange: Exchange | None = None) -> None:
        self._exchange = exchange or Exchange()
        self._hearing: list[tuple[str, Hear]] = []
        self._answering: list[tuple[str, Answer]] = []
        self._collecting: list[asyncio.Task[None]] = []

    @property
    def is_up(self) -> bool:
        """Whether it was started."""
        return self in self._exchange.buses

    @property
    def most_bytes(self) -> int:
        """How many bytes a body may have."""
        return self._exchange.most_bytes

    async def start(self) -> None:
        """Begin to hear."""
        if not self.is_up:
            self._exchange.buses.append(self)

    async def publish(self, subject: str, body: bytes) -> None:
        """Tell whoever listens, in their next turn of the loop."""
        loop = asyncio.get_running_loop()
        if self._is_too_large(body):
            return
        for bus in self._exchange.reached_from(self) if self.is_up else ():
            for pattern, hear in bus._hearing:
                if matches(pattern, subject):
                    loop.call_soon(hear, subject, body)

    async def subscribe(self, subject: str, hear: Hear) -> None:
        """Let `hear` hear everything from now on."""
        self._hearing.append((subject, hear))

    async def answer(self, subject: str, answer: Answer) -> None:
        """Let `answer` answer what is asked."""
        self._answering.append((subject, answer))

    async def ask(self, subject: str, body: bytes, within_s: float) -> bytes:
        """Return what the first who can says. Raises `SiteUnreachable` or `MessageTooLarge`."""
        if self._is_too_large(body):
            raise MessageTooLarge(TOO_LARGE.with_values(size=len(body), limit=self.most_bytes), place=subject)
        for bus in self._exchange.reached_from(self) if self.is_up else ():
            for pattern, answer in bus._answering:
                if matches(pattern, subject):
                    try:
                        async with asyncio.timeout(within_s):  # `wait_for` forgets to be cancelled at its end
                            return await answer(subject, body)
                    except Exception as error:
                        raise SiteUnreachable(_NOBODY, place=subject) from error
        raise SiteUnreachable(_NOBODY, place=subject)

    async def store(self, lane: str, parcel: Parcel) -> None:
        """Keep a parcel, once."""
        if self._exchange.stored[lane].is_new(parcel.site, parcel.epoch, parcel.seq):
            self._exchange.lanes[lane].append(parcel)

    async def collect(self, lane: str, take: Take) -> None:
        """Give `take` the parcels of a lane, as long as the bus is open."""
        self._collecting.append(asyncio.create_task(self._collect(lane, take)))

    async def close(self) -> None:
        """Hear nothing any more."""
        for task in self._collecting:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        self._collecting.clear()
        if self.is_up:
            self._exchange.buses.remove(self)

    def _is_too_large(self, body: bytes) -> bool:
        return 0 < self.most_bytes < len(body)

    async def _collect(self, lane: str, take: Take) -> None:
        parcels = self._exchange.lanes[lane]
        while True:
            if not parcels:
                await asyncio.sleep(RETRY_S)
                continue
            try:
                await take(parcels[0])
            except Exception:
                _log.exception("lane %s", lane)
                await asyncio.sleep(RETRY_S)
            else:
                parcels.popleft()
