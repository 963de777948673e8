"""What stops a person who walks: walls of buildings, bridges and whatever else is built, met at knee and chest."""

from collections.abc import Sequence

import numpy as np

from sanping.analysis.picking import Picker
from sanping.domain.city import SurfaceKind
from sanping.domain.geo import Float64Array
from sanping.domain.tile import TileSet
from sanping.domain.view import Point

BODY_M = 0.35
"""Half as wide as a person."""
_BELOW_EYE_M = (1.1, 0.3)
_STEEPEST = 0.7
"""Where a surface leans so far towards the sky, it is a step or a slope and no wall."""
_LEAST_M = 1e-4


class Obstacles:
    """Tile sets that a person cannot walk through.

    Only the outer side of a wall stops, so that whoever stands in a solid block gets out; a door lets pass.
    """

    def __init__(self, sets: Sequence[TileSet]) -> None:
        self._sets = [(tiles, Picker(tiles)) for tiles in sets]

    def free_step(self, eye: Point, east_m: float, north_m: float) -> tuple[float, float]:
        """Return how much of a step over level ground is free, along the wall where one stops it; `eye` in metres."""
        start, wish = np.array(eye, np.float64), np.array([east_m, north_m], np.float64)
        done, normal = self._until_wall(start, wish)
        if normal is None:
            return east_m, north_m
        rest = wish - done
        along = rest - normal * float(rest @ normal)
        slid, _ = self._until_wall(start + np.append(done, 0.0), along)
        east, north = done + slid
        return float(east), float(north)

    def _until_wall(self, eye: Float64Array, wish: Float64Array) -> tuple[Float64Array, Float64Array | None]:
        """Return what of a step is free, and the level unit normal of the wall that ends it, None for no wall."""
        length = float(np.hypot(*wish))
        if length < _LEAST_M:
            return np.zeros(2), None
        way = wish / length
        aside = np.array([-way[1], way[0]]) * BODY_M
        nearest, normal = length + BODY_M, None
        for shift in (np.zeros(2), aside, -aside):
            for below_m in _BELOW_EYE_M:
                met = self._wall(eye + np.append(shift, -below_m), way, nearest)
                if met is not None:
                    nearest, normal = met
        return way * min(length, max(0.0, nearest - BODY_M)), normal

    def _wall(self, start: Float64Array, way: Float64Array, within_m: float) -> tuple[float, Float64Array] | None:
        """Return how far the first wall is along a level way, and its level normal; None where nothing stops."""
        found = None
        for tiles, picker in self._sets:
            hit = picker.along((start[0], start[1], start[2]), (way[0], way[1], 0.0), within_m)
            if hit is None or hit.surface == SurfaceKind.DOOR:
                continue
            tile, _ = tiles.locate(hit.feature)
            a, b, c = tile.near.points[tile.near.triangles[hit.triangle]].astype(np.float64)
            normal = np.cross(b - a, c - a)
            flat = float(np.hypot(normal[0], normal[1]))
            if flat < _LEAST_M**2 or abs(normal[2]) > _STEEPEST * float(np.linalg.norm(normal)):
                continue
            outwards = normal[:2] / flat
            if float(outwards @ way) < 0.0:
                within_m, found = hit.distance_m, (hit.distance_m, outwards)
        return found
