"""The level of a gauge over time, which water follows as it rises and falls: typed, thinned, level by level; pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from sanping.domain.errors import InputError
from sanping.domain.geo import Float64Array
from sanping.domain.text import Text

MOST_STEPS, MOST_TYPED = 96, 2000
_CENTIMETRE = 0.01
_LOWEST_M, _HIGHEST_M = -500.0, 9000.0
_ENTRY = re.compile(r"(?:(\d{1,2})-(\d{1,2})\s+)?(\d{1,2}):(\d{2})\s+(-?\d+(?:\.\d+)?)")
_SPLIT = re.compile(r"[;；,，\n]+")
_BAD = Text(
    "水位过程“{entry}”无法识别；每项写“时:分 水位”或“月-日 时:分 水位”，用分号隔开，例如 08:00 3.2; 12:00 4.1",
    "“{entry}” is no level: write “hh:mm level” or “mm-dd hh:mm level”, parted by semicolons, as 08:00 3.2; 12:00 4.1",
)
_TOO_MANY = Text("水位过程最多 {most} 项；请减少", "A course of levels has {most} entries at most: write fewer")
_NONE = Text("水位过程是空的；请至少填写一项", "The course of levels is empty: write one at least")


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelSeries:
    """Levels in metres of the twin's vertical datum at moments that rise."""

    moments: tuple[datetime, ...]
    levels_m: tuple[float, ...]

    @property
    def distinct_m(self) -> tuple[float, ...]:
        """Return the levels to the centimetre, each once, the lowest first."""
        return tuple(sorted({round(level, 2) for level in self.levels_m}))

    def rows(self) -> tuple[int, ...]:
        """Return for each moment which of the distinct levels the water has."""
        number = {level: row for row, level in enumerate(self.distinct_m)}
        return tuple(number[round(level, 2)] for level in self.levels_m)

    def first_at(self, level_m: float) -> datetime:
        """Return the first moment at which the water stands so high; the last where it never does."""
        for moment, level in zip(self.moments, self.levels_m, strict=True):
            if round(level, 2) >= level_m - _CENTIMETRE / 2.0:
                return moment
        return self.moments[-1]


def level_series(moments: Sequence[datetime], levels_m: Sequence[float] | Float64Array) -> LevelSeries:
    """Return a series of at most `MOST_STEPS` moments: the highest level of each equal share, so that no crest is lost.

    Values that are not numbers are left out. Raises `InputError` where nothing is left.
    """
    pairs = sorted((moment, float(level)) for moment, level in zip(moments, levels_m, strict=True)
                   if np.isfinite(level) and _LOWEST_M <= level <= _HIGHEST_M)  # fmt: skip
    if not pairs:
        raise InputError(_NONE)
    share = -(-len(pairs) // MOST_STEPS)
    kept = [max(pairs[first : first + share], key=lambda pair: pair[1]) for first in range(0, len(pairs), share)]
    return LevelSeries(moments=tuple(moment for moment, _ in kept), levels_m=tuple(level for _, level in kept))


def typed_series(words: str, begins: datetime) -> LevelSeries:
    """Return a series as a person types it: times of the day of `begins`, going on over midnight, or with their date.

    Raises `InputError` naming the entry that cannot be read.
    """
    entries = [entry.strip() for entry in _SPLIT.split(words) if entry.strip()]
    if len(entries) > MOST_TYPED:
        raise InputError(_TOO_MANY.with_values(most=MOST_TYPED))
    moments: list[datetime] = []
    levels: list[float] = []
    for entry in entries:
        moment, level = _typed(entry, moments[-1] if moments else None, begins)
        moments.append(moment)
        levels.append(level)
    return level_series(moments, levels)


def _typed(entry: str, before: datetime | None, begins: datetime) -> tuple[datetime, float]:
    found = _ENTRY.fullmatch(entry)
    if found is None:
        raise InputError(_BAD.with_values(entry=entry[:60]))
    month, day, hour, minute, level = found.groups()
    base = before or begins
    try:
        moment = base.replace(hour=int(hour), minute=int(minute), second=0, microsecond=0)
        if month is not None:
            moment = moment.replace(month=int(month), day=int(day))
    except ValueError as error:
        raise InputError(_BAD.with_values(entry=entry[:60])) from error
    if month is None and before is not None and moment <= before:
        moment += timedelta(days=1)
    return moment, float(level)
