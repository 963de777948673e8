"""The other sites of a federation on the wall: who is linked, with their figures; it hides where there are none."""

from PySide6.QtCore import QPointF, QRectF

from sanping.ui.sites.told import MOST, SiteLine, SitesShown
from sanping.ui.wall.brush import LEFT, RIGHT, Brush
from sanping.ui.wall.facts import Turn, WallFacts

EDGE_EM = 0.9


class SitesStrip:
    """A line for each site over glass, and one for the joint session."""

    nominal_em = (52.0, 7.2)
    turns_ms = 0

    def content(self, facts: WallFacts) -> object:
        """Return the sites, None for none."""
        return facts.sites

    def paint(self, brush: Brush, area: QRectF, turn: Turn) -> None:
        """Paint the lines."""
        shown: SitesShown | None = turn.now
        if shown is None:
            return
        count = len(shown.lines) + (shown.joint is not None)
        area.setHeight(area.height() * min(1.0, (count + 0.6) / (MOST + 1)))
        inner = brush.strip(area, EDGE_EM)
        high = inner.height() / count
        rooms = [QRectF(inner.left(), inner.top() + number * high, inner.width(), high) for number in range(count)]
        for line, room in zip(shown.lines, rooms, strict=False):
            _paint_site(brush, room, line)
        if shown.joint is not None:
            brush.size(is_bold=True)
            brush.say_in(rooms[-1], shown.joint, brush.look.number)


def _paint_site(brush: Brush, room: QRectF, line: SiteLine) -> None:
    look, em = brush.look, brush.em
    colour = look.tint(line.colour)
    brush.dot(QPointF(room.left() + 0.5 * em, room.center().y()), colour)
    brush.size(1.05, is_bold=True)
    left = room.left() + 1.4 * em
    brush.write(QRectF(left, room.top(), 11.0 * em, room.height()), brush.say(line.name), look.number, LEFT)
    brush.size()
    told = brush.say(line.link)
    brush.write(room, told, colour, RIGHT)
    begin = left + 11.5 * em
    wide = max(0.0, room.right() - brush.width(told) - 0.8 * em - begin)
    brush.write(QRectF(begin, room.top(), wide, room.height()), brush.say(line.figures), look.text, LEFT)
