"""What the gate takes, marks, drops and counts."""

import math

import pytest

from fakes.small_river import gauge
from sanping.domain.observation import Observation
from sanping.hub.intake import Accepted, Intake
from sanping.hub.plausibility import is_leap, is_plausible

NOW_MS = 1_790_000_000_000
MINUTE_MS = 60_000
DAY_MS = 86_400_000


def said(address: str = "A1", value: float = 3.2, age_ms: int = 0, **more: object) -> Observation:
    fields = {"quantity": "water_level", "unit": "m", **more}
    return Observation(station=address, value=value, event_ms=NOW_MS - age_ms, **fields)  # type: ignore[arg-type]


@pytest.fixture
def intake() -> Intake:
    return Intake([gauge("S1", 0.0, addresses={"trial": "A1"}), gauge("S2", 9.0, addresses={"other": "A1"})])


def accepted(intake: Intake, *rows: Observation, is_simulated: bool = False) -> Accepted:
    return intake.accept(rows, source="gauges", adapter="trial", is_simulated=is_simulated, now_ms=NOW_MS)


def test_an_address_becomes_the_station_of_its_adapter(intake: Intake) -> None:
    # given two stations with the same address at different adapters

    # when one adapter reports it, and another value under the station's own id
    found = accepted(intake, said("A1"), said("S2", quantity="flow"), is_simulated=True)

    # then each is its station's, with source, reception and mark of simulation
    assert [(row.station, row.source, row.received_ms, row.is_simulated) for row in found.rows] == [
        ("S1", "gauges", NOW_MS, True),
        ("S2", "gauges", NOW_MS, True),
    ]


def test_an_unknown_address_gives_no_row_and_is_counted_and_named(intake: Intake) -> None:
    # given an address that no station has

    # when it reports twice
    found = accepted(intake, said("A9"), said("A9"))

    # then nothing is kept
    assert not found.rows
    assert found.counts["unknown_station"] == 2
    assert found.unknown == ("A9",)


def test_the_same_moment_of_a_series_is_taken_once(intake: Intake) -> None:
    # given a value that was taken
    accepted(intake, said())

    # when it comes again, and as the means of ten minutes and of an hour that end at the same moment
    means = [said(statistic="avg", period_s=period_s) for period_s in (600, 3600)]
    found = accepted(intake, said(), *means, *means)

    # then only the two means are new
    assert [(row.statistic, row.period_s) for row in found.rows] == [("avg", 600), ("avg", 3600)]
    assert found.counts["duplicates"] == 3


def test_another_value_of_the_same_moment_goes_on_as_a_correction(intake: Intake) -> None:
    # given a value that was taken
    accepted(intake, said(value=3.2))

    # when another value of its moment comes, the same with another mark, and both again
    found = accepted(intake, said(value=3.4), said(value=3.4, mark="M"), said(value=3.4, mark="M"))

    # then what is new of it goes on, and what is repeated does not
    assert [(row.value, row.mark) for row in found.rows] == [(3.4, ""), (3.4, "M")]
    assert found.counts["duplicates"] == 1


def test_a_missing_value_that_comes_again_is_a_double(intake: Intake) -> None:
    # given a missing value
    accepted(intake, said(value=math.nan))

    # when it comes again, and then the value itself
    found = accepted(intake, said(value=math.nan), said(value=3.0))

    # then only the value goes on
    assert [row.value for row in found.rows] == [3.0]
    assert (found.counts["duplicates"], found.counts["missing"]) == (1, 0)


def test_a_leap_that_comes_again_is_the_same_leap(intake: Intake) -> None:
    # given a leap, and what came after it
    accepted(intake, said(value=3.0, age_ms=10 * MINUTE_MS), said(value=8.0, age_ms=5 * MINUTE_MS), said(value=8.1))

    # when the leap and the value before it come again
    found = accepted(intake, said(value=8.0, age_ms=5 * MINUTE_MS), said(value=3.0, age_ms=10 * MINUTE_MS))

    # then each has the grade that it had
    assert [row.quality for row in found.rows] == ["suspect", "good"]


def test_a_correction_is_judged_by_what_stood_before_it(intake: Intake) -> None:
    # given a leap
    accepted(intake, said(value=3.0, age_ms=5 * MINUTE_MS))
    accepted(intake, said(value=8.0))

    # when it is corrected to what can be
    found = accepted(intake, said(value=3.1))

    # then the correction is good
    assert [(row.value, row.quality) for row in found.rows] == [(3.1, "good")]


def test_what_was_kept_before_a_restart_is_a_double_when_it_comes_again(intake: Intake) -> None:
    # given the last rows that history has, one of them a leap
    kept = accepted(intake, said(value=3.0, age_ms=5 * MINUTE_MS), said(value=8.0), said(value=7.2, quantity="ph")).rows
    later = Intake([gauge("S1", 0.0, addresses={"trial": "A1"})])
    later.recall(kept)

    # when the device, which heard no answer, sends them again
    found = accepted(later, said(value=8.0), said(value=7.2, quantity="ph"))

    # then nothing is new
    assert not found.rows
    assert found.counts["duplicates"] == 2


@pytest.mark.parametrize(
    ("age_ms", "origin", "count"),
    [
        (0, "live", ""),
        (9 * MINUTE_MS, "live", ""),
        (120 * MINUTE_MS, "late", "late"),
        (-11 * MINUTE_MS, "late", "future"),
    ],
)
def test_a_value_too_old_or_from_the_future_is_not_live(intake: Intake, age_ms: int, origin: str, count: str) -> None:
    # given a station that reports every five minutes

    # when a value of that age arrives
    found = accepted(intake, said(age_ms=age_ms))

    # then it is kept as what it is
    assert found.rows[0].origin == origin
    assert not count or found.counts[count] == 1


def test_a_mean_of_a_day_is_patiently_waited_for(intake: Intake) -> None:
    # given a mean over a day that ended an hour ago

    # when it arrives
    found = accepted(intake, said(age_ms=60 * MINUTE_MS, statistic="avg", period_s=86_400))

    # then it is live
    assert found.rows[0].origin == "live"


@pytest.mark.parametrize("age_ms", [NOW_MS, NOW_MS - 3600_000, -2 * DAY_MS])
def test_an_impossible_moment_is_refused_and_counted(intake: Intake, age_ms: int) -> None:
    # given a retained message of 1970, or one of the day after tomorrow

    # when it arrives
    found = accepted(intake, said(age_ms=age_ms, origin="retained"))

    # then nothing is kept
    assert not found.rows
    assert found.counts["impossible_time"] == 1


@pytest.mark.parametrize(
    ("value", "quantity", "quality", "count"),
    [
        (math.nan, "water_level", "missing", "missing"),
        (math.inf, "water_level", "suspect", "implausible"),
        (15.0, "ph", "suspect", "implausible"),
        (-3.0, "ammonia_nitrogen", "suspect", "implausible"),
        (7.0, "ph", "good", ""),
        (-1e9, "hj212:w99999", "good", ""),
    ],
)
def test_what_cannot_be_is_suspect(intake: Intake, value: float, quantity: str, quality: str, count: str) -> None:
    # given a value as a device may send it

    # when it arrives
    found = accepted(intake, said(value=value, quantity=quantity))

    # then it is graded and kept
    assert found.rows[0].quality == quality
    assert not count or found.counts[count] == 1


def test_a_leap_is_suspect_and_the_devices_own_grade_is_kept(intake: Intake) -> None:
    # given a level
    accepted(intake, said(value=3.0, age_ms=5 * MINUTE_MS))

    # when it leaps by five metres in five minutes, and another quantity comes as under maintenance
    found = accepted(intake, said(value=8.0), said(value=99.0, quantity="ph", quality="maintenance"))

    # then the one is suspect, the other what the device says
    assert [row.quality for row in found.rows] == ["suspect", "maintenance"]
    assert found.counts["leaps"] == 1


def test_how_fast_a_level_may_change_depends_on_the_time_between() -> None:
    # given a rise of four metres

    # when it takes five minutes, an hour, or begins with a gap
    quick = is_leap("water_level", (0, 3.0), (5 * MINUTE_MS, 7.0))
    slow = is_leap("water_level", (0, 3.0), (60 * MINUTE_MS, 7.0))
    unknown = is_leap("water_level", (0, math.nan), (5 * MINUTE_MS, 7.0))

    # then only the first is a leap; a quantity without bounds can be anything finite
    assert (quick, slow, unknown) == (True, False, False)
    assert is_plausible("vendor:9", 1e12)
    assert not is_plausible("vendor:9", math.nan)
