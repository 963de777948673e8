"""Whether solids are closed: each edge lies between two faces, though one may have more corners on it."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from sanping.domain.geo import Float64Array, Int32Array

_WELD_M = 1e-3
_FLOOR_M = 0.3

IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Edges:
    """Edges of the solids of one tile: of solid `row` (n,) between `points` (n, 2, 3), with so many faces each."""

    row: IntArray
    points: Float64Array
    faces: IntArray


def edges_of(points: Float64Array, triangles: Int32Array, row: IntArray) -> Edges:
    """Return the edges of triangles (t, 3), each of the solid `row` (t,); points (v, 3) closer than 1 mm are one."""
    corner_row = np.repeat(row, 3)
    keys = np.column_stack([corner_row, np.rint(points[triangles.reshape(-1)] / _WELD_M).astype(np.int64)])
    welded, number = np.unique(keys, axis=0, return_inverse=True)
    faces = number.reshape(-1, 3)
    is_face = (faces[:, 0] != faces[:, 1]) & (faces[:, 1] != faces[:, 2]) & (faces[:, 2] != faces[:, 0])
    faces = faces[is_face]
    pairs = np.sort(np.concatenate([faces[:, (0, 1)], faces[:, (1, 2)], faces[:, (2, 0)]]), axis=1)
    single, counts = np.unique(pairs[:, 0] * len(welded) + pairs[:, 1], return_counts=True)
    first, second = np.divmod(single, len(welded))
    at = welded[:, 1:] * _WELD_M
    return Edges(row=welded[first, 0], points=np.stack([at[first], at[second]], axis=1), faces=counts)


def open_edges(edges: Edges, row: int) -> int:
    """Return how many edges of a solid have a face on one side only.

    Not counted are the lowest ones of a block without a floor, and edges that meet shorter ones of another face.
    """
    own = edges.row == row
    lone = edges.points[own & (edges.faces == 1)]
    if not len(lone):
        return 0
    lowest = edges.points[own][:, :, 2].min()
    lone = lone[~np.all(lone[:, :, 2] < lowest + _FLOOR_M, axis=1)]
    return 0 if not len(lone) else _left(lone)


def _left(lone: Float64Array) -> int:
    """Cut edges (n, 2, 3) where ends of others lie on them, and return how many of the pieces have no partner."""
    ends = np.unique(lone.reshape(-1, 3), axis=0)
    way = lone[:, 1] - lone[:, 0]
    length = np.maximum(np.linalg.norm(way, axis=1), 1e-12)
    off = ends[None] - lone[:, None, 0]
    share = np.einsum("nvi,ni->nv", off, way) / length[:, None] ** 2
    away = np.linalg.norm(off - share[:, :, None] * way[:, None], axis=2)
    margin = (_WELD_M / length)[:, None]
    is_on = (away < 2 * _WELD_M) & (share > margin) & (share < 1 - margin)
    pieces = []
    for edge, cuts, along in zip(lone, is_on, share, strict=True):
        order = np.argsort(along[cuts])
        stops = np.concatenate([edge[:1], ends[cuts][order], edge[1:]])
        pieces += [_named(a, b) for a, b in pairwise(stops)]
    _, counts = np.unique(np.array(pieces), axis=0, return_counts=True)
    return int(np.count_nonzero(counts % 2))


def _named(a: Float64Array, b: Float64Array) -> tuple[int, ...]:
    first, second = sorted([tuple(np.rint(end / _WELD_M).astype(int).tolist()) for end in (a, b)])
    return (*first, *second)
