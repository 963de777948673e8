"""What a city asks of sunlight: a rule as a value, and where it comes from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np

from sanping.analysis.sun_track import GREATER_COLD_DEG, WINTER_SOLSTICE_DEG, day_of_term
from sanping.domain.geo import Float64Array
from sanping.domain.text import Text

SunDay = Literal["greater_cold", "winter_solstice"]
SUN_DAYS = {"greater_cold": GREATER_COLD_DEG, "winter_solstice": WINTER_SOLSTICE_DEG}
DAY_NAMES = {
    "greater_cold": Text("大寒日", "Greater Cold (20 January)"),
    "winter_solstice": Text("冬至日", "winter solstice"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SunlightRule:
    """One demand.

    The sun counts from `from_h` to `to_h` of true solar time, looked at every `step_min` minutes, on `day` of `year`.
    `counts` "sum" adds the spans of at least `least_span_min` minutes, "longest" takes the longest. A point has enough
    with `hours`; a wall or plot with `least_share` of its points that have enough. Walls are asked `sill_m` above
    their feet, those only that look within `facing_deg` of south. `spacing_m` lies between points of plots, and
    `wall_spacing_m` between those of walls.
    """

    id: str
    title: Text
    uses: Sequence[str]
    day: SunDay
    hours: float
    from_h: float
    to_h: float
    source: Text
    counts: Literal["sum", "longest"] = "sum"
    step_min: float = 1.0
    least_span_min: float = 5.0
    least_share: float = 1.0
    sill_m: float = 0.9
    facing_deg: float = 60.0
    spacing_m: float = 2.0
    wall_spacing_m: float = 1.0
    year: int = 2001

    @property
    def date(self) -> date:
        """The day that is asked about."""
        return day_of_term(self.year, SUN_DAYS[self.day])

    @property
    def solar_hours(self) -> Float64Array:
        """Middles of the steps, in hours of true solar time."""
        count = max(1, round((self.to_h - self.from_h) * 60.0 / self.step_min))
        return self.from_h + (np.arange(count) + 0.5) * (self.to_h - self.from_h) / count


@dataclass(frozen=True, slots=True, kw_only=True)
class SunlightRules:
    """The rules of one city or standard."""

    id: str
    title: Text
    rules: Sequence[SunlightRule]
