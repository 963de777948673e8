"""A history in plain lists: what every store must agree with."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from sanping.domain.observation import Observation
from sanping.domain.text import Text
from sanping.ports.history import Series, SeriesKey, Step
from sanping.ports.progress import Progress

STEP_MS = {"5min": 300_000, "hour": 3_600_000, "day": 86_400_000}


def words(row: Observation) -> tuple[str, str, str, str]:
    return (repr(row.value), row.unit, row.quality, row.mark)


class PlainHistory:
    """Implements `ports.history.History` in memory."""

    def __init__(self) -> None:
        self.rows: dict[tuple[SeriesKey, int], Observation] = {}
        self.said: dict[tuple[SeriesKey, int], list[Observation]] = {}
        self.corrections: Mapping[str, int] = {}
        self.revision = 0
        self.why: Text | None = None

    def append(self, rows: Sequence[Observation]) -> int:
        for row in rows:
            key = SeriesKey(station=row.station, quantity=row.quantity, statistic=row.statistic, period_s=row.period_s)
            said = self.said.setdefault((key, row.event_ms), [])
            before = next((known for known in reversed(said) if known.source == row.source), said[-1] if said else None)
            if before is not None and words(before) == words(row):
                continue
            if before is not None:
                self.corrections = Counter(self.corrections) + Counter([row.source])
            said.append(row)
            self.rows[key, row.event_ms] = row
        self.revision += 1
        return self.revision

    def as_of(self, moment_ms: int, stations: Sequence[str] = ()) -> Sequence[Observation]:
        latest: dict[SeriesKey, Observation] = {}
        for (key, event_ms), row in sorted(self.rows.items(), key=lambda item: item[0][1]):
            if event_ms <= moment_ms and (not stations or key.station in stations):
                latest[key] = row
        return list(latest.values())

    def series(self, key: SeriesKey, from_ms: int, to_ms: int, step: Step = "raw") -> Series:
        rows = sorted(
            (row for (known, event_ms), row in self.rows.items() if known == key and from_ms <= event_ms <= to_ms),
            key=lambda row: row.event_ms,
        )
        units = [row.unit for row in rows] or [row.unit for (known, _), row in self.rows.items() if known == key]
        unit = units[-1] if units else ""
        rows = [row for row in rows if row.unit == unit]
        if step == "raw":
            values = np.array([row.value for row in rows])
            times = np.array([float(row.event_ms) for row in rows])
            return Series(
                key=key, unit=unit, step=step, event_ms=times, value=values, low=values, high=values,
                quality=tuple(row.quality for row in rows),
            )  # fmt: skip
        shift, width = (8 * 3_600_000 if step == "day" else 0), STEP_MS[step]
        groups: dict[int, list[Observation]] = {}
        for row in rows:
            if row.quality in ("good", "suspect") and not math.isnan(row.value):
                groups.setdefault(((row.event_ms + shift - 1) // width + 1) * width - shift, []).append(row)
        return Series(
            key=key, unit=unit, step=step,
            event_ms=np.array([float(end) for end in groups]),
            value=np.array([sum(row.value for row in group) / len(group) for group in groups.values()]),
            low=np.array([min(row.value for row in group) for group in groups.values()]),
            high=np.array([max(row.value for row in group) for group in groups.values()]),
            quality=tuple(
                "suspect" if any(row.quality == "suspect" for row in group) else "good" for group in groups.values()
            ),
        )  # fmt: skip

    def span(self) -> tuple[int, int]:
        times = [event_ms for _, event_ms in self.rows]
        return (min(times), max(times)) if times else (0, 0)

    def rows_between(self, from_ms: int, to_ms: int) -> Iterable[Sequence[Observation]]:
        found = [row for row in self.rows.values() if from_ms <= row.event_ms <= to_ms]
        return [sorted(found, key=lambda row: row.event_ms)] if found else []

    def forget_before(self, moment_ms: int, progress: Progress | None = None) -> int:
        kept = {key: row for key, row in self.rows.items() if row.event_ms >= moment_ms}
        removed, self.rows = len(self.rows) - len(kept), kept
        self.said = {key: self.said[key] for key in kept}
        return removed

    def close(self) -> None:
        """Nothing to release."""
