"""Stands the panels of a column below one another, within the height there is."""

from collections.abc import Sequence

from sanping.ui.glass import HEADER_HEIGHT, GlassPanel
from sanping.ui.theme import GAP, TITLE_HEIGHT

COLUMN_TOP = TITLE_HEIGHT - 6


def stacked(panels: Sequence[GlassPanel], left: int, width: int, foot: int, shown: set[GlassPanel]) -> None:
    """Stand panels below one another; when space is short, the tall ones give way down to their least height.

    Where even that is too much the upper ones have it, and each of those below keeps its title.
    """
    for panel in panels:
        panel.setVisible(panel in shown)
    standing = [panel for panel in panels if panel in shown]
    if not standing:
        return
    space = foot - COLUMN_TOP - GAP * (len(standing) - 1)
    heights = [panel.wanted_height(width) for panel in standing]
    least = [min(high, HEADER_HEIGHT if panel.is_folded else panel.least(width))
             for panel, high in zip(standing, heights, strict=True)]  # fmt: skip
    if sum(heights) > space:
        heights = [low if panel.is_stepped else high
                   for panel, high, low in zip(standing, heights, least, strict=True)]  # fmt: skip
    excess = sum(heights) - space
    if excess > 0:
        room = sum(high - low for high, low in zip(heights, least, strict=True))
        share = min(1.0, excess / room) if room else 0.0
        heights = [round(high - (high - low) * share) for high, low in zip(heights, least, strict=True)]
    top = COLUMN_TOP
    for below, (panel, wanted) in zip(
        range(len(standing) - 1, -1, -1), zip(standing, heights, strict=True), strict=True
    ):
        room = foot - top - below * (HEADER_HEIGHT + GAP)
        high = max(HEADER_HEIGHT, min(wanted, room))
        panel.setGeometry(left, top, width, high)
        top += high + GAP
