"""What a value can be at all: bounds by quantity, and how fast it can change. Outside, a value is suspect, not wrong.

The bounds are those of instruments and of nature (GB 3838, SL 651 and HJ 212 give no common table), wide enough that an
accident of the century is inside.
"""

import math
from collections.abc import Mapping
from types import MappingProxyType

_BOUNDS: Mapping[str, tuple[float, float]] = MappingProxyType(
    {
        "water_level": (-20.0, 9000.0),
        "level_above_gate": (-20.0, 9000.0),
        "level_below_gate": (-20.0, 9000.0),
        "groundwater_depth": (-10.0, 1000.0),
        "flow": (-50_000.0, 150_000.0),
        "velocity": (-15.0, 15.0),
        "outfall_flow": (-100.0, 500_000.0),
        "rain": (0.0, 200.0),
        "rain_hour": (0.0, 400.0),
        "rain_day": (0.0, 2000.0),
        "rain_total": (0.0, 100_000.0),
        "water_temperature": (-5.0, 60.0),
        "ph": (0.0, 14.0),
        "dissolved_oxygen": (0.0, 40.0),
        "conductivity": (0.0, 200_000.0),
        "turbidity": (0.0, 50_000.0),
        "transparency": (0.0, 3000.0),
        "redox": (-2000.0, 2000.0),
        "gate_opening": (-0.5, 60.0),
        "pumps_running": (0.0, 200.0),
        "air_temperature": (-60.0, 60.0),
        "humidity": (0.0, 100.0),
        "pressure": (400.0, 1100.0),
        "wind_speed": (0.0, 120.0),
        "wind_direction": (0.0, 360.0),
        "pm25": (0.0, 10_000.0),
        "pm10": (0.0, 20_000.0),
        "noise": (0.0, 200.0),
    }
)
_CONCENTRATION = (0.0, 100_000.0)
_CONCENTRATIONS = frozenset(
    {
        "suspended_solids", "permanganate_index", "cod", "bod5", "toc", "ammonia_nitrogen", "total_phosphorus",
        "total_nitrogen", "copper", "zinc", "fluoride", "selenium", "arsenic", "mercury", "cadmium", "chromium_6",
        "lead", "cyanide", "volatile_phenol", "petroleum", "anionic_surfactant", "sulfide", "chlorophyll_a",
    }
)  # fmt: skip

# Quantity → the change within an hour, and the change that is believed at once however short the time.
_FASTEST: Mapping[str, tuple[float, float]] = MappingProxyType(
    {
        "water_level": (6.0, 1.5),
        "level_above_gate": (8.0, 2.5),
        "level_below_gate": (8.0, 2.5),
        "water_temperature": (8.0, 4.0),
        "ph": (4.0, 2.0),
        "air_temperature": (20.0, 8.0),
        "pressure": (30.0, 10.0),
    }
)


def is_plausible(quantity: str, value: float) -> bool:
    """Say whether a value can be; of a quantity that is not listed any finite one can."""
    bounds = _BOUNDS.get(quantity) or (_CONCENTRATION if quantity in _CONCENTRATIONS else None)
    if bounds is None:
        return math.isfinite(value)
    return bounds[0] <= value <= bounds[1]


def is_leap(quantity: str, before: tuple[int, float], after: tuple[int, float]) -> bool:
    """Say whether a value came from the one before faster than nature allows; both are (event_ms, value)."""
    fastest = _FASTEST.get(quantity)
    if fastest is None or math.isnan(before[1]):
        return False
    hours = abs(after[0] - before[0]) / 3_600_000
    return abs(after[1] - before[1]) > max(fastest[1], fastest[0] * hours)
