"""A declared panel that shows a day as a clock of twenty-four hours: how many were there in each, and how many now."""

from dataclasses import dataclass
from datetime import datetime, tzinfo
from math import cos, pi, sin

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPen, QPolygonF

from sanping.domain.text import Text
from sanping.ui.wall.brush import CENTRE, LEFT, Brush
from sanping.ui.wall.facts import Points, Turn, WallFacts
from sanping.ui.wall.panels.declared import PALETTE, DeclaredPanel, Measure, Number, chosen, is_simulated, measured
from sanping.ui.wall.panels.declared_numbers import NOTHING

HOURS = 24
INNER = 0.52
OF_CAPACITY = Text("承载量 {share:.0f}%", "{share:.0f} % of capacity")


@dataclass(frozen=True, kw_only=True)
class Day:
    """The mean of each hour of the last day by the clock's hour, which hour it is, and the numbers beside."""

    hours: tuple[float | None, ...]
    now_hour: float
    numbers: tuple[Number, ...]
    top: float
    is_simulated: bool


class DayClock(DeclaredPanel):
    """The first measure of the first station that matches over the last day, round a clock; midnight is at the top.

    `top` of the first measure is what the place can hold; the other measures stand beside the clock.
    """

    nominal_em = (26.0, 17.0)

    def content(self, facts: WallFacts) -> object:
        """Return the hours; the hand moves every ten minutes."""
        declared = self.declared
        first = declared.measures[0] if declared.measures else Measure()
        views = chosen(facts, first.stations or declared.stations)
        points = facts.series.get((views[0].station.id, first.quantity), ()) if views else ()
        now = facts.clock()
        return Day(
            hours=_hourly(points, facts.zone),
            now_hour=now.hour + now.minute // 10 / 6,
            numbers=tuple(measured(facts, measure, declared) for measure in declared.measures),
            top=first.top or max((value for _, value in points), default=1.0) or 1.0,
            is_simulated=is_simulated(facts, declared),
        )

    def paint(self, brush: Brush, area: QRectF, turn: Turn) -> None:
        """Paint the clock at the left, and the other numbers at the right."""
        shown: Day = turn.now
        room = brush.frame(area, self.declared.title.text(), is_simulated=shown.is_simulated)
        if not any(shown.hours):
            brush.nothing(room, NOTHING)
            return
        em, others = brush.em, shown.numbers[1:]
        is_wide = room.width() > 1.5 * room.height()
        lines = 0 if is_wide else -(-len(others) // 2)
        side = min(room.height() - 1.9 * em * lines, 0.62 * room.width() if is_wide else room.width())
        left = room.left() if is_wide else room.center().x() - side / 2
        face = QRectF(left, room.top() + (room.height() - 1.9 * em * lines - side) / 2, side, side)
        face = face.adjusted(1.5 * em, 1.5 * em, -1.5 * em, -1.5 * em)
        _paint_hours(brush, face, shown)
        _paint_middle(brush, face, shown)
        if is_wide:
            cells = brush.rows(room.adjusted(side + 0.6 * em, 0.4 * em, 0, -0.4 * em), 1.9, len(others) or 1)
        else:
            half, top = room.width() / 2, room.bottom() - 1.9 * em * lines
            cells = [
                QRectF(room.left() + place % 2 * half, top + place // 2 * 1.9 * em, half - 0.6 * em, 1.9 * em)
                for place in range(len(others))
            ]
        for place, (number, cell) in enumerate(zip(others, cells, strict=False)):
            brush.dot(
                QPointF(cell.left() + 0.4 * em, cell.center().y()), brush.look.tint(PALETTE[place % len(PALETTE)])
            )
            begin = brush.value(cell, number.said, brush.say(number.unit), number.tint(brush.look.number), 1.15)
            brush.size()
            name = QRectF(cell.left() + 1.0 * em, cell.top(), begin - cell.left() - 1.3 * em, cell.height())
            brush.say_in(name, number.name, brush.look.text, LEFT)


def _hourly(points: Points, zone: tzinfo | None) -> tuple[float | None, ...]:
    """Return the mean of the last day's points in each hour of the clock."""
    since_ms = points[-1][0] - HOURS * 3_600_000 if points else 0.0
    found: list[list[float]] = [[] for _ in range(HOURS)]
    for at_ms, value in points:
        if at_ms > since_ms:
            found[datetime.fromtimestamp(at_ms / 1000, zone).hour].append(value)
    return tuple(sum(values) / len(values) if values else None for values in found)


def _at(middle: QPointF, radius: float, hour: float) -> QPointF:
    turn = 2 * pi * hour / HOURS
    return QPointF(middle.x() + radius * sin(turn), middle.y() - radius * cos(turn))


def _paint_hours(brush: Brush, face: QRectF, shown: Day) -> None:
    em, look, painter = brush.em, brush.look, brush.painter
    middle, radius = face.center(), face.width() / 2
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for share in (INNER, 0.76, 1.0):
        painter.setPen(QPen(look.grid, max(1.0, 0.06 * em)))
        painter.drawEllipse(middle, radius * share, radius * share)
    top = 1.06 * max(value or 0.0 for value in shown.hours)
    for hour, value in enumerate(shown.hours):
        share = (value or 0.0) / top
        is_now = int(shown.now_hour) == hour
        is_past = hour < int(shown.now_hour)
        colour = look.tint(look.amber if is_now else look.accent)
        reach = radius * (INNER + (1.0 - INNER) * share)
        edge = 0.36
        wedge = QPolygonF(
            [_at(middle, radius * INNER, hour + 0.5 - edge), _at(middle, reach, hour + 0.5 - edge),
             _at(middle, reach, hour + 0.5 + edge), _at(middle, radius * INNER, hour + 0.5 + edge)]
        )  # fmt: skip
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.faint(colour, 255 if is_now else 190 if is_past else 64))
        painter.drawPolygon(wedge)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    brush.size()
    for hour in range(0, HOURS, 6):
        at = _at(middle, radius + 0.85 * em, hour)
        brush.write(QRectF(at.x() - 1.5 * em, at.y() - 0.7 * em, 3 * em, 1.4 * em), f"{hour:02d}", look.quiet, CENTRE)
    brush.line(_at(middle, radius * (INNER - 0.06), shown.now_hour), _at(middle, radius, shown.now_hour), look.amber)


def _paint_middle(brush: Brush, face: QRectF, shown: Day) -> None:
    """Write how many are there now, and paint how much of what the place can hold that is."""
    em, look, painter, number = brush.em, brush.look, brush.painter, shown.numbers[0]
    radius = 0.44 * face.width() / 2
    ring = QRectF(face.center().x() - radius, face.center().y() - radius, 2 * radius, 2 * radius)
    share = min(1.0, (number.value or 0.0) / shown.top)
    colour: QColor = number.tint(look.accent)
    for span, alpha in ((1.0, 46), (share, 255)):
        painter.setPen(QPen(look.faint(colour, alpha), 0.32 * em, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
        painter.drawArc(ring, 90 * 16, round(-360 * 16 * span))
    brush.size(min(2.4, 1.5 * 2 * radius / em / max(4, len(number.said))), is_bold=True)
    inside = QRectF(ring.left(), ring.center().y() - 2.3 * em, ring.width(), 2.6 * em)
    brush.write(inside, number.said, look.stale if number.is_stale else look.number, CENTRE)
    brush.size()
    brush.say_in(
        QRectF(ring.left(), ring.center().y() + 0.45 * em, ring.width(), 1.3 * em), number.name, look.text, CENTRE
    )
    words = OF_CAPACITY.with_values(share=100.0 * (number.value or 0.0) / shown.top)
    if ring.width() > 8.5 * em:
        brush.say_in(
            QRectF(ring.left(), ring.center().y() + 1.75 * em, ring.width(), 1.3 * em), words, look.quiet, CENTRE
        )
