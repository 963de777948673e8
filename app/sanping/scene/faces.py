"""Readies a mesh for drawing: each triangle gets a corner that knows its face, and closed bodies hide their backs.

Pure numpy; what a triangle's last corner brings along is given to all its fragments as it is ("flat" in a shader).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sanping.domain.geo import Float32Array, Int32Array

FOOT_M = 1.0
"""How far above the foot of an object a rim may lie that nothing closes: nobody looks into it from below."""

_ALIKE = 0.9999
_STEPS = 4096

IntArray = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True, kw_only=True)
class Faces:
    """A mesh whose triangles are spoken for: the last corner of each has its normal.

    `source` (v',) are the numbers of the mesh's points, the first v as they were and then those that stand twice;
    `triangles` (t, 3) the same triangles with their corners turned; `code` (v',) the normals as `coded` writes them.
    """

    source: IntArray
    triangles: Int32Array
    code: Float32Array


def faces_of(points: Float32Array, triangles: Int32Array) -> Faces:
    """Let one corner of each triangle speak for it; where all three speak for other faces, a point stands twice."""
    normals = _normals(points, triangles)
    speaker: IntArray = np.full(len(points), -1, np.intp)
    corner = np.full(len(triangles), -1, np.int8)
    for turn in range(3):
        open_ones = np.flatnonzero(corner < 0)
        wished = triangles[open_ones, turn]
        is_free = speaker[wished] < 0
        speaker[wished[is_free][::-1]] = open_ones[is_free][::-1]  # the first of several wins
        agrees = np.einsum("ij,ij->i", normals[speaker[wished]], normals[open_ones]) > _ALIKE
        corner[open_ones[agrees]] = turn
    silent = np.flatnonzero(corner < 0)
    last = np.where(corner < 0, 2, corner)[:, None]
    turned = np.take_along_axis(triangles, (last + np.array([1, 2, 3])) % 3, axis=1)
    source = np.concatenate([np.arange(len(points)), turned[silent, 2]])
    turned[silent, 2] = len(points) + np.arange(len(silent), dtype=np.int32)
    speaks = np.concatenate([np.maximum(speaker, 0), silent])
    spoken = normals[speaks] if len(normals) else np.zeros((len(speaks), 3), np.float32)
    return Faces(source=source, triangles=turned, code=coded(spoken))


def coded(normals: Float32Array) -> Float32Array:
    """Return unit normals (n, 3) as whole numbers (n,) that a float32 holds: an octahedron unfolded on 4096 steps."""
    flat = normals[:, :2] / np.maximum(np.abs(normals).sum(axis=1, keepdims=True), 1e-12)
    folded = (1.0 - np.abs(flat[:, ::-1])) * np.where(flat < 0.0, -1.0, 1.0)
    flat = np.where(normals[:, 2:] < 0.0, folded, flat)
    steps = np.rint((flat * 0.5 + 0.5) * (_STEPS - 1))
    code: Float32Array = (steps[:, 0] * _STEPS + steps[:, 1]).astype(np.float32)
    return code


def is_closed(points: Float32Array, triangles: Int32Array, owner: npt.NDArray[np.floating | np.integer]) -> bool:
    """Say whether the backs of triangles are never seen from outside: bodies closed but for their foot, faces outwards.

    `owner` (v,) is the object of each point. An object of several bodies is judged as a whole.
    """
    if not len(triangles):
        return False
    objects = np.unique(owner, return_inverse=True)[1]
    foot = np.full(int(objects.max()) + 1, np.inf)
    np.minimum.at(foot, objects, points[:, 2])
    above = points[:, 2] - foot[objects]
    return _has_only_open_feet(triangles, above) and _is_outward(points, triangles, objects, above)


def _has_only_open_feet(triangles: Int32Array, above: npt.NDArray[np.floating]) -> bool:
    """Whether every edge is passed as often one way as the other, but for those at the foot."""
    start, end = triangles.astype(np.int64).ravel(), triangles[:, [1, 2, 0]].astype(np.int64).ravel()
    edge = np.minimum(start, end) * (1 << 32) + np.maximum(start, end)
    order = np.argsort(edge)
    edge, way = edge[order], np.where(start < end, 1, -1)[order]
    first = np.flatnonzero(np.concatenate([[True], edge[1:] != edge[:-1]]))
    rim = edge[first[np.add.reduceat(way, first) != 0]]
    return bool((above[rim >> 32] <= FOOT_M).all() and (above[rim & 0xFFFFFFFF] <= FOOT_M).all())


def _is_outward(
    points: Float32Array, triangles: Int32Array, objects: IntArray, above: npt.NDArray[np.floating]
) -> bool:
    """Whether each object encloses room above its foot: the prisms under its triangles add up to more than nothing."""
    a, b, c = (points[triangles[:, corner], :2].astype(np.float64) for corner in range(3))
    area = (b - a)[:, 0] * (c - a)[:, 1] - (b - a)[:, 1] * (c - a)[:, 0]
    room = np.bincount(objects[triangles[:, 0]], area * above[triangles].sum(axis=1))
    has_triangles = np.bincount(objects[triangles[:, 0]]) > 0
    return bool((room[has_triangles] > 0.0).all())


def _normals(points: Float32Array, triangles: Int32Array) -> Float32Array:
    """Unit normals (t, 3); up for triangles without area."""
    a, b, c = (points[triangles[:, corner]] for corner in range(3))
    normal = np.cross(b - a, c - a)
    size = np.linalg.norm(normal, axis=1, keepdims=True)
    upright = np.array([0.0, 0.0, 1.0], np.float32)
    unit: Float32Array = np.where(size > 1e-12, normal / np.maximum(size, 1e-12), upright).astype(np.float32)
    return unit
