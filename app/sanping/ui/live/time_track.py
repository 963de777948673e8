"""The track of the time bar: a stretch of time with its alarms, and the hand at the moment shown."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from itertools import groupby
from math import log2

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QLinearGradient, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from sanping.domain.alarm import Alarm
from sanping.twin.alarm_list import COLOUR_ORDER
from sanping.ui.live.colours import ALARM
from sanping.ui.theme import QUIET, TEXT

MINUTE_MS, HOUR_MS, DAY_MS = 60_000, 3_600_000, 86_400_000
USUAL_MS, NARROWEST_MS, LEAST_MS = DAY_MS, 10 * MINUTE_MS, HOUR_MS
ZOOM = 1.35
SIDE_PX, HEIGHT_PX, BAR_TOP, BAR_HEIGHT = 12, 44, 17, 8
TICK_PX, LABEL_PX = 3, 74
STEPS_MS = (
    MINUTE_MS, 5 * MINUTE_MS, 15 * MINUTE_MS, 30 * MINUTE_MS, HOUR_MS, 3 * HOUR_MS, 6 * HOUR_MS, 12 * HOUR_MS, DAY_MS,
    2 * DAY_MS, 7 * DAY_MS, 30 * DAY_MS, 91 * DAY_MS, 365 * DAY_MS,
)  # fmt: skip
REPLAY = QColor(255, 176, 64)
LIVE_COLOUR = QColor(53, 224, 160)


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackView:
    """What the track shows: what can be gone to, the moment shown, whether that is the present, and the alarms."""

    first_ms: int
    last_ms: int
    at_ms: int
    is_live: bool
    raised: tuple[Alarm, ...] = ()


class TimeTrack(QWidget):
    """Says which moment a person wants; the wheel widens or narrows the stretch, a double click shows all of it."""

    moment_asked = Signal(object)  # an int of Qt has 32 bits

    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(HEIGHT_PX)
        self.setMinimumWidth(160)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setMouseTracking(True)
        self.zone: tzinfo | None = None
        self.view: TrackView | None = None
        self._length_ms = 0
        self._end_ms = 0

    def sizeHint(self) -> QSize:  # noqa: N802
        """Prefer a long track."""
        return QSize(480, HEIGHT_PX)

    @property
    def stretch(self) -> tuple[int, int]:
        """First and last moment on the track."""
        view = self.view
        if view is None:
            return (0, LEAST_MS)
        length = self._length_ms or min(USUAL_MS, max(LEAST_MS, view.last_ms - view.first_ms))
        end = self._end_ms or view.last_ms
        return (end - length, end)

    def show_view(self, view: TrackView) -> None:
        """Show this; the stretch goes along with a hand that was on it, and stays where a person has moved it."""
        begin, end = self.stretch
        was_seen = self.view is None or begin <= self.view.at_ms <= end
        jumps = self.view is not None and view.at_ms != self.view.at_ms and not view.is_live
        self.view = view
        begin, end = self.stretch
        if (was_seen or jumps) and not begin <= view.at_ms <= end:
            end = view.at_ms + (end - begin) // 2
            self._end_ms = 0 if end >= view.last_ms else end
        self.update()

    def x_of(self, at_ms: float) -> float:
        """Return where a moment lies."""
        begin, end = self.stretch
        return SIDE_PX + (self.width() - 2 * SIDE_PX) * (at_ms - begin) / max(1, end - begin)

    def moment_at(self, x: float) -> int:
        """Return the moment at a place, within what can be gone to."""
        begin, end = self.stretch
        share = (x - SIDE_PX) / max(1, self.width() - 2 * SIDE_PX)
        at_ms = begin + round(share * (end - begin))
        return at_ms if self.view is None else min(self.view.last_ms, max(self.view.first_ms, at_ms))

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Go to a moment."""
        if event.button() == Qt.MouseButton.LeftButton and self.isEnabled():
            self.moment_asked.emit(self.moment_at(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Scrub, or say what lies there."""
        at_ms = self.moment_at(event.position().x())
        if event.buttons() & Qt.MouseButton.LeftButton:
            self.moment_asked.emit(at_ms)
        else:
            QToolTip.showText(event.globalPosition().toPoint(), self._words(at_ms), self)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Show all that is remembered."""
        if self.view is not None:
            self._length_ms, self._end_ms = max(LEAST_MS, self.view.last_ms - self.view.first_ms), 0
            self.update()

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        """Widen or narrow the stretch around the pointer."""
        view = self.view
        if view is None:
            return
        begin, end = self.stretch
        at_ms, length = self.moment_at(event.position().x()), end - begin
        factor = ZOOM ** (-event.angleDelta().y() / 120)
        most = max(LEAST_MS, view.last_ms - view.first_ms)
        self._length_ms = round(min(most, max(NARROWEST_MS, length * factor)))
        share = (end - at_ms) / length
        self._end_ms = min(view.last_ms, round(at_ms + share * self._length_ms))
        if self._end_ms == view.last_ms:
            self._end_ms = 0
        event.accept()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw the bar, the hours, the alarms and the hand."""
        view = self.view
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        length = self.width() - 2 * SIDE_PX
        painter.setPen(QPen(QColor(90, 170, 240, 90), 1))
        painter.setBrush(QColor(18, 46, 84, 200))
        painter.drawRoundedRect(QRectF(SIDE_PX, BAR_TOP, length, BAR_HEIGHT), 4, 4)
        if view is not None and view.first_ms:
            self._draw_known(painter, view)
            self._draw_scale(painter)
            self._draw_alarms(painter, view)
            self._draw_hand(painter, view)
        painter.end()

    def _draw_known(self, painter: QPainter, view: TrackView) -> None:
        left, right = max(SIDE_PX, self.x_of(view.first_ms)), min(self.width() - SIDE_PX, self.x_of(view.last_ms))
        fill = QLinearGradient(left, 0, max(left + 1, right), 0)
        colour = LIVE_COLOUR if view.is_live else REPLAY
        fill.setColorAt(0, QColor(colour.red(), colour.green(), colour.blue(), 50))
        fill.setColorAt(1, QColor(colour.red(), colour.green(), colour.blue(), 150))
        hand = min(right, self.x_of(view.at_ms))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(70, 130, 200, 90))
        painter.drawRoundedRect(QRectF(left, BAR_TOP, max(0.0, right - left), BAR_HEIGHT), 4, 4)
        painter.setBrush(fill)
        painter.drawRoundedRect(QRectF(left, BAR_TOP, max(0.0, hand - left), BAR_HEIGHT), 4, 4)

    def _draw_scale(self, painter: QPainter) -> None:
        begin, end = self.stretch
        width = max(1, self.width() - 2 * SIDE_PX)
        step = next((step for step in STEPS_MS if width * step / (end - begin) >= LABEL_PX), STEPS_MS[-1])
        font = painter.font()
        font.setPixelSize(10)
        painter.setFont(font)
        for moment in marks(begin, end, step, self.zone):
            x = self.x_of(moment.timestamp() * 1000)
            painter.setPen(QColor(140, 180, 220, 120))
            painter.drawLine(QPointF(x, BAR_TOP + BAR_HEIGHT + 1), QPointF(x, BAR_TOP + BAR_HEIGHT + 4))
            is_midnight = moment.hour == moment.minute == 0
            painter.setPen(TEXT if is_midnight else QUIET)
            words = moment.strftime("%m-%d" if is_midnight else "%H:%M")
            painter.drawText(QRectF(x - 30, BAR_TOP + BAR_HEIGHT + 4, 60, 13), Qt.AlignmentFlag.AlignCenter, words)

    def _draw_alarms(self, painter: QPainter, view: TrackView) -> None:
        begin, end = self.stretch
        painter.setPen(Qt.PenStyle.NoPen)
        for column, count, colour in columns(view.raised, begin, end, max(1, self.width() - 2 * SIDE_PX)):
            high = min(BAR_TOP - 3.0, 5.0 + 3.0 * log2(count))
            painter.setBrush(ALARM[COLOUR_ORDER[colour]])
            painter.drawRoundedRect(QRectF(SIDE_PX + column, BAR_TOP - 2 - high, TICK_PX - 1, high), 1, 1)

    def _draw_hand(self, painter: QPainter, view: TrackView) -> None:
        x, colour = self.x_of(view.at_ms), LIVE_COLOUR if view.is_live else REPLAY
        painter.setPen(QPen(colour, 1.6))
        painter.drawLine(QPointF(x, 4), QPointF(x, BAR_TOP + BAR_HEIGHT + 2))
        painter.setPen(QPen(QColor(8, 24, 48), 1.5))
        painter.setBrush(colour)
        painter.drawPolygon(QPolygonF([QPointF(x - 6, 1), QPointF(x + 6, 1), QPointF(x, 9)]))
        painter.drawEllipse(QPointF(x, BAR_TOP + BAR_HEIGHT / 2), 5.5, 5.5)

    def _words(self, at_ms: int) -> str:
        return datetime.fromtimestamp(at_ms / 1000, self.zone).strftime("%Y-%m-%d %H:%M:%S")


def columns(raised: Sequence[Alarm], begin: int, end: int, width: int) -> list[tuple[int, int, int]]:
    """Return the ticks of alarms: place in pixels, how many arose there, and the worst colour by its order."""
    moments = [alarm.changed_ms for alarm in raised]
    shown = raised[bisect_left(moments, begin) : bisect_left(moments, end + 1)]

    def column(alarm: Alarm) -> int:
        return int((alarm.changed_ms - begin) / max(1, end - begin) * width) // TICK_PX * TICK_PX

    found = []
    for place, alarms in groupby(shown, column):
        colours = [COLOUR_ORDER.index(alarm.colour) for alarm in alarms]
        found.append((place, len(colours), min(colours)))
    return found


def marks(begin: int, end: int, step_ms: int, zone: tzinfo | None) -> list[datetime]:
    """Return the round moments of a stretch, on the clock of a zone; days begin at its midnight."""
    first = datetime.fromtimestamp(begin / 1000, zone).astimezone(zone)
    moment = first.replace(hour=0, minute=0, second=0, microsecond=0)
    step = timedelta(milliseconds=step_ms)
    found = []
    while moment.timestamp() * 1000 <= end:
        if moment.timestamp() * 1000 >= begin:
            found.append(moment)
        moment += step
    return found
