"""The camera of a frame: from a pose to VTK, and back from a pixel to a ray."""

from dataclasses import dataclass, replace
from math import atan, degrees, radians, tan
from typing import Any

import numpy as np

from sanping.domain.geo import Float64Array
from sanping.domain.view import CameraPose, Point

HORIZON_M = 90_000.0
NEAREST_M = 0.4


@dataclass(frozen=True, slots=True, kw_only=True)
class Lens:
    """Axes and opening of the camera in one frame.

    Unit vectors in scene axes, tangents of half the opening angles, the eye in scene metres. `shift` is how far the
    middle of the picture lies right of and above the line of sight, in half widths and half heights: for parts.
    Where all lines of sight are parallel, `parallel_m` is how far ahead the openings are measured; else it is 0.
    """

    eye: Float64Array
    forward: Float64Array
    right: Float64Array
    up: Float64Array
    half_width: float
    half_height: float
    shift: tuple[float, float] = (0.0, 0.0)
    parallel_m: float = 0.0

    @property
    def middle(self) -> Float64Array:
        """Way from the eye through the middle of the picture; one metre long along the line of sight."""
        across, upward = self.shift
        way = self.forward + self.right * (across * self.half_width) + self.up * (upward * self.half_height)
        return np.asarray(way, np.float64)

    def part(self, drawn: tuple[int, int, int, int], whole: tuple[int, int]) -> "Lens":
        """Return the lens of the rectangle `drawn` (left, top, right, bottom) of a picture of the size `whole`."""
        (left, top, right, bottom), (width, height) = drawn, whole
        return replace(
            self,
            half_width=self.half_width * (right - left) / width,
            half_height=self.half_height * (bottom - top) / height,
            shift=((left + right - width) / (right - left), (height - top - bottom) / (bottom - top)),
        )

    def ray(self, across: float, upward: float) -> Float64Array:
        """Unit direction through a picture position; both −1 … 1, right and up positive."""
        way = self.middle + self.right * (across * self.half_width) + self.up * (upward * self.half_height)
        return np.asarray(way / np.linalg.norm(way), np.float64)

    def projected(self, points: Float64Array) -> Float64Array:
        """Return (n, 3): across and upward −1 … 1, and metres ahead of the eye, for scene points (n, 3)."""
        seen = points - self.eye
        ahead = seen @ self.forward
        safe = np.where(np.abs(ahead) < 1e-6, 1e-6, ahead) if self.parallel_m == 0.0 else self.parallel_m
        return np.stack(
            [seen @ self.right / (safe * self.half_width), seen @ self.up / (safe * self.half_height), ahead], 1
        )


def lens_of(pose: CameraPose, centre: Point, width_px: int, height_px: int, *, is_parallel: bool = False) -> Lens:
    """Return the lens of a pose for a picture of the given size; `centre` is the scene's origin in world metres.

    With parallel lines of sight there is one scale everywhere: that of the pose at its target.
    """
    eye = np.subtract(pose.position, centre)
    forward = np.asarray(pose.forward, np.float64)
    heading = radians(pose.heading_deg)
    right = np.array([np.cos(heading), -np.sin(heading), 0.0])
    up = np.cross(right, forward)
    half_height = tan(radians(pose.fov_deg) / 2)
    return Lens(
        eye=eye,
        forward=forward,
        right=right,
        up=up,
        half_width=half_height * width_px / max(1, height_px),
        half_height=half_height,
        parallel_m=pose.distance_m if is_parallel else 0.0,
    )


def aim(camera: Any, pose: CameraPose, centre: Point, lens: Lens, free_m: float) -> None:
    """Set a vtkCamera to a pose; nothing is nearer than `free_m`, which bounds the near plane."""
    camera.SetParallelProjection(lens.parallel_m > 0.0)
    camera.SetParallelScale(lens.half_height * max(1.0, lens.parallel_m))
    camera.SetPosition(*lens.eye)
    camera.SetFocalPoint(*(lens.eye + lens.forward * pose.distance_m))
    camera.SetViewUp(*lens.up)
    camera.SetViewAngle(2.0 * degrees(atan(lens.half_height)))
    camera.SetWindowCenter(*lens.shift)
    near = max(NEAREST_M, 0.5 * free_m)
    camera.SetClippingRange(near, HORIZON_M)
