"""Several panels that share one room, one after another."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF

from sanping.ui.wall.brush import Brush
from sanping.ui.wall.facts import Turn, WallFacts, WallPanel

EACH_MS = 18_000


@dataclass(frozen=True, kw_only=True)
class TurnOf:
    """Whose turn it is, and what it shows."""

    number: int
    content: object


class TakingTurns:
    """Shows each of its panels for a while; all tiles of a wall show the same, for they go by the hub's clock.

    A panel that has nothing to show is passed over.
    """

    def __init__(self, panels: Sequence[WallPanel]) -> None:
        self._panels = tuple(panels)
        self.nominal_em = self._panels[0].nominal_em
        self.turns_ms = max(420, *(panel.turns_ms for panel in self._panels))

    def content(self, facts: WallFacts) -> object:
        """Return what the panel whose turn it is shows."""
        contents = [panel.content(facts) for panel in self._panels]
        numbers = [number for number, content in enumerate(contents) if content is not None] or [0]
        number = numbers[facts.page(len(numbers), EACH_MS)]
        return TurnOf(number=number, content=contents[number])

    def paint(self, brush: Brush, area: QRectF, turn: Turn) -> None:
        """Paint it; the next one comes in by fading, and then turns as it does by itself."""
        now: TurnOf = turn.now
        before = turn.before if isinstance(turn.before, TurnOf) else None
        is_same = before is not None and before.number == now.number
        brush.painter.save()
        if before is not None and not is_same:
            brush.painter.setOpacity(turn.share)
        known = before.content if before is not None and is_same else None
        self._panels[now.number].paint(brush, area, Turn(now=now.content, before=known, share=turn.share))
        brush.painter.restore()
