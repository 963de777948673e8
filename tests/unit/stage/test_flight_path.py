"""A flight over key views: through each of them in time, smooth, and never beyond."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from sanping.domain.text import Text
from sanping.domain.view import CameraPose
from sanping.stage.flight_path import Flight, KeyView, duration_s, stops_of, views_of, with_duration

NAME = Text("视角", "View")
FIRST = CameraPose(target=(0.0, 0.0, 10.0), heading_deg=350.0, pitch_deg=-30.0, distance_m=1000.0)
VIEWS = (
    KeyView(camera=FIRST, title=NAME, leg_s=9.0),
    KeyView(camera=replace(FIRST, target=(500.0, 0.0, 10.0), heading_deg=20.0, distance_m=200.0), title=NAME),
    KeyView(camera=replace(FIRST, target=(520.0, 900.0, 30.0), heading_deg=40.0, distance_m=210.0, pitch_deg=-80.0),
            title=NAME, leg_s=3.0, hold_s=2.0),
    KeyView(camera=replace(FIRST, target=(520.0, 100.0, 30.0), heading_deg=60.0, fov_deg=60.0), title=NAME, leg_s=5.0),
)  # fmt: skip
REACHED_S = (0.0, 4.0, 7.0, 14.0)


def test_each_view_is_passed_at_its_time_and_held() -> None:
    # given a flight over four views, of which the third is held for two seconds
    flight = Flight(VIEWS)

    # when the camera is looked for at their times, then it is there, turned the short way round over north
    assert flight.seconds == duration_s(VIEWS) == 14.0
    for view, at_s in zip(VIEWS, REACHED_S, strict=True):
        pose = flight.pose(at_s)
        assert pose.target == pytest.approx(view.camera.target)
        assert pose.distance_m == pytest.approx(view.camera.distance_m)
        assert pose.heading_deg == pytest.approx(view.camera.heading_deg)
    assert flight.pose(8.3) == flight.pose(8.9)
    assert flight.pose(2.0).heading_deg == pytest.approx(5.0, abs=6.0)
    assert flight.pose(-1.0) == VIEWS[0].camera
    assert flight.pose(99.0) == VIEWS[-1].camera


def test_between_two_views_nothing_goes_beyond_either() -> None:
    # given the poses of every tenth of a second
    flight = Flight(VIEWS)

    def numbers(at_s):
        pose = flight.pose(at_s)
        return [*pose.target, pose.distance_m, (pose.heading_deg + 180) % 360, pose.pitch_deg, pose.fov_deg]

    # when each leg is compared with its ends
    for start_s, end_s in ((0.0, 4.0), (4.0, 7.0), (9.0, 14.0)):
        seen = np.array([numbers(at_s) for at_s in np.linspace(start_s, end_s, 40)])
        low, high = np.minimum(seen[0], seen[-1]), np.maximum(seen[0], seen[-1])

        # then no number of the camera has overshot
        assert (seen >= low - 1e-6).all()
        assert (seen <= high + 1e-6).all()


def test_the_camera_neither_jumps_nor_jerks() -> None:
    # given the eastings of every hundredth of a second
    flight = Flight(VIEWS)
    east = np.array([flight.pose(at_s).target[0] for at_s in np.arange(0.0, 14.0, 0.01)])

    # when its speed is taken, then it starts and ends at rest, and changes by little from step to step
    speed = np.diff(east) / 0.01
    assert abs(speed[0]) < 2.0
    assert abs(speed[-1]) < 2.0
    assert np.abs(np.diff(speed)).max() < 0.02 * np.abs(speed).max() + 0.5


def test_a_flight_is_made_slower_and_kept_as_a_tour() -> None:
    # given a flight, when it shall take twice as long
    slow = with_duration(VIEWS, 28.0)

    # then every leg and hold does, the way to the first view too, and a tour of it is the same flight
    assert duration_s(slow) == 28.0
    assert [view.leg_s for view in slow] == [18.0, 8.0, 6.0, 10.0]
    assert views_of(stops_of(slow)) == slow
    assert all(one.camera.target != other.camera.target for one, other in pairwise(views_of(stops_of(slow))))


def test_one_view_is_a_flight_that_rests() -> None:
    # given a single view, when the flight is asked, then it is there at all times, and cannot be stretched
    assert Flight(VIEWS[:1]).pose(3.0) == FIRST
    assert with_duration(VIEWS[:1], 10.0) == VIEWS[:1]
