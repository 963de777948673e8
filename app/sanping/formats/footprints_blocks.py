"""Blocks from roofs: walls, roofs, and floors of what hangs above the ground, for all footprints of a file at once."""

from dataclasses import dataclass

import numpy as np

from sanping.domain.city import SurfaceKind
from sanping.domain.geo import Float64Array, Int32Array
from sanping.formats.columns import Triangles
from sanping.formats.footprints_heights import Heights
from sanping.formats.footprints_rings import IntArray, Rings, following_points, outer_rings
from sanping.formats.polygons import Triangulation


@dataclass(frozen=True, slots=True, kw_only=True)
class Roofs:
    """Rings in the frame of the model, the signed area (r,) of each, and the triangles of their polygons."""

    rings: Rings
    areas: Float64Array
    cut: Triangulation


def blocks(roofs: Roofs, base: Float64Array, heights: Heights) -> Triangles:
    """Raise roofs from `base` (n,), the foot of each feature, to their heights.

    Each ring has its points at the foot, then those at the eaves, so that the points of a feature stay together.
    """
    rings = roofs.rings
    sizes = np.diff(rings.ring_start)
    ring_row = rings.row[np.repeat(np.arange(len(rings.row)), np.diff(rings.first_ring))]
    foot = np.arange(len(rings.points), dtype=np.int32) + np.repeat(rings.ring_start[:-1].astype(np.int32), sizes)
    eaves = foot + np.repeat(sizes.astype(np.int32), sizes)
    below = np.empty(2 * len(foot), dtype=np.intp)
    below[foot] = below[eaves] = np.arange(len(foot))
    points = np.empty((len(below), 3))
    for axis in range(2):
        points[:, axis] = np.ascontiguousarray(rings.points[:, axis]).take(below)
    levels = np.stack((base + heights.above_ground_m, base + heights.height_m), axis=1)[ring_row]
    points[:, 2] = np.repeat(levels.ravel(), np.repeat(sizes, 2))
    walls, wall_row = _walls(roofs, ring_row, foot, eaves)
    roof, roof_row = _facing_up(roofs), rings.row[roofs.cut.polygon]
    parts = [(walls, wall_row, SurfaceKind.WALL), (eaves.take(roof), roof_row, SurfaceKind.ROOF)]
    hanging = heights.above_ground_m[roof_row] > 0
    if hanging.any():
        parts.append((foot[roof[hanging]][:, ::-1], roof_row[hanging], SurfaceKind.OUTER_FLOOR))
    return _row_by_row(points, parts)


def _row_by_row(points: Float64Array, parts: list[tuple[Int32Array, IntArray, SurfaceKind]]) -> Triangles:
    """Merge parts into one mesh in the order of rows."""
    row = np.concatenate([rows for _, rows, _ in parts]).astype(np.int32)
    order = np.argsort(row, kind="stable")
    surface = np.repeat(np.array([kind for _, _, kind in parts], dtype=np.uint8), [len(rows) for _, rows, _ in parts])
    return Triangles(
        points=points,
        triangles=np.concatenate([corners for corners, _, _ in parts]).take(order, axis=0),
        triangle_row=row[order],
        triangle_surface=surface[order],
    )


def _walls(roofs: Roofs, ring_row: IntArray, foot: Int32Array, eaves: Int32Array) -> tuple[Int32Array, IntArray]:
    """Return two triangles for each side of each ring of a polygon with a roof, seen from outside, and their rows."""
    rings = roofs.rings
    is_outer = np.zeros(len(ring_row), dtype=bool)
    is_outer[outer_rings(rings)] = True
    sizes = np.diff(rings.ring_start)
    following = following_points(rings)
    right, row = np.repeat((roofs.areas > 0) == is_outer, sizes), np.repeat(ring_row, sizes)
    x, y = np.ascontiguousarray(rings.points.T)
    is_side = (x != x[following]) | (y != y[following])
    if len(roofs.cut.broken):
        has_roof = np.ones(len(rings.row), dtype=bool)
        has_roof[roofs.cut.broken] = False
        is_side &= np.repeat(np.repeat(has_roof, np.diff(rings.first_ring)), sizes)
    begin = np.flatnonzero(is_side)
    end, right = following[begin], right[begin]
    left_corner, right_corner = np.where(right, begin, end), np.where(right, end, begin)
    walls = np.empty((len(begin), 2, 3), dtype=np.int32)
    walls[:, 0, 0] = walls[:, 1, 0] = foot[left_corner]
    walls[:, 0, 1] = foot[right_corner]
    walls[:, 0, 2] = walls[:, 1, 1] = eaves[right_corner]
    walls[:, 1, 2] = eaves[left_corner]
    return walls.reshape(-1, 3), np.repeat(row[begin], 2)


def _facing_up(roofs: Roofs) -> Int32Array:
    """Return the triangles of the roofs, those of clockwise polygons turned over."""
    rings, cut = roofs.rings, roofs.cut
    is_clockwise = np.zeros(len(rings.row), dtype=bool)
    is_clockwise[np.diff(rings.first_ring) > 0] = roofs.areas[outer_rings(rings)] < 0
    if not is_clockwise.any():
        return cut.triangles
    turned = np.flatnonzero(is_clockwise[cut.polygon])
    result = cut.triangles.copy()
    result[turned, 0], result[turned, 2] = cut.triangles[turned, 2], cut.triangles[turned, 0]
    return result
