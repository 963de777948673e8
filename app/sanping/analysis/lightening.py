"""Makes meshes lighter: faces that nobody sees go, and surfaces are told with fewer triangles.

Each object is simplified by itself with quadric errors (Garland and Heckbert 1997), so that objects stay apart and
whole: more boldly first, then more carefully, until its box changes by no more than `MOST_SHIFT_M`.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sanping.domain.city import SurfaceKind
from sanping.domain.geo import Float32Array, Float64Array, Int32Array, UInt8Array

MOST_SHIFT_M = 0.25
FEWEST_TRIANGLES = 24
_SAME_M = 1e-3
_FLAT_M2 = 1e-8
_STEEP = 0.5
_BOLDNESS = (7, 5, 3, 1)

IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mesh:
    """Points (v, 3) in metres, triangles (t, 3), and of each triangle (t,) its object's row and kind of surface.

    Triangles are sorted by row, and no point belongs to two rows.
    """

    points: Float32Array
    triangles: Int32Array
    row: IntArray
    surface: UInt8Array


@dataclass(frozen=True, slots=True, kw_only=True)
class Lightening:
    """How much lighter: the share of triangles to keep (0 … 1), and whether faces between touching objects go."""

    keep_share: float = 1.0
    drops_hidden: bool = False

    @property
    def is_nothing(self) -> bool:
        """Nothing is to be done."""
        return self.keep_share >= 1.0 and not self.drops_hidden


def lighter(mesh: Mesh, wish: Lightening, go_on: Callable[[float], None] = lambda _share: None) -> Mesh:
    """Return the mesh without empty and doubled triangles, and as much lighter as wished.

    `go_on` is called now and then with the share that is done, and may raise to stop.
    """
    kept = _visible(mesh, drops_hidden=wish.drops_hidden)
    clean = _taken(mesh, kept)
    return clean if wish.keep_share >= 1.0 else _simplified(clean, wish.keep_share, go_on)


def _visible(mesh: Mesh, *, drops_hidden: bool) -> BoolArray:
    """Say which triangles have an area and are no copy of one before them in their object.

    With `drops_hidden` those go, too, that lie back to back with one of another object: a wall between two parts.
    """
    corners = mesh.points[mesh.triangles].astype(np.float64)
    across = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    kept: BoolArray = np.linalg.norm(across, axis=1) > 2 * _FLAT_M2
    grid = np.rint(corners / _SAME_M).astype(np.int64)
    order = np.lexsort((grid[:, :, 2], grid[:, :, 1], grid[:, :, 0]), axis=1)
    same = np.take_along_axis(grid, order[:, :, None], axis=1).reshape(len(grid), 9)
    _, face = np.unique(same, axis=0, return_inverse=True)
    face = face.ravel()
    _, first = np.unique(np.column_stack([face, mesh.row]), axis=0, return_index=True)
    is_first = np.zeros(len(face), bool)
    is_first[first] = True
    kept &= is_first
    if drops_hidden:
        owners = np.bincount(face[kept], minlength=int(face.max(initial=-1)) + 1)
        kept &= owners[face] < 2
    return kept


def _simplified(mesh: Mesh, keep_share: float, go_on: Callable[[float], None]) -> Mesh:
    rows, first = np.unique(mesh.row, return_index=True)
    ends = np.append(first[1:], len(mesh.row))
    parts: list[tuple[Float32Array, Int32Array, UInt8Array, IntArray]] = []
    point_count = 0
    for number, (row, begin, end) in enumerate(zip(rows.tolist(), first.tolist(), ends.tolist(), strict=True)):
        if number % 256 == 0:
            go_on(number / len(rows))
        used, corners = np.unique(mesh.triangles[begin:end], return_inverse=True)
        points, faces = mesh.points[used], corners.reshape(-1, 3).astype(np.int32)
        surface = mesh.surface[begin:end]
        fewer = _fewer(points, faces, keep_share)
        if fewer is not None:
            surface = _kinds(fewer[0], fewer[1], surface)
            points, faces = fewer
        parts.append((points, faces + np.int32(point_count), surface, np.full(len(faces), row, np.int64)))
        point_count += len(points)
    if not parts:
        return mesh
    return Mesh(
        points=np.concatenate([part[0] for part in parts]),
        triangles=np.concatenate([part[1] for part in parts]),
        surface=np.concatenate([part[2] for part in parts]),
        row=np.concatenate([part[3] for part in parts]),
    )


def _fewer(points: Float32Array, faces: Int32Array, keep_share: float) -> tuple[Float32Array, Int32Array] | None:
    """Return fewer triangles for one object, as few as keep its box; None where there are few already, or none fit."""
    target = max(FEWEST_TRIANGLES, round(len(faces) * keep_share))
    if len(faces) <= target:
        return None
    import fast_simplification  # noqa: PLC0415  only an export that makes models lighter loads it

    middle = points.mean(axis=0)
    about = np.ascontiguousarray(points - middle, np.float32)
    for boldness in _BOLDNESS:
        found, triangles = fast_simplification.simplify(about, faces, target_count=target, agg=boldness)
        if not 0 < len(triangles) < len(faces):
            continue
        used, corners = np.unique(triangles, return_inverse=True)
        fewer = (np.asarray(found, np.float32)[used] + middle).astype(np.float32)
        if _shift(points, fewer) <= MOST_SHIFT_M:
            return fewer, corners.reshape(-1, 3).astype(np.int32)
    return None


def _shift(before: Float32Array, after: Float32Array) -> float:
    """Return by how many metres the box of points changes."""
    low, high = before.min(axis=0) - after.min(axis=0), before.max(axis=0) - after.max(axis=0)
    return float(max(np.abs(low).max(), np.abs(high).max()))


def _kinds(points: Float32Array, triangles: Int32Array, before: UInt8Array) -> UInt8Array:
    """Return the kind of each new triangle by the way it faces; an object of one kind keeps it."""
    kinds = np.unique(before)
    if len(kinds) == 1:
        return np.full(len(triangles), kinds[0], np.uint8)
    corners = points[triangles].astype(np.float64)
    across = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    up: Float64Array = across[:, 2] / np.maximum(np.linalg.norm(across, axis=1), 1e-12)
    found = np.where(up > _STEEP, SurfaceKind.ROOF, np.where(up < -_STEEP, SurfaceKind.GROUND, SurfaceKind.WALL))
    known = np.isin(found, kinds)
    return np.where(known, found, kinds[0]).astype(np.uint8)


def _taken(mesh: Mesh, kept: BoolArray) -> Mesh:
    """Return the mesh with these triangles (t,) and the points that they need."""
    if kept.all():
        return mesh
    used, corners = np.unique(mesh.triangles[kept], return_inverse=True)
    return Mesh(
        points=mesh.points[used],
        triangles=corners.reshape(-1, 3).astype(np.int32),
        row=mesh.row[kept],
        surface=mesh.surface[kept],
    )
