"""Checks a model as CJJ/T 315-2022 4.3.4 asks: identity, geometry, place on the ground, and what stands in one another.

Nothing is changed: each fault names an object, what is wrong with it, by how much, and where it is.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
import shapely

from sanping.analysis.ground_heights import ground_at
from sanping.analysis.outlines import outlines_of
from sanping.analysis.self_crossing import crosses_itself
from sanping.domain.geo import Float64Array, Int32Array
from sanping.domain.ground import Terrain
from sanping.domain.text import Text
from sanping.domain.tile import Tile, TileSet
from sanping.domain.view import Point
from sanping.ports.progress import Progress

FaultKind = Literal[
    "doubled_id", "no_geometry", "no_height", "open", "not_manifold", "crossing", "floating", "sunk", "collision"
]
FAULTS: dict[FaultKind, Text] = {
    "doubled_id": Text("编号重复", "Id used more than once"),
    "no_geometry": Text("没有几何", "No geometry"),
    "no_height": Text("没有高度", "No height"),
    "open": Text("实体不封闭", "Solid is not closed"),
    "not_manifold": Text("一条边有两个以上的面", "An edge has more than two faces"),
    "crossing": Text("自相交", "Crosses itself"),
    "floating": Text("悬空", "Floats above the ground"),
    "sunk": Text("低于地面", "Below the ground"),
    "collision": Text("与其他对象相交", "Stands in another object"),
}
"""What can be wrong, and its title. The amount of a fault is in metres, square metres or a count: see `UNITS`."""
UNITS: dict[FaultKind, str] = {
    "doubled_id": "×", "no_geometry": "", "no_height": "m", "open": "", "not_manifold": "", "crossing": "",
    "floating": "m", "sunk": "m", "collision": "m²",
}  # fmt: skip
FLOATING_M, SUNK_M, COLLISION_M2, COLLISION_HEIGHT_M = 1.0, 3.0, 1.0, 0.5
_CHECKING = Text("检查模型", "Checking the model")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that is wrong: object `id`, how much of it, and where; `other` is the second object of a collision."""

    kind: FaultKind
    id: str
    amount: float
    place: Point
    other: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckLimits:
    """From which amount on something is a fault: metres above and below the ground, square metres in one another."""

    floating_m: float = FLOATING_M
    sunk_m: float = SUNK_M
    collision_m2: float = COLLISION_M2


def faults_of(
    model: TileSet, terrain: Terrain | None, progress: Progress, limits: CheckLimits | None = None
) -> list[Fault]:
    """Return the faults of a model in the order of `FAULTS`; place on the ground is checked where there is terrain.

    A building of parts is checked part by part; parts of one building may touch and share a volume. A model without
    floors (footprints with heights) is not told that each of its blocks is open below. Raises `Cancelled`.
    """
    wanted = limits or CheckLimits()
    has_parts = _parents(model)
    found = list(_doubled(model))
    for number, tile in enumerate(model.tiles):
        progress.report(0.8 * number / len(model.tiles), _CHECKING)
        found += _of_tile(tile, has_parts, terrain, wanted)
    progress.report(0.8, _CHECKING)
    found += _collisions(model, wanted)
    order = list(FAULTS)
    return sorted(found, key=lambda fault: (order.index(fault.kind), -fault.amount, fault.id))


def _parents(model: TileSet) -> frozenset[int]:
    """Return the numbers of the objects that have parts."""
    found = [tile.features.parent[tile.features.parent >= 0] for tile in model.tiles]
    return frozenset(np.unique(np.concatenate(found)).tolist()) if found else frozenset()


def _doubled(model: TileSet) -> Iterator[Fault]:
    counts = Counter(id for tile in model.tiles for id in tile.features.ids)
    for id, count in counts.items():
        if count > 1:
            number = model.find(id)
            tile, row = model.locate(number or 0)
            yield Fault(kind="doubled_id", id=id, amount=count, place=_place(tile, row))


def _of_tile(tile: Tile, has_parts: frozenset[int], terrain: Terrain | None, limits: CheckLimits) -> Iterator[Fault]:
    table = tile.features
    for row in range(len(table)):
        id, place = table.ids[row], _place(tile, row)
        triangles = tile.near.triangles[tile.first_triangle[row] : tile.first_triangle[row + 1]]
        if not len(triangles):
            if tile.first_feature + row not in has_parts:
                yield Fault(kind="no_geometry", id=id, amount=1, place=place)
            continue
        height_m = float(table.height_m[row])
        if not height_m > 0:
            yield Fault(kind="no_height", id=id, amount=height_m if np.isfinite(height_m) else 0.0, place=place)
        used, corner = np.unique(triangles, return_inverse=True)
        points = tile.near.points[used].astype(np.float64)
        yield from _solid(id, place, points, corner.reshape(-1, 3).astype(np.int32))
        if terrain is not None:
            yield from _on_ground(id, points + tile.origin, terrain, limits)


def _solid(id: str, place: Point, points: Float64Array, triangles: Int32Array) -> Iterator[Fault]:
    """Check whether a solid is closed, save for a missing floor, has two faces an edge, and does not cross itself."""
    welded, number = np.unique(points.round(3), axis=0, return_inverse=True)
    faces = number.reshape(-1)[triangles]
    faces = faces[(faces[:, 0] != faces[:, 1]) & (faces[:, 1] != faces[:, 2]) & (faces[:, 2] != faces[:, 0])]
    edges = np.sort(np.concatenate([faces[:, (0, 1)], faces[:, (1, 2)], faces[:, (2, 0)]]), axis=1)
    single, counts = np.unique(edges, axis=0, return_counts=True)
    lone = welded[single[counts == 1]]
    if len(lone) and not np.all(lone[:, :, 2] < welded[:, 2].min() + 0.3):
        yield Fault(kind="open", id=id, amount=float(np.count_nonzero(counts == 1)), place=place)
    if (counts > 2).any():
        yield Fault(kind="not_manifold", id=id, amount=float(np.count_nonzero(counts > 2)), place=place)
    if crossings := crosses_itself(welded, faces):
        yield Fault(kind="crossing", id=id, amount=float(crossings), place=place)


def _on_ground(id: str, points: Float64Array, terrain: Terrain, limits: CheckLimits) -> Iterator[Fault]:
    ground = ground_at(terrain, points, float("nan"))
    if not np.isfinite(ground).any():
        return
    base, top = float(points[:, 2].min()), float(points[:, 2].max())
    place = (*points[:, :2].mean(axis=0).tolist(), base)
    above, below = base - float(np.nanmax(ground)), float(np.nanmin(ground)) - base
    if above > limits.floating_m:
        yield Fault(kind="floating", id=id, amount=above, place=place)
    elif below > limits.sunk_m or top < np.nanmin(ground):
        yield Fault(kind="sunk", id=id, amount=below, place=place)


def _collisions(model: TileSet, limits: CheckLimits) -> Iterator[Fault]:
    """Yield pairs of objects whose outlines overlap at the same height; parts of one object may."""
    shapes, low, high, owner = [], [], [], []
    for tile in model.tiles:
        parts = outlines_of(tile, step_m=float("inf"))
        base = tile.features.base_m[parts.row].astype(np.float64)
        shapes.append(parts.shape)
        low.append(base + parts.bottom_m)
        high.append(base + parts.top_m)
        owner.append(tile.first_feature + parts.row)
    shape, bottom, top, number = map(np.concatenate, (shapes, low, high, owner))
    first, second = shapely.STRtree(shape).query(shape, predicate="intersects")
    is_pair = (first < second) & (number[first] != number[second])
    first, second = first[is_pair], second[is_pair]
    share = np.minimum(top[first], top[second]) - np.maximum(bottom[first], bottom[second])
    is_deep = share > COLLISION_HEIGHT_M
    first, second = first[is_deep], second[is_deep]
    common = shapely.intersection(shape[first], shape[second])
    area = shapely.area(common)
    for place in np.flatnonzero(area > limits.collision_m2).tolist():
        one, other = int(number[first[place]]), int(number[second[place]])
        if _family(model, one) == _family(model, other):
            continue
        middle = shapely.get_coordinates(shapely.centroid(common[place]))[0]
        at = (float(middle[0]), float(middle[1]), float(top[first[place]]))
        yield Fault(
            kind="collision", id=model.id_of(one), amount=float(area[place]), place=at, other=model.id_of(other)
        )


def _family(model: TileSet, number: int) -> int:
    """Return the object that an object is a part of in the end, itself for one that is none."""
    for _ in range(16):
        tile, row = model.locate(number)
        parent = int(tile.features.parent[row])
        if parent < 0:
            return number
        number = parent
    return number


def _place(tile: Tile, row: int) -> Point:
    """Return a foot corner of an object in world metres."""
    anchor, base = tile.anchor[row], float(tile.features.base_m[row])
    east, north = float(tile.origin[0] + anchor[0]), float(tile.origin[1] + anchor[1])
    return (east, north, base if np.isfinite(base) else float(tile.origin[2]))
