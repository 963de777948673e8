"""A ray or a point against many triangles at once; lengths in metres, double precision."""

from dataclasses import dataclass

import numpy as np

from sanping.domain.geo import Float64Array

_GRAZING = 1e-12
_EDGE = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class Triangles:
    """Corners `a`, `b`, `c` (t, 3) of t triangles."""

    a: Float64Array
    b: Float64Array
    c: Float64Array


def first_hit(triangles: Triangles, start: Float64Array, way: Float64Array) -> tuple[float, int] | None:
    """Return how far along the ray the first triangle is met, and which; both sides count (Möller and Trumbore 1997).

    `way` is a unit vector. Edges count generously, so that no ray slips between neighbours.
    """
    along, across = triangles.b - triangles.a, triangles.c - triangles.a
    offset = start - triangles.a
    turned = _cross(way, across)
    determinant = np.einsum("ij,ij->i", along, turned)
    is_grazing = np.abs(determinant) < _GRAZING
    scale = 1.0 / np.where(is_grazing, 1.0, determinant)
    u = np.einsum("ij,ij->i", offset, turned) * scale
    swept = np.cross(offset, along)
    v = (swept @ way) * scale
    distance = np.einsum("ij,ij->i", across, swept) * scale
    is_met = ~is_grazing & (u >= -_EDGE) & (v >= -_EDGE) & (u + v <= 1 + _EDGE) & (distance >= 0)
    if not is_met.any():
        return None
    best = int(np.where(is_met, distance, np.inf).argmin())
    return float(distance[best]), best


def distances(triangles: Triangles, point: Float64Array) -> Float64Array:
    """Return the distance (t,) from a point to each triangle."""
    nearest = np.minimum(
        np.minimum(_to_edge(point, triangles.a, triangles.b), _to_edge(point, triangles.b, triangles.c)),
        _to_edge(point, triangles.c, triangles.a),
    )
    normal = np.cross(triangles.b - triangles.a, triangles.c - triangles.a)
    square = np.einsum("ij,ij->i", normal, normal)
    height = np.einsum("ij,ij->i", point - triangles.a, normal)
    is_above = square > 0
    for start, end in ((triangles.a, triangles.b), (triangles.b, triangles.c), (triangles.c, triangles.a)):
        is_above &= np.einsum("ij,ij->i", np.cross(end - start, point - start), normal) >= 0
    upright = np.abs(height) / np.sqrt(np.where(is_above, square, 1.0))
    return np.where(is_above, upright, np.sqrt(nearest))


def _to_edge(point: Float64Array, start: Float64Array, end: Float64Array) -> Float64Array:
    """Return the squared distance to each edge."""
    way = end - start
    length = np.einsum("ij,ij->i", way, way)
    share = np.einsum("ij,ij->i", point - start, way) / np.where(length > 0, length, 1.0)
    gap = point - start - np.clip(share, 0.0, 1.0)[:, None] * way
    squared: Float64Array = np.einsum("ij,ij->i", gap, gap)
    return squared


def _cross(way: Float64Array, vectors: Float64Array) -> Float64Array:
    """Cross product of one vector with many; cheaper than the general one."""
    x, y, z = way
    return np.stack(
        [
            y * vectors[:, 2] - z * vectors[:, 1],
            z * vectors[:, 0] - x * vectors[:, 2],
            x * vectors[:, 1] - y * vectors[:, 0],
        ],
        axis=1,
    )
