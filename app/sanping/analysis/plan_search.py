"""Which objects lie in an area of the plan, or touch it: boxes first, then only what the border cuts."""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import shapely

from sanping.domain.geo import Float64Array
from sanping.domain.tile import TileSet

Rows = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
Relation = Literal["touching", "inside"]
Flat = tuple[float, float]
_LEAST_M2 = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """An area (a shapely polygon, world metres), and whether objects must lie in it whole."""

    shape: Any
    relation: Relation = "touching"


def box_between(first: Flat, second: Flat, heading: Flat) -> Any:
    """Return the rectangle with two opposite corners whose sides follow `heading`, a unit vector (east, north)."""
    ahead, right = np.array(heading), np.array((heading[1], -heading[0]))
    way = np.subtract(second, first)
    along, across = ahead * (way @ ahead), right * (way @ right)
    start = np.array(first)
    return shapely.Polygon([start, start + along, start + along + across, start + across])


def circle_around(middle: Flat, radius_m: float) -> Any:
    """Return a circle."""
    return shapely.Point(middle).buffer(radius_m, quad_segs=24)


def strip_along(places: list[Flat], width_m: float) -> Any:
    """Return a strip of a whole width along a line."""
    line = shapely.LineString(places) if len(set(places)) > 1 else shapely.Point(places[0])
    return line.buffer(width_m / 2.0, quad_segs=12)


def polygon_of(places: list[Flat]) -> Any:
    """Return the area of a drawn ring, as its outermost lines enclose it where they cross."""
    ring = shapely.Polygon(places)
    return ring if ring.is_valid else shapely.make_valid(ring)


def heading_of(heading_deg: float) -> Flat:
    """Return the unit vector of a heading, clockwise from north."""
    return (float(np.sin(np.radians(heading_deg))), float(np.cos(np.radians(heading_deg))))


def shapes_in(shapes: npt.NDArray[np.object_], region: Region) -> Rows:
    """Return the rows of the shapes that a region holds or touches."""
    shapely.prepare(region.shape)
    test = shapely.covers if region.relation == "inside" else shapely.intersects
    found: Rows = np.flatnonzero(test(region.shape, shapes))
    return found


def objects_in(tiles: TileSet, owner: Rows, low: Float64Array, high: Float64Array, region: Region) -> Rows:
    """Return the numbers of objects that a region holds or touches, as they are seen from above.

    `owner` (n,) is the object that each feature is a part of; `low`, `high` (n, 2) are the boxes of the objects, NaN
    for one without geometry.
    """
    shapely.prepare(region.shape)
    west, south, east, north = region.shape.bounds
    is_near = (low[:, 0] <= east) & (high[:, 0] >= west) & (low[:, 1] <= north) & (high[:, 1] >= south)
    near = np.flatnonzero(is_near)
    boxes = shapely.box(low[near, 0], low[near, 1], high[near, 0], high[near, 1])
    is_whole = shapely.covers(region.shape, boxes)
    cut = near[~is_whole & shapely.intersects(region.shape, boxes)]
    return np.sort(np.concatenate([near[is_whole], _cut_objects(tiles, owner, cut, region)]))


def _cut_objects(tiles: TileSet, owner: Rows, cut: Rows, region: Region) -> Rows:
    """Return those of the objects that the border of a region may cut which it holds or touches."""
    is_asked = np.zeros(len(owner), np.bool_)
    is_asked[cut] = True
    held, seen = np.zeros(len(owner), np.int64), np.zeros(len(owner), np.int64)
    test = shapely.covers if region.relation == "inside" else shapely.intersects
    for tile in tiles.tiles:
        own = owner[tile.first_feature : tile.first_feature + len(tile.features)]
        if not is_asked[own].any():
            continue
        mesh = tile.near
        whose = own[mesh.point_feature[mesh.triangles[:, 0]]]
        chosen = np.flatnonzero(is_asked[whose])
        corners = mesh.points[mesh.triangles[chosen]][:, :, :2].astype(np.float64) + tile.origin[:2]
        way = corners[:, 1:] - corners[:, :1]
        is_seen = np.abs(way[:, 0, 0] * way[:, 1, 1] - way[:, 0, 1] * way[:, 1, 0]) > _LEAST_M2
        is_held = test(region.shape, shapely.polygons(corners[is_seen]))
        seen += np.bincount(whose[chosen][is_seen], minlength=len(owner))
        held += np.bincount(whose[chosen][is_seen][is_held], minlength=len(owner))
    is_met = held > 0 if region.relation == "touching" else (held == seen) & (seen > 0)
    found: Rows = cut[is_met[cut]]
    return found
