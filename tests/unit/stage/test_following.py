"""The camera of a screen that follows: where it is between two poses, and that it never passes the newest."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanping.domain.view import CameraPose
from sanping.stage.following import GLIDE_MS, between, led_to, pose_at, standing

START = CameraPose(target=(637_000.0, 3_458_000.0, 10.0), heading_deg=350.0, pitch_deg=-30.0, distance_m=900.0)
NOW_MS = 1_781_236_800_000.0

coordinates = st.floats(-1e6, 1e6)
poses = st.builds(
    CameraPose,
    target=st.tuples(coordinates, coordinates, coordinates),
    heading_deg=st.floats(0, 359.99),
    pitch_deg=st.floats(-89, 60),
    distance_m=st.floats(2, 1e5),
    fov_deg=st.floats(5, 120),
)
streams = st.lists(st.tuples(poses, st.integers(1, 900), st.integers(0, 120)), min_size=1, max_size=12)


def turn(start_deg: float, end_deg: float) -> float:
    return (end_deg - start_deg + 180.0) % 360.0 - 180.0


def is_between(value: float, start: float, end: float) -> bool:
    return min(start, end) <= value <= max(start, end)


def test_a_turn_takes_the_shorter_way_past_north() -> None:
    # given a camera that looks a little west of north, and one that looks a little east of it
    end = replace(START, heading_deg=20.0)

    # when a third of the way is gone
    pose = between(START, end, 1 / 3)

    # then it looks north
    assert min(pose.heading_deg, 360.0 - pose.heading_deg) < 1e-6


def test_a_pose_is_presented_at_the_hubs_moment_and_not_before() -> None:
    # given a pose that is to be presented in eighty milliseconds
    end = replace(START, distance_m=300.0)
    following = led_to(standing(START), end, NOW_MS + 80, NOW_MS)

    # when time goes by
    before, then, after = (pose_at(following, NOW_MS + at_ms) for at_ms in (79, 80 + GLIDE_MS / 2, 80 + GLIDE_MS))

    # then it stands still until that moment, is on its way afterwards, and arrives exactly
    assert before == START
    assert 300.0 < then.distance_m < 900.0
    assert after == end


def test_two_tiles_that_hear_of_a_pose_at_different_moments_show_the_same() -> None:
    # given a stream of poses at thirty a second, each told forty milliseconds ahead, to a prompt and a slower tile
    told = [(replace(START, heading_deg=float(number)), NOW_MS + 33.0 * number) for number in range(20)]
    prompt = slow = standing(START)
    for pose, at_ms in told:
        prompt = led_to(prompt, pose, at_ms, at_ms - 40)
        slow = led_to(slow, pose, at_ms, at_ms - 4)

    # when both draw a frame
    moments = [NOW_MS + 33.0 * 19 + at_ms for at_ms in (0, 5, 16, 40)]

    # then it is the same to the last bit
    assert [pose_at(prompt, moment) for moment in moments] == [pose_at(slow, moment) for moment in moments]


@pytest.mark.parametrize("ahead_ms", [-3_600_000.0, 3_600_000.0])
def test_a_clock_that_jumped_neither_stops_nor_delays_the_camera(ahead_ms: float) -> None:
    # given a pose whose moment lies an hour away
    end = replace(START, distance_m=300.0)

    # when it is told now
    following = led_to(standing(START), end, NOW_MS + ahead_ms, NOW_MS)

    # then the camera sets out at once
    assert following.steps[-1].begins_ms == NOW_MS
    assert pose_at(following, NOW_MS + GLIDE_MS) == end


@given(start=poses, stream=streams, shares=st.lists(st.floats(0, 1), min_size=1, max_size=6))
def test_the_camera_never_passes_the_newest_pose_and_ends_in_it(
    start: CameraPose, stream: list[tuple[CameraPose, int, int]], shares: list[float]
) -> None:
    # given any stream of poses with any pauses and any lead
    following, now_ms = standing(start), NOW_MS
    for pose, pause_ms, lead_ms in stream:
        now_ms += pause_ms
        following = led_to(following, pose, now_ms + lead_ms, now_ms)

        # when frames are drawn after the newest has begun
        begins_ms = following.steps[-1].begins_ms
        shown = pose_at(following, begins_ms)
        moments = sorted(begins_ms + share * following.steps[-1].lasts_ms for share in shares)
        path = [pose_at(following, moment) for moment in moments]

        # then each lies between the one before and the newest pose, in every value
        for drawn in path:
            for value, before, newest in zip(drawn.target, shown.target, pose.target, strict=True):
                assert is_between(value, before, newest)
            assert is_between(drawn.pitch_deg, shown.pitch_deg, pose.pitch_deg)
            assert is_between(drawn.distance_m, shown.distance_m, pose.distance_m)
            assert is_between(drawn.fov_deg, shown.fov_deg, pose.fov_deg)
            assert (
                abs(turn(drawn.heading_deg, pose.heading_deg)) <= abs(turn(shown.heading_deg, pose.heading_deg)) + 1e-6
            )
            shown = drawn

    # then the end of it is the newest pose itself
    assert pose_at(following, following.arrives_ms) == following.newest == stream[-1][0]
    assert len(following.steps) <= 1 + sum(lead for _, _, lead in stream)
