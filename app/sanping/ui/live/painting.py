"""Small things that live panels paint alike: words of a size, badges, dots, buttons in a row."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from sanping.ui.theme import AMBER

LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
CENTRE = Qt.AlignmentFlag.AlignCenter
BADGE_HEIGHT = 15.0
VALUE_PX = 15


def set_size(painter: QPainter, size_px: int, *, is_bold: bool = False) -> None:
    """Write in this size from now on."""
    font = QFont(painter.font())
    font.setPixelSize(size_px)
    font.setWeight(QFont.Weight.DemiBold if is_bold else QFont.Weight.Normal)
    painter.setFont(font)


def width_of(painter: QPainter, words: str) -> float:
    """Return the width of words in pixels."""
    return QFontMetricsF(painter.font()).horizontalAdvance(words)


def write(painter: QPainter, area: QRectF, words: str, colour: QColor, alignment: Qt.AlignmentFlag = LEFT) -> None:
    """Write words that end in an ellipsis where they are too long."""
    painter.setPen(colour)
    shown = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, max(8, int(area.width())))
    painter.drawText(area, alignment, shown)


def dot(painter: QPainter, centre: QPointF, colour: QColor, radius: float = 4.0, *, is_hollow: bool = False) -> None:
    """Draw a dot, or a ring for what is not fresh."""
    painter.setPen(QPen(colour, 1.4) if is_hollow else Qt.PenStyle.NoPen)
    painter.setBrush(Qt.BrushStyle.NoBrush if is_hollow else colour)
    painter.drawEllipse(centre, radius, radius)
    painter.setBrush(Qt.BrushStyle.NoBrush)


def badge(painter: QPainter, right: float, middle: float, words: str, colour: QColor = AMBER) -> float:
    """Draw a thin frame around words that ends at `right`; return where it begins."""
    set_size(painter, 10)
    wide = width_of(painter, words) + 10
    area = QRectF(right - wide, middle - BADGE_HEIGHT / 2, wide, BADGE_HEIGHT)
    painter.setPen(QPen(QColor(colour.red(), colour.green(), colour.blue(), 130), 1))
    painter.setBrush(QColor(colour.red(), colour.green(), colour.blue(), 24))
    painter.drawRoundedRect(area, 2, 2)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    write(painter, area, words, colour, CENTRE)
    return area.left()


def plate(painter: QPainter, area: QRectF, words: str, colour: QColor) -> None:
    """Draw words on a filled plate of a colour, as a water class is shown."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colour.red(), colour.green(), colour.blue(), 52))
    painter.drawRoundedRect(area, 3, 3)
    painter.setBrush(colour)
    painter.drawRoundedRect(QRectF(area.left(), area.top(), 3, area.height()), 1.5, 1.5)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    write(painter, area.adjusted(3, 0, 0, 0), words, colour.lighter(118), CENTRE)


def value_width(painter: QPainter, number: str, unit: str) -> float:
    """Return how wide a value with its unit is written."""
    set_size(painter, VALUE_PX, is_bold=True)
    wide = width_of(painter, number)
    set_size(painter, 11)
    return wide + (width_of(painter, f" {unit}") if unit else 0.0)


def write_value(painter: QPainter, area: QRectF, number: str, unit: str, colour: QColor) -> None:
    """Write a number with its unit smaller behind it, both ending at the right edge."""
    set_size(painter, 11)
    unit_wide = width_of(painter, f" {unit}") if unit else 0.0
    if unit:
        faint = QColor(colour.red(), colour.green(), colour.blue(), 165)
        write(painter, area, unit, faint, RIGHT)
    set_size(painter, VALUE_PX, is_bold=True)
    write(painter, area.adjusted(0, 0, -unit_wide, 0), number, colour, RIGHT)
