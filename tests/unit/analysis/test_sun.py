"""`analysis.sun`, against published almanac values and the geometry of the sky."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from sanping.analysis.sun import sun_position

SHANGHAI = ZoneInfo("Asia/Shanghai")


def test_the_worked_example_of_meeus() -> None:
    # given the moment of Meeus' example 25.a: apparent declination −7.78507°, right ascension 198.38083°
    moment = datetime(1992, 10, 13, 0, 0, tzinfo=UTC)
    # when the sun is seen from the pole, where altitude is declination (refraction lifts nothing below −1° by much)
    seen = sun_position(moment, 90.0, 0.0)
    # then it agrees within the stated error
    assert seen.altitude_deg == pytest.approx(-7.785, abs=0.05)


def test_at_the_solstice_noon_in_putuo_stands_at_82_degrees() -> None:
    # given the June solstice; declination 23.44°, latitude 31.24°
    best = max(
        (sun_position(datetime(2026, 6, 21, 11, 30, tzinfo=SHANGHAI) + timedelta(minutes=m), 31.24, 121.42)
         for m in range(60)),
        key=lambda sun: sun.altitude_deg,
    )  # fmt: skip
    # then the highest sun is due south at 90° − latitude + declination
    assert best.altitude_deg == pytest.approx(90 - 31.24 + 23.44, abs=0.03)
    assert best.azimuth_deg == pytest.approx(180, abs=3)


def test_the_sun_rises_in_the_east_and_is_down_at_midnight() -> None:
    morning = sun_position(datetime(2026, 3, 20, 6, 10, tzinfo=SHANGHAI), 31.24, 121.42)
    assert 85 < morning.azimuth_deg < 95
    assert abs(morning.altitude_deg) < 3
    assert sun_position(datetime(2026, 3, 20, 0, 0, tzinfo=SHANGHAI), 31.24, 121.42).altitude_deg < -50


def test_direction_is_a_unit_vector_towards_the_sun() -> None:
    east, north, up = sun_position(datetime(2026, 6, 21, 8, 0, tzinfo=SHANGHAI), 31.24, 121.42).direction
    assert east > 0
    assert up > 0
    assert east**2 + north**2 + up**2 == pytest.approx(1)
