"""sanping.scene.faces: a corner speaks for each triangle, and closed bodies are known."""

import numpy as np
import pytest

from sanping.domain.geo import Float32Array, Int32Array
from sanping.scene.faces import coded, faces_of, is_closed

CORNERS: Float32Array = np.array([[x, y, z] for z in (0, 9) for x, y in ((0, 0), (8, 0), (8, 5), (0, 5))], np.float32)
WALLS: Int32Array = np.array(
    [[i, (i + 1) % 4, 4 + (i + 1) % 4] for i in range(4)] + [[i, 4 + (i + 1) % 4, 4 + i] for i in range(4)], np.int32
)
ROOF: Int32Array = np.array([[4, 5, 6], [4, 6, 7]], np.int32)
HOUSE: Int32Array = np.concatenate([ROOF, WALLS])
ONE: Int32Array = np.zeros(8, np.int32)


def decoded(code: Float32Array) -> np.ndarray:
    """What the vertex shader of the draft makes of a code."""
    flat = np.stack([code // 4096, code % 4096], 1) / 2047.5 - 1.0
    up = 1.0 - np.abs(flat).sum(axis=1)
    folded = (1.0 - np.abs(flat[:, ::-1])) * np.where(flat < 0, -1.0, 1.0)
    normal = np.column_stack([np.where(up[:, None] < 0, folded, flat), up])
    return normal / np.linalg.norm(normal, axis=1, keepdims=True)


def normals(points: np.ndarray, triangles: np.ndarray) -> np.ndarray:
    a, b, c = (points[triangles[:, corner]].astype(np.float64) for corner in range(3))
    normal = np.cross(b - a, c - a)
    return normal / np.linalg.norm(normal, axis=1, keepdims=True)


def test_a_code_keeps_a_normal() -> None:
    # given normals all around
    wished = np.random.default_rng(3).normal(size=(500, 3))
    wished /= np.linalg.norm(wished, axis=1, keepdims=True)

    # when they are coded as one number that a float32 holds
    code = coded(wished.astype(np.float32))

    # then the shader gets them back to a tenth of a degree
    assert (np.einsum("ij,ij->i", decoded(code), wished) > np.cos(np.radians(0.1))).all()


def test_the_last_corner_speaks_for_each_triangle() -> None:
    # given a house, and a ball whose faces are more than its points
    turn = np.array([[1, 0, 0], [-1, 0, 0], [0, 1, 0], [0, -1, 0], [0, 0, 1], [0, 0, -1]], np.float32)
    ball = np.array([[a, b, c] for a in (0, 1) for b in (2, 3) for c in (4, 5)], np.int32)
    for points, triangles, most in ((CORNERS, HOUSE, 8), (turn, ball, 8)):
        # when their faces are found
        faces = faces_of(points, triangles)

        # then the triangles are the same and turn the same way, and few points stand twice
        again = points[faces.source]
        assert len(faces.source) <= most
        assert np.allclose(normals(again, faces.triangles), normals(points, triangles))
        assert np.array_equal(np.sort(faces.source[faces.triangles], axis=1), np.sort(triangles, axis=1))
        assert np.allclose(decoded(faces.code)[faces.triangles[:, 2]], normals(points, triangles), atol=2e-3)


def test_a_house_without_a_floor_is_closed() -> None:
    assert is_closed(CORNERS, HOUSE, ONE)


@pytest.mark.parametrize(
    "triangles",
    [HOUSE[:, ::-1], WALLS, HOUSE[:-1], np.concatenate([HOUSE[:1], HOUSE[1:2, ::-1], HOUSE[2:]]), HOUSE[:0]],
    ids=["inside out", "no roof", "a hole in a wall", "half a roof turned", "nothing"],
)
def test_backs_that_can_be_seen_are_drawn(triangles: Int32Array) -> None:
    assert not is_closed(CORNERS, triangles, ONE)


def test_each_object_has_its_own_foot_and_sides() -> None:
    # given a house on a hill beside one in the valley, and the same with one of them inside out
    points = np.concatenate([CORNERS, CORNERS + np.array([30, 0, 50], np.float32)])
    owner = np.repeat([4, 7], 8)

    # then both are closed, until one is turned
    assert is_closed(points, np.concatenate([HOUSE, HOUSE + 8]), owner)
    assert not is_closed(points, np.concatenate([HOUSE, HOUSE[:, ::-1] + 8]), owner)
    assert not is_closed(points, np.concatenate([HOUSE, HOUSE + 8]), np.zeros(16, np.int32))
