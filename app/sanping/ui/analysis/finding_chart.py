"""The chart of a finding: its curves over a grid, with what stands along both sides; painted by hand."""

from itertools import pairwise
from math import ceil, floor, log10

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from sanping.analysis.findings import Chart, Curve
from sanping.domain.geo import Float64Array
from sanping.domain.text import Language
from sanping.ui.theme import QUIET

LEFT_PX, RIGHT_PX, TOP_PX, FOOT_PX = 34, 10, 22, 32
TICKS = 5
INK = QColor(40, 52, 64)
GRID = QColor(90, 150, 210, 60)


class FindingChart(QWidget):
    """Paints a `Chart`; nothing for None."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(190)
        self.language: Language = "zh"
        self.chart: Chart | None = None
        self._ink = QUIET

    def sizeHint(self) -> QSize:  # noqa: N802
        """Prefer a wide chart."""
        return QSize(320, 190)

    def show_chart(self, chart: Chart | None, language: Language) -> None:
        """Show this chart instead of the present one."""
        self.chart, self.language = chart, language
        self.setVisible(chart is not None)
        self.update()

    def on_paper(self) -> QImage:
        """Return the chart as a picture for white paper."""
        image = QImage(2 * self.width(), 2 * self.height(), QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(2.0)
        image.fill(QColor(255, 255, 255))
        self._ink = INK
        self._paint(QPainter(image))
        self._ink = QUIET
        return image

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw grid, curves and their names."""
        self._paint(QPainter(self))

    def _paint(self, painter: QPainter) -> None:
        if self.chart is None or not self.chart.curves:
            painter.end()
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = painter.font()
        font.setPixelSize(11)
        painter.setFont(font)
        room = QRectF(LEFT_PX, TOP_PX, self.width() - LEFT_PX - RIGHT_PX, self.height() - TOP_PX - FOOT_PX)
        low, high = _span(np.concatenate([curve.across for curve in self.chart.curves]))
        foot, top = _span(np.concatenate([[0.0], *(curve.up for curve in self.chart.curves)]))
        self._paint_grid(painter, room, (low, high), (foot, top * 1.06))
        painter.save()
        painter.setClipRect(room.adjusted(0, -1, 0, 1))
        for curve in self.chart.curves:
            _paint_curve(painter, room, curve, (low, high), (foot, top * 1.06))
        painter.restore()
        self._paint_names(painter, room)
        painter.end()

    def _paint_grid(
        self, painter: QPainter, room: QRectF, across: tuple[float, float], up: tuple[float, float]
    ) -> None:
        assert self.chart is not None
        for value in _ticks(*up):
            y = room.bottom() - (value - up[0]) / (up[1] - up[0]) * room.height()
            painter.setPen(QPen(GRID, 1))
            painter.drawLine(QPointF(room.left(), y), QPointF(room.right(), y))
            painter.setPen(self._ink)
            painter.drawText(QRectF(0, y - 7, LEFT_PX - 5, 14), int(Qt.AlignmentFlag.AlignRight), f"{value:g}")
        for value in _ticks(*across):
            x = room.left() + (value - across[0]) / (across[1] - across[0]) * room.width()
            painter.setPen(self._ink)
            painter.drawText(
                QRectF(x - 24, room.bottom() + 2, 48, 14), int(Qt.AlignmentFlag.AlignHCenter), f"{value:g}"
            )
        foot = QRectF(room.left(), room.bottom() + 15, room.width(), 15)
        painter.drawText(foot, int(Qt.AlignmentFlag.AlignRight), self.chart.across.in_language(self.language))

    def _paint_names(self, painter: QPainter, room: QRectF) -> None:
        assert self.chart is not None
        painter.setPen(self._ink)
        words = self.chart.up.in_language(self.language)
        painter.drawText(QPointF(4, 14), words)
        x = max(room.left() + 30, painter.fontMetrics().horizontalAdvance(words) + 18)
        for curve in self.chart.curves:
            name = curve.title.in_language(self.language)
            painter.setPen(_pen(curve))
            painter.drawLine(QPointF(x, 10), QPointF(x + 14, 10))
            painter.setPen(self._ink)
            painter.drawText(QPointF(x + 18, 14), name)
            x += 30 + painter.fontMetrics().horizontalAdvance(name)


def _paint_curve(
    painter: QPainter, room: QRectF, curve: Curve, across: tuple[float, float], up: tuple[float, float]
) -> None:
    x = room.left() + (curve.across - across[0]) / (across[1] - across[0]) * room.width()
    y = room.bottom() - (curve.up - up[0]) / (up[1] - up[0]) * room.height()
    for begin, end in _runs(np.isfinite(x) & np.isfinite(y)):
        path = QPainterPath(QPointF(x[begin], y[begin]))
        for place in range(begin + 1, end):
            path.lineTo(QPointF(x[place], y[place]))
        if curve.is_filled:
            body = QPainterPath(path)
            body.lineTo(QPointF(x[end - 1], room.bottom()))
            body.lineTo(QPointF(x[begin], room.bottom()))
            painter.fillPath(body, QColor(*curve.colour, 70))
        painter.strokePath(path, _pen(curve))


def _pen(curve: Curve) -> QPen:
    return QPen(QColor(*curve.colour), 1.5, Qt.PenStyle.DashLine if curve.is_dashed else Qt.PenStyle.SolidLine)


def _runs(is_known: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> list[tuple[int, int]]:
    """Return where curves begin and end between gaps."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], is_known, [False]]).astype(np.int8)))
    return [(int(begin), int(end)) for begin, end in pairwise(edges) if is_known[begin]]


def _span(values: Float64Array) -> tuple[float, float]:
    known = values[np.isfinite(values)]
    low, high = (float(known.min()), float(known.max())) if len(known) else (0.0, 1.0)
    return low, max(high, low + 1e-6)


def _ticks(low: float, high: float) -> list[float]:
    """Return about `TICKS` round numbers between two."""
    rough = (high - low) / TICKS
    power = 10.0 ** floor(log10(rough))
    step = power * next(factor for factor in (1.0, 2.0, 5.0, 10.0) if factor * power >= rough * 0.999)
    return [round(number * step, 9) for number in range(ceil(low / step - 1e-9), floor(high / step + 1e-9) + 1)]
