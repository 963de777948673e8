"""Everything that moves, on the desk: how many of each kind report, and a list of them by name that leads to each."""

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from sanping.domain.position import KIND_TITLES, MOVER_KINDS
from sanping.domain.text import Text
from sanping.twin.fleet import Fleet, KindFigures, Seen, figures, seen_at
from sanping.ui.glass import HEADER_HEIGHT, GlassPanel
from sanping.ui.icons import Icons
from sanping.ui.live.colours import STALE
from sanping.ui.live.painting import LEFT, RIGHT, badge, dot, set_size, width_of, write
from sanping.ui.live.row_area import RowArea
from sanping.ui.theme import QUIET, TEXT, WHITE
from sanping.ui.wording import Wording

TITLE = Text("移动目标", "Vehicles and vessels")
SIMULATED = Text("模拟", "SIM")
SILENT = Text("失联 {count}", "{count} silent")
ALARM_COLOUR = QColor(255, 91, 77)
COLOURS = (
    QColor(255, 232, 200), QColor(62, 236, 150), QColor(255, 178, 66), QColor(210, 210, 210), QColor(90, 170, 255),
    QColor(90, 200, 255), QColor(58, 214, 255), QColor(192, 124, 255),
)  # fmt: skip
"""As they shine in the city at night, in the order of `MOVER_KINDS`."""
KIND_PX, ROW_PX = 30, 26
MOST_LISTED, FIRST_LISTED = 300, 7


class _Kinds(QWidget):
    """A row for each kind: how many report, how fast they are, how many are silent."""

    kind_asked = Signal(str)

    def __init__(self, wording: Wording) -> None:
        super().__init__()
        self._words = wording
        self.rows: tuple[KindFigures, ...] = ()
        self.chosen, self.is_simulated = "", False
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def show_rows(self, rows: tuple[KindFigures, ...], chosen: str, *, is_simulated: bool) -> None:
        """Show these."""
        self.rows, self.chosen, self.is_simulated = rows, chosen, is_simulated
        self.setFixedHeight(max(1, len(rows)) * KIND_PX)
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """A press asks for the kind of a row, once more for all of them."""
        number = int(event.position().y() // KIND_PX)
        if 0 <= number < len(self.rows):
            self.kind_asked.emit(self.rows[number].kind)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw the rows."""
        painter = QPainter(self)
        for number, row in enumerate(self.rows):
            self._paint(painter, QRectF(0, number * KIND_PX, self.width(), KIND_PX), row)
        painter.end()

    def _paint(self, painter: QPainter, line: QRectF, row: KindFigures) -> None:
        code = MOVER_KINDS.index(row.kind)
        if row.kind == self.chosen:
            painter.fillRect(line.adjusted(0, 1, 0, -1), QColor(60, 150, 235, 70))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        dot(painter, QPointF(line.left() + 8, line.center().y()), COLOURS[code], 4.5)
        set_size(painter, 13)
        name = self._words.say(KIND_TITLES[MOVER_KINDS[code]])
        write(painter, line.adjusted(20, 0, -150, 0), name, TEXT, LEFT)
        if self.is_simulated:
            word = self._words.say(SIMULATED)
            left = line.left() + 28 + width_of(painter, name)
            set_size(painter, 10)
            badge(painter, left + width_of(painter, word) + 10, line.center().y(), word)
        set_size(painter, 15, is_bold=True)
        write(painter, line.adjusted(0, 0, -4, 0), f"{row.reporting:,}", WHITE, RIGHT)
        right = line.right() - 4 - width_of(painter, f"{row.reporting:,}") - 10
        set_size(painter, 12)
        speed = f"{row.mean_kmh:.0f} km/h"
        write(painter, QRectF(line.left(), line.top(), right - line.left(), line.height()), speed, QUIET, RIGHT)
        right -= width_of(painter, speed) + 8
        if row.alarming:
            right = badge(painter, right, line.center().y(), str(row.alarming), ALARM_COLOUR) - 6
        if row.stale:
            badge(painter, right, line.center().y(), self._words.say(SILENT.with_values(count=row.stale)), STALE)


class _List(QWidget):
    """Movers by name: those that alarm first, then those that are silent."""

    row_asked = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.fleet = Fleet()
        self.seen: Seen | None = None
        self.order: list[int] = []
        self.now_ms = 0
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def show_seen(self, fleet: Fleet, seen: Seen, order: list[int], now_ms: int) -> None:
        """Show these rows of what is seen."""
        self.fleet, self.seen, self.order, self.now_ms = fleet, seen, order, now_ms
        self.setFixedHeight(max(1, len(order)) * ROW_PX)
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802
        """As high as the rows."""
        return QSize(200, max(1, len(self.order)) * ROW_PX)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """A press asks for the mover of a row."""
        number = int(event.position().y() // ROW_PX)
        if 0 <= number < len(self.order):
            self.row_asked.emit(self.order[number])

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw the rows that are seen."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        first, last = event.rect().top() // ROW_PX, event.rect().bottom() // ROW_PX
        for number in range(max(0, first), min(len(self.order), last + 1)):
            self._paint(painter, QRectF(0, number * ROW_PX, self.width(), ROW_PX), self.order[number])
        painter.end()

    def _paint(self, painter: QPainter, line: QRectF, row: int) -> None:
        assert self.seen is not None
        number, is_stale = int(self.seen.number[row]), bool(self.seen.is_stale[row])
        named = self.fleet.names[number]
        colour = STALE if is_stale else ALARM_COLOUR if self.seen.is_alarming[row] else COLOURS[self.seen.kind[row]]
        dot(painter, QPointF(line.left() + 8, line.center().y()), colour, 3.0, is_hollow=is_stale)
        set_size(painter, 12)
        words = QUIET if is_stale else TEXT
        write(painter, line.adjusted(20, 0, -120, 0), named.label or named.mover, words, LEFT)
        age_s = max(0, self.now_ms - int(self.fleet.event_ms[number])) // 1000
        write(painter, line.adjusted(0, 0, -4, 0), f"{age_s} s", QUIET, RIGHT)
        speed = f"{self.fleet.speed_kmh[number]:.0f} km/h"
        write(painter, line.adjusted(0, 0, -52, 0), speed, words, RIGHT)


class MoversPanel(GlassPanel):
    """Shows a `Fleet`. `place_asked` tells where somebody wants to look, in world metres."""

    place_asked = Signal(float, float)

    def __init__(self, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(TITLE, icons, parent)
        self.least_height = HEADER_HEIGHT + 90
        self.kinds: tuple[KindFigures, ...] = ()
        self.kind = ""
        self._told: tuple[Fleet, int, bool] = (Fleet(), 0, False)
        self.body.setContentsMargins(10, 6, 10, 8)
        self.body.setSpacing(6)
        self.rows, self.list = _Kinds(self.words), _List()
        self.body.addWidget(self.rows)
        self.body.addWidget(RowArea(self.list, ROW_PX), 1)
        self.rows.kind_asked.connect(self.choose)
        self.list.row_asked.connect(self._go)

    def wanted_height(self, width: int) -> int:
        """Height of the kinds and the first movers."""
        if self.is_folded:
            return super().wanted_height(width)
        return HEADER_HEIGHT + 28 + len(self.kinds) * KIND_PX + FIRST_LISTED * ROW_PX

    @Slot(object, object, bool)
    def show_fleet(self, fleet: Fleet, now_ms: int, is_linked: bool) -> None:
        """Show what moves now; nothing is looked up while nobody sees the list."""
        self._told = (fleet, now_ms, is_linked)
        known, self.kinds = len(self.kinds), figures(fleet, now_ms, is_linked=is_linked)
        if len(self.kinds) != known:
            self.content_changed.emit()
        if self.isVisible():
            self._show()

    @Slot(str)
    def choose(self, kind: str) -> None:
        """List one kind alone, or all again."""
        self.kind = "" if kind == self.kind else kind
        self._show()

    def _show(self) -> None:
        fleet, now_ms, is_linked = self._told
        is_simulated = any(named.is_simulated for named in fleet.names)
        self.rows.show_rows(self.kinds, self.kind, is_simulated=is_simulated)
        seen = seen_at(fleet, now_ms, is_linked=is_linked)
        rows = np.arange(len(seen.number))
        if self.kind:
            rows = rows[seen.kind == MOVER_KINDS.index(self.kind)]
        order = rows[np.lexsort((rows, ~seen.is_stale[rows], ~seen.is_alarming[rows]))][:MOST_LISTED]
        self.list.show_seen(fleet, seen, order.tolist(), now_ms)

    @Slot(int)
    def _go(self, row: int) -> None:
        seen = self.list.seen
        if seen is not None and row < len(seen.number):
            self.place_asked.emit(float(seen.x_m[row]), float(seen.y_m[row]))
