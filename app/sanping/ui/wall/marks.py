"""Marks that panels of cases share: rings, clocks that run down, shares of a whole, colours they are told apart by."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from math import cos, pi, sin
from types import MappingProxyType
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QConicalGradient, QPainterPath, QPen

from sanping.domain.case import Colour
from sanping.ui.wall.brush import Brush

CLOCK: Final[Mapping[Colour, QColor]] = MappingProxyType(
    {
        "green": QColor(59, 214, 138), "yellow": QColor(255, 210, 60), "orange": QColor(255, 138, 42),
        "red": QColor(255, 82, 82), "grey": QColor(138, 152, 170),
    }
)  # fmt: skip
SERIES: Final[tuple[QColor, ...]] = (
    QColor(70, 205, 255), QColor(96, 140, 255), QColor(58, 218, 180), QColor(166, 124, 255), QColor(255, 190, 92),
    QColor(244, 116, 164), QColor(134, 220, 110), QColor(122, 152, 190),
)  # fmt: skip
GOOD, FAIR = 0.92, 0.85
_TURN = 5760


def grade_colour(share: float, *, is_low_good: bool = False) -> QColor:
    """Return the colour that tells a good rate from a bad one."""
    good = 1.0 - share if is_low_good else share
    return CLOCK["green"] if good >= GOOD else CLOCK["yellow"] if good >= FAIR else CLOCK["orange"]


def ring(brush: Brush, centre: QPointF, radius: float, share: float, colour: QColor) -> None:
    """Paint a share of a ring from the top clockwise, with a thin scale around it; lengths are pixels."""
    painter, look, em = brush.painter, brush.look, brush.em
    thick = 0.16 * radius
    box = QRectF(centre.x() - radius, centre.y() - radius, 2 * radius, 2 * radius)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(look.faint(colour, 44 if look.is_dark else 60), thick))
    painter.drawEllipse(box)
    share = min(1.0, max(0.0, share))
    for wide, alpha in ((2.1 * thick, 46), (thick, 255)):
        fill = QConicalGradient(centre, 90.0)
        fill.setColorAt(1.0, look.faint(colour, alpha * 2 // 5))
        fill.setColorAt(max(0.0, 1.0 - share), look.faint(colour, alpha))
        fill.setColorAt(0.0, look.faint(colour, alpha))
        painter.setPen(QPen(fill, wide, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
        painter.drawArc(box, _TURN // 4, -round(_TURN * share))
    outer = radius + thick * 1.25
    painter.setPen(QPen(look.faint(colour, 90), max(1.0, 0.05 * em)))
    for number in range(36):
        turn = number * pi / 18
        way = QPointF(sin(turn), -cos(turn))
        painter.drawLine(centre + way * outer, centre + way * (outer + 0.14 * em))


def clock_ring(brush: Brush, centre: QPointF, radius: float, left: float | None, colour: QColor) -> None:
    """Paint what is left of a clock; full and broken where none runs, an exclamation mark where it is over."""
    painter, look = brush.painter, brush.look
    box = QRectF(centre.x() - radius, centre.y() - radius, 2 * radius, 2 * radius)
    thick = max(2.0, 0.26 * radius)
    painter.setBrush(look.faint(colour, 34))
    painter.setPen(QPen(look.faint(colour, 64), thick))
    painter.drawEllipse(box)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if left is None:
        pen = QPen(look.faint(colour, 190), thick * 0.7)
        pen.setDashPattern([1.0, 1.4])
        painter.setPen(pen)
        painter.drawEllipse(box)
        return
    share = 1.0 if left <= 0.0 else left
    painter.setPen(QPen(colour, thick, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
    painter.drawArc(box, _TURN // 4, round(_TURN * share))
    if left <= 0.0:
        painter.setPen(QPen(colour, 0.22 * radius, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawLine(centre - QPointF(0, 0.42 * radius), centre + QPointF(0, 0.08 * radius))
        painter.drawPoint(centre + QPointF(0, 0.44 * radius))
    else:
        hand = 2 * pi * share
        painter.setPen(QPen(colour, max(1.0, 0.12 * radius), Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawLine(centre, centre + QPointF(-sin(hand), -cos(hand)) * 0.52 * radius)
        painter.drawLine(centre, centre - QPointF(0, 0.4 * radius))


def donut(brush: Brush, centre: QPointF, radius: float, parts: Sequence[tuple[float, QColor]]) -> None:
    """Paint shares of a whole as a ring of pieces with thin gaps."""
    painter, look = brush.painter, brush.look
    total = sum(value for value, _ in parts)
    thick = 0.3 * radius
    box = QRectF(centre.x() - radius, centre.y() - radius, 2 * radius, 2 * radius)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    at = _TURN / 4
    gap = 80 if len(parts) > 1 else 0
    for value, colour in parts:
        wide = _TURN * value / total if total else 0.0
        pen = QPen(look.tint(colour), thick, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap)
        painter.setPen(pen)
        painter.drawArc(box, round(at - gap / 2), -round(max(16.0, wide - gap)))
        at -= wide
    inner = box.adjusted(0.85 * thick, 0.85 * thick, -0.85 * thick, -0.85 * thick)
    painter.setPen(QPen(look.faint(look.accent, 110), max(1.0, 0.05 * brush.em), Qt.PenStyle.DotLine))
    painter.drawEllipse(inner)


def smooth(points: Sequence[QPointF]) -> QPainterPath:
    """Return a curve through points that never swings below or above both of its neighbours."""
    path = QPainterPath()
    if points:
        path.moveTo(points[0])
    for before, after in pairwise(points):
        middle = (before.x() + after.x()) / 2
        path.cubicTo(QPointF(middle, before.y()), QPointF(middle, after.y()), after)
    return path


def settled(before: float | None, now: float, share: float) -> float:
    """Return where a value is on its way from one to the next, slow at both ends."""
    if before is None:
        before = 0.0
    eased = share * share * (3.0 - 2.0 * share)
    return before + (now - before) * eased
