"""Checks a model as CJJ/T 315-2022 4.3.4 asks: CRS, identity, geometry, place on the ground, what stands in another.

Nothing is changed: each fault names an object, what is wrong with it, by how much, and where it is.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
import shapely

from sanping.analysis.closedness import edges_of, open_edges
from sanping.analysis.ground_heights import ground_at
from sanping.analysis.outlines import Outlines, outlines_of
from sanping.analysis.place_check import has_place, strays
from sanping.analysis.self_crossing import crosses_itself
from sanping.domain.ground import Terrain
from sanping.domain.text import Text
from sanping.domain.tile import Tile, TileSet
from sanping.domain.view import Point
from sanping.ports.progress import Progress

FaultKind = Literal[
    "no_crs", "off_crs", "doubled_id", "no_geometry", "no_height", "open", "not_manifold", "crossing", "floating",
    "sunk", "collision",
]  # fmt: skip
FAULTS: dict[FaultKind, Text] = {
    "no_crs": Text("没有坐标系", "No reference system"),
    "off_crs": Text("在坐标系适用范围之外", "Outside the area of the reference system"),
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
    "no_crs": "", "off_crs": "m",
    "doubled_id": "×", "no_geometry": "", "no_height": "m", "open": "", "not_manifold": "", "crossing": "",
    "floating": "m", "sunk": "m", "collision": "m²",
}  # fmt: skip
SOLIDS = ("Building", "Bridge", "Tunnel", "OtherConstruction", "GenericCityObject")
"""Classes that are checked as solids on the ground; a terrain or a water surface of a model is none."""
FLOATING_M, SUNK_M, COLLISION_M2, COLLISION_HEIGHT_M = 1.0, 3.0, 1.0, 0.5
_CHECKING = Text("检查模型", "Checking the model")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that is wrong: object `id`, how much of it, and where; `other` is the second object of a collision.

    `id` is "" for what is wrong with the whole model; the amount is then the number of its objects.
    """

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
    found = [*_placed(model), *_doubled(model)]
    for number, tile in enumerate(model.tiles):
        progress.report(0.8 * number / len(model.tiles), _CHECKING)
        found += _of_tile(tile, has_parts)
    progress.report(0.8, _CHECKING)
    if terrain is not None:
        found += _on_ground(model, terrain, wanted)
    progress.report(0.9, _CHECKING)
    found += _collisions(model, wanted)
    order = list(FAULTS)
    return sorted(found, key=lambda fault: (order.index(fault.kind), -fault.amount, fault.id))


def _parents(model: TileSet) -> frozenset[int]:
    """Return the numbers of the objects that have parts."""
    found = [tile.features.parent[tile.features.parent >= 0] for tile in model.tiles]
    return frozenset(np.unique(np.concatenate(found)).tolist()) if found else frozenset()


def _placed(model: TileSet) -> Iterator[Fault]:
    """Yield that a model has no CRS, or which of its objects lie far from where its CRS is meant for."""
    if not has_place(model):
        box = model.extent
        middle = ((box.west + box.east) / 2.0, (box.south + box.north) / 2.0, box.bottom)
        yield Fault(kind="no_crs", id="", amount=model.feature_count, place=middle)
    for number, away_m in strays(model):
        tile, row = model.locate(number)
        yield Fault(kind="off_crs", id=tile.features.ids[row], amount=away_m, place=_place(tile, row))


def _doubled(model: TileSet) -> Iterator[Fault]:
    counts = Counter(id for tile in model.tiles for id in tile.features.ids)
    for id, count in counts.items():
        if count > 1:
            number = model.find(id)
            tile, row = model.locate(number or 0)
            yield Fault(kind="doubled_id", id=id, amount=count, place=_place(tile, row))


def _of_tile(tile: Tile, has_parts: frozenset[int]) -> Iterator[Fault]:
    """Yield what is wrong with the objects of a tile by themselves."""
    table, triangles = tile.features, tile.near.triangles
    counts = np.diff(tile.first_triangle)
    row = np.repeat(np.arange(len(table)), counts)
    edges = edges_of(tile.near.points.astype(np.float64), triangles, row)
    many = np.bincount(edges.row[edges.faces > 2], minlength=len(table))
    is_suspect = np.bincount(edges.row[edges.faces == 1], minlength=len(table)) > 0
    for number in range(len(table)):
        id, place = table.ids[number], _place(tile, number)
        if not counts[number]:
            if tile.first_feature + number not in has_parts:
                yield Fault(kind="no_geometry", id=id, amount=1, place=place)
            continue
        if not float(table.height_m[number]) > 0:
            yield Fault(kind="no_height", id=id, amount=0.0, place=place)
        if not _is_solid(table.class_of(number)):
            continue
        if is_suspect[number] and (lone := open_edges(edges, number)):
            yield Fault(kind="open", id=id, amount=lone, place=place)
        if many[number]:
            yield Fault(kind="not_manifold", id=id, amount=int(many[number]), place=place)
        own = triangles[tile.first_triangle[number] : tile.first_triangle[number + 1]]
        used, corner = np.unique(own, return_inverse=True)
        if crossings := crosses_itself(tile.near.points[used].astype(np.float64), corner.reshape(-1, 3)):
            yield Fault(kind="crossing", id=id, amount=crossings, place=place)


def _on_ground(model: TileSet, terrain: Terrain, limits: CheckLimits) -> Iterator[Fault]:
    """Yield the objects, whole with their parts, that stand above or below the ground under their corners."""
    whole = np.array([_family(model, number) for number in range(model.feature_count)])
    base, top = np.full(model.feature_count, np.inf), np.full(model.feature_count, -np.inf)
    lowest, highest = np.full(model.feature_count, np.inf), np.full(model.feature_count, -np.inf)
    for tile in model.tiles:
        owner = whole[tile.first_feature + tile.near.point_feature.astype(np.int64)]
        points = tile.near.points + tile.origin
        ground = ground_at(terrain, points, float("nan"))
        np.minimum.at(base, owner, points[:, 2])
        np.maximum.at(top, owner, points[:, 2])
        np.fmin.at(lowest, owner, ground)
        np.fmax.at(highest, owner, ground)
    is_known = np.isfinite(lowest) & np.isfinite(base)
    above, below = np.where(is_known, base, 0.0) - highest, lowest - np.where(is_known, base, 0.0)
    is_floating = is_known & (above > limits.floating_m)
    is_sunk = is_known & ((below > limits.sunk_m) | (top < lowest))
    for number in np.flatnonzero(is_floating | is_sunk).tolist():
        tile, row = model.locate(number)
        if _is_solid(tile.features.class_of(row)) and "Bridge" not in tile.features.class_of(row):
            kind: FaultKind = "floating" if is_floating[number] else "sunk"
            amount = float(above[number] if is_floating[number] else below[number])
            yield Fault(kind=kind, id=tile.features.ids[row], amount=amount, place=_place(tile, row))


def _is_solid(class_name: str) -> bool:
    return class_name.startswith(SOLIDS)


def _collisions(model: TileSet, limits: CheckLimits) -> Iterator[Fault]:
    """Yield pairs of objects whose outlines overlap at the same height; parts of one object may."""
    shapes, low, high, owner = [], [], [], []
    for tile in model.tiles:
        parts = outlines_of(tile, step_m=float("inf"))
        is_solid = np.array([_is_solid(name) for name in tile.features.class_names])
        is_kept = is_solid[tile.features.class_code[parts.row]]
        parts = Outlines(
            row=parts.row[is_kept],
            shape=parts.shape[is_kept],
            top_m=parts.top_m[is_kept],
            bottom_m=parts.bottom_m[is_kept],
        )
        base = tile.features.base_m[parts.row].astype(np.float64)
        shapes.append(parts.shape)
        low.append(base + parts.bottom_m)
        high.append(base + parts.top_m)
        owner.append(tile.first_feature + parts.row)
    shape, number = np.concatenate(shapes), np.concatenate(owner)
    bottom, top = np.concatenate(low), np.concatenate(high)
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
