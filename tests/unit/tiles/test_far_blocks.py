"""Far blocks stand where the buildings stand; anchors are corners of their feet."""

import numpy as np
import pytest
import readers_to_run as readers
from hypothesis import given, settings
from hypothesis import strategies as st
from test_build_tiles import model_of

from sanping.domain.city import CityModel
from sanping.domain.tile import TileSet
from sanping.tiles.blocks import CELL_M, TALL_M
from sanping.tiles.build import build_tiles

BOX = [(0, 2, 1), (0, 3, 2), (4, 5, 6), (4, 6, 7)] + [
    face for i in range(4) for face in ((i, (i + 1) % 4, 4 + (i + 1) % 4), (i, 4 + (i + 1) % 4, 4 + i))
]


def houses(*boxes, turn_deg: float = 0.0, **columns) -> CityModel:
    """Upright boxes (west, south, width, depth, height), all turned about (0, 0)."""
    angle = np.radians(turn_deg)
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    points = []
    for west, south, width, depth, height in boxes:
        ring = np.array([(0, 0), (width, 0), (width, depth), (0, depth)]) + np.array([west, south])
        points += [(*corner, z) for z in (2.0, 2.0 + height) for corner in (ring @ turn).tolist()]
    triangles = (np.array(BOX)[None] + 8 * np.arange(len(boxes))[:, None, None]).reshape(-1, 3)
    return model_of(points, triangles, np.repeat(np.arange(len(boxes)), len(BOX)), **columns)


def far_boxes(tiles: TileSet) -> dict[str, list[np.ndarray]]:
    """World points (8, 3) of the far blocks under each object's id."""
    found: dict[str, list[np.ndarray]] = {}
    for tile in tiles.tiles:
        assert tile.far is not None
        owner = tile.far.point_feature
        for row in np.unique(owner).tolist():
            points = (tile.far.points + tile.origin)[owner == row]
            found.setdefault(tile.features.ids[row], []).extend(points.reshape(-1, 8, 3))
    return found


def test_a_tower_keeps_its_place_turn_and_height() -> None:
    tower = (300, 400, 20, 40, 120)
    many = [(x, y, 8, 8, 9) for x in range(0, 60, 12) for y in range(0, 60, 12)]

    [block] = far_boxes(build_tiles(houses(tower, *many, turn_deg=30)))["id0"]

    expected = build_tiles(houses(tower, turn_deg=30)).tiles[0]
    corners = np.unique(np.round(expected.near.points + expected.origin, 2), axis=0)
    np.testing.assert_allclose(np.unique(np.round(block, 2), axis=0), corners, atol=0.02)


def test_low_houses_of_a_cell_become_one_block_of_their_mean_height_under_the_tallest() -> None:
    # given 16 houses, one of 18 m and the others of 6 m, within one cell, and one far off that decides where cells lie
    count = 16
    low = [(4 + 18 * (i % 4), 4 + 18 * (i // 4), 10, 10, 6) for i in range(count)]
    low[5] = (*low[5][:4], 18)

    blocks = far_boxes(build_tiles(houses(*low, (146, 146, 10, 10, 6))))

    assert set(blocks) == {"id5", "id16"}
    [block] = blocks["id5"]
    assert block[:, 2].min() == pytest.approx(2.0, abs=1e-3)
    assert block[:, 2].max() == pytest.approx(2.0 + (6 * 15 + 18) / 16, abs=1e-3)
    width, depth = np.ptp(block[:, 0]), np.ptp(block[:, 1])
    assert width * depth == pytest.approx(count * 100, rel=0.02)


def test_water_and_ground_stay_as_they_are() -> None:
    side = 30
    boxes = [(12 * (i % side), 12 * (i // side), 9, 9, 8) for i in range(side * side)]
    code = np.zeros(len(boxes))
    code[17] = 1
    model = houses(*boxes, classes=("Building", "WaterBody"), class_code=code)

    [tile] = build_tiles(model).tiles

    row = list(tile.features.ids).index("id17")
    owner = tile.far.point_feature[tile.far.triangles[:, 0]]
    near = tile.near.points[tile.near.triangles[tile.first_triangle[row] : tile.first_triangle[row + 1]]]
    np.testing.assert_array_equal(tile.far.points[tile.far.triangles[owner == row]], near)


def test_a_tile_that_saves_nothing_has_no_far_level() -> None:
    [tile] = build_tiles(houses((0, 0, 10, 10, 9), (500, 0, 10, 10, 9))).tiles

    assert tile.far is None


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), count=st.sampled_from([50, 400]))
def test_blocks_stay_within_reach_of_their_buildings(seed: int, count: int) -> None:
    tiles = build_tiles(readers.boxes(count, seed), tile_features=100)

    for tile in tiles.tiles:
        if tile.far is None:
            continue
        low, high = tile.near.points.min(axis=0), tile.near.points.max(axis=0)
        reach = np.array([CELL_M, CELL_M, 0.01])
        assert (tile.far.points >= low - reach).all()
        assert (tile.far.points <= high + reach).all()
        owner = tile.far.point_feature[tile.far.triangles]
        assert (owner == owner[:, :1]).all()
        assert (np.diff(owner[:, 0].astype(int)) >= 0).all()
        corners = tile.far.points[tile.far.triangles].astype(np.float64)
        normal = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
        outward = corners.mean(axis=1) - tile.far.points.reshape(-1, 8, 3).mean(axis=1)[_block_of(tile.far)]
        assert (np.einsum("ij,ij->i", normal, outward) > 0).all()
        tall = np.flatnonzero(tile.features.height_m > TALL_M)
        assert set(tall.tolist()) <= set(np.unique(tile.far.point_feature).tolist())


def _block_of(mesh) -> np.ndarray:
    return mesh.triangles[:, 0] // 8


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_the_anchor_is_a_corner_of_the_foot(seed: int) -> None:
    [tile] = build_tiles(readers.boxes(40, seed)).tiles

    for row in range(len(tile.features)):
        points = tile.near.points[tile.near.point_feature == row]
        foot = points[points[:, 2] < points[:, 2].min() + 1e-3, :2]
        assert np.abs(foot - tile.anchor[row]).sum(axis=1).min() < 1e-4


def test_the_anchor_is_the_lower_end_of_the_longest_wall_on_a_slope() -> None:
    # given a house on a slope: its long southern wall is lowest in the west
    points = [(0, 0, 1), (30, 0, 4), (30, 10, 4), (0, 10, 1), (0, 0, 12), (30, 0, 12), (30, 10, 12), (0, 10, 12)]
    model = model_of(points, BOX, np.zeros(len(BOX)))

    [tile] = build_tiles(model).tiles

    x, y = tile.anchor[0] + tile.origin[:2]
    assert (x, y) in {(0, 0), (0, 10)}
