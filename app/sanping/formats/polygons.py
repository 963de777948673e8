"""Triangles from polygons with holes, in space or in the plane, all polygons of a file at once.

Triangles, quadrangles and fans are cut with array arithmetic; only what is left goes through ear clipping, one by one.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import mapbox_earcut
import numpy as np
import numpy.typing as npt

from sanping.domain.geo import Float64Array, Int32Array
from sanping.formats.polygon_vectors import Vectors

IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

NARROWEST_M = 1e-7
"""A polygon or triangle thinner than this (area by longest side) has no area."""

_MOST_FANNED = 12
"""Polygons with more corners are so seldom seen whole from one of them that looking costs more than their ears."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Triangulation:
    """Triangles of many polygons.

    `triangles` (t, 3) index the points given, wound as their polygon is; `polygon` (t,) is the polygon of each,
    non-decreasing. `broken` (k,) lists the polygons that gave no triangle: fewer than three distinct points, a NaN or
    infinite coordinate, no area.
    """

    triangles: Int32Array
    polygon: Int32Array
    broken: Int32Array


@dataclass(frozen=True, slots=True)
class _Rings:
    """Corners of all rings in one row: points and places (c,); where rings start (r + 1,); first ring (q + 1,)."""

    point: IntArray
    place: Vectors
    start: IntArray
    first: IntArray


_Cut = tuple[IntArray, IntArray]
"""Corners of triangles (t, 3) and their polygons (t,)."""


def triangulated(
    points: Float64Array,
    ring_points: npt.NDArray[np.integer],
    ring_start: npt.NDArray[np.integer],
    polygon_first_ring: npt.NDArray[np.integer],
) -> Triangulation:
    """Cut polygons into triangles.

    `points` (p, 3) in metres, or (p, 2) when all lie in one plane.
    `ring_points` (c,) index points, ring after ring; ring i is `ring_points[ring_start[i]:ring_start[i + 1]]`, open or
    closed. Polygon j has the rings `polygon_first_ring[j]` … `polygon_first_ring[j + 1] − 1`: the outer one first, then
    holes. Both index arrays carry one entry more than there are rings and polygons.
    Polygons need not be planar: they are cut as seen along their Newell normal.
    """
    rings, sound = _cleaned(points, ring_points, ring_start, polygon_first_ring)
    outer_start = rings.start[rings.first[:-1]]
    is_single = sound & (np.diff(rings.first) == 1)
    corners = np.where(is_single, _following(rings.start, rings.first) - outer_start, 0)
    cuts = [
        _cut_triangles(rings, np.flatnonzero(corners == 3), outer_start),
        _cut_quadrangles(rings, np.flatnonzero(corners == 4), outer_start),
    ]
    few = np.flatnonzero((corners >= 5) & (corners <= _MOST_FANNED))
    fanned, unfit = _cut_fans(rings, few, outer_start[few], corners[few])
    cuts += fanned
    is_clipped = sound & (~is_single | (corners > _MOST_FANNED))
    is_clipped[unfit] = True
    cuts.append(_cut_ears(rings, np.flatnonzero(is_clipped)))
    return _joined(cuts, rings, len(sound))


def _following(start: IntArray, first: IntArray) -> IntArray:
    """Return where the outer ring of each polygon ends; anything for a polygon without rings."""
    return start[np.minimum(first[:-1] + 1, len(start) - 1)]


def _joined(cuts: list[_Cut], rings: _Rings, polygon_count: int) -> Triangulation:
    corners = np.concatenate([corners for corners, _ in cuts])
    polygon = np.concatenate([polygon for _, polygon in cuts])
    order = np.argsort(polygon, kind="stable")
    is_cut = np.zeros(polygon_count, dtype=bool)
    is_cut[polygon] = True
    return Triangulation(
        triangles=rings.point.astype(np.int32).take(corners.take(order, axis=0)),
        polygon=polygon[order].astype(np.int32),
        broken=np.flatnonzero(~is_cut).astype(np.int32),
    )


def _cleaned(
    points: Float64Array,
    ring_points: npt.NDArray[np.integer],
    ring_start: npt.NDArray[np.integer],
    polygon_first_ring: npt.NDArray[np.integer],
) -> tuple[_Rings, BoolArray]:
    """Drop repeated corners, then rings of fewer than three; say which polygons still have a finite outer ring."""
    point, start, first = (np.asarray(a, dtype=np.int64) for a in (ring_points, ring_start, polygon_first_ring))
    place = Vectors(tuple(np.ascontiguousarray(points[:, axis])[point] for axis in range(points.shape[1])))
    is_kept = ~_repeats(start, place)
    if not is_kept.all():
        start = _counted(is_kept)[start]
        point, place = point[is_kept], place.at(is_kept)
    is_ring = np.diff(start) >= 3
    ring_count = np.diff(first)
    sound = ring_count > 0
    sound[sound] = is_ring[first[:-1][sound]]
    if not is_ring.all():
        in_ring = np.repeat(is_ring, np.diff(start))
        point, place = point[in_ring], place.at(in_ring)
        start = np.concatenate(([0], np.cumsum(np.diff(start)[is_ring])))
        first = _counted(is_ring)[first]
    strange = np.flatnonzero(~np.isfinite(sum(place.parts)))
    if len(strange):
        strange_ring = np.searchsorted(start, strange, side="right") - 1
        sound[np.searchsorted(first, strange_ring, side="right") - 1] = False
    return _Rings(point, place, start, first), sound


def _counted(mask: BoolArray) -> IntArray:
    """Return how many are set before each place, one entry more than `mask`."""
    counts = np.zeros(len(mask) + 1, dtype=np.int64)
    np.cumsum(mask, out=counts[1:])
    return counts


def _repeats(start: IntArray, place: Vectors) -> BoolArray:
    """Say which corners lie exactly on the next one of their ring."""
    count = len(place.parts[0])
    following = np.arange(1, count + 1)
    has_corner = start[1:] > start[:-1]
    following[start[1:][has_corner] - 1] = start[:-1][has_corner]
    result = np.ones(count, dtype=bool)
    for part in place.parts:
        result &= part == part[following]
    return result


def _sides(rings: _Rings, ends: IntArray, begins: IntArray) -> Vectors:
    return rings.place.at(begins).to(rings.place.at(ends))


def _has_area(normals: Vectors, *sides: Vectors) -> BoolArray:
    """Say which shapes with these normals (of twice their area) are wider than `NARROWEST_M` along these sides."""
    longest = sides[0].dot(sides[0])
    for side in sides[1:]:
        longest = np.maximum(longest, side.dot(side))
    longest *= NARROWEST_M**2
    result: BoolArray = normals.dot(normals) > longest
    return result


def _cut_triangles(rings: _Rings, polygons: IntArray, outer_start: IntArray) -> _Cut:
    a = outer_start[polygons]
    corners = np.stack((a, a + 1, a + 2), axis=1)
    ok = _triangles_with_area(rings, corners)
    return corners[ok], polygons[ok]


def _triangles_with_area(rings: _Rings, corners: IntArray) -> BoolArray:
    a, b, c = corners.T
    ab, ac = _sides(rings, b, a), _sides(rings, c, a)
    return _has_area(ab.cross(ac), ab, ac, ab.to(ac))


def _cut_quadrangles(rings: _Rings, polygons: IntArray, outer_start: IntArray) -> _Cut:
    """Cut along the diagonal that leaves the larger smallest triangle; a dent is thereby cut from inside."""
    a = outer_start[polygons]
    ac, bd = _sides(rings, a + 2, a), _sides(rings, a + 3, a + 1)
    normal = ac.cross(bd)
    whole = normal.dot(normal)
    ab = _sides(rings, a + 1, a)
    abc = ab.cross(ac).dot(normal)
    abd = ab.cross(_sides(rings, a + 3, a)).dot(normal)
    least_by_ac, least_by_bd = np.minimum(abc, whole - abc), np.minimum(abd, whole - abd)
    by_ac = (least_by_ac >= least_by_bd)[:, None]
    corners = a[:, None] + np.where(by_ac, (0, 1, 2, 0, 2, 3), (1, 2, 3, 1, 3, 0))
    ok = np.repeat(_has_area(normal, ac, bd, ab), 2)
    corners = corners.reshape(-1, 3)
    thin = np.flatnonzero(ok & np.repeat(np.maximum(least_by_ac, least_by_bd) < 1e-6 * whole, 2))
    ok[thin] = _triangles_with_area(rings, corners[thin])
    return corners[ok], np.repeat(polygons, 2)[ok]


def _cut_fans(rings: _Rings, polygons: IntArray, begin: IntArray, sizes: IntArray) -> tuple[list[_Cut], IntArray]:
    """Cut polygons that are seen whole from one corner; also return the polygons that are not.

    The first corner is tried, then the deepest dent: from there most L-shapes and gables are seen whole.
    """
    cuts: list[_Cut] = []
    apex = np.zeros_like(sizes)
    for attempt in range(2):
        corners, owner = _fans(begin, sizes, apex)
        seen, sound, normals, has_area = _seen_whole(rings, corners, owner, len(polygons))
        kept = np.flatnonzero(seen[owner] & has_area)
        cuts.append((corners.take(kept, axis=0), polygons[owner[kept]]))
        rest = np.flatnonzero(~seen & sound)
        polygons, begin, sizes = polygons[rest], begin[rest], sizes[rest]
        if attempt == 0 and len(rest):
            apex = _deepest_dent(rings, begin, sizes, normals.at(rest))
    return cuts, polygons


def _ragged(sizes: IntArray) -> tuple[IntArray, IntArray]:
    """Return 0 … size − 1 for each size in a row, and the index of the size each belongs to."""
    owner = np.repeat(np.arange(len(sizes)), sizes)
    before = np.cumsum(sizes) - sizes
    return np.arange(len(owner)) - before[owner], owner


def _fans(begin: IntArray, sizes: IntArray, apex: IntArray) -> tuple[IntArray, IntArray]:
    """Return the corners (t, 3) of fans around `apex`, and the ring of each triangle."""
    step, owner = _ragged(sizes - 2)
    first, size, centre = begin[owner], sizes[owner], apex[owner]
    corners = np.empty((len(owner), 3), dtype=np.int64)
    for place, around in enumerate((centre, centre + step + 1, centre + step + 2)):
        np.add(first, np.where(around < size, around, around - size), out=corners[:, place])
    return corners, owner


def _seen_whole(
    rings: _Rings, corners: IntArray, owner: IntArray, count: int
) -> tuple[BoolArray, BoolArray, Vectors, BoolArray]:
    """Say which fans turn one way throughout; which rings have an area; their Newell normals; which triangles have."""
    if not count:
        none = np.zeros(0, dtype=bool)
        return none, none, rings.place.at(np.zeros(0, dtype=np.int64)), none
    a, b, c = corners.T
    ab, ac = _sides(rings, b, a), _sides(rings, c, a)
    parts = ab.cross(ac)
    fan_start = np.searchsorted(owner, np.arange(count))
    normals = parts.sums(fan_start)
    whole = normals.dot(normals)
    reach = np.maximum.reduceat(np.maximum(ab.dot(ab), ac.dot(ac)), fan_start)
    sound: BoolArray = whole > reach * NARROWEST_M**2
    turns = np.minimum.reduceat(parts.dot(normals.at(owner)), fan_start)
    seen: BoolArray = (turns >= -1e-12 * whole) & sound
    return seen, sound, normals, _has_area(parts, ab, ac, ab.to(ac))


def _deepest_dent(rings: _Rings, begin: IntArray, sizes: IntArray, normals: Vectors) -> IntArray:
    """Return, for each ring, the number of the corner that turns most against its normal."""
    step, owner = _ragged(sizes)
    first, size = begin[owner], sizes[owner]
    here, after = first + step, first + np.where(step + 1 < size, step + 1, 0)
    before = first + np.where(step > 0, step, size) - 1
    incoming, outgoing = _sides(rings, here, before), _sides(rings, after, here)
    lengths = np.sqrt(incoming.dot(incoming) * outgoing.dot(outgoing))
    turn = incoming.cross(outgoing).dot(normals.at(owner)) / np.maximum(lengths, 1e-300)
    least = np.minimum.reduceat(turn, np.cumsum(sizes) - sizes)
    deepest = np.zeros_like(sizes)
    is_least = turn == least[owner]
    deepest[owner[is_least]] = step[is_least]
    return deepest


def _cut_ears(rings: _Rings, polygons: IntArray) -> _Cut:
    """Clip the ears of each polygon, seen along the main axis of its Newell normal."""
    if not len(polygons):
        return np.zeros((0, 3), dtype=np.int64), np.zeros(0, dtype=np.int64)
    begins = rings.start[rings.first[polygons]]
    found = list(_ears(rings, polygons, begins))
    counts = np.array([len(ears) for ears in found])
    corners = (np.concatenate(found).astype(np.int64) + np.repeat(begins, counts)).reshape(-1, 3)
    polygon = np.repeat(polygons, counts // 3)
    ok = _triangles_with_area(rings, corners)
    return (corners, polygon) if ok.all() else (corners[ok], polygon[ok])


def _ears(rings: _Rings, polygons: IntArray, begins: IntArray) -> Iterator[npt.NDArray[np.uint32]]:
    """Yield the corners of triangles of each polygon, counted from its first corner."""
    first_ring, last_ring = rings.first[polygons], rings.first[polygons + 1]
    ends = rings.start[last_ring]
    step, owner = _ragged(ends - begins)
    local = _sides(rings, begins[owner] + step, begins[owner])
    stops = np.cumsum(ends - begins)
    starts = stops - (ends - begins)
    flat = _flattened(local, _newell_normals(local, starts, starts + rings.start[first_ring + 1] - begins), owner)
    ring_step, ring_owner = _ragged(last_ring - first_ring)
    ring_ends = (rings.start[first_ring[ring_owner] + ring_step + 1] - begins[ring_owner]).astype(np.uint32)
    ring_stops = np.cumsum(last_ring - first_ring)
    place = ring = 0
    for stop, ring_stop in zip(stops.tolist(), ring_stops.tolist(), strict=True):
        yield mapbox_earcut.triangulate_float64(flat[place:stop], ring_ends[ring:ring_stop])
        place, ring = stop, ring_stop


def _newell_normals(local: Vectors, starts: IntArray, outer_ends: IntArray) -> Vectors:
    """Return the area vectors of the outer rings, twice their area long; `local` counts from the first corner each."""
    following = np.arange(1, len(local.parts[0]) + 1)
    following[-1] = 0
    runs = np.stack((starts, outer_ends - 1), axis=1).ravel()
    return Vectors(tuple(part[::2] for part in local.cross(local.at(following)).sums(runs).parts))


def _flattened(local: Vectors, normals: Vectors, owner: IntArray) -> Float64Array:
    """Drop the axis the polygon faces, so that it is seen counter-clockwise; shape (c, 2)."""
    if len(normals.parts) == 1:
        faces_along = normals.parts[0] > 0
        u, v = local.parts
    else:
        normal = np.stack(normals.parts, axis=1)
        axis = np.argmax(np.abs(normal), axis=1)
        faces_along = np.take_along_axis(normal, axis[:, None], axis=1)[:, 0] > 0
        xyz = np.stack(local.parts, axis=1)
        rows = np.arange(len(owner))
        u, v = xyz[rows, ((axis + 1) % 3)[owner]], xyz[rows, ((axis + 2) % 3)[owner]]
    along = faces_along[owner]
    return np.stack((np.where(along, u, v), np.where(along, v, u)), axis=1)
