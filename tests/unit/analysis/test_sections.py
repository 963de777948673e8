"""What planes cut of solids, beside shapes whose faces are known."""

from math import cos, pi, sin, sqrt

import numpy as np
import pytest
import shapely

from fakes.small_city import CENTRE, GROUND_M, block_city, boxes
from sanping.analysis.sections import cut_faces, level_plane, segments_of, upright_plane
from sanping.domain.city import CityModel, FeatureTable, Origin
from sanping.domain.geo import Extent, GeoFrame
from sanping.domain.tile import TileSet
from sanping.tiles.build import build_tiles

EAST, NORTH = CENTRE[:2]


def city_of(*solids: tuple[np.ndarray, np.ndarray]) -> TileSet:
    """Return a tile set of solids: points (v, 3) around `CENTRE` and triangles (t, 3)."""
    counts = [len(points) for points, _ in solids]
    firsts = np.concatenate([[0], np.cumsum(counts)])
    triangles = [faces + first for (_, faces), first in zip(solids, firsts, strict=False)]
    count = len(solids)
    table = FeatureTable(
        ids=[f"s{number}" for number in range(count)], class_names=("Building",),
        class_code=np.zeros(count, np.uint16), parent=np.full(count, -1, np.int32), base_m=np.zeros(count, np.float32),
        height_m=np.zeros(count, np.float32), attributes=[{}] * count,
    )  # fmt: skip
    rows = np.repeat(np.arange(count, dtype=np.int32), [len(faces) for _, faces in solids])
    return build_tiles(CityModel(
        frame=GeoFrame(crs="EPSG:4549"), origin=Origin(format="made up"), features=table,
        points=np.concatenate([points for points, _ in solids]) + CENTRE,
        triangles=np.concatenate(triangles).astype(np.int32), triangle_feature=rows,
        triangle_surface=np.zeros(len(rows), np.uint8),
    ))  # fmt: skip


def prism(outline: shapely.Polygon, low: float, high: float) -> tuple[np.ndarray, np.ndarray]:
    """Return the walls of a prism over an outline with holes, without floor and roof."""
    points, faces = [], []
    for ring in (outline.exterior, *outline.interiors):
        plan = shapely.get_coordinates(ring)[:-1]
        first, count = sum(len(one) for one in points), len(plan)
        points += [np.column_stack([plan, np.full(count, low)]), np.column_stack([plan, np.full(count, high)])]
        for i in range(count):
            j = (i + 1) % count
            faces += [(first + i, first + j, first + count + j), (first + i, first + count + j, first + count + i)]
    return np.concatenate(points), np.array(faces)


def pyramid(side: float, height: float) -> tuple[np.ndarray, np.ndarray]:
    half = side / 2.0
    points = np.array([(-half, -half, 0), (half, -half, 0), (half, half, 0), (-half, half, 0), (0, 0, height)])
    return points, np.array([(0, 2, 1), (0, 3, 2), (0, 1, 4), (1, 2, 4), (2, 3, 4), (3, 0, 4)])


def test_a_level_plane_cuts_a_square_out_of_a_pyramid_by_similarity() -> None:
    # given a pyramid of 12 m by 12 m, 9 m high, cut a third below its tip
    faces = cut_faces(city_of(pyramid(12.0, 9.0)), level_plane(6.0))

    # then its face is a square of 4 m around the middle
    assert len(faces) == 1
    assert faces[0].shape.area == pytest.approx(16.0, rel=1e-5)
    assert faces[0].shape.bounds == pytest.approx((EAST - 2, NORTH - 2, EAST + 2, NORTH + 2), abs=1e-3)
    assert (faces[0].number, faces[0].open_ends) == (0, 0)


def test_a_courtyard_stays_open_and_a_tower_in_it_is_a_face_of_its_own() -> None:
    # given a ring of 40 m with a court of 20 m, and a round tower of radius 5 in the court, one object
    ring = shapely.Polygon(shapely.box(-20, -20, 20, 20).exterior, [shapely.box(-10, -10, 10, 10).exterior])
    round_one = shapely.Polygon([(5 * cos(t * pi / 18), 5 * sin(t * pi / 18)) for t in range(36)])
    points, faces = prism(ring, 0.0, 30.0)
    more_points, more_faces = prism(round_one, 0.0, 50.0)
    both = np.concatenate([points, more_points]), np.concatenate([faces, more_faces + len(points)])

    # when it is cut at 20 m and at 40 m
    city = city_of(both)
    low, high = cut_faces(city, level_plane(20.0)), cut_faces(city, level_plane(40.0))

    # then the court is no part of the face, and above the ring only the tower is left
    assert low[0].shape.area == pytest.approx(1600.0 - 400.0 + round_one.area, rel=1e-5)
    assert high[0].shape.area == pytest.approx(round_one.area, rel=1e-5)


def test_an_upright_plane_cuts_a_block_askew_and_closes_the_floor_that_it_lacks() -> None:
    # given a block of 24 m without a floor, and a plane through it from corner to corner
    city = build_tiles(boxes([(0.0, 0.0)], [30.0]))
    plane = upright_plane((EAST - 40.0, NORTH - 40.0, 0.0), (EAST + 40.0, NORTH + 40.0, 0.0))

    faces = cut_faces(city, plane)

    # then its face is as wide as the diagonal, as high as the block, and stands on its foot
    shape = faces[0].shape
    low, bottom, high, top = shape.bounds
    assert shape.area == pytest.approx(24.0 * sqrt(2.0) * 30.0, rel=1e-4)
    assert (bottom, top) == pytest.approx((GROUND_M, GROUND_M + 30.0), abs=1e-3)
    assert (low, high) == pytest.approx((28.0 * sqrt(2.0), 52.0 * sqrt(2.0)), abs=1e-2)
    assert faces[0].open_ends == 1


def test_a_plane_through_corners_and_faces_gives_whole_faces_still() -> None:
    # given the roof level itself, the foot itself, and the plane in a wall
    city = build_tiles(boxes([(0.0, 0.0)], [30.0]))
    wall = upright_plane((EAST - 12.0, NORTH - 50.0, 0.0), (EAST - 12.0, NORTH + 50.0, 0.0))

    # then each gives the face once or not at all, never half of it
    for plane, area in ((level_plane(GROUND_M), 576.0), (level_plane(GROUND_M + 30.0), 576.0), (wall, 720.0)):
        assert sum(face.shape.area for face in cut_faces(city, plane)) == pytest.approx(
            area, rel=1e-4
        ) or not cut_faces(city, plane)


def test_places_of_a_plane_come_back_to_where_they_were() -> None:
    plane = upright_plane((EAST, NORTH, 3.0), (EAST + 30.0, NORTH + 40.0, 9.0))
    flat = np.array([(0.0, 5.0), (50.0, -2.0)])

    points = plane.lifted(flat)

    assert points[1] == pytest.approx((EAST + 30.0, NORTH + 40.0, -2.0))
    assert plane.flat(points) == pytest.approx(flat)
    assert plane.heights(points) == pytest.approx([0.0, 0.0], abs=1e-6)
    assert plane.normal == pytest.approx((0.8, -0.6, 0.0))
    assert level_plane(4.0).normal == pytest.approx((0.0, 0.0, 1.0))
    with pytest.raises(ValueError, match="above one another"):
        upright_plane((1.0, 2.0, 3.0), (1.0, 2.0, 9.0))


def test_a_whole_city_is_cut_object_by_object_and_far_tiles_are_left_out() -> None:
    # given 120 blocks, cut below all roofs
    city = block_city()
    faces = cut_faces(city, level_plane(GROUND_M + 5.0))

    assert sorted(face.number for face in faces) == list(range(120))
    assert all(face.shape.area == pytest.approx(576.0, rel=1e-3) for face in faces)

    # when only a far corner is asked for, then nothing is cut
    far = Extent(west=EAST + 5e4, south=NORTH, east=EAST + 6e4, north=NORTH)
    assert not cut_faces(city, level_plane(GROUND_M + 5.0), far)


def test_lines_of_neighbours_meet_to_the_last_bit() -> None:
    # given a round tower of many triangles, cut by an oblique upright plane
    tower = prism(shapely.Point(0, 0).buffer(9.0, 32), 0.0, 40.0)
    tile = city_of(tower).tiles[0]

    segments, row = segments_of(tile, level_plane(17.3))

    # then every end is the end of exactly one other line
    _, counts = np.unique(segments.reshape(-1, 2), axis=0, return_counts=True)
    assert (counts == 2).all()
    assert (row == 0).all()
