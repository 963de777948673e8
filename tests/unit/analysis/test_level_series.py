"""Levels over time: what is typed, what is kept of many, and when the water first stands so high."""

from datetime import datetime, timedelta

import pytest

from sanping.analysis.level_series import MOST_STEPS, level_series, typed_series
from sanping.domain.errors import InputError

DAY = datetime.fromisoformat("2026-11-21T18:40:00+08:00")


def test_a_typed_course_goes_on_over_midnight_and_takes_dates() -> None:
    # given what a person types, with a full-width semicolon and a date
    found = typed_series("20:00 3.2; 02:30 4.105；11-23 08:00 -0.5", DAY)

    # then each time follows the one before, and the levels are as typed
    assert [f"{moment:%d %H:%M}" for moment in found.moments] == ["21 20:00", "22 02:30", "23 08:00"]
    assert found.levels_m == (3.2, 4.105, -0.5)
    assert found.moments[0].utcoffset() == timedelta(hours=8)


def test_the_water_takes_each_level_once_and_the_first_moment_at_which_it_stands_there() -> None:
    # given a course that rises, falls and rises again
    found = typed_series("08:00 3.0; 09:00 4.0; 10:00 3.0; 11:00 4.5", DAY)

    # then its distinct levels are few, each step knows its own, and what was reached first counts
    assert found.distinct_m == (3.0, 4.0, 4.5)
    assert found.rows() == (0, 1, 0, 2)
    assert [found.first_at(level).hour for level in (3.0, 4.0, 4.5)] == [8, 9, 11]


def test_of_many_levels_the_highest_of_each_share_is_kept() -> None:
    # given a day of minutes with one short crest and gaps
    moments = [DAY + timedelta(minutes=minute) for minute in range(1440)]
    levels = [3.0 if minute % 7 else float("nan") for minute in range(1440)]
    levels[700] = 6.25

    # when it is made coarser
    found = level_series(moments, levels)

    # then no more steps are left than can be shown, and the crest is one of them
    assert len(found.moments) <= MOST_STEPS
    assert found.moments[found.levels_m.index(6.25)] == moments[700]


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ("", "空"),
        ("8 o'clock 3", "8 o'clock 3"),
        ("25:00 3.2", "25:00"),
        ("02-30 08:00 3", "02-30"),
        ("08:00", "08:00"),
    ],
)
def test_what_cannot_be_read_is_named(words: str, named: str) -> None:
    with pytest.raises(InputError, match=named):
        typed_series(words, DAY)
