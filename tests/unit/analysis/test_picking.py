"""Rays, points and outlines find the same objects as a search through every single triangle."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from sanping.analysis.picking import Picker, picked
from sanping.analysis.triangles import Triangles, distances, first_hit
from sanping.domain.city import FeatureTable, SurfaceKind
from sanping.domain.geo import Extent, GeoFrame
from sanping.domain.tile import Tile, TileMesh, TileSet

EAST, NORTH = 540_000.0, 3_457_000.0
BOX = np.array(
    [(0, 2, 1), (0, 3, 2), (4, 5, 6), (4, 6, 7)]
    + [face for i in range(4) for face in ((i, (i + 1) % 4, 4 + (i + 1) % 4), (i, 4 + (i + 1) % 4, 4 + i))]
)
KINDS = np.array([SurfaceKind.GROUND] * 2 + [SurfaceKind.ROOF] * 2 + [SurfaceKind.WALL] * 8, dtype=np.uint8)


def box_points(box):
    west, south, bottom, east, north, top = box
    return [
        (west, south, bottom), (east, south, bottom), (east, north, bottom), (west, north, bottom),
        (west, south, top), (east, south, top), (east, north, top), (west, north, top),
    ]  # fmt: skip


def tile_of(boxes, first_feature: int, key: str) -> Tile:
    """A tile of upright boxes (west, south, bottom, east, north, top), relative to (EAST, NORTH, 0)."""
    count = len(boxes)
    origin = np.array([EAST, NORTH, 0.0]) + np.array(boxes[0][:3])
    points = np.array([box_points(box) for box in boxes]).reshape(-1, 3) - boxes[0][:3]
    triangles = (BOX[None] + 8 * np.arange(count)[:, None, None]).reshape(-1, 3)
    world = points + origin
    return Tile(
        key=key,
        first_feature=first_feature,
        origin=origin,
        extent=Extent.of_points(world),
        near=TileMesh(
            points=points.astype(np.float32),
            triangles=triangles.astype(np.int32),
            point_feature=np.repeat(np.arange(count), 8).astype(np.uint16),
        ),
        far=None,
        triangle_surface=np.tile(KINDS, count),
        first_triangle=(12 * np.arange(count + 1)).astype(np.int32),
        anchor=np.zeros((count, 2), np.float32),
        features=FeatureTable(
            ids=[f"{key}-{i}" for i in range(count)],
            class_names=("Building",),
            class_code=np.zeros(count, np.uint16),
            parent=np.full(count, -1, np.int32),
            base_m=np.zeros(count, np.float32),
            height_m=np.zeros(count, np.float32),
            attributes=[{}] * count,
        ),
    )


def city(seed: int, tiles: int = 5, boxes_each: int = 40) -> TileSet:
    random = np.random.default_rng(seed)
    made = []
    for number in range(tiles):
        corner = random.uniform(0, 600, (boxes_each, 2)) + np.array([number * 300, 0])
        size = random.uniform(4, 40, (boxes_each, 3))
        low = np.column_stack([corner, random.uniform(0, 5, boxes_each)])
        boxes = np.round(np.column_stack([low, low + size]), 2)
        made.append(tile_of([tuple(box) for box in boxes.tolist()], number * boxes_each, str(number)))
    extent = made[0].extent
    for tile in made[1:]:
        extent = extent.merged(tile.extent)
    return TileSet(frame=GeoFrame(crs="EPSG:4549"), tiles=tuple(made), feature_count=tiles * boxes_each, extent=extent)


def all_triangles(tiles: TileSet):
    corners = [tile.near.points[tile.near.triangles] + tile.origin for tile in tiles.tiles]
    owner = [
        tile.first_feature + np.repeat(np.arange(len(tile.features)), np.diff(tile.first_triangle))
        for tile in tiles.tiles
    ]
    corners, owner = np.concatenate(corners), np.concatenate(owner)
    return Triangles(a=corners[:, 0], b=corners[:, 1], c=corners[:, 2]), owner


CITY = city(3)
PICKER = Picker(CITY)
EVERYTHING, OWNER = all_triangles(CITY)


@settings(max_examples=300, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), height=st.sampled_from([2.0, 30.0, 800.0]))
def test_a_ray_meets_what_a_search_through_everything_meets(seed: int, height: float) -> None:
    random = np.random.default_rng(seed)
    start = np.append(random.uniform(-300, 2000, 2) + np.array([EAST, NORTH]), height)
    way = np.append(random.uniform(0, 1800, 2) + np.array([EAST, NORTH]), random.uniform(0, 30)) - start
    expected = first_hit(EVERYTHING, start, way / np.linalg.norm(way))

    hit = PICKER.along(tuple(start), tuple(way))

    if expected is None:
        assert hit is None
        return
    assert hit is not None
    assert hit.distance_m == pytest.approx(expected[0], abs=2e-3)
    assert np.linalg.norm(np.array(hit.point) - start) == pytest.approx(hit.distance_m)
    tile, _ = CITY.locate(hit.feature)
    corners = (tile.near.points[tile.near.triangles[hit.triangle]] + tile.origin)[None]
    on_it = distances(Triangles(a=corners[:, 0], b=corners[:, 1], c=corners[:, 2]), np.array(hit.point))
    assert on_it[0] < 5e-3


@settings(max_examples=200, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_a_point_finds_the_nearest_surface(seed: int) -> None:
    random = np.random.default_rng(seed)
    point = np.append(random.uniform(-20, 1900, 2) + np.array([EAST, NORTH]), random.uniform(-5, 50))
    away = distances(EVERYTHING, point)

    found = PICKER.at(tuple(point), tolerance_m=3.0)

    if away.min() > 3.0:
        assert found is None
    elif found is None or found != OWNER[away.argmin()]:
        assert found is not None
        assert away[found == OWNER].min() == pytest.approx(away.min(), abs=2e-3)


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), radius=st.floats(1.0, 700.0))
def test_an_outline_holds_the_objects_with_a_corner_in_it(seed: int, radius: float) -> None:
    random = np.random.default_rng(seed)
    outline = shapely.Point(EAST + random.uniform(0, 1800), NORTH + random.uniform(0, 600)).buffer(radius)
    expected = set()
    for tile in CITY.tiles:
        world = tile.near.points[:, :2] + tile.origin[:2]
        rows = tile.near.point_feature[shapely.contains_xy(outline, world)]
        expected |= {tile.first_feature + int(row) for row in rows}

    found = PICKER.within(outline)

    assert found.tolist() == sorted(expected)


def test_a_hit_tells_all_about_itself() -> None:
    house = tile_of([(0, 0, 0, 10, 10, 20), (50, 0, 0, 60, 10, 8)], 7, "a")
    tiles = TileSet(frame=GeoFrame(crs="LOCAL"), tiles=(house,), feature_count=2, extent=house.extent)

    roof = picked(tiles, (EAST + 55, NORTH + 5, 100), (0, 0, -2))
    wall = picked(tiles, (EAST - 30, NORTH + 5, 10), (5, 0, 0))

    assert (roof.feature, roof.surface, roof.point) == (8, SurfaceKind.ROOF, (EAST + 55, NORTH + 5, 8))
    assert roof.distance_m == 92
    assert (wall.feature, wall.surface, wall.distance_m) == (7, SurfaceKind.WALL, 30)


def test_a_ray_along_an_axis_or_from_inside_is_no_special_case() -> None:
    house = tile_of([(0, 0, 0, 10, 10, 20)], 0, "a")
    tiles = TileSet(frame=GeoFrame(crs="LOCAL"), tiles=(house,), feature_count=1, extent=house.extent)

    inside = picked(tiles, (EAST + 5, NORTH + 5, 5), (0, 0, 1))
    past = picked(tiles, (EAST + 15, NORTH + 5, 50), (0, 0, -1))
    away = picked(tiles, (EAST + 5, NORTH + 5, 50), (0, 0, 1))
    edge = picked(tiles, (EAST + 10, NORTH + 10, 50), (0, 0, -1))

    assert inside.distance_m == 15
    assert past is None
    assert away is None
    assert edge.distance_m == 30


def test_an_enormous_object_is_searched_in_pieces() -> None:
    # given a ground of 80 000 triangles as one object
    side = 201
    east, north = np.meshgrid(np.arange(side) * 2.0, np.arange(side) * 2.0)
    points = np.stack([east.ravel(), north.ravel(), np.sin(east.ravel() / 9) * 3], axis=1).astype(np.float32)
    corner = (np.arange(side - 1)[:, None] * side + np.arange(side - 1)).ravel()
    quads = [(corner, corner + 1, corner + side), (corner + 1, corner + side + 1, corner + side)]
    triangles = np.stack([np.stack(quad, axis=1) for quad in quads], axis=1).reshape(-1, 3).astype(np.int32)
    house = tile_of([(0, 0, 0, 1, 1, 1)], 0, "a")
    ground = Tile(
        key="0/0/0", first_feature=0, origin=np.array([EAST, NORTH, 0.0]),
        extent=Extent.of_points(points + np.array([EAST, NORTH, 0.0])),
        near=TileMesh(points=points, triangles=triangles, point_feature=np.zeros(len(points), np.uint16)),
        far=None, triangle_surface=np.zeros(len(triangles), np.uint8),
        first_triangle=np.array([0, len(triangles)], np.int32), anchor=np.zeros((1, 2), np.float32),
        features=house.features,
    )  # fmt: skip
    tiles = TileSet(frame=GeoFrame(crs="LOCAL"), tiles=(ground,), feature_count=1, extent=ground.extent)
    picker = Picker(tiles)

    hit = picker.along((EAST + 123.4, NORTH + 77.7, 50), (0, 0, -1))

    assert hit.feature == 0
    assert hit.point[2] == pytest.approx(np.sin(123.4 / 9) * 3, abs=0.05)
    assert picker.at(hit.point, tolerance_m=0.5) == 0
