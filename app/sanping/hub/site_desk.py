"""The federation of one hub: what goes up, what comes from below, orders, joint sessions, and who is linked."""

import asyncio
import itertools
import logging
from functools import partial
from typing import Annotated

import msgspec

from sanping.domain.device import Identity
from sanping.domain.errors import FrameBroken, InputError, StepRefused
from sanping.domain.label import is_cleared
from sanping.domain.site import Joint, SiteStatus
from sanping.domain.text import Text
from sanping.hub import plan as plans
from sanping.hub.case_wishes import converted
from sanping.hub.federation import Federation
from sanping.hub.given_up import given_up
from sanping.hub.joint_desk import JointGuest, JointLead
from sanping.hub.pieces import joined, tell
from sanping.hub.site_down import Metres, SiteDown
from sanping.hub.site_host import SiteHost, SiteKeeper
from sanping.hub.site_notices import SEND_NOTICE, SiteNotices
from sanping.hub.site_orders import SiteOrders
from sanping.hub.site_parked import Parking, refusing
from sanping.hub.site_pulse import SitePulse
from sanping.hub.site_streams import AlarmPlaces, BelowStream, CaseStream, EventStream, Outgoing
from sanping.hub.site_up import SiteUp
from sanping.hub.site_way import SiteWay
from sanping.ports.site_book import Entry
from sanping.wire.federation import JOINT, LETTER, ORDER, PULSE, JointFrame, Pulse, decoded, notice_in, sender, subject
from sanping.wire.messages import Command, Snapshot
from sanping.wire.show import Shown
from sanping.wire.sight import label_of

NOTICE_ACTIONS = (SEND_NOTICE, "notice.end", "notice.confirm")
SITE_ACTIONS = (*NOTICE_ACTIONS, "site.order", "site.again", "joint.open", "joint.close", "joint.leave", "joint.join")
PULSE_S = 1.0
LOOKS_A_PULSE = 4
MOST_SITES = 500
ALONE = Text(
    "本站没有接入上下级联动；请先设置站点编号和消息服务器",
    "This site belongs to no federation; set its id and its message server first",
)
_LED_FROM_ABOVE = Text(
    "上级“{site}”正在会商；请等会商结束后再发起", "{site} above holds a joint session; open yours when it is over"
)
_NOTHING_ASIDE = Text("没有为“{site}”搁置的信件", "Nothing is put aside for {site}; look which site it is")
_log = logging.getLogger(__name__)


class JointAsked(msgspec.Struct, frozen=True, kw_only=True):
    """The arguments of `joint.open`."""

    sites: Annotated[tuple[str, ...], msgspec.Meta(max_length=MOST_SITES)]
    title: Annotated[str, msgspec.Meta(max_length=200)] = ""


class AgainAsked(msgspec.Struct, frozen=True, kw_only=True):
    """The arguments of `site.again`: the neighbour for which letters were put aside."""

    site: Annotated[str, msgspec.Meta(max_length=200)]


class SiteDesk:
    """One hub's place among sites. `twin` is what it runs."""

    def __init__(self, plan: Federation, host: SiteHost, twin: plans.HubPlan) -> None:
        crs = twin.place.crs
        self._plan, self._host = plan, host
        self._keeper = SiteKeeper(plan.book)
        self._said: set[asyncio.Task[None]] = set()
        self.down = SiteDown(plan, self._keeper, host, _metres_in(crs))
        places = AlarmPlaces(twin.live.stations, crs, lambda alarm: label_of(host.sight.labelled(alarm)))
        streams: list[Outgoing] = [EventStream(plan.site, host.events, places), BelowStream(self._keeper)]
        if host.cases is not None:
            streams.insert(0, CaseStream(plan.site, host.cases, host.events))
        self.parking = Parking(self._keeper, self._version_of, lambda site: plan.to(site).most_bytes)
        clearance = self._upper_clearance = partial(twin.clearances.of_site, plan.upper)
        self.up = SiteUp(plan, self._keeper, streams, self.parking, self._is_above)
        self.lead = JointLead(plan, host, crs, self._say, twin.clearances.of_site)
        self.guest = JointGuest(plan, host, crs, self._say, twin.clearances.of_site)
        self.pulse = SitePulse(plan, host, self._kept, self._guested, clearance)
        way = SiteWay(plan, self.next_hop, self.parking)
        self.orders = SiteOrders(plan, self._keeper, host, way, clearance)
        self.notices = SiteNotices(plan, self._keeper, host, way, twin.clearances.of_site)
        self._beating: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Take up where the last life ended, and begin to speak. Raises `StoreFailed`."""
        await self.parking.start()
        await self.down.start()
        self.down.on_new += [self.orders.answered, self.notices.receipted, lambda _: self.up.bell.ring()]
        bus, up, site, upper = self._plan.bus, self._plan.up, self._plan.site, self._plan.upper
        for lower in self._plan.lowers:
            await bus.answer(subject(LETTER, site, lower), refusing(self.down.answer))
            await bus.subscribe(subject(PULSE, site, lower), self._heard_pulse)
        if upper:
            await up.answer(subject(ORDER, site, upper), refusing(self._asked_from_above))
            await up.subscribe(subject(PULSE, site, upper), self._heard_pulse)
            await up.subscribe(subject(JOINT, site, upper), joined(self._heard_joint))
        for one in {bus, up}:
            await one.start()
        await self.orders.start()
        await self.notices.start()
        if upper:
            await self.up.start()
        if self._host.cases is not None:
            self._host.cases.on_taken.append(lambda _: self.up.bell.ring())
        self._beating = asyncio.create_task(self._beat())

    async def stop(self) -> None:
        """Say nothing any more; what waits is sent in the next life."""
        await given_up(self._beating)
        self.guest.stop()
        await self.orders.stop()
        await self.notices.stop()
        await self.up.stop()
        for task in tuple(self._said):
            task.cancel()
        for one in {self._plan.bus, self._plan.up}:
            await one.close()
        await self._keeper.close()

    def _guested(self) -> Joint:
        return self.guest.joint if self.guest.is_asked else Joint()

    def _is_above(self, entry: Entry) -> bool:
        """Say whether the site above may not know of something."""
        return not is_cleared(self._upper_clearance(), self._host.sight.entry(entry))

    @property
    def site(self) -> str:
        """The id of this site."""
        return self._plan.site

    def next_hop(self, site: str) -> str:
        """Return the direct lower site through which a lower site is reached, "" for one that is not known."""
        if site in self._plan.lowers:
            return site
        return self.pulse.via.get(site) or self.down.via.get(site, "")

    def shown(self, shown: Shown) -> None:
        """Take other sites along to what the main room shows."""
        self.lead.shown(shown)

    def joint(self) -> Joint:
        """Return the session that this site leads, else that in which it is led."""
        return self.lead.joint if self.lead.joint.session else self.guest.joint

    def statuses(self) -> tuple[SiteStatus, ...]:
        """Return how all other sites are."""
        return tuple(self.pulse.statuses.values())

    async def steps(self, site: str, case: str) -> list[Entry]:
        """Return the steps of a case of a lower site, the oldest first. Raises `StoreFailed`."""
        return list(await self._keeper.ask(lambda book: book.steps(site, case)))

    def told_in(self, snapshot: Snapshot) -> Snapshot:
        """Return a snapshot of the log plane with what is known of other sites."""
        return msgspec.structs.replace(
            snapshot,
            sites=self.statuses(),
            site_cases=self.down.shown_cases(),
            site_alarms=self.down.shown_alarms(),
            site_orders=self.orders.shown(),
            site_notices=self.notices.shown(),
            joint=self.joint(),
        )

    async def done(self, command: Command, who: Identity) -> None:
        """Do a command of `SITE_ACTIONS`. Raises `InputError` or `StoreFailed`."""
        match command.action:
            case "site.order":
                await self.orders.wished(command, who)
            case "notice.send":
                await self.notices.send(command, who)
            case "notice.end":
                await self.notices.end(command, who)
            case "notice.confirm":
                await self.notices.confirm(command, who)
                self.up.bell.ring()
            case "site.again":
                await self._again(converted(command.arguments, AgainAsked).site)
            case "joint.open":
                asked = converted(command.arguments, JointAsked)
                if self.guest.joint.session:
                    raise StepRefused(_LED_FROM_ABOVE.with_values(site=self.guest.joint.leader))
                self.lead.open(asked.sites, asked.title or self._plan.title.zh, self.next_hop)
            case "joint.close":
                self.lead.close()
            case "joint.leave":
                self.guest.leave()
            case _:
                self.guest.join()

    def _kept(self, site: str) -> tuple[int, int]:
        down = self.orders.waiting_for(site) + self.notices.waiting_for(site)
        waiting = self.up.waiting if site == self._plan.upper else down
        return waiting, self.parking.count(site) + self.orders.aside_for(site) + self.notices.aside_for(site)

    def _version_of(self, site: str) -> str:
        known = self.pulse.statuses.get(site)
        return "" if known is None else known.version

    async def _again(self, site: str) -> None:
        if not await self.parking.ask_again(site) + await self.orders.again(site) + await self.notices.again(site):
            raise InputError(_NOTHING_ASIDE.with_values(site=site[:60]))
        for bell in (self.up.bell, self.orders.bell, self.notices.bell):
            bell.ring()

    async def _asked_from_above(self, told: str, body: bytes) -> bytes:
        """Answer an order or a notice. Raises what they do."""
        notice = notice_in(body)
        if notice is None:
            return await self.orders.answer(told, body)
        answer = await self.notices.answer(told, notice)
        self.up.bell.ring()
        return answer

    def _heard_pulse(self, told: str, body: bytes) -> None:
        try:
            pulse = decoded(body, Pulse, sender(told))
        except FrameBroken as error:
            _log.warning("%s", error.in_language("en"))
            return
        if self.pulse.heard(sender(told), pulse):
            for bell in (self.up.bell, self.orders.bell, self.notices.bell):
                bell.ring()

    def _heard_joint(self, told: str, body: bytes) -> None:
        try:
            frame = decoded(body, JointFrame, sender(told))
        except FrameBroken as error:
            _log.warning("%s", error.in_language("en"))
            return
        if frame.joint.session and self.lead.joint.session:
            self.lead.close()  # who is higher leads
        self.guest.heard(frame)

    def _say(self, about: str, body: bytes) -> None:
        """Say something on the bus; nobody waits for it."""
        task = asyncio.ensure_future(tell(self._plan.to(about.split(".")[-2]), about, body))
        self._said.add(task)
        task.add_done_callback(self._said.discard)

    async def _beat(self) -> None:
        for number in itertools.count():
            try:
                self.guest.time_passed()
                self.pulse.time_passed()
                if number % LOOKS_A_PULSE == 0:
                    self._speak()
            except Exception:
                _log.exception("pulse")
            await asyncio.sleep(PULSE_S / LOOKS_A_PULSE)

    def _speak(self) -> None:
        for to, body in self.pulse.pulses():
            self._say(to, body)
        if self._plan.lowers:
            self.lead.pulse()


def _metres_in(crs: str) -> Metres:
    """Return what places longitudes and latitudes in a CRS; asked for when the first case comes: it loads slowly."""

    def metres_of(lon_deg: float, lat_deg: float) -> tuple[float | None, float | None]:
        return plans.metres_of(crs, lon_deg, lat_deg)

    return metres_of


def site_of(desk: SiteDesk | None) -> SiteDesk:
    """Return the federation of a hub. Raises `InputError` for one that has none."""
    if desk is None:
        raise InputError(ALONE)
    return desk
