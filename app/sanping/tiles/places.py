"""Where each feature of a model lies, for cutting it into tiles: families stay together where they can."""

import numpy as np
import numpy.typing as npt

from sanping.domain.geo import Float64Array, Int32Array
from sanping.tiles.grouping import IndexArray

DEEPEST_FAMILY = 8


def places_of(
    centre: Float64Array, parent: Int32Array, points: npt.NDArray[np.integer], largest_family: int
) -> Float64Array:
    """Return the ground point (n, 2) that decides the tile of each feature.

    `centre` (n, 2) is the middle of each feature, NaN without geometry; `points` (n,) how many points it has.
    A parent without triangles lies where its first child does, children lie where their topmost parent does unless the
    family is larger than `largest_family` points, and an object without any geometry near lies where the feature
    before it does.
    """
    place = centre.copy()
    children = np.flatnonzero(parent >= 0)
    if len(children):
        _follow_children(place, parent, children)
        _follow_parents(place, parent, points, largest_family)
    return _filled_forward(place)


def _follow_children(centre: Float64Array, parent: Int32Array, children: IndexArray) -> None:
    backwards = children[::-1]
    for _ in range(DEEPEST_FAMILY):
        known = backwards[~np.isnan(centre[backwards, 0])]
        first_known = np.full(len(parent), -1, dtype=np.intp)
        first_known[parent[known]] = known
        lost = np.flatnonzero(np.isnan(centre[:, 0]) & (first_known >= 0))
        if len(lost) == 0:
            return
        centre[lost] = centre[first_known[lost]]


def _follow_parents(
    centre: Float64Array, parent: Int32Array, points: npt.NDArray[np.integer], largest_family: int
) -> None:
    root = np.arange(len(parent), dtype=np.intp)
    for _ in range(DEEPEST_FAMILY):
        above = parent[root]
        if not (above >= 0).any():
            break
        root = np.where(above >= 0, above, root)
    family_points = np.bincount(root, weights=points + 1.0, minlength=len(parent))
    together = (family_points[root] <= largest_family) & ~np.isnan(centre[root, 0])
    centre[together] = centre[root[together]]


def _filled_forward(centre: Float64Array) -> Float64Array:
    is_known = ~np.isnan(centre[:, 0])
    if is_known.all():
        return centre
    last = np.maximum.accumulate(np.where(is_known, np.arange(len(centre)), -1))
    last[last < 0] = np.flatnonzero(is_known)[0]
    return centre[last]
