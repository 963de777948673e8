"""What a measure has changed: rates before and after it with their interval, and the same days of the year before."""

import math
import random

import pytest

from sanping.twin.cases.measures import MOST_DAYS, YEAR_DAYS, effect_of_measure, rate_ratio


def every_day(first: int, last: int, count: int) -> dict[int, int]:
    return dict.fromkeys(range(first, last + 1), count)


def test_the_interval_of_a_ratio_is_that_of_the_textbook() -> None:
    # given 40 cases before and 20 after
    # when their rates are compared
    found = rate_ratio(40, 20)

    # then the ratio is a half, and its interval exp(ln ½ ± 1.96 √(1/40 + 1/20))
    spread = 1.959964 * math.sqrt(1 / 40 + 1 / 20)
    assert found.ratio == 0.5
    assert (found.low, found.high) == pytest.approx((0.5 * math.exp(-spread), 0.5 * math.exp(spread)))
    assert found.is_sure


def test_an_interval_holds_the_truth_nineteen_times_in_twenty() -> None:
    # given a thousand pairs of counts whose rates are truly as 3 to 2
    chance = random.Random(4)

    def poisson(mean: float) -> int:
        total, count = chance.expovariate(1.0), 0
        while total < mean:
            total, count = total + chance.expovariate(1.0), count + 1
        return count

    # when each is compared
    found = [rate_ratio(poisson(60), poisson(40)) for _ in range(1000)]

    # then about fifty intervals miss it
    missed = sum(not one.low <= 2 / 3 <= one.high for one in found)
    assert 25 < missed < 80


@pytest.mark.parametrize(("before", "after"), [(0, 0), (0, 9), (9, 0)])
def test_an_empty_side_has_a_finite_interval(before: int, after: int) -> None:
    # given nothing on one side
    # when the rates are compared
    found = rate_ratio(before, after)

    # then there are bounds, and no division by zero
    assert 0 < found.low < found.ratio < found.high < math.inf


def test_a_measure_is_judged_by_whole_weeks_and_by_the_same_days_of_the_year_before() -> None:
    # given two cases a day for two years, and one a day since day 700
    by_day = every_day(0, 699, 2) | every_day(700, 820, 1)

    # when a measure of that day is judged
    found = effect_of_measure(by_day, 700, (0, 820))

    # then both sides are as many whole weeks, and both comparisons say that cases are fewer
    assert (found.days, found.verdict) == (119, "fewer")
    assert found.whole is not None
    assert found.year is not None
    assert (found.whole.before, found.whole.after) == (238, 119)
    assert (found.year.before, found.year.ratio) == (238, 0.5)


def test_what_the_season_does_every_year_is_not_taken_for_the_measure() -> None:
    # given many cases in every first half of a year and few in the second
    by_day = {day: 4 if day % YEAR_DAYS < 182 else 2 for day in range(3 * YEAR_DAYS)}
    began = YEAR_DAYS + 182

    # when a measure that began at the turn is judged
    found = effect_of_measure(by_day, began, (0, 3 * YEAR_DAYS - 1))

    # then cases fell by half, but as they did the year before: nothing is sure
    assert found.days == MOST_DAYS
    assert found.whole is not None
    assert found.whole.is_sure
    assert found.verdict == "unsure"


def test_too_short_or_too_few_is_said_and_not_judged() -> None:
    # given a measure of yesterday, one from before the record, and one against hardly any case
    # when they are judged
    young = effect_of_measure(every_day(0, 100, 5), 99, (0, 100))
    early = effect_of_measure(every_day(0, 100, 5), -20, (0, 100))
    rare = effect_of_measure({20: 2, 60: 1}, 50, (0, 100))

    # then each says why
    assert (young.verdict, young.whole, early.verdict, early.days) == ("too_soon", None, "too_soon", 0)
    assert rare.verdict == "too_few"


def test_more_cases_are_told_as_well() -> None:
    # given a record that grows after a measure, without a year before
    by_day = every_day(0, 49, 1) | every_day(50, 100, 4)

    # when it is judged
    found = effect_of_measure(by_day, 50, (0, 100))

    # then it is more, by the one comparison there is
    assert (found.verdict, found.year, found.days) == ("more", None, 49)
