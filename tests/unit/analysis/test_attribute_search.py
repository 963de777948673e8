"""Attributes in columns, conditions on them, and objects in groups."""

import numpy as np
import pytest

from sanping.analysis.conditions import Condition, Operator, checked, mask_of
from sanping.analysis.grouping import amounts, axis_top, nice_steps, steps_of, words_of
from sanping.analysis.object_table import NumberColumn, WordColumn, column_of, columns_of, few_words, field_keys
from sanping.domain.errors import InputError

ROWS = [
    {"use": "office", "storeys": 30, "name_en": "A", "name": "甲"},
    {"use": "residential", "storeys": 6, "ok": True},
    {"use": "residential", "storeys": None, "code": "0012"},
    {"storeys": 6.5, "tags": ["a", "b"]},
]
COLUMNS = columns_of(ROWS, field_keys(ROWS))


def forms(word: str) -> tuple[str, ...]:
    return ("住宅",) if word == "residential" else ()


def met(field: str, operator: Operator, value: str = "") -> list[bool]:
    return mask_of(COLUMNS, 4, [Condition(field=field, operator=operator, value=value)], "and", forms).tolist()


def test_fields_are_numbers_only_where_every_value_is_one_and_languages_are_no_fields() -> None:
    assert {key: column.kind for key, column in COLUMNS.items()} == {
        "use": "word", "storeys": "number", "name": "word", "ok": "word", "code": "word", "tags": "word",
    }  # fmt: skip
    assert few_words(COLUMNS["use"], 1) == ("residential",)


@pytest.mark.parametrize(
    ("field", "operator", "value", "rows"),
    [
        ("storeys", "=", "6", [1]),
        ("storeys", "!=", "6", [0, 3]),
        ("storeys", "<", "6.5", [1]),
        ("storeys", "<=", "6.5", [1, 3]),
        ("storeys", ">", "6.5", [0]),
        ("storeys", ">=", "6.5", [0, 3]),
        ("storeys", "in", "6，30", [0, 1]),
        ("storeys", "empty", "", [2]),
        ("storeys", "filled", "", [0, 1, 3]),
        ("use", "=", "住宅", [1, 2]),
        ("use", "=", "OFFICE", [0]),
        ("use", "!=", "office", [1, 2]),
        ("use", "contains", "ial", [1, 2]),
        ("use", "in", "office, 住宅", [0, 1, 2]),
        ("use", "empty", "", [3]),
        ("code", "=", "0012", [2]),
        ("ok", "=", "true", [1]),
        ("missing", "=", "1", []),
        ("missing", "empty", "", []),
    ],
)
def test_conditions_hold_for_these_objects(field: str, operator: Operator, value: str, rows: list[int]) -> None:
    assert np.flatnonzero(met(field, operator, value)).tolist() == rows


def test_conditions_are_joined_by_and_or_or() -> None:
    both = [Condition(field="use", value="住宅"), Condition(field="storeys", operator=">", value="5")]

    assert mask_of(COLUMNS, 4, both, "and", forms).tolist() == [False, True, False, False]
    assert mask_of(COLUMNS, 4, both, "or", forms).tolist() == [True, True, True, True]
    assert mask_of(COLUMNS, 4, [], "and", forms).all()


@pytest.mark.parametrize("value", ["abc", "", "  "])
def test_a_value_that_cannot_be_compared_is_refused_with_its_field(value: str) -> None:
    with pytest.raises(InputError, match="storeys"):
        checked([Condition(field="storeys", operator=">", value=value)], COLUMNS)


def test_steps_end_at_round_numbers_and_hold_every_value() -> None:
    edges = nice_steps(np.array([3.0, 97.0, np.nan, 51.0]))

    assert edges.tolist() == [0.0, 10.0, 20.0, 30.0, 40.0, 50.0, 60.0, 70.0, 80.0, 90.0, 100.0]
    codes = steps_of(NumberColumn(values=np.array([3.0, 10.0, np.nan, 97.0])), edges)
    assert codes.tolist() == [0, 1, -1, 9]
    assert nice_steps(np.array([7.0, 7.0])).tolist() == [7.0, 8.0]
    assert len(nice_steps(np.array([np.nan]))) == 0
    for top in (1.0, 1000.0, 0.37, 12345.6):
        spread = nice_steps(np.array([0.0, top]))
        assert spread[0] <= 0.0 < top < spread[-1]
        assert len(spread) - 1 <= 10


def test_the_most_frequent_words_are_groups_and_the_rest_is_one() -> None:
    one = column_of(["a", "a", "b", None, "c"])
    other = column_of(["b", "d"])
    assert isinstance(one, WordColumn)
    assert isinstance(other, WordColumn)

    words, codes, has_rest = words_of([one, other], most=3)

    assert words == ("a", "b")
    assert has_rest
    assert [code.tolist() for code in codes] == [[0, 0, 1, -1, 2], [1, 2]]


def test_groups_add_up_what_is_known() -> None:
    held = amounts(np.array([0, 0, 1, -1], np.int32), 3, np.array([2.0, np.nan, 5.0, 100.0]))

    assert held.counts.tolist() == [2, 1, 0]
    assert held.known.tolist() == [1, 1, 0]
    assert held.sums.tolist() == [2.0, 5.0, 0.0]
    assert held.means[:2].tolist() == [2.0, 5.0]
    assert np.isnan(held.means[2])


@pytest.mark.parametrize(("highest", "top"), [(344.0, 500.0), (100.0, 100.0), (0.0, 1.0), (0.21, 0.25), (7.0, 10.0)])
def test_an_axis_ends_at_a_round_number(highest: float, top: float) -> None:
    assert axis_top(highest) == pytest.approx(top)
