"""What a measure has changed: cases before and after it, the ratio of their rates with its interval, the year before.

Counts of cases are taken as Poisson; the interval of the ratio is Wald's on the logarithm (95 %), with half a case
added to each side where one is empty. A pure comparison shows what came with a measure, not that it came of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import exp, log, sqrt

from sanping.domain.measure import MeasureVerdict

Z_95 = 1.959964
MOST_DAYS, LEAST_DAYS, WEEK = 182, 14, 7
LEAST_CASES = 10
YEAR_DAYS = 364  # whole weeks, so that weekdays meet weekdays


@dataclass(frozen=True, slots=True, kw_only=True)
class RateRatio:
    """Cases a day afterwards by those before, over as many days; `low`, `high` bound it with 95 % confidence."""

    before: int
    after: int
    ratio: float
    low: float
    high: float

    @property
    def is_sure(self) -> bool:
        """Whether chance alone would rarely make such a difference."""
        return self.high < 1.0 or self.low > 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureEffect:
    """What came with a measure: so many `days` on each side, and the days after it by the same days of the year before.

    `whole` is None while a side knows nothing, `year` while the record does not reach back so far.
    """

    days: int
    whole: RateRatio | None
    year: RateRatio | None
    verdict: MeasureVerdict


def rate_ratio(before: int, after: int) -> RateRatio:
    """Return the ratio of two counts over as many days each."""
    shift = 0.0 if before and after else 0.5
    ratio = (after + shift) / (before + shift)
    spread = Z_95 * sqrt(1 / (after + shift) + 1 / (before + shift))
    return RateRatio(
        before=before, after=after, ratio=ratio, low=exp(log(ratio) - spread), high=exp(log(ratio) + spread)
    )


def effect_of_measure(by_day: Mapping[int, int], from_day: int, known: tuple[int, int]) -> MeasureEffect:
    """Return what changed with a measure that began on `from_day`.

    `by_day` are the cases it is against by the day they were reported (days since 1970-01-01), a day without any left
    out; `known` are the first and the last whole day of the record. Whole weeks on each side, half a year at most.
    """
    first, last = known
    days = min(MOST_DAYS, from_day - first, last + 1 - from_day) // WEEK * WEEK
    if days < LEAST_DAYS:
        return MeasureEffect(days=max(0, days), whole=None, year=None, verdict="too_soon")
    whole = rate_ratio(_sum(by_day, from_day - days, days), _sum(by_day, from_day, days))
    reaches_back = from_day - YEAR_DAYS >= first
    year = rate_ratio(_sum(by_day, from_day - YEAR_DAYS, days), whole.after) if reaches_back else None
    return MeasureEffect(days=days, whole=whole, year=year, verdict=_verdict(whole, year))


def _sum(by_day: Mapping[int, int], from_day: int, days: int) -> int:
    return sum(count for day, count in by_day.items() if from_day <= day < from_day + days)


def _verdict(whole: RateRatio, year: RateRatio | None) -> MeasureVerdict:
    """Judge by both comparisons: where the season may explain a change, nothing is sure."""
    if whole.before + whole.after < LEAST_CASES:
        return "too_few"
    asked = [whole] if year is None or year.before + year.after < LEAST_CASES else [whole, year]
    if all(found.high < 1.0 for found in asked):
        return "fewer"
    return "more" if all(found.low > 1.0 for found in asked) else "unsure"
