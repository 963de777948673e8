"""Whether the faces of one solid go through one another."""

import numpy as np
import numpy.typing as npt

from sanping.domain.geo import Float64Array

MOST_FACES = 400
_MARGIN = 1e-6
_PAIRS_AT_ONCE = 200_000


def crosses_itself(points: Float64Array, triangles: npt.NDArray[np.integer]) -> int:
    """Return how many pairs of triangles that share no corner cross one another; points (v, 3) in metres.

    An edge crosses a triangle when it passes through its inside, not along or at its border: faces that touch do not
    cross. A solid with more than `MOST_FACES` triangles is too large for this and gives 0.
    """
    count = len(triangles)
    if not 4 <= count <= MOST_FACES:
        return 0
    first, second = _near_pairs(points, triangles)
    pairs = np.stack([first, second], axis=1)
    crossing = np.zeros(len(pairs), np.bool_)
    for start in range(0, len(pairs), _PAIRS_AT_ONCE):
        part = pairs[start : start + _PAIRS_AT_ONCE]
        for one, other in ((part[:, 0], part[:, 1]), (part[:, 1], part[:, 0])):
            crossing[start : start + len(part)] |= _pierced(points[triangles[one]], points[triangles[other]])
    return int(np.count_nonzero(crossing))


def _near_pairs(
    points: Float64Array, triangles: npt.NDArray[np.integer]
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Return pairs of triangles without a common corner whose boxes overlap."""
    corners = points[triangles]
    low, high = corners.min(axis=1), corners.max(axis=1)
    first, second = np.triu_indices(len(triangles), 1)
    is_near = np.all((low[first] <= high[second]) & (low[second] <= high[first]), axis=1)
    first, second = first[is_near], second[is_near]
    shared = (triangles[first][:, :, None] == triangles[second][:, None, :]).any(axis=(1, 2))
    return first[~shared], second[~shared]


def _pierced(edges_of: Float64Array, faces: Float64Array) -> npt.NDArray[np.bool_]:
    """Say for each pair whether an edge of the first triangle (n, 3, 3) passes through the inside of the second."""
    corner, along, across = faces[:, 0], faces[:, 1] - faces[:, 0], faces[:, 2] - faces[:, 0]
    normal = np.cross(along, across)
    size = np.maximum(np.linalg.norm(normal, axis=1), 1e-12)
    found = np.zeros(len(faces), np.bool_)
    for a, b in ((0, 1), (1, 2), (2, 0)):
        start, way = edges_of[:, a], edges_of[:, b] - edges_of[:, a]
        slope = np.einsum("ij,ij->i", way, normal)
        is_level = np.abs(slope) < 1e-9 * size * np.maximum(np.linalg.norm(way, axis=1), 1e-12)
        share = np.einsum("ij,ij->i", corner - start, normal) / np.where(is_level, 1.0, slope)
        at = start + way * share[:, None] - corner
        u = np.einsum("ij,ij->i", np.cross(at, across), normal) / size**2
        v = np.einsum("ij,ij->i", np.cross(along, at), normal) / size**2
        inside = (u > _MARGIN) & (v > _MARGIN) & (u + v < 1 - _MARGIN)
        found |= ~is_level & (share > _MARGIN) & (share < 1 - _MARGIN) & inside
    return found
