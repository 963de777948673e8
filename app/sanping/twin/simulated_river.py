"""The invented truth that simulators report: tides, showers, overflow and its plume along the river.

A pure function of place and time, so that every simulator, test and picture sees the same river. Levels are given on
each station's own datum. Nothing of it is measured: whatever is made of it is marked as simulated.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import cos, exp, pi, sin
from typing import Literal

from sanping.domain.station import Station
from sanping.twin.water_quality import saturation_mg_l

Scenario = Literal["calm", "daily", "flood", "polluted"]
SCENARIOS: tuple[Scenario, ...] = ("calm", "daily", "flood", "polluted")

_TIDE_S = 12.42 * 3600
_MEAN_LEVEL_M = 2.72
_TIDE_M = 0.30
_WAVE_M_S = 6.0
_DRIFT_M_S = 0.32
_SHOWER_S = 5400
_SHOWER_LASTS_S = 1500
_PLUME_M = 420.0
_STORM_SURGE_M = 1.28
_SECTION_M2 = 140.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatedRiver:
    """What the stations of one adapter would report; `ports.source.Readings`."""

    by_address: Mapping[str, Station]
    outfalls_m: tuple[float, ...]
    scenario: Scenario = "daily"

    def stations(self) -> Sequence[str]:
        """Addresses to report for."""
        return tuple(self.by_address)

    def at(self, address: str, now_ms: int) -> Mapping[str, float]:
        """Values of one station by quantity code, in the units of `domain.quantity`."""
        station = self.by_address[address]
        found: dict[str, float] = {}
        for kind in station.kinds:
            found |= self._of_kind(kind, station, now_ms / 1000.0)
        return {"supply_voltage": 12.6 + 0.2 * _noise(station.id, now_ms / 1000.0, 1), **found}

    def _of_kind(self, kind: str, station: Station, time_s: float) -> dict[str, float]:
        match kind:
            case "level":
                found = {"water_level": self.level_m(_place(station), time_s) - (station.datum_offset_m or 0.0)}
            case "flow":
                velocity = self.velocity_m_s(_place(station), time_s)
                found = {"velocity": velocity, "flow": velocity * _SECTION_M2}
            case "quality":
                found = self._quality(station, time_s)
            case "rain":
                found = self._rain(time_s)
            case "pump":
                found = {"pumps_running": float(round(4 * self._wetness(time_s)))}
            case "sluice":
                found = self._sluice(station, time_s)
            case "outfall":
                found = {"outfall_flow": self._overflow(time_s) * 640.0}
            case _:
                found = {"is_online": 1.0}
        return found

    def _sluice(self, station: Station, time_s: float) -> dict[str, float]:
        """A sluice shuts halfway when the creek stands high."""
        is_high = self.scenario == "flood"
        return {
            "gate_opening": 0.4 if is_high else 1.6,
            "gates_open": 1.0 if is_high else 2.0,
            "level_above_gate": _MEAN_LEVEL_M - 0.15,
            "level_below_gate": self.level_m(_place(station), time_s),
        }

    def level_m(self, chainage_m: float, time_s: float) -> float:
        """Return the water level in metres on the twin's datum."""
        surge = _STORM_SURGE_M if self.scenario == "flood" else 0.10 * self._wetness(time_s)
        slope = 0.05 * (1.0 - chainage_m / 12_000.0) * (3.0 if self.scenario == "flood" else 1.0)
        tide = _TIDE_M * sin(_phase(chainage_m, time_s)) + 0.05 * sin(2 * _phase(chainage_m, time_s) + 0.7)
        damped = 0.35 if self.scenario == "flood" else 1.0
        return _MEAN_LEVEL_M + surge + slope + damped * tide + 0.006 * _noise("level", time_s + chainage_m, 3)

    def velocity_m_s(self, chainage_m: float, time_s: float) -> float:
        """Return the velocity in m/s, positive downstream."""
        drift = 0.85 if self.scenario == "flood" else _DRIFT_M_S
        swing = 0.10 if self.scenario == "flood" else 0.16
        return drift - swing * cos(_phase(chainage_m, time_s)) + 0.01 * _noise("speed", time_s + chainage_m, 5)

    def _wetness(self, time_s: float) -> float:
        """How hard it rains, 0 … 1."""
        if self.scenario == "calm":
            return 0.0
        if self.scenario == "flood":
            return 0.8 + 0.2 * sin(time_s / 700.0)
        since_s = time_s % _SHOWER_S
        return sin(pi * since_s / _SHOWER_LASTS_S) if since_s < _SHOWER_LASTS_S else 0.0

    def _overflow(self, time_s: float) -> float:
        """How much the outfalls discharge, 0 … 1: only the heavier half of a shower overflows."""
        if self.scenario == "polluted":
            return 0.7
        return max(0.0, 2.0 * self._wetness(time_s) - 1.0)

    def _rain(self, time_s: float) -> dict[str, float]:
        wet = self._wetness(time_s)
        strength = 52.0 if self.scenario == "flood" else 22.0
        whole, part = divmod(time_s, _SHOWER_S)
        per_shower = strength * _SHOWER_LASTS_S / 3600 * 2 / pi
        share = (1 - cos(pi * min(part, _SHOWER_LASTS_S) / _SHOWER_LASTS_S)) / 2
        total = 0.0 if self.scenario == "calm" else (whole % 400 + share) * per_shower
        return {"rain": wet * strength / 12.0, "rain_hour": wet * strength, "rain_total": total}

    def _plume(self, chainage_m: float, time_s: float) -> float:
        """How much of the outfalls' water is here, 0 … 1: carried downstream, spread and thinned on the way."""
        if self.scenario == "polluted":
            middle = self.outfalls_m[0] if self.outfalls_m else 4700.0
            behind = chainage_m - middle
            return exp(-max(0.0, behind) / 2600.0) if behind > -150.0 else 0.0
        if self.scenario not in ("daily", "flood"):
            return 0.0
        since_s = time_s % _SHOWER_S - _SHOWER_LASTS_S / 2
        strongest = 0.0
        for place_m in self.outfalls_m:
            centre_m = place_m + _DRIFT_M_S * since_s
            spread_m = _PLUME_M + 0.08 * max(0.0, since_s)
            if since_s > 0:
                strongest = max(strongest, exp(-(((chainage_m - centre_m) / spread_m) ** 2)) * exp(-since_s / 5200.0))
        return strongest

    def _quality(self, station: Station, time_s: float) -> dict[str, float]:
        place_m = _place(station)
        foul = self._plume(place_m, time_s)
        hour = time_s / 3600.0 + 8.0
        temperature = 16.5 + 2.2 * sin(2 * pi * (hour - 9.0) / 24.0)
        wobble = _noise(station.id, time_s, 7)
        oxygen = 0.66 * saturation_mg_l(temperature) + 0.5 * sin(2 * pi * (hour - 9.0) / 24.0)
        return {
            "water_temperature": temperature,
            "ph": 7.45 + 0.08 * wobble - 0.25 * foul,
            "dissolved_oxygen": max(0.4, oxygen + 0.12 * wobble - 4.6 * foul),
            "conductivity": 520.0 + 12.0 * wobble + 160.0 * foul,
            "turbidity": 24.0 + 3.0 * wobble + 60.0 * foul,
            "permanganate_index": 4.3 + 0.2 * wobble + 6.5 * foul,
            "ammonia_nitrogen": max(0.05, 0.72 + 0.08 * wobble + 0.00002 * place_m + 2.6 * foul),
            "total_phosphorus": max(0.02, 0.15 + 0.012 * wobble + 0.22 * foul),
            "total_nitrogen": 2.4 + 0.15 * wobble + 2.1 * foul,
        }


def simulated_river(stations: Sequence[Station], adapter: str, scenario: Scenario = "daily") -> SimulatedRiver:
    """Return the invented truth for the stations that have an address for `adapter`."""
    return SimulatedRiver(
        by_address={station.addresses[adapter]: station for station in stations if adapter in station.addresses},
        outfalls_m=tuple(sorted(_place(station) for station in stations if "outfall" in station.kinds)[1:2]),
        scenario=scenario,
    )


def _place(station: Station) -> float:
    return station.chainage_m or 0.0


def _phase(chainage_m: float, time_s: float) -> float:
    """The tide comes in from downstream: it is later upstream."""
    return 2 * pi * (time_s + chainage_m / _WAVE_M_S) / _TIDE_S


def _noise(name: str, time_s: float, salt: int) -> float:
    """A slow wobble between −1 and 1 that differs from place to place and repeats for the same moment."""
    seed = sum((number + salt) * ord(letter) for number, letter in enumerate(name)) % 997
    return 0.6 * sin(time_s / 611.0 + seed) + 0.4 * sin(time_s / 173.0 + 2.3 * seed)
