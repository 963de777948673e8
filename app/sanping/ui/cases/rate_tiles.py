"""The figures of governance and of the hotline as tiles: a number, a rate as a bar, and which one is looked at."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from sanping.domain.text import Text
from sanping.ui.cases import colours, words
from sanping.ui.live.painting import LEFT, set_size, width_of, write
from sanping.ui.theme import ACCENT, QUIET, WHITE
from sanping.ui.wording import Wording
from sanping.wire.cases import IndicatorRow

Better = Literal["higher", "lower", "none"]
FAIR_SHARE = 0.1
COLUMNS, TILE_PX, GAP_PX = 4, 62, 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One figure: a count of `twin.cases.indicators.Counts` or a rate, and of which counts it is made."""

    key: str
    title: Text
    is_rate: bool = True
    better: Better = "higher"
    goal: float = 0.9
    part: str = ""
    whole: str = ""


FIGURES: tuple[Figure, ...] = (
    Figure(key="filed", title=Text("立案数", "Filed"), is_rate=False, better="none"),
    Figure(key="closing_rate", title=Text("结案率", "Closed"), part="closed", whole="filed"),
    Figure(key="on_time_rate", title=Text("按期处置率", "On time"), part="handled_on_time", whole="handled_due"),
    Figure(key="overdue_rate", title=Text("超时率", "Overdue"), better="lower", goal=0.05, part="overdue",
           whole="handled_due"),
    Figure(key="rework_rate", title=Text("返工率", "Reworked"), better="lower", goal=0.05, part="reworked",
           whole="handled"),
    Figure(key="discovery_rate", title=Text("主动发现率", "Discovered"), goal=0.7, part="discovered",
           whole="reported"),
    Figure(key="satisfaction_rate", title=Text("满意率", "Satisfied"), part="satisfied", whole="scored"),
    Figure(key="reported", title=Text("上报数", "Reported"), is_rate=False, better="none"),
    Figure(key="call_back_rate", title=Text("12345 回访率", "12345 called back"), part="calls_reached",
           whole="calls_closed"),
    Figure(key="call_response_rate", title=Text("12345 响应率", "12345 responded"), goal=0.95,
           part="calls_answered", whole="calls_asked_answer"),
    Figure(key="call_solved_rate", title=Text("12345 解决率", "12345 solved"), goal=0.85, part="calls_solved",
           whole="calls_asked_solved"),
    Figure(key="call_satisfaction_rate", title=Text("12345 满意率", "12345 satisfied"), part="calls_satisfied",
           whole="calls_scored"),
)  # fmt: skip
BY_KEY: Mapping[str, Figure] = {figure.key: figure for figure in FIGURES}


def value_of(row: IndicatorRow | None, figure: Figure) -> float | None:
    """Return a figure of a group, None when there is nothing to count."""
    if row is None:
        return None
    return row.rates.get(figure.key) if figure.is_rate else float(row.counts.get(figure.key, 0))


def told_of(value: float | None, figure: Figure) -> str:
    """Return a figure in words."""
    if value is None:
        return words.NOTHING.zh
    return words.percent(value) if figure.is_rate else f"{value:,.0f}"


def colour_of(value: float | None, figure: Figure) -> QColor:
    """Return how good a rate is: green from its goal on, orange a little off, red beyond; plain for a count."""
    if value is None or figure.better == "none":
        return ACCENT
    off = figure.goal - value if figure.better == "higher" else value - figure.goal
    return colours.GOOD if off <= 0 else colours.CLOCK["orange"] if off <= FAIR_SHARE else colours.BAD


class RateTiles(QWidget):
    """Paints all figures; `chosen_changed` carries the key of the one that was clicked."""

    chosen_changed = Signal(str)

    def __init__(self, wording: Wording) -> None:
        super().__init__()
        self._words = wording
        self._row: IndicatorRow | None = None
        self.chosen = "on_time_rate"
        rows = (len(FIGURES) + COLUMNS - 1) // COLUMNS
        self.setFixedHeight(rows * TILE_PX + (rows - 1) * GAP_PX)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def show_row(self, row: IndicatorRow | None) -> None:
        """Show the figures of a group."""
        self._row = row
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """A press chooses a figure."""
        for place, figure in enumerate(FIGURES):
            if self._place(place).contains(event.position()):
                self.chosen = figure.key
                self.update()
                self.chosen_changed.emit(figure.key)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw the tiles."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for place, figure in enumerate(FIGURES):
            self._paint(painter, self._place(place), figure)
        painter.end()

    def _place(self, number: int) -> QRectF:
        wide = (self.width() - GAP_PX * (COLUMNS - 1)) / COLUMNS
        across, down = number % COLUMNS, number // COLUMNS
        return QRectF(across * (wide + GAP_PX) + 0.5, down * (TILE_PX + GAP_PX) + 0.5, wide - 1, TILE_PX - 1)

    def _paint(self, painter: QPainter, area: QRectF, figure: Figure) -> None:
        value = value_of(self._row, figure)
        colour = colour_of(value, figure)
        is_chosen = figure.key == self.chosen
        painter.setPen(ACCENT if is_chosen else colours.faint(ACCENT, 44))
        painter.setBrush(colours.faint(ACCENT, 46 if is_chosen else 14))
        painter.drawRoundedRect(area, 4, 4)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        inner = area.adjusted(9, 5, -7, -5)
        set_size(painter, 11)
        write(painter, QRectF(inner.left(), inner.top(), inner.width(), 16), self._words.say(figure.title), QUIET, LEFT)
        told = told_of(value, figure)
        size_px = 19
        set_size(painter, size_px, is_bold=True)
        while width_of(painter, told) > inner.width() and size_px > 12:
            size_px -= 1
            set_size(painter, size_px, is_bold=True)
        shown = WHITE if figure.better == "none" else colour
        write(painter, QRectF(inner.left(), inner.top() + 17, inner.width(), 24), told, shown, LEFT)
        if figure.is_rate:
            foot = QRectF(inner.left(), area.bottom() - 8, inner.width(), 3)
            painter.fillRect(foot, colours.faint(colour, 46))
            painter.fillRect(QRectF(foot.left(), foot.top(), foot.width() * min(1.0, value or 0.0), 3), colour)
            self._paint_goal(painter, foot, figure)

    def _paint_goal(self, painter: QPainter, foot: QRectF, figure: Figure) -> None:
        at = foot.left() + foot.width() * figure.goal
        painter.fillRect(QRectF(at - 0.75, foot.top() - 2, 1.5, 7), colours.faint(WHITE, 170))
