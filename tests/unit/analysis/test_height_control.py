"""Limits of height: zones, cones, approaches and corridors, by hand-made buildings."""

import numpy as np
import pytest
import shapely

from fakes.small_city import CENTRE, boxes
from sanping.analysis.height_control import ApproachFan, Cone, Corridor, Zone, breaches
from sanping.analysis.samples import plans_of
from sanping.domain.text import Text
from sanping.tiles.build import build_tiles

NAME = Text("限高", "Limit")
X, Y = CENTRE[0], CENTRE[1]


def at(*places: tuple[float, float]) -> np.ndarray:
    return np.array(places) + np.array([X, Y])


def test_a_zone_names_the_buildings_above_it_and_by_how_much() -> None:
    # given buildings of 20, 40 and 60 m on ground at 4 m, the last outside a zone of at most 30 m
    plans = plans_of(build_tiles(boxes([(0.0, 0.0), (50.0, 0.0), (300.0, 0.0)], [20.0, 40.0, 60.0])))
    zone = Zone(title=NAME, area=shapely.box(X - 100, Y - 100, X + 100, Y + 100), top_m=30.0)

    # when they are checked
    found = breaches(plans, [zone])

    # then the second alone is named, 14 m over
    assert [(breach.id, breach.over_m, breach.limit_m) for breach in found] == [("b1", 14.0, 30.0)]


def test_a_building_is_measured_where_a_rising_cone_is_lowest_over_it() -> None:
    # given a cone of 1 : 10 from 10 m at a pad, and a building whose near wall stands 88 m away
    plans = plans_of(build_tiles(boxes([(100.0, 0.0)], [20.0])))
    cone = Cone(title=NAME, centre=(X, Y), base_m=10.0, inner_m=0.0, outer_m=500.0, slope=0.1)

    # when it is checked
    (breach,) = breaches(plans, [cone])

    # then the middle of that wall counts: 24 m under a limit of 18.8 m
    assert breach.over_m == pytest.approx(24.0 - 18.8)
    assert breach.place == pytest.approx((X + 88.0, Y, 24.0), abs=0.51)


def test_an_approach_widens_and_rises_by_sections() -> None:
    # given an approach to the north from the centre, at 4 m
    fan = ApproachFan(title=NAME, threshold=(X, Y), base_m=4.0, heading_deg=0.0)

    # when its height is asked along its axis, at its rim, beside it and behind it
    found = fan.limit_m(at((0, 0), (0, 1000), (0, 4000), (0, 9000), (299, 1000), (301, 1000), (0, -1)))

    # then it rises by 2 %, 2.5 %, then not at all, and is 300 m wide plus 15 % of the way on each side
    assert found == pytest.approx([4.0, 24.0, 4.0 + 60 + 25, 4.0 + 60 + 90, 24.0, np.inf, np.inf])


def test_a_corridor_keeps_the_line_from_eye_to_landmark_free() -> None:
    # given an eye at 6 m, a landmark whose foot at 46 m should be seen, and buildings in between and beside
    plans = plans_of(build_tiles(boxes([(200.0, 0.0), (200.0, 200.0)], [50.0, 50.0])))
    corridor = Corridor(title=NAME, eye=(X, Y, 6.0), landmark=(X + 400, Y, 46.0), width_m=100.0)

    # when they are checked
    found = breaches(plans, [corridor])

    # then the one in between is too high where the line is lowest over it
    assert [breach.id for breach in found] == ["b0"]
    assert found[0].over_m == pytest.approx(54.0 - (6.0 + 188.0 / 400.0 * 40.0), abs=0.01)


def test_a_building_that_breaks_several_limits_is_told_once_by_the_worst() -> None:
    # given two zones over the same building
    plans = plans_of(build_tiles(boxes([(0.0, 0.0)], [40.0])))
    area = shapely.box(X - 100, Y - 100, X + 100, Y + 100)
    zones = [Zone(title=Text(name, name), area=area, top_m=top) for name, top in (("a", 30.0), ("b", 20.0))]

    # when it is checked
    found = breaches(plans, zones)

    # then the lower zone is named
    assert [(breach.surface.en, breach.over_m) for breach in found] == [("b", 24.0)]
