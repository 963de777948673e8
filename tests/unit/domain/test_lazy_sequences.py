"""`domain.lazy`."""

import pickle

import numpy as np
import pytest

from sanping.domain.lazy import ChosenRows, LazySequence


class Squares(LazySequence[int]):
    """The squares of 0 … 4, and a count of how many were made."""

    made = 0

    def __len__(self) -> int:
        return 5

    def _at(self, row: int) -> int:
        Squares.made += 1
        return row * row


def test_items_are_made_only_when_asked_for() -> None:
    # given a lazy sequence and a slice of it
    Squares.made = 0
    part = Squares()[1:4]
    assert Squares.made == 0
    # when one item of the slice is asked for
    assert part[1] == 4
    # then one was made
    assert Squares.made == 1


def test_it_behaves_like_a_list() -> None:
    lazy, plain = Squares(), [0, 1, 4, 9, 16]
    assert list(lazy) == plain
    assert lazy[-1] == 16
    assert list(lazy[::-2]) == plain[::-2]
    assert 9 in lazy
    assert lazy.index(4) == 2
    with pytest.raises(IndexError):
        lazy[5]


def test_rows_can_be_chosen_again_and_cross_a_process_border() -> None:
    chosen = ChosenRows(["a", "b", "c", "d"], np.array([3, 1, 1]))
    assert list(chosen) == ["d", "b", "b"]
    assert list(chosen[1:]) == ["b", "b"]
    assert list(pickle.loads(pickle.dumps(chosen))) == ["d", "b", "b"]
