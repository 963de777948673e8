"""Between pixels and the world for a camera pose; pixels count from the upper left corner of the view."""

from math import cos, radians, sin, tan

from sanping.domain.view import CameraPose, Point

SCREEN_PIXEL_M = 0.0254 / 96
FLATTEST_RAY = 1e-4

Pixel = tuple[float, float]
Size = tuple[int, int]


def axes(pose: CameraPose) -> tuple[Point, Point, Point]:
    """Return the unit vectors to the right, up and forward of the camera, in world axes."""
    heading, pitch = radians(pose.heading_deg), radians(pose.pitch_deg)
    right = (cos(heading), -sin(heading), 0.0)
    up = (-sin(heading) * sin(pitch), -cos(heading) * sin(pitch), cos(pitch))
    return right, up, pose.forward


def ray(pose: CameraPose, pixel: Pixel, size: Size) -> Point:
    """Return the direction (not normalised) of the ray through a pixel."""
    right, up, forward = axes(pose)
    (x_px, y_px), (width_px, height_px) = pixel, size
    half = tan(radians(pose.fov_deg) / 2)
    across = (2 * x_px / max(1, width_px) - 1) * half * width_px / max(1, height_px)
    upward = (1 - 2 * y_px / max(1, height_px)) * half
    return (
        forward[0] + across * right[0] + upward * up[0],
        forward[1] + across * right[1] + upward * up[1],
        forward[2] + across * right[2] + upward * up[2],
    )


def on_level(pose: CameraPose, pixel: Pixel, size: Size, level_m: float) -> Point | None:
    """Return where the ray through a pixel meets the horizontal plane at `level_m`; None for the sky."""
    direction = ray(pose, pixel, size)
    eye = pose.position
    drop = level_m - eye[2]
    if drop * direction[2] <= 0 or abs(direction[2]) < FLATTEST_RAY:
        return None
    reach = drop / direction[2]
    return (eye[0] + reach * direction[0], eye[1] + reach * direction[1], level_m)


def pixel_of(pose: CameraPose, point: Point, size: Size, *, is_parallel: bool = False) -> Pixel | None:
    """Return the pixel of a world point; None behind the camera.

    With parallel lines of sight there is one scale everywhere: that of the pose at its target.
    """
    width_px, height_px = size
    right, up, forward = axes(pose)
    eye = pose.position
    to = (point[0] - eye[0], point[1] - eye[1], point[2] - eye[2])
    depth = sum(a * b for a, b in zip(to, forward, strict=True))
    if depth <= 0:
        return None
    half = tan(radians(pose.fov_deg) / 2) * (pose.distance_m if is_parallel else depth)
    across = sum(a * b for a, b in zip(to, right, strict=True)) / (half * width_px / height_px)
    upward = sum(a * b for a, b in zip(to, up, strict=True)) / half
    return ((across + 1) * width_px / 2, (1 - upward) * height_px / 2)


def metres_per_pixel(pose: CameraPose, height_px: int) -> float:
    """Return the size of a pixel at the camera's target, in metres."""
    return 2 * pose.distance_m * tan(radians(pose.fov_deg) / 2) / max(1, height_px)


def scale_denominator(pose: CameraPose, height_px: int) -> float:
    """Return n of the scale 1:n at the target, for a screen of 96 pixels an inch."""
    return metres_per_pixel(pose, height_px) / SCREEN_PIXEL_M
