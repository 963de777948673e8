"""Groups of cases ranked by one figure, as bars; and the same figure day by day as a line."""

from collections.abc import Sequence
from datetime import datetime, tzinfo

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QLinearGradient, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from sanping.domain.text import Text
from sanping.ui.cases import colours
from sanping.ui.cases.rate_tiles import BY_KEY, FIGURES, Figure, colour_of, told_of, value_of
from sanping.ui.live.painting import CENTRE, LEFT, RIGHT, set_size, write
from sanping.ui.theme import ACCENT, QUIET, TEXT
from sanping.ui.wording import Wording
from sanping.wire.cases import IndicatorRow

ROW_PX, VALUE_PX, NAME_PX = 27, 62, 136
TREND_PX = 118
NOTHING = Text("这段时间没有案件", "No cases in this time")
FILED, CLOSED = Text("立案", "filed"), Text("结案", "closed")


def ranked(rows: Sequence[IndicatorRow], figure: Figure) -> tuple[IndicatorRow, ...]:
    """Return groups with the best first; of counts the most first; those without anything to count last."""
    lower = figure.better == "lower"

    def place(row: IndicatorRow) -> tuple[bool, float]:
        value = value_of(row, figure)
        return value is None, 0.0 if value is None else value if lower else -value

    return tuple(sorted(rows, key=place))


class Ranking(QWidget):
    """Paints one bar a group; `group_asked` carries the key of the one that was clicked."""

    group_asked = Signal(str)

    def __init__(self, wording: Wording) -> None:
        super().__init__()
        self._words = wording
        self.rows: tuple[IndicatorRow, ...] = ()
        self._figure = FIGURES[0]
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:  # noqa: N802
        """Return the height of all bars."""
        return QSize(200, max(1, len(self.rows)) * ROW_PX)

    def show_rows(self, rows: Sequence[IndicatorRow], figure: str) -> None:
        """Rank these groups by a figure."""
        self._figure = BY_KEY[figure]
        self.rows = ranked(rows, self._figure)
        self.setFixedHeight(max(1, len(self.rows)) * ROW_PX)
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """A press asks for a group."""
        place = int(event.position().y() // ROW_PX)
        if 0 <= place < len(self.rows):
            self.group_asked.emit(self.rows[place].key)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw the bars."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        set_size(painter, 12)
        if not self.rows:
            write(painter, QRectF(self.rect()), self._words.say(NOTHING), QUIET, CENTRE)
        values = [value_of(row, self._figure) or 0.0 for row in self.rows]
        most = 1.0 if self._figure.is_rate else max([1.0, *values])
        for place, row in enumerate(self.rows):
            self._paint_row(painter, QRectF(0, place * ROW_PX, self.width(), ROW_PX), place, row, most)
        painter.end()

    def _paint_row(self, painter: QPainter, area: QRectF, place: int, row: IndicatorRow, most: float) -> None:
        figure, value = self._figure, value_of(row, self._figure)
        colour = colour_of(value, figure)
        set_size(painter, 11)
        write(painter, QRectF(area.left(), area.top(), 20, area.height()), str(place + 1), QUIET, CENTRE)
        set_size(painter, 12)
        name = QRectF(area.left() + 24, area.top(), NAME_PX - 6, area.height())
        write(painter, name, self._words.say(Text(row.title_zh, row.title_en)), TEXT, LEFT)
        bar = QRectF(area.left() + 24 + NAME_PX, area.center().y() - 4, area.width() - NAME_PX - VALUE_PX - 82, 8)
        painter.fillRect(bar, colours.faint(colour, 30))
        length = bar.width() * min(1.0, (value or 0.0) / most)
        shine = QLinearGradient(bar.left(), 0, bar.left() + max(1.0, length), 0)
        shine.setColorAt(0, colours.faint(colour, 110))
        shine.setColorAt(1, colour)
        painter.fillRect(QRectF(bar.left(), bar.top(), length, bar.height()), shine)
        set_size(painter, 12, is_bold=True)
        right = area.right() - 4
        write(painter, QRectF(right - 52, area.top(), 52, area.height()), told_of(value, figure), colour, RIGHT)
        set_size(painter, 11)
        if figure.is_rate:
            part, whole = row.counts.get(figure.part, 0), row.counts.get(figure.whole, 0)
            write(painter, QRectF(bar.right() + 2, area.top(), right - 54 - bar.right() - 2, area.height()),
                  f"{part}/{whole}", QUIET, RIGHT)  # fmt: skip


class Trend(QWidget):
    """Paints cases filed (bars) and closed (line) day by day, with the chosen rate as its own line."""

    def __init__(self, wording: Wording) -> None:
        super().__init__()
        self._words = wording
        self.days: tuple[IndicatorRow, ...] = ()
        self._figure = FIGURES[0]
        self.zone: tzinfo | None = None
        self.setFixedHeight(TREND_PX)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_days(self, days: Sequence[IndicatorRow], figure: str) -> None:
        """Show these days, whose keys sort by time."""
        self.days = tuple(sorted(days, key=lambda row: row.key))
        self._figure = BY_KEY[figure]
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw the course."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect()).adjusted(4, 20, -4, -18)
        set_size(painter, 11)
        if not self.days:
            write(painter, area, self._words.say(NOTHING), QUIET, CENTRE)
        else:
            self._paint_bars(painter, area)
            self._paint_rate(painter, area)
            self._paint_scale(painter, area)
        painter.end()

    def _paint_bars(self, painter: QPainter, area: QRectF) -> None:
        most = max([1, *(max(row.counts.get("filed", 0), row.counts.get("closed", 0)) for row in self.days)])
        step = area.width() / len(self.days)
        wide = min(9.0, max(1.0, step * 0.34))
        for place, row in enumerate(self.days):
            middle = area.left() + (place + 0.5) * step
            for key, left, colour in (("filed", middle - wide, ACCENT), ("closed", middle, colours.GOOD)):
                high = area.height() * row.counts.get(key, 0) / most
                painter.fillRect(QRectF(left, area.bottom() - high, wide - 0.5, high), colours.faint(colour, 150))
        painter.fillRect(QRectF(area.left(), area.bottom(), area.width(), 1), colours.faint(ACCENT, 80))
        set_size(painter, 10)
        write(painter, QRectF(area.left(), 0, 60, 16), f"{most}", QUIET, LEFT)

    def _paint_rate(self, painter: QPainter, area: QRectF) -> None:
        if not self._figure.is_rate:
            return
        step = area.width() / len(self.days)
        values = [(place, value_of(row, self._figure)) for place, row in enumerate(self.days)]
        points = [
            QPointF(area.left() + (place + 0.5) * step, area.bottom() - area.height() * min(1.0, value))
            for place, value in values
            if value is not None
        ]
        painter.setPen(QPen(colours.CLOCK["yellow"], 1.6))
        painter.drawPolyline(QPolygonF(points))

    def _paint_scale(self, painter: QPainter, area: QRectF) -> None:
        say = self._words.say
        set_size(painter, 10)
        for row, place in ((self.days[0], LEFT), (self.days[-1], RIGHT)):
            write(painter, QRectF(area.left(), area.bottom() + 2, area.width(), 15), _day(row.key), QUIET, place)
        right = area.right()
        told = [(say(CLOSED), colours.GOOD), (say(FILED), ACCENT)]
        if self._figure.is_rate:
            told.insert(0, (say(self._figure.title), colours.CLOCK["yellow"]))
        for text, colour in told:
            wide = painter.fontMetrics().horizontalAdvance(text) + 4
            write(painter, QRectF(right - wide, 0, wide, 16), text, QUIET, LEFT)
            painter.fillRect(QRectF(right - wide - 12, 6, 8, 4), colour)
            right -= wide + 22


def _day(key: str) -> str:
    """Return month and day of "2026-11-21"; any other key whole."""
    try:
        return datetime.strptime(key, "%Y-%m-%d").strftime("%m-%d")
    except ValueError:
        return key
