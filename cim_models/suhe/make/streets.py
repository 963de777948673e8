"""The street network: main roads, riverside roads, and local streets that cut the land into irregular blocks."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from cim_models.suhe.make.frame import chance, curve, extent
from cim_models.suhe.make.geography import NORTH_BANK_ROAD, ROADS, SOUTH_BANK_ROAD, Road
from cim_models.suhe.make.water import Creek
from shapely import union_all
from shapely.affinity import rotate
from shapely.geometry import LineString, Polygon
from shapely.geometry.base import BaseGeometry
from shapely.ops import polygonize, split, substring, unary_union
from shapely.strtree import STRtree

BANK_ROAD_M = 24.0
BLOCK_AREA_M2 = 36_000.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Street:
    """A centre line with the attributes of the roads layer."""

    name: str
    name_en: str
    kind: str
    width_m: float
    lanes: int
    line: LineString


@dataclass(slots=True)
class Network:
    """All streets, the land they enclose (`leaves`, which tile it), and the blocks set back from every street."""

    streets: list[Street] = field(default_factory=list)
    leaves: list[Polygon] = field(default_factory=list)
    blocks: list[Polygon] = field(default_factory=list)

    def corridor(self, extra_m: float = 0.0) -> BaseGeometry:
        """Return the ground that streets take, with `extra_m` on each side."""
        return unary_union([s.line.buffer(s.width_m / 2 + extra_m, cap_style="flat") for s in self.streets])


def main_streets(river: Creek) -> list[Street]:
    """Return named main roads and the two riverside roads, cut to the extent."""
    frame = extent()
    streets = [_street(road, line) for road in ROADS for line in pieces(curve(road.course).intersection(frame))]
    for side, (name, name_en) in ((1, NORTH_BANK_ROAD), (-1, SOUTH_BANK_ROAD)):
        streets += [
            Street(name=name, name_en=name_en, kind="local", width_m=12.0, lanes=2, line=line)
            for line in pieces(bank_line(river, side).intersection(frame))
        ]
    return streets


def bank_line(river: Creek, side: int, outward_m: float = BANK_ROAD_M) -> LineString:
    """Return a line along the smooth edge of the creek widened by `outward_m`: a riverside road or a flood wall."""
    wide = river.surface.buffer(outward_m + 30).buffer(-30)
    edge = wide.exterior
    start, end = river.bank(side, outward_m).coords[0], river.bank(side, outward_m).coords[-1]
    a, b = sorted(edge.project(LineString([p, p]).centroid) for p in (start, end))
    inner = substring(edge, a, b)
    outer = LineString([*substring(edge, b, edge.length).coords, *substring(edge, 0, a).coords[1:]])
    reference = river.bank(side, outward_m)
    best = min((inner, outer), key=lambda line: line.hausdorff_distance(reference))
    line = LineString(best.simplify(0.5).segmentize(25.0))
    return line if line.coords[0][0] < line.coords[-1][0] else LineString(line.coords[::-1])


def _street(road: Road, line: LineString) -> Street:
    return Street(
        name=road.name, name_en=road.name_en, kind=road.kind, width_m=road.width_m, lanes=road.lanes, line=line
    )


def pieces(shape: BaseGeometry) -> Iterator[LineString]:
    """Yield the lines of a geometry that are longer than 30 m."""
    parts = shape.geoms if hasattr(shape, "geoms") else [shape]
    for part in parts:
        if isinstance(part, LineString) and part.length > 30:
            yield part


def polygons(shape: BaseGeometry, least_m2: float = 0.0) -> Iterator[Polygon]:
    """Yield the polygons of a geometry that are larger than `least_m2`."""
    parts = shape.geoms if hasattr(shape, "geoms") else [shape]
    for part in parts:
        if isinstance(part, Polygon) and part.area > least_m2:
            yield part


def network(river: Creek, water: BaseGeometry, reserved: BaseGeometry) -> Network:
    """Return streets and blocks. `reserved` ground (parks, campuses) is not cut by local streets."""
    streets = main_streets(river)
    land = extent().difference(river.surface.buffer(BANK_ROAD_M))
    lines = [longer(s.line, 12.0) for s in streets if s.name not in (NORTH_BANK_ROAD[0], SOUTH_BANK_ROAD[0])]
    edges = union_all([*lines, land.boundary], grid_size=0.01)
    faces = sorted((f for f in polygonize(edges) if land.contains(f.representative_point())), key=_order)
    leaves: list[Polygon] = []
    kept: list[Polygon] = []
    for number, face in enumerate(faces):
        open_ground = face.difference(reserved)
        for part in polygons(open_ground, 400):
            leaves += _cut(part, chance(1, number), streets, 0)
        kept += polygons(face.intersection(reserved), 400)
    web = Network(streets=streets, leaves=[*leaves, *kept])
    taken = [s.line.buffer(s.width_m / 2 + 3.0, cap_style="flat") for s in streets]
    taken += polygons(water.buffer(9.0))
    tree = STRtree(taken)
    for leaf in leaves:
        near = unary_union([taken[i] for i in sorted(tree.query(leaf))])
        for block in polygons(leaf.difference(near).buffer(-1.0).buffer(1.0), 500):
            web.blocks.append(block.simplify(0.5))
    web.blocks.sort(key=_order)
    return web


def longer(line: LineString, extra_m: float) -> LineString:
    """Return the line drawn out straight at both ends."""
    points = np.asarray(line.coords)
    head = points[0] - points[1]
    tail = points[-1] - points[-2]
    return LineString(
        [
            points[0] + head / np.linalg.norm(head) * extra_m,
            *points,
            points[-1] + tail / np.linalg.norm(tail) * extra_m,
        ]
    )


def _order(shape: Polygon) -> tuple[float, float]:
    centre = shape.centroid
    return (round(centre.y, 1), round(centre.x, 1))


def _cut(face: Polygon, rng: np.random.Generator, streets: list[Street], depth: int) -> list[Polygon]:
    limit = BLOCK_AREA_M2 * float(rng.uniform(0.7, 1.5))
    if face.area < limit or depth > 7:
        return [face]
    blade = _blade(face, rng)
    parts = [p for p in split(face, blade).geoms if isinstance(p, Polygon)]
    if len(parts) < 2 or min(p.area for p in parts) < 2_500:
        return [face]
    kind, width, lanes = _rank(face.area, rng)
    streets += [
        Street(name="", name_en="", kind=kind, width_m=width, lanes=lanes, line=line)
        for line in pieces(blade.intersection(face))
    ]
    return [leaf for part in parts for leaf in _cut(part, rng, streets, depth + 1)]


def _rank(area: float, rng: np.random.Generator) -> tuple[str, float, int]:
    if area > 220_000:
        return ("collector", 18.0, 4)
    if area > 75_000:
        return ("local", 12.0, 2)
    return ("lane", 7.0, 1) if rng.random() < 0.7 else ("local", 10.0, 2)


def _blade(face: Polygon, rng: np.random.Generator) -> LineString:
    """Return a gently bent line across the short side of the face's tightest rectangle."""
    box = np.asarray(face.minimum_rotated_rectangle.exterior.coords)[:4]
    first, second = box[1] - box[0], box[3] - box[0]
    if np.linalg.norm(first) < np.linalg.norm(second):
        box = np.roll(box, -1, axis=0)
        first, second = box[1] - box[0], box[3] - box[0]
    share = float(rng.uniform(0.38, 0.62))
    foot = box[0] + first * share
    bend = first / np.linalg.norm(first) * float(rng.normal(0, 0.035)) * np.linalg.norm(second)
    points = [foot + second * t + bend * np.sin(np.pi * t) for t in np.linspace(-0.1, 1.1, 9)]
    return rotate(LineString(points), float(rng.normal(0, 3.0)), origin=tuple(foot + second / 2))
