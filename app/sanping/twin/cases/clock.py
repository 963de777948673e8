"""The clocks of a case: 紧急工作时 run round the clock, 工作时 and 工作日 on a work calendar; exact to the millisecond.

Pure: a clock, a timetable and a moment in; due times, colours and reminders out.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone

from sanping.domain.case import CaseRole, Clock, Colour
from sanping.domain.errors import InputError
from sanping.domain.text import Text

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
_YEARS_BEFORE, _YEARS_AFTER = 2, 10
_EPOCH_DAY = date(1970, 1, 1).toordinal()

_NO_HOURS = Text(
    "工作日历里没有工作时间；请在 hours.csv 中填写", "The work calendar has no working hours; write them in hours.csv"
)
_TOO_FAR = Text(
    "{day} 不在工作日历覆盖的 {first}–{last} 年内；请核对时间",
    "{day} is not within the years {first}–{last} of the work calendar; check the time",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkCalendar:
    """When people work: hours of each weekday (0 is Monday) as seconds of the local day, and days that differ.

    `days` says for a date whether it is worked: a holiday is False; a weekend that is worked instead (调休) is True and
    takes Monday's hours. The first weekday with hours says how long a 工作日 is.
    """

    hours: Mapping[int, Sequence[tuple[int, int]]]
    days: Mapping[date, bool]
    utc_offset_h: float = 8.0

    def hours_of(self, day: date) -> Sequence[tuple[int, int]]:
        """Return when that day is worked, as (from, to) in seconds after local midnight."""
        is_worked = self.days.get(day)
        if is_worked is None:
            return self.hours.get(day.weekday(), ())
        return (self.hours.get(day.weekday()) or self._usual) if is_worked else ()

    @property
    def _usual(self) -> Sequence[tuple[int, int]]:
        return next((self.hours[weekday] for weekday in range(7) if self.hours.get(weekday)), ())

    @property
    def day_ms(self) -> int:
        """How much work a 工作日 is."""
        return 1000 * sum(end - begin for begin, end in self._usual)


class Timetable:
    """A work calendar laid out, so that any span of work is two look-ups. Raises `InputError` outside its years."""

    def __init__(self, calendar: WorkCalendar) -> None:
        self.day_ms = calendar.day_ms
        if not self.day_ms:
            raise InputError(_NO_HOURS)
        years = {day.year for day in calendar.days} or {2026}
        self._years = (min(years) - _YEARS_BEFORE, max(years) + _YEARS_AFTER)
        self._zone = timezone(timedelta(hours=calendar.utc_offset_h))
        self.known_until = date(max(years), 12, 31)
        self._offset_ms = offset_ms = round(calendar.utc_offset_h * HOUR_MS)
        first = date(self._years[0], 1, 1).toordinal()
        last = date(self._years[1], 12, 31).toordinal()
        self._ends_of_years = tuple((day - _EPOCH_DAY) * DAY_MS - offset_ms for day in (first, last + 1))
        self._starts: list[int] = []
        self._ends: list[int] = []
        self._worked: list[int] = [0]
        for ordinal in range(first, last + 1):
            midnight_ms = (ordinal - _EPOCH_DAY) * DAY_MS - offset_ms
            for begin, end in calendar.hours_of(date.fromordinal(ordinal)):
                self._starts.append(midnight_ms + begin * 1000)
                self._ends.append(midnight_ms + end * 1000)
                self._worked.append(self._worked[-1] + (end - begin) * 1000)

    def day_of(self, moment_ms: int) -> date:
        """Return the local day of a moment."""
        return (datetime.fromtimestamp(0, self._zone) + timedelta(milliseconds=moment_ms)).date()

    def day_began(self, moment_ms: int) -> int:
        """Return when the local day of a moment began."""
        return (self.day_of(moment_ms).toordinal() - _EPOCH_DAY) * DAY_MS - self._offset_ms

    def is_known(self, moment_ms: int) -> bool:
        """Say whether the holidays of that day are published; later days count as plain weeks."""
        return self.day_of(moment_ms) <= self.known_until

    def is_working(self, moment_ms: int) -> bool:
        """Say whether people work at a moment."""
        place = bisect_right(self._starts, moment_ms) - 1
        return place >= 0 and moment_ms < self._ends[place]

    def work_ms(self, from_ms: int, to_ms: int) -> int:
        """Return how much of a span is worked."""
        return self._worked_until(to_ms) - self._worked_until(from_ms)

    def after_work(self, from_ms: int, work_ms: int) -> int:
        """Return the first moment at which `work_ms` have been worked since `from_ms`."""
        if work_ms <= 0:
            return from_ms
        wanted = self._worked_until(from_ms) + work_ms
        place = bisect_left(self._worked, wanted) - 1
        if place >= len(self._starts):
            raise self._too_far(from_ms)
        return self._starts[place] + wanted - self._worked[place]

    def _worked_until(self, moment_ms: int) -> int:
        if not self._ends_of_years[0] <= moment_ms < self._ends_of_years[1]:
            raise self._too_far(moment_ms)
        place = bisect_right(self._starts, moment_ms) - 1
        if place < 0:
            return 0
        return self._worked[place] + min(moment_ms, self._ends[place]) - self._starts[place]

    def _too_far(self, moment_ms: int) -> InputError:
        day = self.day_of(min(max(moment_ms, 0), 1 << 47))
        return InputError(_TOO_FAR.with_values(day=day, first=self._years[0], last=self._years[1]))


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockWarning:
    """From which share of a limit on a clock has which colour, and which role is reminded then."""

    used: float
    colour: Colour
    roles: tuple[CaseRole, ...] = ()
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder:
    """A warning of a clock, with the moment it falls due; `clock` is its place among the clocks of the case."""

    moment_ms: int
    clock: int
    warning: ClockWarning


def limit_ms(clock: Clock, timetable: Timetable) -> int:
    """Return the limit in milliseconds: of time for 紧急工作时, of work for the other units."""
    return round(clock.amount * (timetable.day_ms if clock.unit == "work_day" else HOUR_MS))


def used_ms(clock: Clock, timetable: Timetable, now_ms: int) -> int:
    """Return how much of the limit is used at a moment; pauses are left out."""
    now_ms = min(now_ms, clock.ended_ms) if clock.ended_ms else now_ms
    return sum(_ran(clock, timetable, begin, min(end, now_ms)) for begin, end in _runs(clock) if begin < now_ms)


def moment_used(clock: Clock, timetable: Timetable, used: int) -> int | None:
    """Return the first moment at which `used` ms of the limit are used; None while the clock stands before that."""
    left = used
    for begin, end in _runs(clock):
        moment = begin + max(left, 0) if _is_plain(clock) else timetable.after_work(begin, left)
        if moment <= end:
            return moment
        left -= _ran(clock, timetable, begin, end)
    return None


def due_ms(clock: Clock, timetable: Timetable) -> int | None:
    """Return when the limit is used up, None while the clock is paused."""
    return moment_used(clock, timetable, limit_ms(clock, timetable))


def is_on_time(clock: Clock, timetable: Timetable, now_ms: int) -> bool:
    """Say whether the clock ended, or stands now, within its limit; the very last millisecond still is."""
    return used_ms(clock, timetable, now_ms) <= limit_ms(clock, timetable)


def colour_of(clock: Clock, timetable: Timetable, warnings: Sequence[ClockWarning], now_ms: int) -> Colour:
    """Return the colour of a clock: grey when it is paused within its limit, red when it is over."""
    limit, used = limit_ms(clock, timetable), used_ms(clock, timetable, now_ms)
    if used > limit:
        return "red"
    if clock.is_paused:
        return "grey"
    reached = [warning for warning in warnings if used >= round(warning.used * limit)]
    return max(reached, key=lambda warning: warning.used).colour if reached else "green"


def reminders_between(
    clocks: Sequence[Clock], timetable: Timetable, warnings: Sequence[ClockWarning], span_ms: tuple[int, int]
) -> tuple[Reminder, ...]:
    """Return what falls due after the first moment of a span and up to the second, in order of time."""
    found = [
        Reminder(moment_ms=moment, clock=place, warning=warning)
        for place, clock in enumerate(clocks)
        for warning in warnings
        if (moment := moment_used(clock, timetable, round(warning.used * limit_ms(clock, timetable)))) is not None
        and span_ms[0] < moment <= span_ms[1]
        and not (clock.ended_ms and moment > clock.ended_ms)
    ]
    return tuple(sorted(found, key=lambda reminder: reminder.moment_ms))


def _is_plain(clock: Clock) -> bool:
    return clock.unit == "emergency_hour"


def _ran(clock: Clock, timetable: Timetable, from_ms: int, to_ms: int) -> int:
    return to_ms - from_ms if _is_plain(clock) else timetable.work_ms(from_ms, to_ms)


def _runs(clock: Clock) -> Iterator[tuple[int, int]]:
    """Yield the spans in which the clock runs; the last has no end."""
    begin = clock.started_ms
    for paused, resumed in clock.pauses:
        yield begin, paused
        if not resumed:
            return
        begin = resumed
    yield begin, 1 << 62
