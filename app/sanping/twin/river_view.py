"""What the screens show of a river: resolved from stations, readings and time, without a clock of its own.

Panels and scene draw this value and nothing else; they draw again only what differs from the one before.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import inf
from operator import is_
from types import MappingProxyType

import numpy as np

from sanping.domain.alarm import Alarm
from sanping.domain.geo import Float64Array
from sanping.domain.notice import Notice
from sanping.domain.observation import Observation
from sanping.domain.report import Report
from sanping.domain.station import Station
from sanping.twin.flood import FloodState, Freeboard, Trend, flood_state, freeboard, in_twin_datum, trend
from sanping.twin.live import LATE_AFTER_INTERVALS, Freshness, LiveState, freshness
from sanping.twin.live_part import LivePart, ReportCentre
from sanping.twin.notices import in_force
from sanping.twin.river import RiverCourse, along_river, nearest_on_river
from sanping.twin.water_quality import RiverQuality, SectionQuality, assess_river, assess_section

MAIN_QUANTITY: Mapping[str, str] = MappingProxyType(
    {
        "level": "water_level",
        "sluice": "gate_opening",
        "pump": "pumps_running",
        "outfall": "outfall_flow",
        "rain": "rain_hour",
        "flow": "flow",
        "quality": "ammonia_nitrogen",
        "weather": "wind_speed",
        "camera": "is_online",
    }
)
STEP_M = 25.0
PIECE = 250
TAKEN_OVER = 0.05
REPORTS_MS, AHEAD_MS = 24 * 3_600_000, 60_000
NO_READINGS: Mapping[str, Observation] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class StationView:
    """One station as it stands: its newest reading by quantity, how fresh, its flood colour and water class.

    `freshness` is that of its main reading; `fresh` names every quantity whose reading is fresh, none while the hub is
    away: sources fail one by one. While no reading, no alarm and no link changes, it holds until `holds_until_ms`.
    """

    station: Station
    readings: Mapping[str, Observation]
    main: Observation | None
    freshness: Freshness
    fresh: frozenset[str] = frozenset()
    flood: FloodState = "unknown"
    trend: Trend = "unknown"
    freeboard: Freeboard | None = None
    quality: SectionQuality | None = None
    worst_alarm: Alarm | None = None
    is_simulated: bool = False
    holds_until_ms: float = inf

    def value(self, quantity: str) -> float | None:
        """Return a value that is present and fit for use, None otherwise."""
        reading = self.readings.get(quantity)
        if reading is None or reading.quality not in ("good", "suspect") or reading.value != reading.value:
            return None
        return reading.value


NOTHING_KNOWN: Mapping[str, StationView] = MappingProxyType({})


@dataclass(frozen=True, kw_only=True)
class RiverState:
    """One river along its course; arrays are (n,) at `chainage_m`, None where no fresh gauge says anything.

    `level_m` is on the twin's vertical datum; `water_class` holds 1 … 6; `velocity_m_s` is positive downstream.
    `at_risk` are (from, to, side) stretches where a bank stands less than half a metre above the water: side is "left"
    or "right" looking downstream. `gauges` are all stations on the river from upstream to downstream, `sections` those
    that measure quality.
    """

    course: RiverCourse
    chainage_m: Float64Array
    level_m: Float64Array | None
    water_class: Float64Array | None
    velocity_m_s: Float64Array | None
    flood: FloodState
    quality: RiverQuality | None
    at_risk: tuple[tuple[float, float, str], ...]
    gauges: tuple[StationView, ...]
    sections: tuple[StationView, ...]
    is_simulated: bool


@dataclass(frozen=True, kw_only=True)
class RiverView:
    """Everything live that is shown.

    `now_ms` is the moment shown; `is_live` is False in the past or without a hub, `is_past` only in the past. `notices`
    are the public warnings in force then, the worst first. `reports` are those from the street of the last day, the
    newest first.
    """

    now_ms: int
    is_live: bool
    is_past: bool = False
    stations: tuple[StationView, ...] = ()
    rivers: tuple[RiverState, ...] = ()
    alarms: tuple[Alarm, ...] = ()
    notices: tuple[Notice, ...] = ()
    reports: tuple[Report, ...] = ()
    centre: ReportCentre | None = None
    by_id: Mapping[str, StationView] = field(default_factory=lambda: MappingProxyType({}))


def river_view(
    live: LivePart,
    state: LiveState,
    now_ms: int,
    recent_levels: Mapping[str, Sequence[tuple[int, float]]] = MappingProxyType({}),
    before: RiverView | None = None,
) -> RiverView:
    """Resolve what is shown at `now_ms` (the past moment while the time machine is away from the present).

    `recent_levels` are the last hours of levels by station, for the trend. Of an earlier view `before` with the same
    `recent_levels`, whatever still holds is taken over: with thirty thousand stations that is nearly all.
    """
    return next(filter(None, resolving(live, state, now_ms, recent_levels, before)))


def resolving(
    live: LivePart,
    state: LiveState,
    now_ms: int,
    recent_levels: Mapping[str, Sequence[tuple[int, float]]] = MappingProxyType({}),
    before: RiverView | None = None,
) -> Iterator[RiverView | None]:
    """Do what `river_view` does piece by piece: yield None after `PIECE` stations that had to be resolved.

    A station that is taken over counts a twentieth. The view comes last, with many
    stations in a step of its own.
    """
    shown_ms = state.as_of_ms or now_ms
    is_past = state.as_of_ms is not None
    is_live = state.is_linked and not is_past
    is_alike = before is not None and (before.is_live, before.is_past) == (is_live, is_past) and (is_live or is_past)
    known = before.by_id if before is not None and is_alike and before.now_ms <= shown_ms else NOTHING_KNOWN
    alarms = tuple(alarm for alarm in state.alarms.values() if alarm.state != "closed")
    worst = _worst_by_station(alarms)
    flowed = {} if before is None else {river.course.name: river for river in before.rivers}
    views: list[StationView] = []
    work = 0.0
    for station in live.stations:
        view = _holding(known.get(station.id), station, state, worst, shown_ms)
        work += 1.0 if view is None else TAKEN_OVER
        if view is None:
            beside = _Beside(shown_ms, recent_levels.get(station.id, ()), worst.get(station.id))
            view = _station_view(live, station, state, beside)
        views.append(view)
        if work >= PIECE:
            work = 0.0
            yield None
    if len(views) > PIECE:
        yield None
    yield RiverView(
        now_ms=shown_ms,
        is_live=is_live,
        is_past=is_past,
        stations=tuple(views),
        rivers=tuple(_river_state(live, course, views, flowed.get(course.name)) for course in live.rivers),
        alarms=alarms,
        notices=in_force(state.notices.values(), shown_ms),
        reports=_reports(state, shown_ms),
        centre=live.centre,
        by_id=MappingProxyType({view.station.id: view for view in views}),
    )


def _reports(state: LiveState, shown_ms: int) -> tuple[Report, ...]:
    """Return what was reported within the day before a moment, the newest first."""
    known = (report for report in state.reports.values() if -REPORTS_MS < report.received_ms - shown_ms < AHEAD_MS)
    return tuple(sorted(known, key=lambda report: report.received_ms, reverse=True))


def _holding(
    known: StationView | None, station: Station, state: LiveState, worst: Mapping[str, Alarm], now_ms: int
) -> StationView | None:
    """Return a known view that still holds."""
    if (
        known is not None
        and now_ms < known.holds_until_ms
        and known.station is station
        and known.readings is state.readings.get(station.id, NO_READINGS)
        and known.worst_alarm is worst.get(station.id)
    ):
        return known
    return None


def _worst_by_station(alarms: Iterable[Alarm]) -> dict[str, Alarm]:
    order = ("red", "orange", "yellow", "blue")
    worst: dict[str, Alarm] = {}
    for alarm in alarms:
        known = worst.get(alarm.station)
        if alarm.state != "shelved" and (known is None or order.index(alarm.colour) < order.index(known.colour)):
            worst[alarm.station] = alarm
    return worst


@dataclass(frozen=True, slots=True)
class _Beside:
    """What a station's view needs beside its readings."""

    now_ms: int
    levels: Sequence[tuple[int, float]]
    alarm: Alarm | None


def _station_view(live: LivePart, station: Station, state: LiveState, beside: _Beside) -> StationView:
    readings = state.readings.get(station.id, NO_READINGS)
    main = _main_reading(live, station, readings)
    is_away = not state.is_linked and state.as_of_ms is None
    fresh = frozenset(
        name
        for name, reading in readings.items()
        if not is_away and freshness(reading, station, beside.now_ms) == "fresh"
    )
    level = readings.get("water_level")
    is_known = level is not None and "water_level" in fresh and level.quality == "good"
    known_level = level.value if level is not None and is_known else float("nan")
    return StationView(
        station=station,
        readings=readings,
        main=main,
        freshness="none" if main is None else "fresh" if main.quantity in fresh else "stale",
        fresh=fresh,
        flood=flood_state(known_level, station.thresholds),
        trend=trend(beside.levels) if "water_level" in fresh else "unknown",
        freeboard=None if np.isnan(known_level) else freeboard(known_level, station.thresholds),
        quality=None if is_away else _quality(live, station, readings, beside.now_ms),
        worst_alarm=beside.alarm,
        is_simulated=any(reading.is_simulated for reading in readings.values()),
        holds_until_ms=min(
            (_changes_ms(reading, station, beside.now_ms) for reading in readings.values()), default=inf
        ),
    )


def _changes_ms(reading: Observation, station: Station, now_ms: int) -> float:
    """Return when the freshness of a reading changes next."""
    interval_ms = max(station.interval_s, reading.period_s) * 1000
    if now_ms < reading.event_ms - interval_ms:
        return reading.event_ms - interval_ms
    ends_ms = reading.event_ms + LATE_AFTER_INTERVALS * interval_ms
    return ends_ms + 1 if now_ms <= ends_ms else inf


def _main_reading(live: LivePart, station: Station, readings: Mapping[str, Observation]) -> Observation | None:
    codes = (*(MAIN_QUANTITY.get(kind, "") for kind in station.kinds), *(known.code for known in live.quantities))
    for code in codes:
        reading = readings.get(code)
        if reading is not None:
            return reading
    return max(readings.values(), key=lambda reading: reading.event_ms, default=None)


def _quality(
    live: LivePart, station: Station, readings: Mapping[str, Observation], now_ms: int
) -> SectionQuality | None:
    if "quality" not in station.kinds:
        return None
    return assess_section(
        live.standard, fit_values(station, readings, now_ms), target=station.target_class, is_lake=station.is_lake
    )


def fit_values(station: Station, readings: Mapping[str, Observation], now_ms: int) -> dict[str, float]:
    """Return the values of a station that are fresh and good, by quantity."""
    return {
        name: reading.value
        for name, reading in readings.items()
        if reading.quality == "good"
        and reading.value == reading.value
        and freshness(reading, station, now_ms) == "fresh"
    }


def _river_state(
    live: LivePart, course: RiverCourse, views: Sequence[StationView], known: RiverState | None
) -> RiverState:
    """Resolve one river; `known` is what it was before, which is returned when no gauge has changed."""
    ours = [
        view for view in views if view.station.river == course.name and view.station.chainage_m is not None
    ]  # fmt: skip
    ours.sort(key=lambda view: view.station.chainage_m or 0.0)
    if known is not None and len(known.gauges) == len(ours) and all(map(is_, known.gauges, ours)):
        return known
    chainage_m = np.append(np.arange(0.0, course.length_m, STEP_M), course.length_m)
    classes = [(_place(view), view.quality.water_class) for view in ours if view.quality is not None]
    speeds = [(_place(view), view.readings["velocity"].value) for view in ours if _is_usable(view, "velocity")]
    sections = tuple(view for view in ours if "quality" in view.station.kinds)
    quality = assess_river(
        live.standard, [(view.quality, _values(view)) for view in sections if view.quality is not None]
    )
    return RiverState(
        course=course,
        chainage_m=chainage_m,
        level_m=along_river([(_place(view), level) for view, level in _levels(ours)], chainage_m),
        water_class=nearest_on_river(classes, chainage_m),
        velocity_m_s=along_river(speeds, chainage_m),
        flood=_worst_flood(ours),
        quality=quality,
        at_risk=tuple(_at_risk(ours, course.length_m)),
        gauges=tuple(ours),
        sections=sections,
        is_simulated=any(view.is_simulated for view in ours),
    )


def _place(view: StationView) -> float:
    return view.station.chainage_m or 0.0


def _values(view: StationView) -> dict[str, float]:
    return {name: reading.value for name, reading in view.readings.items() if reading.quality == "good"}


def _is_usable(view: StationView, quantity: str) -> bool:
    return quantity in view.fresh and view.value(quantity) is not None


def _levels(views: Iterable[StationView]) -> list[tuple[StationView, float]]:
    """Return fresh levels on the twin's datum; a station on an unknown datum says nothing here."""
    found = []
    for view in views:
        if _is_usable(view, "water_level"):
            level = in_twin_datum(view.readings["water_level"].value, view.station)
            if level is not None:
                found.append((view, level))
    return found


def _worst_flood(views: Iterable[StationView]) -> FloodState:
    order: tuple[FloodState, ...] = ("unknown", "normal", "blue", "yellow", "orange", "red")
    return max((view.flood for view in views), key=order.index, default="unknown")


def _at_risk(views: Sequence[StationView], length_m: float) -> Iterable[tuple[float, float, str]]:
    """Yield the stretches around gauges with too little freeboard: half-way to the neighbours on both sides."""
    gauges = [view for view in views if view.freeboard is not None]
    for number, view in enumerate(gauges):
        assert view.freeboard is not None
        start = 0.0 if number == 0 else (_place(gauges[number - 1]) + _place(view)) / 2
        end = length_m if number == len(gauges) - 1 else (_place(gauges[number + 1]) + _place(view)) / 2
        for side, above_m in (("left", view.freeboard.left_m), ("right", view.freeboard.right_m)):
            if above_m is not None and above_m < 0.5:
                yield start, end, side
