"""The ground and the buildings around sources of noise or of pollution: where both are asked for."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from sanping.analysis.findings import Facets, surface_of
from sanping.analysis.samples import Plans
from sanping.analysis.studies.city import StudiedCity, circle_extent, grown
from sanping.domain.geo import Float64Array
from sanping.domain.view import Point

OVER_GROUND_M = 0.6
_MARGIN_M = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """Sources `at` (s, 3), the outlines around them, and a grid of `x` by `y` over them.

    `spots` (n, 2) are its places row by row, `heights` (n,) the ground there; `is_open` (n,) are those within the
    radius and under no roof. `near` (k,) are the rows of the outlines that the radius reaches.
    """

    at: Float64Array
    plans: Plans
    x: Float64Array
    y: Float64Array
    spots: Float64Array
    heights: Float64Array
    is_open: npt.NDArray[np.bool_]
    near: npt.NDArray[np.int64]

    def surface(self, values: Float64Array) -> Facets:
        """Return values (n,) as a surface that lies on the ground."""
        shape = (len(self.y), len(self.x))
        return surface_of(self.x, self.y, self.heights.reshape(shape) + OVER_GROUND_M, values.reshape(shape))


def around(city: StudiedCity, sources: Sequence[Point], radius_m: float, cell_m: float) -> Around:
    """Return what lies within a radius of sources, one of them at least."""
    at = np.array(sources, np.float64).reshape(-1, 3)
    box = circle_extent((float(at[0, 0]), float(at[0, 1])), radius_m)
    for east, north, _ in at[1:]:
        box = box.merged(circle_extent((float(east), float(north)), radius_m))
    plans = city.plans(within=grown(box, _MARGIN_M))
    x, y = (np.arange(low, high, cell_m) for low, high in ((box.west, box.east), (box.south, box.north)))
    spots = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
    return Around(
        at=at, plans=plans, x=x, y=y, spots=spots, heights=city.ground(spots),
        is_open=_is_open(plans, spots, at, radius_m), near=np.flatnonzero(_is_near(plans.shapes, at, radius_m)),
    )  # fmt: skip


def _is_open(plans: Plans, spots: Float64Array, at: Float64Array, radius_m: float) -> npt.NDArray[np.bool_]:
    """Return which places (n, 2) are near a source and under no roof."""
    away = np.hypot(spots[:, None, 0] - at[None, :, 0], spots[:, None, 1] - at[None, :, 1]).min(axis=1)
    is_open = np.asarray(away <= radius_m, np.bool_)
    covered, _ = shapely.STRtree(plans.shapes).query(shapely.points(spots), predicate="within")
    is_open[np.unique(covered)] = False
    return is_open


def _is_near(shapes: npt.NDArray[np.object_], at: Float64Array, radius_m: float) -> npt.NDArray[np.bool_]:
    reached = shapely.union_all(shapely.buffer(shapely.points(at[:, :2]), radius_m))
    return np.asarray(shapely.intersects(shapes, reached), np.bool_)
