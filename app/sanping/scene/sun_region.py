"""Which square of the city the sharp shadow map covers, and how a place is found in it; pure."""

from dataclasses import dataclass
from math import ceil, cos, log, radians, sin

import numpy as np

from sanping.domain.geo import Float64Array
from sanping.domain.view import CameraPose, Point

SMALLEST_M, WIDEST_M, BEYOND_M = 180.0, 2200.0, 4500.0
_STEP, _SNAP, _AHEAD_M, _MARGIN_M = 1.5, 0.25, 130.0, 150.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SunRegion:
    """A square seen from the sun: `sun` is the unit vector towards it, `middle` lies on the axes across and up.

    `half_m` is half the length of a side. Scene metres.
    """

    sun: Point
    middle: tuple[float, float]
    half_m: float

    @property
    def axes(self) -> Float64Array:
        """Rows (3, 3): unit vectors across, up and towards the sun."""
        return axes_of(self.sun)

    def touched(self, low: Float64Array, high: Float64Array) -> Float64Array:
        """Return (k, 2): for the boxes (n, 3) over the square their number, and the least and most height to the sun.

        The result has rows number, lowest, highest.
        """
        middle, half = (low + high) / 2 @ self.axes.T, (high - low) / 2 @ np.abs(self.axes.T)
        off = np.abs(middle[:, :2] - self.middle) - half[:, :2]
        found = np.flatnonzero((off < self.half_m).all(axis=1))
        return np.stack([found, middle[found, 2] - half[found, 2], middle[found, 2] + half[found, 2]], 1)

    def rows(self, lowest_m: float, highest_m: float) -> Float64Array:
        """Rows (3, 4) that turn a scene point (x, y, z, 1) into a place 0 … 1 in the map and a depth 0 … 1."""
        axes, deep = self.axes, highest_m - lowest_m + 2 * _MARGIN_M
        rows = np.empty((3, 4))
        rows[:2, :3] = axes[:2] / (2 * self.half_m)
        rows[:2, 3] = 0.5 - np.array(self.middle) / (2 * self.half_m)
        rows[2, :3], rows[2, 3] = -axes[2] / deep, (highest_m + _MARGIN_M) / deep
        return rows


def axes_of(sun: Point) -> Float64Array:
    """Rows (3, 3): level across, up along the slope, towards the sun; unit vectors."""
    towards = np.array(sun)
    flat = float(np.hypot(sun[0], sun[1]))
    across = np.array([-sun[1] / flat, sun[0] / flat, 0.0]) if flat > 1e-6 else np.array([1.0, 0.0, 0.0])
    return np.stack([across, np.cross(towards, across), towards])


def region_for(pose: CameraPose, centre: Point, sun: Point) -> SunRegion | None:
    """Return the square that serves a camera, None from so far that coarse shadows are as good.

    It changes in steps, so that small movements leave it as it is, and turning about the target leaves it too.
    """
    if pose.distance_m > BEYOND_M:
        return None
    steps = max(0, ceil(log(pose.distance_m / SMALLEST_M) / log(_STEP)))
    half = min(WIDEST_M, SMALLEST_M * _STEP**steps)
    heading, near_m = radians(pose.heading_deg), pose.distance_m * cos(radians(pose.pitch_deg))
    ahead = max(0.0, _AHEAD_M - near_m)
    place = np.array(pose.target) - centre + (sin(heading) * ahead, cos(heading) * ahead, 0.0)
    snap = half * _SNAP
    across, up = (np.round(axes_of(sun)[:2] @ place / snap) * snap).tolist()
    return SunRegion(sun=sun, middle=(across, up), half_m=half)
