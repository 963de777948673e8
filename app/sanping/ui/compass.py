"""The compass with the buttons around it: north, zoom, top, home, walk."""

from math import cos, radians, sin

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QVBoxLayout, QWidget

from sanping.domain.text import Language, Text
from sanping.ui.action_book import ActionBook
from sanping.ui.glass import Glass
from sanping.ui.theme import TEXT
from sanping.ui.wording import Wording

TIP = Text("点击使正北朝上", "Click to turn north up")
NORTH = Text("北", "N")
BUTTONS = ("move.nearer", "move.farther", "view.top", "view.home", "move.walk")


class Compass(QWidget):
    """A rose that turns with the camera."""

    north_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setFixedSize(48, 48)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._heading_deg = 0.0
        self._letter = "N"

    def sizeHint(self) -> QSize:  # noqa: N802
        """Return the size of the rose."""
        return QSize(48, 48)

    def show_heading(self, heading_deg: float) -> None:
        """Show where the camera looks."""
        if abs(heading_deg - self._heading_deg) > 0.05:
            self._heading_deg = heading_deg
            self.update()

    def show_letter(self, letter: str) -> None:
        """Write the letter of north."""
        self._letter = letter
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """North up, please."""
        self.north_asked.emit()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw ring, needle and letter."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(24, 24)
        painter.rotate(-self._heading_deg)
        painter.setPen(QPen(QColor(90, 170, 240, 150), 1.4))
        painter.drawEllipse(QPointF(0, 0), 21, 21)
        for mark in range(24):
            painter.drawLine(QPointF(0, -21), QPointF(0, -18.5 if mark % 6 else -16.5))
            painter.rotate(15)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(255, 106, 92))
        painter.drawPolygon(QPolygonF([QPointF(0, -6.5), QPointF(3.4, 2), QPointF(-3.4, 2)]))
        painter.setBrush(QColor(190, 220, 245, 170))
        painter.drawPolygon(QPolygonF([QPointF(0, 11), QPointF(3.4, 2), QPointF(-3.4, 2)]))
        painter.rotate(self._heading_deg)
        angle = radians(-self._heading_deg)
        font = QFont(painter.font())
        font.setPixelSize(11)
        font.setBold(True)
        painter.setFont(font)
        painter.setPen(TEXT)
        middle = QPointF(13.0 * sin(angle), -13.0 * cos(angle))
        area = QRectF(middle.x() - 8, middle.y() - 7, 16, 14)
        painter.drawText(area, Qt.AlignmentFlag.AlignCenter, self._letter)
        painter.end()


class CompassPanel(Glass):
    """The compass above a column of buttons."""

    def __init__(self, book: ActionBook, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.words = Wording()
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 8, 6, 8)
        column.setSpacing(3)
        self.compass = Compass()
        column.addWidget(self.compass, 0, Qt.AlignmentFlag.AlignHCenter)
        for name in BUTTONS:
            button = book.button(name)
            column.addWidget(button, 0, Qt.AlignmentFlag.AlignHCenter)
            if name == "move.walk":
                self.walk_button = button
        self.words.put(self.compass.setToolTip, TIP)
        self.words.put(self.compass.show_letter, NORTH)

    def show_walking(self, is_walking: bool) -> None:
        """Mark the walk button while walking."""
        self.walk_button.setCheckable(True)
        self.walk_button.setChecked(is_walking)

    def set_language(self, language: Language) -> None:
        """Speak another language."""
        self.words.speak(language)
