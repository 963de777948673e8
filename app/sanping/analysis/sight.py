"""Which camera sees a place: near enough, turned towards it, and with no building in between; pure."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sanping.analysis.prisms import Obstacles
from sanping.domain.geo import Float64Array
from sanping.domain.view import Point

_SIDEWAYS = 0.35
_WHOLE_TURN_DEG = 359.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Cameras:
    """n cameras: where the lens is (world metres), where it looks, how wide (degrees) and how far it sees (metres).

    `heading_deg` is clockwise from north; a field of view of 360° is a camera that can be turned anywhere.
    """

    ids: Sequence[str]
    x_m: Float64Array
    y_m: Float64Array
    z_m: Float64Array
    heading_deg: Float64Array
    fov_deg: Float64Array
    range_m: Float64Array

    @property
    def places(self) -> Float64Array:
        """Places (n, 3)."""
        return np.column_stack([self.x_m, self.y_m, self.z_m])


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraSight:
    """How one camera sees a place.

    `off_axis_deg` is the angle between where it looks and the place, 0 for one that can be turned. `blocked_at` is
    where a building first stands in the way and `blocked_by` its number among the prisms; None and −1 for a clear view.
    """

    id: str
    place: Point
    distance_m: float
    off_axis_deg: float
    blocked_at: Point | None = None
    blocked_by: int = -1

    @property
    def is_clear(self) -> bool:
        """Nothing stands in the way."""
        return self.blocked_at is None


def cameras_seeing(cameras: Cameras, place: Point, obstacles: Obstacles) -> tuple[CameraSight, ...]:
    """Return the cameras that have a place in range and in their field of view, the best first.

    A clear view goes before any that is blocked; then the nearer and the more central goes first, measured by the
    camera's own range and field. Blocked ones are told too, so that a person sees why none is clear.
    """
    places = cameras.places
    aim = np.array(place, np.float64)
    away = aim - places
    distance = np.sqrt(np.einsum("ij,ij->i", away, away))
    off = np.abs(np.mod(np.degrees(np.arctan2(away[:, 0], away[:, 1])) - cameras.heading_deg + 180.0, 360.0) - 180.0)
    off = np.where(cameras.fov_deg >= _WHOLE_TURN_DEG, 0.0, off)
    half = np.maximum(cameras.fov_deg / 2.0, 1e-6)
    rows = np.flatnonzero((distance <= cameras.range_m) & (off <= half))
    blocked = obstacles.first_blocks(places[rows], np.broadcast_to(aim, (len(rows), 3)))
    is_blocked = np.isfinite(blocked.share)
    worth = distance[rows] / np.maximum(cameras.range_m[rows], 1e-6) + _SIDEWAYS * off[rows] / half[rows]
    found = []
    for number in np.lexsort((worth, is_blocked)).tolist():
        row, share = int(rows[number]), float(blocked.share[number])
        found.append(
            CameraSight(
                id=cameras.ids[row],
                place=_point(places[row]),
                distance_m=float(distance[row]),
                off_axis_deg=float(off[row]),
                blocked_at=_point(places[row] + away[row] * share) if is_blocked[number] else None,
                blocked_by=int(blocked.prism[number]),
            )
        )
    return tuple(found)


def _point(place: Float64Array) -> Point:
    return (float(place[0]), float(place[1]), float(place[2]))
