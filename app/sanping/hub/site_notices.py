"""Notices to lower sites: kept until the next site has them, shown once where they are meant, confirmed upwards."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Annotated

import msgspec

from sanping.domain.alarm import AlarmColour
from sanping.domain.device import Identity
from sanping.domain.errors import InputError, NotAllowed
from sanping.domain.label import HIGHEST, LABEL_TITLES, Label, is_cleared
from sanping.domain.site import NoticeReceipt, ReceiptState, SiteNotice
from sanping.domain.text import Text
from sanping.hub.case_wishes import converted
from sanping.hub.case_words import said_plainly
from sanping.hub.federation import Federation
from sanping.hub.given_up import given_up
from sanping.hub.site_host import Bell, SiteHost, SiteKeeper, kept_going, now_ms
from sanping.hub.site_orders import NOT_BELOW, STRANGER
from sanping.hub.site_streams import SITE_RECEIPT
from sanping.hub.site_way import SiteWay
from sanping.ports.site_book import Entry, Parked
from sanping.twin.site_notices import LONGEST_MS, PUBLISHER, as_warning, ended, with_receipt
from sanping.wire.federation import NoticeDown, OrderAnswer, encoded, sender
from sanping.wire.messages import Command

SITE_NOTICE, SEND_NOTICE = "site_notice", "notice.send"
MOST_SITES = 500
MOST_SHOWN = 100
_NO_TITLE = Text("通知没有标题；请写明要做什么", "The notice has no title; say what is to be done")
_NO_SITES = Text("没有选择下级站点；请至少选一个", "No lower site was chosen; choose at least one")
_BAD_TIME = Text(
    "有效期不对：应在将来结束、晚于开始，且不超过 30 天；请改正",
    "It cannot hold for that time: the end must lie ahead, after the beginning and within 30 days; correct it",
)
_UNKNOWN = Text("没有通知“{notice}”；请刷新", "There is no notice {notice}; reload")
_NOT_OURS = Text("这条通知不是本站发的，只有发出的站点可以解除", "Only the site that gave a notice can end it")
_OVER = Text("这条通知已经结束", "This notice is over already")
_NOT_HERE = Text("这条通知不是发给本站的，不需要签收", "This notice is not for this site; nothing is to be confirmed")

_ABOVE = Text(
    "站点“{site}”的许可不到“{label}”，通知没有发去；请降低密级，或在设置 clearances 中写 site:{site}=级别",
    "The site {site} is not cleared for “{label}”, and is not told; choose a lower label, or write site:{site}=LABEL "
    "in the setting clearances",
)

Name = Annotated[str, msgspec.Meta(max_length=200)]


class NoticeAsked(msgspec.Struct, frozen=True, kw_only=True):
    """The arguments of `notice.send`; times are milliseconds since 1970 UTC, `from_ms` 0 means at once.

    `label` is up to whom it is told, there and here, None for that of notices in this twin.
    """

    sites: Annotated[tuple[Name, ...], msgspec.Meta(max_length=MOST_SITES)]
    title: Annotated[str, msgspec.Meta(max_length=100)]
    until_ms: int
    text: Annotated[str, msgspec.Meta(max_length=1_000)] = ""
    area: Annotated[str, msgspec.Meta(max_length=100)] = ""
    colour: AlarmColour = "blue"
    from_ms: int = 0
    is_exercise: bool = False
    label: Label | None = None


class NoticeNamed(msgspec.Struct, frozen=True, kw_only=True):
    """The arguments of `notice.end` and `notice.confirm`."""

    notice: Name


@dataclass(frozen=True, slots=True, kw_only=True)
class _Site:
    """The site above as one that publishes warnings."""

    name: str
    is_simulated: bool = False


class SiteNotices:
    """All notices by id, ours and those from above; `clearance_of` says up to which label a site is told."""

    def __init__(
        self,
        plan: Federation,
        keeper: SiteKeeper,
        host: SiteHost,
        way: SiteWay,
        clearance_of: Callable[[str], Label] = lambda _: HIGHEST,
    ) -> None:
        self.notices: dict[str, SiteNotice] = {}
        self.bell = Bell()
        self._plan, self._keeper, self._host = plan, keeper, host
        self._way, self._next_hop, self._parking = way, way.next_hop, way.parking
        self._clearance_of = clearance_of
        self._taking, self._changing = asyncio.Lock(), asyncio.Lock()
        self._working: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Take up what was given and what has come back in earlier lives. Raises `StoreFailed`."""
        known = await self._keeper.ask(lambda book: book.notices(now_ms() - LONGEST_MS))
        for notice in known:
            steps = await self._keeper.ask(
                lambda book, notice=notice: [
                    one for site in {*notice.sites, *self._plan.lowers} for one in book.steps(site, notice.id)
                ]  # type: ignore[misc]
            )
            self.notices[notice.id] = _with_receipts(notice, steps)
        self._working = asyncio.create_task(kept_going(self._all, self.bell))

    async def stop(self) -> None:
        """Stop; what was not sent is sent in the next life."""
        await given_up(self._working)

    def shown(self) -> tuple[SiteNotice, ...]:
        """Return the newest notices; what only ends another is told with that."""
        return tuple(one for one in self.notices.values() if not one.ends)[-MOST_SHOWN:]

    def waiting_for(self, site: str) -> int:
        """Return how many notices are kept here for a site, and not put aside."""
        hop = self._next_hop(site)
        return sum(
            site in one.sites and hop not in one.passed and not self._parking.has(_parked(one, hop))
            for one in self.notices.values()
        )

    async def send(self, command: Command, who: Identity) -> None:
        """Keep a notice of ours for lower sites; it is safe on return. Raises `InputError` or `StoreFailed`."""
        asked = converted(command.arguments, NoticeAsked)
        label = self._host.sight.of_notice(asked.label)
        self._check(asked, label)
        now = now_ms()
        notice = self._made(command.op, who, asked.sites, asked.until_ms)
        notice = msgspec.structs.replace(
            notice, title=said_plainly(asked.title.strip()), text=said_plainly(asked.text.strip()),
            area=asked.area.strip(), colour=asked.colour, from_ms=asked.from_ms or now, is_exercise=asked.is_exercise,
            label=label,
        )  # fmt: skip
        await self._give(notice)

    async def end(self, command: Command, who: Identity) -> None:
        """Put an end to a notice of ours, at all sites it went to. Raises as `send`."""
        known = self._named(command)
        if known.site != self._plan.site:
            raise InputError(_NOT_OURS)
        if not known.is_fresh(now_ms()):
            raise InputError(_OVER)
        end = self._made(command.op, who, known.sites, known.until_ms)
        same = {name: getattr(known, name) for name in ("title", "area", "colour", "from_ms", "is_exercise", "label")}
        await self._give(msgspec.structs.replace(end, ends=known.id, **same))

    async def confirm(self, command: Command, who: Identity) -> None:
        """Confirm a notice for this site, once; the sites above hear who did. Raises as `send`."""
        known = self._named(command)
        if known.here is None:
            raise InputError(_NOT_HERE)
        if known.here.state == "received":
            here = self._receipt(known, "confirmed", who.user or who.name)
            await self._host.events.keep([(here.at_ms, SITE_RECEIPT, msgspec.json.encode(here))])
            await self._change(known.id, here=here)

    async def answer(self, told: str, notice: SiteNotice) -> bytes:
        """Take a notice from above, once by (site, epoch, seq). Raises `NotAllowed` or `StoreFailed`."""
        by = sender(told)
        if by != self._plan.upper or notice.site == self._plan.site:
            raise NotAllowed(STRANGER.with_values(site=by))
        async with self._taking:
            if all(_name(one) != _name(notice) for one in self.notices.values()):
                await self._take(notice)
            else:  # somebody above may have let it be sent again
                for hop in dict.fromkeys(map(self._next_hop, notice.sites)):
                    await self._parking.ask_for(_parked(notice, hop))
        self.bell.ring()
        return encoded(OrderAnswer(op=notice.id))

    async def again(self, site: str) -> int:
        """Send once more what was refused on its way to a site further on; return how much. Raises `StoreFailed`."""
        hop = self._next_hop(site)
        mine = [one for one in self.notices.values() if _is_refused(one, site) and hop in one.passed]
        for one in mine:
            await self._change(one.id, passed=tuple(passed for passed in one.passed if passed != hop))
        self.bell.ring()
        return len(mine)

    def aside_for(self, site: str) -> int:
        """Return how many notices to a site were refused on their way there, beyond the next site."""
        return sum(_is_refused(one, site) and self._next_hop(site) in one.passed for one in self.notices.values())

    def receipted(self, entries: Sequence[Entry]) -> None:
        """Take in who has received and confirmed notices, which came from below and is safe there."""
        for entry in entries:
            known = self.notices.get(entry.about) if entry.kind == "receipt" else None
            if known is not None:
                self._show(_with_receipts(known, [entry]))

    async def _take(self, notice: SiteNotice) -> None:
        """Show a notice if it is for this site, say so upwards, and keep it last: until then it comes again."""
        kept, here = msgspec.structs.replace(_bare(notice), over_ms=0), None
        if self._plan.site in notice.sites:
            warning = as_warning(notice, now_ms())
            await self._host.published(_Site(name=f"{PUBLISHER}{notice.site}"), Counter(), [warning])
            if not notice.ends:
                here = self._receipt(notice, "received")
                await self._host.events.keep_surely([(here.at_ms, SITE_RECEIPT, msgspec.json.encode(here))])
        await self._keep(msgspec.structs.replace(kept, here=here))

    async def _give(self, notice: SiteNotice) -> None:
        """Keep a notice of ours, the same wish once."""
        if all(one.op != notice.op for one in self.notices.values()):
            await self._keep(notice)
            self.bell.ring()

    async def _keep(self, notice: SiteNotice) -> None:
        await self._put(notice)
        over = ended(self.notices.values(), notice) if notice.ends else None
        if over is not None:
            await self._change(over.id, over_ms=over.over_ms)

    async def _change(self, id: str, **told: object) -> None:
        """Change one notice after another, so that none changes what it did not mean to."""
        async with self._changing:
            await self._put(msgspec.structs.replace(self.notices[id], **told))

    async def _put(self, notice: SiteNotice) -> None:
        """Keep a notice as it stands now; receipts that came while it was written stay."""
        await self._keeper.ask(lambda book: book.put_notice(notice))
        known = self.notices.get(notice.id, notice)
        self._show(msgspec.structs.replace(notice, receipts=known.receipts))

    def _show(self, notice: SiteNotice) -> None:
        self.notices[notice.id] = notice
        if not notice.ends:
            self._host.log.append(SITE_NOTICE, notice)
            self._host.fanout.changed()

    def _is_above(self, site: str, notice: SiteNotice) -> bool:
        """Say whether a lower site may not be told a notice; where one has been told, its end is told too."""
        over = self.notices.get(notice.ends)
        is_known = over is not None and self._next_hop(site) in over.passed
        return not is_known and not is_cleared(self._clearance_of(site), notice.label)

    def _check(self, asked: NoticeAsked, label: Label) -> None:
        if not asked.title.strip():
            raise InputError(_NO_TITLE)
        if not asked.sites:
            raise InputError(_NO_SITES)
        for site in asked.sites:
            if not self._next_hop(site):
                raise InputError(NOT_BELOW.with_values(site=site[:60]))
            if not is_cleared(self._clearance_of(site), label):
                raise InputError(_above(site, label))
        now = now_ms()
        if not max(now, asked.from_ms) < asked.until_ms <= now + LONGEST_MS:
            raise InputError(_BAD_TIME)

    def _made(self, op: str, who: Identity, sites: tuple[str, ...], until_ms: int) -> SiteNotice:
        """Return a notice of ours with the next number."""
        epoch = self._plan.book.epoch
        seq = 1 + max((one.seq for one in self.notices.values() if one.epoch == epoch), default=0)
        title = self._plan.title
        return SiteNotice(
            id=f"{self._plan.site}-{epoch[:8]}-{seq}", site=self._plan.site, epoch=epoch, seq=seq, op=op,
            by=who.user or who.name, at_ms=now_ms(), title="", until_ms=until_ms, sites=tuple(dict.fromkeys(sites)),
            site_zh=title.zh or self._plan.site, site_en=title.en or title.zh or self._plan.site,
        )  # fmt: skip

    def _named(self, command: Command) -> SiteNotice:
        name = converted(command.arguments, NoticeNamed).notice
        known = self.notices.get(name)
        if known is None or known.ends:
            raise InputError(_UNKNOWN.with_values(notice=name[:60]))
        return known

    def _receipt(self, notice: SiteNotice, state: ReceiptState, by: str = "") -> NoticeReceipt:
        return NoticeReceipt(notice=notice.id, site=self._plan.site, state=state, at_ms=now_ms(), by=by)

    async def _all(self) -> bool:
        """Send what waits to each next site, in order; False when something is left."""
        return await self._way.gone(
            (hop, partial(self._sent, id, hop)) for id in tuple(self.notices) for hop in self._hops(self.notices[id])
        )

    def _hops(self, notice: SiteNotice) -> list[str]:
        """Return the next sites that have yet to take a notice."""
        hops = dict.fromkeys(self._next_hop(site) for site in notice.sites)
        return [hop for hop in hops if hop and hop not in notice.passed and not self._parking.has(_parked(notice, hop))]

    async def _sent(self, id: str, hop: str) -> bool:
        notice = self.notices[id]
        low = next((to for to in (hop, *notice.sites) if self._next_hop(to) == hop and self._is_above(to, notice)), "")
        if low:
            why = _above(low, notice.label)
            await self._put_aside(notice, msgspec.structs.replace(_parked(notice, hop), why_zh=why.zh, why_en=why.en))
            return True
        found = await self._way.told(_parked(notice, hop), encoded(NoticeDown(notice=_bare(notice))))
        if isinstance(found, Parked):
            await self._put_aside(notice, found)
        if not isinstance(found, OrderAnswer):
            return found is not None
        known = self.notices[id]
        back = [one for one in known.receipts if one.state != "refused" or self._next_hop(one.site) != hop]
        self._show(msgspec.structs.replace(known, receipts=tuple(back)))
        await self._change(id, passed=(*known.passed, hop))
        return True

    async def _put_aside(self, notice: SiteNotice, one: Parked) -> None:
        """Put a notice aside, and tell who gave it, here or above, which sites it does not reach."""
        for site in notice.sites:
            if self._next_hop(site) == one.to:
                refused = NoticeReceipt(
                    notice=notice.id,
                    site=site,
                    state="refused",
                    at_ms=now_ms(),
                    why_zh=one.why_zh,
                    why_en=one.why_en,
                )
                if not notice.op:
                    await self._host.events.keep_surely([(now_ms(), SITE_RECEIPT, msgspec.json.encode(refused))])
                self._show(with_receipt(self.notices[notice.id], refused))
        await self._parking.put(one)


def _above(site: str, label: Label) -> Text:
    return _ABOVE.with_values(site=site, label=LABEL_TITLES[label])


def _is_refused(notice: SiteNotice, site: str) -> bool:
    receipt = notice.receipt_of(site)
    return receipt is not None and receipt.state == "refused"


def _bare(notice: SiteNotice) -> SiteNotice:
    """Return a notice as it goes to other sites: without what only this one knows."""
    return msgspec.structs.replace(notice, op="", passed=(), receipts=(), here=None)


def _name(notice: SiteNotice) -> tuple[str, str, int]:
    return notice.site, notice.epoch, notice.seq


def _with_receipts(notice: SiteNotice, entries: Sequence[Entry]) -> SiteNotice:
    """Return a notice after what came from below about it; each site speaks for itself, but when it is not reached."""
    for entry in entries:
        with contextlib.suppress(msgspec.MsgspecError):
            receipt = msgspec.json.decode(bytes(entry.body), type=NoticeReceipt)
            if entry.kind == "receipt" and (receipt.site == entry.site or receipt.state == "refused"):
                notice = with_receipt(notice, receipt)
    return notice


def _parked(notice: SiteNotice, hop: str) -> Parked:
    return Parked(to=hop, stream="orders", epoch=notice.id, n=0, thing=notice.id, at_ms=now_ms())
