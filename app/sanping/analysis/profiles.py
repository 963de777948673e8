"""The elevation profile along a line: the ground below it, and what the upright plane through it cuts of buildings."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import shapely

from sanping.analysis.ground_heights import ground_at
from sanping.analysis.measuring import along, ground_step_m
from sanping.analysis.sections import cut_faces, upright_plane
from sanping.domain.geo import Extent, Float64Array
from sanping.domain.ground import Terrain
from sanping.domain.tile import TileSet
from sanping.domain.view import Point

_LEAST_SAMPLES, _MOST_SAMPLES = 200, 4000
_FAR_UP_M = 20_000.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Silhouette:
    """What is cut of one object: its layer, number and class, and its faces at (metres along the line, height)."""

    layer: str
    number: int
    class_name: str
    shape: shapely.Geometry


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """Samples along a line, in rising order.

    `distance_m` (n,) in plan, `at` (n, 2), `ground_m` (n,) NaN where no ground is known, `surface_m` (n,) the ground or
    the highest object over it. `corners_m` are the distances of the places of the line.
    """

    distance_m: Float64Array
    at: Float64Array
    ground_m: Float64Array
    surface_m: Float64Array
    corners_m: tuple[float, ...]
    silhouettes: tuple[Silhouette, ...]

    def place(self, distance_m: float) -> Point | None:
        """Return the place on the surface at a distance; None where nothing is known there."""
        row = int(np.clip(np.searchsorted(self.distance_m, distance_m), 0, len(self.distance_m) - 1))
        height = float(self.surface_m[row])
        return (float(self.at[row, 0]), float(self.at[row, 1]), height) if np.isfinite(height) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Climb:
    """The figures of a profile's ground: lengths in metres, `steepest` in metres a metre."""

    length_m: float
    lowest_m: float
    highest_m: float
    up_m: float
    down_m: float
    steepest: float
    top_m: float


def profile_along(
    line: Sequence[Point], terrain: Terrain | None, layers: Sequence[tuple[str, TileSet]] = ()
) -> Profile:
    """Return the profile along a line of two places or more. Raises ValueError for fewer, or for places all alike."""
    places = np.array(line, np.float64).reshape(-1, 3)
    legs = [(a, b) for a, b in pairwise(places) if np.hypot(*(b - a)[:2]) > 1e-6]
    if not legs:
        raise ValueError("a profile needs two places apart")
    corners = np.concatenate([[0.0], np.cumsum([np.hypot(*(b - a)[:2]) for a, b in legs])])
    at, distance = _samples(np.array([legs[0][0][:2], *(b[:2] for _, b in legs)]), terrain)
    ground = ground_at(terrain, at, np.nan)
    cuts = [cut for (a, b), begin in zip(legs, corners, strict=False) for cut in _cuts(a, b, float(begin), layers)]
    return Profile(
        distance_m=distance, at=at, ground_m=ground, surface_m=_surface(distance, ground, cuts),
        corners_m=tuple(corners.tolist()), silhouettes=tuple(cuts),
    )  # fmt: skip


def climb_of(profile: Profile) -> Climb | None:
    """Return the figures of the ground below a profile; None where none is known."""
    known = np.isfinite(profile.ground_m)
    if not known.any():
        return None
    ground, distance = profile.ground_m[known], profile.distance_m[known]
    rise, run = np.diff(ground), np.diff(distance)
    steep = np.abs(rise[run > 1e-9] / run[run > 1e-9])
    return Climb(
        length_m=float(profile.distance_m[-1]),
        lowest_m=float(ground.min()),
        highest_m=float(ground.max()),
        up_m=float(rise[rise > 0].sum()),
        down_m=float(-rise[rise < 0].sum()),
        steepest=float(steep.max(initial=0.0)),
        top_m=float(np.nanmax(profile.surface_m)),
    )


def _samples(line: Float64Array, terrain: Terrain | None) -> tuple[Float64Array, Float64Array]:
    length = float(np.hypot(*np.diff(line, axis=0).T).sum())
    step = min(ground_step_m(line, terrain), length / _LEAST_SAMPLES)
    at = along(line, max(step, length / _MOST_SAMPLES))
    away = np.hypot(*np.diff(at, axis=0).T)
    return at, np.concatenate([[0.0], np.cumsum(away)])


def _cuts(
    start: Float64Array, end: Float64Array, begin_m: float, layers: Sequence[tuple[str, TileSet]]
) -> list[Silhouette]:
    """Return what one leg cuts, at distances along the whole line."""
    plane = upright_plane(_point(start), _point(end))
    length = float(np.hypot(*(end - start)[:2]))
    (west, east), (south, north) = sorted((start[0], end[0])), sorted((start[1], end[1]))
    box = Extent(west=float(west), south=float(south), east=float(east), north=float(north))
    found = []
    for layer, tiles in layers:
        for face in cut_faces(tiles, plane, box):
            shape = shapely.clip_by_rect(face.shape, 0.0, -_FAR_UP_M, length, _FAR_UP_M)
            if not shape.is_empty and shape.area > 0.0:
                moved = shapely.transform(shape, lambda at: at + np.array([begin_m, 0.0]))
                found.append(Silhouette(layer=layer, number=face.number, class_name=face.class_name, shape=moved))
    return found


def _surface(distance: Float64Array, ground: Float64Array, cuts: Sequence[Silhouette]) -> Float64Array:
    surface = ground.copy()
    for cut in cuts:
        low, _, high, _ = cut.shape.bounds
        rows = np.flatnonzero((distance >= low) & (distance <= high))
        uprights = shapely.linestrings([[(s, -_FAR_UP_M), (s, _FAR_UP_M)] for s in distance[rows]]) if len(rows) else []
        tops = shapely.bounds(shapely.intersection(uprights, cut.shape))[:, 3] if len(rows) else np.zeros(0)
        surface[rows] = np.fmax(surface[rows], tops)
    return surface


def _point(place: Float64Array) -> Point:
    return (float(place[0]), float(place[1]), float(place[2]))
