"""Curves over time and along a river for the wall: axes with few labels, filled lines, the levels not to be crossed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from itertools import pairwise
from math import ceil, floor, log10

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QLinearGradient, QPainterPath, QPen, QPolygonF

from sanping.domain.text import Text
from sanping.ui.wall.brush import CENTRE, LEFT, RIGHT, Brush
from sanping.ui.wall.facts import Points

GAP_TIMES = 3.5
LEAST_SPAN = 0.2
HOURS_APART = (1, 2, 3, 4, 6, 8, 12)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """A line across a graph: its value, name and colour."""

    value: float
    name: Text
    colour: QColor


@dataclass(frozen=True, slots=True, kw_only=True)
class Axes:
    """A room with its span of values: `left` … `right` across, `low` … `high` upward."""

    area: QRectF
    left: float
    right: float
    low: float
    high: float

    def x(self, value: float) -> float:
        """Return the pixel across."""
        return self.area.left() + self.area.width() * (value - self.left) / max(1e-9, self.right - self.left)

    def y(self, value: float) -> float:
        """Return the pixel down."""
        return self.area.bottom() - self.area.height() * (value - self.low) / max(1e-9, self.high - self.low)

    def point(self, pair: tuple[float, float]) -> QPointF:
        """Return the place of a pair of values."""
        return QPointF(self.x(pair[0]), self.y(pair[1]))


def spanned(values: Sequence[float], limits: Sequence[float]) -> tuple[float, float]:
    """Return low and high of an axis: all values with some air, and limits that are not far away."""
    low, high = min(values), max(values)
    span = max(LEAST_SPAN, high - low)
    near = [limit for limit in limits if low - 2.2 * span <= limit <= high + 2.2 * span]
    low, high = min([low, *near]), max([high, *near])
    air = 0.12 * max(LEAST_SPAN, high - low)
    return low - air, high + air


def paint_values(brush: Brush, axes: Axes) -> None:
    """Paint level lines with their values at the left."""
    step = _step((axes.high - axes.low) / max(2, axes.area.height() / (1.9 * brush.em)))
    value = ceil(axes.low / step) * step
    decimals = max(0, -floor(log10(step)))
    brush.size()
    while value <= axes.high:
        y = axes.y(value)
        brush.line(QPointF(axes.area.left(), y), QPointF(axes.area.right(), y), brush.look.grid)
        label = QRectF(axes.area.left() - 4.0 * brush.em, y - brush.em, 3.7 * brush.em, 2 * brush.em)
        brush.write(label, f"{value:.{decimals}f}", brush.look.quiet, RIGHT)
        value += step


def paint_hours(brush: Brush, axes: Axes, zone: tzinfo | None) -> None:
    """Paint whole hours below."""
    brush.size()
    most = max(1, int(axes.area.width() / (4.2 * brush.em)))
    hours = (axes.right - axes.left) / 3_600_000
    apart = next((step for step in HOURS_APART if hours / step <= most), 24)
    first = datetime.fromtimestamp(axes.left / 1000, zone)
    at = first.replace(minute=0, second=0, microsecond=0) - timedelta(hours=first.hour % apart)
    while (at_ms := at.timestamp() * 1000) <= axes.right:
        x = axes.x(at_ms)
        if axes.area.left() <= x <= axes.area.right() - 1.2 * brush.em:
            brush.line(
                QPointF(x, axes.area.bottom()), QPointF(x, axes.area.bottom() + 0.25 * brush.em), brush.look.quiet
            )
            label = QRectF(x - 2.2 * brush.em, axes.area.bottom() + 0.25 * brush.em, 4.4 * brush.em, 1.35 * brush.em)
            brush.write(label, f"{at:%H:%M}", brush.look.quiet, CENTRE)
        at += timedelta(hours=apart)


def paint_limits(brush: Brush, axes: Axes, limits: Sequence[Limit]) -> None:
    """Paint the lines that must not be crossed, their names at the right above them."""
    brush.size()
    for limit in limits:
        if not axes.low < limit.value < axes.high:
            continue
        y, colour = axes.y(limit.value), brush.look.tint(limit.colour)
        brush.line(QPointF(axes.area.left(), y), QPointF(axes.area.right(), y), colour, 0.07, is_dashed=True)
        words = f"{brush.say(limit.name)} {limit.value:.2f}"
        label = QRectF(
            axes.area.left() + 0.3 * brush.em, y - 1.25 * brush.em, axes.area.width() - 0.5 * brush.em, 1.2 * brush.em
        )
        brush.write(label, words, colour, LEFT)


def paint_curve(brush: Brush, axes: Axes, points: Points, colour: QColor) -> None:
    """Paint a filled curve in pieces, with its newest value as a bright dot."""
    painter = brush.painter
    for piece in pieces_of(points):
        curve = QPolygonF([axes.point(pair) for pair in piece])
        path = QPainterPath()
        path.addPolygon(curve)
        path.lineTo(axes.x(piece[-1][0]), axes.area.bottom())
        path.lineTo(axes.x(piece[0][0]), axes.area.bottom())
        fill = QLinearGradient(0, axes.area.top(), 0, axes.area.bottom())
        fill.setColorAt(0.0, brush.look.faint(colour, 130))
        fill.setColorAt(1.0, brush.look.faint(colour, 8))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.fillPath(path, fill)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for thick, alpha in ((0.34, 46), (0.13, 255)):
            pen = QPen(brush.look.faint(colour, alpha), thick * brush.em)
            pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
            painter.setPen(pen)
            painter.drawPolyline(curve)
    if points:
        end = axes.point(points[-1])
        brush.dot(end, brush.look.faint(colour, 70), 0.5)
        brush.dot(end, brush.look.number, 0.22)


def pieces_of(points: Points) -> list[Points]:
    """Cut a course where values are missing: at pauses much longer than the usual one."""
    if len(points) < 2:
        return []
    pauses = sorted(after[0] - before[0] for before, after in pairwise(points))
    usual = pauses[len(pauses) // 2]
    cuts = [n for n in range(1, len(points)) if points[n][0] - points[n - 1][0] > GAP_TIMES * max(1.0, usual)]
    edges = [0, *cuts, len(points)]
    return [points[a:b] for a, b in pairwise(edges) if b - a > 1]


def _step(about: float) -> float:
    """Return the round step next above a wanted one: 1, 2 or 5 times a power of ten."""
    power = 10.0 ** floor(log10(max(1e-6, about)))
    return next(factor * power for factor in (1.0, 2.0, 5.0, 10.0) if factor * power >= about - 1e-12)
