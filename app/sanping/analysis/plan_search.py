"""Which objects lie in an area of the plan, or touch it: boxes first, then only what the border cuts."""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import shapely

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


def shapes_in(tree: shapely.STRtree, region: Region) -> Rows:
    """Return the rows of the shapes in a tree that a region holds or touches."""
    found = tree.query(region.shape, predicate="covers" if region.relation == "inside" else "intersects")
    return np.sort(found).astype(np.int64)


def objects_in(tiles: TileSet, owner: Rows, numbers: Rows, boxes: shapely.STRtree, region: Region) -> Rows:
    """Return the places in `numbers` of the objects that a region holds or touches, as they are seen from above.

    `owner` (f,) is for each feature the number of the object that it is a part of; `numbers` (n,) are those of the
    objects, and `boxes` their boxes in the plan in the same order.
    """
    near = shapes_in(boxes, Region(shape=region.shape))
    is_whole = shapely.covers(region.shape, boxes.geometries[near])
    met = _cut_objects(tiles, owner, numbers[near[~is_whole]], region)
    return np.sort(np.concatenate([near[is_whole], np.flatnonzero(np.isin(numbers, met))]))


def _cut_objects(tiles: TileSet, owner: Rows, cut: Rows, region: Region) -> Rows:
    """Return those of the objects that the border of a region may cut which it holds or touches."""
    shapely.prepare(region.shape)
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
