"""What the cases of a city teach: what was just set going, which places repeat, the seasons, what a measure brought.

Pure functions of lines and of counts by day; a day is the number of days since 1970-01-01 where the twin lies.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import cos, radians, sqrt
from statistics import fmean

from sanping.domain.case_line import CaseLine
from sanping.twin.cases.duplicates import metres_between

NEAR_M = 60.0
LEAST_REPEATS = 3
METRES_A_DEGREE = 111_320.0
SURE_DEVIATIONS = 2.0
EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A place at which cases of one class come back: the newest of them, how many there were, since when."""

    newest: CaseLine
    count: int
    since_ms: int
    is_open: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Season:
    """How many cases an ordinary day brings: by month (1…12) and by weekday (0 is Monday), absent without any day.

    `busiest_month` and `busiest_weekday` are those with the most, None while nothing is known.
    """

    by_month: Mapping[int, float]
    by_weekday: Mapping[int, float]
    busiest_month: int | None
    busiest_weekday: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """Cases a day before and after a measure, over as many `days` each.

    `change` is the share by which they rose (+) or fell (-), None when there were none before. It `is_sure` when chance
    alone would rarely make such a difference: more than two standard deviations of the difference of two Poisson
    counts.
    """

    before: float
    after: float
    days: int
    change: float | None
    is_sure: bool


def just_dispatched(lines: Iterable[CaseLine], now_ms: int, within_ms: int = 3_600_000) -> tuple[CaseLine, ...]:
    """Return the cases that went to a department within the last hour, the newest first."""
    found = [
        line
        for line in lines
        if line.state in ("dispatched", "handling") and line.department and 0 <= now_ms - line.changed_ms <= within_ms
    ]
    return tuple(sorted(found, key=lambda line: (-line.changed_ms, line.id)))


def repeating(lines: Iterable[CaseLine], *, near_m: float = NEAR_M, least: int = LEAST_REPEATS) -> tuple[Spot, ...]:
    """Return the places where cases of the same class lie within `near_m` of one another, the most first.

    Each case belongs to the first place near it, in order of time; cases without a place or merged into another do not
    count.
    """
    ordered = sorted(lines, key=lambda line: (line.reported_ms, line.id))
    grid: dict[tuple[str, str, int, int], list[list[CaseLine]]] = {}
    groups: list[list[CaseLine]] = []
    for line in ordered:
        if line.lon_deg is None or line.lat_deg is None or line.state in ("merged", "void", "declined"):
            continue
        column, row = _cell(line, near_m)
        group = _near(grid, line, (column, row), near_m)
        if group is None:
            group = [line]
            groups.append(group)
            grid.setdefault((line.kind, line.case_class, column, row), []).append(group)
        else:
            group.append(line)
    spots = [
        Spot(newest=group[-1], count=len(group), since_ms=group[0].reported_ms, is_open=any(o.is_open for o in group))
        for group in groups
        if len(group) >= least
    ]
    return tuple(sorted(spots, key=lambda spot: (-spot.count, -spot.newest.reported_ms, spot.newest.id)))


def season_of(by_day: Mapping[int, int]) -> Season:
    """Return what an ordinary day of each month and weekday brings; days that are not named are unknown."""
    months: dict[int, list[int]] = {}
    weekdays: dict[int, list[int]] = {}
    for day, count in by_day.items():
        when = EPOCH + timedelta(days=day)
        months.setdefault(when.month, []).append(count)
        weekdays.setdefault(when.weekday(), []).append(count)
    by_month = {month: fmean(counts) for month, counts in sorted(months.items())}
    by_weekday = {weekday: fmean(counts) for weekday, counts in sorted(weekdays.items())}
    return Season(
        by_month=by_month,
        by_weekday=by_weekday,
        busiest_month=max(by_month, key=by_month.__getitem__, default=None),
        busiest_weekday=max(by_weekday, key=by_weekday.__getitem__, default=None),
    )


def effect_of(by_day: Mapping[int, int], from_day: int, days: int = 28) -> Effect | None:
    """Return what changed with a measure that began on `from_day`; None while one of the sides knows no day.

    Whole weeks on each side keep weekends from being taken for an effect; the shorter side decides how many.
    """
    known = sorted(by_day)
    if not known or days <= 0:
        return None
    reach = min(days, from_day - known[0], known[-1] + 1 - from_day)
    reach -= reach % 7 if reach >= 7 else 0
    if reach <= 0:
        return None
    before = [by_day.get(day, 0) for day in range(from_day - reach, from_day)]
    after = [by_day.get(day, 0) for day in range(from_day, from_day + reach)]
    spread = sqrt(sum(before) + sum(after))
    return Effect(
        before=fmean(before),
        after=fmean(after),
        days=reach,
        change=(sum(after) - sum(before)) / sum(before) if sum(before) else None,
        is_sure=abs(sum(after) - sum(before)) > SURE_DEVIATIONS * spread > 0,
    )


def same_span(today: Sequence[int], yesterday: Sequence[int], hour: int, share: float) -> tuple[int, float]:
    """Return how many came today, and how many had come yesterday by the same time of day.

    `share` is how much of `hour` has passed; within that hour yesterday's are taken as evenly spread.
    """
    had = sum(yesterday[:hour]) + (yesterday[hour] * share if hour < len(yesterday) else 0.0)
    return sum(today), had


def _cell(line: CaseLine, near_m: float) -> tuple[int, int]:
    """Return the square of a grid that a place lies in; squares are a little wider than what counts as near."""
    lon_deg, lat_deg = _place(line)
    width = 1.05 * near_m / METRES_A_DEGREE
    return int(lon_deg * max(0.01, cos(radians(round(lat_deg)))) // width), int(lat_deg // width)


def _near(
    grid: Mapping[tuple[str, str, int, int], list[list[CaseLine]]], line: CaseLine, cell: tuple[int, int], near_m: float
) -> list[CaseLine] | None:
    """Return the nearest group whose first case lies near a line."""
    found, nearest_m = None, near_m
    for column in range(cell[0] - 1, cell[0] + 2):
        for row in range(cell[1] - 1, cell[1] + 2):
            for group in grid.get((line.kind, line.case_class, column, row), ()):
                metres = metres_between(_place(group[0]), _place(line))
                if metres <= nearest_m:
                    found, nearest_m = group, metres
    return found


def _place(line: CaseLine) -> tuple[float, float]:
    return line.lon_deg or 0.0, line.lat_deg or 0.0
