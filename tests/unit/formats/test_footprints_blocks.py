"""Blocks stand on their feet, close all around, and keep the points of each feature together."""

import numpy as np
import pytest

from sanping.domain.city import SurfaceKind
from sanping.formats.columns import Triangles
from sanping.formats.footprints_blocks import Roofs, blocks
from sanping.formats.footprints_heights import Heights
from sanping.formats.footprints_rings import Rings, ring_areas
from sanping.formats.polygons import triangulated

SQUARE = [(0, 0), (10, 0), (10, 10), (0, 10)]
HOLE = [(4, 4), (4, 6), (6, 6), (6, 4)]
CLOCKWISE = [(20, 0), (20, 5), (25, 5), (25, 0)]


def raised(polygons: list[list[list[tuple[int, int]]]], *, above_ground_m: float = 0.0) -> Triangles:
    """Raise polygons, each a feature, from 2 m to 12 m above the sea."""
    rings = [ring for polygon in polygons for ring in polygon]
    found = Rings(
        points=np.array([corner for ring in rings for corner in ring], dtype=float),
        z=None,
        ring_start=np.cumsum([0, *map(len, rings)]),
        first_ring=np.cumsum([0, *map(len, polygons)]),
        row=np.arange(len(polygons)),
    )
    cut = triangulated(found.points, np.arange(len(found.points)), found.ring_start, found.first_ring)
    count = len(polygons)
    heights = Heights(
        height_m=np.full(count, 10.0),
        base_m=np.full(count, np.nan),
        above_ground_m=np.full(count, above_ground_m),
        column_used=True,
        notes=(),
    )
    return blocks(Roofs(rings=found, areas=ring_areas(found), cut=cut), np.full(count, 2.0), heights)


def area_vectors(mesh: Triangles) -> np.ndarray:
    a, b, c = (mesh.points[mesh.triangles[:, corner]] for corner in range(3))
    return np.cross(b - a, c - a) / 2


@pytest.mark.parametrize("polygon", [[SQUARE], [SQUARE, HOLE], [CLOCKWISE], [SQUARE[::-1], HOLE[::-1]]])
def test_a_part_above_the_ground_is_closed(polygon: list[list[tuple[int, int]]]) -> None:
    mesh = raised([polygon], above_ground_m=3.0)

    vectors = area_vectors(mesh)

    assert vectors.sum(axis=0) == pytest.approx(np.zeros(3))
    assert (vectors[mesh.triangle_surface == SurfaceKind.ROOF, 2] > 0).all()
    assert (vectors[mesh.triangle_surface == SurfaceKind.OUTER_FLOOR, 2] < 0).all()
    assert mesh.points[:, 2].min() == 5.0
    assert mesh.points[:, 2].max() == 12.0


def test_points_and_triangles_of_a_feature_stay_together() -> None:
    mesh = raised([[SQUARE, HOLE], [CLOCKWISE]])

    first, second = (mesh.triangles[mesh.triangle_row == row] for row in range(2))

    assert (np.diff(mesh.triangle_row) >= 0).all()
    assert sorted(set(first.ravel().tolist())) == list(range(16))
    assert sorted(set(second.ravel().tolist())) == list(range(16, 24))


def test_a_polygon_without_area_raises_no_walls() -> None:
    mesh = raised([[[(0, 0), (5, 5), (10, 10)]], [SQUARE]])

    assert set(mesh.triangle_row.tolist()) == {1}


def test_walls_face_outwards() -> None:
    mesh = raised([[SQUARE, HOLE]])

    walls = mesh.triangle_surface == SurfaceKind.WALL
    volume = (mesh.points[mesh.triangles[:, 0]] * area_vectors(mesh)).sum() / 3

    assert walls.sum() == 16
    assert volume - 2.0 * 96 / 3 == pytest.approx(960.0)  # the floor, which only hanging parts have, closes the sum
