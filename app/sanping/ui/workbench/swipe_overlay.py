"""What lies over the view while two looks of it are compared: the other picture right of a line, and words for both."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

LINE, PLATE, INK = QColor(255, 255, 255, 235), QColor(6, 20, 44, 215), QColor(235, 246, 255)
KNOB_PX, WORDS_TOP_PX, WORDS_HEIGHT_PX, WORDS_OFF_PX = 16.0, 84.0, 26.0, 14.0


class SwipeOverlay(QWidget):
    """The mouse goes through it; `share` (0 … 1) is how far right the line stands."""

    def __init__(self, viewport: QWidget) -> None:
        super().__init__(viewport)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self.share = 0.5
        self.image: QImage | None = None
        self._words = ("", "")
        self.hide()

    def show_image(self, image: QImage | None) -> None:
        """Show this picture right of the line; None while it is being drawn anew."""
        self.image = image
        self.update()

    def show_words(self, left: str, right: str) -> None:
        """Say what both sides show."""
        self._words = (left, right)
        self.update()

    def move_line(self, share: float) -> None:
        """Put the line elsewhere: only what was drawn before is moved."""
        self.share = min(0.98, max(0.02, share))
        self.update()

    @property
    def line_px(self) -> float:
        """Where the line stands, in pixels from the left."""
        return self.share * self.width()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw the right side, the line and the words."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        x, height = self.line_px, float(self.height())
        if self.image is not None:
            scale = self.image.width() / max(1, self.width())
            target = QRectF(x, 0.0, self.width() - x, height)
            painter.drawImage(target, self.image, QRectF(x * scale, 0.0, target.width() * scale, self.image.height()))
        painter.setPen(QPen(QColor(0, 10, 24, 160), 5.0))
        painter.drawLine(QPointF(x, 0.0), QPointF(x, height))
        painter.setPen(QPen(LINE, 2.0))
        painter.drawLine(QPointF(x, 0.0), QPointF(x, height))
        self._paint_knob(painter, QPointF(x, height / 2))
        for words, is_left in zip(self._words, (True, False), strict=True):
            self._paint_words(painter, words, x, is_left=is_left)
        painter.end()

    def _paint_knob(self, painter: QPainter, middle: QPointF) -> None:
        painter.setBrush(PLATE)
        painter.drawEllipse(middle, KNOB_PX, KNOB_PX)
        for side in (-1.0, 1.0):
            tip = middle + QPointF(side * 9.0, 0.0)
            painter.drawLine(tip, tip - QPointF(side * 5.0, 5.0))
            painter.drawLine(tip, tip - QPointF(side * 5.0, -5.0))

    def _paint_words(self, painter: QPainter, words: str, x: float, *, is_left: bool) -> None:
        if not words:
            return
        wide = painter.fontMetrics().horizontalAdvance(words) + 20.0
        left = x - WORDS_OFF_PX - wide if is_left else x + WORDS_OFF_PX
        box = QRectF(left, WORDS_TOP_PX, wide, WORDS_HEIGHT_PX)
        painter.setPen(QPen(QColor(120, 200, 255, 160), 1.0))
        painter.setBrush(PLATE)
        painter.drawRoundedRect(box, 3, 3)
        painter.setPen(INK)
        painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), words)
