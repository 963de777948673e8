"""The line under the title that tells the alarms one after another; a click goes to the one that is told."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QColor, QLinearGradient, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from sanping.domain.notice import Notice
from sanping.domain.text import Language, Text
from sanping.ui.live import words
from sanping.ui.live.alarm_rows import AlarmLine, measured, title_of
from sanping.ui.live.colours import ALARM
from sanping.ui.live.painting import CENTRE, RIGHT, dot, set_size, width_of, write
from sanping.ui.live.warning_panel import EXERCISE, colour_of
from sanping.ui.theme import QUIET, WHITE
from sanping.ui.wording import Wording

EACH_MS = 5000
WIDTH, HEIGHT, EDGE_PX = 720, 30, 48


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One thing the ticker tells; `alarm` names an alarm or a group, empty for a public warning."""

    words: Text
    colour: QColor
    since_ms: int
    alarm: str = ""


class Ticker(QWidget):
    """Tells public warnings and active alarms in turn; is hidden while there is none."""

    alarm_asked = Signal(str)
    warnings_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.words = Wording()
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFixedSize(WIDTH, HEIGHT)
        self.told: tuple[Told, ...] = ()
        self._now_ms, self._place = 0, 0
        self._turn = QTimer(self)
        self._turn.setInterval(EACH_MS)
        self._turn.timeout.connect(self._tell_next)
        self.hide()

    def sizeHint(self) -> QSize:  # noqa: N802
        """Return its fixed size."""
        return QSize(WIDTH, HEIGHT)

    def show_lines(self, lines: Sequence[AlarmLine], notices: Sequence[Notice], now_ms: int) -> None:
        """Tell these warnings, and those of these alarms that nobody has dealt with."""
        self.told = (*map(_of_notice, notices), *(_of_alarm(line) for line in lines if line.alarm.state == "active"))
        self._now_ms = now_ms
        self._place = self._place % len(self.told) if self.told else 0
        if len(self.told) > 1 and not self._turn.isActive():
            self._turn.start()
        elif len(self.told) <= 1:
            self._turn.stop()
        self.update()

    def set_language(self, language: Language) -> None:
        """Speak another language."""
        self.words.speak(language)
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Go to the alarm that is told, or to the warnings."""
        if self.told:
            alarm = self.told[self._place].alarm
            if alarm:
                self.alarm_asked.emit(alarm)
            else:
                self.warnings_asked.emit()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw the alarm on a band that fades at both ends."""
        if not self.told:
            return
        one, say = self.told[self._place], self.words.say
        colour = one.colour
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        band = QLinearGradient(0, 0, self.width(), 0)
        for place, alpha in ((0.0, 0), (0.08, 235), (0.92, 235), (1.0, 0)):
            band.setColorAt(place, QColor(8, 22, 46, alpha))
        painter.fillRect(self.rect(), band)
        glow = QLinearGradient(0, 0, self.width(), 0)
        for place, alpha in ((0.0, 0), (0.5, 190), (1.0, 0)):
            glow.setColorAt(place, QColor(colour.red(), colour.green(), colour.blue(), alpha))
        painter.fillRect(QRectF(0, self.height() - 1.5, self.width(), 1.5), glow)
        told = say(one.words)
        set_size(painter, 11)
        count = f"{self._place + 1}/{len(self.told)}   {say(words.age(one.since_ms, self._now_ms))}"
        right = QRectF(0, 0, self.width() - EDGE_PX, self.height())
        write(painter, right, count, QUIET, RIGHT)
        left = EDGE_PX + 16.0
        area = QRectF(left, 0, right.right() - width_of(painter, count) - 16 - left, self.height())
        set_size(painter, 14, is_bold=True)
        wide = min(area.width(), width_of(painter, told))
        dot(painter, QPointF(area.center().x() - wide / 2 - 13, self.height() / 2), colour, 4.5)
        write(painter, area, told, WHITE, CENTRE)
        painter.end()

    @Slot()
    def _tell_next(self) -> None:
        if self.told:
            self._place = (self._place + 1) % len(self.told)
            self.update()


def _of_alarm(line: AlarmLine) -> Told:
    parts = (line.area, title_of(line)) if line.item.stations > 1 else (line.station, title_of(line), measured(line))
    return Told(
        words=Text("  ".join(part.zh for part in parts if part.zh), "  ".join(part.en for part in parts if part.en)),
        colour=ALARM[line.alarm.colour],
        since_ms=line.item.newest_ms,
        alarm=line.name,
    )


def _of_notice(notice: Notice) -> Told:
    zh, en = notice.headline_zh or notice.headline_en, notice.headline_en or notice.headline_zh
    mark = EXERCISE[notice.status]
    words = Text(f"【{mark.zh}】{zh}", f"[{mark.en}] {en}") if mark.zh else Text(zh, en)
    return Told(words=words, colour=colour_of(notice), since_ms=notice.sent_ms)
