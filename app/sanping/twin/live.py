"""What a screen knows of the living city, as one frozen value: the latest readings, alarms, warnings and sources."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from types import MappingProxyType
from typing import Literal

from sanping.domain.alarm import Alarm
from sanping.domain.ballot import Ballot
from sanping.domain.case_line import CaseCounts, CaseLine
from sanping.domain.device import Device
from sanping.domain.label import HIGHEST, Label
from sanping.domain.major_event import MajorEvent, PostReport
from sanping.domain.notice import Notice
from sanping.domain.observation import Observation
from sanping.domain.report import Report
from sanping.domain.response import Response
from sanping.domain.site import Joint, SiteAlarm, SiteCase, SiteNotice, SiteOrder, SiteStatus
from sanping.domain.source_status import SourceStatus
from sanping.domain.station import Station
from sanping.twin.fleet import Fleet

Freshness = Literal["fresh", "stale", "none"]
LATE_AFTER_INTERVALS = 2
_STATISTIC_RANK = MappingProxyType({"instant": 0, "avg": 1, "total": 2, "min": 3, "max": 4})


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveState:
    """The city as last heard of.

    `readings` holds the latest observation of each station by quantity ("instant" and means alike: the newest wins; of
    those of the same moment an instant goes before a mean, a mean before extremes, a short interval before a long one);
    `notices` holds public warnings by `Notice.key`, of which `twin.notices.in_force` picks those that hold now;
    `devices` holds those that changed since the link was made, by id (REST has all);
    `cases` holds the open ones by id and those that ended since (REST has all), `case_counts` None without governance;
    `responses` holds the joint responses that run, and those that ended since or within the hour, by id;
    `event` is the major event of the twin, `posts` what was last told of its posts, by post;
    `ballots` holds the votes on alternatives that are open, and those closed since or in the last days, by id;
    `sites` holds the other sites of a federation, `site_cases` and `site_alarms` what is known of those below by
    `domain.site.across_sites`, `site_orders` commands to them by op, `joint` the joint session, None for none,
    `site_notices` the notices that sites give those below, by id;
    `fleet` holds what moves, empty for a past moment: positions are not kept;
    `as_of_ms` is None while live, else the past moment that is shown. `is_linked` is False while the hub is away: then
    nothing here may be shown as fresh. `relay` names the relay that this screen is linked through, "" for the owner.
    `clearance` is up to which label this screen is told; it says something only where the twin has labels.
    """

    readings: Mapping[str, Mapping[str, Observation]] = field(default_factory=lambda: MappingProxyType({}))
    alarms: Mapping[str, Alarm] = field(default_factory=lambda: MappingProxyType({}))
    sources: Mapping[str, SourceStatus] = field(default_factory=lambda: MappingProxyType({}))
    notices: Mapping[str, Notice] = field(default_factory=lambda: MappingProxyType({}))
    reports: Mapping[str, Report] = field(default_factory=lambda: MappingProxyType({}))
    devices: Mapping[str, Device] = field(default_factory=lambda: MappingProxyType({}))
    cases: Mapping[str, CaseLine] = field(default_factory=lambda: MappingProxyType({}))
    case_counts: CaseCounts | None = None
    responses: Mapping[str, Response] = field(default_factory=lambda: MappingProxyType({}))
    event: MajorEvent | None = None
    posts: Mapping[str, PostReport] = field(default_factory=lambda: MappingProxyType({}))
    ballots: Mapping[str, Ballot] = field(default_factory=lambda: MappingProxyType({}))
    sites: Mapping[str, SiteStatus] = field(default_factory=lambda: MappingProxyType({}))
    site_cases: Mapping[str, SiteCase] = field(default_factory=lambda: MappingProxyType({}))
    site_alarms: Mapping[str, SiteAlarm] = field(default_factory=lambda: MappingProxyType({}))
    site_orders: Mapping[str, SiteOrder] = field(default_factory=lambda: MappingProxyType({}))
    site_notices: Mapping[str, SiteNotice] = field(default_factory=lambda: MappingProxyType({}))
    joint: Joint | None = None
    is_linked: bool = False
    relay: str = ""
    clearance: Label = HIGHEST
    as_of_ms: int | None = None
    fleet: Fleet = field(default_factory=Fleet)

    def reading(self, station: str, quantity: str) -> Observation | None:
        """Return the latest observation of one quantity, None if there never was one."""
        return self.readings.get(station, {}).get(quantity)

    def ballot_of(self, since_ms: int = 0) -> Ballot | None:
        """Return the vote that is open, else the one that was closed last since a moment, None without any."""
        found = [one for one in self.ballots.values() if one.is_open or one.closed_ms >= since_ms]
        return max(found, key=lambda one: (one.is_open, one.opened_ms), default=None)


def only_moved(before: LiveState, after: LiveState) -> bool:
    """Say whether nothing but positions is different: what did not change is the very same value."""
    others = (one.name for one in fields(LiveState) if one.name != "fleet")
    return all(getattr(before, name) is getattr(after, name) for name in others)


def with_observations(state: LiveState, observations: Iterable[Observation]) -> LiveState:
    """Return the state after newer observations; an older one than is known changes nothing."""
    readings = dict(state.readings)
    touched: dict[str, dict[str, Observation]] = {}
    for observation in observations:
        ours = touched.get(observation.station)
        if ours is None:
            ours = touched[observation.station] = dict(readings.get(observation.station, {}))
        known = ours.get(observation.quantity)
        if (
            known is None
            or observation.event_ms > known.event_ms
            or (observation.event_ms == known.event_ms and _rank(observation) <= _rank(known))
        ):
            ours[observation.quantity] = observation
    readings.update(touched)
    return replace(state, readings=MappingProxyType(readings))


def _rank(reading: Observation) -> tuple[int, int]:
    """Say how far a reading stands from what is true at its moment; the least is shown."""
    return (_STATISTIC_RANK[reading.statistic], reading.period_s)


def freshness(reading: Observation | None, station: Station, now_ms: int) -> Freshness:
    """Say whether a reading may be shown as the present: not older than two reporting intervals of its station.

    A mean over an interval counts from the interval's end. A value whose event time lies more than one interval in the
    future comes from a wrong clock and is stale.
    """
    if reading is None:
        return "none"
    interval_ms = max(station.interval_s, reading.period_s) * 1000
    age_ms = now_ms - reading.event_ms
    return "fresh" if -interval_ms <= age_ms <= LATE_AFTER_INTERVALS * interval_ms else "stale"
