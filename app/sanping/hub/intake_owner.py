"""The owner of the books towards the intake hubs of its site: takes each parcel once, and knows their sources."""

import asyncio
import contextlib
from collections import Counter

import msgspec

from sanping.domain.errors import InputError
from sanping.domain.site import HubLine
from sanping.domain.source_status import SourceStatus
from sanping.domain.text import Text
from sanping.hub.child_messages import Begin
from sanping.hub.core import Hub
from sanping.hub.long_questions import LongAnswers
from sanping.hub.site_host import now_ms, steady_ms
from sanping.hub.source_runner import SourcePlan
from sanping.ports.bus import Bus
from sanping.wire.intake_parcels import INTAKE, Handed, Parcel, Receipt, Why, packed, unpacked
from sanping.wire.same_site import subject

SILENT_MS = 3_000
LOOK_S = 0.5
_AWAY = Text(
    "接入中枢“{hub}”没有应答；数据留在设备上，恢复后自动补交",
    "The intake hub {hub} does not answer; devices keep their data until it is back",
)
_NOT_YOURS = Text(
    "数据源“{source}”不归接入中枢“{hub}”；请让各中枢的 twin.toml 一致",
    "The source {source} is not one of the intake hub {hub}; give all hubs the same twin.toml",
)


class IntakeOwner:
    """Takes what intake hubs hand over, into `hub`."""

    def __init__(self, hub: Hub, site: str, bus: Bus) -> None:
        self._hub, self._site, self._bus = hub, site, bus
        self._plans = {
            (entry.hub, entry.name): SourcePlan(
                name=entry.name, adapter=entry.adapter, is_simulated=entry.is_simulated,
                begin=Begin(role="source", source=entry.name, target="", settings={}),
            )
            for entry in hub.book.entries
            if entry.hub
        }  # fmt: skip
        self._counts: dict[str, Counter[str]] = {name: Counter() for _, name in self._plans}
        self._receipts: dict[str, Receipt] = {}
        self._taking: dict[tuple[str, str, int], asyncio.Task[Receipt]] = {}
        self._heard_ms: dict[str, int] = {}
        self._since_ms: dict[str, int] = {}
        self._looking: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to take."""
        await self._bus.answer(subject(INTAKE, self._site), LongAnswers(self._bus, self._answer).answer)
        self._looking = asyncio.create_task(self._look())

    async def stop(self) -> None:
        """Take no more; what has no receipt is handed over again."""
        for task in (*self._taking.values(), *((self._looking,) if self._looking else ())):
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError, Exception):
                await task

    def lines(self) -> tuple[HubLine, ...]:
        """Return the intake hubs that are there."""
        return tuple(
            HubLine(name=name, part="intake", since_ms=self._since_ms[name])
            for name in self._heard_ms
            if self._is_heard(name)
        )

    async def _answer(self, body: bytes) -> bytes:
        parcel = unpacked(body, Parcel)
        self._heard(parcel)
        if not parcel.handed:
            return packed(Receipt(epoch=parcel.epoch, seq=parcel.seq))
        known = self._receipts.get(parcel.hub)
        if known is not None and (known.epoch, known.seq) == (parcel.epoch, parcel.seq):
            return packed(known)
        key = parcel.hub, parcel.epoch, parcel.seq
        task = self._taking.get(key)
        if task is None:  # a parcel that comes again while it is taken waits for the same receipt
            task = self._taking[key] = asyncio.create_task(self._take(parcel))
            task.add_done_callback(lambda _: self._taking.pop(key, None))
        return packed(await asyncio.shield(task))

    async def _take(self, parcel: Parcel) -> Receipt:
        """Commit all of a parcel. Raises `InputError` or `StoreFailed`, and then it comes again."""
        await self._hub.room()
        taken = [self._handed(parcel.hub, handed) for handed in parcel.handed]
        receipt = Receipt(epoch=parcel.epoch, seq=parcel.seq, whys=tuple(await asyncio.gather(*taken)))
        self._receipts[parcel.hub] = receipt
        return receipt

    async def _handed(self, hub: str, handed: Handed) -> Why:
        plan = self._plans.get((hub, handed.source))
        if plan is None:
            raise InputError(_NOT_YOURS.with_values(source=handed.source[:80], hub=hub[:80]))
        counts, why = self._counts[plan.name], None
        if handed.observations:
            committed = asyncio.Event()
            self._hub.delivered(plan, counts, handed.observations, committed.set)
            await committed.wait()
        if handed.notices:
            await self._hub.published(plan, counts, handed.notices)
        if handed.calls:
            why = await self._hub.filed(plan, counts, handed.calls)
        if handed.positions:
            self._hub.tracked(plan, counts, handed.positions)
        return Why() if why is None else Why(zh=why.zh, en=why.en)

    def _heard(self, parcel: Parcel) -> None:
        if not self._is_heard(parcel.hub):
            self._since_ms[parcel.hub] = now_ms()
        self._heard_ms[parcel.hub] = steady_ms()
        for status in parcel.statuses:
            if (parcel.hub, status.name) in self._plans:
                counts = dict(Counter(status.counts) + self._counts[status.name])
                self._tell(msgspec.structs.replace(status, counts=counts))

    def _tell(self, status: SourceStatus) -> None:
        if self._hub.supervisor.heard_elsewhere(status):
            self._hub.status_changed(status)

    def _is_heard(self, hub: str) -> bool:
        return steady_ms() - self._heard_ms.get(hub, -SILENT_MS) <= SILENT_MS

    async def _look(self) -> None:
        """Say of the sources of a silent hub that it is silent."""
        while True:
            await asyncio.sleep(LOOK_S)
            for status in self._hub.supervisor.elsewhere():
                hub = next((hub for hub, name in self._plans if name == status.name), "")
                if hub and not self._is_heard(hub):
                    why = _AWAY.with_values(hub=hub)
                    self._tell(msgspec.structs.replace(status, state="retrying", why_zh=why.zh, why_en=why.en))
