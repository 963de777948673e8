"""`tiles.sample_city` and `tiles.joined`: the same city whole or in sections."""

import numpy as np
import pytest

from sanping.domain.tile import TileSet
from sanping.tiles.build import build_tiles
from sanping.tiles.joined import joined
from sanping.tiles.sample_city import city_model, model_of, plots, section

COUNT = 900


@pytest.fixture(scope="module")
def whole() -> TileSet:
    return build_tiles(city_model(COUNT), tile_features=200)


@pytest.fixture(scope="module")
def city() -> TileSet:
    parts = [build_tiles(model_of(section(plots(COUNT), number, 3)), tile_features=200) for number in range(3)]
    return joined(parts)


def test_the_same_seed_gives_the_same_city_and_another_another() -> None:
    one, again, other = city_model(50), city_model(50), city_model(50, seed=8)

    np.testing.assert_array_equal(one.points, again.points)
    assert not np.array_equal(one.points, other.points)


def test_nothing_stands_in_the_river() -> None:
    # given a city of some size
    centre = plots(5_000).centre

    # when its buildings are measured against the middle of the river
    east, north = (centre - (540_000.0, 3_457_000.0)).T
    width = 34.0 * np.ceil(np.sqrt(5_000 * 1.12))
    away = np.abs(north - 0.12 * width * np.sin(east / width * 9.0))

    # then none is within its banks, but for the little that a building stands off its plot
    assert away.min() > 40.0


def test_sections_hold_every_building_once() -> None:
    numbers = np.concatenate([section(plots(COUNT), number, 4).number for number in range(4)])

    assert sorted(numbers.tolist()) == list(range(COUNT))


def test_joined_sections_are_the_whole_city(whole: TileSet, city: TileSet) -> None:
    # given the city built at once and in three sections
    # when both are asked for the same building
    # then it is found, has its own attributes and stands at the same place
    assert city.feature_count == whole.feature_count == COUNT
    assert len({tile.key for tile in city.tiles}) == len(city.tiles)
    for id in ("b0000000", "b0000417", "b0000899"):
        found = []
        for tiles in (whole, city):
            number = tiles.find(id)
            assert number is not None
            tile, row = tiles.locate(number)
            assert tile.features.ids[row] == id
            corners = tile.near.points[tile.near.point_feature == row] + tile.origin
            found.append((dict(tile.features.attributes[row]), np.sort(corners, axis=0).round(1).tolist()))
        assert found[0] == found[1]


def test_joined_sections_are_numbered_without_gaps(city: TileSet) -> None:
    starts = [tile.first_feature for tile in city.tiles]
    sizes = [len(tile.features.ids) for tile in city.tiles]

    assert starts == np.concatenate([[0], np.cumsum(sizes)[:-1]]).tolist()
