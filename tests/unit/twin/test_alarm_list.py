"""The operator's list: groups of alarms, and what a flood of them does to it."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as some

from sanping.domain.alarm import Alarm
from sanping.twin.alarm_list import FLOOD_WINDOW_MS, is_flooded, operator_items

NOW_MS = 1_781_236_800_000
MINUTE_MS = 60_000
RIVERS = {"a": "苏州河", "b": "苏州河", "c": "苏州河", "x": "真如港"}


def alarm(name: str = "a", **more: object) -> Alarm:
    plain = Alarm(
        id=name,
        rule="level-warning",
        station=name,
        quantity="water_level",
        colour="yellow",
        state="active",
        title_zh="超警戒",
        title_en="above warning",
        raised_ms=NOW_MS - MINUTE_MS,
        changed_ms=NOW_MS,
        group=f"level@{name}",
    )
    return msgspec.structs.replace(plain, **more)


def test_alarms_of_one_rule_along_a_river_are_one_row() -> None:
    # given three stations of one river over warning, the newest at b, and one of another river
    alarms = [alarm("a"), alarm("b", raised_ms=NOW_MS), alarm("c"), alarm("x")]

    # when the operator's list is made
    first, second = operator_items(alarms, NOW_MS, RIVERS)

    # then each river is a row that says how many stations, since when, and where
    assert (first.stations, first.count, first.alarm.id, first.newest_ms) == (3, 3, "b", NOW_MS)
    assert (first.area, first.key, first.is_flood) == ("苏州河", "level-warning@苏州河", False)
    assert (second.stations, second.area) == (1, "真如港")


def test_alarms_of_one_family_at_one_station_go_with_the_worst_of_them() -> None:
    # given a station above warning and above guarantee, one that only warns but is seen, and a closed alarm
    alarms = [
        alarm("a1", station="a", group="level@a"),
        alarm("a2", station="a", group="level@a", rule="level-guarantee", colour="orange"),
        alarm("b", state="acknowledged"),
        alarm("c", state="closed"),
    ]

    # when the list is made
    items = operator_items(alarms, NOW_MS, RIVERS)

    # then the station stands in the row of its worst rule alone, unseen before seen
    assert [(item.alarm.id, item.count, item.stations, item.waiting) for item in items] == [
        ("a2", 2, 1, 2),
        ("b", 1, 1, 0),
    ]


def test_a_row_tells_how_many_nobody_has_seen() -> None:
    # given a group of three of which one is acknowledged and one has returned unseen
    alarms = [alarm("a", state="acknowledged"), alarm("b"), alarm("c", state="returned")]

    # when the list is made
    (item,) = operator_items(alarms, NOW_MS, RIVERS)

    # then two wait, and the active one stands for the row
    assert (item.waiting, item.alarm.id) == (2, "b")
    assert item.oldest_ms == item.newest_ms == NOW_MS - MINUTE_MS


def test_more_than_ten_alarms_in_ten_minutes_are_a_flood() -> None:
    # given ten fresh alarms and an older one
    fresh = [alarm(f"s{number}") for number in range(10)]
    old = alarm("old", raised_ms=NOW_MS - FLOOD_WINDOW_MS - 1)

    # when there is one more
    # then it is a flood, and not before
    assert not is_flooded([*fresh, old], NOW_MS)
    assert is_flooded([*fresh, alarm("more")], NOW_MS)


def test_in_a_flood_only_what_is_of_low_priority_is_folded_across_rivers() -> None:
    # given alarms of a yellow rule and of an orange one on two rivers, and blue ones everywhere
    alarms = [alarm("a"), alarm("x")]
    alarms += [alarm(f"{name}2", station=name, rule="level-rising", colour="orange", group="") for name in ("b", "x")]
    blue = [alarm(f"s{number}", rule="silent", colour="blue") for number in range(9)]

    # when there are few of them, and when there are many
    calm = operator_items(alarms, NOW_MS, RIVERS)
    flooded = operator_items([*alarms, *blue], NOW_MS, RIVERS)

    # then rivers stand apart, in a flood only those of the orange rule
    assert [item.key for item in calm] == [
        "level-rising@苏州河",
        "level-rising@真如港",
        "level-warning@苏州河",
        "level-warning@真如港",
    ]
    assert [(item.key, item.count, item.is_flood) for item in flooded] == [
        ("level-rising@苏州河", 1, False),
        ("level-rising@真如港", 1, False),
        ("level-warning@", 2, True),
        ("silent@", 9, True),
    ]


def test_a_flood_of_thousands_stays_a_list_that_a_person_can_read() -> None:
    # given 3 347 institutions that alarm within a minute, an old alarm of the same rule, and a fire
    flood = [alarm(f"s{number}", raised_ms=NOW_MS - number * 10) for number in range(3347)]
    old = alarm("old", raised_ms=NOW_MS - FLOOD_WINDOW_MS - 1)
    fire = alarm("fire", rule="fire", colour="red", group="fire@x")

    # when the list is made
    items = operator_items([*flood, old, fire], NOW_MS)

    # then the flood is one row, nothing is lost from the count, and what is worse stands above it
    assert [(item.alarm.rule, item.count, item.is_flood) for item in items] == [
        ("fire", 1, False),
        ("level-warning", 3348, True),
    ]


@pytest.mark.parametrize("state", ["shelved", "closed"])
def test_what_was_put_aside_is_not_in_the_list(state: str) -> None:
    # given one alarm that is put aside or closed
    # when the list is made
    # then it is empty
    assert operator_items([alarm("a", state=state)], NOW_MS) == ()


@given(
    some.lists(
        some.tuples(
            some.sampled_from(["level-warning", "level-guarantee", "silent"]),
            some.sampled_from(["a", "b", "x", "off"]),
            some.sampled_from(["red", "orange", "yellow", "blue"]),
            some.sampled_from(["active", "acknowledged", "returned"]),
            some.integers(0, 20),
        ),
        max_size=30,
    )
)
def test_no_alarm_is_ever_lost_or_told_twice(rows: list[tuple[str, str, str, str, int]]) -> None:
    # given any open alarms
    alarms = [
        alarm(f"n{number}", rule=rule, station=station, colour=colour, state=state, group=f"level@{station}",
              raised_ms=NOW_MS - minutes * MINUTE_MS)
        for number, (rule, station, colour, state, minutes) in enumerate(rows)
    ]  # fmt: skip

    # when the list is made
    items = operator_items(alarms, NOW_MS, RIVERS)

    # then each alarm stands in exactly one row, keys differ, and the worst active one is on top
    assert sorted(member.id for item in items for member in item.members) == sorted(one.id for one in alarms)
    assert len({item.key for item in items}) == len(items)
    assert all(item.alarm.state == "active" for item in items[:1] if any(one.state == "active" for one in alarms))
