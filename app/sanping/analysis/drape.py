"""Sets a model down on a terrain."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from sanping.analysis.height_grid import heights_at
from sanping.domain.city import CityModel
from sanping.domain.geo import Float64Array, Int32Array
from sanping.domain.ground import Terrain
from sanping.domain.text import Text

NEEDS_TERRAIN = Text(
    "没有底高：对象暂放在 0 米，需要地形才能落地",
    "No base heights: objects stand at 0 m and need a terrain to stand on",
)
"""The note of a model whose feet are unknown."""

_DRAPED = Text("{count} 个对象已落到地形上", "{count} objects were set down on the terrain")
_OUTSIDE = Text("{count} 个对象在地形之外，保持原高度", "{count} objects lie outside the terrain and keep their height")
_FOOT_M = 0.5


def needs_terrain(model: CityModel) -> bool:
    """Say whether the model's objects stand at 0 because nobody knows the height of their feet."""
    return NEEDS_TERRAIN in model.origin.notes


def draped(model: CityModel, terrain: Terrain) -> CityModel:
    """Lift (or lower) each object so that its foot stands on the terrain.

    The foot is an object's points within half a metre of its lowest; it comes to lie on the lowest terrain height under
    them. Parts move with the outermost object above them. Objects outside the terrain, or over holes in it, stay.
    Model and terrain share one frame.
    """
    row, base = _top_rows(model)
    points, triangles, point_row, source = _own_points(model, row)
    ground = _ground_under(points, terrain, point_row, base)
    lift = ground - base
    is_lifted = np.isfinite(lift)
    lift[~is_lifted] = 0.0
    used = point_row >= 0
    points[used, 2] += lift[point_row[used]]
    drawn = np.unique(row[model.triangle_feature])
    lifted, outside = int(is_lifted[drawn].sum()), int((~is_lifted[drawn]).sum())
    notes = [note for note in model.origin.notes if note != NEEDS_TERRAIN]
    notes += [_DRAPED.with_values(count=lifted)] if lifted else []
    notes += [_OUTSIDE.with_values(count=outside)] if outside else []
    features = replace(model.features, base_m=(model.features.base_m + lift[row]).astype(np.float32))
    return replace(
        model,
        points=points,
        triangles=triangles,
        features=features,
        origin=replace(model.origin, notes=tuple(notes)),
        texturing=model.texturing and model.texturing.taken(source),
    )


def _top_rows(model: CityModel) -> tuple[Int32Array, Float64Array]:
    """Return for each row the outermost object above it, and the lowest point of each such object."""
    parent = model.features.parent
    row = np.arange(len(parent), dtype=np.int32)
    for _ in range(len(parent)):
        above = parent[row]
        has_parent = above >= 0
        if not has_parent.any():
            break
        row = np.where(has_parent, above, row)
    base = np.full(len(parent), np.inf)
    corner_row = np.repeat(row[model.triangle_feature], 3)
    np.minimum.at(base, corner_row, model.points[model.triangles.ravel(), 2])
    return row, np.where(np.isfinite(base), base, np.nan)


def _own_points(model: CityModel, row: Int32Array) -> tuple[Float64Array, Int32Array, Int32Array, npt.NDArray[np.intp]]:
    """Return points and triangles in which no two outermost objects share a point, and the object of each point.

    A point that no triangle has belongs to −1. Last, which point of the model each one was.
    """
    corners, corner_row = model.triangles.ravel(), np.repeat(row[model.triangle_feature], 3)
    point_row = np.full(len(model.points), -1, dtype=np.int32)
    point_row[corners] = corner_row
    shared = np.flatnonzero(point_row[corners] != corner_row)
    if len(shared) == 0:
        return model.points.copy(), model.triangles, point_row, np.arange(len(model.points))
    pairs = np.column_stack((corners[shared], corner_row[shared]))
    copied, number = np.unique(pairs, axis=0, return_inverse=True)
    corners = corners.copy()
    corners[shared] = len(model.points) + number.ravel()
    points = np.concatenate((model.points, model.points[copied[:, 0]]))
    point_row = np.concatenate((point_row, copied[:, 1])).astype(np.int32)
    source: npt.NDArray[np.intp] = np.concatenate((np.arange(len(model.points)), copied[:, 0].astype(np.intp)))
    return points, corners.reshape(-1, 3).astype(np.int32), point_row, source


def _ground_under(points: Float64Array, terrain: Terrain, point_row: Int32Array, base: Float64Array) -> Float64Array:
    """Return the lowest terrain height under the foot points of each object; NaN where there is none."""
    foot = np.flatnonzero(point_row >= 0)
    foot = foot[points[foot, 2] <= base[point_row[foot]] + _FOOT_M]
    column = (points[foot, 0] - terrain.west) / terrain.cell_x_m
    line = (terrain.north - points[foot, 1]) / terrain.cell_y_m
    height = heights_at(terrain.heights_m, line, column)
    known = np.isfinite(height)
    ground = np.full(len(base), np.inf)
    np.minimum.at(ground, point_row[foot[known]], height[known])
    return np.where(np.isfinite(ground), ground, np.nan)
