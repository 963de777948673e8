"""How much earth is cut and filled to bring an area to a level or a slope."""

from dataclasses import dataclass

import numpy as np
import shapely

from sanping.analysis.ground_heights import ground_at
from sanping.domain.geo import Float64Array
from sanping.domain.ground import Terrain

_TOLERANCE_M = 1e-4


@dataclass(frozen=True, slots=True, kw_only=True)
class Formation:
    """The surface to make: `level_m` at `place`, falling by `slope_x`, `slope_y` (metres a metre, positive rises)."""

    level_m: float
    place: tuple[float, float] = (0.0, 0.0)
    slope_x: float = 0.0
    slope_y: float = 0.0

    def heights_m(self, at: Float64Array) -> Float64Array:
        """Return its height (n,) at places (n, 2)."""
        east, north = at[:, 0] - self.place[0], at[:, 1] - self.place[1]
        return self.level_m + east * self.slope_x + north * self.slope_y


@dataclass(frozen=True, slots=True, kw_only=True)
class Earthwork:
    """Cut and fill in cubic metres, and the squares they are the sum of.

    `at` (n, 2) are their middles, `change_m` (n,) what is filled, negative where it is cut; each stands for `cell_m2`.
    """

    cut_m3: float
    fill_m3: float
    area_m2: float
    at: Float64Array
    change_m: Float64Array
    cell_m2: float

    @property
    def net_m3(self) -> float:
        """What must be brought, negative for what is left over."""
        return self.fill_m3 - self.cut_m3


def earthwork(terrain: Terrain, area: shapely.Geometry, formation: Formation, cell_m: float = 1.0) -> Earthwork:
    """Return the earthwork of an area by squares of `cell_m`, over ground that is known."""
    at, share = _squares(area, cell_m)
    ground = ground_at(terrain, at, np.nan)
    known = np.isfinite(ground)
    at, share, ground = at[known], share[known], ground[known]
    change = formation.heights_m(at) - ground
    volume = change * share * cell_m**2
    return Earthwork(
        cut_m3=float(-volume[volume < 0].sum()), fill_m3=float(volume[volume > 0].sum()),
        area_m2=float(share.sum()) * cell_m**2, at=at, change_m=change, cell_m2=cell_m**2,
    )  # fmt: skip


def balanced_level(terrain: Terrain, area: shapely.Geometry, cell_m: float = 1.0) -> float:
    """Return the level at which an area's cut is its fill: the mean height of its ground."""
    at, share = _squares(area, cell_m)
    ground = ground_at(terrain, at, np.nan)
    known = np.isfinite(ground)
    return float(np.average(ground[known], weights=share[known])) if known.any() else float("nan")


def _squares(area: shapely.Geometry, cell_m: float) -> tuple[Float64Array, Float64Array]:
    """Return the middles (n, 2) of squares that touch an area, and the share (n,) of each that lies in it."""
    west, south, east, north = area.bounds
    x, y = np.arange(west, east, cell_m), np.arange(south, north, cell_m)
    left, low = (part.ravel() for part in np.meshgrid(x, y))
    boxes = shapely.box(left, low, left + cell_m, low + cell_m)
    share = np.ones(len(boxes))
    shapely.prepare(area)
    is_in = shapely.contains_properly(area, boxes)
    share[~is_in] = shapely.area(shapely.intersection(boxes[~is_in], area)) / cell_m**2
    touched = share > _TOLERANCE_M
    return np.column_stack([left, low])[touched] + cell_m / 2.0, share[touched]
