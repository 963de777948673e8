"""From a style and the place of the sun to the light of a frame; pure."""

import tomllib
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from sanping.analysis.sun import SunPosition
from sanping.domain.view import Point, StyleName

Colour = tuple[float, float, float]
MOON: Point = (-0.50, -0.55, 0.67)


@dataclass(frozen=True, slots=True, kw_only=True)
class PostSettings:
    """How the picture is finished: bloom, exposure, curve, colour, share of the shade of near things."""

    bloom: float
    bloom_from: float
    exposure: float
    gamma: float
    saturation: float
    vignette: float
    occlusion: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Light:
    """The light at one altitude of the sun; colours as the palette files define them."""

    altitude_deg: float
    sun: Colour
    ambient: Colour
    zenith: Colour
    horizon: Colour
    glow: Colour
    lamps: float
    fog_m: float
    fog_height_m: float
    shade: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One style: its finishing and its light by altitude, lowest first."""

    post: PostSettings
    lights: tuple[Light, ...]

    def light(self, altitude_deg: float) -> Light:
        """Return the light at an altitude, blended between the two nearest keys."""
        first, last = self.lights[0], self.lights[-1]
        if altitude_deg <= first.altitude_deg:
            return first
        for low, high in pairwise(self.lights):
            if altitude_deg <= high.altitude_deg:
                share = (altitude_deg - low.altitude_deg) / (high.altitude_deg - low.altitude_deg)
                return _blended(low, high, share)
        return last


def load_look(folder: Path, style: StyleName) -> Look:
    """Read `<style>.toml` of the palette folder; raises FileNotFoundError or KeyError when it is incomplete."""
    values = tomllib.loads((folder / f"{style}.toml").read_text(encoding="utf-8"))
    lights = [_light(entry) for entry in values["light"]]
    return Look(post=PostSettings(**values["post"]), lights=tuple(sorted(lights, key=lambda light: light.altitude_deg)))


def light_direction(style: StyleName, sun: SunPosition) -> Point:
    """Unit vector towards the light that models the city: the sun by day, a fixed moon at night and after dusk."""
    if style == "night" or sun.altitude_deg < -2.0:
        return MOON
    east, north, up = sun.direction
    lifted = max(up, 0.035)
    flat = ((1 - lifted * lifted) / max(1e-9, east * east + north * north)) ** 0.5
    return (east * flat, north * flat, lifted)


def _light(entry: dict[str, Any]) -> Light:
    values: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in entry.items()}
    return Light(**values)


def _blended(low: Light, high: Light, share: float) -> Light:
    def mixed(a: float, b: float) -> float:
        return a + (b - a) * share

    def mixed_colour(a: Colour, b: Colour) -> Colour:
        return (mixed(a[0], b[0]), mixed(a[1], b[1]), mixed(a[2], b[2]))

    return Light(
        altitude_deg=mixed(low.altitude_deg, high.altitude_deg),
        sun=mixed_colour(low.sun, high.sun),
        ambient=mixed_colour(low.ambient, high.ambient),
        zenith=mixed_colour(low.zenith, high.zenith),
        horizon=mixed_colour(low.horizon, high.horizon),
        glow=mixed_colour(low.glow, high.glow),
        lamps=mixed(low.lamps, high.lamps),
        fog_m=mixed(low.fog_m, high.fog_m),
        fog_height_m=mixed(low.fog_height_m, high.fog_height_m),
        shade=mixed(low.shade, high.shade),
    )
