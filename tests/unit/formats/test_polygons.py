"""Polygons become triangles that cover them, wound as they were."""

from math import cos, pi, sin

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sanping.formats.polygons import Triangulation, triangulated

Corner = tuple[float, float, float]
Polygon = list[list[Corner]]


def cut(polygons: list[Polygon]) -> tuple[np.ndarray, Triangulation]:
    """Number the corners of polygons and triangulate them."""
    rings = [ring for polygon in polygons for ring in polygon]
    corners = [corner for ring in rings for corner in ring]
    points = np.array(corners, dtype=float).reshape(-1, 3)
    ring_start = np.cumsum([0] + [len(ring) for ring in rings])
    first_ring = np.cumsum([0] + [len(polygon) for polygon in polygons])
    return points, triangulated(points, np.arange(len(points)), ring_start, first_ring)


def area_vectors(points: np.ndarray, result: Triangulation) -> np.ndarray:
    a, b, c = (points[result.triangles[:, k]] for k in range(3))
    return np.cross(b - a, c - a) / 2


def newell(ring: list[Corner]) -> np.ndarray:
    corners = np.array(ring) - ring[0]
    return np.cross(corners, np.roll(corners, -1, axis=0)).sum(axis=0) / 2


def placed(flat: list[tuple[float, float]], *, tilt: float, turn: float) -> list[Corner]:
    """Put a flat ring somewhere in a city, tilted and turned."""
    result = []
    for u, v in flat:
        x, y, z = u, v * cos(tilt), v * sin(tilt)
        result.append((540_000 + x * cos(turn) - y * sin(turn), 3_457_000 + x * sin(turn) + y * cos(turn), 12 + z))
    return result


def star(radii: list[float]) -> list[tuple[float, float]]:
    """Return a simple polygon around the origin, counter-clockwise, with dents."""
    step = 2 * pi / len(radii)
    return [(r * cos(k * step), r * sin(k * step)) for k, r in enumerate(radii)]


radii = st.lists(st.floats(1.0, 40.0), min_size=3, max_size=14)
angles = st.floats(0.0, 2 * pi)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(radii, angles, angles), min_size=1, max_size=8))
def test_triangles_cover_each_polygon_exactly_and_keep_its_side(shapes: list[tuple[list[float], float, float]]) -> None:
    rings = [placed(star(r), tilt=tilt, turn=turn) for r, tilt, turn in shapes]

    points, result = cut([[ring] for ring in rings])

    assert len(result.broken) == 0
    assert (np.diff(result.polygon) >= 0).all()
    vectors = area_vectors(points, result)
    for number, ring in enumerate(rings):
        mine = vectors[result.polygon == number]
        whole = newell(ring)
        assert mine.sum(axis=0) == pytest.approx(whole, abs=1e-4)
        assert np.linalg.norm(mine, axis=1).sum() == pytest.approx(np.linalg.norm(whole), rel=1e-5, abs=1e-4)


@settings(max_examples=200, deadline=None)
@given(radii, st.lists(st.floats(0.1, 0.9), min_size=3, max_size=9), angles, angles)
def test_holes_stay_open(outer: list[float], inner: list[float], tilt: float, turn: float) -> None:
    inside = min(outer) * cos(pi / len(outer)) * 0.9
    hole = placed(star([r * inside for r in inner]), tilt=tilt, turn=turn)[::-1]
    ring = placed(star(outer), tilt=tilt, turn=turn)

    points, result = cut([[ring, hole]])

    vectors = area_vectors(points, result)
    assert vectors.sum(axis=0) == pytest.approx(newell(ring) + newell(hole), abs=1e-4)
    expected = np.linalg.norm(newell(ring)) - np.linalg.norm(newell(hole))
    assert np.linalg.norm(vectors, axis=1).sum() == pytest.approx(expected, rel=1e-5, abs=1e-4)


def test_a_clockwise_polygon_keeps_facing_down() -> None:
    ring = [(0.0, 0.0, 5.0), (0.0, 4.0, 5.0), (2.0, 1.0, 5.0), (4.0, 4.0, 5.0), (4.0, 0.0, 5.0)]

    points, result = cut([[ring], [ring[1:] + ring[:1]], [ring[:3]]])

    assert (area_vectors(points, result)[:, 2] < 0).all()


def test_a_dented_quadrangle_is_cut_through_its_dent() -> None:
    ring = [(0.0, 0.0, 0.0), (4.0, 0.0, 0.0), (1.0, 1.0, 0.0), (0.0, 4.0, 0.0)]

    points, result = cut([[ring], [ring[1:] + ring[:1]]])

    vectors = area_vectors(points, result)
    assert len(vectors) == 4
    assert (vectors[:, 2] > 0).all()
    assert vectors[:, 2].sum() == pytest.approx(8.0)


def test_closed_rings_and_repeated_corners_change_nothing() -> None:
    square = [(0.0, 0.0, 0.0), (2.0, 0.0, 0.0), (2.0, 2.0, 0.0), (0.0, 2.0, 0.0)]
    closed = [*square[:2], square[1], *square[2:], square[0]]

    points, result = cut([[closed], [square]])

    assert np.bincount(result.polygon).tolist() == [2, 2]
    assert area_vectors(points, result)[:, 2].sum() == pytest.approx(8.0)


def test_a_spare_corner_on_an_edge_leaves_no_triangle_without_area() -> None:
    ring = [(0.0, 0.0, 0.0), (1.0, 0.0, 0.0), (2.0, 0.0, 0.0), (2.0, 2.0, 0.0)]

    points, result = cut([[ring], [[*ring, (1.0, 2.0, 0.0), (0.0, 2.0, 0.0)]]])

    areas = np.linalg.norm(area_vectors(points, result), axis=1)
    assert areas.min() > 1e-6
    assert areas.sum() == pytest.approx(6.0)


@pytest.mark.parametrize(
    "polygon",
    [
        pytest.param([], id="no ring"),
        pytest.param([[]], id="an empty ring"),
        pytest.param([[(0.0, 0.0, 0.0), (1.0, 0.0, 0.0)]], id="two corners"),
        pytest.param([[(0.0, 0.0, 0.0), (1.0, 0.0, 0.0), (0.0, 0.0, 0.0)]], id="there and back"),
        pytest.param([[(0.0, 0.0, 0.0), (1.0, 0.0, 0.0), (2.0, 0.0, 0.0)]], id="three in a line"),
        pytest.param([[(float(k), 0.0, 0.0) for k in range(4)]], id="four in a line"),
        pytest.param([[(float(k), 0.0, 0.0) for k in range(6)]], id="six in a line"),
        pytest.param([[(0.0, 0.0, 0.0), (1.0, 0.0, float("nan")), (1.0, 1.0, 0.0)]], id="NaN"),
        pytest.param([[(0.0, 0.0, 0.0), (1.0, 0.0, 0.0), (1.0, 1.0, 0.0), (0.0, float("inf"), 0.0)]], id="infinite"),
        pytest.param([[], [(0.0, 0.0, 0.0), (1.0, 0.0, 0.0), (1.0, 1.0, 0.0)]], id="a hole only"),
    ],
)
def test_a_polygon_without_an_area_is_reported_and_its_neighbours_are_cut(polygon: Polygon) -> None:
    square = [[(0.0, 0.0, 0.0), (2.0, 0.0, 0.0), (2.0, 2.0, 0.0), (0.0, 2.0, 0.0)]]

    _, result = cut([square, polygon, square])

    assert result.broken.tolist() == [1]
    assert result.polygon.tolist() == [0, 0, 2, 2]


def test_a_hole_without_an_area_is_filled() -> None:
    square = [(0.0, 0.0, 0.0), (2.0, 0.0, 0.0), (2.0, 2.0, 0.0), (0.0, 2.0, 0.0)]

    points, result = cut([[square, [(1.0, 1.0, 0.0), (1.5, 1.0, 0.0)]]])

    assert area_vectors(points, result)[:, 2].sum() == pytest.approx(4.0)


def test_no_polygon_gives_no_triangle() -> None:
    _, result = cut([])

    assert result.triangles.shape == (0, 3)
    assert result.broken.tolist() == []
