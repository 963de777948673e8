"""A river between its gauges: its course, the water surface and the travel of water along it."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan

import numpy as np

from sanping.domain.geo import Float64Array
from sanping.domain.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class RiverCourse:
    """The centre line of a river from upstream to downstream, with its width.

    `points_m` is (n, 2) in the twin's CRS, `chainage_m` (n,) the distance of each point along the line from the first,
    `width_m` (n,) the width of the water there.
    """

    name: str
    title: Text
    points_m: Float64Array
    chainage_m: Float64Array
    width_m: Float64Array

    @property
    def length_m(self) -> float:
        """Length of the centre line."""
        return float(self.chainage_m[-1])

    def at(self, chainage_m: float | Float64Array) -> Float64Array:
        """Return points on the centre line, (2,) or (n, 2); chainages beyond the ends give the ends."""
        east = np.interp(chainage_m, self.chainage_m, self.points_m[:, 0])
        north = np.interp(chainage_m, self.chainage_m, self.points_m[:, 1])
        return np.stack([east, north], axis=-1)

    def chainage_of(self, x_m: float, y_m: float) -> tuple[float, float]:
        """Return chainage and distance of the point of the centre line that is nearest to a place, in metres."""
        start, end = self.points_m[:-1], self.points_m[1:]
        along = end - start
        place = np.array([x_m, y_m])
        share = np.clip(((place - start) * along).sum(axis=1) / (along**2).sum(axis=1), 0.0, 1.0)
        away = np.hypot(*(start + share[:, None] * along - place).T)
        nearest = int(np.argmin(away))
        step = self.chainage_m[nearest + 1] - self.chainage_m[nearest]
        return float(self.chainage_m[nearest] + share[nearest] * step), float(away[nearest])


def course_of(name: str, title: Text, points_m: Float64Array, width_m: Float64Array) -> RiverCourse:
    """Return a course with its chainages; `points_m` (n, 2) from upstream to downstream, n ≥ 2."""
    steps = np.hypot(*np.diff(points_m, axis=0).T)
    return RiverCourse(
        name=name,
        title=title,
        points_m=points_m,
        chainage_m=np.concatenate([[0.0], np.cumsum(steps)]),
        width_m=width_m,
    )


def along_river(gauges: Sequence[tuple[float, float]], chainage_m: Float64Array) -> Float64Array | None:
    """Return values at chainages, linear between gauges given as (chainage, value) and constant beyond the outermost.

    None without a gauge: nothing is invented.
    """
    known = sorted((place, value) for place, value in gauges if not isnan(value))
    if not known:
        return None
    places, values = zip(*known, strict=True)
    return np.asarray(np.interp(chainage_m, places, values))


def nearest_on_river(gauges: Sequence[tuple[float, int]], chainage_m: Float64Array) -> Float64Array | None:
    """Return at each chainage the value of the nearest gauge: for classes, which cannot be interpolated."""
    if not gauges:
        return None
    places = np.array([place for place, _ in gauges])
    values = np.array([value for _, value in gauges], dtype=np.float64)
    return np.asarray(values[np.abs(chainage_m[:, None] - places).argmin(axis=1)])


def travel_time_s(
    velocity_gauges: Sequence[tuple[float, float]], from_chainage_m: float, to_chainage_m: Float64Array
) -> Float64Array:
    """Return the time in seconds that water needs from one chainage to others downstream, at today's velocities.

    `velocity_gauges` are (chainage, m/s, positive downstream). NaN upstream, and beyond any place where the water
    stands or runs backwards.
    """
    result = np.full(to_chainage_m.shape, np.nan)
    ahead = to_chainage_m >= from_chainage_m
    if not velocity_gauges or not ahead.any():
        return result
    grid = np.append(np.arange(from_chainage_m, float(to_chainage_m.max()), 10.0), float(to_chainage_m.max()))
    speed = along_river(velocity_gauges, grid)
    assert speed is not None
    stands = np.flatnonzero(speed <= 0.0)
    reach = len(grid) if stands.size == 0 else int(stands[0])
    if reach == 0:
        return result
    moving = speed[:reach]
    steps = np.diff(grid[:reach]) / (0.5 * (moving[1:] + moving[:-1]))
    when = np.concatenate([[0.0], np.cumsum(steps)])
    reached = ahead & (to_chainage_m <= grid[reach - 1])
    result[reached] = np.interp(to_chainage_m[reached], grid[:reach], when)
    return result
