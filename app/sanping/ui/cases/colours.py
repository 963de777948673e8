"""The colours of cases: of their clocks, their urgency and the stages of their life."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from PySide6.QtGui import QColor

from sanping.domain.case import Colour, Stage, State, Urgency

CLOCK: Final[Mapping[Colour, QColor]] = MappingProxyType(
    {
        "grey": QColor(118, 140, 166),
        "green": QColor(52, 211, 153),
        "yellow": QColor(255, 210, 60),
        "orange": QColor(255, 145, 50),
        "red": QColor(255, 88, 88),
    }
)
URGENCY: Final[Mapping[Urgency, QColor]] = MappingProxyType(
    {"normal": QColor(118, 140, 166), "urgent": QColor(255, 145, 50), "extreme": QColor(255, 88, 88)}
)
STAGE: Final[Mapping[Stage, QColor]] = MappingProxyType(
    {
        "collecting": QColor(122, 162, 255),
        "filing": QColor(88, 178, 255),
        "dispatching": QColor(60, 200, 245),
        "handling": QColor(70, 220, 215),
        "feedback": QColor(74, 214, 170),
        "checking": QColor(112, 216, 128),
        "evaluating": QColor(160, 214, 110),
    }
)
STATE: Final[Mapping[State, QColor]] = MappingProxyType(
    {"suspended": QColor(201, 168, 106), "void": QColor(118, 140, 166), "declined": QColor(118, 140, 166),
     "not_filed": QColor(118, 140, 166), "merged": QColor(118, 140, 166), "archived": QColor(118, 140, 166)}
)  # fmt: skip
GOOD: Final = CLOCK["green"]
BAD: Final = CLOCK["red"]
FACE: Final = QColor(4, 14, 32, 150)


def faint(colour: QColor, alpha: int) -> QColor:
    """Return a colour through which the ground shines; `alpha` 0…255."""
    return QColor(colour.red(), colour.green(), colour.blue(), alpha)
