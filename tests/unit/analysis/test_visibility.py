"""Tiles that a camera sees are drawn, near ones finely, within a budget, and without flicker."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sanping.analysis.visibility import (
    FAR,
    HIDDEN,
    NEAR,
    TileBoxes,
    Wish,
    boxes_of,
    chosen_levels,
    far_errors_px,
    fitted,
    sight_of,
)
from sanping.domain.city import FeatureTable
from sanping.domain.geo import Extent, GeoFrame
from sanping.domain.tile import Tile, TileMesh, TileSet
from sanping.domain.view import CameraPose

ENOUGH = 10**9


def boxes(low, size=100.0, near=1000, far=100) -> TileBoxes:
    low = np.array(low, dtype=np.float64).reshape(-1, 3)
    count = len(low)
    return TileBoxes(low=low, high=low + size, near_triangles=np.full(count, near), far_triangles=np.full(count, far))


def row_of_boxes(count: int) -> TileBoxes:
    """Boxes one behind the other, northwards from the eye, 100 m each."""
    return boxes([(-50, 100 * number, -50) for number in range(count)])


NORTHWARDS = sight_of(CameraPose(target=(0, 1000, 0), heading_deg=0, pitch_deg=0, distance_m=1000), 1.5)


@settings(max_examples=200, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    heading=st.floats(-360, 360),
    pitch=st.floats(-89, 60),
    aspect=st.sampled_from([0.5, 1.0, 16 / 9, 32 / 9]),
)
def test_a_tile_with_a_point_in_the_picture_is_drawn(seed, heading, pitch, aspect) -> None:
    # given a camera and points in its picture, found by projecting them
    pose = CameraPose(target=(540_000, 3_457_000, 10), heading_deg=heading, pitch_deg=pitch, distance_m=900)
    random = np.random.default_rng(seed)
    points = np.array(pose.target) + random.uniform(-2500, 2500, (400, 3))
    forward = np.array(pose.forward)
    right = np.cross(forward, (0, 0, 1))
    right /= np.linalg.norm(right)
    up = np.cross(right, forward)
    away = points - pose.position
    depth, half = away @ forward, np.tan(np.radians(pose.fov_deg / 2))
    in_picture = (depth > 0) & (abs(away @ up) < depth * half) & (abs(away @ right) < depth * half * aspect)

    levels = chosen_levels(boxes(points, size=1e-6), sight_of(pose, aspect), far_beyond_m=1e9, budget_triangles=ENOUGH)

    # then exactly their tiles are drawn
    assert ((levels != HIDDEN) == in_picture).all()


def test_what_lies_behind_or_beside_is_hidden() -> None:
    tiles = boxes([(-50, 500, -50), (-50, -500, -50), (2000, 500, -50), (-50, 500, 3000)])

    levels = chosen_levels(tiles, NORTHWARDS, far_beyond_m=1e9, budget_triangles=ENOUGH)

    assert levels.tolist() == [NEAR, HIDDEN, HIDDEN, HIDDEN]
    assert levels.dtype == np.uint8


def test_a_tile_around_the_eye_is_drawn() -> None:
    levels = chosen_levels(boxes([(-50, -50, -50)]), NORTHWARDS, far_beyond_m=10, budget_triangles=ENOUGH)

    assert levels.tolist() == [NEAR]


def test_far_tiles_are_drawn_as_blocks_when_they_have_any() -> None:
    tiles = row_of_boxes(8)
    bare = TileBoxes(
        low=tiles.low, high=tiles.high, near_triangles=tiles.near_triangles, far_triangles=np.zeros(8, np.int64)
    )

    assert chosen_levels(tiles, NORTHWARDS, far_beyond_m=350, budget_triangles=ENOUGH).tolist() == [2] * 4 + [1] * 4
    assert chosen_levels(bare, NORTHWARDS, far_beyond_m=350, budget_triangles=ENOUGH).tolist() == [2] * 8


@pytest.mark.parametrize(("budget", "near"), [(8000, 8), (7999, 7), (6200, 6), (6199, 5), (801, 0), (0, 0)])
def test_the_farthest_give_way_to_the_budget(budget: int, near: int) -> None:
    levels = chosen_levels(row_of_boxes(8), NORTHWARDS, far_beyond_m=1e9, budget_triangles=budget)

    assert levels.tolist() == [NEAR] * near + [FAR] * (8 - near)


def test_hidden_tiles_cost_nothing() -> None:
    tiles = boxes([(-50, 500, -50), *[(-50, -500 - 100 * i, -50) for i in range(50)]])

    levels = chosen_levels(tiles, NORTHWARDS, far_beyond_m=1e9, budget_triangles=1000)

    assert levels.tolist() == [NEAR] + [HIDDEN] * 50


def test_a_tile_on_the_limit_keeps_its_level() -> None:
    # given a tile 1000 m away and an eye that trembles around that
    tile = boxes([(-50, 1000, -50)])
    previous = None
    seen = []
    for step in range(40):
        limit = 1000 + (-1) ** step * 30.0
        previous = chosen_levels(tile, NORTHWARDS, far_beyond_m=limit, budget_triangles=ENOUGH, previous=previous)
        seen.append(int(previous[0]))

    # then it never changes, though it does after a real move
    assert set(seen) == {seen[0]}
    near = chosen_levels(tile, NORTHWARDS, far_beyond_m=1200, budget_triangles=ENOUGH, previous=previous)
    far = chosen_levels(tile, NORTHWARDS, far_beyond_m=800, budget_triangles=ENOUGH, previous=near)
    assert (near.tolist(), far.tolist()) == ([NEAR], [FAR])


def test_a_budget_on_the_limit_does_not_flicker() -> None:
    # given two tiles of which the budget lets one be near, and an eye that moves a little to and fro between them
    tiles = boxes([(-150, 500, -50), (50, 505, -50)])
    previous = None
    seen = set()
    for step in range(20):
        sight = sight_of(CameraPose(target=(0, 1000, 0), pitch_deg=0, distance_m=1000 + 9 * (-1) ** step), 1.5)
        shifted = TileBoxes(
            low=tiles.low + np.array([[0, 8.0 * (-1) ** step, 0], [0, 0, 0]]),
            high=tiles.high,
            near_triangles=tiles.near_triangles,
            far_triangles=tiles.far_triangles,
        )
        previous = chosen_levels(shifted, sight, far_beyond_m=1e9, budget_triangles=1100, previous=previous)
        seen.add(tuple(previous.tolist()))

    assert len(seen) == 1


def test_boxes_of_a_tile_set_are_its_extents_and_costs() -> None:
    mesh = TileMesh(
        points=np.zeros((3, 3), np.float32), triangles=np.zeros((5, 3), np.int32), point_feature=np.zeros(3, np.uint16)
    )
    blocks = TileMesh(points=mesh.points, triangles=mesh.triangles[:2], point_feature=mesh.point_feature)
    empty = FeatureTable(
        ids=[], class_names=(), class_code=np.zeros(0, np.uint16), parent=np.zeros(0, np.int32),
        base_m=np.zeros(0, np.float32), height_m=np.zeros(0, np.float32), attributes=[],
    )  # fmt: skip
    box = Extent(west=1, south=2, bottom=3, east=4, north=5, top=6)
    tiles = [
        Tile(
            key=str(i), first_feature=0, origin=np.zeros(3), extent=box, near=mesh, far=far,
            triangle_surface=np.zeros(5, np.uint8), first_triangle=np.zeros(1, np.int32),
            anchor=np.zeros((0, 2), np.float32), features=empty,
        )
        for i, far in enumerate((None, blocks))
    ]  # fmt: skip

    found = boxes_of(TileSet(frame=GeoFrame(crs="LOCAL"), tiles=tuple(tiles), feature_count=0, extent=box))

    assert found.low.tolist() == [[1, 2, 3]] * 2
    assert found.high.tolist() == [[4, 5, 6]] * 2
    assert found.near_triangles.tolist() == [5, 5]
    assert found.far_triangles.tolist() == [0, 2]


def test_over_all_models_the_tiles_go_far_whose_far_level_differs_least_until_all_fit() -> None:
    # given two models before the eye, all tiles near, 100 bytes each and 10 when far
    def model(first_m: float, has_far: bool = True) -> Wish:
        low = np.array([(0.0, first_m + 200.0 * row, -50.0) for row in range(3)])
        boxes = TileBoxes(
            low=low, high=low + 100.0, near_triangles=np.full(3, 9), far_triangles=np.full(3, int(has_far)),
            near_bytes=np.full(3, 100), far_bytes=np.full(3, 10),
        )  # fmt: skip
        levels = np.full(3, NEAR, np.uint8)
        return Wish(boxes=boxes, levels=levels, far_error_px=far_errors_px(boxes, NORTHWARDS, 400.0, 16.0))

    near, farther, bare = model(100.0), model(200.0), model(100.0, has_far=False)

    # when they are to fit into less and less
    def drawn(most_bytes: int, *models: Wish) -> list[list[int]]:
        return [levels.tolist() for levels in fitted(models, most_bytes)]

    # then what is farthest is drawn far first, whichever model it is of; what has no far level stays
    assert near.total_bytes == 300
    assert near.far_error_px[0] == pytest.approx(64.0)
    assert drawn(600, near, farther) == [[NEAR] * 3, [NEAR] * 3]
    assert drawn(500, near, farther) == [[NEAR, NEAR, FAR], [NEAR, NEAR, FAR]]
    assert drawn(400, near, farther) == [[NEAR, NEAR, FAR], [NEAR, FAR, FAR]]
    assert drawn(0, near, bare) == [[FAR] * 3, [NEAR] * 3]
    assert drawn(0) == []
