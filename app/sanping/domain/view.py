"""How the city is looked at, as values: the camera, the style, a named view."""

from dataclasses import dataclass
from math import cos, radians, sin
from typing import Literal

from sanping.domain.text import Text

Point = tuple[float, float, float]
StyleName = Literal["night", "day"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraPose:
    """A camera that looks at `target` from `distance_m` away.

    `target` is in world metres (east, north, up). `heading_deg` is the compass direction the camera looks towards
    (0 north, 90 east). `pitch_deg` is the angle of the line of sight against the horizon, negative looking down.
    `fov_deg` is the vertical opening angle.
    """

    target: Point
    heading_deg: float = 0.0
    pitch_deg: float = -35.0
    distance_m: float = 1500.0
    fov_deg: float = 38.0

    @property
    def forward(self) -> Point:
        """Unit vector of the line of sight, in world axes."""
        heading, pitch = radians(self.heading_deg), radians(self.pitch_deg)
        return (sin(heading) * cos(pitch), cos(heading) * cos(pitch), sin(pitch))

    @property
    def position(self) -> Point:
        """Eye point in world metres."""
        x, y, z = self.forward
        east, north, up = self.target
        return (east - x * self.distance_m, north - y * self.distance_m, up - z * self.distance_m)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bookmark:
    """A named view; `style` None keeps the style of the moment."""

    name: Text
    camera: CameraPose
    style: StyleName | None = None
