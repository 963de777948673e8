"""The indicators of governance: seven figures, groups ranked by one of them, its course, and the way cases go."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import tzinfo
from typing import Literal

from PySide6.QtCore import QRectF, Qt, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QPolygonF
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QLabel, QPushButton, QWidget

from sanping.domain.area import Level
from sanping.domain.text import Language, Text
from sanping.ui.cases import colours
from sanping.ui.cases.look import CHIP_STYLE, STRIP_STYLE, column, plain_label, row
from sanping.ui.cases.ranking import Ranking, Trend
from sanping.ui.cases.rate_tiles import BY_KEY, RateTiles
from sanping.ui.glass import HEADER_HEIGHT, GlassPanel, tall_area
from sanping.ui.icons import Icons
from sanping.ui.live.painting import CENTRE, LEFT, set_size, write
from sanping.ui.theme import ACCENT, QUIET, TEXT, WHITE
from sanping.ui.wording import Wording
from sanping.wire.cases import GroupBy, IndicatorRow, Indicators

TITLE = Text("治理指标", "Indicators")
SPANS: tuple[tuple[int, Text], ...] = (
    (1, Text("今日", "Today")),
    (7, Text("7 天", "7 d")),
    (30, Text("30 天", "30 d")),
    (90, Text("90 天", "90 d")),
    (365, Text("一年", "1 y")),
)
Grouping = Literal["street", "community", "department", "class", "source"]
GROUPINGS: tuple[tuple[Grouping, Text], ...] = (
    ("street", Text("街镇", "Streets")),
    ("community", Text("村居", "Communities")),
    ("department", Text("部门", "Departments")),
    ("class", Text("类别", "Classes")),
    ("source", Text("来源", "Sources")),
)
RANKING, TREND, FLOW = (
    Text("{figure}排名", "Ranked by: {figure}"),
    Text("逐日走势", "Day by day"),
    Text("流转漏斗", "The way of cases"),
)
ASKING = Text("正在统计…", "Counting…")
MEASURES = Text("措施与前后对比…", "Measures, before and after…")
EXPORT = Text("导出报告…", "Export a report…")
STEPS: tuple[tuple[str, Text], ...] = (
    ("reported", Text("上报", "Reported")),
    ("filed", Text("立案", "Filed")),
    ("handled", Text("处置", "Handled")),
    ("closed", Text("结案", "Closed")),
    ("scored", Text("评价", "Rated")),
)
FLOW_PX = 104


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which indicators are asked for: over how many days, and by which groups."""

    days: int = 30
    grouping: Grouping = "street"

    @property
    def by(self) -> GroupBy:
        """What groups are made of."""
        return "area" if self.grouping in ("street", "community") else self.grouping  # type: ignore[return-value]

    @property
    def level(self) -> Level:
        """The level of areas."""
        return "community" if self.grouping == "community" else "street"


class Flow(QWidget):
    """Paints how many of the reported cases came how far, each step as wide as its share."""

    def __init__(self, wording: Wording) -> None:
        super().__init__()
        self._words = wording
        self._row: IndicatorRow | None = None
        self.setFixedHeight(FLOW_PX)

    def show_row(self, shown: IndicatorRow | None) -> None:
        """Show the counts of all cases."""
        self._row = shown
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw the funnel, and beside it the share of the step before."""
        if self._row is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        counts = [self._row.counts.get(key, 0) for key, _ in STEPS]
        most, high = max(1, counts[0]), self.height() / len(STEPS)
        middle, widest = self.width() * 0.46, self.width() * 0.52
        for place, ((_, title), count) in enumerate(zip(STEPS, counts, strict=True)):
            below = counts[place + 1] if place + 1 < len(counts) else count
            self._paint_step(painter, place * high, high, (middle, widest * count / most, widest * below / most), place)
            line = QRectF(0, place * high, self.width(), high)
            set_size(painter, 12)
            write(painter, line, self._words.say(title), TEXT, LEFT)
            set_size(painter, 12, is_bold=True)
            write(painter, QRectF(middle - 40, place * high, 80, high), f"{count:,}", WHITE, CENTRE)
            if place and counts[place - 1]:
                set_size(painter, 11)
                share = f"{count / counts[place - 1] * 100:.0f}%"
                write(painter, line.adjusted(middle + widest / 2 + 8, 0, 0, 0), share, QUIET, LEFT)
        painter.end()

    def _paint_step(
        self, painter: QPainter, top: float, high: float, widths: tuple[float, float, float], place: int
    ) -> None:
        middle, above, below = widths
        shape = QPolygonF()
        for x, y in ((middle - above / 2, top + 1), (middle + above / 2, top + 1),
                     (middle + below / 2, top + high - 1), (middle - below / 2, top + high - 1)):  # fmt: skip
            shape.append(QRectF(x, y, 0, 0).topLeft())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colours.faint(ACCENT, 150 - 22 * place))
        painter.drawPolygon(shape)
        painter.setBrush(Qt.BrushStyle.NoBrush)


class IndicatorsPanel(GlassPanel):
    """Shows `Indicators`. `wanted_changed` carries a `Wanted`, `group_asked` a grouping with the key of a group."""

    wanted_changed = Signal(object)
    group_asked = Signal(str, str)
    export_asked = Signal()
    measures_asked = Signal()

    def __init__(self, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(TITLE, icons, parent)
        self.least_height = HEADER_HEIGHT + 320
        self.wanted = Wanted()
        self.zone: tzinfo | None = None
        self._groups: tuple[IndicatorRow, ...] = ()
        self._days: tuple[IndicatorRow, ...] = ()
        self.tiles, self.ranking = RateTiles(self.words), Ranking(self.words)
        self.trend, self.flow = Trend(self.words), Flow(self.words)
        self.strip = plain_label()
        self.strip.setStyleSheet(STRIP_STYLE)
        self.strip.hide()
        self.tool_button("tick", MEASURES).clicked.connect(self.measures_asked)
        self.tool_button("export", EXPORT).clicked.connect(self.export_asked)
        self.body.setContentsMargins(10, 8, 10, 10)
        self.body.setSpacing(8)
        self.body.addLayout(self._chips(SPANS, self.wanted.days, self._choose_days))
        self.body.addWidget(self.tiles)
        self.body.addWidget(self.strip)
        self.body.addLayout(self._chips(GROUPINGS, self.wanted.grouping, self._choose_grouping))
        self._make_lower()
        self.tiles.chosen_changed.connect(self._show)
        self.ranking.group_asked.connect(self._ask_group)
        self._say_titles()

    def wanted_height(self, width: int) -> int:
        """As high as there is room for."""
        return super().wanted_height(width) if self.is_folded else 4000

    def show_groups(self, found: Indicators) -> None:
        """Show figures and ranking."""
        self.tiles.show_row(found.whole)
        self.flow.show_row(found.whole)
        self._groups = found.groups
        self.tell(None)
        self._show()

    def show_days(self, found: Indicators) -> None:
        """Show the course."""
        self._days = found.groups
        self._show()

    def tell(self, told: Text | None) -> None:
        """Say why there is nothing, or that it is on its way."""
        self.strip.setVisible(told is not None)
        if told is not None:
            self.words.put(self.strip.setText, told)

    def set_language(self, language: Language) -> None:
        """Speak another language."""
        super().set_language(language)
        self._say_titles()
        for widget in (self.tiles, self.ranking, self.trend, self.flow):
            widget.update()

    def _make_lower(self) -> None:
        self._titles = [QLabel(), QLabel(), QLabel()]
        for label in self._titles:
            label.setProperty("role", "section")
        self._area = tall_area()
        holder = QWidget()
        rows = column(holder, 0)
        rows.addWidget(self.ranking)
        rows.addStretch(1)
        self._area.setWidget(holder)
        self.body.addWidget(self._titles[0])
        self.body.addWidget(self._area, 1)
        for label, widget in ((self._titles[1], self.trend), (self._titles[2], self.flow)):
            self.body.addWidget(label)
            self.body.addWidget(widget)

    def _chips(self, choices: Sequence[tuple[object, Text]], chosen: object, slot: object) -> QHBoxLayout:
        group = QButtonGroup(self)
        line = row(spacing=5)
        for number, (key, title) in enumerate(choices):
            button = QPushButton()
            button.setCheckable(True)
            button.setChecked(key == chosen)
            button.setStyleSheet(CHIP_STYLE)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            self.words.put(button.setText, title)
            group.addButton(button, number)
            line.addWidget(button, 1)
        group.idClicked.connect(slot)
        return line

    def _say_titles(self) -> None:
        figure = BY_KEY[self.tiles.chosen].title
        self.words.put(self._titles[0].setText, RANKING.with_values(figure=figure))
        self.words.put(self._titles[1].setText, TREND)
        self.words.put(self._titles[2].setText, FLOW)

    @Slot(int)
    def _choose_days(self, number: int) -> None:
        self._ask(replace(self.wanted, days=SPANS[number][0]))

    @Slot(int)
    def _choose_grouping(self, number: int) -> None:
        self._ask(replace(self.wanted, grouping=GROUPINGS[number][0]))

    def _ask(self, wanted: Wanted) -> None:
        if wanted != self.wanted:
            self.wanted = wanted
            self.tell(ASKING)
            self.wanted_changed.emit(wanted)

    @Slot()
    def _show(self) -> None:
        self._say_titles()
        self.ranking.show_rows(self._groups, self.tiles.chosen)
        self.trend.show_days(self._days, self.tiles.chosen)

    @Slot(str)
    def _ask_group(self, key: str) -> None:
        self.group_asked.emit(self.wanted.grouping, key)
