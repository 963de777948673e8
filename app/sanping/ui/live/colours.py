"""Colours of what lives, as Qt knows them: water classes, flood states, alarms."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from PySide6.QtGui import QColor

from sanping.domain.alarm import AlarmColour
from sanping.domain.station import WaterClass
from sanping.twin.flood import FloodState
from sanping.twin.river_view import StationView

CLASS: Final[Mapping[WaterClass, QColor]] = MappingProxyType(
    {
        1: QColor(61, 155, 255),
        2: QColor(61, 155, 255),
        3: QColor(59, 214, 138),
        4: QColor(255, 210, 60),
        5: QColor(255, 138, 42),
        6: QColor(255, 82, 82),
    }
)
FLOOD: Final[Mapping[FloodState, QColor]] = MappingProxyType(
    {
        "unknown": QColor(125, 135, 148),
        "normal": QColor(53, 224, 210),
        "blue": QColor(79, 150, 255),
        "yellow": QColor(255, 210, 60),
        "orange": QColor(255, 138, 42),
        "red": QColor(255, 82, 82),
    }
)
ALARM: Final[Mapping[AlarmColour, QColor]] = MappingProxyType(
    {"red": FLOOD["red"], "orange": FLOOD["orange"], "yellow": FLOOD["yellow"], "blue": FLOOD["blue"]}
)
STALE: Final = QColor(125, 135, 148)
CALM: Final = QColor(53, 224, 255)
SUSPECT: Final = QColor(201, 168, 106)


def colour_of(view: StationView) -> QColor:
    """Return the colour a station is marked with: its flood colour, else its class, grey when stale."""
    if view.freshness != "fresh":
        return STALE
    if view.flood not in ("unknown", "normal"):
        return FLOOD[view.flood]
    if view.main is not None and view.main.quality != "good":
        return SUSPECT
    if view.quality is not None:
        return CLASS[view.quality.water_class]
    return FLOOD["normal"] if view.flood == "normal" else CALM
