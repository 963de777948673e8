"""Points of a cloud as small solids, so that tiles, colours, picking and filters treat them as any other object."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sanping.domain.city import OWN_COLOUR
from sanping.domain.geo import Float64Array, UInt8Array
from sanping.domain.text import Text
from sanping.formats.gathering import Gathering
from sanping.formats.own_colours import colour_text, palette_of

MOST_POINTS = 250_000
"""More points than this are thinned, unless the setting `max_points` says otherwise."""
MOST_COLOURS = 48
_MOST_GROUPS = 40_000
_CORNERS = np.array([[0.0, 0.0, 1.0], [0.94, 0.0, -0.33], [-0.47, 0.82, -0.33], [-0.47, -0.82, -0.33]])
_FACES = np.array([[0, 1, 2], [0, 2, 3], [0, 3, 1], [1, 3, 2]], dtype=np.int64)

THINNED = Text(
    "点云共 {count} 个点，抽稀为 {kept} 个（约每 {cell:.2g} 米一个）显示",
    "The cloud has {count} points; it is shown thinned to {kept}, about one every {cell:.2g} m",
)

IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class PointCloud:
    """Points (n, 3) with their colours (n, 3) or None, and the class word of each (n, an index of `class_names`).

    `attributes` of every object made of it; `name` begins their ids.
    """

    name: str
    points: Float64Array
    colours: UInt8Array | None = None
    class_code: IntArray | None = None
    class_names: Sequence[str] = ("PointCloud",)
    attributes: Mapping[str, object] | None = None


def add_points(gathering: Gathering, cloud: PointCloud, *, size_m: float, cell_m: float) -> None:
    """Add the points as tetrahedra of radius `size_m`: one object for each square of `cell_m`, class and colour."""
    count = len(cloud.points)
    if not count:
        return
    code = np.zeros(count, dtype=np.int64) if cloud.class_code is None else cloud.class_code
    palette, colour = (None, code * 0) if cloud.colours is None else palette_of(cloud.colours, MOST_COLOURS)
    square = _squares(cloud.points, cell_m)
    key = (square * len(cloud.class_names) + code) * (1 if palette is None else len(palette)) + colour
    kinds, first, which = np.unique(key, return_index=True, return_inverse=True)
    rows = np.empty(len(kinds), dtype=np.int64)
    for number, at in enumerate(first.tolist()):
        word = cloud.class_names[int(code[at])]
        known = dict(cloud.attributes or {})
        if palette is not None:
            known[OWN_COLOUR] = colour_text(palette[colour[at]])
        rows[number] = gathering.row(f"{cloud.name}/{word}/{number}", word, known)
    corners = (cloud.points[:, None, :] + _CORNERS * size_m).reshape(-1, 3)
    faces = (np.arange(count, dtype=np.int64)[:, None, None] * 4 + _FACES).reshape(-1, 3)
    gathering.add(np.repeat(rows[which], len(_FACES)), corners, faces)


def _squares(points: Float64Array, cell_m: float) -> IntArray:
    """Return the number of the square of each point; squares grow until they are few."""
    low = points[:, :2].min(axis=0)
    span = np.maximum(points[:, :2].max(axis=0) - low, 1e-6)
    side = max(cell_m, float(np.sqrt(span[0] * span[1] / 1024)), float(span.max()) / 1024)
    at = ((points[:, :2] - low) / side).astype(np.int64)
    kinds, which = np.unique(at[:, 0] * 4096 + at[:, 1], return_inverse=True)
    return np.asarray(which, dtype=np.int64) if len(kinds) < _MOST_GROUPS else np.zeros(len(points), dtype=np.int64)


def thinned(points: Float64Array, most: int) -> tuple[IntArray, float]:
    """Return the indices of at most about `most` points, one of each cube, and the side of the cubes (0: all kept)."""
    if len(points) <= most:
        return np.arange(len(points), dtype=np.int64), 0.0
    low = points.min(axis=0)
    span = np.maximum(points.max(axis=0) - low, 1e-9)
    side = float(np.sqrt(span[0] * span[1] / most)) or float(span.max()) / most
    kept = np.arange(len(points), dtype=np.int64)
    for _ in range(24):
        cubes = np.minimum((points - low) / side, 2_000_000).astype(np.int64)
        _, kept = np.unique((cubes[:, 0] << 42) + (cubes[:, 1] << 21) + cubes[:, 2], return_index=True)
        if len(kept) <= most:
            break
        side *= max(1.12, (len(kept) / most) ** 0.4)
    return np.sort(kept), side


def spacing_m(points: Float64Array) -> float:
    """Return about how far points lie apart, in their unit, as if spread over the ground."""
    if len(points) < 2:
        return 1.0
    span = points[:, :2].max(axis=0) - points[:, :2].min(axis=0)
    area = float(span[0] * span[1]) or float(span.max()) ** 2
    return float(np.clip(np.sqrt(area / len(points)), 0.02, 20.0))
