"""Charts of groups in the desk's look: bars, a ring, or the steps of a number; a click on a group picks it."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import atan2, cos, degrees, hypot, isfinite, radians, sin
from typing import Literal

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QLinearGradient, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from sanping.analysis.grouping import axis_top
from sanping.domain.text import Language, Text
from sanping.ui.theme import GLASS_BOTTOM, QUIET, TEXT

ChartKind = Literal["bars", "ring", "columns"]
CHARTS: dict[ChartKind, Text] = {"bars": Text("条形图", "Bars"), "ring": Text("环形图", "Ring"),
                                 "columns": Text("柱状图", "Columns")}  # fmt: skip
COLOURS = tuple(QColor(name) for name in (
    "#46cdff", "#ffba54", "#6fe3a1", "#ff8a7a", "#b89bff", "#f5e663", "#5b8cff", "#ff9bd2", "#9ad0c2", "#d8b48a",
    "#8fb3ff", "#c7dd6f",
))  # fmt: skip
REST = QColor("#7d93ab")
ROW_PX, LABEL_PX, VALUE_PX, TITLE_PX, FOOT_PX, AXIS_PX = 24, 104, 86, 26, 40, 54
RING_PX, LEGEND_PX = 230, 20
NOTHING = Text("没有可统计的对象", "There is nothing to count")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One group of a chart: its title, its value (NaN for none), and the value as it is written; a rest is grey."""

    title: Text
    value: float
    written: str
    is_rest: bool = False


class GroupChart(QWidget):
    """`picked` carries the number of the group that was clicked; that group stays marked."""

    picked = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.language: Language = "zh"
        self.kind: ChartKind = "bars"
        self.title = Text("", "")
        self.bars: tuple[Bar, ...] = ()
        self.chosen = -1

    def show_bars(self, title: Text, bars: Sequence[Bar], kind: ChartKind) -> None:
        """Show these groups."""
        self.title, self.bars, self.kind, self.chosen = title, tuple(bars), kind, -1
        self.setFixedHeight(self.sizeHint().height())
        self.update()

    def choose(self, number: int) -> None:
        """Mark a group, −1 for none."""
        self.chosen = number
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802
        """Be high enough for every group."""
        tall = {"bars": ROW_PX * max(1, len(self.bars)) + 8, "columns": 210,
                "ring": RING_PX + LEGEND_PX * -(-len(self.bars) // 2)}[self.kind]  # fmt: skip
        return QSize(300, TITLE_PX + tall)

    def place_of(self, number: int) -> QPointF:
        """Return a point within a group as it is drawn."""
        if self.kind == "ring":
            start, span = self._angles()[number]
            angle = radians(start + span / 2)
            middle, radius = self._middle(), RING_PX * 0.34
            return QPointF(middle.x() + radius * sin(angle), middle.y() - radius * cos(angle))
        return self._boxes()[number].center()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw the title and the groups."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = painter.font()
        font.setPixelSize(12)
        painter.setFont(font)
        painter.setPen(QColor("#a9dcff"))
        head = QRectF(2, 0, self.width() - 4, TITLE_PX)
        painter.drawText(head, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, self._say(self.title))
        if not any(isfinite(bar.value) and bar.value > 0 for bar in self.bars):
            painter.setPen(QUIET)
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self._say(NOTHING))
        elif self.kind == "ring":
            self._paint_ring(painter)
        elif self.kind == "columns":
            self._paint_columns(painter)
        else:
            self._paint_bars(painter)
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Pick the group under the pointer."""
        number = self.group_at(event.position())
        if number >= 0:
            self.choose(number)
            self.picked.emit(number)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Say what is under the pointer."""
        number = self.group_at(event.position())
        bar = self.bars[number] if number >= 0 else None
        self.setToolTip("" if bar is None else f"{self._say(bar.title)}  {bar.written}")

    def group_at(self, at: QPointF) -> int:
        """Return the number of the group under a point, −1 for none."""
        if self.kind == "ring":
            return self._slice_at(at)
        for number, box in enumerate(self._boxes()):
            if box.contains(at):
                return number
        return -1

    def _boxes(self) -> list[QRectF]:
        """Return the room of each group."""
        if self.kind == "bars":
            return [QRectF(0, TITLE_PX + number * ROW_PX, self.width(), ROW_PX) for number in range(len(self.bars))]
        across = (self.width() - AXIS_PX - 6) / max(1, len(self.bars))
        return [QRectF(AXIS_PX + number * across, TITLE_PX, across, self.height() - TITLE_PX - FOOT_PX)
                for number in range(len(self.bars))]  # fmt: skip

    def _most(self) -> float:
        return max((bar.value for bar in self.bars if isfinite(bar.value)), default=1.0)

    def _paint_bars(self, painter: QPainter) -> None:
        most, left = self._most(), LABEL_PX
        wide = self.width() - left - VALUE_PX
        for number, (bar, box) in enumerate(zip(self.bars, self._boxes(), strict=True)):
            if number == self.chosen:
                painter.fillRect(box, QColor(60, 150, 230, 60))
            label = QRectF(box.left() + 2, box.top(), left - 10, box.height())
            words = _shortened(painter, self._say(bar.title), label)
            painter.setPen(TEXT)
            painter.drawText(label, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, words)
            track = QRectF(left, box.top() + 6, wide, box.height() - 12)
            painter.fillRect(track, QColor(60, 130, 200, 30))
            share = max(0.0, bar.value / most) if isfinite(bar.value) else 0.0
            painter.fillRect(QRectF(track.left(), track.top(), max(1.5, wide * share), track.height()),
                             _shaded(track, COLOURS[0], is_upright=False))  # fmt: skip
            painter.setPen(QColor(255, 255, 255) if number == self.chosen else QUIET)
            end = QRectF(track.right() + 6, box.top(), VALUE_PX - 8, box.height())
            painter.drawText(end, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, bar.written)

    def _paint_columns(self, painter: QPainter) -> None:
        top = axis_top(self._most())
        boxes = self._boxes()
        room = QRectF(AXIS_PX, TITLE_PX + 6, self.width() - AXIS_PX - 6, boxes[0].height() - 6)
        for step in range(5):
            y = room.bottom() - room.height() * step / 4
            painter.setPen(QPen(QColor(90, 160, 230, 46), 1))
            painter.drawLine(QPointF(room.left(), y), QPointF(room.right(), y))
            painter.setPen(QUIET)
            side = QRectF(0, y - 8, AXIS_PX - 6, 16)
            painter.drawText(side, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, _short(top * step / 4))
        every = max(1, -(-len(boxes) * 54 // max(1, int(room.width()))))
        for number, (bar, box) in enumerate(zip(self.bars, boxes, strict=True)):
            if number == self.chosen:
                painter.fillRect(box, QColor(60, 150, 230, 60))
            share = max(0.0, bar.value / top) if isfinite(bar.value) else 0.0
            tall = max(1.0, room.height() * share)
            column = QRectF(box.left() + 2, room.bottom() - tall, max(2.0, box.width() - 4), tall)
            painter.fillRect(column, _shaded(room, COLOURS[0], is_upright=True))
            if number % every == 0:
                label = QRectF(box.left() - 30, room.bottom() + 4, box.width() + 60, 30)
                painter.setPen(QUIET)
                flags = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop
                painter.drawText(label, flags, self._say(bar.title).replace(" – ", "–\n"))

    def _paint_ring(self, painter: QPainter) -> None:
        middle, radius = self._middle(), RING_PX * 0.44
        box = QRectF(middle.x() - radius, middle.y() - radius, 2 * radius, 2 * radius)
        painter.setPen(QPen(GLASS_BOTTOM, 2))
        for number, (start, span) in enumerate(self._angles()):
            painter.setBrush(self._colour(number))
            grown = box.adjusted(-5, -5, 5, 5) if number == self.chosen else box
            painter.drawPie(grown, round((90 - start - span) * 16), round(span * 16))
        painter.setBrush(GLASS_BOTTOM)
        hole = radius * 0.56
        painter.drawEllipse(middle, hole, hole)
        painter.setPen(TEXT)
        total = sum(self._parts())
        painter.drawText(QRectF(middle.x() - hole, middle.y() - 12, 2 * hole, 24), Qt.AlignmentFlag.AlignCenter,
                         _short(total))  # fmt: skip
        for number, bar in enumerate(self.bars):
            line = QRectF((number % 2) * self.width() / 2, TITLE_PX + RING_PX + number // 2 * LEGEND_PX,
                          self.width() / 2, LEGEND_PX)  # fmt: skip
            painter.fillRect(QRectF(line.left() + 4, line.center().y() - 5, 14, 10), self._colour(number))
            share = 100 * self._parts()[number] / total if total else 0.0
            painter.setPen(QColor(255, 255, 255) if number == self.chosen else TEXT)
            words = f"{self._say(bar.title)}  {share:.1f}%"
            room = line.adjusted(24, 0, -4, 0)
            painter.drawText(
                room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, _shortened(painter, words, room)
            )

    def _colour(self, number: int) -> QColor:
        return REST if self.bars[number].is_rest else COLOURS[number % len(COLOURS)]

    def _middle(self) -> QPointF:
        return QPointF(self.width() / 2, TITLE_PX + RING_PX / 2)

    def _parts(self) -> list[float]:
        return [max(0.0, bar.value) if isfinite(bar.value) else 0.0 for bar in self.bars]

    def _angles(self) -> list[tuple[float, float]]:
        """Return where each slice begins, in degrees clockwise from the top, and how wide it is."""
        parts = self._parts()
        total, start, found = sum(parts) or 1.0, 0.0, []
        for part in parts:
            found.append((start, 360.0 * part / total))
            start += 360.0 * part / total
        return found

    def _slice_at(self, at: QPointF) -> int:
        middle, radius = self._middle(), RING_PX * 0.47
        across, down = at.x() - middle.x(), at.y() - middle.y()
        if not 0.5 * radius < hypot(across, down) < radius:
            row, column = int((at.y() - TITLE_PX - RING_PX) // LEGEND_PX), int(at.x() > self.width() / 2)
            return 2 * row + column if row >= 0 and 2 * row + column < len(self.bars) else -1
        angle = degrees(atan2(across, -down)) % 360.0
        return next(
            (number for number, (start, span) in enumerate(self._angles()) if start <= angle < start + span), -1
        )

    def _say(self, text: Text) -> str:
        return text.in_language(self.language)


def _shortened(painter: QPainter, words: str, room: QRectF) -> str:
    return painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, int(room.width()))


def _shaded(box: QRectF, colour: QColor, *, is_upright: bool) -> QLinearGradient:
    fill = QLinearGradient(box.bottomLeft(), box.topLeft() if is_upright else box.bottomRight())
    dark = QColor(colour)
    dark.setAlpha(110)
    fill.setColorAt(0.0, dark)
    fill.setColorAt(1.0, colour)
    return fill


def _short(value: float) -> str:
    """Write a number so that it fits beside an axis."""
    for limit, share, unit in ((1e8, 1e6, "M"), (1e5, 1e3, "k")):
        if abs(value) >= limit:
            return f"{value / share:,.0f}{unit}"
    return f"{value:,.0f}" if abs(value) >= 100 or float(value).is_integer() else f"{value:.3g}"
