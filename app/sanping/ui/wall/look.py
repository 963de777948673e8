"""The two looks of the wall's panels: dark glass above the night, light glass above the day."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from PySide6.QtGui import QColor

from sanping.domain.view import StyleName

USUAL: Final = QColor(64, 190, 255)
_DARKER_BY_DAY = 150
_FULL_SATURATION_FROM = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class WallLook:
    """Colours of one look; `glass_top` and `glass_bottom` are translucent."""

    is_dark: bool
    glass_top: QColor
    glass_bottom: QColor
    border: QColor
    accent: QColor
    heading: QColor
    text: QColor
    quiet: QColor
    number: QColor
    card_top: QColor
    card_bottom: QColor
    grid: QColor
    stale: QColor
    amber: QColor
    shade: QColor

    own: QColor | None = None
    """The colour of a scene of its own, in place of the first of those that panels draw with."""

    def accented(self, colour: str) -> "WallLook":
        """Return the look with an accent of its own, such as "#2fe6a0"; "" leaves it as it is."""
        if not colour:
            return self
        accent = QColor(colour) if self.is_dark else QColor(colour).darker(_DARKER_BY_DAY)
        heading = accent.lighter(165) if self.is_dark else accent.darker(150)
        return replace(self, accent=accent, border=self.faint(accent, self.border.alpha()), heading=heading, own=accent)

    def tint(self, colour: QColor) -> QColor:
        """Return a statutory colour as it is told apart on this glass, and the usual blue as the scene's own."""
        if self.own is not None and colour == USUAL:
            return self.own
        if self.is_dark or colour.saturation() < _FULL_SATURATION_FROM:
            return colour
        return colour.darker(_DARKER_BY_DAY)

    def faint(self, colour: QColor, alpha: int) -> QColor:
        """Return a colour with an alpha of 0 … 255."""
        return QColor(colour.red(), colour.green(), colour.blue(), alpha)


NIGHT: Final = WallLook(
    is_dark=True,
    glass_top=QColor(7, 24, 52, 226),
    glass_bottom=QColor(4, 13, 31, 214),
    border=QColor(72, 168, 245, 120),
    accent=QColor(70, 205, 255),
    heading=QColor(196, 232, 255),
    text=QColor(222, 238, 252),
    quiet=QColor(146, 180, 212),
    number=QColor(255, 255, 255),
    card_top=QColor(26, 70, 128, 205),
    card_bottom=QColor(10, 34, 72, 225),
    grid=QColor(96, 168, 236, 46),
    stale=QColor(132, 142, 156),
    amber=QColor(255, 186, 84),
    shade=QColor(2, 8, 20),
)
DAY: Final = WallLook(
    is_dark=False,
    glass_top=QColor(250, 253, 255, 246),
    glass_bottom=QColor(228, 240, 250, 240),
    border=QColor(44, 116, 190, 150),
    accent=QColor(0, 122, 204),
    heading=QColor(12, 62, 118),
    text=QColor(20, 44, 76),
    quiet=QColor(74, 100, 132),
    number=QColor(8, 34, 72),
    card_top=QColor(255, 255, 255, 235),
    card_bottom=QColor(212, 230, 246, 240),
    grid=QColor(30, 90, 150, 44),
    stale=QColor(128, 136, 148),
    amber=QColor(184, 112, 0),
    shade=QColor(232, 242, 251),
)
LOOKS: Mapping[StyleName, WallLook] = MappingProxyType({"night": NIGHT, "day": DAY})
