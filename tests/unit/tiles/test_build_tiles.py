"""Tiles hold every triangle of the model once, under the right object, within their limits."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sanping.domain.city import CityModel, FeatureTable, Origin
from sanping.domain.errors import FileBroken
from sanping.domain.geo import GeoFrame
from sanping.domain.tile import MAX_TILE_FEATURES, MAX_TILE_POINTS, TileSet
from sanping.tiles.build import build_tiles

CORNER = (540_000.0, 3_457_000.0, 4.0)


def model_of(points, triangles, feature, *, parent=None, classes=("Building",), class_code=None, count=None):  # noqa: PLR0913
    feature = np.asarray(feature, dtype=np.int32)
    count = count if count is not None else int(feature.max()) + 1
    code = np.zeros(count) if class_code is None else class_code
    return CityModel(
        frame=GeoFrame(crs="EPSG:4549"),
        origin=Origin(format="test"),
        features=FeatureTable(
            ids=[f"id{i}" for i in range(count)],
            class_names=classes,
            class_code=np.asarray(code, dtype=np.uint16),
            parent=np.asarray([-1] * count if parent is None else parent, dtype=np.int32),
            base_m=np.arange(count, dtype=np.float32),
            height_m=np.arange(count, dtype=np.float32) + 1,
            attributes=[{"n": i} for i in range(count)],
        ),
        points=np.asarray(points, dtype=np.float64).reshape(-1, 3),
        triangles=np.asarray(triangles, dtype=np.int32).reshape(-1, 3),
        triangle_feature=feature,
        triangle_surface=(np.arange(len(feature)) % 14).astype(np.uint8),
    )


def soup(model: CityModel) -> Counter:
    """Every triangle as (object id, surface, corners in centimetres)."""
    corners = np.rint(model.points[model.triangles] * 100).astype(np.int64).reshape(-1, 9)
    ids = [model.features.ids[row] for row in model.triangle_feature.tolist()]
    return Counter(zip(ids, model.triangle_surface.tolist(), map(tuple, corners.tolist()), strict=True))


def soup_of_tiles(tiles: TileSet) -> Counter:
    found: Counter = Counter()
    for tile in tiles.tiles:
        points = tile.near.points.astype(np.float64) + tile.origin
        corners = np.rint(points[tile.near.triangles] * 100).astype(np.int64).reshape(-1, 9)
        rows = np.repeat(np.arange(len(tile.features)), np.diff(tile.first_triangle))
        ids = [tile.features.ids[row] for row in rows.tolist()]
        found.update(zip(ids, tile.triangle_surface.tolist(), map(tuple, corners.tolist()), strict=True))
    return found


@st.composite
def models(draw):
    """Small models with shared points, repeated points, unused points, parents and objects without geometry."""
    count = draw(st.integers(1, 25))
    seed = draw(st.integers(0, 2**32 - 1))
    random = np.random.default_rng(seed)
    # Points on whole quarters of a metre, so that float32 in a tile keeps their centimetres.
    points = random.integers(0, draw(st.sampled_from([4, 400, 40_000])), (draw(st.integers(3, 60)), 3)) * 0.25 + CORNER
    triangles = random.integers(0, len(points), (draw(st.integers(1, 80)), 3))
    feature = np.sort(random.integers(0, count, len(triangles)))
    parent = np.array([random.integers(-1, row) if row else -1 for row in range(count)])
    code = random.integers(0, 2, count)
    return model_of(
        points, triangles, feature, parent=parent, classes=("Building", "WaterBody"), class_code=code, count=count
    )


@settings(max_examples=150, deadline=None)
@given(model=models(), tile_features=st.sampled_from([1, 2, 5, 3000]))
def test_every_triangle_is_in_exactly_one_tile_under_its_object(model: CityModel, tile_features: int) -> None:
    tiles = build_tiles(model, tile_features=tile_features)

    assert soup_of_tiles(tiles) == soup(model)
    assert tiles.feature_count == len(model.features)
    assert sum(len(tile.features) for tile in tiles.tiles) == tiles.feature_count
    assert sorted(id for tile in tiles.tiles for id in tile.features.ids) == sorted(model.features.ids)
    assert len({tile.key for tile in tiles.tiles}) == len(tiles.tiles)


def test_points_that_no_triangle_has_belong_to_no_object_even_between_its_own() -> None:
    far_off = (9_000.0, 9_000.0, 900.0)
    points = np.array([far_off, (0, 0, 0), (1, 0, 0), far_off, (0, 1, 0), (5, 0, 0), (6, 0, 0), (5, 1, 2), far_off])
    model = model_of(points + CORNER, [(1, 2, 4), (5, 6, 7)], [0, 2], count=3)

    (tile,) = build_tiles(model).tiles

    assert tile.near.points.shape == (6, 3)
    assert tile.near.point_feature.tolist() == [0, 0, 0, 2, 2, 2]
    assert (tile.extent.east, tile.extent.top) == (CORNER[0] + 6, CORNER[2] + 2)


@settings(max_examples=100, deadline=None)
@given(model=models(), tile_features=st.sampled_from([1, 2, 5]))
def test_a_tile_keeps_its_promises(model: CityModel, tile_features: int) -> None:
    tiles = build_tiles(model, tile_features=tile_features)

    next_feature = 0
    for tile in tiles.tiles:
        rows = len(tile.features)
        assert tile.first_feature == next_feature
        next_feature += rows
        assert rows <= tile_features
        assert tile.first_triangle[0] == 0
        assert tile.first_triangle[-1] == len(tile.near.triangles)
        owners = tile.near.point_feature[tile.near.triangles]
        rows_of_triangles = np.repeat(np.arange(rows), np.diff(tile.first_triangle))
        assert (owners == rows_of_triangles[:, None]).all()
        if len(tile.near.points):
            box = tile.extent
            points = tile.near.points + tile.origin
            assert points.min(axis=0) == pytest.approx((box.west, box.south, box.bottom), abs=1e-3)
            assert points.max(axis=0) == pytest.approx((box.east, box.north, box.top), abs=1e-3)
            pairs = np.column_stack([tile.near.point_feature, np.rint(tile.near.points * 4)])
            used = np.unique(tile.near.triangles)
            assert len(used) == len(tile.near.points)
            assert len(pairs) >= len(np.unique(pairs, axis=0))


@settings(max_examples=60, deadline=None)
@given(model=models(), tile_features=st.sampled_from([1, 3, 3000]))
def test_parents_and_attributes_are_found_again(model: CityModel, tile_features: int) -> None:
    tiles = build_tiles(model, tile_features=tile_features)

    row_of = {id: row for row, id in enumerate(model.features.ids)}
    for number in range(tiles.feature_count):
        tile, row = tiles.locate(number)
        old = row_of[tile.features.ids[row]]
        assert tile.features.attributes[row] == {"n": old}
        assert tile.features.height_m[row] == model.features.height_m[old]
        assert tile.features.class_of(row) == model.features.class_of(old)
        parent = int(tile.features.parent[row])
        old_parent = int(model.features.parent[old])
        if old_parent < 0:
            assert parent == -1
        else:
            parent_tile, parent_row = tiles.locate(parent)
            assert parent_tile.features.ids[parent_row] == model.features.ids[old_parent]


def test_a_model_without_triangles_is_refused() -> None:
    empty = model_of(np.zeros((0, 3)), np.zeros((0, 3)), [], count=1)

    with pytest.raises(FileBroken, match="没有任何三角面"):
        build_tiles(empty)


def test_one_enormous_object_has_a_tile_of_its_own() -> None:
    # given a ground of 300 × 300 points with a house at each end
    side = 300
    east, north = np.meshgrid(np.arange(side) * 1.0, np.arange(side) * 1.0)
    ground = np.stack([east.ravel(), north.ravel(), np.zeros(side * side)], axis=1)
    corner = (np.arange(side - 1)[:, None] * side + np.arange(side - 1)).ravel()
    ground_triangles = np.concatenate(
        [np.stack([corner, corner + 1, corner + side], 1), np.stack([corner + 1, corner + side + 1, corner + side], 1)]
    )
    house = np.array([[0, 0, 1], [5, 0, 1], [5, 5, 9]], dtype=np.float64)
    points = np.concatenate([house + np.array([20, 20, 0]), ground, house + np.array([250, 250, 0])])
    triangles = np.concatenate([[[0, 1, 2]], ground_triangles + 3, [[3 + side**2, 4 + side**2, 5 + side**2]]])
    feature = np.concatenate([[0], np.ones(len(ground_triangles), np.int32), [2]])

    # when it is cut
    tiles = build_tiles(model_of(points, triangles, feature, classes=("Building", "TINRelief"), class_code=[0, 1, 0]))

    # then the ground is alone and whole, the houses are elsewhere
    big = [tile for tile in tiles.tiles if len(tile.near.points) > MAX_TILE_POINTS]
    assert [list(tile.features.ids) for tile in big] == [["id1"]]
    assert len(big[0].near.triangles) == len(ground_triangles)


def test_limits_hold_when_everything_stands_in_one_place() -> None:
    # given 20 000 objects at the same spot
    count = 20_000
    points = np.tile(np.array([[0, 0, 0], [1, 0, 0], [1, 0, 3]], dtype=np.float64), (count, 1)) + CORNER
    model = model_of(points, np.arange(3 * count), np.arange(count))

    tiles = build_tiles(model, tile_features=100_000)

    assert max(len(tile.features) for tile in tiles.tiles) <= MAX_TILE_FEATURES
    assert max(len(tile.near.points) for tile in tiles.tiles) <= MAX_TILE_POINTS
    assert sum(len(tile.near.triangles) for tile in tiles.tiles) == count
