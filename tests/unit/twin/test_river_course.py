"""The river between its gauges."""

import numpy as np
import pytest

from fakes.small_river import small_river
from sanping.twin.river import along_river, nearest_on_river, travel_time_s

COURSE = small_river().rivers[0]


def test_places_have_a_chainage_and_chainages_a_place() -> None:
    # given a straight river of four kilometres
    # when a place beside it and a chainage on it are asked for
    chainage_m, away_m = COURSE.chainage_of(1500.0, 30.0)
    place = COURSE.at(1500.0)

    # then they agree, and beyond the ends the ends are given
    assert (chainage_m, away_m) == (pytest.approx(1500.0), pytest.approx(30.0))
    assert place == pytest.approx([1500.0, 0.0])
    assert COURSE.at(9000.0) == pytest.approx([4000.0, 0.0])
    assert COURSE.length_m == 4000.0


def test_levels_are_linear_between_gauges_and_nothing_is_invented_without_any() -> None:
    # given two gauges, one of them without a value
    at = np.array([0.0, 1000.0, 3000.0, 4000.0])

    # when the surface is asked for
    found = along_river([(1000.0, 3.0), (3000.0, 2.0), (2000.0, float("nan"))], at)

    # then it is level beyond the outermost gauges
    assert found == pytest.approx([3.0, 3.0, 2.0, 2.0])
    assert along_river([(1000.0, float("nan"))], at) is None


def test_classes_reach_half_way_to_the_next_section() -> None:
    # given sections of class Ⅲ and Ⅴ
    # when the class along the river is asked for
    found = nearest_on_river([(0.0, 3), (4000.0, 5)], np.array([0.0, 1900.0, 2100.0, 4000.0]))

    # then there is no class between them
    assert found is not None
    assert found.tolist() == [3, 3, 5, 5]
    assert nearest_on_river([], np.array([0.0])) is None


def test_water_needs_its_time_downstream_and_never_arrives_upstream() -> None:
    # given half a metre a second everywhere
    at = np.array([0.0, 1000.0, 2000.0, 4000.0])

    # when the travel from one kilometre is asked for
    found = travel_time_s([(0.0, 0.5)], 1000.0, at)

    # then two kilometres are reached after 2 000 s
    assert np.isnan(found[0])
    assert found[1:] == pytest.approx([0.0, 2000.0, 6000.0])


def test_water_that_turns_back_does_not_arrive() -> None:
    # given a river that stands still from three kilometres on
    at = np.array([2000.0, 2500.0, 4000.0])

    # when the travel from two kilometres is asked for
    found = travel_time_s([(2000.0, 0.5), (3000.0, 0.0)], 2000.0, at)

    # then it comes as far as it flows, ever more slowly
    assert found[0] == 0.0
    assert 1000.0 < found[1] < 2000.0
    assert np.isnan(found[2])
    assert np.isnan(travel_time_s([], 0.0, at)).all()
