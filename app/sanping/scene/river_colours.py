"""The colours of living water: classes of GB 3838 and the four flood colours, as linear RGB; pure numpy."""

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from sanping.domain.alarm import AlarmColour
from sanping.domain.geo import Float64Array
from sanping.stage.state import WaterColour
from sanping.twin.flood import FloodState
from sanping.twin.river import nearest_on_river
from sanping.twin.river_view import RiverState

Rgb = tuple[float, float, float]

CLASS_COLOURS: tuple[Rgb, ...] = (
    (0.06, 0.42, 1.00),
    (0.06, 0.42, 1.00),
    (0.05, 0.78, 0.32),
    (1.00, 0.66, 0.04),
    (1.00, 0.24, 0.02),
    (1.00, 0.05, 0.05),
)
FLOOD_COLOURS: Mapping[FloodState, Rgb] = MappingProxyType(
    {
        "unknown": (0.32, 0.36, 0.42),
        "normal": (0.05, 0.62, 0.72),
        "blue": (0.08, 0.36, 1.00),
        "yellow": (1.00, 0.64, 0.03),
        "orange": (1.00, 0.20, 0.012),
        "red": (1.00, 0.05, 0.05),
    }
)
ALARM_COLOURS: Mapping[AlarmColour, Rgb] = MappingProxyType(
    {"red": (1.0, 0.06, 0.06), "orange": (1.0, 0.26, 0.02), "yellow": (1.0, 0.66, 0.05), "blue": (0.1, 0.45, 1.0)}
)
PLAIN: Rgb = (0.04, 0.55, 0.85)
_STATES: tuple[FloodState, ...] = tuple(FLOOD_COLOURS)
_STRENGTH: Mapping[WaterColour, float] = MappingProxyType({"plain": 0.20, "class": 1.0, "level": 1.0})
_SOFTEN = 5


def water_tint(river: RiverState, look: WaterColour) -> Float64Array:
    """Return the tint (n, 4) at each chainage: linear colour and strength; strength 0 where nothing is known."""
    count = len(river.chainage_m)
    tint = np.zeros((count, 4))
    if look == "class":
        if river.water_class is None:
            return tint
        tint[:, :3] = np.array(CLASS_COLOURS)[river.water_class.astype(int) - 1]
    elif look == "level":
        states = [
            (view.station.chainage_m or 0.0, _STATES.index(view.flood))
            for view in river.gauges
            if view.flood != "unknown"
        ]
        known = nearest_on_river(states, river.chainage_m)
        if known is None:
            return tint
        tint[:, :3] = np.array([FLOOD_COLOURS[name] for name in _STATES])[known.astype(int)]
    else:
        tint[:, :3] = PLAIN
    tint[:, :3] = _softened(tint[:, :3])
    tint[:, 3] = _STRENGTH[look]
    return tint


def _softened(colours: Float64Array) -> Float64Array:
    """Let neighbouring colours fade into one another over a few steps."""
    padded = np.pad(colours, ((_SOFTEN, _SOFTEN), (0, 0)), mode="edge")
    kernel = np.ones(2 * _SOFTEN + 1) / (2 * _SOFTEN + 1)
    return np.stack([np.convolve(padded[:, channel], kernel, mode="valid") for channel in range(3)], axis=1)
