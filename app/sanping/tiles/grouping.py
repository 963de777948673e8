"""Points of a model grouped by feature, so that a feature is one range of points and one range of triangles.

Knows nothing of tiles; only numpy.
"""

from dataclasses import dataclass
from itertools import cycle

import numpy as np
import numpy.typing as npt

from sanping.domain.city import CityModel
from sanping.domain.geo import Float64Array, Int32Array, UInt8Array
from sanping.domain.texture import Texturing

IndexArray = npt.NDArray[np.intp]

WELD_STEP_M = 0.001
POINTS_PER_TRIANGLE_WHEN_UNSHARED = 1.05
_UV_STEPS = 1 << 16
_HASH_BITS = np.uint64(40)
_MIX = tuple(np.uint64(odd) for odd in (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9))


@dataclass(frozen=True, slots=True, kw_only=True)
class Grouped:
    """A model whose features are ranges.

    Feature i owns `points[first_point[i]:first_point[i + 1]]` and `triangles[first_triangle[i]:first_triangle[i + 1]]`;
    no point is shared between features. `points` (p, 3) are absolute, `triangles` (t, 3) index them.
    """

    points: Float64Array
    first_point: IndexArray
    triangles: Int32Array
    first_triangle: IndexArray
    surface: UInt8Array
    texturing: Texturing | None = None


def grouped(model: CityModel) -> Grouped:
    """Group the points of `model` by feature: split points that features share, weld points that repeat.

    Welding is dear, so it is done only when the reader left more points than shared corners would need. Points that
    differ in their place on a picture stay apart.
    """
    count = len(model.features)
    feature, triangles, surface = _sorted_by_feature(model)
    owner, triangles, points, source = _split(model.points, triangles, feature)
    texturing = model.texturing if source is None else model.texturing and model.texturing.taken(source)
    is_unshared = len(points) > POINTS_PER_TRIANGLE_WHEN_UNSHARED * len(triangles)
    order = _welded_order(points, owner, texturing) if is_unshared else _owner_order(owner)
    if order is not None:
        chosen, renumbered = order
        points, owner, triangles = points.take(chosen, axis=0), owner[chosen], renumbered.take(triangles)
        texturing = texturing and texturing.taken(chosen)
    return Grouped(
        points=points,
        first_point=_firsts(owner, count),
        triangles=triangles,
        first_triangle=_firsts(feature, count),
        surface=surface,
        texturing=texturing,
    )


def ranges(starts: IndexArray, counts: IndexArray) -> IndexArray:
    """Return the indices of many ranges one after another: `counts[i]` numbers from `starts[i]` on."""
    ends = np.cumsum(counts)
    total = int(ends[-1]) if len(ends) else 0
    return np.repeat(starts - (ends - counts), counts) + np.arange(total, dtype=np.intp)


def boxes_of(model: Grouped) -> tuple[Float64Array, Float64Array]:
    """Return the lowest and highest corners (n, 3) of the box of each feature; NaN for features without points."""
    rows = np.flatnonzero(np.diff(model.first_point))
    starts = model.first_point[rows]
    low, high = np.full((2, len(model.first_point) - 1, 3), np.nan)
    for axis in range(3):
        column = np.ascontiguousarray(model.points[:, axis])
        low[rows, axis] = np.minimum.reduceat(column, starts)
        high[rows, axis] = np.maximum.reduceat(column, starts)
    return low, high


def _firsts(owner: Int32Array, count: int) -> IndexArray:
    """Return where the run of each feature begins in `owner`, which is in order; one entry more than features."""
    return np.searchsorted(owner, np.arange(count + 1, dtype=owner.dtype))


def _sorted_by_feature(model: CityModel) -> tuple[Int32Array, Int32Array, UInt8Array]:
    feature = model.triangle_feature
    if len(feature) < 2 or not (feature[1:] < feature[:-1]).any():
        return feature, model.triangles, model.triangle_surface
    order = np.argsort(feature, kind="stable")
    return feature[order], model.triangles.take(order, axis=0), model.triangle_surface[order]


def _split(
    points: Float64Array, triangles: Int32Array, feature: Int32Array
) -> tuple[Int32Array, Int32Array, Float64Array, IndexArray | None]:
    """Give every point one owner (−1: unused); a point that features share is repeated for each of them.

    Last, which point each one was, None where they stay as they are.
    """
    in_order = _ordered_owners(len(points), triangles, feature)
    if in_order is not None:
        return in_order, triangles, points, None
    owner = np.full(len(points), -1, dtype=np.int32)
    corners = triangles.astype(np.intp)  # numpy looks up its own whole numbers twice as fast
    for corner in range(3):
        owner[corners[:, corner]] = feature
    is_foreign = owner.take(corners) != feature[:, None]
    if not is_foreign.any():
        return owner, triangles, points, None
    row, corner_of = np.nonzero(is_foreign)
    key = feature[row].astype(np.int64) * len(points) + triangles[row, corner_of]
    pairs, inverse = np.unique(key, return_inverse=True)
    split = triangles.copy()
    split[row, corner_of] = len(points) + inverse
    new_owner, source = np.divmod(pairs, len(points))
    return (
        np.concatenate([owner, new_owner.astype(np.int32)]),
        split,
        np.concatenate([points, points[source]]),
        np.concatenate([np.arange(len(points)), source]),
    )


def _ordered_owners(count: int, triangles: Int32Array, feature: Int32Array) -> Int32Array | None:
    """Return the owner of each of `count` points when every feature has points of its own, one range after another."""
    starts = np.flatnonzero(np.diff(feature, prepend=-1))
    corners = triangles.ravel()
    lowest, highest = np.minimum.reduceat(corners, 3 * starts), np.maximum.reduceat(corners, 3 * starts)
    if not (lowest[1:] > highest[:-1]).all():
        return None
    is_used = np.zeros(count, dtype=np.bool_)
    is_used[corners.astype(np.intp)] = True
    owner = np.full(count, -1, dtype=np.int32)
    owner[lowest[0] :] = np.repeat(feature[starts], np.diff(lowest, append=count))
    owner[~is_used] = -1
    return owner


def _owner_order(owner: Int32Array) -> tuple[IndexArray, Int32Array] | None:
    """Return the points to keep in owner order and the new number of each old point; None when all is in order."""
    if len(owner) and owner[0] >= 0 and not (owner[1:] < owner[:-1]).any():
        return None
    chosen = np.argsort(owner, kind="stable")[np.count_nonzero(owner < 0) :]
    renumbered = np.full(len(owner), -1, dtype=np.int32)
    renumbered[chosen] = np.arange(len(chosen), dtype=np.int32)
    return chosen, renumbered


def _welded_order(
    points: Float64Array, owner: Int32Array, texturing: Texturing | None
) -> tuple[IndexArray, Int32Array]:
    """As `_owner_order`, with points of one owner within a millimetre cell of each other made one."""
    used = np.flatnonzero(owner >= 0)
    cells = np.rint((points[used] - points[used[0]]).T / WELD_STEP_M).astype(np.int64, order="C")
    if texturing is not None:
        on_picture = np.rint(texturing.point_uv[used].T.astype(np.float64) * _UV_STEPS).astype(np.int64)
        cells = np.concatenate([cells, on_picture, texturing.point_picture[used].astype(np.int64)[None]])
    mixed = np.zeros(len(used), dtype=np.uint64)
    for cell, factor in zip(cells, cycle(_MIX), strict=False):
        mixed ^= cell.view(np.uint64) * factor
        mixed ^= mixed >> np.uint64(29)
        mixed *= _MIX[0]
    key = (owner[used].astype(np.uint64) << _HASH_BITS) | (mixed >> (np.uint64(64) - _HASH_BITS))
    order = np.argsort(key)
    is_new = np.ones(len(order), dtype=np.bool_)
    before, after = order[:-1], order[1:]
    is_new[1:] = key[after] != key[before]
    for cell in cells:
        is_new[1:] |= cell[after] != cell[before]
    chosen = used[order[is_new]]
    renumbered = np.full(len(owner), -1, dtype=np.int32)
    renumbered[used[order]] = np.cumsum(is_new, dtype=np.int32) - 1
    return chosen, renumbered
