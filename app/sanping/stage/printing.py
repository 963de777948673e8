"""A printed sheet in millimetres, and the city on it in metres: where things stand, at which scale; pure."""

from dataclasses import dataclass
from math import ceil, floor, log10, radians, tan
from types import MappingProxyType
from typing import Literal

from sanping.domain.view import CameraPose, Point

PaperName = Literal["A4", "A3"]
PAPERS_MM = MappingProxyType({"A4": (297.0, 210.0), "A3": (420.0, 297.0)})
"""Width and height in landscape (ISO 216)."""
SCALES = (500, 1000, 2000, 5000, 10_000)
INCH_MM = 25.4
PLAN_FOV_DEG = 20.0
MARGIN_MM, GAP_MM, HEAD_MM, FOOT_MM, SIDE_MM = 10.0, 4.0, 15.0, 13.0, 58.0
TICKS_APART_MM = 40.0
BAR_MM = 52.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A rectangle on paper, in millimetres from its upper left corner."""

    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Its right side."""
        return self.left + self.width

    @property
    def bottom(self) -> float:
        """Its lower side."""
        return self.top + self.height


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetLayout:
    """Where everything stands on a sheet: title above, picture left, legend and facts at its side, sources below."""

    size_mm: tuple[float, float]
    head: Box
    picture: Box
    side: Box
    foot: Box


@dataclass(frozen=True, slots=True, kw_only=True)
class ScaleBar:
    """A bar of `parts` equal parts of `part_m` metres, each `part_mm` long on paper."""

    parts: int
    part_m: float
    part_mm: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """A line of the coordinate grid: its coordinate in metres, and how far along the side of the picture it is."""

    value_m: float
    at_mm: float


def layout_of(paper: PaperName) -> SheetLayout:
    """Return where things stand on a sheet in landscape."""
    width, height = PAPERS_MM[paper]
    inner = width - 2 * MARGIN_MM
    top = MARGIN_MM + HEAD_MM + GAP_MM
    tall = height - MARGIN_MM - FOOT_MM - GAP_MM - top
    wide = inner - SIDE_MM - GAP_MM
    return SheetLayout(
        size_mm=(width, height),
        head=Box(left=MARGIN_MM, top=MARGIN_MM, width=inner, height=HEAD_MM),
        picture=Box(left=MARGIN_MM, top=top, width=wide, height=tall),
        side=Box(left=MARGIN_MM + wide + GAP_MM, top=top, width=SIDE_MM, height=tall),
        foot=Box(left=MARGIN_MM, top=height - MARGIN_MM - FOOT_MM, width=inner, height=FOOT_MM),
    )


def pixels_of(box: Box, dots_an_inch: int) -> tuple[int, int]:
    """Return how many pixels a box has at a resolution."""
    return round(box.width / INCH_MM * dots_an_inch), round(box.height / INCH_MM * dots_an_inch)


def plan_camera(middle: Point, picture: Box, scale: float) -> CameraPose:
    """Return the camera of a plan (`Stage.is_parallel`) for the ground around `middle` at 1:`scale`, north up."""
    half_m = picture.height / 2000.0 * scale
    distance_m = half_m / tan(radians(PLAN_FOV_DEG / 2))
    return CameraPose(target=middle, heading_deg=0.0, pitch_deg=-90.0, distance_m=distance_m, fov_deg=PLAN_FOV_DEG)


def ground_of(middle: Point, picture: Box, scale: float) -> tuple[float, float, float, float]:
    """Return west, south, east and north of what a plan shows, in metres."""
    across, upward = picture.width / 2000.0 * scale, picture.height / 2000.0 * scale
    return middle[0] - across, middle[1] - upward, middle[0] + across, middle[1] + upward


def scale_bar(scale: float, most_mm: float = BAR_MM) -> ScaleBar:
    """Return the longest bar of four round parts that fits."""
    part_m = _round_below(most_mm / 4 / 1000.0 * scale)
    return ScaleBar(parts=4, part_m=part_m, part_mm=part_m / scale * 1000.0)


def ticks(low_m: float, high_m: float, length_mm: float, *, is_falling: bool = False) -> tuple[Tick, ...]:
    """Return the grid lines between two coordinates along a side of `length_mm`; `is_falling` counts from the top."""
    per_mm = (high_m - low_m) / length_mm
    step = _round_above(TICKS_APART_MM * per_mm)
    found = []
    for number in range(ceil(low_m / step), floor(high_m / step) + 1):
        at = (number * step - low_m) / per_mm
        found.append(Tick(value_m=number * step, at_mm=length_mm - at if is_falling else at))
    return tuple(found)


def _round_below(value: float) -> float:
    """Return the largest of 1, 2, 5 × 10ⁿ that is not above."""
    power = 10.0 ** floor(log10(value))
    return max(step * power for step in (1.0, 2.0, 5.0) if step * power <= value * (1 + 1e-9))


def _round_above(value: float) -> float:
    power = 10.0 ** floor(log10(value))
    return min(step * power for step in (1.0, 2.0, 5.0, 10.0) if step * power >= value * (1 - 1e-9))
