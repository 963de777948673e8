"""Who is linked: a sign of life once a second each way, with the figures of the sites below; silence is told."""

from collections import Counter
from collections.abc import Callable, Iterator

import msgspec

from sanping import __version__
from sanping.domain.label import HIGHEST, Label
from sanping.domain.site import NEVER, Joint, SiteFigures, SiteStatus
from sanping.hub.federation import Federation
from sanping.hub.site_host import SiteHost, now_ms, steady_ms
from sanping.twin.federation import is_heard
from sanping.wire.federation import PULSE, Pulse, Report, encoded, subject
from sanping.wire.sight import is_seen

SITE = "site"
BAD_STATES = frozenset({"degraded", "retrying", "auth_failed"})
OVER = frozenset({"closed", "returned"})
Kept = tuple[int, int]
"""How many letters wait for a site, and how many are put aside."""


class SitePulse:
    """All other sites as they were heard; `kept(site)` says how much waits or is put aside here for one."""

    def __init__(
        self,
        plan: Federation,
        host: SiteHost,
        kept: Callable[[str], Kept],
        joint: Callable[[], Joint],
        clearance: Callable[[], Label] = lambda: HIGHEST,
    ) -> None:
        self._clearance = clearance
        self.statuses: dict[str, SiteStatus] = {}
        self.via: dict[str, str] = {}
        self._plan, self._host, self._kept, self._joint = plan, host, kept, joint
        self._heard_ms: dict[str, int] = {}
        if plan.upper:
            self.statuses[plan.upper] = SiteStatus(id=plan.upper, way="upper")
        for lower in plan.lowers:
            self.statuses[lower] = SiteStatus(id=lower, way="lower")

    def heard(self, by: str, pulse: Pulse) -> bool:
        """Take in what a neighbour says of itself and those behind it; True when it was away."""
        if pulse.via != by or by not in (self._plan.upper, *self._plan.lowers):
            return False
        was_away = not self.statuses[by].is_linked
        for report in pulse.reports:
            if report.site == self._plan.site or (report.site != by and by == self._plan.upper):
                continue
            if report.site != by:
                self.via[report.site] = by
            steady = steady_ms() - max(0, report.age_ms)
            self._heard_ms[report.site] = max(steady, self._heard_ms.get(report.site, NEVER))
            self._put(self._status(by, report))
        return was_away

    def time_passed(self) -> None:
        """Notice who is silent."""
        for status in tuple(self.statuses.values()):
            waiting, parked = self._kept(status.id)
            is_linked = self._is_heard(status.id) and status.is_linked
            self._put(msgspec.structs.replace(status, is_linked=is_linked, waiting=waiting, parked=parked))

    def pulses(self) -> Iterator[tuple[str, bytes]]:
        """Yield what to say to whom."""
        title = self._plan.title
        own = Report(site=self._plan.site, title_zh=title.zh, title_en=title.en, version=__version__)
        if self._plan.upper:
            joint = self._joint()
            mine = msgspec.structs.replace(
                own, figures=self.figures(), joint=joint.state if joint.session else None,
                parked=self._kept(self._plan.upper)[1],
            )  # fmt: skip
            below = tuple(self._report(one) for one in self.statuses.values() if one.way == "lower")
            to = subject(PULSE, self._plan.upper, self._plan.site)
            for body in self._fitting((mine, *below)):
                yield to, body
        for lower in self._plan.lowers:
            told = msgspec.structs.replace(own, parked=self._kept(lower)[1])
            yield subject(PULSE, lower, self._plan.site), encoded(Pulse(via=self._plan.site, reports=(told,)))

    def _fitting(self, reports: tuple[Report, ...]) -> Iterator[bytes]:
        """Yield what says these reports, in as many messages as the bus wants."""
        body = encoded(Pulse(via=self._plan.site, reports=reports))
        if len(reports) > 1 and 0 < self._plan.up.most_bytes < len(body):
            middle = len(reports) // 2
            yield from self._fitting(reports[:middle])
            yield from self._fitting(reports[middle:])
        else:
            yield body

    def figures(self) -> SiteFigures:
        """Return this site in figures, as of now, as far as the site above may know."""
        host = self._host
        active = [alarm for alarm in host.alarms.book.values() if alarm.state not in OVER]
        seen = [alarm for alarm in active if is_seen(host.sight.labelled(alarm), self._clearance())]
        alarms: Counter[str] = Counter(alarm.colour for alarm in seen)
        sources = host.sources()
        counts = None if host.cases is None else host.cases.counting.up_to(self._clearance())
        found = SiteFigures(
            at_ms=now_ms(), alarms=dict(alarms), sources=len(sources), screens=len(host.fanout),
            sources_bad=sum(one.state in BAD_STATES for one in sources),
        )  # fmt: skip
        if counts is None:
            return found
        return msgspec.structs.replace(
            found, open_cases=sum(counts.open_by_stage.values()), overdue=counts.overdue,
            reported_today=counts.reported_today, closed_today=counts.closed_today, is_simulated=counts.is_simulated,
        )  # fmt: skip

    def _report(self, status: SiteStatus) -> Report:
        age_ms = steady_ms() - self._heard_ms.get(status.id, steady_ms())
        return Report(
            site=status.id, title_zh=status.title_zh, title_en=status.title_en, age_ms=age_ms,
            is_linked=status.is_linked, figures=status.figures, joint=status.joint, version=status.version,
        )  # fmt: skip

    def _status(self, by: str, report: Report) -> SiteStatus:
        heard = self._heard_ms[report.site]
        waiting, parked = self._kept(report.site)
        return SiteStatus(
            id=report.site, way="upper" if by == self._plan.upper else "lower", via="" if report.site == by else by,
            title_zh=report.title_zh, title_en=report.title_en, figures=report.figures, joint=report.joint,
            is_linked=report.is_linked and self._is_heard(report.site), heard_ms=now_ms() - (steady_ms() - heard),
            waiting=waiting, parked=parked, parked_there=report.parked, version=report.version,
        )  # fmt: skip

    def _is_heard(self, site: str) -> bool:
        return is_heard(self._heard_ms.get(site, NEVER), steady_ms())

    def _put(self, status: SiteStatus) -> None:
        """Keep how a site is, and tell the screens unless only time went by."""
        known = self.statuses.get(status.id)
        self.statuses[status.id] = status
        if known is None or _apart_from_time(known) != _apart_from_time(status):
            self._host.log.append(SITE, status)
            self._host.fanout.changed()


def _apart_from_time(status: SiteStatus) -> SiteStatus:
    figures = None if status.figures is None else msgspec.structs.replace(status.figures, at_ms=0)
    return msgspec.structs.replace(status, heard_ms=0, figures=figures)
