"""The time of day: a slider from midnight to midnight with the light of that day, the date, play and pause."""

from datetime import date, datetime, timedelta
from itertools import pairwise

from PySide6.QtCore import QDate, QLocale, QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QLinearGradient, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QDateEdit, QHBoxLayout, QLabel, QSizePolicy, QWidget

from sanping.analysis.sun import SunPosition, sun_position
from sanping.domain.text import Language, Text
from sanping.ui.action_book import ActionBook
from sanping.ui.glass import Glass
from sanping.ui.icons import Icons
from sanping.ui.theme import QUIET, TEXT
from sanping.ui.wording import Wording

SUN = Text("太阳高度 {altitude}°  方位 {azimuth}°", "Sun {altitude}° high, azimuth {azimuth}°")
STEP_MINUTES = 5
SIDE_PX = 14


class DayTrack(QWidget):
    """A day from 0 to 24 h, painted in the light of the place; emits the minute that the person chose."""

    minute_asked = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(40)
        self.setMinimumWidth(220)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.minute = 0
        self._altitudes: tuple[float, ...] = (0.0,) * 25

    def sizeHint(self) -> QSize:  # noqa: N802
        """Prefer a long track."""
        return QSize(420, 40)

    def show_day(self, minute: int, altitudes: tuple[float, ...]) -> None:
        """Show the minute of the day and the sun's height at each full hour."""
        self.minute, self._altitudes = minute, altitudes
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Choose a time."""
        self._choose(event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Choose a time by dragging."""
        if event.buttons():
            self._choose(event.position().x())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw the light of the day, the hours and the hand."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        length = self.width() - 2 * SIDE_PX
        light = QLinearGradient(SIDE_PX, 0, SIDE_PX + length, 0)
        for hour, altitude in enumerate(self._altitudes):
            light.setColorAt(hour / 24, _light(altitude))
        painter.setPen(QPen(QColor(90, 170, 240, 120), 1))
        painter.setBrush(light)
        painter.drawRoundedRect(QRectF(SIDE_PX, 9, length, 9), 4.5, 4.5)
        font = painter.font()
        font.setPixelSize(10)
        painter.setFont(font)
        painter.setPen(QUIET)
        for hour in range(0, 25, 3):
            x = SIDE_PX + length * hour / 24
            painter.drawLine(QPointF(x, 21), QPointF(x, 24))
            painter.drawText(QRectF(x - 14, 25, 28, 13), Qt.AlignmentFlag.AlignCenter, f"{hour:02d}")
        x = SIDE_PX + length * self.minute / 1440
        painter.setPen(QPen(QColor(10, 40, 80), 2))
        painter.setBrush(QColor(255, 240, 200) if self._altitude_now() > 0 else QColor(205, 228, 255))
        painter.drawEllipse(QPointF(x, 13.5), 7.5, 7.5)
        painter.end()

    def _altitude_now(self) -> float:
        return self._altitudes[min(24, round(self.minute / 60))]

    def _choose(self, x: float) -> None:
        share = min(1.0, max(0.0, (x - SIDE_PX) / max(1, self.width() - 2 * SIDE_PX)))
        self.minute_asked.emit(min(1439, round(share * 1440 / STEP_MINUTES) * STEP_MINUTES))


class TimePanel(Glass):
    """Shows the moment of the stage; says which one the person wants."""

    moment_asked = Signal(object)

    def __init__(
        self, book: ActionBook, icons: Icons, place: tuple[float, float], parent: QWidget | None = None
    ) -> None:
        """`place` is latitude and longitude in degrees."""
        super().__init__(parent)
        self.words = Wording()
        self._icons, self._place = icons, place
        self._moment: datetime | None = None
        self._day: tuple[date, tuple[float, ...]] | None = None
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 8, 16, 8)
        row.setSpacing(8)
        self._play = book.button("time.play", size_px=36, icon_px=20)
        self.time = QLabel("00:00")
        self.time.setStyleSheet("color:#ffffff; font-size:21px; font-weight:600;")
        self.time.setMinimumWidth(62)
        self.date = QDateEdit()
        self.date.setCalendarPopup(True)
        self.date.setDisplayFormat("yyyy-MM-dd")
        self.date.setFixedWidth(122)
        self.date.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.date.dateChanged.connect(self._on_date)
        self.track = DayTrack()
        self.track.minute_asked.connect(self._on_minute)
        self.sun = QLabel()
        self.sun.setProperty("role", "quiet")
        self.sun.setFixedWidth(176)
        now = book.button("time.now", size_px=32, icon_px=18)
        for widget in (self._play, self.time, self.date):
            row.addWidget(widget)
        row.addWidget(self.track, 1)
        row.addWidget(now)
        row.addWidget(self.sun)

    def set_place(self, place: tuple[float, float]) -> None:
        """Change latitude and longitude."""
        self._place, self._day = place, None
        if self._moment is not None:
            self.show_moment(self._moment)

    def show_moment(self, moment: datetime) -> None:
        """Show date, time and where the sun stands."""
        self._moment = moment
        self.time.setText(moment.strftime("%H:%M"))
        self.date.blockSignals(True)
        self.date.setDate(QDate(moment.year, moment.month, moment.day))
        self.date.blockSignals(False)
        if self._day is None or self._day[0] != moment.date():
            midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
            heights = tuple(self._sun(midnight + timedelta(hours=hour)).altitude_deg for hour in range(25))
            self._day = (moment.date(), heights)
        self.track.show_day(moment.hour * 60 + moment.minute, self._day[1])
        sun = self._sun(moment)
        self.words.put(
            self.sun.setText, SUN.with_values(altitude=f"{sun.altitude_deg:.1f}", azimuth=f"{sun.azimuth_deg:.0f}")
        )

    def show_compact(self, is_compact: bool) -> None:
        """Leave out the sun's figures where space is short."""
        self.sun.setVisible(not is_compact)

    def show_playing(self, is_playing: bool) -> None:
        """Show whether time runs."""
        self._play.setIcon(self._icons.icon("pause" if is_playing else "play"))

    def set_language(self, language: Language) -> None:
        """Speak another language."""
        self.words.speak(language)
        self.date.setLocale(QLocale(QLocale.Language.Chinese if language == "zh" else QLocale.Language.English))
        self.sun.setFixedWidth(176 if language == "zh" else 186)

    def _sun(self, moment: datetime) -> SunPosition:
        return sun_position(moment, *self._place)

    @Slot(int)
    def _on_minute(self, minute: int) -> None:
        if self._moment is not None:
            self.moment_asked.emit(self._moment.replace(hour=minute // 60, minute=minute % 60, second=0))

    @Slot(QDate)
    def _on_date(self, chosen: QDate) -> None:
        if self._moment is not None:
            self.moment_asked.emit(self._moment.replace(year=chosen.year(), month=chosen.month(), day=chosen.day()))


def _light(altitude_deg: float) -> QColor:
    """Return the colour of the sky at a height of the sun."""
    stops = ((-18.0, (8, 20, 52)), (-6.0, (32, 54, 110)), (0.0, (214, 120, 76)), (8.0, (240, 190, 120)),
             (25.0, (120, 190, 245)), (90.0, (150, 212, 255)))  # fmt: skip
    for (low, dark), (high, bright) in pairwise(stops):
        if altitude_deg <= high:
            share = min(1.0, max(0.0, (altitude_deg - low) / (high - low)))
            red, green, blue = (round(a + (b - a) * share) for a, b in zip(dark, bright, strict=True))
            return QColor(red, green, blue)
    return TEXT
