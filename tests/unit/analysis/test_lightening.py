"""Meshes with fewer triangles that look the same."""

import numpy as np
import pytest

from fakes.dome import dome
from sanping.analysis.lightening import FEWEST_TRIANGLES, MOST_SHIFT_M, Lightening, Mesh, lighter
from sanping.domain.city import SurfaceKind

NOTHING = Lightening()


def mesh_of(*objects: tuple[np.ndarray, np.ndarray], surface: int = SurfaceKind.WALL) -> Mesh:
    points, triangles, rows, count = [], [], [], 0
    for row, (own_points, own_triangles) in enumerate(objects):
        points.append(own_points)
        triangles.append(own_triangles + count)
        rows.append(np.full(len(own_triangles), row))
        count += len(own_points)
    return Mesh(
        points=np.concatenate(points).astype(np.float32),
        triangles=np.concatenate(triangles).astype(np.int32),
        row=np.concatenate(rows).astype(np.int64),
        surface=np.full(sum(map(len, triangles)), surface, np.uint8),
    )


def cube(east: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    """Return a closed cube of 10 m whose faces look outwards."""
    points = np.array([(east + x, y, z) for z in (0, 10) for y in (0, 10) for x in (0, 10)], float)
    quads = [(0, 2, 3, 1), (4, 5, 7, 6), (0, 1, 5, 4), (2, 6, 7, 3), (0, 4, 6, 2), (1, 3, 7, 5)]
    triangles = [side for a, b, c, d in quads for side in ((a, b, c), (a, c, d))]
    return points, np.array(triangles)


def area(mesh: Mesh) -> float:
    corners = mesh.points[mesh.triangles].astype(float)
    return float(
        np.linalg.norm(np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), axis=1).sum() / 2
    )


def test_empty_and_doubled_triangles_go_and_nothing_else() -> None:
    # given a cube with two of its triangles a second time, one of them turned round, and one without an area
    points, triangles = cube()
    spoiled = np.vstack([triangles, triangles[:1], triangles[1:2, ::-1], [[0, 0, 1]]])

    found = lighter(mesh_of((points, spoiled)), NOTHING)

    assert len(found.triangles) == 12
    assert area(found) == pytest.approx(600.0)


def test_walls_between_touching_objects_go_when_that_is_wished() -> None:
    # given two cubes side by side, which share a face
    mesh = mesh_of(cube(), cube(10.0))

    # when what nobody sees is dropped, then both lose that face, and without the wish neither
    assert area(lighter(mesh, Lightening(drops_hidden=True))) == pytest.approx(1000.0)
    assert area(lighter(mesh, NOTHING)) == pytest.approx(1200.0)


def test_a_dome_keeps_its_shape_with_a_tenth_of_its_triangles() -> None:
    # given a dome beside a cube
    mesh = mesh_of(dome(), cube(40.0))
    heard: list[float] = []

    # when a tenth of the triangles is kept
    found = lighter(mesh, Lightening(keep_share=0.1), heard.append)

    # then the dome has a tenth, its box and very nearly its area; the cube has all it had
    rows, counts = np.unique(found.row, return_counts=True)
    assert rows.tolist() == [0, 1]
    before = int((mesh.row == 0).sum())
    assert counts[0] <= 0.12 * before
    assert counts[1] == 12
    own = found.points[np.unique(found.triangles[found.row == 0])]
    assert np.abs(own.max(axis=0) - (20.0, 20.0, 20.0)).max() <= MOST_SHIFT_M
    assert area(found) == pytest.approx(2 * np.pi * 400.0 + 600.0, rel=0.03)
    assert heard[0] == 0.0


def test_an_object_of_few_triangles_is_left_alone() -> None:
    mesh = mesh_of(cube())

    found = lighter(mesh, Lightening(keep_share=0.01))

    assert len(found.triangles) == 12 <= FEWEST_TRIANGLES
    assert found.points.tolist() == mesh.points.tolist()


def test_kinds_of_surfaces_follow_the_way_they_face() -> None:
    # given a dome of walls and roofs
    mesh = mesh_of(dome())
    surface = mesh.surface.copy()
    surface[len(surface) // 2 :] = SurfaceKind.ROOF
    mixed = Mesh(points=mesh.points, triangles=mesh.triangles, row=mesh.row, surface=surface)

    # when it is simplified
    found = lighter(mixed, Lightening(keep_share=0.2))

    # then what looks up is roof, and what stands is wall
    corners = found.points[found.triangles].astype(float)
    across = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    up = across[:, 2] / np.linalg.norm(across, axis=1)
    assert set(found.surface[up > 0.6]) == {SurfaceKind.ROOF}
    assert set(found.surface[np.abs(up) < 0.4]) == {SurfaceKind.WALL}
