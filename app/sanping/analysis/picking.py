"""Which city object a ray, a point or an outline meets: exact, without a display, in well under a millisecond."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from sanping.analysis.triangles import Triangles, distances, first_hit
from sanping.domain.city import SurfaceKind
from sanping.domain.geo import Float32Array, Float64Array
from sanping.domain.tile import Tile, TileSet
from sanping.domain.view import Point

PIECE_TRIANGLES = 64
"""Objects are searched in pieces of so many triangles, so that an enormous one is no slower than many small ones."""

IndexArray = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """Where a ray meets a city object.

    `feature` is its number in the tile set; `point` in world metres; `triangle` the row in its tile's `near.triangles`.
    """

    feature: int
    point: Point
    distance_m: float
    triangle: int
    surface: SurfaceKind


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pieces:
    """Runs of triangles of one feature each, with their boxes relative to the tile's origin.

    Run i is `near.triangles[first[i]:first[i + 1]]`, belongs to row `feature[i]` and lies in `low[i]`, `high[i]` (3,).
    """

    first: IndexArray
    feature: IndexArray
    low: Float32Array
    high: Float32Array


class Picker:
    """Searches one tile set. What it needs of a tile is made when a ray first reaches it, and kept."""

    def __init__(self, tiles: TileSet) -> None:
        self._tiles = tiles.tiles
        boxes = [tile.extent for tile in tiles.tiles]
        self._low = np.array([(box.west, box.south, box.bottom) for box in boxes], dtype=np.float64)
        self._high = np.array([(box.east, box.north, box.top) for box in boxes], dtype=np.float64)
        self._pieces: dict[int, _Pieces] = {}

    def along(self, origin: Point, direction: Point, within_m: float = np.inf) -> Hit | None:
        """Return the first object that a ray meets, from either side of its surface; None when it meets none.

        `origin` in world metres; `direction` needs no length. What is not nearer than `within_m` is not looked at.
        """
        start, way = np.array(origin, dtype=np.float64), np.array(direction, dtype=np.float64)
        way /= np.sqrt(way @ way)
        entry = _entries(self._low, self._high, start, way)
        reached = np.flatnonzero(entry < within_m)
        nearest, hit = within_m, None
        for index in reached[np.argsort(entry[reached])].tolist():
            if entry[index] > nearest:
                break
            found = self._in_tile(index, start, way, nearest)
            if found is not None:
                nearest, hit = found[0], (index, found[1])
        if hit is None:
            return None
        place = start + way * nearest
        tile, triangle = self._tiles[hit[0]], hit[1]
        row = int(np.searchsorted(tile.first_triangle, triangle, side="right")) - 1
        return Hit(
            feature=tile.first_feature + row,
            point=(float(place[0]), float(place[1]), float(place[2])),
            distance_m=float(nearest),
            triangle=triangle,
            surface=SurfaceKind(int(tile.triangle_surface[triangle])),
        )

    def at(self, point: Point, tolerance_m: float = 3.0) -> int | None:
        """Return the number of the object whose surface is nearest to a point, None beyond `tolerance_m`.

        For points read back from a depth buffer, which are off by more the farther they are.
        """
        place = np.array(point, dtype=np.float64)
        is_near = ((self._low - tolerance_m <= place) & (place <= self._high + tolerance_m)).all(axis=1)
        nearest, feature = tolerance_m, None
        for index in np.flatnonzero(is_near).tolist():
            tile, pieces = self._tiles[index], self._pieces_of(index)
            local = (place - tile.origin).astype(np.float32)
            reach = np.float32(nearest)
            inside = ((pieces.low - reach <= local) & (local <= pieces.high + reach)).all(axis=1)
            chosen = np.flatnonzero(inside)
            if len(chosen) == 0:
                continue
            rows = _runs(pieces.first, chosen)
            away = distances(_corners(tile, rows), local.astype(np.float64))
            best = int(away.argmin())
            if away[best] <= nearest:
                nearest = float(away[best])
                row = int(np.searchsorted(tile.first_triangle, rows[best], side="right")) - 1
                feature = tile.first_feature + row
        return feature

    def within(self, outline: shapely.Geometry) -> npt.NDArray[np.int64]:
        """Return the numbers of the objects that have a corner inside an outline on the ground, ascending."""
        shapely.prepare(outline)
        west, south, east, north = outline.bounds
        is_near = (self._low[:, :2] <= (east, north)).all(axis=1) & (self._high[:, :2] >= (west, south)).all(axis=1)
        found = [self._rows_within(self._tiles[index], outline) for index in np.flatnonzero(is_near).tolist()]
        return np.concatenate([np.empty(0, dtype=np.int64), *found])

    def _rows_within(self, tile: Tile, outline: shapely.Geometry) -> npt.NDArray[np.int64]:
        east, north = tile.near.points[:, 0] + tile.origin[0], tile.near.points[:, 1] + tile.origin[1]
        west_edge, south_edge, east_edge, north_edge = outline.bounds
        near = np.flatnonzero((east >= west_edge) & (east <= east_edge) & (north >= south_edge) & (north <= north_edge))
        inside = near[shapely.contains_xy(outline, east[near], north[near])]
        rows = np.unique(tile.near.point_feature[inside])
        return rows.astype(np.int64) + tile.first_feature

    def _in_tile(self, index: int, start: Float64Array, way: Float64Array, nearest: float) -> tuple[float, int] | None:
        tile, pieces = self._tiles[index], self._pieces_of(index)
        local = start - tile.origin
        entry = _entries(pieces.low, pieces.high, local, way)
        chosen = np.flatnonzero(entry < nearest)
        if len(chosen) == 0:
            return None
        rows = _runs(pieces.first, chosen)
        hit = first_hit(_corners(tile, rows), local, way)
        if hit is None or hit[0] >= nearest:
            return None
        return hit[0], int(rows[hit[1]])

    def _pieces_of(self, index: int) -> _Pieces:
        found = self._pieces.get(index)
        if found is None:
            found = self._pieces[index] = _cut_into_pieces(self._tiles[index])
        return found


def picked(tiles: TileSet, origin: Point, direction: Point) -> Hit | None:
    """Return the first object a ray meets; keep a `Picker` to ask more than once."""
    return Picker(tiles).along(origin, direction)


def _entries(
    low: npt.NDArray[np.floating], high: npt.NDArray[np.floating], start: Float64Array, way: Float64Array
) -> Float64Array:
    """Return how far along a ray each box is entered (0 from inside), infinity for boxes it misses."""
    entered, left = np.zeros(len(low)), np.full(len(low), np.inf)
    is_missed = np.zeros(len(low), dtype=np.bool_)
    for axis in range(3):
        if abs(way[axis]) < 1e-12:
            is_missed |= (low[:, axis] > start[axis]) | (high[:, axis] < start[axis])
            continue
        first = (low[:, axis] - start[axis]) / way[axis]
        last = (high[:, axis] - start[axis]) / way[axis]
        np.maximum(entered, np.minimum(first, last), out=entered)
        np.minimum(left, np.maximum(first, last), out=left)
    entered[is_missed | (entered > left + 1e-3)] = np.inf
    return entered


def _runs(first: IndexArray, chosen: IndexArray) -> IndexArray:
    counts = first[chosen + 1] - first[chosen]
    ends = np.cumsum(counts)
    rows: IndexArray = np.repeat(first[chosen] - (ends - counts), counts) + np.arange(int(ends[-1]))
    return rows


def _corners(tile: Tile, rows: IndexArray) -> Triangles:
    corners = tile.near.points[tile.near.triangles[rows]].astype(np.float64)
    return Triangles(a=corners[:, 0], b=corners[:, 1], c=corners[:, 2])


def _cut_into_pieces(tile: Tile) -> _Pieces:
    counts = np.diff(tile.first_triangle).astype(np.intp)
    per_feature = -(-counts // PIECE_TRIANGLES)
    feature = np.repeat(np.arange(len(counts)), per_feature)
    piece_in_feature = np.arange(len(feature)) - np.repeat(np.cumsum(per_feature) - per_feature, per_feature)
    first = tile.first_triangle[feature] + piece_in_feature * PIECE_TRIANGLES
    low, high = np.empty((2, len(feature), 3), dtype=np.float32)
    corners = tile.near.triangles.T.astype(np.intp)
    for axis in range(3 if len(feature) else 0):
        values = np.take(np.ascontiguousarray(tile.near.points[:, axis]), corners)
        low[:, axis] = np.minimum.reduceat(values.min(axis=0), first)
        high[:, axis] = np.maximum.reduceat(values.max(axis=0), first)
    return _Pieces(first=np.append(first, len(tile.near.triangles)), feature=feature, low=low, high=high)
