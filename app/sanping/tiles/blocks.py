"""Walls, roofs and merged blocks: what the far level and the facade anchors are made of.

Works on one tile at a time, so that its arrays stay in the processor's cache; only numpy.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sanping.domain.geo import Float32Array, Int32Array, UInt16Array
from sanping.domain.tile import TileMesh
from sanping.tiles.grouping import IndexArray, ranges

TALL_M = 45.0
CELL_M = 80.0
STEEP = 0.03
THINNEST_SIDE = 0.55
WORTH_IT = 0.5

BoolArray = npt.NDArray[np.bool_]
_NONE = np.empty(0, dtype=np.intp)

_BOX_CORNERS = np.array([[x, y] for y in (-0.5, 0.5) for x in (-0.5, 0.5)], dtype=np.float32)[[0, 1, 3, 2]]
_BOX_TRIANGLES = np.array(
    [[4, 5, 6], [4, 6, 7]]
    + [[i, (i + 1) % 4, 4 + (i + 1) % 4] for i in range(4)]
    + [[i, 4 + (i + 1) % 4, 4 + i] for i in range(4)],
    dtype=np.int32,
)


class Scratch:
    """Arrays that are used again for each tile: fresh ones of this size cost more than the sums done in them."""

    def __init__(self, most_triangles: int) -> None:
        self._numbers = np.empty((6, 3 * most_triangles), dtype=np.float32)
        self._index = np.empty(3 * most_triangles, dtype=np.intp)

    def edges(self, mesh: TileMesh) -> tuple[list[Float32Array], list[Float32Array]]:
        """Return corners x, y, z and edges dx, dy, dz of the triangles, each (3, t), good until the next call."""
        count = len(mesh.triangles)
        index = self._index[: 3 * count].reshape(3, count)
        index[:] = mesh.triangles.T
        corners, edges = [], []
        for axis in range(3):
            at = self._numbers[axis, : 3 * count].reshape(3, count)
            along = self._numbers[3 + axis, : 3 * count].reshape(3, count)
            np.take(np.ascontiguousarray(mesh.points[:, axis]), index, out=at, mode="clip")
            np.subtract(at[1:], at[:-1], out=along[:2])
            np.subtract(at[0], at[2], out=along[2])
            corners.append(at)
            edges.append(along)
        return corners, edges


@dataclass(frozen=True, slots=True, kw_only=True)
class Walls:
    """Roof area seen from above (f,), lower end of the longest wall (f, 2), and the unit vector along it (f, 2)."""

    area_m2: Float32Array
    anchor: Float32Array
    along: Float32Array


def walls_of(mesh: TileMesh, first_triangle: IndexArray, scratch: Scratch) -> Walls:
    """Measure roofs and walls of a tile's f features, relative to its origin; zeros for features without triangles."""
    count = len(first_triangle) - 1
    area, anchor, along = (
        np.zeros(count, np.float32),
        np.zeros((count, 2), np.float32),
        np.zeros((count, 2), np.float32),
    )
    along[:, 0] = 1.0
    rows = np.flatnonzero(np.diff(first_triangle))
    if len(rows) == 0:
        return Walls(area_m2=area, anchor=anchor, along=along)
    (x, y, z), (dx, dy, dz) = scratch.edges(mesh)
    normal_z = dx[0] * dy[1] - dx[1] * dy[0]
    starts = first_triangle[rows]
    area[rows] = np.add.reduceat(np.maximum(normal_z, 0.0), starts) * np.float32(0.5)
    longest = _longest_walls((dx, dy, dz), normal_z, starts)
    lowest = z[:, longest].argmin(axis=0)
    anchor[rows, 0], anchor[rows, 1] = x[lowest, longest], y[lowest, longest]
    east, north = dx[:, longest], dy[:, longest]
    length = east * east + north * north
    edge, each = length.argmax(axis=0), np.arange(len(longest))
    has_length = length[edge, each] > 0
    scale = 1.0 / np.sqrt(np.where(has_length, length[edge, each], 1.0))
    along[rows, 0] = np.where(has_length, east[edge, each] * scale, 1.0)
    along[rows, 1] = north[edge, each] * scale
    return Walls(area_m2=area, anchor=anchor, along=along)


def _longest_walls(edges: tuple[Float32Array, ...], normal_z: Float32Array, starts: IndexArray) -> IndexArray:
    """Return the triangle with the longest horizontal side of each run, walls before anything flatter."""
    dx, dy, dz = edges
    normal_x = dy[0] * dz[1] - dy[1] * dz[0]
    normal_y = dz[0] * dx[1] - dz[1] * dx[0]
    span = dx[0] * dx[0] + dy[0] * dy[0]
    for side in (1, 2):
        np.maximum(span, dx[side] * dx[side] + dy[side] * dy[side], out=span)
    flat = normal_z * normal_z
    is_flat = flat > STEEP * (normal_x * normal_x + normal_y * normal_y + flat)
    span[is_flat] *= np.float32(1e-6)
    best = np.maximum.reduceat(span, starts)
    runs = np.diff(starts, append=len(span))
    hits = np.flatnonzero(span == np.repeat(best, runs))
    longest: IndexArray = hits[np.searchsorted(hits, starts)]
    return longest


@dataclass(frozen=True, slots=True, kw_only=True)
class Shapes:
    """What the far level is made from, for the f features of a tile.

    `low`, `high` (f, 3) are the corners of their boxes relative to the tile's origin, NaN without triangles;
    `first_point` (f + 1,) their ranges of points; `is_mergeable` (f,) is false for what is no building.
    """

    low: Float32Array
    high: Float32Array
    first_point: IndexArray
    walls: Walls
    is_mergeable: BoolArray


def far_mesh(mesh: TileMesh, shapes: Shapes) -> TileMesh | None:
    """Return the far level: a box for each tall feature, one box for the rest of each 80 m cell.

    Features that are no buildings stay as they are. None when it would save little.
    """
    has_triangles = np.diff(shapes.first_point) > 0
    is_block = shapes.is_mergeable & has_triangles & (shapes.walls.area_m2 > 0)
    is_tall = is_block & (shapes.high[:, 2] - shapes.low[:, 2] > TALL_M)
    is_kept = has_triangles & ~is_block
    kept = np.flatnonzero(is_kept[mesh.point_feature[mesh.triangles[:, 0]]]) if is_kept.any() else _NONE
    tall_boxes, tall = _tall_boxes(mesh, shapes, np.flatnonzero(is_tall))
    cell_boxes, tallest = _cell_boxes(shapes, np.flatnonzero(is_block & ~is_tall))
    rows = np.concatenate([tall, tallest])
    if len(rows) * len(_BOX_TRIANGLES) + len(kept) > WORTH_IT * len(mesh.triangles):
        return None
    return _far_of(mesh, kept, np.concatenate([tall_boxes, cell_boxes]), rows)


def _tall_boxes(mesh: TileMesh, shapes: Shapes, rows: IndexArray) -> tuple[Float32Array, IndexArray]:
    """Boxes along the longest wall of each feature: points (b, 8, 3) and rows (b,)."""
    boxes = np.empty((len(rows), 8, 3), dtype=np.float32)
    if len(rows) == 0:
        return boxes, rows
    counts = np.diff(shapes.first_point)[rows]
    points = mesh.points[ranges(shapes.first_point[rows], counts)]
    starts = np.cumsum(counts) - counts
    along = shapes.walls.along[rows]
    across = along[:, ::-1] * np.array([-1.0, 1.0], dtype=np.float32)
    corners = np.zeros((len(rows), 4, 2), dtype=np.float32)
    for side, axis in enumerate((along, across)):
        place = (points[:, :2] * np.repeat(axis, counts, axis=0)).sum(axis=1)
        least, most = np.minimum.reduceat(place, starts), np.maximum.reduceat(place, starts)
        corner = ((least + most) / 2)[:, None] + (most - least)[:, None] * _BOX_CORNERS[None, :, side]
        corners += corner[:, :, None] * axis[:, None, :]
    boxes[:, :4, :2] = boxes[:, 4:, :2] = corners
    boxes[:, :4, 2] = shapes.low[rows, 2, None]
    boxes[:, 4:, 2] = shapes.high[rows, 2, None]
    return boxes, rows


def _cell_boxes(shapes: Shapes, rows: IndexArray) -> tuple[Float32Array, IndexArray]:
    """One box per cell, turned like its tallest feature and as high as its features are on average by area.

    It stands in the middle of their roofs and covers no more ground than they, unless that would make it a needle.
    """
    if len(rows) == 0:
        return np.empty((0, 8, 3), dtype=np.float32), rows
    rows, starts = _by_cell(shapes, rows)
    tallest, counts = rows[starts], np.diff(starts, append=len(rows))
    area = shapes.walls.area_m2[rows]
    cell_area = np.add.reduceat(area, starts)
    middle = (shapes.low[rows, :2] + shapes.high[rows, :2]) / 2
    half_side = np.sqrt(area) / 2
    along = shapes.walls.along[tallest]
    axes = (along, along[:, ::-1] * np.array([-1.0, 1.0], dtype=np.float32))
    least, most, centre = np.empty((3, 2, len(starts)), dtype=np.float32)
    for side, axis in enumerate(axes):
        place = (middle * np.repeat(axis, counts, axis=0)).sum(axis=1)
        least[side] = np.minimum.reduceat(place - half_side, starts)
        most[side] = np.maximum.reduceat(place + half_side, starts)
        centre[side] = np.add.reduceat(area * place, starts) / cell_area
    size = most - least
    size *= np.clip(np.sqrt(cell_area / (size[0] * size[1])), THINNEST_SIDE, 1.0)
    centre = np.clip(centre, least + size / 2, most - size / 2)
    boxes = np.zeros((len(starts), 8, 3), dtype=np.float32)
    for side, axis in enumerate(axes):
        corner = centre[side][:, None] + size[side][:, None] * _BOX_CORNERS[None, :, side]
        boxes[:, :4, :2] += corner[:, :, None] * axis[:, None, :]
    boxes[:, 4:, :2] = boxes[:, :4, :2]
    boxes[:, :4, 2] = np.minimum.reduceat(shapes.low[rows, 2], starts)[:, None]
    boxes[:, 4:, 2] = (np.add.reduceat(area * shapes.high[rows, 2], starts) / cell_area)[:, None]
    return boxes, tallest


def _by_cell(shapes: Shapes, rows: IndexArray) -> tuple[IndexArray, IndexArray]:
    """Return the rows sorted by cell, the tallest of each cell first, and where each cell starts."""
    middle = (shapes.low[rows, :2] + shapes.high[rows, :2]) / 2
    column, line = np.floor(middle / CELL_M).astype(np.int64).T
    cell = line * (1 << 32) + column
    order = np.lexsort((rows, shapes.low[rows, 2] - shapes.high[rows, 2], cell))
    cell = cell[order]
    return rows[order], np.flatnonzero(np.concatenate([[True], cell[1:] != cell[:-1]]))


def _far_of(mesh: TileMesh, kept: IndexArray, boxes: Float32Array, box_rows: IndexArray) -> TileMesh:
    """Put kept triangles and boxes together, sorted by feature."""
    used = np.zeros(len(mesh.points), dtype=np.bool_)
    used[mesh.triangles[kept]] = True
    renumbered = np.cumsum(used, dtype=np.int32) - 1
    kept_count = int(used.sum())
    box_base = kept_count + 8 * np.arange(len(box_rows), dtype=np.int32)
    triangles: Int32Array = np.concatenate(
        [renumbered[mesh.triangles[kept]], (_BOX_TRIANGLES[None] + box_base[:, None, None]).reshape(-1, 3)]
    )
    point_feature: UInt16Array = np.concatenate([mesh.point_feature[used], np.repeat(box_rows, 8).astype(np.uint16)])
    order = np.argsort(point_feature[triangles[:, 0]], kind="stable")
    return TileMesh(
        points=np.concatenate([mesh.points[used], boxes.reshape(-1, 3)]),
        triangles=triangles[order],
        point_feature=point_feature,
    )
