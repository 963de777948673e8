"""The line under the title that tells the alarms one after another; a click goes to the one that is told."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QColor, QLinearGradient, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from sanping.domain.text import Language, Text
from sanping.ui.live import words
from sanping.ui.live.alarm_panel import AlarmLine, title_of
from sanping.ui.live.colours import ALARM
from sanping.ui.live.painting import CENTRE, RIGHT, dot, set_size, width_of, write
from sanping.ui.theme import QUIET, WHITE
from sanping.ui.wording import Wording

EACH_MS = 5000
WIDTH, HEIGHT = 620, 30
PLACE = Text("{station}：{title}", "{station}: {title}")


class Ticker(QWidget):
    """Tells active alarms in turn; is hidden while there is none."""

    alarm_asked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.words = Wording()
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFixedSize(WIDTH, HEIGHT)
        self.lines: tuple[AlarmLine, ...] = ()
        self._now_ms, self._told = 0, 0
        self._turn = QTimer(self)
        self._turn.setInterval(EACH_MS)
        self._turn.timeout.connect(self._tell_next)
        self.hide()

    def sizeHint(self) -> QSize:  # noqa: N802
        """Return its fixed size."""
        return QSize(WIDTH, HEIGHT)

    def show_lines(self, lines: Sequence[AlarmLine], now_ms: int) -> None:
        """Tell those of these alarms that nobody has dealt with."""
        self.lines = tuple(line for line in lines if line.alarm.state == "active")
        self._now_ms = now_ms
        self._told = self._told % len(self.lines) if self.lines else 0
        if len(self.lines) > 1 and not self._turn.isActive():
            self._turn.start()
        elif len(self.lines) <= 1:
            self._turn.stop()
        self.update()

    def set_language(self, language: Language) -> None:
        """Speak another language."""
        self.words.speak(language)
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Go to the alarm that is told."""
        if self.lines:
            self.alarm_asked.emit(self.lines[self._told].alarm.id)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw the alarm on a band that fades at both ends."""
        if not self.lines:
            return
        line, say = self.lines[self._told], self.words.say
        colour = ALARM[line.alarm.colour]
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        band = QLinearGradient(0, 0, self.width(), 0)
        for place, alpha in ((0.0, 0), (0.15, 235), (0.85, 235), (1.0, 0)):
            band.setColorAt(place, QColor(8, 22, 46, alpha))
        painter.fillRect(self.rect(), band)
        glow = QLinearGradient(0, 0, self.width(), 0)
        for place, alpha in ((0.0, 0), (0.5, 190), (1.0, 0)):
            glow.setColorAt(place, QColor(colour.red(), colour.green(), colour.blue(), alpha))
        painter.fillRect(QRectF(0, self.height() - 1.5, self.width(), 1.5), glow)
        told = say(PLACE.with_values(station=line.station, title=title_of(line)))
        set_size(painter, 11)
        count = f"{self._told + 1}/{len(self.lines)}   {say(words.age(line.alarm.raised_ms, self._now_ms))}"
        right = QRectF(0, 0, self.width() - 84, self.height())
        write(painter, right, count, QUIET, RIGHT)
        left = 84.0 + 16
        area = QRectF(left, 0, right.right() - width_of(painter, count) - 16 - left, self.height())
        set_size(painter, 14, is_bold=True)
        wide = min(area.width(), width_of(painter, told))
        dot(painter, QPointF(area.center().x() - wide / 2 - 13, self.height() / 2), colour, 4.5)
        write(painter, area, told, WHITE, CENTRE)
        painter.end()

    @Slot()
    def _tell_next(self) -> None:
        if self.lines:
            self._told = (self._told + 1) % len(self.lines)
            self.update()
