"""What the simulators of a twin would tell at a moment, without a hub: for pictures and for setting up a wall; pure.

Every value is marked as simulated, as the hub marks it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from math import ceil
from types import MappingProxyType

import msgspec

from sanping.domain.alarm import Alarm
from sanping.domain.catalogue import Catalogue
from sanping.domain.observation import Observation
from sanping.domain.quantity import quantity
from sanping.domain.source_status import SourceStatus
from sanping.domain.station import Station
from sanping.twin.alarms import after_findings
from sanping.twin.live import LiveState, with_observations
from sanping.twin.live_part import LivePart, SourceEntry
from sanping.twin.rules import plan_rules
from sanping.twin.simulated_curves import SimulatedCurves, simulated_curves
from sanping.twin.simulated_river import Scenario, simulated_river
from sanping.twin.watching import Memory, step
from sanping.ui.wall.facts import LEVEL, Points
from sanping.ui.wall.governing import Governed
from sanping.ui.wall.operations import Operations

HOURS = 24
HOUR_MS = 3_600_000
COURSE_STEP_MS = 600_000
WATCHED_STEPS = 18


@dataclass(frozen=True, kw_only=True)
class Rehearsal:
    """The invented present of a twin, or what a hub told: its state, levels of the last day, what a layout asks for.

    `governed` are its cases, None where nobody governs; `operations` what a hub told of joint responses and events,
    `catalogue` what it shares.
    """

    state: LiveState
    courses: Mapping[str, Points] = field(default_factory=dict)
    series: Mapping[tuple[str, str], Points] = field(default_factory=dict)
    governed: Governed | None = None
    operations: Operations | None = None
    catalogue: Catalogue | None = None


def rehearsal(
    part: LivePart, scenario: Scenario, now_ms: int, wanted: Sequence[tuple[str, str, int]] = ()
) -> Rehearsal:
    """Return what all simulated sources of a twin tell; the twin's rules have watched the last hours of it.

    `wanted` are courses of a station (or the first that a pattern matches) and quantity over so many hours.
    """
    sources = [source for source in part.sources if source.is_simulated and source.is_enabled]
    heard = [(source, _simulated(part, source, scenario)) for source in sources]
    plan = plan_rules(part.rules, part.stations, part.standard)
    memory, book = Memory(), dict[str, Alarm]()
    rows: list[Observation] = []
    for back in range(WATCHED_STEPS, -1, -1):
        at_ms = now_ms - back * COURSE_STEP_MS
        rows = [row for source, told in heard for row in _told(source, told, at_ms)]
        memory, findings = step(plan, memory, rows, at_ms)
        book |= after_findings(book, findings, at_ms)
    statuses = {
        source.name: SourceStatus(
            name=source.name,
            adapter=source.adapter,
            state="live",
            last_ms=max((row.event_ms for row in rows if row.source == source.name), default=0),
            counts={"observations": sum(row.source == source.name for row in rows) * HOURS * 12},
            is_simulated=True,
        )
        for source in sources
    }
    book = {name: msgspec.structs.replace(alarm, is_simulated=True) for name, alarm in book.items()}
    state = with_observations(LiveState(is_linked=True), rows)
    return Rehearsal(
        state=replace(state, alarms=MappingProxyType(book), sources=MappingProxyType(statuses)),
        courses=_courses(part, sources, scenario, now_ms),
        series={
            (station.id, code): points
            for pattern, code, hours in wanted
            for station, points in _series(part, sources, (pattern, code, hours), now_ms)
        },
    )


def _simulated(part: LivePart, source: SourceEntry, scenario: Scenario) -> SimulatedCurves:
    river = simulated_river(part.stations, source.adapter, scenario)
    return simulated_curves(part.stations, source.adapter, part.curves, river)


def _series(
    part: LivePart, sources: Sequence[SourceEntry], wanted: tuple[str, str, int], now_ms: int
) -> Iterator[tuple[Station, Points]]:
    """Yield the course of the first station that matches, if it has a curve of the quantity."""
    pattern, code, hours = wanted
    for source in sources:
        for station, curves in _simulated(part, source, "daily").by_address.values():
            curve = next((curve for curve in curves if curve.quantity == code), None)
            if curve is not None and fnmatchcase(station.id, pattern):
                first = now_ms - hours * HOUR_MS
                steps = hours * HOUR_MS // COURSE_STEP_MS + 1
                times = [first + n * COURSE_STEP_MS for n in range(steps)]
                yield station, tuple((float(at), curve.at(station.id, at)) for at in times)
                return


def _told(source: SourceEntry, told: SimulatedCurves, now_ms: int) -> Iterator[Observation]:
    """Yield what one source last said of each of its stations: each reports at whole steps of its interval."""
    for address, (station, _) in told.by_address.items():
        event_ms = _last_report_ms(station, now_ms)
        for code, value in told.at(address, event_ms).items():
            yield Observation(
                station=station.id,
                quantity=code,
                value=round(value, quantity(code).decimals + 1),
                unit=quantity(code).unit,
                event_ms=event_ms,
                received_ms=event_ms,
                is_simulated=True,
                source=source.name,
            )


def _last_report_ms(station: Station, now_ms: int) -> int:
    step_ms = max(1, station.interval_s) * 1000
    offset_ms = sum(map(ord, station.id)) * 7919 % step_ms
    return now_ms - (now_ms - offset_ms) % step_ms


def _courses(part: LivePart, sources: list[SourceEntry], scenario: Scenario, now_ms: int) -> Mapping[str, Points]:
    found: dict[str, Points] = {}
    for source in sources:
        river = simulated_river(part.stations, source.adapter, scenario)
        for address, station in river.by_address.items():
            if "level" in station.kinds:
                first = now_ms - HOURS * HOUR_MS
                times = [first + n * COURSE_STEP_MS for n in range(ceil(HOURS * HOUR_MS / COURSE_STEP_MS) + 1)]
                found[station.id] = tuple((float(at), river.at(address, at)[LEVEL]) for at in times)
    return found
