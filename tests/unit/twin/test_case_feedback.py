"""What cases teach: places that repeat, seasons, and what a measure brought, worked out by hand."""

import random
from datetime import date, timedelta

import pytest

from sanping.domain.case_line import CaseLine
from sanping.twin.cases.feedback import (
    EPOCH,
    effect_of,
    just_dispatched,
    repeating,
    same_span,
    season_of,
)

NOON_MS = 1_800_000_000_000
HOUR_MS = 3_600_000
METRE_DEG = 1 / 111_320.0


def line(id: str, north_m: float = 0.0, **more: object) -> CaseLine:
    given: dict[str, object] = {
        "rev": 1, "state": "handling", "kind": "event", "case_class": "0102", "title_zh": "暴露垃圾",
        "title_en": "Exposed garbage", "source": "collector", "area": "310107015", "reported_ms": NOON_MS,
        "changed_ms": NOON_MS, "lon_deg": 121.42, "lat_deg": 31.24 + north_m * METRE_DEG, **more,
    }  # fmt: skip
    return CaseLine(id=id, **given)  # type: ignore[arg-type]


def test_places_repeat_by_class_and_nearness_the_most_first() -> None:
    # given four cases within fifty metres, three of another class there, two far away, one merged, one without a place
    lines = [
        *(line(f"a{n}", 15.0 * n, reported_ms=NOON_MS - n * HOUR_MS) for n in range(4)),
        *(line(f"b{n}", 5.0 * n, case_class="0104", state="archived") for n in range(3)),
        line("far1", 500.0), line("far2", 510.0),
        line("merged", 1.0, state="merged"), line("nowhere", lon_deg=None, lat_deg=None),
    ]  # fmt: skip

    # when the places that repeat are looked for
    spots = repeating(lines)

    # then there are two, with how many, since when, and whether anything is open there
    assert [(spot.newest.case_class, spot.count, spot.is_open) for spot in spots] == [
        ("0102", 4, True),
        ("0104", 3, False),
    ]
    assert spots[0].newest.id == "a0"
    assert spots[0].since_ms == NOON_MS - 3 * HOUR_MS
    assert {spot.count for spot in repeating(lines, least=2)} == {4, 3, 2}


def test_groups_found_by_the_grid_are_those_of_plain_loops() -> None:
    # given two hundred cases around the edges of many squares
    chance = random.Random(3)
    lines = [
        line(f"{n:03}", chance.uniform(-900, 900), lon_deg=121.42 + chance.uniform(-0.004, 0.004),
             reported_ms=NOON_MS + n)
        for n in range(200)
    ]  # fmt: skip

    # when they are grouped, once by comparing each with every group
    groups: list[list[CaseLine]] = []
    from sanping.twin.cases.duplicates import metres_between

    for one in lines:
        there = [
            (metres_between((group[0].lon_deg or 0, group[0].lat_deg or 0), (one.lon_deg or 0, one.lat_deg or 0)), n)
            for n, group in enumerate(groups)
        ]
        metres, place = min(there, default=(1e9, -1))
        if metres <= 60.0:
            groups[place].append(one)
        else:
            groups.append([one])

    # then both are the same
    plain = sorted(((len(group), group[-1].id) for group in groups if len(group) >= 2), reverse=True)
    assert sorted(((spot.count, spot.newest.id) for spot in repeating(lines, least=2)), reverse=True) == plain
    assert len(plain) > 10


def test_what_was_just_dispatched_is_told_newest_first_and_soon_forgotten() -> None:
    # given cases in several states
    lines = [
        line("old", department="d", changed_ms=NOON_MS - 2 * HOUR_MS, state="dispatched"),
        line("now", department="d", changed_ms=NOON_MS - 1000, state="dispatched"),
        line("signed", department="d", changed_ms=NOON_MS - 5000),
        line("filed", changed_ms=NOON_MS - 1000, state="filed"),
    ]

    # when the short feedback is asked for
    found = just_dispatched(lines, NOON_MS)

    # then it names those of the last hour
    assert [one.id for one in found] == ["now", "signed"]


def test_a_season_is_what_an_ordinary_day_brings() -> None:
    # given a year with thirty cases a day in July, ten otherwise, and half on Sundays
    first = date(2026, 1, 1)
    by_day = {}
    for n in range(365):
        day = first + timedelta(days=n)
        usual = 30 if day.month == 7 else 10
        by_day[(day - EPOCH).days] = usual // 2 if day.weekday() == 6 else usual

    # when the pattern is asked for
    season = season_of(by_day)

    # then July and a working day are the busiest, and nothing is known of nothing
    assert season.busiest_month == 7
    assert season.by_month[7] == pytest.approx((27 * 30 + 4 * 15) / 31)
    assert season.busiest_weekday != 6
    assert min(season.by_weekday, key=season.by_weekday.__getitem__) == 6
    assert season_of({}).busiest_month is None


def test_a_measure_is_judged_over_whole_weeks_and_chance_is_told_apart() -> None:
    # given three weeks of twelve a day and then two weeks of six, and a change that chance makes too
    by_day = {day: 12 if day < 121 else 6 for day in range(100, 136)}
    little = {day: 12 if day < 121 else 11 for day in range(100, 136)}

    # when the effect from day 121 on is asked for
    effect, chance = effect_of(by_day, 121), effect_of(little, 121)

    # then both sides are as long, and only the great one is sure
    assert effect is not None
    assert chance is not None
    assert (effect.before, effect.after, effect.days, effect.change) == (12.0, 6.0, 14, -0.5)
    assert effect.is_sure
    assert not chance.is_sure
    assert effect_of({}, 5) is None
    assert effect_of(by_day, 500) is None


def test_today_is_compared_with_yesterday_by_the_same_time_of_day() -> None:
    # given six reports today by half past two, and four an hour yesterday
    # when they are compared
    today, yesterday = same_span((1, 2, 3), (4,) * 24, 2, 0.5)

    # then yesterday's half hour counts half
    assert (today, yesterday) == (6, 10.0)
