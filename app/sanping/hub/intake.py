"""The gate of the hub: from what a source says to rows that may be kept. Pure but for what it remembers of series.

Addresses become stations, what a source says twice is dropped, late and impossible rows are marked or refused, and
everything that is not taken as it came is counted. What says something else of a moment that is known goes on: it is a
correction, which history keeps and counts.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sanping.domain.observation import Observation, Origin, QualityCode
from sanping.domain.station import Station
from sanping.hub.clock_watch import is_plainly_wrong
from sanping.hub.plausibility import is_leap, is_plausible
from sanping.twin.live import LATE_AFTER_INTERVALS

PATIENCE_MS = 600_000  # clocks in the field differ, and a telemetry network may be slow
FIRST_POSSIBLE_MS = 946_684_800_000  # 2000-01-01: nothing was reported over these protocols before
FUTURE_POSSIBLE_MS = 86_400_000

LEAPS_KEPT = 10_000

SeriesName = tuple[str, str, str, int]
Rows = Sequence[Observation]
Point = tuple[int, float]  # event_ms, value
Said = tuple[int, float | None, str, str, str]  # event_ms, value, unit, mark, quality


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """What is left of a delivery: rows to commit, what was counted, and addresses that no station has."""

    rows: tuple[Observation, ...]
    counts: Mapping[str, int]
    unknown: tuple[str, ...] = ()


class Intake:
    """Knows the stations of the twin, the last event of every series, and what each source said last of it."""

    def __init__(self, stations: Iterable[Station]) -> None:
        self._by_id: dict[str, Station] = {}
        self._by_address: dict[str, dict[str, Station]] = {}
        for station in stations:
            self._by_id[station.id] = station
            for adapter, address in station.addresses.items():
                self._by_address.setdefault(adapter, {})[address] = station
        self._last: dict[SeriesName, tuple[Point, Point | None]] = {}  # the last event, and the one before
        self._said: dict[str, dict[SeriesName, Said]] = {}
        self._leaps: dict[tuple[SeriesName, Point], None] = {}

    def recall(self, known: Iterable[Observation]) -> None:
        """Take up the last row of every series from an earlier life of the hub."""
        for row in known:
            series = (row.station, row.quantity, row.statistic, row.period_s)
            point = (row.event_ms, row.value)
            self._last[series] = (point, None)
            self._said.setdefault(row.source, {})[series] = _said(row, row.quality)
            if row.quality == "suspect":
                self._leaps[series, point] = None

    def accept(  # noqa: PLR0913  what was said, by whom, and what time it is
        self, observations: Rows, *, source: str, adapter: str, is_simulated: bool, now_ms: int, least_ms: int = 0
    ) -> Accepted:
        """Return the rows to keep of one delivery; `least_ms` is how late it is at least, whatever the clock says."""
        known = self._by_address.get(adapter, {})
        said = self._said.setdefault(source, {})
        counts: Counter[str] = Counter({"clock_wrong": 1} if is_plainly_wrong(now_ms) and observations else {})
        judged_ms = self._judged_ms(observations, now_ms)
        last_possible_ms = max(judged_ms, least_ms) + FUTURE_POSSIBLE_MS
        rows: list[Observation] = []
        unknown: dict[str, None] = {}
        for observation in observations:
            station = known.get(observation.station) or self._by_id.get(observation.station)
            if station is None:
                counts["unknown_station"] += 1
                if len(unknown) < 10:
                    unknown[observation.station] = None
                continue
            event_ms = observation.event_ms
            if not FIRST_POSSIBLE_MS <= event_ms <= last_possible_ms:
                counts["impossible_time"] += 1
                continue
            series = (station.id, observation.quantity, observation.statistic, observation.period_s)
            last, before = self._last.get(series, (None, None))
            if last is not None and event_ms > last[0]:
                before = last
            elif last is not None and event_ms < last[0]:
                before = None  # what stood before a row from the past is not known here
            quality, doubt = self._quality(observation, series, before)
            words = _said(observation, quality)
            if said.get(series) == words:
                counts["duplicates"] += 1
                continue
            if doubt:
                counts[doubt] += 1
            origin = self._origin(observation, station, judged_ms, counts)
            if (last is None or event_ms >= last[0]) and event_ms <= judged_ms + PATIENCE_MS:
                self._last[series] = ((event_ms, observation.value), before)
                said[series] = words
            is_invented = is_simulated or observation.is_simulated
            rows.append(_row(observation, station.id, source, now_ms, (quality, origin, is_invented)))
        counts["observations"] += len(rows)
        return Accepted(rows=tuple(rows), counts=counts, unknown=tuple(unknown))

    def _judged_ms(self, observations: Rows, now_ms: int) -> int:
        """Return the moment by which times are judged: now, or the newest said while this machine's clock is wrong.

        Otherwise all values would be from the future, and would be dropped although they were acknowledged.
        """
        if not is_plainly_wrong(now_ms):
            return now_ms
        known = max((last[0] for last, _ in self._last.values()), default=now_ms)
        return max(known, now_ms, *(observation.event_ms for observation in observations))

    def _origin(self, observation: Observation, station: Station, now_ms: int, counts: Counter[str]) -> Origin:
        """A live value that is older than its station's patience, or from the future, is not live."""
        if observation.origin != "live":
            return observation.origin
        interval_ms = max(station.interval_s, observation.period_s) * 1000
        age_ms = now_ms - observation.event_ms
        if age_ms > max(PATIENCE_MS, LATE_AFTER_INTERVALS * interval_ms):
            counts["late"] += 1
            return "late"
        if age_ms < -PATIENCE_MS:
            counts["future"] += 1
            return "late"
        return "live"

    def _quality(self, observation: Observation, series: SeriesName, before: Point | None) -> tuple[QualityCode, str]:
        """A good value outside what can be, or too far from the one before, is suspect; none at all is missing.

        What was a leap stays one when it comes again. Returned with what to count.
        """
        if observation.quality != "good":
            return observation.quality, ""
        point = (observation.event_ms, observation.value)
        if math.isnan(observation.value):
            return "missing", "missing"
        if not is_plausible(observation.quantity, observation.value):
            return "suspect", "implausible"
        if before is not None and is_leap(observation.quantity, before, point):
            if len(self._leaps) >= LEAPS_KEPT:
                del self._leaps[next(iter(self._leaps))]
            self._leaps[series, point] = None
            return "suspect", "leaps"
        return ("suspect", "leaps") if (series, point) in self._leaps else ("good", "")


def _said(row: Observation, quality: QualityCode) -> Said:
    """Return what makes a row the same as another of its series; a value that is missing equals itself."""
    return (row.event_ms, None if math.isnan(row.value) else row.value, row.unit, row.mark, quality)


def _row(
    said: Observation, station: str, source: str, now_ms: int, marks: tuple[QualityCode, Origin, bool]
) -> Observation:
    """Return what is kept of an observation; written out, because it is made for every single row."""
    return Observation(
        station=station,
        quantity=said.quantity,
        value=said.value,
        unit=said.unit,
        event_ms=said.event_ms,
        received_ms=now_ms,
        statistic=said.statistic,
        period_s=said.period_s,
        quality=marks[0],
        mark=said.mark,
        origin=marks[1],
        is_simulated=marks[2],
        source=source,
    )
