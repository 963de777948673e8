"""Lines through buildings and ground, beside every triangle asked one by one."""

import numpy as np
import pytest

from fakes.small_city import CENTRE, block_city, boxes
from fakes.small_city import FRAME as FRAME_OF_CITY
from sanping.analysis.blockers import Blockers, Solids, solids_of
from sanping.analysis.triangles import Triangles, first_hit
from sanping.domain.city import Origin
from sanping.domain.geo import Extent, Float64Array
from sanping.domain.ground import Terrain
from sanping.tiles.build import build_tiles

NOTHING = Solids(corners=np.zeros((0, 3, 3)), owner=np.zeros(0, np.int64))


def hills(rows: int = 40, columns: int = 55, cell_m: float = 20.0) -> Terrain:
    """Rough ground around the city's centre, the same each time."""
    heights = np.random.default_rng(5).uniform(0.0, 12.0, (rows, columns)).astype(np.float32)
    west, north = CENTRE[0] - columns * cell_m / 2, CENTRE[1] + rows * cell_m / 2
    return Terrain(
        frame=FRAME_OF_CITY, origin=Origin(format="made up"), heights_m=heights, west=west, north=north,
        cell_x_m=cell_m, cell_y_m=cell_m,
    )  # fmt: skip


def facets(terrain: Terrain) -> Float64Array:
    """The triangles of a ground, two a cell, with the diagonal from south-west to north-east."""
    rows, columns = terrain.heights_m.shape
    column, row = np.meshgrid(np.arange(columns), np.arange(rows))
    points = np.stack(
        [terrain.west + column * terrain.cell_x_m, terrain.north - row * terrain.cell_y_m, terrain.heights_m], axis=-1
    ).astype(np.float64)
    nw, ne, sw, se = points[:-1, :-1], points[:-1, 1:], points[1:, :-1], points[1:, 1:]
    return np.stack([np.stack([sw, se, ne], axis=2), np.stack([sw, ne, nw], axis=2)], axis=2).reshape(-1, 3, 3)


def lines(count: int, low_m: float, high_m: float) -> tuple[Float64Array, Float64Array]:
    random = np.random.default_rng(11)
    starts = np.column_stack([random.uniform(-370, 370, (count, 2)), random.uniform(low_m, high_m, count)])
    ends = np.column_stack([random.uniform(-370, 370, (count, 2)), random.uniform(low_m, high_m, count)])
    return starts + CENTRE, ends + CENTRE


def asked_one_by_one(corners: Float64Array, starts: Float64Array, ends: Float64Array) -> Float64Array:
    triangles = Triangles(a=corners[:, 0], b=corners[:, 1], c=corners[:, 2])
    shares = np.full(len(starts), np.inf)
    for number, (start, end) in enumerate(zip(starts, ends, strict=True)):
        length = float(np.linalg.norm(end - start))
        hit = first_hit(triangles, start, (end - start) / length)
        if hit is not None and hit[0] <= length:
            shares[number] = hit[0] / length
    return shares


def test_lines_meet_the_buildings_that_every_triangle_asked_alone_would_meet() -> None:
    # given a city of blocks, and lines across it
    solids = solids_of(block_city())
    starts, ends = lines(400, 5.0, 60.0)

    # when both are asked
    found = Blockers(solids).first_blocks(starts, ends)
    expected = asked_one_by_one(solids.corners, starts, ends)

    # then they agree, and some lines are free and some are not
    assert 40 < found.is_clear.sum() < 360
    np.testing.assert_allclose(found.share, expected, atol=1e-9)


def test_lines_dip_below_the_ground_where_its_triangles_say() -> None:
    # given rough ground, and lines over it
    terrain = hills()
    starts, ends = lines(300, 9.0, 16.0)
    is_above = np.isinf(asked_one_by_one(facets(terrain), starts, starts + np.array([0.0, 0.0, 100.0])))
    starts, ends = starts[is_above], ends[is_above]

    # when both are asked
    found = Blockers(NOTHING, terrain).first_blocks(starts, ends)
    expected = asked_one_by_one(facets(terrain), starts, ends)

    # then they agree
    assert 30 < found.is_clear.sum() < len(starts) - 30
    np.testing.assert_allclose(found.share, expected, atol=1e-6)


def test_what_blocks_first_is_named_and_ground_is_nobody() -> None:
    # given two blocks in a row on flat ground
    tiles = build_tiles(boxes([(100.0, 0.0), (200.0, 0.0)], [20.0, 50.0]))
    ground = hills()
    flat = Terrain(
        frame=ground.frame, origin=ground.origin, heights_m=np.full_like(ground.heights_m, 4.0), west=ground.west,
        north=ground.north, cell_x_m=20.0, cell_y_m=20.0,
    )  # fmt: skip
    blockers = Blockers(solids_of(tiles), flat)
    start = np.array(CENTRE) + np.array([0.0, 0.0, 10.0])

    # when somebody looks low, high, down, and over both
    ends = start + np.array([(300.0, 0.0, 0.0), (300.0, 0.0, 60.0), (-100.0, 0.0, -12.0), (300.0, 0.0, 200.0)])
    found = blockers.first_blocks(np.tile(start, (4, 1)), ends)

    # then the near block, the far one, the ground and nothing stand in the way
    numbers = [tiles.find("b0"), tiles.find("b1"), -1, -1]
    assert found.owner.tolist() == numbers
    assert found.is_clear.tolist() == [False, False, False, True]
    assert found.share[:3] == pytest.approx([88 / 300, 188 / 300, 0.5])


def test_a_surface_sees_nothing_behind_itself_and_a_free_point_all_around() -> None:
    # given one wall to the east of two points: one free, one on a surface that looks west
    solids = solids_of(build_tiles(boxes([(50.0, 0.0)], [30.0])))
    points = np.tile(np.array(CENTRE) + np.array([0.0, 0.0, 8.0]), (2, 1))
    normals = np.array([(0.0, 0.0, 0.0), (-1.0, 0.0, 0.0)])
    level, steep = np.radians(5.0), np.radians(60.0)
    directions = np.array([
        (np.cos(level), 0.0, np.sin(level)), (np.cos(steep), 0.0, np.sin(steep)), (-np.cos(level), 0.0, np.sin(level)),
    ])  # fmt: skip

    # when both look east low, east high and west low
    lit = Blockers(solids).lit(points, normals, directions)

    # then the wall blocks the low look only, and a surface blocks its own back
    assert lit.tolist() == [[0, 1, 1], [0, 0, 1]]


def test_only_tiles_that_reach_into_an_extent_are_taken_and_buildings_can_be_left_out() -> None:
    # given a city, and a small extent in its corner
    tiles = block_city()
    west, south = tiles.extent.west, tiles.extent.south
    corner = Extent(west=west, south=south, east=west + 20.0, north=south + 20.0)

    # when solids are taken from there, and a building is left out
    whole, near = solids_of(tiles), solids_of(tiles, corner)
    fewer = near.without(np.array([int(near.owner[0])]))

    # then there are fewer of them, and none of that building
    assert 0 < len(near.corners) <= len(whole.corners)
    assert int(near.owner[0]) not in fewer.owner
    assert len(fewer.corners) < len(near.corners)
