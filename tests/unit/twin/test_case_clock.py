"""The clocks of cases against times worked out by hand: holidays, make-up days, lunch, pauses, colours, reminders."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.case_stories import CHINA, bundled_rules, china_ms
from sanping.domain.case import Clock, ClockUnit
from sanping.domain.errors import InputError
from sanping.twin.cases.clock import (
    Timetable,
    WorkCalendar,
    colour_of,
    due_ms,
    is_on_time,
    limit_ms,
    moment_used,
    reminders_between,
    used_ms,
)

SPAN_MS = (china_ms("2026-01-01"), china_ms("2026-03-15"))


def clock(amount: float, unit: ClockUnit, started: str, *pauses: tuple[str, str]) -> Clock:
    spans = tuple((china_ms(begin), china_ms(end) if end else 0) for begin, end in pauses)
    return Clock(kind="handling", amount=amount, unit=unit, started_ms=china_ms(started), pauses=spans)


@pytest.mark.parametrize(
    ("amount", "unit", "started", "due"),
    [
        (1, "work_day", "2026-06-02 10:00:00", "2026-06-03 10:00:00"),
        (15, "work_day", "2026-09-21 09:00:00", "2026-10-19 09:00:00"),
        (4, "work_day", "2026-04-30 14:00:00", "2026-05-09 14:00:00"),
        (5, "work_hour", "2026-02-13 15:00:00", "2026-02-14 11:00:00"),
        (4, "work_hour", "2026-02-14 16:00:01", "2026-02-24 11:00:01"),
        (4, "work_hour", "2026-06-02 13:30:00", "2026-06-02 17:30:00"),
        (1, "work_hour", "2026-06-02 11:59:59", "2026-06-02 13:59:59"),
        (1, "work_hour", "2026-06-06 22:00:00", "2026-06-08 09:30:00"),
        (1, "work_hour", "2025-12-31 17:00:00", "2026-01-04 09:00:00"),
        (4, "emergency_hour", "2026-02-16 23:00:00", "2026-02-17 03:00:00"),
    ],
    ids=[
        "垃圾 1 工作日", "违建 15 工作日跨中秋国庆和调休", "渣土 4 工作日跨劳动节", "道路 5 工作时遇周六上班",
        "绿地 4 工作时跨春节", "恰在下班时到期", "跨午休", "周末受理", "跨元旦遇周日上班", "紧急工作时不停",
    ],
)  # fmt: skip
def test_a_limit_ends_to_the_second_when_worked_out_by_hand(
    amount: float, unit: ClockUnit, started: str, due: str
) -> None:
    # given a limit of the city's table
    running = clock(amount, unit, started)

    # when its end is asked for
    found = due_ms(running, bundled_rules().timetable)

    # then it is the one worked out on the calendar
    assert found == china_ms(due)


@pytest.mark.parametrize(
    ("pauses", "due"),
    [
        ([("2026-06-02 10:00:00", "2026-06-03 15:00:00")], "2026-06-04 10:00:00"),
        ([("2026-06-02 20:00:00", "2026-06-03 07:00:00")], "2026-06-02 15:00:00"),
        ([("2026-06-02 12:10:00", "2026-06-02 12:50:00")], "2026-06-02 15:00:00"),
        (
            [("2026-06-02 10:00:00", "2026-06-02 10:30:00"), ("2026-06-02 11:00:00", "2026-06-02 11:00:01")],
            "2026-06-02 15:30:01",
        ),
    ],
    ids=["跨日", "夜间不影响", "午休不影响", "两次"],
)
def test_a_pause_moves_the_end_by_the_work_it_took(pauses: list[tuple[str, str]], due: str) -> None:
    # given five hours of work from nine o'clock, with pauses
    running = clock(5, "work_hour", "2026-06-02 09:00:00", *pauses)

    # when the end is asked for
    found = due_ms(running, bundled_rules().timetable)

    # then only the working time within the pauses is added
    assert found == china_ms(due)


def test_a_paused_clock_has_no_end_and_keeps_what_is_left() -> None:
    # given a clock that was paused after an hour, and stays so
    timetable = bundled_rules().timetable
    paused = clock(5, "work_hour", "2026-06-02 09:00:00", ("2026-06-02 10:00:00", ""))

    # when a week goes by
    now = china_ms("2026-06-09 10:00:00")

    # then nothing more is used, no end is known, and it is grey
    assert due_ms(paused, timetable) is None
    assert used_ms(paused, timetable, now) == 3_600_000
    assert colour_of(paused, timetable, bundled_rules().warnings, now) == "grey"


def test_colours_and_reminders_come_at_their_second() -> None:
    # given one working day from Tuesday ten o'clock
    rules = bundled_rules()
    day = clock(1, "work_day", "2026-06-02 10:00:00")
    moments = ["2026-06-02 15:00:00", "2026-06-02 17:24:00", "2026-06-03 10:00:00"]

    # when reminders of the week are asked for, and colours just before and at each
    found = reminders_between((day,), rules.timetable, rules.warnings, (day.started_ms, china_ms("2026-06-09")))
    before = [colour_of(day, rules.timetable, rules.warnings, china_ms(moment) - 1000) for moment in moments]
    then = [colour_of(day, rules.timetable, rules.warnings, china_ms(moment)) for moment in moments]

    # then they fall at half, four fifths and the whole of eight working hours
    assert [reminder.moment_ms for reminder in found] == [china_ms(moment) for moment in moments]
    assert found[-1].warning.roles == ("handler", "dispatcher", "duty_officer")
    assert before == ["green", "yellow", "orange"]
    assert then == ["yellow", "orange", "red"]


def test_the_last_moment_is_still_on_time_and_the_next_is_not() -> None:
    # given a clock and its end
    timetable = bundled_rules().timetable
    running = clock(4, "work_hour", "2026-06-02 09:00:00")
    end = due_ms(running, timetable)
    assert end is not None

    # when it is judged at the end and a second later
    # then only the second later is late
    assert is_on_time(running, timetable, end)
    assert not is_on_time(running, timetable, end + 1000)


def hours_by_counting(from_ms: int, to_ms: int) -> int:
    """Count working seconds one by one from the notice of 2026, without the code under test."""
    resting = {date(2026, 1, day) for day in (1, 2, 3)} | {date(2026, 2, day) for day in range(15, 24)}
    working = {date(2026, 1, 4), date(2026, 2, 14), date(2026, 2, 28)}
    count, moment = 0, from_ms // 1000
    while moment < to_ms // 1000:
        local = datetime.fromtimestamp(moment, CHINA)
        step = min(60 - local.second, to_ms // 1000 - moment)
        is_day = local.date() in working or (local.weekday() < 5 and local.date() not in resting)
        minute = local.hour * 60 + local.minute
        if is_day and (510 <= minute < 720 or 780 <= minute < 1050):
            count += step
        moment += step
    return count


@given(
    st.integers(SPAN_MS[0] // 1000, SPAN_MS[1] // 1000).map(lambda second: second * 1000),
    st.integers(1, 6 * 3600).map(lambda second: second * 1000),
)
def test_work_agrees_with_counting_minutes(from_ms: int, work_ms: int) -> None:
    # given any second around the Spring Festival and some work
    timetable = bundled_rules().timetable

    # when the moment is asked at which it is done
    end = timetable.after_work(from_ms, work_ms)

    # then counting gives that much work until then, and a second less a second before
    assert hours_by_counting(from_ms, end) * 1000 == work_ms == timetable.work_ms(from_ms, end)
    assert hours_by_counting(from_ms, end - 1000) * 1000 == work_ms - 1000


@given(
    st.sampled_from(["emergency_hour", "work_hour", "work_day"]),
    st.lists(st.integers(1, 200_000), min_size=1, max_size=7),
    st.integers(0, 100),
)
def test_the_moment_something_is_used_is_when_it_is_used(unit: ClockUnit, gaps: list[int], percent: int) -> None:
    # given a clock with any pauses, the last perhaps open
    moments = [SPAN_MS[0]]
    for gap in gaps:
        moments.append(moments[-1] + gap * 1000)
    times = [*moments[1:], *([0] if len(gaps) % 2 else [])]
    pauses = tuple(zip(times[::2], times[1::2], strict=True))
    running = Clock(kind="handling", amount=3, unit=unit, started_ms=moments[0], pauses=pauses)
    timetable = bundled_rules().timetable

    # when the moment is asked at which a share of it is used
    wanted = round(limit_ms(running, timetable) * percent / 100)
    moment = moment_used(running, timetable, wanted)

    # then that much is used then, and not a millisecond before; or it stands for ever
    if moment is None:
        assert running.is_paused
        assert used_ms(running, timetable, SPAN_MS[1]) < wanted
    else:
        assert used_ms(running, timetable, moment) == wanted
        assert wanted == 0 or used_ms(running, timetable, moment - 1) < wanted


def test_days_without_a_published_calendar_are_known_to_be_guesses() -> None:
    # given the calendar that ends with 2026
    timetable = bundled_rules().timetable

    # when days on both sides are asked about
    # then the second is a guess, and one far away is refused
    assert timetable.is_known(china_ms("2026-12-31 23:59:59"))
    assert not timetable.is_known(china_ms("2027-01-01 00:00:00"))
    assert timetable.is_working(china_ms("2026-02-14 08:30:00"))
    assert not timetable.is_working(china_ms("2026-02-14 12:00:00"))
    with pytest.raises(InputError, match="2090"):
        timetable.work_ms(china_ms("2090-01-01"), china_ms("2090-01-02"))


def test_a_calendar_without_hours_is_refused() -> None:
    # given a calendar in which nobody works
    idle = WorkCalendar(hours={}, days={date(2026, 1, 1) + timedelta(days=1): False})

    # when it is laid out
    # then the message says which file to fill
    with pytest.raises(InputError, match=r"hours\.csv"):
        Timetable(idle)
