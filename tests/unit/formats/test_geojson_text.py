"""Polygons read from GeoJSON text are those that a JSON parser finds; whatever is odd is left to the slower way."""

import json
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sanping.formats.columns import SkipLog
from sanping.formats.footprints_rings import Rings, rings_of_geojson
from sanping.formats.geojson_text import GeometryTexts, plain_collection, rings_of

number = st.one_of(st.integers(-(10**7), 10**7), st.floats(-1e9, 1e9, allow_nan=False))
widths = st.sampled_from([2, 3])
blanks = st.sampled_from([(",", ":"), (", ", ": "), (" ,\n\t", " : ")])
kinds = st.sampled_from(["Polygon", "MultiPolygon"])
anything = st.recursive(
    st.one_of(st.none(), st.booleans(), st.text('ab[],\\"', max_size=4), number),
    lambda inner: st.lists(inner, max_size=4),
    max_leaves=12,
)


def polygon_of(width: int) -> st.SearchStrategy[list]:
    point = st.lists(number, min_size=width, max_size=width)
    return st.lists(st.lists(point, min_size=1, max_size=6), min_size=1, max_size=3)


@st.composite
def sound_geometries(draw: st.DrawFn) -> list[dict]:
    polygon = polygon_of(draw(widths))
    shapes = {"Polygon": polygon, "MultiPolygon": st.lists(polygon, min_size=1, max_size=3)}
    found = draw(st.lists(kinds, min_size=1, max_size=5))
    return [{"type": kind, "coordinates": draw(shapes[kind])} for kind in found]


def texts_of(geometries: Sequence[object], separators: tuple[str, str] = (",", ":")) -> GeometryTexts | None:
    features = [{"type": "Feature", "properties": {}, "geometry": geometry} for geometry in geometries]
    document = {"type": "FeatureCollection", "features": features}
    plain = plain_collection(json.dumps(document, separators=separators).encode())
    return GeometryTexts([feature.geometry for feature in plain.features]) if plain else None


def same(mine: Rings, theirs: Rings) -> bool:
    def z_of(rings: Rings) -> np.ndarray:
        return np.zeros(0) if rings.z is None else rings.z

    return (
        np.array_equal(mine.points, theirs.points)
        and np.array_equal(z_of(mine), z_of(theirs), equal_nan=True)
        and np.array_equal(mine.ring_start, theirs.ring_start)
        and np.array_equal(mine.first_ring, theirs.first_ring)
        and np.array_equal(mine.row, theirs.row)
    )


@settings(max_examples=150, deadline=None)
@given(sound_geometries(), blanks)
def test_rings_from_text_are_those_of_a_json_parser(geometries: list[dict], separators: tuple[str, str]) -> None:
    texts = texts_of(geometries, separators)
    assert texts is not None

    rings = texts.rings()

    assert rings is not None
    assert same(rings, rings_of_geojson(geometries, [""] * len(geometries), SkipLog()))


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(kinds, anything), min_size=1, max_size=3), sound_geometries())
def test_odd_coordinates_give_the_same_rings_and_skips_as_the_slower_way(
    odd: list[tuple[str, object]], sound: list[dict]
) -> None:
    geometries = [*sound, *({"type": kind, "coordinates": value} for kind, value in odd)]
    ids = [f"b{row}" for row in range(len(geometries))]
    texts = texts_of(geometries)
    assert texts is not None

    mine, theirs = SkipLog(), SkipLog()
    rings, expected = rings_of(texts, ids, mine), rings_of_geojson(geometries, ids, theirs)

    assert same(rings, expected)
    assert mine.skipped == theirs.skipped


@pytest.mark.parametrize(
    "coordinates",
    [
        [],
        [[]],
        [[[]]],
        [5],
        5,
        [[1, 2], [3, 4]],
        [[[1, 2], [3]]],
        [[[1, 2], [3, 4, 5]]],
        [[[1, 2], 3]],
        [[[[1, 2]]]],
        [[[1, 2]], [3, 4]],
        [[[1, "2"]]],
        [[[1, None]]],
        [[[1, True]]],
        [[[1, {"a": 2}]]],
        "[[[1,2]]]",
    ],
)
def test_wrong_nesting_is_left_to_the_slower_way(coordinates: object) -> None:
    texts = texts_of([{"type": "Polygon", "coordinates": coordinates}])

    assert texts is not None
    assert texts.rings() is None


def test_two_wrongs_do_not_make_a_right() -> None:
    texts = texts_of(
        [{"type": "Polygon", "coordinates": [[[1, 2]], [[[3, 4]]]]}, {"type": "Polygon", "coordinates": 7}]
    )

    assert texts is not None
    assert texts.rings() is None


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"[" * 100_000,
        b'{"type":"FeatureCollection","features":[]}',
        b'{"type":"FeatureCollection","features":[{"properties":{},"geometry":null}]}',
        b'{"type":"FeatureCollection","features":[{"properties":null,"geometry":{"type":"Point","coordinates":[1,2]}}]}',
        b'{"type":"FeatureCollection","features":[{"properties":{},"geometry":{"type":"GeometryCollection"}}]}',
        b'{"type":"FeatureCollection","features":[{"properties":{"a":NaN},"geometry":{"type":"P","coordinates":1}}]}',
        b'{"type":"FeatureCollection","features":[{"properties":{"a":"\xc2\xa5\xb9\xfe"},'
        b'"geometry":{"type":"P","coordinates":1}}]}',
        b'{"type":"Feature","properties":{},"geometry":{"type":"Point","coordinates":[1,2]}}',
        b'{"type":"FeatureCollection","features":[{"properties":{},"geometry":{"type":"P","coordinates":'
        + b"[" * 9_999,
    ],
)
def test_what_is_no_plain_collection_is_left_to_the_slower_way(data: bytes) -> None:
    assert plain_collection(data) is None


def test_a_geometry_is_decoded_when_it_is_asked_for() -> None:
    points = [{"type": "Point", "coordinates": [1.5, 2]}, {"type": "LineString", "coordinates": [[0, 0], [1, 1]]}]
    texts = texts_of(points)

    assert texts is not None
    assert texts[1] == points[1]
    assert list(texts) == points
    assert texts.rings() is None
