"""Examples of panels for the wall: how many stations are on line; and one that fails as soon as it paints."""

from PySide6.QtCore import QRectF

from sanping.domain.text import Text
from sanping.ui.wall.brush import Brush
from sanping.ui.wall.facts import Turn, WallFacts

TITLE = Text("在线测站", "Stations on line")


class OnlinePanel:
    """Paints a number in a frame."""

    nominal_em = (18.0, 8.0)
    turns_ms = 0

    def content(self, facts: WallFacts) -> object:
        """Return what is shown; an equal value is not painted again."""
        stations = facts.view.stations
        return sum(view.freshness == "fresh" for view in stations), len(stations)

    def paint(self, brush: Brush, area: QRectF, turn: Turn) -> None:
        """Paint it into its room."""
        online, known = turn.now
        room = brush.frame(area, TITLE)
        brush.size(3.0, is_bold=True)
        brush.write(room, f"{online} / {known}", brush.look.number)


class ClumsyPanel(OnlinePanel):
    """Fails when it paints."""

    def paint(self, brush: Brush, area: QRectF, turn: Turn) -> None:
        """Divide by zero."""
        brush.painter.rotate(7.0)
        raise ZeroDivisionError(str(1 // (turn.now[1] - turn.now[1] or 1)))
