import pytest

from sanping.domain.view import CameraPose
from sanping.stage.walking import EYE_HEIGHT_M, looked, standing, walked


def hill(east: float, north: float) -> float:
    return 4.0 + 0.1 * north


def test_a_person_stands_at_eye_height_above_the_ground() -> None:
    # given a camera high above
    pose = CameraPose(target=(10.0, 20.0, 0.0), heading_deg=90.0, distance_m=2000.0)

    # when the person steps down
    down = standing(pose, 10.0, 20.0, hill)

    # then the eye is 1.7 m above the hill and looks along the old heading
    assert down.position == pytest.approx((10.0, 20.0, 6.0 + EYE_HEIGHT_M))
    assert down.heading_deg == 90.0


def test_walking_follows_the_hill() -> None:
    # given a person who looks north
    pose = standing(CameraPose(target=(0.0, 0.0, 0.0)), 0.0, 0.0, hill)

    # when they walk 50 m on and 5 m to the right
    there = walked(pose, 50.0, 5.0, hill)

    # then the eye has risen with the ground
    assert there.position == pytest.approx((5.0, 50.0, 9.0 + EYE_HEIGHT_M))


def test_a_step_goes_as_far_as_it_is_free() -> None:
    # given a person who looks east, and a way that is free for a metre to the east and not to the north
    pose = standing(CameraPose(target=(0.0, 0.0, 0.0), heading_deg=90.0), 0.0, 0.0, hill)

    there = walked(pose, 5.0, -2.0, hill, lambda eye, east, north: (min(east, 1.0), 0.0))

    assert there.position == pytest.approx((1.0, 0.0, 4.0 + EYE_HEIGHT_M))


def test_looking_around_leaves_the_eye_where_it_is() -> None:
    # given a person
    pose = standing(CameraPose(target=(0.0, 0.0, 0.0)), 3.0, 4.0, hill)

    # when they turn and look up too far
    turned = looked(pose, 100.0, 500.0)

    # then the eye has not moved, and the head stops at its limit
    assert turned.position == pytest.approx(pose.position)
    assert turned.heading_deg == 100.0
    assert turned.pitch_deg == 60.0
