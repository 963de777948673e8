"""Rings of polygons in flat arrays: from GeoJSON coordinates and from shapely, measured and wound the right way."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
import numpy.typing as npt
import shapely

from sanping.domain.geo import Float64Array
from sanping.domain.text import Text
from sanping.formats.columns import SkipLog

IntArray = npt.NDArray[np.int64]

NO_GEOMETRY = Text("要素没有几何（为空，或嵌套有误）", "feature without geometry (null, or mis-nested)")
NOT_POLYGON = Text("要素不是面", "feature that is no polygon")
BROKEN_COORDINATES = Text("坐标结构有误", "coordinates that are not properly nested numbers")
_DEEPEST_COLLECTION = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Rings:
    """Polygons of features.

    `points` (c, 2) in the file's CRS, ring after ring, `z` (c,) their heights or None. Ring i is
    `points[ring_start[i]:ring_start[i + 1]]`; polygon j has the rings `first_ring[j]` … `first_ring[j + 1] − 1`, the
    outer one first. `row` (q,) is the feature of each polygon, non-decreasing.
    """

    points: Float64Array
    z: Float64Array | None
    ring_start: IntArray
    first_ring: IntArray
    row: IntArray


def rings_of_geojson(geometries: Sequence[object], ids: Sequence[str], skips: SkipLog) -> Rings:
    """Flatten the polygons of GeoJSON geometries; what is no polygon or not properly nested is counted in `skips`."""
    if (plain := _all_polygons(geometries)) is not None:
        try:
            return _flattened(plain, list(range(len(plain))))
        except (TypeError, ValueError, OverflowError):
            pass
    polygons: list[Sequence[Sequence[Sequence[float]]]] = []
    rows: list[int] = []
    for row, geometry in enumerate(geometries):
        try:
            kind = geometry["type"]  # type: ignore[index]  # checked by the exceptions below
            if kind == "Polygon":
                polygons.append(geometry["coordinates"])  # type: ignore[index]
                rows.append(row)
            elif kind == "MultiPolygon":
                parts = geometry["coordinates"]  # type: ignore[index]
                polygons.extend(parts)
                rows.extend([row] * len(parts))
            else:
                for part in _collected(geometry, 0):
                    polygons.append(part)
                    rows.append(row)
        except (KeyError, TypeError):
            skips.add(NO_GEOMETRY if geometry is None else BROKEN_COORDINATES, ids[row])
            continue
        if not rows or rows[-1] != row:
            skips.add(NO_GEOMETRY if kind in ("Polygon", "MultiPolygon") else NOT_POLYGON, ids[row])
    try:
        return _flattened(polygons, rows)
    except (TypeError, ValueError, OverflowError):
        sound = [_is_nested(polygon) for polygon in polygons]
    for row, ok in zip(rows, sound, strict=True):
        if not ok:
            skips.add(BROKEN_COORDINATES, ids[row])
    kept = [_plain(polygon) for polygon, ok in zip(polygons, sound, strict=True) if ok]
    return _flattened(kept, [row for row, ok in zip(rows, sound, strict=True) if ok])


def _all_polygons(geometries: Sequence[object]) -> list[Sequence[Sequence[Sequence[float]]]] | None:
    """Return the coordinates of all geometries when each is a polygon with rings: the usual, fast case."""
    try:
        if {geometry["type"] for geometry in geometries} != {"Polygon"}:  # type: ignore[index]  # checked by exceptions
            return None
        found = [geometry["coordinates"] for geometry in geometries]  # type: ignore[index]
    except (KeyError, TypeError):
        return None
    return found if all(found) else None


def _collected(geometry: object, depth: int) -> list[Sequence[Sequence[Sequence[float]]]]:
    """Return the polygons of a geometry collection."""
    if not isinstance(geometry, dict) or depth > _DEEPEST_COLLECTION:
        return []
    if geometry.get("type") == "Polygon":
        return [geometry["coordinates"]]
    if geometry.get("type") == "MultiPolygon":
        return list(geometry["coordinates"])
    parts = geometry.get("geometries")
    return [found for part in parts for found in _collected(part, depth + 1)] if isinstance(parts, list) else []


def _flattened(polygons: Sequence[Sequence[Sequence[Sequence[float]]]], rows: list[int]) -> Rings:
    """Flatten well-nested polygons; raises `TypeError` or `ValueError` when one is not."""
    rings = list(chain.from_iterable(polygons))
    points = list(chain.from_iterable(rings))
    widths = set(map(len, points)) or {2}
    if len(widths) != 1 or not widths <= {2, 3}:
        raise ValueError(widths)
    width = widths.pop()
    values = np.fromiter(chain.from_iterable(points), np.float64, count=width * len(points)).reshape(-1, width)
    return Rings(
        points=np.ascontiguousarray(values[:, :2]),
        z=np.ascontiguousarray(values[:, 2]) if width == 3 else None,
        ring_start=_starts(map(len, rings), len(rings)),
        first_ring=_starts(map(len, polygons), len(polygons)),
        row=np.array(rows, dtype=np.int64),
    )


def _starts(sizes: "map[int]", count: int) -> IntArray:
    starts = np.zeros(count + 1, dtype=np.int64)
    np.cumsum(np.fromiter(sizes, np.int64, count=count), out=starts[1:])
    return starts


def _is_nested(polygon: object) -> bool:
    """Say whether a polygon is a list of lists of number pairs or triples."""
    return (
        isinstance(polygon, list)
        and len(polygon) > 0
        and all(isinstance(ring, list) and all(_is_point(point) for point in ring) for ring in polygon)
    )


def _is_point(point: object) -> bool:
    return isinstance(point, list) and len(point) >= 2 and all(_is_number(value) for value in point[:2])


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < 1e300


def _plain(polygon: Sequence[Sequence[Sequence[float]]]) -> list[list[list[float]]]:
    """Return the polygon with every point as a triple; NaN where no height is given."""
    return [
        [[*point[:2], point[2] if len(point) > 2 and _is_number(point[2]) else np.nan] for point in ring]
        for ring in polygon
    ]


def rings_of_shapely(geometries: npt.NDArray[np.object_], ids: Sequence[str], skips: SkipLog) -> Rings:
    """Flatten the polygons of shapely geometries; empty ones and other kinds are counted in `skips`."""
    is_missing = shapely.is_missing(geometries) | shapely.is_empty(geometries)
    for row in np.flatnonzero(is_missing).tolist():
        skips.add(NO_GEOMETRY, ids[row])
    present = np.flatnonzero(~is_missing)
    parts, owner = _parts(geometries[present])
    is_polygon = shapely.get_type_id(parts) == shapely.GeometryType.POLYGON
    for row in np.setdiff1d(np.arange(len(present)), owner[is_polygon]).tolist():
        skips.add(NOT_POLYGON, ids[int(present[row])])
    parts, owner = parts[is_polygon], owner[is_polygon]
    if len(parts) == 0:
        zero = np.zeros(1, dtype=np.int64)
        return Rings(points=np.zeros((0, 2)), z=None, ring_start=zero, first_ring=zero, row=zero[:0])
    has_z = bool(shapely.has_z(parts).any())
    _, coordinates, (ring_start, first_ring) = shapely.to_ragged_array(parts, include_z=has_z)
    return Rings(
        points=np.ascontiguousarray(coordinates[:, :2]),
        z=np.ascontiguousarray(coordinates[:, 2]) if has_z else None,
        ring_start=np.asarray(ring_start, dtype=np.int64),
        first_ring=np.asarray(first_ring, dtype=np.int64),
        row=present[owner].astype(np.int64),
    )


def _parts(geometries: npt.NDArray[np.object_]) -> tuple[npt.NDArray[np.object_], IntArray]:
    """Take collections apart, a few levels deep; also return the geometry each part came from."""
    owner = np.arange(len(geometries))
    for _ in range(_DEEPEST_COLLECTION):
        if not (shapely.get_type_id(geometries) >= shapely.GeometryType.MULTIPOINT).any():
            break
        geometries, index = shapely.get_parts(geometries, return_index=True)
        owner = owner[index]
    return geometries, owner


def outer_rings(rings: Rings) -> IntArray:
    """Return the outer ring of each polygon that has rings."""
    return rings.first_ring[:-1][np.diff(rings.first_ring) > 0]


def ring_areas(rings: Rings) -> Float64Array:
    """Return the signed area of each ring, counter-clockwise positive; 0 for a ring without points."""
    x, y, begin, following = _steps(rings)
    x, y = x - x[begin], y - y[begin]
    cross = x * y[following] - x[following] * y
    return _sums(cross, rings.ring_start) / 2


def _steps(rings: Rings) -> tuple[Float64Array, Float64Array, IntArray, IntArray]:
    """Return x, y, and for each point the first of its ring and the next one."""
    begin = np.repeat(rings.ring_start[:-1], np.diff(rings.ring_start))
    return rings.points[:, 0], rings.points[:, 1], begin, following_points(rings)


def following_points(rings: Rings) -> IntArray:
    """Return the index of the next point of the same ring, for every point."""
    following = np.arange(1, len(rings.points) + 1)
    has_points = rings.ring_start[1:] > rings.ring_start[:-1]
    following[rings.ring_start[1:][has_points] - 1] = rings.ring_start[:-1][has_points]
    return following


def _sums(values: Float64Array, starts: IntArray) -> Float64Array:
    """Sum runs of values; 0 for an empty run."""
    running = np.zeros(len(values) + 1)
    np.cumsum(np.nan_to_num(values), out=running[1:])  # one broken number must not spoil all that follow
    return running[starts[1:]] - running[starts[:-1]]
