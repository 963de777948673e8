"""A hydrograph: a level or any other value over time, with the lines it must not cross; painted by hand."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPainterPath, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from sanping.domain.geo import Float64Array
from sanping.domain.text import Language, Text
from sanping.ui.theme import ACCENT, QUIET

NO_SERIES = Text("这段时间没有数据", "No data in this span")
LEFT_PX, RIGHT_PX, TOP_PX, FOOT_PX = 40, 10, 10, 20
LEAST_SPAN = 0.05
GAP_TIMES = 3.5
HOUR_MS = 3_600_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line across the graph: its value, its name and its colour."""

    value: float
    title: Text
    colour: QColor


@dataclass(frozen=True, kw_only=True)
class Graph:
    """What a hydrograph shows: times in milliseconds, values with gaps as NaN, lines, and the span of time.

    A pause of up to `gap_ms` is no gap, however close other values lie.
    """

    event_ms: Float64Array
    value: Float64Array
    from_ms: float
    to_ms: float
    decimals: int = 2
    lines: tuple[Line, ...] = ()
    colour: QColor = field(default_factory=lambda: QColor(ACCENT))
    is_filled: bool = True
    gap_ms: float = 0.0


class Hydrograph(QWidget):
    """Paints a `Graph`."""

    def __init__(self, zone: tzinfo | None = None) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(146)
        self.zone = zone
        self.language: Language = "zh"
        self.graph: Graph | None = None

    def sizeHint(self) -> QSize:  # noqa: N802
        """Prefer the width of a panel."""
        return QSize(300, 146)

    def show_graph(self, graph: Graph | None) -> None:
        """Show a graph, or that there is none."""
        self.graph = graph
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw axes, lines and the curve."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = painter.font()
        font.setPixelSize(10)
        painter.setFont(font)
        graph = self.graph
        known = None if graph is None else graph.value[np.isfinite(graph.value)]
        if graph is None or known is None or not len(known):
            painter.setPen(QUIET)
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, NO_SERIES.in_language(self.language))
            painter.end()
            return
        area = QRectF(LEFT_PX, TOP_PX, self.width() - LEFT_PX - RIGHT_PX, self.height() - TOP_PX - FOOT_PX)
        low, high = _range(known, graph.lines)
        frame = _Frame(area=area, low=low, high=high, from_ms=graph.from_ms, to_ms=graph.to_ms)
        self._draw_axes(painter, frame, graph)
        pieces = _pieces(graph)
        for piece in pieces:
            self._draw_curve(painter, frame, piece, graph)
        self._draw_end(painter, QPointF(frame.x(pieces[-1][-1][0]), frame.y(pieces[-1][-1][1])), graph)
        for line in graph.lines:
            if low <= line.value <= high:
                self._draw_line(painter, frame, line)
        painter.end()

    def _draw_axes(self, painter: QPainter, frame: "_Frame", graph: Graph) -> None:
        painter.setPen(QPen(QColor(90, 160, 230, 46), 1))
        steps = 4
        for step in range(steps + 1):
            value = frame.low + (frame.high - frame.low) * step / steps
            y = frame.y(value)
            painter.setPen(QPen(QColor(90, 160, 230, 46), 1))
            painter.drawLine(QPointF(frame.area.left(), y), QPointF(frame.area.right(), y))
            painter.setPen(QUIET)
            label = QRectF(0, y - 7, LEFT_PX - 5, 14)
            painter.drawText(label, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter,
                             f"{value:.{graph.decimals}f}")  # fmt: skip
        for at_ms, words in _ticks(graph.from_ms, graph.to_ms, self.zone):
            painter.drawText(QRectF(frame.x(at_ms) - 30, frame.area.bottom() + 4, 60, 14),
                             Qt.AlignmentFlag.AlignHCenter, words)  # fmt: skip

    def _draw_curve(
        self, painter: QPainter, frame: "_Frame", points: Sequence[tuple[float, float]], graph: Graph
    ) -> None:
        places = [QPointF(frame.x(at_ms), frame.y(value)) for at_ms, value in points]
        curve = QPolygonF(places)
        if graph.is_filled:
            path = QPainterPath()
            path.addPolygon(curve)
            path.lineTo(places[-1].x(), frame.area.bottom())
            path.lineTo(places[0].x(), frame.area.bottom())
            fill = QLinearGradient(0, frame.area.top(), 0, frame.area.bottom())
            fill.setColorAt(0, QColor(graph.colour.red(), graph.colour.green(), graph.colour.blue(), 110))
            fill.setColorAt(1, QColor(graph.colour.red(), graph.colour.green(), graph.colour.blue(), 6))
            painter.fillPath(path, fill)
        painter.setPen(QPen(graph.colour, 1.6))
        painter.drawPolyline(curve)

    def _draw_end(self, painter: QPainter, place: QPointF, graph: Graph) -> None:
        painter.setBrush(graph.colour)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawEllipse(place, 2.6, 2.6)
        painter.setBrush(Qt.BrushStyle.NoBrush)

    def _draw_line(self, painter: QPainter, frame: "_Frame", line: Line) -> None:
        y = frame.y(line.value)
        painter.setPen(QPen(line.colour, 1, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(frame.area.left(), y), QPointF(frame.area.right(), y))
        words = f"{line.title.in_language(self.language)} {line.value:.2f}"
        box = QRectF(frame.area.right() - 120, y - 13, 118, 12)
        painter.setPen(line.colour)
        painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, words)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Frame:
    area: QRectF
    low: float
    high: float
    from_ms: float
    to_ms: float

    def x(self, at_ms: float) -> float:
        return self.area.left() + self.area.width() * (at_ms - self.from_ms) / max(1.0, self.to_ms - self.from_ms)

    def y(self, value: float) -> float:
        return self.area.bottom() - self.area.height() * (value - self.low) / max(1e-9, self.high - self.low)


def _range(known: Float64Array, lines: Sequence[Line]) -> tuple[float, float]:
    """Return the range of the axis: the values, and the lines that are not far from them."""
    low, high = float(known.min()), float(known.max())
    reach = max(high - low, 0.4)
    near = [line.value for line in lines if low - 2.5 * reach <= line.value <= high + 2.5 * reach]
    low, high = min([low, *near]), max([high, *near])
    margin = max(LEAST_SPAN, (high - low) * 0.08)
    return low - margin, high + margin


def _pieces(graph: Graph) -> list[list[tuple[float, float]]]:
    """Cut the series where it has gaps: a line is never drawn over missing time."""
    good = np.isfinite(graph.value)
    times, values = graph.event_ms[good], graph.value[good]
    if len(times) < 2:
        return [[(float(at), float(value)) for at, value in zip(times, values, strict=True)]]
    usual = float(np.median(np.diff(times))) * GAP_TIMES
    cuts = np.flatnonzero(np.diff(times) > max(usual, graph.gap_ms, 1.0)) + 1
    return [
        list(zip(part_t.tolist(), part_v.tolist(), strict=True))
        for part_t, part_v in zip(np.split(times, cuts), np.split(values, cuts), strict=True)
    ]


def _ticks(from_ms: float, to_ms: float, zone: tzinfo | None) -> list[tuple[float, str]]:
    """Return about five times on the axis: full hours, or days for a long span."""
    span_h = (to_ms - from_ms) / HOUR_MS
    step_h = next((step for step in (1, 3, 6, 12, 24, 48) if span_h / step <= 6), 72)
    offset_ms = 0.0
    if zone is not None:
        shift = datetime.fromtimestamp(from_ms / 1000, zone).utcoffset()
        offset_ms = shift.total_seconds() * 1000 if shift else 0.0
    step_ms = step_h * HOUR_MS
    first = (int((from_ms + offset_ms) // step_ms) + 1) * step_ms - offset_ms
    form = "%H:%M" if step_h < 24 else "%m-%d"
    return [
        (at_ms, datetime.fromtimestamp(at_ms / 1000, zone).strftime(form))
        for at_ms in np.arange(first, to_ms, step_ms).tolist()
    ]
