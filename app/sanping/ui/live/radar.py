"""A radar of water quality: every item against its limit of class Ⅲ; what reaches beyond the ring is worse."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, pi, sin

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from sanping.domain.station import WaterClass
from sanping.domain.text import Language, Text
from sanping.ui.live.colours import CLASS
from sanping.ui.live.painting import write
from sanping.ui.theme import QUIET, TEXT

MOST = 1.8
LABEL_PX = 15.0
MIDDLE = Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoke:
    """One item: its name, its value as written, its share of the limit of class Ⅲ (1: at the limit), its class."""

    title: Text
    value: str
    share: float
    water_class: WaterClass


class Radar(QWidget):
    """Paints spokes; needs three of them."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(176)
        self.language: Language = "zh"
        self.spokes: tuple[Spoke, ...] = ()

    def sizeHint(self) -> QSize:  # noqa: N802
        """Prefer the width of a panel."""
        return QSize(300, 176)

    def show_spokes(self, spokes: Sequence[Spoke]) -> None:
        """Show these items."""
        self.spokes = tuple(spokes)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw rings, the shape and the names."""
        if len(self.spokes) < 3:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = painter.font()
        font.setPixelSize(11)
        painter.setFont(font)
        middle = QPointF(self.width() / 2, self.height() / 2)
        radius = min(self.height() / 2 - 2 * LABEL_PX - 6, self.width() / 4)
        count = len(self.spokes)
        for ring in (0.5, 1.0, 1.5):
            painter.setPen(QPen(QColor(110, 176, 255, 150 if ring == 1.0 else 50), 1.4 if ring == 1.0 else 1))
            painter.drawPolygon(QPolygonF([_at(middle, radius * ring / MOST, n, count) for n in range(count)]))
        worst = max(self.spokes, key=lambda spoke: spoke.water_class)
        colour = CLASS[worst.water_class]
        shape = [
            _at(middle, radius * min(MOST, max(0.04, s.share)) / MOST, n, count) for n, s in enumerate(self.spokes)
        ]
        painter.setBrush(QColor(colour.red(), colour.green(), colour.blue(), 70))
        painter.setPen(QPen(colour, 1.6))
        painter.drawPolygon(QPolygonF(shape))
        for number, spoke in enumerate(self.spokes):
            self._draw_name(painter, _at(middle, radius + LABEL_PX / 2 + 4, number, count), spoke, middle)
        painter.end()

    def _draw_name(self, painter: QPainter, at: QPointF, spoke: Spoke, middle: QPointF) -> None:
        """Write name and value outside the corner, never beyond the widget."""
        tall, edge = 2 * LABEL_PX, 2.0
        if abs(at.x() - middle.x()) <= 12:
            side = Qt.AlignmentFlag.AlignHCenter
            top = at.y() - tall + LABEL_PX / 2 if at.y() < middle.y() else at.y() - LABEL_PX / 2
            box = QRectF(at.x() - 70, top, 140, tall)
        elif at.x() > middle.x():
            side, box = (
                Qt.AlignmentFlag.AlignLeft,
                QRectF(at.x(), at.y() - LABEL_PX, self.width() - edge - at.x(), tall),
            )
        else:
            side, box = Qt.AlignmentFlag.AlignRight, QRectF(edge, at.y() - LABEL_PX, at.x() - edge, tall)
        write(painter, box.adjusted(0, 0, 0, -LABEL_PX), spoke.title.in_language(self.language), QUIET, side | MIDDLE)
        colour = CLASS[spoke.water_class] if spoke.water_class > 3 else TEXT
        write(painter, box.adjusted(0, LABEL_PX, 0, 0), spoke.value, colour, side | MIDDLE)


def _at(middle: QPointF, radius: float, number: int, count: int) -> QPointF:
    turn = 2 * pi * number / count - pi / 2
    return QPointF(middle.x() + radius * cos(turn), middle.y() + radius * sin(turn))
