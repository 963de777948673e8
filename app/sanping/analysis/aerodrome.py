"""The obstacle limitation surfaces around a runway: inner horizontal, conical, transitional, approach and climb.

Their dimensions by code and approach are those of ICAO Annex 14, Volume I (8th edition, 2018), tables 4-1 and 4-2, as
MH 5001-2021 has them too; they lie in `assets/aerodromes/annex14.toml`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import atan2, degrees, hypot

import numpy as np
import shapely

from sanping.analysis.height_control import ApproachFan, LimitSurface
from sanping.domain.geo import Float64Array
from sanping.domain.text import Text
from sanping.domain.view import Point

INNER_M, CONICAL_SLOPE = 45.0, 0.05
"""Height of the inner horizontal surface above the aerodrome, and slope of the conical one: for every code."""
INNER, CONICAL, TRANSITIONAL = (
    Text("内水平面", "Inner horizontal surface"), Text("锥形面", "Conical surface"),
    Text("过渡面", "Transitional surface"),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class FanRule:
    """A surface before or behind a runway: its inner edge, how far that is from the runway, and how it widens."""

    edge_m: float
    distance_m: float
    divergence: float
    sections: Sequence[tuple[float, float]]
    widest_m: float = float("inf")


@dataclass(frozen=True, slots=True, kw_only=True)
class RunwayRule:
    """What a kind of runway asks, metres and slopes."""

    id: str
    title: Text
    source: Text
    inner_radius_m: float
    conical_height_m: float
    approach: FanRule
    transitional_slope: float
    climb: FanRule


@dataclass(frozen=True, slots=True, kw_only=True)
class AroundRunway:
    """Level up to `inner_m` from a line, then rising by `slope` up to `outer_m`; nothing nearer than `begins_m`."""

    title: Text
    line: shapely.LineString
    base_m: float
    inner_m: float
    outer_m: float
    slope: float = 0.0
    begins_m: float = -1.0

    def limit_m(self, places: Float64Array) -> Float64Array:
        """Return the limit at distances from the line."""
        away = shapely.distance(self.line, shapely.points(places[:, :2]))
        limit = self.base_m + np.maximum(0.0, away - self.inner_m) * self.slope
        return np.where((away > self.begins_m) & (away <= self.outer_m), limit, np.inf)


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """The slopes beside the strip and the approaches of a runway, up to the inner horizontal surface."""

    title: Text
    ends: tuple[Point, Point]
    strip_m: float
    beyond_m: float
    divergence: float
    approach_slope: float
    slope: float
    top_m: float

    def limit_m(self, places: Float64Array) -> Float64Array:
        """Return the limit beside strip and approaches; nothing on them and above the inner horizontal surface."""
        (x, y, z), (to_x, to_y, to_z) = self.ends
        length = hypot(to_x - x, to_y - y)
        way = np.array([to_x - x, to_y - y]) / length
        off = places[:, :2] - (x, y)
        along, across = off @ way, np.abs(off[:, 0] * way[1] - off[:, 1] * way[0])
        outside = np.maximum(0.0, np.maximum(-along, along - length) - self.beyond_m)
        edge = self.strip_m / 2.0 + outside * self.divergence
        foot = np.interp(along, [0.0, length], [z, to_z]) + outside * self.approach_slope
        limit = foot + (across - edge) * self.slope
        return np.where((across >= edge) & (limit <= self.top_m), limit, np.inf)


def aerodrome_surfaces(rule: RunwayRule, ends: tuple[Point, Point]) -> tuple[LimitSurface, ...]:
    """Return the surfaces of a runway between the middles of its two ends (world metres, with their heights)."""
    line = shapely.LineString([end[:2] for end in ends])
    base = max(end[2] for end in ends)
    outer = rule.inner_radius_m + rule.conical_height_m / CONICAL_SLOPE
    strip, top = rule.approach, base + INNER_M
    flat = AroundRunway(title=INNER, line=line, base_m=top, inner_m=rule.inner_radius_m, outer_m=rule.inner_radius_m)
    cone = AroundRunway(
        title=CONICAL, line=line, base_m=top, inner_m=rule.inner_radius_m, outer_m=outer, slope=CONICAL_SLOPE,
        begins_m=rule.inner_radius_m,
    )  # fmt: skip
    sides = Transition(
        title=TRANSITIONAL, ends=ends, strip_m=strip.edge_m, beyond_m=strip.distance_m, divergence=strip.divergence,
        approach_slope=strip.sections[0][1], slope=rule.transitional_slope, top_m=top,
    )  # fmt: skip
    fans = [
        _fan(fan, end, other, words)
        for end, other in (ends, ends[::-1])
        for fan, words in ((rule.approach, ("进近面", "Approach")), (rule.climb, ("起飞爬升面", "Take-off climb")))
    ]
    return (flat, cone, sides, *fans)


def _fan(rule: FanRule, end: Point, other: Point, words: tuple[str, str]) -> ApproachFan:
    """Return the surface beyond an end of the runway, away from the other end."""
    east, north = end[0] - other[0], end[1] - other[1]
    length = hypot(east, north)
    heading = degrees(atan2(east, north)) % 360.0
    edge = (end[0] + east / length * rule.distance_m, end[1] + north / length * rule.distance_m)
    return ApproachFan(
        title=Text(f"{words[0]}（{heading:.0f}°）", f"{words[1]} ({heading:.0f}°)"), threshold=edge, base_m=end[2],
        heading_deg=heading, inner_width_m=rule.edge_m, divergence=rule.divergence, sections=rule.sections,
        widest_m=rule.widest_m,
    )  # fmt: skip
