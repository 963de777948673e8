import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanping.domain.view import CameraPose
from sanping.stage.projection import metres_per_pixel, on_level, pixel_of, scale_denominator

SIZE = (1280, 720)


def test_the_target_lies_in_the_middle_of_the_view() -> None:
    # given a camera that looks at a place
    pose = CameraPose(target=(500_000.0, 3_450_000.0, 12.0), heading_deg=37.0, pitch_deg=-28.0, distance_m=800.0)

    # when the place is projected
    pixel = pixel_of(pose, pose.target, SIZE)

    # then it is the middle pixel
    assert pixel == pytest.approx((640.0, 360.0), abs=1e-6)


@given(
    heading=st.floats(0, 359),
    pitch=st.floats(-89, -10),
    x=st.floats(200, 1080),
    y=st.floats(300, 700),
)
def test_a_pixel_and_the_ground_below_it_belong_together(heading: float, pitch: float, x: float, y: float) -> None:
    # given any camera that looks down
    pose = CameraPose(target=(1000.0, 2000.0, 5.0), heading_deg=heading, pitch_deg=pitch, distance_m=500.0)

    # when a pixel meets the ground
    point = on_level(pose, (x, y), SIZE, 5.0)

    # then that point is drawn at the pixel
    if point is not None:
        assert pixel_of(pose, point, SIZE) == pytest.approx((x, y), abs=1e-3)


def test_the_sky_has_no_ground() -> None:
    # given a camera that looks along the horizon
    pose = CameraPose(target=(0.0, 0.0, 0.0), pitch_deg=-2.0)

    # when a pixel above the horizon is asked
    point = on_level(pose, (640.0, 10.0), SIZE, 0.0)

    # then there is no point
    assert point is None


def test_what_is_behind_the_camera_has_no_pixel() -> None:
    # given a camera that looks north
    pose = CameraPose(target=(0.0, 0.0, 0.0), heading_deg=0.0, pitch_deg=-10.0, distance_m=10.0)

    # when a point far in the south is projected
    pixel = pixel_of(pose, (0.0, -1000.0, 0.0), SIZE)

    # then it has none
    assert pixel is None


def test_the_scale_follows_distance() -> None:
    # given two distances
    near = CameraPose(target=(0.0, 0.0, 0.0), distance_m=100.0)
    far = CameraPose(target=(0.0, 0.0, 0.0), distance_m=1000.0)

    # when the scale is computed
    scales = scale_denominator(near, 720), scale_denominator(far, 720)

    # then ten times as far is a tenth of the scale, and a pixel is about a decimetre at 100 m
    assert scales[1] == pytest.approx(10 * scales[0])
    assert metres_per_pixel(near, 720) == pytest.approx(0.0957, abs=1e-3)
