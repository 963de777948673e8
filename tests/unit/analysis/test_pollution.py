"""`analysis.pollution` and `pollution_limits`, beside the formulae worked by hand and the mass that a plume carries."""

import numpy as np
import pytest

from sanping.analysis.pollution import STABILITIES, Weather, concentrations_ug, reach_m, ways_of
from sanping.analysis.pollution_limits import POLLUTANTS
from sanping.analysis.wall_kernels import walls_between

STILL = Weather(wind_m_s=1.0, stabilities=("D",))
WEST_WIND = Weather(wind_m_s=2.0, from_deg=270.0, stabilities=("D",))
KG_H_OF_G_S = 3.6


def in_air(places: list[tuple[float, float, float]], up_m: float, weather: Weather, wall_m: float = 0.0) -> np.ndarray:
    """What one source at the origin, of 1 g/s, gives to places."""
    receivers, sources = np.array(places, float), np.array([[0.0, 0.0, up_m]])
    ways = ways_of(sources, receivers, np.full((len(places), 1), wall_m), weather)
    return concentrations_ug(ways, KG_H_OF_G_S, weather)


def test_the_middle_of_a_plume_on_the_ground_is_what_the_formula_says() -> None:
    # given the spread of class D at 1 km after Briggs: 0.16 x / √(1 + 0.0004 x) and 0.14 x / √(1 + 0.0003 x)
    wide, high = 160.0 / np.sqrt(1.4), 140.0 / np.sqrt(1.3)

    # when 1 g/s is given off on the ground in 1 m/s, then Q / (π u σy σz) is in the air
    assert in_air([(1000.0, 0.0, 0.0)], 0.0, STILL) == pytest.approx([1e6 / (np.pi * wide * high)])


@pytest.mark.parametrize("name", list(STABILITIES))
@pytest.mark.parametrize("wall_m", [0.0, 30.0])
def test_all_that_is_given_off_passes_each_plane_down_the_wind(name: str, wall_m: float) -> None:
    # given a plane 400 m down the wind of an outlet 20 m high, with a wall in between or none
    weather = Weather(wind_m_s=2.0, from_deg=270.0, stabilities=(name,))
    y, z = np.arange(-900.0, 900.0, 6.0) + 3.0, np.arange(0.0, 900.0, 4.0) + 2.0
    places = [(400.0, float(a), float(b)) for a in y for b in z]

    # when concentration times wind is summed over it, then the gram a second of the source comes out
    passing = in_air(places, 20.0, weather, wall_m).sum() * 6.0 * 4.0 * weather.wind_m_s
    assert passing == pytest.approx(1e6, rel=2e-3)


def test_the_wind_carries_it_one_way_and_the_worst_is_never_less() -> None:
    places = [(300.0, 0.0, 1.5), (-300.0, 0.0, 1.5), (300.0, 80.0, 1.5)]
    given, worst = (in_air(places, 5.0, weather) for weather in (WEST_WIND, Weather(wind_m_s=2.0, stabilities=("D",))))
    all_classes = in_air(places, 5.0, Weather(wind_m_s=2.0))

    assert given[0] == pytest.approx(worst[0]) == pytest.approx(worst[1])
    assert given[1] == 0.0
    assert 0.0 < given[2] < given[0]
    assert (worst >= given).all()
    assert (all_classes >= worst).all()


def test_a_wall_thins_what_comes_along_the_ground_and_brings_down_what_passes_above() -> None:
    place = [(100.0, 0.0, 1.5)]

    assert in_air(place, 1.5, STILL, 20.0) < 0.9 * in_air(place, 1.5, STILL)
    assert in_air(place, 60.0, STILL, 40.0) > 2.0 * in_air(place, 60.0, STILL)


def test_the_highest_wall_above_the_straight_way_counts() -> None:
    # given walls of 5, 20 and 12 m across the way, and one of 50 m behind it
    walls = [(20.0, 5.0), (50.0, 20.0), (60.0, 12.0), (150.0, 50.0)]
    edges = np.array([[x, -10.0, x, 10.0] for x, _ in walls])
    tops = np.array([top for _, top in walls])
    places = np.array([[100.0, 0.0, 1.5], [10.0, 0.0, 1.5], [100.0, 0.0, 90.0], [100.0, 40.0, 1.5]])

    found = walls_between(np.array([[0.0, 0.0, 1.5]]), places, edges, tops)

    assert found[:, 0].tolist() == [20.0, -np.inf, -np.inf, 5.0]


def test_how_far_the_limit_is_passed_is_where_the_plume_has_come_down_to_it() -> None:
    far = reach_m(KG_H_OF_G_S, 0.0, 200.0, STILL, 0.0)

    assert in_air([(far * 1.01, 0.0, 0.0)], 0.0, STILL) < 200.0 < in_air([(far * 0.99, 0.0, 0.0)], 0.0, STILL)
    assert reach_m(1e-9, 0.0, 200.0, STILL, 0.0) == 0.0


@pytest.mark.parametrize(
    ("name", "transitional", "final"),
    [("pm10", 360, 300), ("pm25", 180, 150), ("so2", 500, 150), ("no2", 200, 200), ("co", 10_000, 10_000)],
)
def test_limits_are_those_of_the_second_class_of_gb_3095_2026(name: str, transitional: float, final: float) -> None:
    # table 1: by the hour, or three times the mean of a day of PM10 (120, then 100) and PM2.5 (60, then 50)
    one = POLLUTANTS[name]

    assert (one.limit_ug("2026"), one.limit_ug("2031")) == (transitional, final)
    assert one.source_in("2026").startswith("GB 3095-2026, 2026-2030")
    assert one.source_in("2031").startswith("GB 3095-2026, 2031-")
