"""The gate of the hub: from what a source says to rows that may be kept. Pure but for what it remembers of series.

Addresses become stations, doubles are dropped, late and impossible rows are marked or refused, and everything that is
not taken as it came is counted.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sanping.domain.observation import Observation, Origin, QualityCode
from sanping.domain.station import Station
from sanping.hub.plausibility import is_leap, is_plausible
from sanping.twin.live import LATE_AFTER_INTERVALS

PATIENCE_MS = 600_000  # clocks in the field differ, and a telemetry network may be slow
FIRST_POSSIBLE_MS = 946_684_800_000  # 2000-01-01: nothing was reported over these protocols before
FUTURE_POSSIBLE_MS = 86_400_000

SeriesName = tuple[str, str, str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """What is left of a delivery: rows to commit, what was counted, and addresses that no station has."""

    rows: tuple[Observation, ...]
    counts: Mapping[str, int]
    unknown: tuple[str, ...] = ()


class Intake:
    """Knows the stations of the twin and the last event of every series."""

    def __init__(self, stations: Iterable[Station]) -> None:
        self._by_id: dict[str, Station] = {}
        self._by_address: dict[str, dict[str, Station]] = {}
        for station in stations:
            self._by_id[station.id] = station
            for adapter, address in station.addresses.items():
                self._by_address.setdefault(adapter, {})[address] = station
        self._last: dict[SeriesName, tuple[int, float]] = {}

    def accept(
        self, observations: Sequence[Observation], *, source: str, adapter: str, is_simulated: bool, now_ms: int
    ) -> Accepted:
        """Return the rows to keep of one delivery."""
        known = self._by_address.get(adapter, {})
        counts: Counter[str] = Counter()
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
            if not FIRST_POSSIBLE_MS <= event_ms <= now_ms + FUTURE_POSSIBLE_MS:
                counts["impossible_time"] += 1
                continue
            series = (station.id, observation.quantity, observation.statistic, observation.period_s)
            last = self._last.get(series)
            if last is not None and last[0] == event_ms:
                counts["duplicates"] += 1
                continue
            origin = self._origin(observation, station, now_ms, counts)
            quality = self._quality(observation, last, counts)
            if (last is None or event_ms > last[0]) and event_ms <= now_ms + PATIENCE_MS:
                self._last[series] = (event_ms, observation.value)
            is_invented = is_simulated or observation.is_simulated
            rows.append(_row(observation, station.id, source, now_ms, (quality, origin, is_invented)))
        counts["observations"] += len(rows)
        return Accepted(rows=tuple(rows), counts=counts, unknown=tuple(unknown))

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

    def _quality(self, observation: Observation, last: tuple[int, float] | None, counts: Counter[str]) -> QualityCode:
        """A good value outside what can be, or too far from the one before, is suspect; none at all is missing."""
        if observation.quality != "good":
            return observation.quality
        value = observation.value
        if math.isnan(value):
            counts["missing"] += 1
            return "missing"
        if not is_plausible(observation.quantity, value):
            counts["implausible"] += 1
            return "suspect"
        if last is not None and is_leap(observation.quantity, last, (observation.event_ms, value)):
            counts["leaps"] += 1
            return "suspect"
        return "good"


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
