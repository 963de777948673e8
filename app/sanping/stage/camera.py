"""Pure functions that move the camera."""

from dataclasses import replace
from math import cos, hypot, radians, sin, tan

from sanping.domain.geo import Extent
from sanping.domain.view import CameraPose, Point

LOWEST_PITCH_DEG = -89.9
HIGHEST_PITCH_DEG = 60.0
NEAREST_M = 1.5
FARTHEST_M = 200_000.0


def orbited(pose: CameraPose, heading_deg: float, pitch_deg: float) -> CameraPose:
    """Turn around the target by two angles; the pitch stays within its limits."""
    pitch = min(HIGHEST_PITCH_DEG, max(LOWEST_PITCH_DEG, pose.pitch_deg + pitch_deg))
    return replace(pose, heading_deg=(pose.heading_deg + heading_deg) % 360.0, pitch_deg=pitch)


def panned(pose: CameraPose, right_m: float, forward_m: float) -> CameraPose:
    """Slide over the ground: `right_m` to the right of the view, `forward_m` along its heading."""
    heading = radians(pose.heading_deg)
    east, north, up = pose.target
    return replace(
        pose,
        target=(
            east + right_m * cos(heading) + forward_m * sin(heading),
            north - right_m * sin(heading) + forward_m * cos(heading),
            up,
        ),
    )


def zoomed_about(pose: CameraPose, factor: float, about: Point | None = None) -> CameraPose:
    """Scale the distance by `factor`, keeping world point `about` under the same pixel."""
    distance = min(FARTHEST_M, max(NEAREST_M, pose.distance_m * factor))
    if about is None:
        return replace(pose, distance_m=distance)
    real = distance / pose.distance_m
    target = tuple(a + (t - a) * real for t, a in zip(pose.target, about, strict=True))
    return replace(pose, target=(target[0], target[1], target[2]), distance_m=distance)


def framed(extent: Extent, heading_deg: float = 20.0, pitch_deg: float = -35.0, fov_deg: float = 38.0) -> CameraPose:
    """Return a pose that shows the whole extent."""
    distance = max(60.0, extent.diagonal_m * 0.5 / tan(radians(fov_deg / 2)) * 0.75)
    return CameraPose(
        target=extent.centre, heading_deg=heading_deg, pitch_deg=pitch_deg, distance_m=distance, fov_deg=fov_deg
    )


def flown(start: CameraPose, end: CameraPose, share: float) -> CameraPose:
    """Return the pose after `share` (0 … 1) of a smooth flight: eased in and out, rising over long ways.

    The whole flight ends in `end` itself, not in a sum that is almost the same.
    """
    if share >= 1.0:
        return end
    s = share * share * share * (share * (share * 6 - 15) + 10)
    turn = (end.heading_deg - start.heading_deg + 180.0) % 360.0 - 180.0
    way = hypot(end.target[0] - start.target[0], end.target[1] - start.target[1])
    rise = max(0.0, 0.6 * way - 0.5 * (start.distance_m + end.distance_m)) * 4 * s * (1 - s)
    distance = start.distance_m * (end.distance_m / start.distance_m) ** s + rise
    target = tuple(a + (b - a) * s for a, b in zip(start.target, end.target, strict=True))
    return CameraPose(
        target=(target[0], target[1], target[2]),
        heading_deg=(start.heading_deg + turn * s) % 360.0,
        pitch_deg=start.pitch_deg + (end.pitch_deg - start.pitch_deg) * s,
        distance_m=distance,
        fov_deg=start.fov_deg + (end.fov_deg - start.fov_deg) * s,
    )
