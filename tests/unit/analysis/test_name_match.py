"""Names by a part of them, by initials of pinyin, and with mistakes."""

import numpy as np
import pytest

from sanping.analysis.name_match import NameBook, initials_of

BOOK = NameBook([
    "长寿大厦\nChangshou Tower\n长寿路1号\nB1",
    "长风公园\nChangfeng Park\n\nG1",
    "曹家渡\nCaojiadu\n\nP1",
    "\n\n中山北路88号\nB2",
])  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "rows"),
    [
        ("长寿", [0]),
        ("PARK", [1]),
        ("中山北路", [3]),
        ("b2", [3]),
        ("cjd", [2]),
        ("长寿大夏", [0]),
        ("长手大厦", [0]),
        ("changfng park", [1]),
        ("csds", [0]),
        ("火星", []),
        ("完全不同", []),
        ("", [0, 1, 2, 3]),
    ],
)
def test_what_is_typed_finds_its_names_and_no_others(typed: str, rows: list[int]) -> None:
    found, _ = BOOK.found(typed)

    assert sorted(found.tolist()) == rows


def test_a_whole_name_comes_before_its_beginning_its_inside_and_names_with_mistakes() -> None:
    book = NameBook(["长风公园北门\n\n\n", "长风公园\n\n\n", "新长风公园\n\n\n"])

    rows, rank = book.found("长风公园")
    _, wrong = book.found("长枫公园")

    assert dict(zip(rows.tolist(), rank.tolist(), strict=True)) == {1: 0, 0: 1, 2: 2}
    assert wrong.min() > rank.max()


def test_mistakes_are_forgiven_only_where_that_is_wished_and_the_word_is_long_enough() -> None:
    assert len(BOOK.found("长寿大夏", is_fuzzy=False)[0]) == 0
    assert len(BOOK.found("长封")[0]) == 0


def test_characters_of_several_readings_have_each_of_their_initials() -> None:
    lines = initials_of("长寿大厦").split("\n")

    assert set(lines) == {"csds", "csdx", "zsds", "zsdx"}
    assert initials_of("Changshou") == ""
    assert initials_of("漕溪3号") == "cx3h"


def test_long_names_are_compared_by_their_beginnings_without_harm() -> None:
    book = NameBook([f"{'很' * 200}长\n\n\n", "短\n\n\n"])

    rows, _ = book.found("很很很很错")

    np.testing.assert_array_equal(rows, [0])
