"""`stage.camera` and `domain.view`."""

from math import isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanping.domain.geo import Extent
from sanping.domain.view import CameraPose
from sanping.stage.camera import flown, framed, orbited, panned, zoomed_about

NORTH = CameraPose(target=(0, 0, 0), heading_deg=0, pitch_deg=-45, distance_m=100)


def test_a_camera_that_looks_north_stands_in_the_south_and_above() -> None:
    east, north, up = NORTH.position
    assert (east, north, up) == pytest.approx((0, -70.71, 70.71), abs=0.01)


def test_panning_right_while_looking_east_moves_south() -> None:
    pose = panned(CameraPose(target=(0, 0, 0), heading_deg=90), right_m=10, forward_m=0)
    assert pose.target == pytest.approx((0, -10, 0), abs=1e-9)


def test_orbit_stays_above_the_limits() -> None:
    assert orbited(NORTH, 0, -500).pitch_deg > -90
    assert orbited(NORTH, 370, 0).heading_deg == pytest.approx(10)


@given(factor=st.floats(0.2, 5), x=st.floats(-500, 500), y=st.floats(-500, 500))
def test_zoom_keeps_the_direction_to_the_point_under_the_cursor(factor: float, x: float, y: float) -> None:
    # given a point on the ground under the cursor
    about = (x, y, 0.0)
    # when the camera zooms about it
    after = zoomed_about(NORTH, factor, about)
    # then eye, old eye and point are on one line
    old = [a - p for a, p in zip(about, NORTH.position, strict=True)]
    new = [a - p for a, p in zip(about, after.position, strict=True)]
    share = after.distance_m / NORTH.distance_m
    assert all(isclose(n, o * share, abs_tol=1e-6) for n, o in zip(new, old, strict=True))


def test_a_flight_starts_and_ends_exactly_and_turns_the_short_way() -> None:
    start = CameraPose(target=(0, 0, 0), heading_deg=350, distance_m=100)
    end = CameraPose(target=(5000, 0, 0), heading_deg=10, distance_m=100)
    assert flown(start, end, 0.0) == start
    assert flown(start, end, 1.0).target == end.target
    assert flown(start, end, 1.0).heading_deg == pytest.approx(10)
    middle = flown(start, end, 0.5)
    assert middle.heading_deg == pytest.approx(0, abs=1e-6) or middle.heading_deg == pytest.approx(360)
    assert middle.distance_m > 1000  # it rises over a long way


def test_framing_looks_at_the_middle() -> None:
    pose = framed(Extent(west=0, south=0, east=1000, north=1000, top=100))
    assert pose.target == (500, 500, 50)
    assert pose.distance_m > 1000
