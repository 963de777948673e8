"""Points that stand for plots and for the walls of buildings, at which light, sight and noise are asked."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from sanping.analysis.ground_heights import ground_at, reaches
from sanping.analysis.outlines import outlines_of
from sanping.domain.geo import Extent, Float64Array
from sanping.domain.ground import Terrain
from sanping.domain.tile import TileSet

Rows = npt.NDArray[np.int64]
OFF_WALL_M, OFF_GROUND_M = 0.05, 0.1
_INSIDE_M = 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class Samples:
    """Points in world metres.

    `points`, `normals` (p, 3); a point on the ground has the normal 0. `subject` (p,) is the row in `subjects`, the
    ids of the plots or buildings. `spacing_m` is the distance between neighbours.
    """

    points: Float64Array
    normals: Float64Array
    subject: Rows
    subjects: Sequence[str]
    spacing_m: float

    def __len__(self) -> int:
        """Return the number of points."""
        return len(self.points)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plans:
    """Buildings as flat outlines: ids, numbers in their tile set, polygons, foot and top in metres, all (b,)."""

    ids: Sequence[str]
    numbers: Rows
    shapes: npt.NDArray[np.object_]
    base_m: Float64Array
    top_m: Float64Array

    @property
    def middles(self) -> Float64Array:
        """The middle of each roof (b, 3)."""
        flat: Float64Array = shapely.get_coordinates(shapely.centroid(self.shapes))
        return np.column_stack([flat, self.top_m])


def plans_of(tiles: TileSet, step_m: float = np.inf, within: Extent | None = None) -> Plans:
    """Return the outline of every feature that has a roof; one for each step of its height with a finite `step_m`.

    Only tiles that reach into `within` are looked at.
    """
    ids: list[str] = []
    numbers, shapes, base, top = [], [], [np.zeros(0)], [np.zeros(0)]
    for tile in tiles.tiles:
        if within is not None and not reaches(tile.extent, within):
            continue
        found = outlines_of(tile, step_m=step_m)
        ids += [tile.features.ids[row] for row in found.row.tolist()]
        numbers.append(found.row + tile.first_feature)
        shapes.append(found.shape)
        foot = tile.features.base_m[found.row].astype(np.float64)
        base.append(foot)
        top.append(foot + found.top_m)
    return Plans(
        ids=ids,
        numbers=np.concatenate([np.zeros(0, np.int64), *numbers]),
        shapes=np.concatenate([np.zeros(0, object), *shapes]),
        base_m=np.concatenate(base),
        top_m=np.concatenate(top),
    )


def on_plots(
    ids: Sequence[str], shapes: Sequence[shapely.Geometry], terrain: Terrain | None, spacing_m: float = 2.0
) -> Samples:
    """Return points on a square grid in each plot; a plot too small for the grid has one point."""
    points, subject = [np.zeros((0, 2))], [np.zeros(0, np.int64)]
    for row, shape in enumerate(shapes):
        west, south, east, north = shape.bounds
        x, y = _middles(west, east, spacing_m), _middles(south, north, spacing_m)
        at = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
        at = at[shapely.contains_xy(shape, at)]
        if not len(at):
            inside = shape.representative_point()
            at = np.array([[inside.x, inside.y]])
        points.append(at)
        subject.append(np.full(len(at), row))
    flat = np.concatenate(points)
    height = ground_at(terrain, flat) + OFF_GROUND_M
    return Samples(
        points=np.column_stack([flat, height]),
        normals=np.zeros((len(flat), 3)),
        subject=np.concatenate(subject),
        subjects=ids,
        spacing_m=spacing_m,
    )


def on_walls(plans: Plans, rows: Rows, height_m: float, spacing_m: float = 1.0) -> Samples:
    """Return points along the outer walls of some buildings, `height_m` above their feet, with outward normals.

    A wall that stands against another building has none.
    """
    points, normals, subject = [np.zeros((0, 3))], [np.zeros((0, 3))], [np.zeros(0, np.int64)]
    for place, row in enumerate(rows.tolist()):
        for part in shapely.get_parts(plans.shapes[row]):
            at, out = _along(np.asarray(shapely.orient_polygons(part).exterior.coords, np.float64)[:, :2], spacing_m)
            height = np.full(len(at), min(plans.base_m[row] + height_m, plans.top_m[row] - OFF_WALL_M))
            points.append(np.column_stack([at + out * OFF_WALL_M, height]))
            normals.append(np.column_stack([out, np.zeros(len(out))]))
            subject.append(np.full(len(at), place))
    every, outward, owner = np.concatenate(points), np.concatenate(normals), np.concatenate(subject)
    before = shapely.points(every[:, :2] + outward[:, :2] * _INSIDE_M)
    covered, other = shapely.STRtree(plans.shapes).query(before, predicate="within")
    is_free = np.ones(len(every), np.bool_)
    is_free[covered[plans.top_m[other] > every[covered, 2]]] = False
    return Samples(
        points=every[is_free], normals=outward[is_free], subject=owner[is_free],
        subjects=[plans.ids[row] for row in rows.tolist()], spacing_m=spacing_m,
    )  # fmt: skip


def _middles(low: float, high: float, spacing_m: float) -> Float64Array:
    """Return the middles of as many cells as lie between two bounds."""
    count = max(1, int((high - low) / spacing_m + 1e-9))
    return np.asarray((low + high) / 2.0 + (np.arange(count) - (count - 1) / 2.0) * spacing_m, np.float64)


def _along(ring: Float64Array, spacing_m: float) -> tuple[Float64Array, Float64Array]:
    """Return points in the middle of equal pieces of each side of a ring that turns left, and their outward normals."""
    way = np.diff(ring, axis=0)
    length = np.linalg.norm(way, axis=1)
    way, start, length = way[length > 1e-6], ring[:-1][length > 1e-6], length[length > 1e-6]
    count = np.maximum(1, np.ceil(length / spacing_m)).astype(np.int64)
    side = np.repeat(np.arange(len(way)), count)
    within = np.arange(len(side)) - np.repeat(np.cumsum(count) - count, count)
    at = start[side] + way[side] * ((within + 0.5) / count[side])[:, None]
    out = np.column_stack([way[:, 1], -way[:, 0]]) / length[:, None]
    return at, out[side]
