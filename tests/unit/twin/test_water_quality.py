"""GB 3838-2002: classes of sections, state of rivers, wording of change."""

import pytest

from sanping.formats.standards import bundled_standard
from sanping.twin.water_quality import (
    SectionQuality,
    assess_river,
    assess_section,
    black_odour,
    change_of_river,
    change_of_section,
    item_class,
)

STANDARD = bundled_standard()
SURFACE_WATER = {
    "ph": 7.42,
    "dissolved_oxygen": 5.8,
    "permanganate_index": 4.1,
    "ammonia_nitrogen": 0.86,
    "total_phosphorus": 0.17,
    "total_nitrogen": 2.35,
}


def section(**values: float) -> SectionQuality:
    found = assess_section(STANDARD, values)
    assert found is not None
    return found


def test_the_section_of_the_worked_frame_is_class_three_although_its_nitrogen_is_high() -> None:
    # given the values of the worked HJ 212 frame of a river section
    values = SURFACE_WATER

    # when the section is assessed
    found = assess_section(STANDARD, values, target=4)

    # then four items set class Ⅲ, total nitrogen says nothing about a river, and the target is met
    assert found is not None
    assert (found.water_class, found.grade.zh) == (3, "良好")
    assert set(found.decisive) == {"dissolved_oxygen", "permanganate_index", "ammonia_nitrogen", "total_phosphorus"}
    assert found.items["ph"] == 1
    assert "total_nitrogen" not in found.items
    assert not found.over_target
    assert not found.pollutants


def test_nitrogen_of_a_lake_is_reported_apart_and_its_phosphorus_is_judged_more_strictly() -> None:
    # given the same values in a lake
    values = SURFACE_WATER

    # when it is assessed as one
    found = assess_section(STANDARD, values, is_lake=True)

    # then phosphorus decides by the limits of lakes, and nitrogen would be worse than Ⅴ
    assert found is not None
    assert found.items["total_phosphorus"] == 5
    assert found.water_class == 5
    assert found.reported["total_nitrogen"] == 6


@pytest.mark.parametrize(
    ("quantity", "value", "expected"),
    [
        ("ammonia_nitrogen", 0.15, 1),
        ("ammonia_nitrogen", 0.151, 2),
        ("ammonia_nitrogen", 2.0, 5),
        ("ammonia_nitrogen", 2.01, 6),
        ("dissolved_oxygen", 7.5, 1),
        ("dissolved_oxygen", 6.0, 2),
        ("dissolved_oxygen", 1.99, 6),
        ("ph", 6.0, 1),
        ("ph", 9.01, 6),
        ("cod", 15.0, 1),
        ("cadmium", 0.005, 2),
        ("mercury", 0.0001, 3),
        ("petroleum", 0.051, 4),
    ],
)
def test_a_value_on_a_limit_keeps_the_better_class(quantity: str, value: float, expected: int) -> None:
    # given an item's limits
    limit = STANDARD.limit(quantity, is_lake=False)

    # when a value at or beside a limit is judged
    assert limit is not None
    found = item_class(limit, value)

    # then the better of the classes that share a limit is given
    assert found == expected


def test_warm_water_saturated_with_oxygen_is_class_one() -> None:
    # given water of 28 °C that holds 7.1 mg/L, which is more than nine tenths of saturation
    values = {"dissolved_oxygen": 7.1, "water_temperature": 28.0}

    # when it is judged with and without knowing the temperature
    found = (section(**values).water_class, section(dissolved_oxygen=7.1).water_class)

    # then saturation counts when the temperature is known
    assert found == (1, 2)


def test_the_worst_items_are_the_main_pollutants_by_class_and_then_by_how_far_they_are_over() -> None:
    # given four items worse than Ⅲ
    values = {"ammonia_nitrogen": 2.6, "total_phosphorus": 0.5, "cod": 38.0, "dissolved_oxygen": 2.5}

    # when the section is assessed against class Ⅳ
    found = assess_section(STANDARD, values, target=4)

    # then the three worst are named with their exceedance of Ⅲ, and each over the target with that of Ⅳ
    assert found is not None
    assert [item.quantity for item in found.pollutants] == ["ammonia_nitrogen", "total_phosphorus", "cod"]
    assert found.pollutants[0].times_over == pytest.approx(1.6)
    assert found.over_target["ammonia_nitrogen"] == pytest.approx((2.6 - 1.5) / 1.5)
    assert found.over_target["dissolved_oxygen"] is None


def test_nothing_assessed_is_not_a_class() -> None:
    # given only values that do not decide, or are missing
    values = {"total_nitrogen": 1.0, "water_temperature": 20.0, "ammonia_nitrogen": float("nan")}

    # when the section is assessed
    found = assess_section(STANDARD, values)

    # then there is no class rather than a good one
    assert found is None


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"dissolved_oxygen": 3.0, "ammonia_nitrogen": 2.0}, None),
        ({"dissolved_oxygen": 1.5}, "light"),
        ({"ammonia_nitrogen": 9.0}, "light"),
        ({"ammonia_nitrogen": 16.0, "dissolved_oxygen": 1.5}, "heavy"),
        ({"transparency": 9.0}, "heavy"),
        ({"redox": -100.0}, "light"),
    ],
)
def test_black_odorous_water_is_told_by_its_worst_item(values: dict[str, float], expected: str | None) -> None:
    # given some of the four items
    # when they are judged
    found = black_odour(values)

    # then the worst decides
    assert found == expected


def test_a_river_of_few_sections_is_judged_by_its_mean_and_one_of_many_by_shares() -> None:
    # given good, fair and bad sections
    good, bad = {"ammonia_nitrogen": 0.4}, {"ammonia_nitrogen": 2.4}
    rows = [(section(**row), row) for row in (good, good, good, bad)]

    # when four and twenty of them are a river
    few = assess_river(STANDARD, rows)
    many = assess_river(STANDARD, rows * 5)

    # then four are judged by the mean of 0.9 mg/L, twenty by a quarter being worse than Ⅴ
    assert few is not None
    assert many is not None
    assert (few.name.zh, few.by_average) == ("良好", True)
    assert (many.name.zh, many.by_average) == ("良好", False)
    assert many.shares[6] == 25.0
    assert assess_river(STANDARD, []) is None


@pytest.mark.parametrize(
    ("good", "fair", "worst", "expected"),
    [(9, 1, 0, "优"), (8, 2, 0, "良好"), (7, 2, 1, "轻度污染"), (5, 3, 2, "中度污染"), (3, 3, 4, "重度污染")],
)
def test_shares_of_classes_grade_a_river(good: int, fair: int, worst: int, expected: str) -> None:
    # given ten sections
    rows = [
        *[(section(ammonia_nitrogen=0.4), {"ammonia_nitrogen": 0.4})] * good,
        *[(section(ammonia_nitrogen=1.2), {"ammonia_nitrogen": 1.2})] * fair,
        *[(section(ammonia_nitrogen=3.0), {"ammonia_nitrogen": 3.0})] * worst,
    ]

    # when the river is graded
    found = assess_river(STANDARD, rows)

    # then the shares decide
    assert found is not None
    assert found.name.zh == expected


def test_change_is_worded_by_grades_and_by_shares() -> None:
    # given a river that gains 25 points of good sections
    before = assess_river(STANDARD, [(section(ammonia_nitrogen=v), {}) for v in (0.4,) * 10 + (1.2,) * 10])
    now = assess_river(STANDARD, [(section(ammonia_nitrogen=v), {}) for v in (0.4,) * 15 + (1.2,) * 5])

    # when the change is worded
    assert before is not None
    assert now is not None
    words = change_of_river(before, now)

    # then it is a clear one, and one grade of a section is a slight one; Ⅰ and Ⅱ are one grade
    assert words.zh == "明显好转"
    assert change_of_section(3, 4).zh == "有所变差"
    assert change_of_section(1, 2).zh == "无明显变化"
    assert change_of_section(6, 3).zh == "明显好转"
