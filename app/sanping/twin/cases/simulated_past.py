"""The invented past of a city: the cases of the last weeks with all their steps. Marked as simulated."""

import heapq
import random
from collections.abc import Iterator
from dataclasses import replace

import msgspec

from sanping.domain.call import HOTLINE
from sanping.domain.case import Case, NewCase
from sanping.twin.cases.clock import DAY_MS, HOUR_MS
from sanping.twin.cases.simulated_life import Planned, SimulatedLife
from sanping.twin.cases.stepping import taken

_BY_HOUR = (1, 1, 1, 1, 1, 2, 5, 10, 15, 18, 17, 12, 8, 11, 16, 17, 15, 12, 9, 8, 7, 5, 3, 2)
CALLED = 0.2  # of the past; later ones come from the hotline itself
_ZONE_MS = 8 * HOUR_MS
_MOST_A_DAY = 100_000
_MONDAY, _SATURDAY, _WEEKDAY_OF_DAY_0 = 0, 5, 3

_Waiting = tuple[int, int, Planned, Case | None]


def past_of(life: SimulatedLife, from_ms: int, to_ms: int, a_day: int) -> Iterator[tuple[Planned, Case]]:
    """Yield the steps of invented cases of the past with the cases they lead to, in order of time.

    Cases of the last days are left where they stand at `to_ms`. Ids are `<county>-<yyyymmdd>-<nnnn>`.
    """
    waiting: list[_Waiting] = []
    for number, report in enumerate(reports_between(life, from_ms, to_ms, a_day)):
        while waiting and waiting[0][0] <= report.at_ms:
            yield _lived(life, waiting)
        heapq.heappush(waiting, (report.at_ms, number, report, None))
    while waiting and waiting[0][0] < to_ms:
        yield _lived(life, waiting)


def reports_between(life: SimulatedLife, from_ms: int, to_ms: int, a_day: int) -> Iterator[Planned]:
    """Yield invented reports with their ids, in order of time; the same for the same span."""
    numbers: dict[str, int] = {}
    for number, at_ms in arrivals_between(from_ms, to_ms, a_day):
        yield _named(life, life.report(number, at_ms), numbers)


def arrivals_between(from_ms: int, to_ms: int, a_day: int) -> Iterator[tuple[int, int]]:
    """Yield when reports come, in order: most in the morning, fewer at weekends and at night.

    Each has a number of its own, the same whatever the span.
    """
    for day in range((from_ms + _ZONE_MS) // DAY_MS, (to_ms + _ZONE_MS) // DAY_MS + 1):
        chance = random.Random(f"day/{day}")
        weekday = (day + _WEEKDAY_OF_DAY_0) % 7
        usual = 0.65 if weekday >= _SATURDAY else 1.15 if weekday == _MONDAY else 1.0
        hours = chance.choices(range(24), _BY_HOUR, k=round(a_day * usual * chance.uniform(0.8, 1.2)))
        moments = sorted(day * DAY_MS + hour * HOUR_MS - _ZONE_MS + chance.randrange(HOUR_MS) for hour in hours)
        for place, at_ms in enumerate(moments):
            if from_ms <= at_ms < to_ms:
                yield day * _MOST_A_DAY + place, at_ms


def _named(life: SimulatedLife, report: Planned, numbers: dict[str, int]) -> Planned:
    county = (report.asked.new.area if report.asked.new else "")[:6].ljust(6, "0")
    prefix = f"{county}-{life.city.rules.timetable.day_of(report.at_ms):%Y%m%d}"
    numbers[prefix] = numbers.get(prefix, 0) + 1
    case = f"{prefix}-{numbers[prefix]:04d}"
    if report.asked.new is not None and random.Random(f"{case}/source").random() < CALLED:
        report = replace(report, asked=msgspec.structs.replace(report.asked, new=_called(report.asked.new)))
    return replace(report, asked=msgspec.structs.replace(report.asked, case=case, op=f"past:{case}:0"))


def _called(new: NewCase) -> NewCase:
    """Return a report as one that somebody rang 12345 about."""
    return msgspec.structs.replace(new, source=HOTLINE)


def _lived(life: SimulatedLife, waiting: list[_Waiting]) -> tuple[Planned, Case]:
    """Take the earliest step, and put what follows it in its place."""
    at_ms, number, planned, before = heapq.heappop(waiting)
    case = taken(before, planned.asked, planned.who.actor, at_ms, life.city.rules)
    following = life.next_step(case, "past")
    if following is not None:
        heapq.heappush(waiting, (following.at_ms, number, following, case))
    return planned, case
