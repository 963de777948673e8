"""Coordinate texts become numbers quickly, and exactly those that Python itself would read."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanping.formats.citygml_numbers import numbers_of

NUMBERS = st.lists(st.floats(allow_nan=False, allow_infinity=False), max_size=12)
GAPS = st.sampled_from([" ", "  ", "\n", "\t", " \r\n "])


@given(lists=st.lists(NUMBERS, min_size=1, max_size=8), gap=GAPS, edge=st.sampled_from(["", " ", "\n"]))
def test_every_list_comes_back_exactly(lists: list[list[float]], gap: str, edge: str) -> None:
    texts = [(edge + gap.join(map(repr, numbers)) + edge).encode() for numbers in lists]

    values, sizes = numbers_of(texts)

    assert sizes.tolist() == [len(numbers) for numbers in lists]
    assert values.tolist() == [number for numbers in lists for number in numbers]


@pytest.mark.parametrize("spelling", ["+1.5 2. .5 007", "1e3 -0 1E-2 4", "1,2,3 4", "NaN INF -inf 1"])
def test_spellings_that_the_fast_way_does_not_know_are_read_too(spelling: str) -> None:
    values, sizes = numbers_of([b"1 2 3", spelling.encode()])

    expected = [1, 2, 3, *(float(word) for word in spelling.replace(",", " ").split())]
    assert sizes.tolist() == [3, 4]
    assert np.array_equal(values, expected, equal_nan=True)


@pytest.mark.parametrize(
    "rubbish", [b"1 2 north", b"[1, 2]", b'"1"', b"null true", b"1 2 3]", b"{}", b"\xff\xfe", b"1_0"]
)
def test_rubbish_counts_as_nothing_and_spoils_nothing(rubbish: bytes) -> None:
    values, sizes = numbers_of([b"1 2 3", rubbish, b"4 5 6"])

    assert sizes[[0, 2]].tolist() == [3, 3]
    assert values[:3].tolist() == [1, 2, 3]
    assert values[-3:].tolist() == [4, 5, 6]
