"""sanping.stage.camera_track: what is recorded of the camera, and how it is followed."""

from dataclasses import replace

import pytest

from sanping.domain.view import CameraPose
from sanping.ports.event_log import Event
from sanping.stage.camera_track import CAMERA, CameraMoment, along, body_of, is_worth_keeping, pose_at, track_of

HERE = CameraPose(target=(0.0, 0.0, 0.0), heading_deg=350.0, distance_m=400.0)
THERE = CameraPose(target=(100.0, 0.0, 0.0), heading_deg=10.0, distance_m=100.0)
SECOND_MS = 1000


def test_a_pose_is_kept_when_it_differs_and_a_second_has_passed() -> None:
    # given a pose that was kept
    last = CameraMoment(at_ms=0, pose=HERE)
    # when others come
    found = [
        is_worth_keeping(None, last),
        is_worth_keeping(last, CameraMoment(at_ms=500, pose=THERE)),
        is_worth_keeping(last, CameraMoment(at_ms=1000, pose=THERE)),
        is_worth_keeping(last, CameraMoment(at_ms=9000, pose=replace(HERE, heading_deg=350.05))),
        is_worth_keeping(last, CameraMoment(at_ms=9000, pose=replace(HERE, heading_deg=351.0))),
    ]

    # then a resting camera writes nothing, and a moving one writes each second
    assert found == [True, False, True, False, True]


def test_a_track_goes_through_the_log_and_leaves_out_what_is_none() -> None:
    # given events of the camera, one broken, one impossible, one of something else, out of order
    events = [
        Event(seq=1, time_ms=5000, kind=CAMERA, body=body_of(THERE)),
        Event(seq=2, time_ms=1000, kind=CAMERA, body=body_of(HERE)),
        Event(seq=3, time_ms=2000, kind=CAMERA, body=b"{"),
        Event(seq=4, time_ms=2000, kind=CAMERA, body=body_of(replace(HERE, distance_m=-1.0))),
        Event(seq=6, time_ms=2000, kind=CAMERA, body=body_of(replace(HERE, fov_deg=0.0))),
        Event(seq=7, time_ms=2000, kind=CAMERA, body=body_of(replace(HERE, pitch_deg=900.0))),
        Event(seq=8, time_ms=2000, kind=CAMERA, body=body_of(replace(HERE, distance_m=1e300))),
        Event(seq=5, time_ms=3000, kind="alarm", body=b"{}"),
    ]

    # when the track is made
    track = track_of(events)

    # then it holds the two poses by time
    assert [(moment.at_ms, moment.pose) for moment in track] == [(1000, HERE), (5000, THERE)]


def test_the_camera_rests_and_then_glides_the_short_way_round() -> None:
    # given a camera that rested for a minute and then was elsewhere
    track = (CameraMoment(at_ms=0, pose=HERE), CameraMoment(at_ms=60 * SECOND_MS, pose=THERE))

    # when it is asked before, at the beginning, long before the end, on the way, and after
    before, start, rest, middle, after = (pose_at(track, at) for at in (-1, 0, 50_000, 58_500, 99_000))

    # then nothing is invented before, and the glide turns over north
    assert before is None
    assert start == rest == HERE
    assert middle is not None
    assert middle.target[0] == pytest.approx(50.0)
    assert middle.heading_deg == pytest.approx(0.0)
    assert middle.distance_m == pytest.approx(200.0)
    assert after == THERE


def test_a_path_over_bookmarks_meets_each_of_them() -> None:
    # given three views
    poses = [HERE, THERE, replace(HERE, heading_deg=90.0)]

    # when the path is followed
    found = [along(poses, share) for share in (0.0, 0.5, 1.0, 2.0)]

    # then it begins, passes and ends in them
    assert found[0].target == HERE.target
    assert found[1] == THERE or found[1].distance_m == pytest.approx(THERE.distance_m)
    assert found[2] == found[3] == poses[2]
    assert along([HERE], 0.3) == HERE
