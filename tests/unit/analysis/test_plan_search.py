"""Objects in an area of the plan: a box, a ring, around a point, along a line."""

import numpy as np
import pytest
import shapely

from fakes.small_city import boxes
from sanping.analysis.plan_search import (
    Region,
    Relation,
    box_between,
    circle_around,
    heading_of,
    objects_in,
    polygon_of,
    shapes_in,
    strip_along,
)
from sanping.tiles.build import build_tiles

TILES = build_tiles(boxes([(0, 0), (60, 0), (120, 0)], [10.0, 20.0, 30.0]))
NUMBERS = {
    tile.features.ids[row]: tile.first_feature + row for tile in TILES.tiles for row in range(len(tile.features))
}


def plans() -> tuple[np.ndarray, np.ndarray]:
    low, high = np.full((len(NUMBERS), 2), np.inf), np.full((len(NUMBERS), 2), -np.inf)
    for tile in TILES.tiles:
        who = tile.first_feature + tile.near.point_feature.astype(np.int64)
        np.minimum.at(low, who, tile.near.points[:, :2] + tile.origin[:2])
        np.maximum.at(high, who, tile.near.points[:, :2] + tile.origin[:2])
    return low, high


LOW, HIGH = plans()
OWNER = np.arange(len(NUMBERS))


def tree_of(low: np.ndarray, high: np.ndarray) -> shapely.STRtree:
    return shapely.STRtree(shapely.box(low[:, 0], low[:, 1], high[:, 0], high[:, 1]))


def found(shape: object, relation: Relation) -> set[int]:
    return set(objects_in(TILES, OWNER, OWNER, tree_of(LOW, HIGH), Region(shape=shape, relation=relation)).tolist())


def test_a_box_over_half_a_building_touches_it_and_holds_it_not() -> None:
    order = np.argsort(LOW[:, 0])
    first, second = order[0], order[1]
    middle = (LOW[first] + HIGH[first]) / 2
    box = shapely.box(middle[0], LOW[first][1] - 5, HIGH[second][0] + 5, HIGH[second][1] + 5)

    assert found(box, "touching") == {first, second}
    assert found(box, "inside") == {second}


def test_a_border_that_cuts_the_corner_of_a_box_touches_only_what_it_meets() -> None:
    # given a triangle whose box holds a corner of the first building, but which passes by it
    order = np.argsort(LOW[:, 0])
    corner = HIGH[order[0]]
    beside = shapely.Polygon(corner + np.array([(-5, 7), (7, 7), (7, -5)]))
    over = shapely.Polygon(corner + np.array([(-5, 2), (2, 2), (2, -5)]))

    assert found(beside, "touching") == set()
    assert found(over, "touching") == {order[0]}


def test_parts_belong_to_their_whole() -> None:
    # given the second and third building as parts of the first
    owner, whole = np.zeros(len(NUMBERS), np.int64), np.zeros(1, np.int64)
    tree = tree_of(LOW.min(axis=0)[None], HIGH.max(axis=0)[None])
    order = np.argsort(LOW[:, 0])
    last = shapely.box(*(LOW[order[2]] - 1), *(HIGH[order[2]] + 1))

    assert objects_in(TILES, owner, whole, tree, Region(shape=last)).tolist() == [0]
    assert objects_in(TILES, owner, whole, tree, Region(shape=last, relation="inside")).tolist() == []


def test_flat_shapes_are_touched_or_held() -> None:
    shapes = np.array([shapely.Point(1, 1), shapely.LineString([(5, 5), (50, 5)]), shapely.Point(90, 90)], object)
    box = shapely.box(0, 0, 10, 10)

    assert shapes_in(shapely.STRtree(shapes), Region(shape=box)).tolist() == [0, 1]
    assert shapes_in(shapely.STRtree(shapes), Region(shape=box, relation="inside")).tolist() == [0]


def test_a_dragged_box_is_turned_with_the_view() -> None:
    upright = box_between((0.0, 0.0), (30.0, 10.0), heading_of(0.0))
    turned = box_between((0.0, 0.0), (30.0, 10.0), heading_of(45.0))

    assert upright.bounds == pytest.approx((0.0, 0.0, 30.0, 10.0))
    assert turned.area == pytest.approx(400.0)
    assert {(0.0, 0.0), (30.0, 10.0)} <= {tuple(np.round(c, 6)) for c in turned.exterior.coords}


def test_circles_strips_and_crossing_rings_are_areas() -> None:
    assert circle_around((0.0, 0.0), 100.0).area == pytest.approx(np.pi * 100.0**2, rel=0.01)
    assert strip_along([(0.0, 0.0), (100.0, 0.0)], 20.0).area == pytest.approx(2000.0 + np.pi * 100.0, rel=0.01)
    assert polygon_of([(0.0, 0.0), (10.0, 10.0), (10.0, 0.0), (0.0, 10.0)]).area == pytest.approx(50.0)
