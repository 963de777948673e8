"""The time bar along the bottom: live or replay, play, speed, alarms to jump to, date and time, and the track."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo

from PySide6.QtCore import QDateTime, QLocale, QSize, Qt, QTimeZone, Signal, Slot
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QComboBox, QDateTimeEdit, QFrame, QHBoxLayout, QLabel, QToolButton, QWidget

from sanping.domain.text import Language, Text
from sanping.stage.replaying import Happened
from sanping.stage.timeline import SPEEDS, Timeline
from sanping.ui.action_book import ActionBook
from sanping.ui.glass import Glass
from sanping.ui.icons import Icons
from sanping.ui.live.time_track import LIVE_COLOUR, REPLAY, TimeTrack, TrackView
from sanping.ui.wording import Wording

HEIGHT = 60
AWAY_COLOUR = QColor(255, 138, 42)
COMPACT_PX, TIGHT_PX = 900, 740
LIVE = Text("实时", "Live")
REPLAYING = Text("回放 · 非实时", "Replay, not live")
RECORDING = Text("录像回放", "Recording")
READING = Text("读取中…", "Reading…")
AWAY = Text("中枢断开", "Hub away")
NO_PAST = Text("无历史", "No history")
SPEED_TIP = Text("回放倍速", "Speed of the replay")
MOMENT_TIP = Text("跳转到日期时间", "Go to a date and time")


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeBarView:
    """What the bar shows; `last_ms` is the present, or the end of a recording; `is_away` while the hub is not heard."""

    timeline: Timeline
    last_ms: int
    happened: Happened = field(default_factory=Happened)
    has_past: bool = True
    is_waiting: bool = False
    is_recording: bool = False
    follows_camera: bool = False
    is_away: bool = False

    @property
    def is_live(self) -> bool:
        """The present is shown."""
        return self.timeline.at_ms is None


class Lamp(QFrame):
    """Says in colour and words whether the present or the past is shown."""

    def __init__(self) -> None:
        super().__init__()
        self.words = QLabel(self)
        self.colour = LIVE_COLOUR
        row = QHBoxLayout(self)
        row.setContentsMargins(24, 0, 12, 0)
        row.addWidget(self.words)
        self.setFixedHeight(34)
        self.setMinimumWidth(74)

    def show_words(self, words: str, colour: QColor) -> None:
        """Show these words in this colour."""
        self.colour = colour
        self.words.setText(words)
        self.words.setStyleSheet(f"color:{colour.lighter(130).name()}; font-weight:600; font-size:14px;")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw the plate and the dot."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        red, green, blue = self.colour.red(), self.colour.green(), self.colour.blue()
        painter.setPen(QPen(QColor(red, green, blue, 190), 1))
        painter.setBrush(QColor(red, green, blue, 46))
        painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), 4, 4)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.colour)
        painter.drawEllipse(10, self.height() // 2 - 4, 8, 8)
        painter.end()


class TimeBar(Glass):
    """Shows a `TimeBarView`; `moment_asked` and `speed_asked` say what a person wants, buttons are actions."""

    moment_asked = Signal(object)
    speed_asked = Signal(float)

    def __init__(self, book: ActionBook, icons: Icons, zone: tzinfo | None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.words = Wording()
        self.view: TimeBarView | None = None
        self._icons, self._zone = icons, zone
        self.lamp = Lamp()
        self.track = TimeTrack()
        self.track.zone = zone
        self.track.moment_asked.connect(self.moment_asked)
        self.speed = QComboBox()
        for speed in SPEEDS:
            self.speed.addItem(f"×{speed:g}", speed)
        self.speed.setFixedWidth(84)
        self.speed.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.speed.activated.connect(self._on_speed)
        self.moment = _moment_field()
        self.moment.editingFinished.connect(self._on_moment)
        self._buttons: dict[str, QToolButton] = {
            name: book.button(f"replay.{name}", size_px=32, icon_px=18)
            for name in ("live", "previous", "play", "next", "follow", "record", "film")
        }
        self._lay_out()
        self.words.put(self.speed.setToolTip, SPEED_TIP)
        self.words.put(self.moment.setToolTip, MOMENT_TIP)

    def sizeHint(self) -> QSize:  # noqa: N802
        """Prefer the height of the bar."""
        return QSize(900, HEIGHT)

    def set_zone(self, zone: tzinfo | None) -> None:
        """Write times as the clocks where the twin lies show them."""
        self._zone = self.track.zone = zone
        if self.view is not None:
            self.show_view(self.view)

    def show_view(self, view: TimeBarView) -> None:
        """Show this."""
        self.view = view
        timeline = view.timeline
        at_ms = timeline.shown_ms(view.last_ms)
        first_ms = timeline.first_ms if view.has_past else 0
        self.track.show_view(
            TrackView(
                first_ms=first_ms,
                last_ms=view.last_ms,
                at_ms=at_ms,
                is_live=view.is_live,
                raised=view.happened.raised,
            )
        )
        self._show_lamp(view)
        self._show_moment(at_ms)
        self.speed.setCurrentIndex(min(range(len(SPEEDS)), key=lambda n: abs(SPEEDS[n] - timeline.speed)))
        self._buttons["play"].setIcon(self._icons.icon("pause" if timeline.mode == "playing" else "play"))
        for name, button in self._buttons.items():
            button.setEnabled(view.has_past and (name != "live" or not view.is_live))
        self._buttons["follow"].setDown(view.follows_camera)
        self.moment.setEnabled(view.has_past)
        self.track.setEnabled(view.has_past)
        self.setProperty("mode", "live" if view.is_live else "replay")
        self.update()

    def show_compact(self, width: int) -> None:
        """Leave out what is less needed where space is short."""
        for name in ("record", "film"):
            self._buttons[name].setVisible(width >= COMPACT_PX)
        self._buttons["follow"].setVisible(width >= TIGHT_PX)
        self.moment.setVisible(width >= TIGHT_PX)

    def set_language(self, language: Language) -> None:
        """Speak another language."""
        self.words.speak(language)
        self.moment.setLocale(QLocale(QLocale.Language.Chinese if language == "zh" else QLocale.Language.English))
        if self.view is not None:
            self._show_lamp(self.view)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw the glass; in replay with a bright edge of another colour."""
        super().paintEvent(event)
        if self.view is not None and not self.view.is_live:
            painter = QPainter(self)
            painter.fillRect(2, 0, self.width() - 4, 3, REPLAY)
            painter.end()

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 8, 12, 8)
        row.setSpacing(6)
        row.addWidget(self.lamp)
        for name in ("live", "previous", "play", "next"):
            row.addWidget(self._buttons[name])
        row.addWidget(self.speed)
        row.addWidget(self.track, 1)
        row.addWidget(self.moment)
        for name in ("follow", "record", "film"):
            row.addWidget(self._buttons[name])

    def _show_lamp(self, view: TimeBarView) -> None:
        if view.is_live and view.is_away:
            words, colour = AWAY, AWAY_COLOUR
        elif not view.has_past and view.is_live:
            words, colour = NO_PAST, QColor(125, 135, 148)
        elif view.is_live:
            words, colour = LIVE, LIVE_COLOUR
        else:
            words, colour = RECORDING if view.is_recording else REPLAYING, REPLAY
        said = self.words.say(READING) if view.is_waiting else self.words.say(words)
        self.lamp.show_words(said, colour)

    def _show_moment(self, at_ms: int) -> None:
        if self.moment.hasFocus():
            return
        moment = datetime.fromtimestamp(at_ms / 1000, self._zone)
        self.moment.blockSignals(True)
        clock = moment.replace(
            tzinfo=UTC
        )  # the field shows the clock where the twin lies, whatever zone this machine has
        self.moment.setDateTime(QDateTime.fromMSecsSinceEpoch(round(clock.timestamp() * 1000), QTimeZone.utc()))
        self.moment.blockSignals(False)

    @Slot(int)
    def _on_speed(self, index: int) -> None:
        self.speed_asked.emit(float(self.speed.itemData(index)))

    @Slot()
    def _on_moment(self) -> None:
        chosen = datetime.fromtimestamp(self.moment.dateTime().toMSecsSinceEpoch() / 1000, UTC)
        local = chosen.replace(tzinfo=self._zone) if self._zone is not None else chosen.replace(tzinfo=None)
        self.moment.clearFocus()
        self.moment_asked.emit(round(local.timestamp() * 1000))


def _moment_field() -> QDateTimeEdit:
    field = QDateTimeEdit()
    field.setTimeZone(QTimeZone.utc())
    field.setDisplayFormat("yyyy-MM-dd HH:mm:ss")
    field.setCalendarPopup(True)
    field.setFixedWidth(186)
    field.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
    return field
