"""sanping.analysis.cell_pyramid: counts by cells of doubling size."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sanping.analysis.cell_pyramid import CellPyramid


@given(st.integers(1, 400), st.integers(0, 2**32 - 1))
def test_every_level_counts_everything_once(count: int, seed: int) -> None:
    # given things anywhere, in three groups
    random = np.random.default_rng(seed)
    places = random.uniform(-5000.0, 5000.0, (count, 3))
    group = random.integers(0, 3, count).astype(np.uint8)

    # when they are counted
    pyramid = CellPyramid(places, group, 3, 128.0)

    # then every level has all of them, by group, and the coarsest few cells
    for level in pyramid.levels:
        assert level.counts.sum(axis=0).tolist() == np.bincount(group, minlength=3).tolist()
    assert len(pyramid.levels[-1].middle) <= 4
    for fine, coarse in zip(pyramid.levels, pyramid.levels[1:], strict=False):
        sums = np.zeros_like(coarse.counts)
        np.add.at(sums, fine.parent, fine.counts)
        assert np.array_equal(sums, coarse.counts)


def test_things_in_a_cell_lie_within_it_and_its_middle_is_theirs() -> None:
    # given a thousand things
    places = np.random.default_rng(7).uniform(-900.0, 900.0, (1000, 3))
    pyramid = CellPyramid(places, np.zeros(1000, np.uint8), 1, 128.0)

    # when the things of every cell are asked
    rows = [pyramid.rows_in(cell) for cell in range(len(pyramid.levels[0].middle))]

    # then they are all, near one another, around the middle
    assert sorted(np.concatenate(rows).tolist()) == list(range(1000))
    for cell, some in enumerate(rows):
        assert np.ptp(places[some, :2], axis=0).max() <= 128.0
        assert np.allclose(pyramid.levels[0].middle[cell], places[some].mean(axis=0))


def test_a_new_status_is_counted_at_every_level() -> None:
    # given five hundred things in order
    random = np.random.default_rng(8)
    places, group = random.uniform(0.0, 3000.0, (500, 3)), np.zeros(500, np.uint8)
    pyramid = CellPyramid(places, group, 2, 128.0)

    # when some fail
    rows = np.array([3, 77, 400])
    pyramid.regroup(rows, group[rows], np.ones(3, np.uint8))

    # then the counts are those of a pyramid made anew
    group[rows] = 1
    anew = CellPyramid(places, group, 2, 128.0)
    assert all(np.array_equal(a.counts, b.counts) for a, b in zip(pyramid.levels, anew.levels, strict=True))
