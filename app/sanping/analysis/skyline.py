"""The line where the city ends and the sky begins, as seen from a point; exact for upright blocks."""

from dataclasses import dataclass

import numpy as np
import shapely

from sanping.analysis.blockers import Rows
from sanping.analysis.samples import Plans
from sanping.domain.geo import Float64Array


@dataclass(frozen=True, slots=True, kw_only=True)
class Skyline:
    """At each azimuth (degrees, clockwise from grid north): how high the city rises (degrees), and which building.

    `altitude_deg` is 0 and `number` −1 where no building rises above the eye.
    """

    azimuth_deg: Float64Array
    altitude_deg: Float64Array
    number: Rows
    distance_m: Float64Array


def skyline(plans: Plans, eye: tuple[float, float, float], step_deg: float = 0.25) -> Skyline:
    """Return the skyline around an eye in world metres, above its horizon."""
    count = max(4, round(360.0 / step_deg))
    azimuth = (np.arange(count) + 0.5) * 360.0 / count
    best, number, away = np.zeros(count), np.full(count, -1, np.int64), np.full(count, np.inf)
    side, owner = _sides(plans)
    side = side - np.tile(np.array(eye[:2]), 2)
    rise = plans.top_m[owner] - eye[2]
    begin = np.arctan2(side[:, 0], side[:, 1])
    turn = np.mod(np.arctan2(side[:, 2], side[:, 3]) - begin + np.pi, 2 * np.pi) - np.pi
    first = np.minimum(begin, begin + turn)
    low = np.ceil(first / (2 * np.pi) * count - 0.5).astype(np.int64)
    high = np.floor((first + np.abs(turn)) / (2 * np.pi) * count - 0.5).astype(np.int64)
    wide = np.where(rise > 0.0, np.maximum(0, high - low + 1), 0)
    edge = np.repeat(np.arange(len(side)), wide)
    column = np.repeat(low, wide) + np.arange(len(edge)) - np.repeat(np.cumsum(wide) - wide, wide)
    angle = (column + 0.5) * 2 * np.pi / count
    distance = _to_side(side[edge], np.sin(angle), np.cos(angle))
    altitude = np.degrees(np.arctan2(rise[edge], distance))
    order = np.lexsort((altitude, column % count))
    place, last = np.unique((column % count)[order][::-1], return_index=True)
    row = order[::-1][last]
    best[place], number[place], away[place] = altitude[row], plans.numbers[owner[edge[row]]], distance[row]
    return Skyline(azimuth_deg=azimuth, altitude_deg=best, number=number, distance_m=away)


def _sides(plans: Plans) -> tuple[Float64Array, Rows]:
    """Return the sides (s, 4) of all outlines, and the row of the plan of each."""
    rings, owner = shapely.get_rings(plans.shapes, return_index=True)
    at, ring = shapely.get_coordinates(rings, return_index=True)
    is_side = ring[1:] == ring[:-1]
    return np.concatenate([at[:-1], at[1:]], axis=1)[is_side], owner[ring[:-1][is_side]].astype(np.int64)


def _to_side(side: Float64Array, east: Float64Array, north: Float64Array) -> Float64Array:
    """Return how far a side is in a direction, from the origin."""
    way = side[:, 2:] - side[:, :2]
    turn = east * way[:, 1] - north * way[:, 0]
    safe = np.where(np.abs(turn) < 1e-12, 1e-12, turn)
    return np.maximum(np.abs((side[:, 0] * way[:, 1] - side[:, 1] * way[:, 0]) / safe), 1e-6)
