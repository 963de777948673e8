"""A wall and a roof of 20 m with pictures of plain colours, as a model."""

import io

import numpy as np
from PIL import Image

from sanping.domain.city import CityModel, FeatureTable, Origin
from sanping.domain.geo import GeoFrame
from sanping.domain.texture import Picture, Texturing

CORNER = (540_000.0, 3_457_000.0, 4.0)
SIDE_M = 20.0


def halves(left: tuple[int, ...], right: tuple[int, ...], size: int = 64, kind: str = "PNG") -> bytes:
    """Return a packed picture whose left and right half have one colour each."""
    pixels = np.zeros((size, size, len(left)), np.uint8)
    pixels[:, : size // 2], pixels[:, size // 2 :] = left, right
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, kind)
    return out.getvalue()


def squares(count: int) -> tuple[np.ndarray, np.ndarray]:
    """Return points and triangles of upright squares that look to the south, one beside another."""
    points, triangles = [], []
    for number in range(count):
        west = CORNER[0] + number * SIDE_M
        south, foot = CORNER[1], CORNER[2]
        points += [(west + x * SIDE_M, south, foot + z * SIDE_M) for x, z in ((0, 0), (1, 0), (1, 1), (0, 1))]
        triangles += [(4 * number + a, 4 * number + b, 4 * number + c) for a, b, c in ((0, 1, 2), (0, 2, 3))]
    return np.array(points), np.array(triangles, np.int32)


def walls(pictures: list[Picture | None], uv: np.ndarray | None = None) -> CityModel:
    """Return a wall for each picture, None for one without; `uv` (4, 2) are the places of its corners on it."""
    count = len(pictures)
    points, triangles = squares(count)
    places = np.array([[0, 1], [1, 1], [1, 0], [0, 0]], np.float32) if uv is None else np.asarray(uv, np.float32)
    shelf = tuple(one for one in pictures if one is not None)
    numbers = [shelf.index(one) if one is not None else -1 for one in pictures]
    texturing = Texturing(
        point_uv=np.tile(places, (count, 1)),
        point_picture=np.repeat(np.array(numbers, np.int32), 4),
        pictures=shelf,
    )
    return CityModel(
        frame=GeoFrame(crs="EPSG:4549"),
        origin=Origin(format="test"),
        features=FeatureTable(
            ids=[f"wall{number}" for number in range(count)],
            class_names=("CityObject",),
            class_code=np.zeros(count, np.uint16),
            parent=np.full(count, -1, np.int32),
            base_m=np.full(count, CORNER[2], np.float32),
            height_m=np.full(count, SIDE_M, np.float32),
            attributes=[{} for _ in range(count)],
        ),
        points=points,
        triangles=triangles,
        triangle_feature=np.repeat(np.arange(count, dtype=np.int32), 2),
        triangle_surface=np.full(2 * count, 2, np.uint8),
        texturing=texturing if shelf else None,
    )
