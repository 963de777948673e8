"""Lengths, areas, volumes and angles beside shapes whose figures are known."""

from math import sqrt

import numpy as np
import pytest

from sanping.analysis.measuring import (
    angle_deg,
    azimuth_deg,
    ground_area_m2,
    ground_length_m,
    horizontal_length_m,
    inclined_area_m2,
    plan_area_m2,
    slope_deg,
    slope_length_m,
    volume_m3,
)
from sanping.domain.city import Origin
from sanping.domain.geo import Float64Array, GeoFrame
from sanping.domain.ground import Terrain

FACES = ((0, 3, 2, 1), (4, 5, 6, 7), (0, 1, 5, 4), (1, 2, 6, 5), (2, 3, 7, 6), (3, 0, 4, 7))


def ground(rise_east: float, rise_north: float) -> Terrain:
    """Ground that rises by these shares, 100 m around the origin."""
    x, y = np.meshgrid(np.arange(-50, 51) * 2.0, np.arange(50, -51, -1) * 2.0)
    return Terrain(
        frame=GeoFrame(crs="EPSG:4549"), origin=Origin(format="made up"),
        heights_m=(x * rise_east + y * rise_north).astype(np.float32), west=-100.0, north=100.0,
        cell_x_m=2.0, cell_y_m=2.0,
    )  # fmt: skip


def box(*size: float, has_floor: bool = True) -> Float64Array:
    """Return the triangles of a box over the origin, seen from outside."""
    x, y, z = size
    corners = np.array([(a, b, c) for c in (0, z) for a, b in ((0, 0), (x, 0), (x, y), (0, y))], np.float64)
    faces = FACES if has_floor else FACES[1:]
    return corners[np.array([half for f in faces for half in ((f[0], f[1], f[2]), (f[0], f[2], f[3]))])]


def test_a_line_up_a_slope_is_longer_than_its_plan_by_pythagoras() -> None:
    # given 30 m east, 40 m north and 120 m up, and back down
    line = np.array([(0.0, 0.0, 0.0), (30.0, 40.0, 120.0), (30.0, 40.0, 0.0)])

    # then
    assert slope_length_m(line) == pytest.approx(130.0 + 120.0)
    assert horizontal_length_m(line) == pytest.approx(50.0)
    assert slope_deg((0.0, 0.0, 0.0), (30.0, 0.0, 30.0)) == pytest.approx(45.0)


def test_a_line_on_even_ground_follows_its_steepness_whatever_the_heights_of_its_ends() -> None:
    # given ground that rises 3 : 4 to the east, and a line high above it
    line = np.array([(-40.0, 0.0, 500.0), (40.0, 0.0, 90.0)])

    # then its length on the ground is 5 : 4 of the plan, and along the contour it is the plan's
    assert ground_length_m(line, ground(0.75, 0.0)) == pytest.approx(100.0, rel=1e-6)
    assert ground_length_m(line, ground(0.0, 0.75)) == pytest.approx(80.0, rel=1e-6)
    assert ground_length_m(line, None) == pytest.approx(80.0)


def test_a_line_over_a_ridge_walks_up_and_down() -> None:
    # given a ridge of 45 degrees on both sides
    level = ground(0.0, 0.0)
    x = -100.0 + 2.0 * np.arange(101)
    ridge = Terrain(
        frame=level.frame, origin=level.origin, heights_m=np.tile(-np.abs(x), (101, 1)).astype(np.float32),
        west=-100.0, north=100.0, cell_x_m=2.0, cell_y_m=2.0,
    )  # fmt: skip

    # then 60 m across it are the square root of two as long
    assert ground_length_m(np.array([(-30.0, 0.0), (30.0, 0.0)]), ridge) == pytest.approx(60.0 * sqrt(2.0), rel=1e-6)


def test_areas_of_a_roof_are_those_in_plan_and_those_in_its_plane() -> None:
    # given a roof of 10 m by 20 m in plan that rises 3 : 4 over its 20 m
    roof = np.array([(0, 0, 5), (10, 0, 5), (10, 20, 20), (0, 20, 20)], np.float64)

    # then
    assert plan_area_m2(roof) == pytest.approx(200.0)
    assert inclined_area_m2(roof) == pytest.approx(250.0)


def test_an_outline_that_crosses_itself_counts_both_lobes() -> None:
    # given a bow tie of two triangles of 25 square metres
    bow = np.array([(0, 0, 0), (10, 10, 0), (10, 0, 0), (0, 10, 0)], np.float64)

    assert plan_area_m2(bow) == pytest.approx(50.0)


def test_the_surface_of_sloping_ground_is_its_plan_by_its_steepness() -> None:
    # given a triangle on ground that rises 0.75 to the east, and 0.6 and 0.8 to both sides
    corners = np.array([(-30, -20, 0), (30, -20, 0), (0, 40, 0)], np.float64)
    plan = plan_area_m2(corners)

    # then
    assert ground_area_m2(corners, ground(0.75, 0.0)) == pytest.approx(plan * 1.25, rel=1e-4)
    assert ground_area_m2(corners, ground(0.6, 0.8)) == pytest.approx(plan * sqrt(2.0), rel=1e-4)
    assert ground_area_m2(corners, None) is None


@pytest.mark.parametrize("has_floor", [True, False])
def test_the_volume_of_a_box_needs_no_floor(has_floor: bool) -> None:
    # given a box far from the origin, with a floor or without one
    corners = box(4.0, 5.0, 6.0, has_floor=has_floor) + np.array([636_000.0, 3_458_000.0, 3.25])

    assert volume_m3(corners) == pytest.approx(120.0, rel=1e-9)


def test_the_volume_of_a_pyramid_is_a_third_of_its_prism() -> None:
    # given a pyramid without a floor over a square of 6 m
    top = (3.0, 3.0, 9.0)
    rim = [(0.0, 0.0, 0.0), (6.0, 0.0, 0.0), (6.0, 6.0, 0.0), (0.0, 6.0, 0.0)]

    sides = np.array([(rim[i], rim[(i + 1) % 4], top) for i in range(4)])

    assert volume_m3(sides) == pytest.approx(108.0)


def test_angles_and_azimuths_are_those_of_the_compass() -> None:
    assert angle_deg((1.0, 0.0, 0.0), (0.0, 0.0, 0.0), (0.0, 0.0, 5.0)) == pytest.approx(90.0)
    assert angle_deg((1.0, 0.0, 0.0), (0.0, 0.0, 0.0), (1.0, sqrt(3.0), 0.0)) == pytest.approx(60.0)
    assert azimuth_deg((0.0, 0.0, 0.0), (0.0, 7.0, 3.0)) == pytest.approx(0.0)
    assert azimuth_deg((0.0, 0.0, 0.0), (-5.0, 5.0, 0.0)) == pytest.approx(315.0)
