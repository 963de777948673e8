"""Buildings as flat outlines with heights, from the triangles of their roofs: what a map on a phone extrudes."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from sanping.domain.geo import Float64Array
from sanping.domain.tile import Tile

STEP_M = 6.0
SHORTEST_STEPPED_M = 18.0
_STEEPEST = 0.15
_LEAST_AREA_M2 = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlines:
    """Parts of features: `row` (n,) in the tile's table, `shape` (n,) polygons in world metres (east, north).

    `top_m` and `bottom_m` (n,) are heights above the feature's own base. A building of several heights has one part
    for each step of six metres; the lower reach under the higher only where the model has a roof there.
    """

    row: npt.NDArray[np.int64]
    shape: npt.NDArray[np.object_]
    top_m: Float64Array
    bottom_m: Float64Array


def outlines_of(tile: Tile, *, is_floating: bool = False, step_m: float = STEP_M) -> Outlines:
    """Return what of a tile can be seen from above; `is_floating` for decks that stand over what passes below.

    With `step_m` infinite each feature has one outline, up to its highest roof.
    """
    mesh, table = tile.near, tile.features
    corners = mesh.points[mesh.triangles].astype(np.float64)
    normal = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    length = np.linalg.norm(normal, axis=1)
    is_roof = normal[:, 2] > _STEEPEST * np.maximum(length, 1e-12)
    corners = corners[is_roof]
    row = mesh.point_feature[mesh.triangles[is_roof, 0]].astype(np.int64)
    height_m = corners[:, :, 2].mean(axis=1) + tile.origin[2] - table.base_m[row]
    is_stepped = table.height_m[row] >= SHORTEST_STEPPED_M
    step = np.where(is_stepped, np.maximum(height_m, 0.0) // step_m, 0).astype(np.int64)
    order = np.lexsort((step, row))
    corners, row, step, height_m = corners[order], row[order], step[order], height_m[order]
    is_first = np.ones(len(row), bool)
    is_first[1:] = (row[1:] != row[:-1]) | (step[1:] != step[:-1])
    starts = np.flatnonzero(is_first)
    if not len(starts):
        empty = np.empty(0)
        return Outlines(row=np.empty(0, np.int64), shape=np.empty(0, object), top_m=empty, bottom_m=empty)
    part = np.cumsum(is_first) - 1
    triangles = shapely.polygons(corners[:, :, :2] + tile.origin[:2])
    shape = shapely.buffer(shapely.multipolygons(triangles, indices=part), 0.0)
    top_m = np.maximum.reduceat(height_m, starts)
    bottom_m = np.minimum.reduceat(height_m, starts) - 1.5 if is_floating else np.zeros(len(starts))
    is_kept = (shapely.area(shape) >= _LEAST_AREA_M2) & (top_m > 0.3)
    return Outlines(
        row=row[starts][is_kept], shape=shape[is_kept], top_m=top_m[is_kept], bottom_m=np.maximum(bottom_m, 0)[is_kept]
    )
