"""What a query found in groups: which group, which measure, the chart; groups are picked with a click."""

from collections.abc import Sequence
from functools import partial

import numpy as np
from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import QComboBox, QGridLayout, QWidget

from sanping.analysis.object_table import CLASS, HEIGHT, NumberColumn
from sanping.commands.object_query import QueryResult
from sanping.commands.object_statistics import (
    BANDS,
    LAYER,
    MEASURES,
    NONE,
    OTHERS,
    Statistic,
    StatisticAsk,
    field_title_of,
)
from sanping.domain.text import Language, Text
from sanping.ui.cases.look import column, plain_label
from sanping.ui.glass import tall_area
from sanping.ui.wording import Wording
from sanping.ui.workbench.group_chart import CHARTS, Bar, GroupChart

BY, WHAT, OF, AS = Text("分组", "By"), Text("统计", "What"), Text("字段", "Of"), Text("图形", "As")
NAMES = ("name", "address", "code", "id")
MOST_GROUPINGS = 20


class StatisticView(QWidget):
    """`ask_changed` comes when something else is to be counted, `group_picked` carries the objects of a group."""

    ask_changed = Signal()
    group_picked = Signal(object)

    def __init__(self, words: Wording) -> None:
        super().__init__()
        self._words = words
        self.statistic: Statistic | None = None
        self.by, self.what, self.of, self.kind = QComboBox(), QComboBox(), QComboBox(), QComboBox()
        rows, grid = column(self, 6), QGridLayout()
        grid.setSpacing(6)
        for number, (title, box) in enumerate(((BY, self.by), (WHAT, self.what), (AS, self.kind), (OF, self.of))):
            label = plain_label(role="quiet", is_wrapped=False)
            words.put(label.setText, title)
            grid.addWidget(label, number // 2, number % 2 * 2)
            grid.addWidget(box, number // 2, number % 2 * 2 + 1)
            grid.setColumnStretch(number % 2 * 2 + 1, 1)
            box.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        rows.addLayout(grid)
        for box, offered in ((self.what, MEASURES), (self.kind, CHARTS)):
            for number, (key, title) in enumerate(offered.items()):
                box.addItem("", key)
                words.put(partial(box.setItemText, number), title)
        self.chart, self._area = GroupChart(), tall_area()
        self._area.setWidget(self.chart)
        rows.addWidget(self._area, 1)
        self.method = plain_label(role="quiet")
        rows.addWidget(self.method)
        for box in (self.by, self.what, self.of):
            box.currentIndexChanged.connect(self._on_ask)
        self.kind.currentIndexChanged.connect(self._draw)
        self.chart.picked.connect(self._on_picked)

    def offer(self, result: QueryResult) -> None:
        """Offer the fields of what was found; what is chosen stays where it can."""
        columns = {key: one for part in reversed(result.parts) for key, one in part.table.columns.items()}
        numbers = [key for key, one in columns.items() if isinstance(one, NumberColumn)]
        groups = [key for key in columns if key.rsplit(":", 1)[-1] not in NAMES and key != HEIGHT]
        heads = [LAYER, *((BANDS, HEIGHT) if HEIGHT in columns else ())]
        self._fill(self.by, [*heads, *groups[:MOST_GROUPINGS]], "usage" if "usage" in columns else CLASS)
        self._fill(self.of, numbers, HEIGHT)

    def ask(self) -> StatisticAsk:
        """Return what is to be counted."""
        return StatisticAsk(group=self.by.currentData() or CLASS, measure=self.what.currentData(),
                            field=self.of.currentData() or HEIGHT)  # fmt: skip

    def show_statistic(self, statistic: Statistic | None) -> None:
        """Show these groups; steps of a number stand as columns unless another chart is chosen."""
        self.statistic = statistic
        if statistic is not None and self.kind.currentData() != "ring":
            with QSignalBlocker(self.kind):
                self.kind.setCurrentIndex(self.kind.findData("columns" if statistic.is_ordered else "bars"))
        self._draw()

    def speak(self, language: Language) -> None:
        """Speak another language."""
        self.chart.language = language
        for box in (self.by, self.of):
            for number in range(box.count()):
                box.setItemText(number, self._words.say(field_title_of(box.itemData(number))))
        self._draw()

    def _fill(self, box: QComboBox, keys: Sequence[str], first: str) -> None:
        chosen = box.currentData()
        with QSignalBlocker(box):
            box.clear()
            for key in keys:
                box.addItem(self._words.say(field_title_of(key)), key)
            box.setCurrentIndex(max(0, box.findData(chosen if box.findData(chosen) >= 0 else first)))

    @Slot()
    def _on_ask(self) -> None:
        self.of.setEnabled(self.what.currentData() in ("sum", "mean"))
        self.ask_changed.emit()

    @Slot()
    def _draw(self) -> None:
        found = self.statistic
        self.method.setVisible(found is not None and bool(found.method.zh))
        self.of.setEnabled(self.what.currentData() in ("sum", "mean"))
        if found is None:
            self.chart.show_bars(Text("", ""), (), "bars")
            return
        self._words.put(self.method.setText, found.method)
        bars = [
            Bar(title=group.title, value=group.value, written=self._written(group.value, found.unit),
                is_rest=group.title in (OTHERS, NONE))
            for group in found.groups
        ]  # fmt: skip
        self.chart.show_bars(found.title, bars, self.kind.currentData())

    def _written(self, value: float, unit: Text) -> str:
        if np.isnan(value):
            return "—"
        said = self._words.say(unit)
        number = f"{value:,.0f}" if value.is_integer() or abs(value) >= 1000 else f"{value:,.1f}"
        return f"{number} {said}".rstrip()

    @Slot(int)
    def _on_picked(self, number: int) -> None:
        if self.statistic is not None:
            self.group_picked.emit(self.statistic.groups[number].result)
