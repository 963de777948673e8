"""Catches a pointer at corners and edges: which of them is drawn near a pixel, and is not hidden by a building."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import radians, tan
from typing import Literal

import numpy as np
import numpy.typing as npt

from sanping.analysis.picking import Picker
from sanping.domain.geo import Float64Array
from sanping.domain.tile import Tile, TileSet
from sanping.domain.view import CameraPose, Point
from sanping.stage.projection import Pixel, Size, axes

SnapKind = Literal["point", "corner", "edge"]
REACH_PX = 12.0
_CORNER_BEFORE_EDGE_PX = 4.0
_SHARP = 0.9986
_WELD_M = 1e-3
_HIDDEN_M, _HIDDEN_SHARE = 0.4, 2e-3
_MOST_TRIED, _MOST_FEATURES = 12, 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Snap:
    """What the pointer is caught at: a place in world metres, so many pixels away."""

    kind: SnapKind
    place: Point
    away_px: float


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """How the city is seen: camera, and the size of the view in pixels."""

    pose: CameraPose
    size: Size


class Snapper:
    """Corners and edges of some tile sets; what it needs of a tile is made when it first comes near the pointer."""

    def __init__(self, sets: Sequence[TileSet]) -> None:
        self._pickers = [Picker(tiles) for tiles in sets]
        self._tiles = [tile for tiles in sets for tile in tiles.tiles]
        self._boxes = np.array([_box(tile) for tile in self._tiles]).reshape(-1, 2, 3)
        self._rows: dict[int, Float64Array] = {}
        self._edges: dict[tuple[int, int], Float64Array] = {}

    def snap(self, view: View, at: Pixel, earlier: Sequence[Point] = (), reach_px: float = REACH_PX) -> Snap | None:
        """Return what is meant near a pixel: an earlier point, else a corner, else an edge; None without any."""
        seen = _nearest(view, at, np.array(earlier, np.float64).reshape(-1, 3), reach_px)
        if seen is not None:
            return Snap(kind="point", place=_point(np.array(earlier[seen[0]])), away_px=seen[1])
        edges = self._near_edges(view, at, reach_px)
        if not len(edges):
            return None
        corners = np.unique(edges.reshape(-1, 3), axis=0)
        found = self._first_seen(view, corners, _away(view, at, corners), reach_px)
        places, away = _on_edges(view, at, edges)
        other = self._first_seen(view, places, away, reach_px)
        if found is not None and (other is None or found[1] <= other[1] + _CORNER_BEFORE_EDGE_PX + reach_px / 2):
            return Snap(kind="corner", place=found[0], away_px=found[1])
        return None if other is None else Snap(kind="edge", place=other[0], away_px=other[1])

    def _near_edges(self, view: View, at: Pixel, reach_px: float) -> Float64Array:
        found = []
        for number in _near_boxes(view, at, self._boxes, reach_px).tolist():
            boxes = self._rows_of(number)
            rows = _near_boxes(view, at, boxes, reach_px)[:_MOST_FEATURES].tolist()
            found += [self._edges_of(number, row) for row in rows]
        return np.concatenate([np.zeros((0, 2, 3)), *found])

    def _rows_of(self, number: int) -> Float64Array:
        if number not in self._rows:
            tile = self._tiles[number]
            low, high = np.full((len(tile.features), 3), np.inf), np.full((len(tile.features), 3), -np.inf)
            corners = tile.near.points[tile.near.triangles].astype(np.float64)
            row = np.repeat(np.arange(len(tile.features)), np.diff(tile.first_triangle))
            np.minimum.at(low, row, corners.min(axis=1))
            np.maximum.at(high, row, corners.max(axis=1))
            self._rows[number] = np.stack([low, high], axis=1) + tile.origin
        return self._rows[number]

    def _edges_of(self, number: int, row: int) -> Float64Array:
        key = (number, row)
        if key not in self._edges:
            tile = self._tiles[number]
            first, last = tile.first_triangle[row : row + 2]
            corners = tile.near.points[tile.near.triangles[first:last]].astype(np.float64)
            self._edges[key] = sharp_edges(corners) + tile.origin
        return self._edges[key]

    def _first_seen(
        self, view: View, places: Float64Array, away: Float64Array, reach_px: float
    ) -> tuple[Point, float] | None:
        """Return the nearest place that no building hides."""
        order = np.argsort(away)
        eye = np.array(view.pose.position)
        for index in order[:_MOST_TRIED].tolist():
            if not away[index] <= reach_px:
                return None
            way = places[index] - eye
            reach = float(np.linalg.norm(way))
            margin = _HIDDEN_M + _HIDDEN_SHARE * reach
            hits = (picker.along(_point(eye), _point(way)) for picker in self._pickers)
            if all(hit is None or hit.distance_m > reach - margin for hit in hits):
                return _point(places[index]), float(away[index])
        return None


def sharp_edges(corners: Float64Array) -> Float64Array:
    """Return the edges (e, 2, 3) of triangles (t, 3, 3) at which a surface ends or turns."""
    if not len(corners):
        return np.zeros((0, 2, 3))
    normal = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    length = np.linalg.norm(normal, axis=1)
    kept = length > 1e-9
    corners, normal = corners[kept], normal[kept] / length[kept, None]
    ends = corners.reshape(-1, 3)
    keys = np.rint(ends / _WELD_M).astype(np.int64)
    _, first, number = np.unique(keys, axis=0, return_index=True, return_inverse=True)
    faces = number.reshape(-1, 3)
    pairs = np.sort(np.concatenate([faces[:, (0, 1)], faces[:, (1, 2)], faces[:, (2, 0)]]), axis=1)
    turn = np.concatenate([normal, normal, normal])
    order = np.lexsort((pairs[:, 1], pairs[:, 0]))
    pairs, turn = pairs[order], turn[order]
    starts = np.flatnonzero(np.concatenate([[True], (pairs[1:] != pairs[:-1]).any(axis=1)]))
    counts = np.diff(np.append(starts, len(pairs)))
    alike = np.einsum("ij,ij->i", turn[starts], turn[np.minimum(starts + 1, len(turn) - 1)])
    is_sharp = (counts != 2) | (alike < _SHARP)
    found: Float64Array = ends[first[pairs[starts[is_sharp]]]]
    return found


def pixels_of(view: View, points: Float64Array) -> Float64Array:
    """Return the pixels (n, 2) of world points (n, 3); infinite behind the camera."""
    right, up, forward = (np.array(axis) for axis in axes(view.pose))
    width, height = view.size
    to = points - np.array(view.pose.position)
    depth = to @ forward
    half = tan(radians(view.pose.fov_deg) / 2.0) * np.where(depth > 0.0, depth, 1.0)
    x = ((to @ right) / (half * width / height) + 1.0) * width / 2.0
    y = (1.0 - (to @ up) / half) * height / 2.0
    return np.where((depth > 0.0)[:, None], np.column_stack([x, y]), np.inf)


def _away(view: View, at: Pixel, points: Float64Array) -> Float64Array:
    off = pixels_of(view, points) - at
    return np.asarray(np.hypot(off[:, 0], off[:, 1]), np.float64)


def _nearest(view: View, at: Pixel, points: Float64Array, reach_px: float) -> tuple[int, float] | None:
    if not len(points):
        return None
    away = _away(view, at, points)
    best = int(away.argmin())
    return (best, float(away[best])) if away[best] <= reach_px else None


def _on_edges(view: View, at: Pixel, edges: Float64Array) -> tuple[Float64Array, Float64Array]:
    """Return the place (e, 3) of each edge that is drawn nearest to a pixel, and how far away (e,)."""
    start, end = pixels_of(view, edges[:, 0]), pixels_of(view, edges[:, 1])
    is_seen = np.isfinite(start).all(axis=1) & np.isfinite(end).all(axis=1)
    edges, start, end = edges[is_seen], start[is_seen], end[is_seen]
    way = end - start
    square = np.maximum(np.einsum("ij,ij->i", way, way), 1e-9)
    share = np.clip(np.einsum("ij,ij->i", np.asarray(at) - start, way) / square, 0.0, 1.0)
    off = start + share[:, None] * way - at
    forward, eye = np.array(view.pose.forward), np.array(view.pose.position)
    near, far = (edges[:, 0] - eye) @ forward, (edges[:, 1] - eye) @ forward
    deep = share * near / np.maximum(far + share * (near - far), 1e-9)
    places = edges[:, 0] + deep[:, None] * (edges[:, 1] - edges[:, 0])
    return places, np.asarray(np.hypot(off[:, 0], off[:, 1]), np.float64)


def _near_boxes(view: View, at: Pixel, boxes: Float64Array, reach_px: float) -> npt.NDArray[np.intp]:
    """Return the boxes (n, 2, 3) that may be drawn within reach of a pixel, the nearest to the eye first."""
    known = np.flatnonzero(np.isfinite(boxes).all(axis=(1, 2)))
    if not len(known):
        return known
    boxes = boxes[known]
    pick = np.array([[(i >> axis) & 1 for axis in range(3)] for i in range(8)])
    corners = boxes[:, pick, np.arange(3)]
    pixels = pixels_of(view, corners.reshape(-1, 3)).reshape(len(boxes), 8, 2)
    is_before = np.isfinite(pixels).all(axis=(1, 2))
    low, high = pixels.min(axis=1) - reach_px, pixels.max(axis=1) + reach_px
    is_near = is_before & (low <= at).all(axis=1) & (high >= at).all(axis=1)
    is_around = ~is_before & np.isfinite(pixels).any(axis=(1, 2))
    found = np.flatnonzero(is_near | is_around)
    away = np.linalg.norm(boxes[found].mean(axis=1) - np.array(view.pose.position), axis=1)
    return known[found[np.argsort(away)]]


def _box(tile: Tile) -> tuple[tuple[float, float, float], tuple[float, float, float]]:
    box = tile.extent
    return (box.west, box.south, box.bottom), (box.east, box.north, box.top)


def _point(place: Float64Array) -> Point:
    return (float(place[0]), float(place[1]), float(place[2]))
