"""`analysis.version_compare`: what came, went and changed between two versions of a model."""

from dataclasses import replace

import numpy as np
import pytest

from sanping.analysis.version_compare import ObjectChange, changes_between
from sanping.domain.city import CityModel
from sanping.domain.tile import TileSet
from sanping.ports.progress import SilentProgress
from sanping.tiles.build import build_tiles
from sanping.tiles.sample_city import model_of, plots, section


def built(model: CityModel) -> TileSet:
    return build_tiles(model, tile_features=40)


def changed(before: CityModel, after: CityModel) -> list[ObjectChange]:
    return changes_between(built(before), built(after), SilentProgress())


@pytest.fixture
def city() -> CityModel:
    return model_of(plots(120))


def with_points(city: CityModel, row: int, move: tuple[float, float, float], above_m: float = -np.inf) -> CityModel:
    """Move the corners of one building that are higher than `above_m` over its base."""
    own = np.unique(city.triangles[city.triangle_feature == row])
    points = city.points.copy()
    high = own[points[own, 2] > city.features.base_m[row] + above_m]
    points[high] += move
    return replace(city, points=points)


def test_the_same_model_has_no_changes(city: CityModel) -> None:
    assert changed(city, city) == []


def test_a_building_that_moved_is_told_with_its_way(city: CityModel) -> None:
    (change,) = changed(city, with_points(city, 7, (3.0, 4.0, 0.0)))

    assert (change.kind, change.id) == ("moved", "b0000007")
    assert change.amount == pytest.approx(5.0, abs=0.01)


def test_a_building_that_grew_is_told_with_its_metres(city: CityModel) -> None:
    # given a building whose roof was raised, with the height of its row
    grown = with_points(city, 11, (0.0, 0.0, 6.0), above_m=1.0)
    heights = city.features.height_m.copy()
    heights[11] += 6.0

    (change,) = changed(city, replace(grown, features=replace(grown.features, height_m=heights)))

    assert (change.kind, change.id, change.amount) == ("height", "b0000011", pytest.approx(6.0, abs=0.01))


def test_a_building_with_another_plan_is_told(city: CityModel) -> None:
    own = np.unique(city.triangles[city.triangle_feature == 20])
    points = city.points.copy()
    east = points[own, 0]
    points[own[east > east.mean()], 0] += 4.0

    (change,) = changed(city, replace(city, points=points))

    assert (change.kind, change.id) == ("shape", "b0000020")


def test_attributes_are_told_with_both_values(city: CityModel) -> None:
    attributes = [dict(row) for row in city.features.attributes]
    attributes[3]["用途"] = "体育馆"
    del attributes[4]["height"]
    was = dict(city.features.attributes[3])["用途"]

    third, fourth = changed(city, replace(city, features=replace(city.features, attributes=attributes)))

    assert third.attributes == {"用途": (was, "体育馆")}
    assert fourth.attributes["height"][1] is None


def test_buildings_that_came_and_went_are_told(city: CityModel) -> None:
    # given the western and the eastern two thirds of a city
    thirds = [section(plots(120), number, 3) for number in range(3)]
    everything = plots(120)
    rows = {number: set(thirds[number].number.tolist()) for number in range(3)}

    def of(*numbers: int) -> CityModel:
        keep = np.isin(everything.number, list(set.union(*(rows[number] for number in numbers))))
        names = type(everything).__slots__
        return model_of(type(everything)(**{name: getattr(everything, name)[keep] for name in names}))

    # when they are compared
    found = changed(of(0, 1), of(1, 2))

    # then the third that came is told, and the one that went, and nothing of what stayed
    kinds = {kind: {int(change.id[1:]) for change in found if change.kind == kind} for kind in ("added", "removed")}
    assert kinds == {"added": rows[2], "removed": rows[0]}
    assert len(found) == 80
