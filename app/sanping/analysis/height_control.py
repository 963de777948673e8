"""Surfaces that buildings must stay below, and which buildings stand above them, by how much."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, radians, sin
from typing import Protocol

import numpy as np
import shapely

from sanping.analysis.samples import Plans
from sanping.domain.geo import Float64Array
from sanping.domain.text import Text

EDGE_M = 1.0
"""Outlines are asked at least so often along their sides."""


class LimitSurface(Protocol):
    """A surface with a name."""

    @property
    def title(self) -> Text:
        """What it is called."""

    def limit_m(self, places: Float64Array) -> Float64Array:
        """Return its height (n,) at places (n, 2) in world metres; ∞ where it does not reach."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone:
    """A flat limit over an area: `top_m` in the twin's vertical datum."""

    title: Text
    area: shapely.Geometry
    top_m: float

    def limit_m(self, places: Float64Array) -> Float64Array:
        """Return the limit within the area."""
        return np.where(shapely.intersects_xy(self.area, places), self.top_m, np.inf)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cone:
    """A limit that rises outwards around a place: `base_m` within `inner_m`, then `slope` up to `outer_m`.

    With the slope 0 it is the inner horizontal surface of an aerodrome, with 0.05 its conical surface; around a
    helipad it is the cone of its flights.
    """

    title: Text
    centre: tuple[float, float]
    base_m: float
    inner_m: float
    outer_m: float
    slope: float
    starts_at_m: float = 0.0

    def limit_m(self, places: Float64Array) -> Float64Array:
        """Return the limit between the radii `starts_at_m` and `outer_m`."""
        away = np.hypot(places[:, 0] - self.centre[0], places[:, 1] - self.centre[1])
        limit = self.base_m + np.maximum(0.0, away - self.inner_m) * self.slope
        return np.where((away >= self.starts_at_m) & (away <= self.outer_m), limit, np.inf)


@dataclass(frozen=True, slots=True, kw_only=True)
class ApproachFan:
    """The approach surface before a runway: widens by `divergence` each side, rises by sections of length and slope.

    It grows no wider than `widest_m`.
    `threshold` is the middle of the inner edge, `base_m` its height, `heading_deg` the direction away from the runway.
    """

    title: Text
    threshold: tuple[float, float]
    base_m: float
    heading_deg: float
    inner_width_m: float = 300.0
    divergence: float = 0.15
    sections: Sequence[tuple[float, float]] = ((3000.0, 0.02), (3600.0, 0.025), (8400.0, 0.0))
    widest_m: float = float("inf")

    def limit_m(self, places: Float64Array) -> Float64Array:
        """Return the limit within the fan."""
        turn = radians(self.heading_deg)
        east, north = places[:, 0] - self.threshold[0], places[:, 1] - self.threshold[1]
        along, across = east * sin(turn) + north * cos(turn), east * cos(turn) - north * sin(turn)
        limit, begin = np.full(len(places), self.base_m), 0.0
        for length, slope in self.sections:
            limit += np.clip(along - begin, 0.0, length) * slope
            begin += length
        is_within = (along >= 0.0) & (along <= begin)
        is_within &= np.abs(across) <= np.minimum(
            self.widest_m / 2.0, self.inner_width_m / 2.0 + along * self.divergence
        )
        return np.where(is_within, limit, np.inf)


@dataclass(frozen=True, slots=True, kw_only=True)
class Corridor:
    """A view that is kept free: nothing rises above the line from an eye to a landmark, `width_m` wide there."""

    title: Text
    eye: tuple[float, float, float]
    landmark: tuple[float, float, float]
    width_m: float
    eye_width_m: float = 0.0

    def limit_m(self, places: Float64Array) -> Float64Array:
        """Return the height of the line of sight within the corridor."""
        way = np.array(self.landmark[:2]) - np.array(self.eye[:2])
        length = max(float(np.hypot(*way)), 1e-9)
        from_eye = places[:, :2] - np.array(self.eye[:2])
        share = from_eye @ way / length**2
        across = np.abs(from_eye[:, 0] * way[1] - from_eye[:, 1] * way[0]) / length
        half = (self.eye_width_m + (self.width_m - self.eye_width_m) * share) / 2.0
        limit = self.eye[2] + share * (self.landmark[2] - self.eye[2])
        return np.where((share >= 0.0) & (share < 1.0) & (across <= half), limit, np.inf)


@dataclass(frozen=True, slots=True, kw_only=True)
class Breach:
    """A building, or a step of it, above a limit: by `over_m` at `place`, the top of the building there."""

    id: str
    number: int
    over_m: float
    limit_m: float
    top_m: float
    place: tuple[float, float, float]
    surface: Text


def breaches(plans: Plans, surfaces: Sequence[LimitSurface]) -> tuple[Breach, ...]:
    """Return every building above a surface, the worst first; of several places and surfaces its worst."""
    if not len(plans.shapes) or not surfaces:
        return ()
    at, row = shapely.get_coordinates(shapely.segmentize(plans.shapes, EDGE_M), return_index=True)
    worst: dict[int, Breach] = {}
    for surface in surfaces:
        limit = surface.limit_m(at)
        over = plans.top_m[row] - limit
        rows = np.flatnonzero(over > 0.0)
        for k in rows[np.argsort(-over[rows], kind="stable")].tolist():
            number = int(plans.numbers[row[k]])
            if number in worst and worst[number].over_m >= over[k]:
                continue
            top = float(plans.top_m[row[k]])
            worst[number] = Breach(
                id=plans.ids[int(row[k])], number=number, over_m=float(over[k]), limit_m=float(limit[k]), top_m=top,
                place=(float(at[k, 0]), float(at[k, 1]), top), surface=surface.title,
            )  # fmt: skip
    return tuple(sorted(worst.values(), key=lambda breach: -breach.over_m))
