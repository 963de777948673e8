"""Lengths, areas, volumes and angles of what a person marks in the city; every figure is of projected metres."""

from itertools import pairwise
from math import atan2, degrees, hypot

import numpy as np
import shapely

from sanping.analysis.ground_heights import ground_at
from sanping.domain.geo import Float64Array
from sanping.domain.ground import Terrain
from sanping.domain.view import Point

_FINEST_STEP_M, _MOST_STEPS = 0.25, 20_000
_MOST_SQUARES = 250_000.0


def slope_length_m(points: Float64Array) -> float:
    """Return the length of a line through points (n, 3)."""
    return float(np.linalg.norm(np.diff(points, axis=0), axis=1).sum())


def horizontal_length_m(points: Float64Array) -> float:
    """Return the length of a line in plan."""
    return slope_length_m(points[:, :2])


def ground_length_m(points: Float64Array, terrain: Terrain | None) -> float:
    """Return how long a line is on the ground below it; the ground is walked in steps of a quarter of a cell."""
    return slope_length_m(on_ground(points, terrain))


def on_ground(points: Float64Array, terrain: Terrain | None) -> Float64Array:
    """Return the line that lies on the ground below points (n, 2 or 3), with the points themselves among its own."""
    flat = along(points[:, :2], ground_step_m(points[:, :2], terrain))
    return np.column_stack([flat, ground_at(terrain, flat)])


def ground_step_m(line: Float64Array, terrain: Terrain | None) -> float:
    """Return the step in which the ground under a line (n, 2) is walked; infinite where there is no terrain."""
    if terrain is None:
        return float("inf")
    step = max(_FINEST_STEP_M, min(terrain.cell_x_m, terrain.cell_y_m) / 4.0)
    return max(step, horizontal_length_m(line) / _MOST_STEPS)


def along(line: Float64Array, step_m: float) -> Float64Array:
    """Return places (k, 2) along a line (n, 2), no farther apart than `step_m`; its corners are among them."""
    pieces = [line[:1]]
    for start, end in pairwise(line):
        count = max(1, int(np.ceil(np.hypot(*(end - start)) / step_m)))
        pieces.append(start + (end - start) * (np.arange(1, count + 1) / count)[:, None])
    return np.concatenate(pieces)


def plan_area_m2(corners: Float64Array) -> float:
    """Return the area of a polygon (n, 2 or 3) in plan; one that crosses itself counts each part once."""
    return float(shapely.area(plan_of(corners)))


def plan_of(corners: Float64Array) -> shapely.Geometry:
    """Return the polygon of corners in plan; lobes of one that crosses itself are parts of it."""
    return shapely.buffer(shapely.make_valid(shapely.Polygon(corners[:, :2])), 0.0)


def inclined_area_m2(corners: Float64Array) -> float:
    """Return the area of a polygon (n, 3) in its own plane, such as a roof."""
    turned = np.cross(corners, np.roll(corners, -1, axis=0)).sum(axis=0)
    return float(np.linalg.norm(turned)) / 2.0 if len(corners) > 2 else 0.0


def ground_area_m2(corners: Float64Array, terrain: Terrain | None) -> float | None:
    """Return the area of the ground's surface inside a polygon (n, 2 or 3); None where no ground is known.

    The steepness of the ground at the middle of each square of half a cell or more counts for the square.
    """
    plan = plan_of(corners)
    if terrain is None or plan.area == 0.0:
        return None
    cell = max(min(terrain.cell_x_m, terrain.cell_y_m) / 2.0, (plan.area / _MOST_SQUARES) ** 0.5)
    cell = min(cell, max(0.05, plan.area**0.5 / 20.0))
    west, south, east, north = plan.bounds
    left, low = (part.ravel() for part in np.meshgrid(np.arange(west, east, cell), np.arange(south, north, cell)))
    shapely.prepare(plan)
    boxes = shapely.box(left, low, left + cell, low + cell)
    share = np.where(shapely.contains_properly(plan, boxes), cell * cell, 0.0)
    at_rim = (share == 0.0) & shapely.intersects(plan, boxes)
    share[at_rim] = shapely.area(shapely.intersection(boxes[at_rim], plan))
    middle = np.column_stack([left + cell / 2.0, low + cell / 2.0])
    reach = min(cell, terrain.cell_x_m, terrain.cell_y_m) / 2.0
    sides = [ground_at(terrain, middle + off, np.nan) for off in ((reach, 0), (-reach, 0), (0, reach), (0, -reach))]
    east_rise, north_rise = (sides[0] - sides[1]) / (2 * reach), (sides[2] - sides[3]) / (2 * reach)
    steep = np.sqrt(1.0 + east_rise**2 + north_rise**2)
    is_known = np.isfinite(steep) & (share > 0.0)
    return float((share * steep)[is_known].sum()) if is_known.any() else None


def volume_m3(corners: Float64Array) -> float:
    """Return the volume that triangles (t, 3, 3) enclose; a floor that is missing at the lowest level is made up.

    Triangles turn anticlockwise seen from outside (divergence theorem over the level of the foot).
    """
    if not len(corners):
        return 0.0
    own = corners - (*corners[0, 0, :2], corners[:, :, 2].min())
    return abs(float(np.einsum("ij,ij->i", own[:, 0], np.cross(own[:, 1], own[:, 2])).sum())) / 6.0


def angle_deg(before: Point, corner: Point, after: Point) -> float:
    """Return the angle at a corner between the ways to two points, 0 … 180."""
    one, other = np.subtract(before, corner), np.subtract(after, corner)
    return degrees(atan2(float(np.linalg.norm(np.cross(one, other))), float(one @ other)))


def azimuth_deg(start: Point, end: Point) -> float:
    """Return the direction in plan from grid north, clockwise, 0 … 360."""
    return degrees(atan2(end[0] - start[0], end[1] - start[1])) % 360.0


def slope_deg(start: Point, end: Point) -> float:
    """Return the angle of a line against the horizon, positive where it rises."""
    return degrees(atan2(end[2] - start[2], hypot(end[0] - start[0], end[1] - start[1])))
