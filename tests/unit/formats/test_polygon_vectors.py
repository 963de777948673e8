"""Vectors in the plane reckon as those in space do whose third part is zero."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sanping.formats.polygon_vectors import Vectors

pairs = st.lists(st.tuples(*[st.floats(-1e3, 1e3)] * 4), min_size=1, max_size=9)


@given(pairs)
def test_the_plane_is_a_part_of_space(rows: list[tuple[float, float, float, float]]) -> None:
    x, y, u, v = np.array(rows).T
    zero = np.zeros(len(rows))
    flat, flat_other = Vectors((x, y)), Vectors((u, v))
    spatial, spatial_other = Vectors((x, y, zero)), Vectors((u, v, zero))

    upright = flat.cross(flat_other)

    assert np.array_equal(upright.parts[0], spatial.cross(spatial_other).parts[2])
    assert np.array_equal(flat.dot(flat_other), spatial.dot(spatial_other))
    assert np.array_equal(flat.to(flat_other).parts, spatial.to(spatial_other).parts[:2])
    assert np.array_equal(upright.sums(np.zeros(1, dtype=int)).parts[0], [upright.parts[0].sum()]) or len(rows) > 2


@given(pairs)
def test_space_agrees_with_numpy(rows: list[tuple[float, float, float, float]]) -> None:
    x, y, u, v = np.array(rows).T
    mine, other = np.stack((x, y, u), axis=1), np.stack((v, x, y), axis=1)

    crossed = Vectors(tuple(mine.T)).cross(Vectors(tuple(other.T)))

    assert np.allclose(np.stack(crossed.parts, axis=1), np.cross(mine, other))
    assert np.array_equal(Vectors(tuple(mine.T)).at(np.array([0])).parts, mine[:1].T)
