"""Noise, beside the formulae of ISO 9613-2 worked by hand."""

import numpy as np
import pytest
import shapely

from sanping.analysis.noise import NoiseSource, attenuation_db, levels_db, point_sources
from sanping.analysis.noise_limits import NOISE_CLASSES
from sanping.analysis.samples import Plans
from sanping.ports.progress import SilentProgress

OPEN = Plans(ids=(), numbers=np.zeros(0, np.int64), shapes=np.zeros(0, object), base_m=np.zeros(0), top_m=np.zeros(0))


def block(west: float, east: float, top_m: float) -> Plans:
    shapes = np.array([shapely.box(west, -500.0, east, 500.0)], object)
    return Plans(ids=("b",), numbers=np.zeros(1, np.int64), shapes=shapes, base_m=np.zeros(1), top_m=np.array([top_m]))


def test_a_point_loses_six_decibels_with_each_doubling_and_a_long_road_three() -> None:
    # given a machine and a long road, high above the ground: no loss there
    machine = NoiseSource(shape=shapely.Point(0.0, 0.0), power_db=100.0, height_m=500.0)
    road = NoiseSource(shape=shapely.LineString([(0, -20_000), (0, 20_000)]), power_db=90.0, height_m=500.0)
    places = np.array([[20.0, 0.0, 500.0], [40.0, 0.0, 500.0]])

    # when both are heard at 20 m and 40 m
    near, far = (levels_db([source], places, OPEN, 0.0, SilentProgress()) for source in (machine, road))

    # then spheres and cylinders spread; the machine has 100 − 20 lg 20 − 11 and air on top
    assert near[0] == pytest.approx(100 - 20 * np.log10(20) - 11 - 0.038, abs=1e-6)
    assert near[0] - near[1] == pytest.approx(6.02 + 0.038, abs=0.01)
    assert far[0] - far[1] == pytest.approx(3.01, abs=0.15)


def test_a_wall_between_takes_what_its_detour_says_and_never_more_than_twenty() -> None:
    # given a source and an ear 1.5 m high, 100 m apart, and walls of 1, 5 and 80 m half-way
    source = NoiseSource(shape=shapely.Point(0.0, 0.0), power_db=100.0, height_m=1.5)
    ear = np.array([[100.0, 0.0, 1.5]])
    free = 100 - 40 - 11 - 0.19

    # when it is heard over each
    low, middle, high = (
        levels_db([source], ear, block(49.99, 50.01, top), 0.0, SilentProgress())[0] for top in (1.0, 5.0, 80.0)
    )

    # then the low one does nothing but leave the ground, the next takes Dz = 10 lg(3 + 20 z / λ), the high one 20
    ground = 4.8 - (2 * 1.5 / 100) * (17 + 300 / 100)
    detour = 2 * np.hypot(50.0, 3.5) - 100.0
    assert low == pytest.approx(free - ground, abs=1e-6)
    assert middle == pytest.approx(free - 10 * np.log10(3 + 20 / (343 / 500) * detour), abs=0.01)
    assert high == pytest.approx(free - 20.0, abs=1e-6)


def test_two_equal_sources_are_three_decibels_louder_than_one() -> None:
    # given a machine, once and twice
    machine = NoiseSource(shape=shapely.Point(0.0, 0.0), power_db=90.0, height_m=1.0)
    ear = np.array([[30.0, 10.0, 1.5]])

    # when they are heard, then twice the energy is 3 dB
    once, twice = (levels_db([machine] * count, ear, OPEN, 0.0, SilentProgress())[0] for count in (1, 2))
    assert twice - once == pytest.approx(10 * np.log10(2), abs=1e-9)


def test_a_road_is_cut_into_pieces_that_keep_its_power() -> None:
    # given 95 m of road with 80 dB a metre
    points, powers = point_sources(
        [NoiseSource(shape=shapely.LineString([(0, 0), (95, 0)]), power_db=80.0, height_m=0.5)]
    )

    # when its pieces are added up, then the power of the whole comes out
    assert len(points) == 10
    assert 10 * np.log10((10 ** (powers / 10)).sum()) == pytest.approx(80 + 10 * np.log10(95))


def test_limits_are_those_of_the_standard_and_nothing_is_lost_below_a_metre() -> None:
    # given GB 3096, and an ear at the source
    lost = attenuation_db(np.zeros((1, 3)), np.zeros((1, 3)), np.zeros((1, 1)), 0.0)

    # then class 2 has 60 and 50, and the distance counts as a metre
    assert (NOISE_CLASSES["2"].day_db, NOISE_CLASSES["2"].night_db) == (60, 50)
    assert lost[0, 0] == pytest.approx(11.0 + 4.8, abs=0.01)
