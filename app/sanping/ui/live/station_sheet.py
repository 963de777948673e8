"""The upper part of a station's sheet: the station with its main value, and a row for every quantity it measures."""

from functools import partial

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from sanping.domain.observation import Observation
from sanping.domain.quantity import quantity
from sanping.domain.text import Text
from sanping.twin.flood import FLOOD_NAMES, TREND_NAMES
from sanping.twin.river_view import StationView
from sanping.twin.water_quality import CLASS_NAMES
from sanping.ui.live import words
from sanping.ui.live.colours import CLASS, FLOOD, STALE, SUSPECT, colour_of
from sanping.ui.live.painting import LEFT, badge, dot, set_size, value_width, width_of, write, write_value
from sanping.ui.theme import ACCENT, AMBER, QUIET, TEXT, WHITE
from sanping.ui.wording import Wording

BOARD = Text("超高 左 {left} / 右 {right} m", "Freeboard L {left} / R {right} m")
DATUM = Text("基面 {datum}", "Datum {datum}")
INTERVAL = Text("每 {minutes} 分钟", "every {minutes} min")
SOURCE = Text("来源 {source}", "from {source}")
STALE_SINCE = Text("数据过时：{age}", "Stale: {age}")
NEVER = Text("尚无数据", "No data yet")
ROW_HEIGHT, HEAD_HEIGHT = 27, 94
GROUPS = ("level", "flow", "rain", "quality", "weather", "device")


class Readings(QWidget):
    """Paints one row per quantity: title, value, age and quality; `quantity_asked` carries the one that was clicked."""

    quantity_asked = Signal(str)

    def __init__(self, wording: Wording) -> None:
        super().__init__()
        self._words = wording
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.rows: tuple[Observation, ...] = ()
        self.chosen = ""
        self._shown: StationView | None = None
        self._now_ms = 0

    def sizeHint(self) -> QSize:  # noqa: N802
        """Return the height of all rows."""
        return QSize(290, ROW_HEIGHT * len(self.rows))

    def show_readings(self, shown: StationView, now_ms: int) -> None:
        """Show these readings, the main one first."""
        rows = tuple(sorted(shown.readings.values(), key=partial(_rank, shown)))
        if len(rows) != len(self.rows):
            self.setFixedHeight(ROW_HEIGHT * len(rows))
        self.rows, self._shown, self._now_ms = rows, shown, now_ms
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Ask for the course of a quantity."""
        row = int(event.position().y() // ROW_HEIGHT)
        if 0 <= row < len(self.rows):
            self.quantity_asked.emit(self.rows[row].quantity)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw the rows."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for number, reading in enumerate(self.rows):
            self._paint_row(painter, QRectF(0, number * ROW_HEIGHT, self.width(), ROW_HEIGHT), reading)
        painter.end()

    def _paint_row(self, painter: QPainter, area: QRectF, reading: Observation) -> None:
        assert self._shown is not None
        known, say = quantity(reading.quantity), self._words.say
        if reading.quantity == self.chosen:
            painter.fillRect(area, QColor(45, 130, 210, 70))
            painter.fillRect(QRectF(area.left(), area.top() + 5, 3, area.height() - 10), ACCENT)
        painter.fillRect(QRectF(area.left() + 4, area.bottom() - 1, area.width() - 8, 1), QColor(90, 160, 230, 26))
        number, unit = say(words.said(reading)), known.unit
        is_good = reading.quality == "good"
        is_fresh, quality = reading.quantity in self._shown.fresh, self._shown.quality
        colour = STALE if not is_fresh else WHITE if is_good else SUSPECT
        if quality is not None and reading.quantity in quality.items:
            dot(painter, QPointF(area.left() + 11, area.center().y()), CLASS[quality.items[reading.quantity]], 3.5)
        set_size(painter, 11)
        age = say(words.age(reading.event_ms, self._now_ms))
        age_area = QRectF(area.right() - 76, area.top(), 70, ROW_HEIGHT)
        write(painter, age_area, age, QUIET, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        right = age_area.left() - 6
        if not is_good:
            right = badge(painter, right, area.center().y(), say(words.QUALITY[reading.quality]), SUSPECT) - 5
        wide = value_width(painter, number, unit)
        write_value(painter, QRectF(right - wide - 4, area.top(), wide + 4, ROW_HEIGHT), number, unit, colour)
        set_size(painter, 12)
        title = QRectF(area.left() + 20, area.top(), right - wide - 30 - area.left(), ROW_HEIGHT)
        write(painter, title, say(known.title), TEXT if is_fresh else STALE, LEFT)


class StationHead(QWidget):
    """Paints name, the main value large, and what it means: flood colour, class, trend, freeboard, age, source."""

    def __init__(self, wording: Wording) -> None:
        super().__init__()
        self._words = wording
        self.setFixedHeight(HEAD_HEIGHT)
        self._shown: StationView | None = None
        self._now_ms = 0
        self.source = Text("", "")

    def show_station(self, shown: StationView, now_ms: int, source: Text) -> None:
        """Show this station."""
        self._shown, self._now_ms, self.source = shown, now_ms, source
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw the head."""
        shown = self._shown
        if shown is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        say, wide, is_fresh = self._words.say, float(self.width()), shown.freshness == "fresh"
        dot(painter, QPointF(8, 14), colour_of(shown), 5.0, is_hollow=not is_fresh)
        main = shown.main
        number, unit = words.number(main), "" if main is None else quantity(main.quantity).unit
        set_size(painter, 26, is_bold=True)
        value = f"{number} {unit}".strip() if number != words.MISSING else number
        value_wide = painter.fontMetrics().horizontalAdvance(value)
        colour = WHITE if is_fresh else STALE
        write(painter, QRectF(wide - value_wide - 6, 0, value_wide + 6, 32), value, colour)
        name, room = say(shown.station.name), wide - value_wide - 36
        set_size(painter, 16, is_bold=True)
        if width_of(painter, name) > room:
            set_size(painter, 13, is_bold=True)
        write(painter, QRectF(22, 0, room, 30), name, WHITE)
        self._paint_meaning(painter, shown)
        set_size(painter, 11)
        write(painter, QRectF(0, 57, wide, 17), "   ".join(self._facts(shown)), QUIET)
        write(painter, QRectF(0, 74, wide, 17), "   ".join(self._heights(shown)), QUIET)
        painter.end()

    def _paint_meaning(self, painter: QPainter, shown: StationView) -> None:
        say, left, middle = self._words.say, 0.0, 44.0
        plates: list[tuple[Text, QColor]] = []
        if shown.freshness == "stale" and shown.main is not None:
            age = words.age(shown.main.event_ms, self._now_ms)
            plates.append((STALE_SINCE.with_values(age=age), STALE))
        if shown.main is None:
            plates.append((NEVER, STALE))
        if shown.flood != "unknown":
            name, trend = FLOOD_NAMES[shown.flood], TREND_NAMES[shown.trend]
            both = Text(f"{name.zh} · {trend.zh}", f"{name.en} · {trend.en}")
            plates.append((name if shown.trend == "unknown" else both, FLOOD[shown.flood]))
        if shown.quality is not None:
            plates.append((CLASS_NAMES[shown.quality.water_class], CLASS[shown.quality.water_class]))
        if shown.is_simulated:
            plates.append((words.SIMULATED, AMBER))
        for title, colour in plates:
            set_size(painter, 10)
            end = left + painter.fontMetrics().horizontalAdvance(say(title)) + 10
            badge(painter, end, middle, say(title), colour)
            left = end + 6

    def _facts(self, shown: StationView) -> list[str]:
        say, facts = self._words.say, []
        if shown.main is not None:
            facts.append(say(words.age(shown.main.event_ms, self._now_ms)))
        if self.source.zh:
            facts.append(say(SOURCE.with_values(source=self.source)))
        return facts

    def _heights(self, shown: StationView) -> list[str]:
        say, station, board = self._words.say, shown.station, shown.freeboard
        facts = [say(INTERVAL.with_values(minutes=f"{station.interval_s / 60:g}"))]
        if station.datum:
            facts.append(say(DATUM.with_values(datum=words.datum(station.datum))))
        if board is not None:
            known = {"left": board.left_m, "right": board.right_m}
            written = {side: words.MISSING if value is None else f"{value:.2f}" for side, value in known.items()}
            facts.append(say(BOARD.with_values(**written)))
        return facts


def _rank(shown: StationView, reading: Observation) -> tuple[bool, bool, int, str]:
    """Order readings: the main one, then what sets the class, then the rest by kind, flags of the device last."""
    is_main = shown.main is not None and reading.quantity == shown.main.quantity
    is_graded = shown.quality is not None and reading.quantity in shown.quality.items
    group = quantity(reading.quantity).group
    place = GROUPS.index(group) if group in GROUPS else len(GROUPS)
    return not is_main, not is_graded, place + (reading.quantity in words.FLAGS), reading.quantity
