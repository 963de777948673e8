"""Water of the twin: the creek with its varying width, side channels and lakes."""

from dataclasses import dataclass

import numpy as np
from cim_models.suhe.make.frame import Array, curve, extent, metres, smooth
from cim_models.suhe.make.gazetteer import LAKES
from cim_models.suhe.make.geography import CHANNELS, CREEK
from shapely import make_valid, set_precision
from shapely.geometry import LineString, Polygon
from shapely.geometry.base import BaseGeometry
from shapely.ops import unary_union


@dataclass(frozen=True, slots=True, kw_only=True)
class Creek:
    """The creek: centre line (west to east), half width at each of its points, and its water surface."""

    centre: LineString
    half_width_m: Array
    surface: BaseGeometry

    def bank(self, side: int, outward_m: float) -> LineString:
        """Return a line beside the water: `side` +1 north (left), −1 south; `outward_m` from the water's edge."""
        ring = offset_band(self.centre, self.half_width_m + outward_m)
        left, right = ring
        return LineString(left if side > 0 else right)


def offset_band(centre: LineString, half_width_m: Array) -> tuple[Array, Array]:
    """Return the left and right edge points of a band of varying width around a line."""
    points = np.asarray(centre.coords)
    direction = np.gradient(points, axis=0)
    direction /= np.linalg.norm(direction, axis=1)[:, None]
    normal = np.column_stack([-direction[:, 1], direction[:, 0]])
    return points + normal * half_width_m[:, None], points - normal * half_width_m[:, None]


def creek() -> Creek:
    """Return the creek, a little longer than the twin at both ends."""
    line = smooth(metres([point for point, _ in CREEK]), 15.0)
    knots = [LineString(line).project(_point(p)) for p in metres([point for point, _ in CREEK])]
    along = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(line, axis=0), axis=1))])
    half = np.interp(along, knots, [width / 2 for _, width in CREEK])
    half = half + 1.6 * np.sin(along / 97.0) + 0.9 * np.sin(along / 41.0)
    centre = LineString(line)
    left, right = offset_band(centre, half)
    surface = make_valid(Polygon(np.vstack([left, right[::-1]]))).buffer(0)
    return Creek(centre=centre, half_width_m=half, surface=surface)


def _point(xy: Array) -> BaseGeometry:
    return LineString([xy, xy + 1e-6]).centroid


@dataclass(frozen=True, slots=True, kw_only=True)
class WaterBody:
    """One water polygon with its names and level."""

    name: str
    name_en: str
    kind: str
    level_m: float
    shape: BaseGeometry


def side_channels(river: Creek) -> list[WaterBody]:
    """Return the side channels, ending at the creek's edge."""
    bodies = []
    for channel in CHANNELS:
        band = curve(channel.course).buffer(channel.width_m / 2, cap_style="flat")
        shape = set_precision(band.intersection(extent()).difference(river.surface.buffer(-0.5)), 0.01)
        bodies.append(WaterBody(name=channel.name, name_en=channel.name_en, kind="channel", level_m=2.7, shape=shape))
    return bodies


def lakes() -> list[WaterBody]:
    """Return park lakes and the campus river."""
    bodies = []
    for lake in LAKES:
        ring = smooth(metres([*lake.ring, lake.ring[0]]), 8.0)
        shape = Polygon(ring).buffer(0)
        bodies.append(WaterBody(name=lake.name, name_en=lake.name_en, kind="lake", level_m=lake.level_m, shape=shape))
    return bodies


def all_water(river: Creek) -> list[WaterBody]:
    """Return every water body, the creek first."""
    main = WaterBody(
        name="苏州河（吴淞江）",
        name_en="Suzhou Creek (Wusong River)",
        kind="river",
        level_m=2.7,
        shape=set_precision(river.surface.intersection(extent()), 0.01),
    )
    return [main, *side_channels(river), *lakes()]


def wet(bodies: list[WaterBody]) -> BaseGeometry:
    """Return all water as one geometry."""
    return unary_union([body.shape for body in bodies])
