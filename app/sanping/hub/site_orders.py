"""Commands to lower sites: kept until the next site has them, done once where they are meant, and answered upwards."""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Annotated

import msgspec

from sanping.domain.case import Step
from sanping.domain.device import Identity
from sanping.domain.errors import FrameBroken, InputError, NotAllowed
from sanping.domain.label import HIGHEST, Label
from sanping.domain.site import SiteOrder
from sanping.domain.text import Text
from sanping.hub.case_wishes import CASE_STEP, converted
from sanping.hub.case_words import said_plainly
from sanping.hub.federation import Federation
from sanping.hub.given_up import given_up
from sanping.hub.site_host import Bell, SiteHost, SiteKeeper, kept_going, now_ms
from sanping.hub.site_streams import SITE_ANSWER
from sanping.hub.site_way import Going, SiteWay
from sanping.ports.site_book import Entry, Parked
from sanping.wire.federation import OrderAnswer, decoded, encoded, sender
from sanping.wire.messages import Command

SITE_ORDER = "site_order"
ORDER_STEPS: tuple[Step, ...] = ("dispatch", "reassign", "urge", "note")
KEPT_SHOWN = 200
NOT_BELOW = Text("“{site}”不是下级站点，无法下发；请重新选择", "{site} is no site below this one; choose another")
_NOT_SENT = Text(
    "“{step}”不能下发；可下发派遣、改派、督办和批注",
    "{step} is not sent down; dispatching, reassigning, urging and notes are",
)
STRANGER = Text("“{site}”不是本站的上级，命令未执行", "{site} is not above this site; its command was not done")
_log = logging.getLogger(__name__)

Name = Annotated[str, msgspec.Meta(max_length=200)]


class OrderAsked(msgspec.Struct, frozen=True, kw_only=True):
    """The arguments of `site.order`: a step for a case of a lower site, by the site and the case's id there."""

    site: Name
    case: Name
    step: Step
    department: Name = ""
    note: Annotated[str, msgspec.Meta(max_length=2_000)] = ""
    if_rev: int | None = None


class SiteOrders:
    """All orders by op: those that go on their way down, and those that are meant for this site.

    Whoever orders from above sees cases up to the label that `clearance` gives.
    """

    def __init__(
        self,
        plan: Federation,
        keeper: SiteKeeper,
        host: SiteHost,
        way: SiteWay,
        clearance: Callable[[], Label] = lambda: HIGHEST,
    ) -> None:
        self._clearance = clearance
        self.orders: dict[str, SiteOrder] = {}
        self.bell = Bell()
        self._plan, self._keeper, self._host = plan, keeper, host
        self._way, self._next_hop, self._parking = way, way.next_hop, way.parking
        self._working: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Take up what was not done in earlier lives. Raises `StoreFailed`."""
        self.orders = {order.op: order for order in await self._keeper.ask(lambda book: book.orders())}
        self._working = asyncio.create_task(kept_going(self._all, self.bell))

    async def stop(self) -> None:
        """Stop; what was not done is done in the next life."""
        await given_up(self._working)

    def shown(self) -> tuple[SiteOrder, ...]:
        """Return the newest orders to lower sites."""
        return tuple(order for order in self.orders.values() if order.site != self._plan.site)[-KEPT_SHOWN:]

    def waiting_for(self, site: str) -> int:
        """Return how many orders are kept here for a site."""
        mine = (order for order in self.orders.values() if order.site == site and order.state == "waiting")
        return sum(not self._parking.has(_parked(order, self._next_hop(site))) for order in mine)

    async def wished(self, command: Command, who: Identity) -> None:
        """Keep an order of ours for a lower site; it is safe on return. Raises `InputError` or `StoreFailed`."""
        asked = converted(command.arguments, OrderAsked)
        if asked.step not in ORDER_STEPS:
            raise InputError(_NOT_SENT.with_values(step=asked.step))
        if not self._next_hop(asked.site):
            raise InputError(NOT_BELOW.with_values(site=asked.site[:60]))
        by = who.user or who.name
        order = SiteOrder(
            op=command.op, site=asked.site, case=asked.case, step=asked.step, at_ms=now_ms(),
            by=f"{self._plan.title.zh or self._plan.site} {by}".strip(),
            department=asked.department, note=said_plainly(asked.note), if_rev=asked.if_rev, origin=self._plan.site,
        )  # fmt: skip
        if command.op not in self.orders:
            await self._put(order)
            self.bell.ring()

    async def answer(self, told: str, body: bytes) -> bytes:
        """Take an order from above. Raises `NotAllowed`, `FrameBroken` or `StoreFailed`; then it comes again."""
        by = sender(told)
        if by != self._plan.upper:
            raise NotAllowed(STRANGER.with_values(site=by))
        order = decoded(body, SiteOrder, by)
        if order.op not in self.orders:
            if order.site != self._plan.site and not self._next_hop(order.site):
                raise FrameBroken(NOT_BELOW.with_values(site=order.site))
            await self._put(msgspec.structs.replace(order, state="waiting"))
        elif self.orders[order.op].is_aside:  # somebody above lets it be sent again
            await self._parking.ask_for(_parked(order, self._next_hop(order.site)))
        self.bell.ring()
        return encoded(OrderAnswer(op=order.op))

    def answered(self, entries: Sequence[Entry]) -> None:
        """Take in how orders went, which came from below."""
        for entry in entries:
            known = self.orders.get(entry.about) if entry.kind == "answer" else None
            if known is None or known.state in ("done", "refused"):
                continue
            with contextlib.suppress(msgspec.MsgspecError):
                found = self._with_answer(known, entry.site, msgspec.json.decode(bytes(entry.body), type=SiteOrder))
                if found is None:
                    continue
                task = asyncio.ensure_future(self._put(found))
                task.add_done_callback(_looked_at)

    def _with_answer(self, known: SiteOrder, by: str, told: SiteOrder) -> SiteOrder | None:
        """Return an order after a site told how it went, None when that is not the site's to say.

        Only who was meant can do or refuse it; whoever lies the same way may say that it was refused further on.
        """
        by_whom = told.refused_by or by if told.why_zh else ""
        said = msgspec.structs.replace(known, why_zh=told.why_zh, why_en=told.why_en, refused_by=by_whom)
        if by == known.site:
            return msgspec.structs.replace(said, state=told.state)
        is_same_way = self._next_hop(known.site) in ("", self._next_hop(by))
        return msgspec.structs.replace(said, state="on_way") if told.is_aside and is_same_way else None

    async def again(self, site: str) -> int:
        """Send once more what was refused on its way to a site further on; return how much. Raises `StoreFailed`."""
        mine = [one for one in self.orders.values() if one.site == site and one.state == "on_way" and one.is_aside]
        for one in mine:
            await self._put(msgspec.structs.replace(one, state="waiting", why_zh="", why_en="", refused_by=""))
        self.bell.ring()
        return len(mine)

    def aside_for(self, site: str) -> int:
        """Return how many orders to a site were refused on their way there, beyond the next site."""
        return sum(one.site == site and one.state == "on_way" and one.is_aside for one in self.orders.values())

    async def _put(self, order: SiteOrder) -> None:
        await self._keeper.ask(lambda book: book.put_order(order))
        self.orders[order.op] = order
        if order.site != self._plan.site:
            self._host.log.append(SITE_ORDER, order)
            self._host.fanout.changed()

    async def _all(self) -> bool:
        """Do or send what waits, each site's orders in their order; False when something is left."""
        await self._again()
        return await self._way.gone(self._steps())

    def _steps(self) -> Iterator[tuple[str, Going]]:
        for order in [one for one in self.orders.values() if one.state == "waiting"]:
            hop = self._next_hop(order.site)
            if order.site == self._plan.site:
                yield "", partial(self._done, order)
            elif hop and not self._is_aside(order, hop):  # else nobody has told yet which way it lies
                yield hop, partial(self._sent, order, hop)

    async def _sent(self, order: SiteOrder, hop: str) -> bool:
        found = await self._way.told(_parked(order, hop), encoded(order))
        if isinstance(found, Parked):
            await self._put_aside(order, found)
            return True
        if found is None or found.op != order.op:
            return False
        if self.orders[order.op].state == "waiting":  # else its answer was faster
            await self._put(msgspec.structs.replace(order, state="on_way"))
        return True

    async def _put_aside(self, order: SiteOrder, one: Parked) -> None:
        """Put an order aside, and tell who gave it, if that was a site above; its reason stands with it."""
        by = self._plan.site if one.size else one.to
        found = msgspec.structs.replace(order, why_zh=one.why_zh, why_en=one.why_en, refused_by=by)
        if order.origin != self._plan.site:
            await self._tell_up(msgspec.structs.replace(found, state="on_way"))
        await self._parking.put(one)
        await self._put(found)

    async def _again(self) -> None:
        """Let what is due go its usual way again."""
        for lower in self._plan.lowers:
            for one in self._parking.due(lower):
                order = self.orders.get(one.epoch)
                if order is not None and order.state == "waiting":
                    await self._put(msgspec.structs.replace(order, why_zh="", why_en="", refused_by=""))
                await self._parking.drop(one)

    def _is_aside(self, order: SiteOrder, hop: str) -> bool:
        """Say whether an order, or an earlier one about the same case, is put aside."""
        return self._parking.holds(_parked(order, hop))

    def _from_above(self, upper: str, by: str) -> Identity:
        return Identity(device=upper, name=by, role="duty_officer", clearance=self._clearance())

    async def _done(self, order: SiteOrder) -> bool:
        """Do an order that is meant for this site, and say how it went; False while the cases are being read."""
        cases = self._host.cases
        if cases is not None and cases.is_reading:
            return False
        arguments = {"case": order.case, "step": order.step, "department": order.department, "note": order.note}
        command = Command(op=order.op, action=CASE_STEP, arguments={**arguments, "if_rev": order.if_rev})
        upper = f"site:{self._plan.upper}"
        ack = await self._host.wishes.done(command, upper, self._from_above(upper, order.by))
        found = msgspec.structs.replace(
            order, state="done" if ack.ok else "refused", why_zh=ack.error_zh, why_en=ack.error_en,
            refused_by="" if ack.ok else self._plan.site,
        )  # fmt: skip
        await self._tell_up(found)
        await self._put(found)
        return True

    async def _tell_up(self, found: SiteOrder) -> None:
        """Keep how an order went, as it goes up."""
        await self._host.events.keep_surely([(now_ms(), SITE_ANSWER, msgspec.json.encode(found))])


def _parked(order: SiteOrder, hop: str) -> Parked:
    return Parked(to=hop, stream="orders", epoch=order.op, n=0, thing=f"{order.case}@{order.site}", at_ms=now_ms())


def _looked_at(task: "asyncio.Future[None]") -> None:
    if not task.cancelled() and task.exception() is not None:
        _log.warning("an answer was not kept: %s", task.exception())
