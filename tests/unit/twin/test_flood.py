"""Colours, trend and freeboard of levels."""

import pytest

from fakes.small_river import BANKS, MINUTE_MS, NOON_MS, gauge
from sanping.domain.station import Thresholds
from sanping.twin.flood import flood_state, freeboard, in_twin_datum, trend


@pytest.mark.parametrize(
    ("level_m", "expected"),
    [(2.99, "normal"), (3.0, "blue"), (3.3, "yellow"), (3.79, "yellow"), (3.8, "orange"), (4.36, "red")],
)
def test_a_level_takes_the_colour_of_the_highest_line_it_reaches(level_m: float, expected: str) -> None:
    # given a station with all its lines
    # when a level is coloured
    found = flood_state(level_m, BANKS)

    # then the highest line reached decides, and three decimetres below the warning is close to it
    assert found == expected


def test_a_station_without_lines_is_unknown_and_never_normal() -> None:
    # given no thresholds, only a guarantee level, and a missing level
    none, some = Thresholds(), Thresholds(guarantee_m=3.8)

    # when levels are coloured
    found = (flood_state(1.0, none), flood_state(1.0, some), flood_state(3.9, some), flood_state(float("nan"), BANKS))

    # then what cannot be known is said to be unknown
    assert found == ("unknown", "unknown", "orange", "unknown")


@pytest.mark.parametrize(
    ("step_m", "expected"), [(0.02, "rising"), (-0.02, "falling"), (0.001, "steady")]
)  # fmt: skip
def test_the_trend_is_the_slope_of_the_last_hours(step_m: float, expected: str) -> None:
    # given a level every five minutes with a little noise
    series = [(NOON_MS + n * 5 * MINUTE_MS, 3.0 + n * step_m + 0.003 * (-1) ** n) for n in range(12)]

    # when its trend is asked for
    found = trend(series)

    # then noise does not hide it, and two points are no trend
    assert found == expected
    assert trend(series[:2]) == "unknown"


def test_freeboard_is_measured_to_each_bank_on_the_stations_datum() -> None:
    # given a level of 3.9 m under banks of 5.2 m and 4.3 m
    # when the freeboard is asked for
    found = freeboard(3.9, BANKS)

    # then the lower bank is at risk, and an unknown bank is not invented
    assert found.left_m == pytest.approx(1.3)
    assert found.right_m == pytest.approx(0.4)
    assert found.is_at_risk
    assert freeboard(3.9, Thresholds(left_bank_m=5.2)).right_m is None
    assert not freeboard(3.9, Thresholds()).is_at_risk


def test_a_level_on_an_unknown_datum_is_not_placed_in_the_twin() -> None:
    # given stations on the twin's datum, on another one, and on one nobody knows the offset of
    stations = [gauge("a", 0.0), gauge("b", 0.0, datum_offset_m=1.63), gauge("c", 0.0, datum_offset_m=None)]

    # when a level of 2 m is brought into the twin
    found = [in_twin_datum(2.0, station) for station in stations]

    # then the unknown one has no place there
    assert found == [2.0, pytest.approx(3.63), None]
