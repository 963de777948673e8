"""Area codes: shortest form, levels, parents, roll-up by prefix, and errors that say what is wrong."""

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanping.domain.area import (
    Area,
    Areas,
    ancestors_of,
    area_code,
    at_level,
    is_within,
    level_of,
    parent_of,
    rolled_up,
)
from sanping.domain.errors import InputError
from sanping.domain.text import Text

DAY = date(2026, 6, 1)
CODES = st.builds(
    lambda province, rest, length: (province + rest)[:length],
    st.sampled_from(["32", "31", "11", "44"]),
    st.text("0123456789", min_size=13, max_size=13),
    st.sampled_from([2, 4, 6, 9, 12, 14, 15]),
).filter(lambda code: len(code) < 14 or code[12:].strip("0"))


@pytest.mark.parametrize(
    ("written", "code", "level"),
    [
        ("320000", "32", "province"),
        ("320600", "3206", "city"),
        ("320613000000", "320613", "county"),
        ("441900003", "441900003", "street"),
        (" 320508019044 ", "320508019044", "community"),
        ("32050801904401", "32050801904401", "cell"),
        ("320508019044001", "320508019044001", "cell"),
    ],
)
def test_zeros_that_only_fill_are_taken_off(written: str, code: str, level: str) -> None:
    # given a code as an office writes it

    # when it is read
    found = area_code(written)

    # then it is in its shortest form, and its level is known
    assert (found, level_of(found)) == (code, level)


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("3206a3", "digits only"),
        ("32061", "has 5 digits"),
        ("990107", "begins with 99"),
        ("320508019044000", "count from 1"),
        ("３２０６", "digits only"),
        ("", "digits only"),
    ],
)
def test_a_wrong_code_is_told_what_is_wrong(written: str, says: str) -> None:
    # given a code that cannot be
    # when it is read
    with pytest.raises(InputError) as caught:
        area_code(written)

    # then the message says what is wrong with it
    assert says in caught.value.in_language("en")


def test_a_street_of_a_city_without_counties_lies_in_the_city() -> None:
    # given a street of Dongguan, which has no counties, and a cell of a street without communities

    # when their wider areas are asked for
    # then levels that are not there are passed over
    assert parent_of("441900003") == "4419"
    assert ancestors_of("320508019000001") == ("32", "3205", "320508", "320508019")
    assert parent_of("32") == ""


def test_a_long_cell_does_not_lie_in_a_short_one_with_the_same_digits() -> None:
    # given a 14-digit cell and a 15-digit one that begins with its digits

    # when they are compared
    # then they lie side by side in the same community
    assert not is_within("320508019044012", "32050801904401")
    assert is_within("320508019044012", "320508019044")
    assert is_within("32050801904401", "32050801904401")


@given(CODES)
def test_every_code_lies_in_each_of_its_ancestors(written: str) -> None:
    # given any code
    code = area_code(written)

    # when its ancestors are asked for
    ancestors = ancestors_of(code)

    # then each is a code in its shortest form, holds the next, and holds the code
    assert all(area_code(ancestor) == ancestor and is_within(code, ancestor) for ancestor in ancestors)
    assert all(parent_of(narrow) == wide for wide, narrow in pairwise((*ancestors, code)))


@given(st.dictionaries(CODES.map(area_code), st.integers(0, 50)), st.sampled_from(["city", "county", "street"]))
def test_sums_by_level_agree_with_the_total(amounts: dict[str, float], level: str) -> None:
    # given amounts by area of any level

    # when they are rolled up
    sums = rolled_up(amounts, level)  # type: ignore[arg-type]  # one of the levels

    # then nothing is lost, and whatever is narrower than the level is in an area that holds it
    assert sum(sums.values()) == sum(amounts.values())
    assert all(is_within(code, at_level(code, level)) for code in amounts)  # type: ignore[arg-type]


def test_a_former_code_is_told_by_what_it_was_replaced() -> None:
    # given Chongchuan, which got another code in 2020
    name = Text("崇川区", "Chongchuan")
    old = Area(code="320602", name=name, valid_to=date(2020, 7, 1), replaced_by="320613")
    areas = Areas(by_code={"320602": old, "320613": Area(code="320613", name=name, valid_from=date(2020, 7, 1))})

    # when it is looked up by the old code, then and now
    # then the old one holds for old days, and is told its successor for new ones
    assert areas.named("320602", date(2019, 1, 1)) is old
    with pytest.raises(InputError, match="320613"):
        areas.named("320602", DAY)
    assert areas.check_code("320613001002003", DAY) == "320613001002003"
    with pytest.raises(InputError, match="320999"):
        areas.check_code("320999001", DAY)
    assert [area.code for area in areas.children("", DAY)] == ["320613"]


def test_a_place_outside_its_area_is_refused() -> None:
    # given a county with bounds
    area = Area(code="310107", name=Text("普陀区", "Putuo"), bounds=(121.32, 31.21, 121.47, 31.31))
    areas = Areas(by_code={"310107": area})

    # when places in a cell of it are checked
    areas.check_place("310107001001001", 121.40, 31.25)

    # then one outside is named with the county
    with pytest.raises(InputError, match="普陀区"):
        areas.check_place("310107001001001", 120.0, 31.25)
