"""sanping.scene.sun_region: the square of the sharp shadow map, and how places are found in it."""

from dataclasses import replace

import numpy as np
import pytest

from sanping.domain.view import CameraPose
from sanping.scene.sun_region import SMALLEST_M, WIDEST_M, axes_of, region_for

CENTRE = (635_000.0, 3_458_000.0, 0.0)
SUN = (0.48, -0.64, 0.6)
POSE = CameraPose(target=(635_300.0, 3_458_200.0, 4.0), heading_deg=20.0, pitch_deg=-30.0, distance_m=600.0)


def test_the_square_lies_around_what_the_camera_looks_at() -> None:
    # given a camera above a place of the city
    # when its square is chosen
    region = region_for(POSE, CENTRE, SUN)

    # then the place lies well inside it
    assert region is not None
    place = region.rows(0.0, 100.0) @ [300.0, 200.0, 4.0, 1.0]
    assert place[:2] == pytest.approx((0.5, 0.5), abs=0.1)


def test_what_stands_nearer_to_the_sun_is_less_deep() -> None:
    # given a square and two points on one ray of the sun, 80 m apart
    region = region_for(POSE, CENTRE, SUN)
    assert region is not None
    ground = np.array([300.0, 200.0, 4.0])
    roof = ground + 80.0 * np.array(SUN)

    # when both are looked up
    rows = region.rows(0.0, 200.0)
    low, high = rows @ [*ground, 1.0], rows @ [*roof, 1.0]

    # then they share a texel, and the roof hides the ground
    assert low[:2] == pytest.approx(high[:2], abs=1e-9)
    assert 0.0 < high[2] < low[2] < 1.0


def test_turning_about_the_target_leaves_the_square_as_it_is() -> None:
    # given a camera that circles its target
    turned = [region_for(replace(POSE, heading_deg=float(way)), CENTRE, SUN) for way in range(0, 360, 30)]

    # when it has gone all round
    # then the square was drawn once
    assert len(set(turned)) == 1


def test_the_square_grows_with_the_distance_between_its_limits() -> None:
    # given cameras from very near to far
    regions = [region_for(replace(POSE, distance_m=metres), CENTRE, SUN) for metres in (20.0, 300.0, 900.0, 4000.0)]

    # when their squares are chosen
    halves = [region.half_m for region in regions if region is not None]

    # then they grow from the least to the most
    assert halves == sorted(halves)
    assert (halves[0], halves[-1]) == (SMALLEST_M, WIDEST_M)


def test_from_very_far_there_is_no_square() -> None:
    assert region_for(replace(POSE, distance_m=9000.0), CENTRE, SUN) is None


def test_only_boxes_over_the_square_cast_into_it() -> None:
    # given three boxes: at the target, a tower towards the sun whose shadow reaches it, and one far aside
    region = region_for(POSE, CENTRE, SUN)
    assert region is not None
    low = np.array([[290.0, 190.0, 0.0], [300.0 + 480.0, 200.0 - 640.0, 0.0], [5000.0, 5000.0, 0.0]])
    high = np.add(low, (20.0, 20.0, 700.0))

    # when the square is asked what touches it
    touched = region.touched(low, high)

    # then the far one does not
    assert touched[:, 0].astype(int).tolist() == [0, 1]
    assert (touched[:, 1] < touched[:, 2]).all()


@pytest.mark.parametrize("sun", [(0.0, 0.0, 1.0), (1.0, 0.0, 0.0), SUN])
def test_the_axes_are_square_to_each_other_wherever_the_sun_stands(sun: tuple[float, float, float]) -> None:
    assert axes_of(sun) @ axes_of(sun).T == pytest.approx(np.eye(3), abs=1e-9)
