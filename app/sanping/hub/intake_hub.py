"""A further hub of a site that runs some of its sources: what they say is handed to the owner of the books.

One parcel is on its way at a time, with everything that waits; it is asked again until the owner says that all of it is
committed. Only then a source hears that, so a device keeps what the owner has not. Nothing is kept on disk here.
"""

import asyncio
import contextlib
import logging
import time
import uuid
from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sanping.domain.call import Call
from sanping.domain.errors import FrameBroken, SiteUnreachable
from sanping.domain.notice import Notice
from sanping.domain.observation import Observation
from sanping.domain.position import Position
from sanping.domain.source_status import SourceStatus
from sanping.domain.text import Text
from sanping.hub.given_up import given_up
from sanping.hub.long_questions import asked
from sanping.hub.minute_log import MinuteLog
from sanping.hub.plan import HubPlan, source_plans
from sanping.hub.source_book import SourceBook
from sanping.hub.source_runner import SourcePlan
from sanping.hub.supervisor import Supervisor
from sanping.ports.bus import Bus
from sanping.wire.intake_parcels import INTAKE, Handed, Parcel, Receipt, Why, packed, unpacked
from sanping.wire.same_site import subject

ASK_WITHIN_S = 2.0
AGAIN_S = 0.2
TOLD_EVERY_S = 1.0
MOST_ROWS = 20_000
MOST_WAITING = 60_000
_CUT = Text(
    "主中枢没有应答；设备的数据留在设备上，恢复后自动补交",
    "The owner of the books does not answer; devices keep what they have, it is handed over when that is back",
)
_log = logging.getLogger(__name__)


@dataclass(slots=True, eq=False)
class _Waiting:
    """Something to hand over, and who waits for the receipt."""

    handed: Handed
    done: Callable[[Why], None]

    @property
    def size(self) -> int:
        """How many things it holds."""
        handed = self.handed
        return len(handed.observations) + len(handed.notices) + len(handed.calls) + len(handed.positions)


class IntakeHub:
    """The sources of a twin that are declared for the hub `plan.hub`; lives in one event loop."""

    def __init__(self, plan: HubPlan, site: str, bus: Bus) -> None:
        self.plan, self.epoch = plan, uuid.uuid4().hex
        self.seq = 0
        self.is_linked = False
        self._to, self._bus = subject(INTAKE, site), bus
        book = plan.book or SourceBook(plan.live.sources, plan.secrets)
        ready, idle = source_plans(plan, book)
        self.supervisor = Supervisor(ready, idle, self, plan.first_wait_s)
        self._waiting: deque[_Waiting] = deque()
        self._size = 0
        self._arrived, self._roomy = asyncio.Event(), asyncio.Event()
        self._roomy.set()
        self._minutes = MinuteLog(_log)
        self._told_s = 0.0
        self._handing: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to run sources and to hand over what they say."""
        await self._bus.start()
        self._handing = asyncio.create_task(self._hand_over())
        self.supervisor.start()

    async def stop(self) -> None:
        """End the sources; what was not taken stays with the devices."""
        await self.supervisor.stop()
        await given_up(self._handing)
        await self._bus.close()

    # What sources need (`hub.source_runner.SourceHost`).

    async def room(self) -> None:
        """Wait while too much waits for the owner."""
        await self._roomy.wait()

    def delivered(
        self, plan: SourcePlan, _: Counter[str], observations: Sequence[Observation], done: Callable[[], None]
    ) -> None:
        """Hand observations over; `done` is called once the owner has committed them."""
        self._put(_Waiting(Handed(source=plan.name, observations=tuple(observations)), lambda _: done()))

    async def published(self, plan: SourcePlan, _: Counter[str], notices: Sequence[Notice]) -> None:
        """Hand public warnings over; the owner has them on return."""
        await self._taken(Handed(source=plan.name, notices=tuple(notices)))

    async def filed(self, plan: SourcePlan, _: Counter[str], calls: Sequence[Call]) -> Text | None:
        """Hand calls over; the owner has them on return. Says why when some became no cases."""
        why = await self._taken(Handed(source=plan.name, calls=tuple(calls)))
        return Text(why.zh, why.en) if why.zh else None

    def tracked(self, plan: SourcePlan, _: Counter[str], positions: Sequence[Position]) -> None:
        """Hand positions over, as soon as there is a line: the next ones replace them."""
        if self.is_linked:
            self._put(_Waiting(Handed(source=plan.name, positions=tuple(positions)), _nothing))

    def status_changed(self, _: SourceStatus) -> None:
        """Tell the owner soon how the sources are."""
        self._told_s = 0.0
        self._arrived.set()

    def noted(self, kind: str, words: Text) -> None:
        """Write a line to the log, at most once a minute per kind."""
        self._minutes.warn(kind, words.en)

    async def _taken(self, handed: Handed) -> Why:
        found: asyncio.Future[Why] = asyncio.get_running_loop().create_future()
        self._put(_Waiting(handed, lambda why: None if found.done() else found.set_result(why)))
        return await found

    def _put(self, waiting: _Waiting) -> None:
        self._waiting.append(waiting)
        self._size += waiting.size
        if self._size >= MOST_WAITING:
            self._roomy.clear()
        self._arrived.set()

    async def _hand_over(self) -> None:
        while True:
            if not self._waiting:
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(max(0.0, self._told_s + TOLD_EVERY_S - _now_s())):
                        await self._arrived.wait()
            self._arrived.clear()
            part = self._part()
            if part:
                self.seq += 1
            if part or _now_s() - self._told_s >= TOLD_EVERY_S:
                receipt = await self._asked(part)
                for waiting, why in zip(part, receipt.whys, strict=False):
                    waiting.done(why)

    def _part(self) -> list[_Waiting]:
        """Take what goes with the next parcel."""
        part: list[_Waiting] = []
        rows = 0
        while self._waiting and rows < MOST_ROWS:
            part.append(self._waiting.popleft())
            rows += part[-1].size
        self._size -= rows
        if self._size < MOST_WAITING:
            self._roomy.set()
        return part

    async def _asked(self, part: Sequence[_Waiting]) -> Receipt:
        """Ask the owner to take a parcel, again and again until it has; the same one is taken once."""
        seq = self.seq if part else 0
        while True:
            parcel = Parcel(
                hub=self.plan.hub, epoch=self.epoch, seq=seq, handed=tuple(one.handed for one in part),
                statuses=self.supervisor.statuses(),
            )  # fmt: skip
            self._told_s = _now_s()
            try:
                receipt = unpacked(await asked(self._bus, self._to, packed(parcel), ASK_WITHIN_S), Receipt)
            except (SiteUnreachable, FrameBroken):
                self.is_linked = False
                self.noted("owner", _CUT)
                await asyncio.sleep(AGAIN_S)
            else:
                if (receipt.epoch, receipt.seq, len(receipt.whys)) == (self.epoch, seq, len(part)):
                    self.is_linked = True
                    return receipt
                await asyncio.sleep(AGAIN_S)


def _nothing(_: Why) -> None:
    """Let nobody wait for a receipt."""


def _now_s() -> float:
    return time.monotonic()
