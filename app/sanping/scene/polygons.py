"""Polygons as flat triangles, and their outlines as runs of points."""

from collections.abc import Iterator
from typing import Any

import mapbox_earcut
import numpy as np
import shapely

from sanping.domain.geo import Float64Array, Int32Array


def polygon_parts(geometry: Any) -> Iterator[Any]:
    """Yield the non-empty polygons inside any shapely geometry."""
    if geometry is None or geometry.is_empty:
        return
    if geometry.geom_type == "Polygon":
        yield geometry
    elif hasattr(geometry, "geoms"):
        for part in geometry.geoms:
            yield from polygon_parts(part)


def line_parts(geometry: Any) -> Iterator[Float64Array]:
    """Yield the coordinates (n, 2 or 3) of the lines inside any shapely geometry; rings of polygons count as lines."""
    if geometry is None or geometry.is_empty:
        return
    if geometry.geom_type in ("LineString", "LinearRing"):
        yield shapely.get_coordinates(geometry, include_z=geometry.has_z)
    elif geometry.geom_type == "Polygon":
        for ring in (geometry.exterior, *geometry.interiors):
            yield from line_parts(ring)
    elif hasattr(geometry, "geoms"):
        for part in geometry.geoms:
            yield from line_parts(part)


def triangulated(polygon: Any, longest_m: float = 0.0) -> tuple[Float64Array, Int32Array]:
    """Return points (v, 2) and anticlockwise triangles (t, 3) of a polygon; edges are cut to a positive `longest_m`."""
    if longest_m > 0:
        polygon = shapely.segmentize(polygon, longest_m)
    rings = [np.asarray(ring.coords)[:-1, :2] for ring in (polygon.exterior, *polygon.interiors)]
    points = np.concatenate(rings).astype(np.float64)
    ends = np.cumsum([len(ring) for ring in rings]).astype(np.uint32)
    shifted = points - points[0]
    triangles = mapbox_earcut.triangulate_float64(shifted, ends).reshape(-1, 3).astype(np.int32)
    a, b, c = (points[triangles[:, i]] for i in range(3))
    turned = (b[:, 0] - a[:, 0]) * (c[:, 1] - a[:, 1]) < (b[:, 1] - a[:, 1]) * (c[:, 0] - a[:, 0])
    triangles[turned] = triangles[turned][:, ::-1]
    return points, triangles
