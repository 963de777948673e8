"""Masses of a plan as tiles that are drawn and studied like any building, and models set into the city; pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import cos, radians, sin
from typing import Any

import mapbox_earcut
import numpy as np
import shapely

from sanping.analysis.massing import shape_of, storeys_in, use_in, whole_of
from sanping.analysis.outlines import outlines_of
from sanping.domain.city import OWN_COLOUR, Attributes, FeatureTable, SurfaceKind
from sanping.domain.geo import Extent, Float64Array, GeoFrame, Int32Array, UInt8Array
from sanping.domain.plan import Mass, Outline, Placement, Use
from sanping.domain.tile import MAX_TILE_FEATURES, MAX_TILE_POINTS, Tile, TileMesh, TileSet

USE_COLOURS: dict[Use, str] = {
    "residential": "#ffd166",
    "commercial": "#ff7b6b",
    "office": "#6cb8ff",
    "mixed": "#c89bff",
    "industrial": "#c9a27a",
    "public": "#ff9ecf",
    "other": "#c3ced9",
}
"""Colours of new masses by use, near those of land-use plans."""
_NOBODY, _MOST_CORNERS = -1, 20_000
_LEAST_AREA_M2, _TOUCH_M, _SIMPLER_M = 1.0, 0.25, 0.05


@dataclass(frozen=True, slots=True)
class _Block:
    """The points and triangles of one mass, and the kinds of its surfaces."""

    points: Float64Array
    triangles: Int32Array
    surface: UInt8Array


def tiles_of_masses(masses: Sequence[Mass], frame: GeoFrame) -> TileSet | None:
    """Return masses as tiles in the colours of their uses; None where no mass has an area."""
    built = [(mass, block) for mass in masses if (block := _raised(mass)) is not None]
    if not built:
        return None
    tiles: list[Tile] = []
    for run in _runs([len(block.points) for _, block in built]):
        tiles.append(_tile(len(tiles), run.start, [built[number] for number in run]))
    extent = tiles[0].extent
    for tile in tiles[1:]:
        extent = extent.merged(tile.extent)
    return TileSet(frame=frame, tiles=tuple(tiles), feature_count=len(built), extent=extent)


def _runs(sizes: Sequence[int]) -> list[range]:
    """Return runs of masses that fit into one tile each."""
    starts, points = [0], 0
    for number, size in enumerate(sizes):
        if points + size > MAX_TILE_POINTS or number - starts[-1] >= MAX_TILE_FEATURES:
            starts.append(number)
            points = 0
        points += size
    return [range(first, last) for first, last in pairwise([*starts, len(sizes)])]


def _raised(mass: Mass) -> _Block | None:
    """Return the walls, roof and floor of a mass; None for one without an area."""
    shape = shape_of(mass)
    if shape.geom_type != "Polygon":
        parts = [part for part in getattr(shape, "geoms", ()) if part.geom_type == "Polygon"]
        shape = max(parts, key=lambda part: part.area, default=None)
    if shape is None or shape.area < _LEAST_AREA_M2:
        return None
    rings = [np.asarray(ring.coords)[:-1, :2] for ring in (shape.exterior, *shape.interiors)]
    flat: Float64Array = np.concatenate(rings).astype(np.float64)
    ends = np.cumsum([len(ring) for ring in rings])
    count = len(flat)
    roof = mapbox_earcut.triangulate_float64(flat - flat[0], ends.astype(np.uint32)).reshape(-1, 3).astype(np.int32)
    a, b, c = (flat[roof[:, corner]] for corner in range(3))
    turned = (b[:, 0] - a[:, 0]) * (c[:, 1] - a[:, 1]) < (b[:, 1] - a[:, 1]) * (c[:, 0] - a[:, 0])
    roof[turned] = roof[turned][:, ::-1]
    walls = []
    for number, (first, last) in enumerate(pairwise([0, *ends.tolist()])):
        here: Int32Array = np.arange(first, last, dtype=np.int32)
        ring = flat[first:last]
        following = np.roll(here, -1)
        area = float(np.sum(ring[:, 0] * np.roll(ring[:, 1], -1) - np.roll(ring[:, 0], -1) * ring[:, 1]))
        left, right = (here, following) if (area > 0) == (number == 0) else (following, here)
        walls += [np.column_stack([left, right, right + count]), np.column_stack([left, right + count, left + count])]
    wall = np.concatenate(walls)
    heights = np.repeat([mass.base_m, mass.base_m + mass.height_m], count)
    return _Block(
        points=np.column_stack([np.tile(flat, (2, 1)), heights]),
        triangles=np.concatenate([wall, roof + count, roof[:, ::-1]]).astype(np.int32),
        surface=np.repeat(
            np.array([SurfaceKind.WALL, SurfaceKind.ROOF, SurfaceKind.GROUND], np.uint8),
            [len(wall), len(roof), len(roof)],
        ),
    )


def _tile(number: int, first: int, built: Sequence[tuple[Mass, _Block]]) -> Tile:
    """Return one tile of masses; a feature for each."""
    blocks = [block for _, block in built]
    points = np.concatenate([block.points for block in blocks])
    extent = Extent.of_points(points)
    origin = np.array([*extent.centre[:2], extent.bottom])
    counts = [len(block.points) for block in blocks]
    starts = np.cumsum([0, *counts])
    return Tile(
        key=f"0/{number}/0",
        first_feature=first,
        origin=origin,
        extent=extent,
        near=TileMesh(
            points=(points - origin).astype(np.float32),
            triangles=np.concatenate(
                [block.triangles + int(start) for block, start in zip(blocks, starts[:-1], strict=True)]
            ).astype(np.int32),
            point_feature=np.repeat(np.arange(len(blocks), dtype=np.uint16), counts),
        ),
        far=None,
        triangle_surface=np.concatenate([block.surface for block in blocks]),
        first_triangle=np.cumsum([0, *(len(block.triangles) for block in blocks)]).astype(np.int32),
        anchor=np.array([block.points[0, :2] - origin[:2] for block in blocks], np.float32),
        features=_table([mass for mass, _ in built]),
    )


def _table(masses: Sequence[Mass]) -> FeatureTable:
    attributes: list[Attributes] = [
        {"usage": mass.use, "storeysAboveGround": mass.storeys, OWN_COLOUR: USE_COLOURS[mass.use]} for mass in masses
    ]
    return FeatureTable(
        ids=tuple(mass.id for mass in masses),
        class_names=("Building",),
        class_code=np.zeros(len(masses), np.uint16),
        parent=np.full(len(masses), -1, np.int32),
        base_m=np.array([mass.base_m for mass in masses], np.float32),
        height_m=np.array([mass.height_m for mass in masses], np.float32),
        attributes=attributes,
    )


def placed_points(points: Float64Array, placement: Placement) -> Float64Array:
    """Return points (n, 3) of a model in world metres."""
    turn = radians(placement.turn_deg)
    east, north = np.array([cos(turn), sin(turn)]), np.array([-sin(turn), cos(turn)])
    off = (points - np.array(placement.origin)) * placement.scale
    placed: Float64Array = np.column_stack([off[:, :2] @ east, off[:, :2] @ north, off[:, 2]]) + np.array(placement.at)
    return placed


def placed_mass(mass: Mass, placement: Placement) -> Mass:
    """Return a mass of a model where it stands in the city."""

    def ring(corners: Outline) -> Outline:
        points = np.column_stack([np.array(corners, np.float64).reshape(-1, 2), np.full(len(corners), mass.base_m)])
        return tuple((float(x), float(y)) for x, y, _ in placed_points(points, placement))

    foot = placed_points(np.array([[0.0, 0.0, mass.base_m]]), placement)
    return replace(
        mass,
        outline=ring(mass.outline),
        holes=tuple(ring(hole) for hole in mass.holes),
        base_m=float(foot[0, 2]),
        storey_m=mass.storey_m * placement.scale,
    )


def placed_tiles(tiles: TileSet, placement: Placement) -> TileSet:
    """Return a model's tiles where they stand in the city."""
    moved = tuple(_placed(tile, placement) for tile in tiles.tiles)
    extent = moved[0].extent
    for tile in moved[1:]:
        extent = extent.merged(tile.extent)
    return TileSet(frame=tiles.frame, tiles=moved, feature_count=tiles.feature_count, extent=extent)


def _placed(tile: Tile, placement: Placement) -> Tile:
    origin = placed_points(tile.origin[None, :], placement)[0]
    about = replace(placement, origin=(0.0, 0.0, 0.0), at=(0.0, 0.0, 0.0))

    def mesh(given: TileMesh) -> TileMesh:
        points = placed_points(given.points.astype(np.float64), about).astype(np.float32)
        return TileMesh(points=points, triangles=given.triangles, point_feature=given.point_feature)

    near = mesh(tile.near)
    anchor = placed_points(np.column_stack([tile.anchor.astype(np.float64), np.zeros(len(tile.anchor))]), about)
    base = placed_points(np.column_stack([np.zeros((len(tile.features), 2)), tile.features.base_m]), placement)
    features = replace(
        tile.features,
        base_m=base[:, 2].astype(np.float32),
        height_m=(tile.features.height_m * placement.scale).astype(np.float32),
    )
    return replace(
        tile,
        origin=origin,
        extent=Extent.of_points(near.points.astype(np.float64) + origin),
        near=near,
        far=None if tile.far is None else mesh(tile.far),
        anchor=anchor[:, :2].astype(np.float32),
        features=features,
    )


def masses_of_model(tiles: TileSet) -> tuple[Mass, ...]:
    """Return the blocks of a model in its own metres.

    A building that is one object has a block for each step of its roofs. One of many objects (the walls and slabs of an
    IFC model) becomes one block from its lowest to its highest point, and so do other things that touch.
    """
    parts: dict[int, list[_Part]] = {}
    for tile in tiles.tiles:
        outlines = outlines_of(tile)
        for number, row in enumerate(outlines.row.tolist()):
            root, root_row = whole_of(tiles, tile.first_feature + row)
            is_building = root.features.class_of(root_row).startswith("Building")
            base, top = float(tile.features.base_m[row]), float(outlines.top_m[number])
            owner = root.first_feature + root_row if is_building else _NOBODY
            part = _Part(tile.first_feature + row, outlines.shape[number], base, base + top)
            parts.setdefault(owner, []).append(part)
    blocks = [block for owner, found in parts.items() for block in _merged(tiles, owner, found)]
    return tuple(replace(block, id=str(number)) for number, block in enumerate(blocks, 1))


@dataclass(frozen=True, slots=True)
class _Part:
    """What of one object is seen from above, between two heights."""

    feature: int
    shape: Any
    base_m: float
    top_m: float


def _merged(tiles: TileSet, owner: int, parts: Sequence[_Part]) -> list[Mass]:
    """Return the blocks of one building, or of everything that is none."""
    is_one = owner != _NOBODY and len({part.feature for part in parts}) == 1
    if not is_one:
        shapes = np.array([part.shape for part in parts], object)
        if int(shapely.get_num_coordinates(shapes).sum()) > _MOST_CORNERS:  # a scanned mesh: its hulls say enough
            shapes = shapely.convex_hull(shapes)
        whole = shapely.union_all(shapely.buffer(shapes, _TOUCH_M)).buffer(-_TOUCH_M)
        tree, joined = shapely.STRtree(shapes), []
        for shape in getattr(whole, "geoms", (whole,)):
            mine = [parts[number] for number in tree.query(shape, predicate="intersects").tolist()]
            if mine and shape.area >= _LEAST_AREA_M2:
                low, high = min(part.base_m for part in mine), max(part.top_m for part in mine)
                joined.append(_Part(mine[0].feature, shape, low, high))
        parts = joined
    if owner == _NOBODY:
        return [mass for part in parts for mass in _masses(part, {}, "")]
    tile, row = tiles.locate(owner)
    attributes, name = tile.features.attributes[row], tile.features.ids[row]
    return [mass for part in parts for mass in _masses(part, attributes, name)]


def _masses(part: _Part, attributes: Attributes, name: str) -> list[Mass]:
    use, height = use_in(attributes), part.top_m - part.base_m
    storeys, storey_m = storeys_in({}, height, use)
    shape = shapely.simplify(part.shape, _SIMPLER_M)
    return [
        Mass(
            id="", outline=_ring(one.exterior), holes=tuple(_ring(hole) for hole in one.interiors), base_m=part.base_m,
            storeys=int(storeys), storey_m=storey_m, use=use, building=name,
        )
        for one in getattr(shape, "geoms", (shape,))
        if one.geom_type == "Polygon" and one.area >= _LEAST_AREA_M2
    ]  # fmt: skip


def _ring(ring: Any) -> Outline:
    return tuple((float(x), float(y)) for x, y, *_ in list(ring.coords)[:-1])
