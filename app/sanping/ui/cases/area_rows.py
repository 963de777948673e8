"""The areas of one level as painted rows: name, open, overdue, closing rate, alarms; a click goes one level down."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from sanping.domain.text import Text
from sanping.stage.area_map import Legend
from sanping.ui.area_legend import number_of, paint_ramp
from sanping.ui.cases import colours
from sanping.ui.live.painting import CENTRE, LEFT, RIGHT, set_size, write
from sanping.ui.theme import ACCENT, QUIET, TEXT, WHITE
from sanping.ui.wording import Wording
from sanping.wire.cases import AreaFigures

ROW_PX, HEAD_PX, LEGEND_PX = 27, 22, 34
OPEN_PX, RATE_PX, ALARMS_PX = 92, 104, 40
NAME, OPEN, RATE, ALARMS = Text("区域", "Area"), Text("在办 / 超期", "Open / late"), Text("结案率", "Closed"), Text(
    "告警", "Alarms"
)  # fmt: skip
NOTHING_BELOW = Text("已到最末一级", "There is nothing below")


class AreaRows(QWidget):
    """Shows areas; `area_asked` carries the code of the one that was clicked."""

    area_asked = Signal(str)

    def __init__(self, wording: Wording) -> None:
        super().__init__()
        self._words = wording
        self.rows: tuple[AreaFigures, ...] = ()
        self._under = -1
        self.setMouseTracking(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.show_rows(())

    def show_rows(self, rows: Sequence[AreaFigures]) -> None:
        """Show these, those with the most open cases first."""
        self.rows = tuple(sorted(rows, key=lambda row: (-row.open, row.code)))
        self.setFixedHeight(HEAD_PX + max(1, len(self.rows)) * ROW_PX)
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802
        """Return the height of all rows."""
        return QSize(200, HEAD_PX + max(1, len(self.rows)) * ROW_PX)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """A press goes into the area."""
        place = self._row_at(event.position())
        if place >= 0:
            self.area_asked.emit(self.rows[place].code)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Light up what is pointed at."""
        self._point(self._row_at(event.position()))

    def leaveEvent(self, event: object) -> None:  # noqa: N802
        """Let go."""
        self._point(-1)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw the head and the rows."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        name, opens, rate, alarms = self._columns(0, HEAD_PX)
        set_size(painter, 11)
        heads = ((name, NAME, LEFT), (opens, OPEN, RIGHT), (rate, RATE, CENTRE), (alarms, ALARMS, RIGHT))
        for area, title, side in heads:
            write(painter, area, self._words.say(title), QUIET, side)
        if not self.rows:
            set_size(painter, 12)
            write(painter, QRectF(0, HEAD_PX, self.width(), ROW_PX), self._words.say(NOTHING_BELOW), QUIET, CENTRE)
        for place, row in enumerate(self.rows):
            self._paint_row(painter, place, row)
        painter.end()

    def _paint_row(self, painter: QPainter, place: int, row: AreaFigures) -> None:
        top = HEAD_PX + place * ROW_PX
        if place == self._under:
            painter.fillRect(QRectF(0, top, self.width(), ROW_PX - 1), colours.faint(ACCENT, 46))
        name, opens, rate, alarms = self._columns(top, ROW_PX)
        set_size(painter, 12)
        write(painter, name, self._words.say(Text(row.name_zh, row.name_en)), TEXT, LEFT)
        late = f" / {row.overdue}" if row.overdue else ""
        wide = painter.fontMetrics().horizontalAdvance(late)
        set_size(painter, 13, is_bold=True)
        write(painter, opens.adjusted(0, 0, -wide, 0), f"{row.open:,}", WHITE if row.open else QUIET, RIGHT)
        if late:
            set_size(painter, 12, is_bold=True)
            write(painter, opens, late, colours.BAD, RIGHT)
        _paint_rate(painter, rate, row.rates.get("closing_rate"))
        set_size(painter, 12, is_bold=bool(row.alarms))
        write(painter, alarms, str(row.alarms) if row.alarms else "·", colours.CLOCK["orange"] if row.alarms else QUIET,
              RIGHT)  # fmt: skip

    def _columns(self, top: float, high: float) -> tuple[QRectF, QRectF, QRectF, QRectF]:
        """Return where name, open cases, closing rate and alarms stand."""
        right = self.width() - 6.0
        alarms = QRectF(right - ALARMS_PX, top, ALARMS_PX, high)
        rate = QRectF(alarms.left() - RATE_PX - 6, top, RATE_PX, high)
        opens = QRectF(rate.left() - OPEN_PX - 6, top, OPEN_PX, high)
        return QRectF(6, top, max(40.0, opens.left() - 10), high), opens, rate, alarms

    def _row_at(self, at: QPointF) -> int:
        place = int((at.y() - HEAD_PX) // ROW_PX)
        return place if 0 <= place < len(self.rows) and at.y() >= HEAD_PX else -1

    def _point(self, place: int) -> None:
        if place != self._under:
            self._under = place
            self.update()


class LegendStrip(QWidget):
    """Shows what the colours in the city mean; hides itself while they mean nothing."""

    def __init__(self, wording: Wording) -> None:
        super().__init__()
        self._words = wording
        self.legend: Legend | None = None
        self.setFixedHeight(LEGEND_PX)
        self.hide()

    def show_legend(self, legend: Legend | None) -> None:
        """Show another legend, or none."""
        self.legend = legend
        self.setVisible(legend is not None)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw the ramp with its ends."""
        legend = self.legend
        if legend is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        line = QRectF(6, 0, self.width() - 12, 16)
        set_size(painter, 12)
        unit = self._words.say(legend.unit)
        write(painter, line, f"{self._words.say(legend.title)}（{unit}）" if unit else "", TEXT, LEFT)
        ramp = QRectF(6, 20, self.width() - 12, 9)
        paint_ramp(painter, legend, ramp)
        ends = f"{number_of(legend.low)} … {number_of(legend.high)}"
        write(painter, line, ends, QUIET, RIGHT)
        painter.end()


def _paint_rate(painter: QPainter, area: QRectF, rate: float | None) -> None:
    """Draw a share as a bar with its number; a dash where there is nothing to count."""
    if rate is None:
        set_size(painter, 12)
        write(painter, area, "—", QUIET, CENTRE)
        return
    colour: QColor = colours.GOOD if rate >= 0.9 else colours.CLOCK["orange"] if rate >= 0.75 else colours.BAD
    bar = QRectF(area.left(), area.center().y() - 3, area.width() - 46, 6)
    painter.fillRect(bar, colours.faint(colour, 34))
    painter.fillRect(QRectF(bar.left(), bar.top(), bar.width() * min(1.0, rate), bar.height()), colour)
    set_size(painter, 12)
    write(painter, QRectF(bar.right(), area.top(), 46, area.height()), f"{rate * 100:.0f}%", colour, RIGHT)
