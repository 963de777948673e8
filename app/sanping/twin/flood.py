"""Levels of a river: the statutory colour, the trend, the freeboard, all on each station's own datum.

Colours follow 水情预警发布管理办法, trend and threshold names SL 323. A station without thresholds is "unknown",
never normal.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isnan
from types import MappingProxyType
from typing import Literal

from sanping.domain.alarm import AlarmColour
from sanping.domain.station import Station, Thresholds
from sanping.domain.text import Text

FloodState = Literal["unknown", "normal", "blue", "yellow", "orange", "red"]
Trend = Literal["rising", "falling", "steady", "unknown"]
NEAR_WARNING_M = 0.3
STEADY_M_PER_H = 0.05
AT_RISK_M = 0.5

FLOOD_NAMES: Mapping[FloodState, Text] = MappingProxyType(
    {
        "unknown": Text("无警戒资料", "No thresholds"),
        "normal": Text("正常", "Normal"),
        "blue": Text("接近警戒", "Near warning"),
        "yellow": Text("超警戒", "Above warning"),
        "orange": Text("超保证", "Above guarantee"),
        "red": Text("超历史", "Above record"),
    }
)
TREND_NAMES: Mapping[Trend, Text] = MappingProxyType(
    {
        "rising": Text("涨", "Rising"),
        "falling": Text("落", "Falling"),
        "steady": Text("平", "Steady"),
        "unknown": Text("—", "—"),
    }
)
TREND_OF_WPTN: Mapping[str, Trend] = MappingProxyType({"4": "falling", "5": "rising", "6": "steady"})


def flood_state(level_m: float, thresholds: Thresholds, near_m: float = NEAR_WARNING_M) -> FloodState:
    """Return the colour of a level; both in metres on the station's datum.

    `near_m` below the warning level already counts as close to it: the standard leaves that distance to the city.
    """
    steps: tuple[tuple[AlarmColour, float | None], ...] = (
        ("red", thresholds.record_m),
        ("orange", thresholds.guarantee_m),
        ("yellow", thresholds.warning_m),
    )
    if all(bound is None for _, bound in steps) or isnan(level_m):
        return "unknown"
    for colour, bound in steps:
        if bound is not None and level_m >= bound:
            return colour
    if thresholds.warning_m is None:
        return "unknown"
    return "blue" if level_m >= thresholds.warning_m - near_m else "normal"


def trend(series: Sequence[tuple[int, float]], steady_m_per_h: float = STEADY_M_PER_H) -> Trend:
    """Return the trend of levels given as (event_ms, metres), oldest first: the slope of the least-squares line."""
    points = [(ms / 3_600_000.0, value) for ms, value in series if not isnan(value)]
    if len(points) < 3 or points[-1][0] <= points[0][0]:
        return "unknown"
    mean_h = sum(hour for hour, _ in points) / len(points)
    mean_m = sum(value for _, value in points) / len(points)
    spread = sum((hour - mean_h) ** 2 for hour, _ in points)
    slope = sum((hour - mean_h) * (value - mean_m) for hour, value in points) / spread
    if abs(slope) < steady_m_per_h:
        return "steady"
    return "rising" if slope > 0 else "falling"


@dataclass(frozen=True, slots=True, kw_only=True)
class Freeboard:
    """Height of the bank tops above the water in metres, None where the bank is unknown; negative when overtopped."""

    left_m: float | None
    right_m: float | None

    @property
    def least_m(self) -> float | None:
        """The smaller one."""
        known = [value for value in (self.left_m, self.right_m) if value is not None]
        return min(known) if known else None

    @property
    def is_at_risk(self) -> bool:
        """Whether a bank stands less than half a metre above the water."""
        least = self.least_m
        return least is not None and least < AT_RISK_M


def freeboard(level_m: float, thresholds: Thresholds) -> Freeboard:
    """Return how far each bank top stands above a level; all in metres on the station's datum."""

    def above(bank_m: float | None) -> float | None:
        return None if bank_m is None or isnan(level_m) else bank_m - level_m

    return Freeboard(left_m=above(thresholds.left_bank_m), right_m=above(thresholds.right_bank_m))


def in_twin_datum(level_m: float, station: Station) -> float | None:
    """Return a station's level on the twin's vertical datum, None when the offset of its datum is not known."""
    return None if station.datum_offset_m is None else level_m + station.datum_offset_m
