"""Panes over the view, each with its own picture of the same camera and words about it."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from sanping.stage.panes import PaneBox

GROUND, FRAME, CHOSEN = QColor(5, 13, 28), QColor(70, 160, 235, 150), QColor(70, 205, 255)
PLATE, INK = QColor(6, 20, 44, 215), QColor(235, 246, 255)
WORDS_HEIGHT_PX = 26.0


class PanesOverlay(QWidget):
    """The mouse goes through it; a pane keeps its last picture until the next one comes."""

    def __init__(self, viewport: QWidget) -> None:
        super().__init__(viewport)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self.boxes: tuple[PaneBox, ...] = ()
        self.images: list[QImage | None] = []
        self._words: list[str] = []
        self._chosen = 0
        self.hide()

    def show_panes(self, boxes: Sequence[PaneBox], words: Sequence[str], chosen: int) -> None:
        """Lay these panes; pictures stay with them while there are as many as before."""
        if len(boxes) != len(self.images):
            self.images = [None] * len(boxes)
        self.boxes, self._words, self._chosen = tuple(boxes), list(words), chosen
        self.update()

    def show_image(self, number: int, image: QImage) -> None:
        """Show a picture in a pane."""
        if number < len(self.images):
            self.images[number] = image
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw every pane."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.fillRect(self.rect(), GROUND)
        for number, box in enumerate(self.boxes):
            area = QRectF(box.left, box.top, box.width, box.height)
            image = self.images[number]
            if image is None:
                painter.fillRect(area, GROUND)
            else:
                painter.drawImage(area, image)
            painter.setPen(QPen(CHOSEN if number == self._chosen else FRAME, 2.0 if number == self._chosen else 1.0))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(area)
            self._paint_words(painter, area, f"{number + 1}  {self._words[number]}")
        painter.end()

    def _paint_words(self, painter: QPainter, area: QRectF, words: str) -> None:
        wide = min(area.width() - 16.0, painter.fontMetrics().horizontalAdvance(words) + 20.0)
        box = QRectF(area.left() + 8.0, area.top() + 8.0, wide, WORDS_HEIGHT_PX)
        painter.fillRect(box, PLATE)
        painter.setPen(INK)
        painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), words)
