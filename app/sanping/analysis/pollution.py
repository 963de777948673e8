"""A first look at air pollution: steady plumes by distance, wind and what stands in between. Not an assessment.

A Gaussian plume that the ground reflects, with the spread of Briggs (1973) over cities. A building in between mixes
the plume through its height, as a volume source of that height (US EPA: its height over 2.15) would.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from sanping.domain.geo import Float64Array

NEAREST_M, FARTHEST_M = 10.0, 20_000.0
"""Nearer than this a plume is no plume yet, and farther nobody may trust the spread."""
WALL_SHARE = 1.0 / 2.15
_G_S_OF_KG_H = 1000.0 / 3600.0
_UG_OF_G = 1e6


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """σ = `start` · x · (1 + `bend` · x) to the power `power`, in metres."""

    start: float
    bend: float = 0.0
    power: float = -0.5

    def at(self, x_m: Float64Array) -> Float64Array:
        """Return σ (…) in metres at distances."""
        return np.asarray(self.start * x_m * (1.0 + self.bend * x_m) ** self.power, np.float64)


STABILITIES: Mapping[str, tuple[Spread, Spread]] = MappingProxyType(
    {
        "AB": (Spread(start=0.32, bend=4e-4), Spread(start=0.24, bend=1e-3, power=0.5)),
        "C": (Spread(start=0.22, bend=4e-4), Spread(start=0.20)),
        "D": (Spread(start=0.16, bend=4e-4), Spread(start=0.14, bend=3e-4)),
        "EF": (Spread(start=0.11, bend=4e-4), Spread(start=0.08, bend=1.5e-3)),
    }
)
"""Across and upwards, by the class of Pasquill: A and B, C, D, E and F (Briggs 1973, cities, for 100 m to 10 km)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weather:
    """Wind of `wind_m_s` that comes from `from_deg` (from north, clockwise), None for the worst at each place.

    Of several `stabilities` the worst counts.
    """

    wind_m_s: float
    from_deg: float | None = None
    stabilities: Sequence[str] = tuple(STABILITIES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ways:
    """From sources (s) to receivers (r): `ahead_m`, `aside_m` (r, s), heights above the ground, and walls between.

    `wall_m` (r, s) is how high the highest wall in the way stands, 0 for none; `source_m` (s,), `receiver_m` (r,).
    """

    ahead_m: Float64Array
    aside_m: Float64Array
    wall_m: Float64Array
    source_m: Float64Array
    receiver_m: Float64Array


def ways_of(sources: Float64Array, receivers: Float64Array, wall_m: Float64Array, weather: Weather) -> Ways:
    """Return the ways between places (s, 3) and (r, 3), whose heights are above the ground, in the wind of a weather.

    Without a direction each place lies straight down the wind of each source.
    """
    away = receivers[:, None, :2] - sources[None, :, :2]
    if weather.from_deg is None:
        ahead, aside = np.hypot(away[..., 0], away[..., 1]), np.zeros(away.shape[:2])
    else:
        turn = np.radians(weather.from_deg)
        east, north = -np.sin(turn), -np.cos(turn)
        ahead = away[..., 0] * east + away[..., 1] * north
        aside = away[..., 0] * north - away[..., 1] * east
    return Ways(ahead_m=ahead, aside_m=aside, wall_m=wall_m, source_m=sources[:, 2], receiver_m=receivers[:, 2])


def concentrations_ug(ways: Ways, rate_kg_h: float, weather: Weather) -> Float64Array:
    """Return what is in the air (r,) in µg/m³ where each source gives off `rate_kg_h`; upwind there is nothing."""
    totals = [_of_class(ways, name).sum(axis=1) for name in weather.stabilities]
    strength = rate_kg_h * _G_S_OF_KG_H * _UG_OF_G / (2.0 * np.pi * weather.wind_m_s)
    return np.asarray(strength * np.max(totals, axis=0), np.float64)


def reach_m(rate_kg_h: float, height_m: float, limit_ug: float, weather: Weather, receiver_m: float) -> float:
    """Return how far one source reaches the limit over open ground, straight down the wind; 0 for nowhere."""
    at = np.geomspace(NEAREST_M, FARTHEST_M, 2000)
    flat = np.zeros((len(at), 1))
    ways = Ways(
        ahead_m=at[:, None], aside_m=flat, wall_m=flat, source_m=np.array([height_m]),
        receiver_m=np.full(len(at), receiver_m),
    )  # fmt: skip
    return float(at[concentrations_ug(ways, rate_kg_h, weather) > limit_ug].max(initial=0.0))


def _of_class(ways: Ways, name: str) -> Float64Array:
    """Return the plume (r, s) of 1 a second in a wind of 1 / 2π."""
    across, upwards = STABILITIES[name]
    x = np.clip(ways.ahead_m, NEAREST_M, FARTHEST_M)
    wide, high = across.at(x), np.hypot(upwards.at(x), ways.wall_m * WALL_SHARE)
    straight, mirrored = (
        np.exp(-0.5 * ((ways.receiver_m[:, None] + sign * ways.source_m[None, :]) / high) ** 2) for sign in (-1, 1)
    )
    plume = np.exp(-0.5 * (ways.aside_m / wide) ** 2) * (straight + mirrored) / (wide * high)
    return np.asarray(np.where(ways.ahead_m > 0.0, plume, 0.0), np.float64)
