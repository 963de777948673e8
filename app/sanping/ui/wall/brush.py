"""What all panels of the wall are painted with: words that are never too small to read, frames, tags, bars, plates.

Lengths are in sizes of the wall's ordinary text ("em") unless they say pixels; the smallest text is one em.
"""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QLinearGradient, QPainter, QPen, QPolygonF

from sanping.domain.text import Language, Text
from sanping.ui.wall.look import WallLook

LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
CENTRE = Qt.AlignmentFlag.AlignCenter
HEADER_EM, EDGE_EM, CORNER_EM = 1.9, 0.75, 0.8
SIMULATED = Text("模拟", "SIM")


class Brush:
    """Paints one panel; `em_px` is the size of its ordinary text."""

    def __init__(self, painter: QPainter, look: WallLook, em_px: float, language: Language) -> None:
        self.painter, self.look, self.em, self.language = painter, look, em_px, language
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)

    def say(self, text: Text) -> str:
        """Return a text in the wall's language."""
        return text.in_language(self.language)

    def size(self, size_em: float = 1.0, *, is_bold: bool = False) -> None:
        """Write in this size from now on, never smaller than one em."""
        font = QFont(self.painter.font())
        font.setPixelSize(max(1, round(max(1.0, size_em) * self.em)))
        font.setWeight(QFont.Weight.DemiBold if is_bold else QFont.Weight.Normal)
        self.painter.setFont(font)

    def width(self, words: str) -> float:
        """Return the width of words in pixels."""
        return QFontMetricsF(self.painter.font()).horizontalAdvance(words)

    def write(self, area: QRectF, words: str, colour: QColor, alignment: Qt.AlignmentFlag = LEFT) -> None:
        """Write words that end in an ellipsis where they are too long."""
        if area.width() < self.em * 0.5 or not words:
            return
        shown = self.painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, int(area.width()) + 1)
        self.painter.setPen(colour)
        self.painter.drawText(area, alignment | Qt.TextFlag.TextDontClip, shown)

    def say_in(self, area: QRectF, text: Text, colour: QColor, alignment: Qt.AlignmentFlag = LEFT) -> None:
        """Write a text in the wall's language."""
        self.write(area, self.say(text), colour, alignment)

    def frame(self, area: QRectF, title: Text, note: Text | None = None, *, is_simulated: bool = False) -> QRectF:
        """Paint glass with its heading and return the room inside it."""
        em, look, painter = self.em, self.look, self.painter
        shape = _cut(area, CORNER_EM * em)
        glass = QLinearGradient(area.topLeft(), area.bottomLeft())
        glass.setColorAt(0.0, look.glass_top)
        glass.setColorAt(1.0, look.glass_bottom)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(glass)
        painter.drawPolygon(shape)
        head = QRectF(area.left(), area.top(), area.width(), HEADER_EM * em)
        self._paint_head(head)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(look.border, max(1.0, em * 0.06)))
        painter.drawPolygon(shape)
        self._paint_corners(area)
        self._write_head(head, title, note, is_simulated=is_simulated)
        edge = EDGE_EM * em
        return area.adjusted(edge, HEADER_EM * em + 0.35 * em, -edge, -0.55 * em)

    def _paint_head(self, head: QRectF) -> None:
        look, painter = self.look, self.painter
        sheen = QLinearGradient(head.topLeft(), head.topRight())
        sheen.setColorAt(0.0, look.faint(look.accent, 92 if look.is_dark else 58))
        sheen.setColorAt(0.55, look.faint(look.accent, 26))
        sheen.setColorAt(1.0, look.faint(look.accent, 0))
        painter.setBrush(sheen)
        painter.drawPolygon(QPolygonF([head.topLeft(), head.topRight() - QPointF(CORNER_EM * self.em, 0),
                                       head.bottomRight(), head.bottomLeft()]))  # fmt: skip
        line = QLinearGradient(head.bottomLeft(), head.bottomRight())
        line.setColorAt(0.0, look.accent)
        line.setColorAt(0.5, look.faint(look.accent, 90))
        line.setColorAt(1.0, look.faint(look.accent, 0))
        painter.fillRect(QRectF(head.left(), head.bottom() - 0.08 * self.em, head.width(), 0.08 * self.em), line)

    def _paint_corners(self, area: QRectF) -> None:
        long, thick = 0.9 * self.em, max(1.5, 0.12 * self.em)
        self.painter.setPen(QPen(self.look.accent, thick, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
        for corner, across, down in ((area.topLeft(), 1, 1), (area.bottomLeft(), 1, -1)):
            self.painter.drawLine(corner, corner + QPointF(0, down * long))
            self.painter.drawLine(corner, corner + QPointF(across * long, 0))
        cut, corner = CORNER_EM * self.em, area.bottomRight()
        self.painter.drawLine(corner - QPointF(cut, 0), corner - QPointF(cut + long, 0))
        self.painter.drawLine(corner - QPointF(0, cut), corner - QPointF(0, cut + long))
        self.painter.drawLine(corner - QPointF(0, cut), corner - QPointF(cut, 0))

    def _write_head(self, head: QRectF, title: Text, note: Text | None, *, is_simulated: bool) -> None:
        em, look, painter = self.em, self.look, self.painter
        painter.setPen(Qt.PenStyle.NoPen)
        for number, alpha in enumerate((255, 150, 70)):
            painter.setBrush(look.faint(look.accent, alpha))
            left, lean = head.left() + (0.65 + 0.42 * number) * em, 0.22 * em
            top, foot = head.top() + 0.52 * em, head.bottom() - 0.52 * em
            painter.drawPolygon(QPolygonF([QPointF(left + lean, top), QPointF(left + lean + 0.2 * em, top),
                                           QPointF(left + 0.2 * em, foot), QPointF(left, foot)]))  # fmt: skip
        painter.setBrush(Qt.BrushStyle.NoBrush)
        right = head.right() - 0.9 * em
        if is_simulated:
            right = self.tag(right, head.center().y(), self.say(SIMULATED)) - 0.5 * em
        self.size(1.14, is_bold=True)
        left = head.left() + 2.25 * em
        words = self.say(title)
        self.write(QRectF(left, head.top(), right - left, head.height()), words, look.heading)
        left += self.width(words) + 0.8 * em
        if note is not None:
            self.size()
            self.write(QRectF(left, head.top(), right - left, head.height()), self.say(note), look.quiet, RIGHT)

    def tag(self, right: float, middle: float, words: str, colour: QColor | None = None) -> float:
        """Paint a thin frame around words that ends at `right`; return where it begins."""
        colour, em = colour or self.look.amber, self.em
        self.size()
        area = QRectF(right - self.width(words) - 0.7 * em, middle - 0.68 * em, self.width(words) + 0.7 * em, 1.36 * em)
        self.painter.setPen(QPen(self.look.faint(colour, 160), max(1.0, 0.06 * em)))
        self.painter.setBrush(self.look.faint(colour, 30))
        self.painter.drawRoundedRect(area, 0.18 * em, 0.18 * em)
        self.painter.setBrush(Qt.BrushStyle.NoBrush)
        self.write(area, words, colour, CENTRE)
        return area.left()

    def dot(self, centre: QPointF, colour: QColor, radius_em: float = 0.24, *, is_hollow: bool = False) -> None:
        """Paint a dot, or a ring for what is not fresh."""
        none = Qt.PenStyle.NoPen
        self.painter.setPen(QPen(colour, 0.1 * self.em) if is_hollow else none)
        self.painter.setBrush(Qt.BrushStyle.NoBrush if is_hollow else colour)
        self.painter.drawEllipse(centre, radius_em * self.em, radius_em * self.em)
        self.painter.setBrush(Qt.BrushStyle.NoBrush)

    def line(
        self, start: QPointF, end: QPointF, colour: QColor, wide_em: float = 0.05, *, is_dashed: bool = False
    ) -> None:
        """Paint a line."""
        pen = QPen(colour, max(1.0, wide_em * self.em))
        if is_dashed:
            pen.setDashPattern([4.0, 3.0])
        self.painter.setPen(pen)
        self.painter.drawLine(start, end)

    def strip(self, area: QRectF, edge_em: float) -> QRectF:
        """Paint a sheet of glass with a bar at its left; return the room in it."""
        glass = QLinearGradient(area.topLeft(), area.bottomLeft())
        glass.setColorAt(0.0, self.look.glass_top)
        glass.setColorAt(1.0, self.look.glass_bottom)
        self.painter.setPen(self.look.border)
        self.painter.setBrush(glass)
        self.painter.drawRoundedRect(area, 0.3 * self.em, 0.3 * self.em)
        self.painter.setBrush(Qt.BrushStyle.NoBrush)
        self.bar(QRectF(area.left(), area.top(), 0.24 * self.em, area.height()), self.look.accent)
        return area.adjusted(edge_em * self.em, 0, -edge_em * self.em, 0)

    def bar(self, area: QRectF, colour: QColor) -> None:
        """Paint a bar that grows brighter to its end."""
        fill = QLinearGradient(area.topLeft(), area.topRight())
        fill.setColorAt(0.0, self.look.faint(colour, 70))
        fill.setColorAt(1.0, self.look.faint(colour, 235))
        self.painter.fillRect(area, fill)

    def plate(self, area: QRectF, words: str, colour: QColor) -> None:
        """Paint words on a plate of a colour, as a water class is shown."""
        self.painter.setPen(Qt.PenStyle.NoPen)
        self.painter.setBrush(self.look.faint(colour, 62))
        self.painter.drawRoundedRect(area, 0.15 * self.em, 0.15 * self.em)
        self.painter.setBrush(colour)
        self.painter.drawRect(QRectF(area.left(), area.top(), 0.18 * self.em, area.height()))
        self.painter.setBrush(Qt.BrushStyle.NoBrush)
        lettering = colour.lighter(120) if self.look.is_dark else colour.darker(125)
        self.write(area.adjusted(0.18 * self.em, 0, 0, 0), words, lettering, CENTRE)

    def value(self, area: QRectF, number: str, unit: str, colour: QColor, size_em: float = 1.2) -> float:
        """Write a number with its unit smaller behind it, both ending at the right edge; return where it begins.

        A number is never cut off: half of it would be another number.
        """
        self.size()
        wide = self.width(f" {unit}") if unit else 0.0
        self.write(area, f" {unit}" if unit else "", self.look.faint(colour, 190), RIGHT)
        self.size(size_em, is_bold=True)
        self.painter.setPen(colour)
        self.painter.drawText(area.adjusted(0, 0, -wide, 0), RIGHT | Qt.TextFlag.TextDontClip, number)
        return area.right() - wide - self.width(number)

    def nothing(self, area: QRectF, words: Text) -> None:
        """Say in the middle of a panel why it is empty."""
        self.size()
        self.painter.setPen(self.look.quiet)
        self.painter.drawText(area, CENTRE | Qt.TextFlag.TextWordWrap, self.say(words))

    def rows(self, area: QRectF, least_em: float, most: int) -> list[QRectF]:
        """Cut a room into as many equal rows as fit, at most so many."""
        count = max(1, min(most, int(area.height() // (least_em * self.em))))
        tall = min(area.height() / count, least_em * 1.6 * self.em)
        return [QRectF(area.left(), area.top() + number * tall, area.width(), tall) for number in range(count)]


def _cut(area: QRectF, cut: float) -> QPolygonF:
    """Return a rectangle with its right corners cut off."""
    return QPolygonF(
        [
            area.topLeft(),
            area.topRight() - QPointF(cut, 0),
            area.topRight() + QPointF(0, cut),
            area.bottomRight() - QPointF(0, cut),
            area.bottomRight() - QPointF(cut, 0),
            area.bottomLeft(),
        ]
    )
