"""Invented numbers of systems, devices and places, as a table of curves says; a pure function of place and time.

A curve holds for the stations whose id its pattern matches. Nothing of it is measured: whatever is made of it is marked
as simulated. Days begin at midnight UTC+8.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import lru_cache
from math import cos, pi, sin
from typing import Literal

from sanping.domain.station import Station
from sanping.ports.source import Readings
from sanping.twin.simulated_traffic import SimulatedTraffic

CurveMode = Literal["level", "today", "total"]
TOTALS_SINCE_MS = 1_767_196_800_000  # 2026-01-01T00:00+08:00
DAY_MS, HOUR_MS, ZONE_MS = 86_400_000, 3_600_000, 8 * 3_600_000
_WILD = frozenset("*?[")


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """How one quantity of some stations runs; `station` is an id or a pattern such as "farm-*".

    A "level" swings by `swing` around `base`, highest at `peak_h` o'clock. "today" counts up from midnight by `base` an
    hour on average, "total" for ever, from `start` at the beginning of 2026; both grow fastest at `peak_h`, by as much
    as `swing` (a share of 0…1) says. Stations differ by up to `spread` of all that, and wobble by `noise` of it. For
    `burst_lasts_s` of every `burst_every_s`, each station at a time of its own, `burst` is added. What comes out stays
    within `low` and `high`, and has `decimals`.
    """

    station: str
    quantity: str
    mode: CurveMode = "level"
    base: float = 0.0
    swing: float = 0.0
    peak_h: float = 14.0
    spread: float = 0.0
    noise: float = 0.0
    start: float = 0.0
    burst: float = 0.0
    burst_every_s: float = 0.0
    burst_lasts_s: float = 0.0
    low: float = 0.0
    high: float = 1e15
    decimals: int = 0

    def at(self, station: str, now_ms: int) -> float:
        """Return the value of a station at a moment."""
        own = 1.0 + self.spread * _lot(station, self.quantity)
        wobble = 1.0 + self.noise * _wave(_lot(station, self.quantity + "~"), now_ms / 1000.0)
        day_ms = (now_ms + ZONE_MS) % DAY_MS
        match self.mode:
            case "level":
                turn = cos(2 * pi * (day_ms / HOUR_MS - self.peak_h) / 24.0)
                value = (self.base + self.swing * turn) * own * wobble + self._burst(station, now_ms)
            case "today":
                value = self.base * own * self._hours(day_ms)
            case "total":
                days, rest_ms = divmod(now_ms + ZONE_MS - TOTALS_SINCE_MS - ZONE_MS, DAY_MS)
                value = self.start * own + self.base * own * (24.0 * days + self._hours(rest_ms))
        return round(min(self.high, max(self.low, value)), self.decimals)

    def _hours(self, day_ms: int) -> float:
        """Return the hours since midnight, each weighed by how busy it is: 24 at the end of a day."""
        hours, turn = day_ms / HOUR_MS, 2 * pi / 24.0
        return hours + self.swing * (sin(turn * (hours - self.peak_h)) + sin(turn * self.peak_h)) / turn

    def _burst(self, station: str, now_ms: int) -> float:
        if not self.burst_every_s:
            return 0.0
        begins_s = 0.5 * (1.0 + _lot(station, self.quantity + "!")) * self.burst_every_s
        since_s = (now_ms / 1000.0 - begins_s) % self.burst_every_s
        return self.burst if since_s < self.burst_lasts_s else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatedCurves:
    """What curves say of some stations, and what moves; `ports.traffic.ReadingsAndTraffic`.

    `rest` tells of what has no curve.

    Where a pattern and an id speak of one quantity of a station, the id is heard.
    """

    by_address: Mapping[str, tuple[Station, tuple[Curve, ...]]]
    rest: Readings
    traffic: SimulatedTraffic = field(default_factory=SimulatedTraffic)

    def stations(self) -> Sequence[str]:
        """Addresses to report for."""
        return self.rest.stations()

    def at(self, address: str, now_ms: int) -> Mapping[str, float]:
        """Values of one station by quantity code."""
        station, curves = self.by_address[address]
        own = {curve.quantity: curve.at(station.id, now_ms) for curve in curves}
        return own if own else self.rest.at(address, now_ms)


def simulated_curves(
    stations: Sequence[Station], adapter: str, curves: Sequence[Curve], rest: Readings
) -> SimulatedCurves:
    """Return the invented numbers for the stations that have an address for `adapter`."""
    patterns = tuple(curve for curve in curves if not _WILD.isdisjoint(curve.station))
    named: dict[str, list[Curve]] = {}
    for curve in curves:
        if _WILD.isdisjoint(curve.station):
            named.setdefault(curve.station, []).append(curve)
    return SimulatedCurves(
        by_address={
            station.addresses[adapter]: (
                station,
                (
                    *(curve for curve in patterns if fnmatchcase(station.id, curve.station)),
                    *named.get(station.id, ()),
                ),
            )
            for station in stations
            if adapter in station.addresses
        },
        rest=rest,
    )


@lru_cache(maxsize=65_536)
def _lot(name: str, salt: str) -> float:
    """Return a number between −1 and 1 that a name always draws."""
    seed = 2_166_136_261
    for letter in f"{salt}/{name}".encode():
        seed = (seed ^ letter) * 16_777_619 & 0xFFFF_FFFF
    return ((seed ^ seed >> 13) % 20_001) / 10_000.0 - 1.0


def _wave(lot: float, time_s: float) -> float:
    """Return a slow wobble between −1 and 1."""
    return 0.6 * sin(time_s / 611.0 + 7.0 * lot) + 0.4 * sin(time_s / 97.0 + 19.0 * lot)
