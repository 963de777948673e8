"""Numbers and nesting read from JSON text are those that a JSON parser finds."""

import json
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import Raw

from sanping.formats.cityjson_text import NestingWrong, mended, numbers_of, rings_of, vertices_of

Surfaces = list[list[list[int]]]

number = st.integers(0, 120_000)
ring = st.lists(number, min_size=1, max_size=6)
surfaces = st.lists(st.lists(ring, min_size=1, max_size=3), min_size=1, max_size=4)
shells = st.lists(surfaces, min_size=1, max_size=3)
solids = st.lists(shells, min_size=1, max_size=2)
boundary = st.one_of(st.tuples(st.just(3), surfaces), st.tuples(st.just(4), shells), st.tuples(st.just(5), solids))
anything = st.recursive(
    st.one_of(
        number,
        st.none(),
        st.booleans(),
        st.floats(allow_nan=False, allow_infinity=False),
        st.text(max_size=3),
        st.integers(-5, -1),
    ),
    lambda inner: st.lists(inner, max_size=4),
    max_leaves=20,
)
blanks = st.sampled_from([(",", ":"), (", ", ": "), (" ,\n\t", " : ")])


def flat_surfaces(value: list, nesting: int) -> Surfaces:
    return value if nesting == 3 else [surface for part in value for surface in flat_surfaces(part, nesting - 1)]


def is_nested(value: object, nesting: int) -> bool:
    """Say whether a boundary nests as it should, with no empty list and only numbers that can be vertices."""
    if nesting == 0:
        return isinstance(value, int) and not isinstance(value, bool) and value >= 0
    return isinstance(value, list) and bool(value) and all(is_nested(part, nesting - 1) for part in value)


@settings(max_examples=300, deadline=None)
@given(st.lists(boundary, max_size=6), blanks)
def test_rings_are_those_of_a_json_parser(boundaries: list[tuple[int, list]], separators: tuple[str, str]) -> None:
    texts = [json.dumps(value, separators=separators).encode() for _, value in boundaries]

    rings = rings_of(texts, [nesting for nesting, _ in boundaries])

    expected = [
        (place, surface)
        for place, (nesting, value) in enumerate(boundaries)
        for surface in flat_surfaces(value, nesting)
    ]
    assert rings.polygon_boundary.tolist() == [place for place, _ in expected]
    found = [rings.index[a:b].tolist() for a, b in pairwise(rings.ring_start)]
    first = rings.polygon_first_ring
    assert [found[a:b] for a, b in pairwise(first)] == [surface for _, surface in expected]


@settings(max_examples=500, deadline=None)
@given(anything, st.sampled_from([3, 4, 5]), boundary)
def test_nesting_is_wrong_exactly_when_a_json_parser_says_so(
    value: object, nesting: int, good: tuple[int, list]
) -> None:
    texts = [json.dumps(part).encode() for part in (good[1], value, good[1])]
    nestings = [good[0], nesting, good[0]]

    if is_nested(value, nesting):
        assert len(rings_of(texts, nestings).polygon_boundary) > 0
    else:
        with pytest.raises(NestingWrong):
            rings_of(texts, nestings)


@settings(max_examples=200, deadline=None)
@given(boundary, st.integers(0, 30))
def test_empty_lists_are_mended_away(good: tuple[int, list], place: int) -> None:
    nesting, value = good
    holed = json.loads(json.dumps(value))
    target = holed
    for _ in range(place % nesting):
        target = target[0]
    target.insert(place % (len(target) + 1), []) if place % nesting < nesting - 1 else None

    assert json.loads(mended(json.dumps(holed).encode(), nesting)) == value


coordinate = st.one_of(st.integers(-(10**9), 10**9), st.floats(-1e7, 1e7))
documents = st.lists(st.lists(st.tuples(coordinate, coordinate, coordinate), max_size=5), min_size=1, max_size=4)


@settings(max_examples=300, deadline=None)
@given(documents, blanks)
def test_vertices_are_those_of_a_json_parser(
    written: list[list[tuple[float, float, float]]], separators: tuple[str, str]
) -> None:
    vertices = vertices_of([Raw(json.dumps(part, separators=separators).encode()) for part in written])

    assert vertices.counts.tolist() == [len(part) for part in written]
    assert vertices.broken == 0
    expected = np.array([vertex for part in written for vertex in part], dtype=float).reshape(-1, 3)
    assert np.array_equal(vertices.points, expected)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.one_of(st.lists(coordinate, min_size=2, max_size=4), anything), max_size=6))
def test_vertices_that_are_none_keep_their_place(written: list[object]) -> None:
    vertices = vertices_of([Raw(json.dumps(written).encode()), Raw(b"[[1, 2, 3]]")])

    is_vertex = [
        isinstance(v, list) and len(v) == 3 and all(isinstance(n, int | float) and not isinstance(n, bool) for n in v)
        for v in written
    ]
    assert vertices.counts.tolist() == [len(written), 1]
    assert vertices.broken == is_vertex.count(False)
    assert np.isfinite(vertices.points[:, 0]).tolist() == [*is_vertex, True]
    assert vertices.points[-1].tolist() == [1, 2, 3]


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        ([b"[[0, 1], [null]]", b"[2]"], [0, 1, -1, 2]),
        ([b"null"], [-1]),
        ([b"[]", b"[2]"], None),
        ([b"[2]", b"[]"], None),
        ([b"[1, [], 2]"], None),
        ([b"[1.5]"], None),
        ([b'["1"]'], None),
    ],
)
def test_semantic_values_are_read_or_refused(texts: list[bytes], expected: list[int] | None) -> None:
    values = numbers_of(texts)

    assert (values if values is None else values.tolist()) == expected
