"""Walls, roofs and merged blocks: what the far level and the facade anchors are made of.

Works on one tile at a time, so that its arrays stay in the processor's cache; only numpy.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sanping.domain.geo import Float32Array, Int32Array, UInt16Array
from sanping.domain.tile import TileMesh

TALL_M = 45.0
CELL_M = 120.0
STEEP = 0.03
THINNEST_SIDE = 0.55
WORTH_IT = 0.5

BoolArray = npt.NDArray[np.bool_]
IndexArray = npt.NDArray[np.intp]

_BOX_CORNERS = np.array([[x, y] for y in (-0.5, 0.5) for x in (-0.5, 0.5)], dtype=np.float32)[[0, 1, 3, 2]]
_BOX_TRIANGLES = np.array(
    [[4, 5, 6], [4, 6, 7]]
    + [[i, (i + 1) % 4, 4 + (i + 1) % 4] for i in range(4)]
    + [[i, 4 + (i + 1) % 4, 4 + i] for i in range(4)],
    dtype=np.int32,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shapes:
    """What is measured of each of the f features of a tile, relative to its origin.

    `low`, `high` (f, 3) are the corners of the box, `area_m2` (f,) the roof area seen from above, `anchor` (f, 2) the
    lower end of the longest wall, `wall` (f, 2) the unit vector along that wall. Features without triangles hold zeros.
    """

    has_triangles: BoolArray
    low: Float32Array
    high: Float32Array
    area_m2: Float32Array
    anchor: Float32Array
    wall: Float32Array


def measured(mesh: TileMesh, first_point: IndexArray, first_triangle: IndexArray) -> Shapes:
    """Measure the features of a tile; `first_point`, `first_triangle` (f + 1,) are their ranges in `mesh`."""
    count = len(first_triangle) - 1
    rows = np.flatnonzero(np.diff(first_triangle))
    low, high = np.zeros((2, count, 3), dtype=np.float32)
    starts = first_point[rows]
    for axis in range(3):
        column = np.ascontiguousarray(mesh.points[:, axis])
        low[rows, axis] = np.minimum.reduceat(column, starts)
        high[rows, axis] = np.maximum.reduceat(column, starts)
    area, anchor, wall = np.zeros(count, np.float32), np.zeros((count, 2), np.float32), np.zeros((count, 2), np.float32)
    wall[:, 0] = 1.0
    area[rows], anchor[rows], wall[rows] = _walls(mesh, rows, first_triangle)
    return Shapes(has_triangles=np.diff(first_triangle) > 0, low=low, high=high, area_m2=area, anchor=anchor, wall=wall)


def _walls(
    mesh: TileMesh, rows: IndexArray, first_triangle: IndexArray
) -> tuple[Float32Array, Float32Array, Float32Array]:
    """Return roof area, anchor and wall direction of the features in `rows`, all of which have triangles."""
    corners = mesh.points[mesh.triangles]
    x, y, z = (np.ascontiguousarray(corners[:, :, axis].T) for axis in range(3))
    dx, dy, dz = (np.roll(axis, -1, axis=0) - axis for axis in (x, y, z))
    normal_x = dy[0] * dz[1] - dz[0] * dy[1]
    normal_y = dz[0] * dx[1] - dx[0] * dz[1]
    normal_z = dx[0] * dy[1] - dy[0] * dx[1]
    starts = first_triangle[rows]
    area = np.add.reduceat(np.maximum(normal_z, 0.0), starts) * np.float32(0.5)
    span = (dx * dx + dy * dy).max(axis=0)
    flat = normal_z * normal_z
    is_wall = flat <= STEEP * (normal_x * normal_x + normal_y * normal_y + flat)
    span = np.where(is_wall, span, span * np.float32(1e-6))
    longest = np.maximum.reduceat(span, starts)
    hits = np.flatnonzero(span == np.repeat(longest, np.diff(first_triangle)[rows]))
    chosen = hits[np.searchsorted(hits, starts)]
    each = np.arange(len(chosen))
    lowest = z[:, chosen].argmin(axis=0)
    anchor = np.stack([x[lowest, chosen], y[lowest, chosen]], axis=1)
    edge = (dx[:, chosen] ** 2 + dy[:, chosen] ** 2).argmax(axis=0)
    wall = np.stack([dx[:, chosen][edge, each], dy[:, chosen][edge, each]], axis=1)
    length = np.hypot(wall[:, 0], wall[:, 1])
    wall = np.where(
        length[:, None] > 0, wall / np.maximum(length, 1e-9)[:, None], np.array([1.0, 0.0], dtype=np.float32)
    )
    return area, anchor, wall.astype(np.float32)


def far_mesh(mesh: TileMesh, shapes: Shapes, first_point: IndexArray, is_mergeable: BoolArray) -> TileMesh | None:
    """Return the far level: a box for each tall feature, one box for the rest of each 120 m cell.

    Features that are no buildings (`is_mergeable` (f,) false) stay as they are. None when it would save little.
    """
    is_block = is_mergeable & shapes.has_triangles & (shapes.area_m2 > 0)
    is_kept = shapes.has_triangles & ~is_block
    is_tall = is_block & (shapes.high[:, 2] - shapes.low[:, 2] > TALL_M)
    kept_triangles = np.flatnonzero(is_kept[mesh.point_feature[mesh.triangles[:, 0]]])
    tall = np.flatnonzero(is_tall)
    low = np.flatnonzero(is_block & ~is_tall)
    boxes = [_tall_boxes(mesh, shapes, tall, first_point), _cell_boxes(shapes, low)]
    box_points = np.concatenate([points for points, _ in boxes])
    box_rows = np.concatenate([rows for _, rows in boxes])
    if len(box_rows) * len(_BOX_TRIANGLES) + len(kept_triangles) > WORTH_IT * len(mesh.triangles):
        return None
    return _far_of(mesh, kept_triangles, box_points, box_rows)


def _tall_boxes(
    mesh: TileMesh, shapes: Shapes, rows: IndexArray, first_point: IndexArray
) -> tuple[Float32Array, IndexArray]:
    """Boxes along the longest wall of each feature: points (b, 8, 3) and rows (b,)."""
    boxes = np.empty((len(rows), 8, 3), dtype=np.float32)
    for number, row in enumerate(rows.tolist()):
        points = mesh.points[first_point[row] : first_point[row + 1]]
        along = shapes.wall[row]
        across = np.array([-along[1], along[0]], dtype=np.float32)
        axes = np.stack([along, across])
        turned = points[:, :2] @ axes.T
        least, most = turned.min(axis=0), turned.max(axis=0)
        corners = ((least + most) / 2 + _BOX_CORNERS * (most - least)) @ axes
        boxes[number, :4, :2] = boxes[number, 4:, :2] = corners
    boxes[:, :4, 2] = shapes.low[rows, 2, None]
    boxes[:, 4:, 2] = shapes.high[rows, 2, None]
    return boxes, rows


def _cell_boxes(shapes: Shapes, rows: IndexArray) -> tuple[Float32Array, IndexArray]:
    """One box per cell, as high as its features are on average by area, each with the row of its tallest."""
    if len(rows) == 0:
        return np.empty((0, 8, 3), dtype=np.float32), rows
    centre = (shapes.low[rows, :2] + shapes.high[rows, :2]) / 2
    column, line = np.floor(centre / CELL_M).astype(np.int64).T
    cell = line * (1 << 32) + column
    order = np.lexsort((rows, -(shapes.high[rows, 2] - shapes.low[rows, 2]), cell))
    rows, cell = rows[order], cell[order]
    starts = np.flatnonzero(np.concatenate([[True], cell[1:] != cell[:-1]]))
    area = shapes.area_m2[rows]
    low = np.minimum.reduceat(shapes.low[rows], starts)
    high = np.maximum.reduceat(shapes.high[rows], starts)
    cell_area = np.add.reduceat(area, starts)
    top = np.add.reduceat(area * shapes.high[rows, 2], starts) / cell_area
    size = np.maximum(high[:, :2] - low[:, :2], 0.1)
    covered = np.clip(np.sqrt(cell_area / (size[:, 0] * size[:, 1])), THINNEST_SIDE, 1.0)
    boxes = np.empty((len(starts), 8, 3), dtype=np.float32)
    middle = (low[:, None, :2] + high[:, None, :2]) / 2
    boxes[:, :4, :2] = boxes[:, 4:, :2] = middle + _BOX_CORNERS * (size * covered[:, None])[:, None, :]
    boxes[:, :4, 2] = low[:, 2, None]
    boxes[:, 4:, 2] = top[:, None]
    return boxes, rows[starts]


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
