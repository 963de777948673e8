"""Pure functions that walk through the city at eye height."""

from collections.abc import Callable
from dataclasses import replace
from math import cos, radians, sin

from sanping.domain.view import CameraPose, Point
from sanping.stage.camera import HIGHEST_PITCH_DEG

EYE_HEIGHT_M = 1.7
WALK_DISTANCE_M = 12.0
WALK_FOV_DEG = 60.0
LOWEST_WALK_PITCH_DEG = -70.0

Ground = Callable[[float, float], float]
Free = Callable[[Point, float, float], tuple[float, float]]
"""How much of a step east and north is free for a person whose eye is at a point."""


def everywhere(eye: Point, east_m: float, north_m: float) -> tuple[float, float]:
    """Return the whole step: nothing stands in the way."""
    return east_m, north_m


def standing(pose: CameraPose, east: float, north: float, ground: Ground) -> CameraPose:
    """Return the pose of a person who stands at (east, north) and looks level along the old heading."""
    eye = (east, north, ground(east, north) + EYE_HEIGHT_M)
    return _seen_from(eye, pose.heading_deg, 2.0, WALK_FOV_DEG)


def walked(pose: CameraPose, forward_m: float, right_m: float, ground: Ground, free: Free = everywhere) -> CameraPose:
    """Return the pose after a walk over the ground as far as it is free; the eye follows the ground."""
    heading = radians(pose.heading_deg)
    x, y, _ = pose.position
    east, north = free(
        pose.position,
        forward_m * sin(heading) + right_m * cos(heading),
        forward_m * cos(heading) - right_m * sin(heading),
    )
    x, y = x + east, y + north
    return _seen_from((x, y, ground(x, y) + EYE_HEIGHT_M), pose.heading_deg, pose.pitch_deg, pose.fov_deg)


def looked(pose: CameraPose, heading_deg: float, pitch_deg: float) -> CameraPose:
    """Turn the head: the eye stays where it is."""
    pitch = min(HIGHEST_PITCH_DEG, max(LOWEST_WALK_PITCH_DEG, pose.pitch_deg + pitch_deg))
    return _seen_from(pose.position, pose.heading_deg + heading_deg, pitch, pose.fov_deg)


def _seen_from(eye: Point, heading_deg: float, pitch_deg: float, fov_deg: float) -> CameraPose:
    pose = CameraPose(
        target=eye, heading_deg=heading_deg % 360.0, pitch_deg=pitch_deg, distance_m=WALK_DISTANCE_M, fov_deg=fov_deg
    )
    x, y, z = pose.forward
    return replace(
        pose,
        target=(eye[0] + x * WALK_DISTANCE_M, eye[1] + y * WALK_DISTANCE_M, eye[2] + z * WALK_DISTANCE_M),
    )
