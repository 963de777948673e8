"""Invented numbers are the same for the same moment, differ from place to place, and count up as they should."""

from math import isclose

import pytest

from sanping.domain.station import Station
from sanping.domain.text import Text
from sanping.twin.simulated_curves import DAY_MS, HOUR_MS, TOTALS_SINCE_MS, Curve, simulated_curves
from sanping.twin.simulated_river import simulated_river

MIDNIGHT_MS = TOTALS_SINCE_MS + 300 * DAY_MS


def test_a_level_swings_with_the_day_and_is_highest_at_its_hour() -> None:
    # given a load that is highest at 14 o'clock
    curve = Curve(station="*", quantity="load", base=50.0, swing=20.0, peak_h=14.0, decimals=1)

    # when it is read over a day
    read = [curve.at("a", MIDNIGHT_MS + hour * HOUR_MS) for hour in (2, 8, 14, 20)]

    # then it swings between its ends
    assert read == [30.0, 50.0, 70.0, 50.0]


def test_a_count_of_today_begins_at_midnight_and_never_goes_back() -> None:
    # given calls that come mostly in the afternoon
    curve = Curve(station="*", quantity="calls", mode="today", base=10.0, swing=0.8, peak_h=15.0)

    # when they are counted every ten minutes
    counted = [curve.at("a", MIDNIGHT_MS + n * HOUR_MS // 6) for n in range(144)]

    # then the day's end is 24 hours of the mean, and the next day begins at none
    assert counted == sorted(counted)
    assert counted[0] == 0
    assert isclose(counted[-1], 240, abs_tol=2)
    assert curve.at("a", MIDNIGHT_MS + DAY_MS) == 0


def test_a_total_goes_on_over_midnight() -> None:
    # given records since the beginning of the year
    curve = Curve(station="*", quantity="records", mode="total", start=1000.0, base=5.0, swing=0.5)

    # when midnight passes
    before, after = (curve.at("a", MIDNIGHT_MS + step_ms) for step_ms in (-60_000, 60_000))

    # then nothing jumps
    assert 0 <= after - before <= 1
    assert curve.at("a", TOTALS_SINCE_MS) == 1000
    assert curve.at("a", MIDNIGHT_MS) == 1000 + 300 * 24 * 5


@pytest.mark.parametrize("salt", range(5))
def test_stations_differ_and_bursts_last_as_long_as_they_say(salt: int) -> None:
    # given rooms whose heat rises for ten minutes of every hour
    curve = Curve(
        station="room-*", quantity="heat", base=24.0, spread=0.1, burst=8.0, burst_every_s=3600.0, burst_lasts_s=600.0,
        decimals=2,
    )  # fmt: skip

    # when an hour is read minute by minute
    read = [curve.at(f"room-{salt}", MIDNIGHT_MS + minute * 60_000) for minute in range(60)]

    # then ten minutes of it are hot
    assert sum(value > 29.0 for value in read) == 10
    assert curve.at("room-1", MIDNIGHT_MS) != curve.at("room-2", MIDNIGHT_MS)


def test_a_curve_of_a_station_goes_before_those_of_its_pattern() -> None:
    # given a department with a curve of its own, and one for all departments
    here = [
        Station(id=name, name=Text(name, name), kinds=("system",), x_m=0, y_m=0, addresses={"http": name})
        for name in ("dept-1", "dept-2")
    ]
    own, all_of_them = (
        Curve(station=name, quantity="delay", base=base) for name, base in (("dept-1", 7), ("dept-*", 3))
    )

    # when a simulator reads both, whichever row came first
    told = [
        simulated_curves(here, "http", rows, simulated_river(here, "http"))
        for rows in ((own, all_of_them), (all_of_them, own))
    ]

    # then the one tells its own number, the other that of all
    assert [dict(one.at("dept-1", MIDNIGHT_MS)) for one in told] == [{"delay": 7.0}] * 2
    assert [dict(one.at("dept-2", MIDNIGHT_MS)) for one in told] == [{"delay": 3.0}] * 2


def test_stations_with_curves_are_told_by_them_and_the_rest_by_the_river() -> None:
    # given a department and a gauge behind one adapter
    stations = (
        Station(id="dept-1", name=Text("一", "one"), kinds=("system",), x_m=0, y_m=0, addresses={"http": "D1"}),
        Station(id="gauge", name=Text("二", "two"), kinds=("level",), x_m=0, y_m=0, addresses={"http": "G1"}),
    )
    curves = (Curve(station="dept-*", quantity="records_today", mode="today", base=100.0),)

    # when a simulator reads both
    told = simulated_curves(stations, "http", curves, simulated_river(stations, "http"))

    # then each says what it is
    assert told.stations() == ("D1", "G1")
    assert set(told.at("D1", MIDNIGHT_MS + HOUR_MS)) == {"records_today"}
    assert "water_level" in told.at("G1", MIDNIGHT_MS)
