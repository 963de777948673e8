"""What a query found: how many, how they are shown in the city, the table of them, and their statistics."""

from collections.abc import Iterable, Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QButtonGroup, QPushButton, QStackedWidget, QWidget

from sanping.commands.loaded_layer import LoadedLayer
from sanping.commands.object_query import QueryResult
from sanping.domain.text import Language, Text
from sanping.ui.cases.look import CHIP_STYLE, column, plain_label, row
from sanping.ui.wording import Wording
from sanping.ui.workbench.object_rows import ObjectRowsView
from sanping.ui.workbench.statistic_view import StatisticView

NOTHING_YET = Text("填写条件后按“查询”；不填任何条件会列出整个图层。",
                   "Fill in conditions, then press Find; without any a whole layer is listed.")  # fmt: skip
NONE = Text("没有符合条件的对象；可放宽条件，或勾选“容许错字”。",
            "Nothing fits. Ask for less, or let mistakes be forgiven.")  # fmt: skip
COUNT = Text("找到 {count:,} 个对象：{layers}", "{count:,} objects found: {layers}")
BOTH = Text("{words}\n{parts}", "{words}\n{parts}")
PART = Text("{title}（{loaded:,}/{known:,} 块瓦片）", "{title} ({loaded:,} of {known:,} tiles)")
PARTLY = Text("流式图层只查了已载入的部分：{parts}", "Of streamed layers only what is loaded was asked: {parts}")
LAYER_COUNT = Text("{title} {count:,}", "{title} {count:,}")
SHOWN = (("colour", Text("着色", "Colour them")), ("only", Text("只显示这些", "Only these")),
         ("", Text("不突出", "As ever")))  # fmt: skip
PAGES = (Text("表格", "Table"), Text("统计图", "Charts"))
CSV, GEOJSON, PICTURE = Text("导出 CSV", "CSV"), Text("导出 GeoJSON", "GeoJSON"), Text("导出图片", "Picture")


class QueryView(QWidget):
    """`showing_asked` carries "colour", "only" or ""; `export_asked` "csv", "geojson" or "picture"."""

    showing_asked = Signal(str)
    export_asked = Signal(str)

    def __init__(self, words: Wording) -> None:
        super().__init__()
        self._words = words
        self.summary = plain_label()
        words.put(self.summary.setText, NOTHING_YET)
        self.table, self.statistic = ObjectRowsView(), StatisticView(words)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.table)
        self.stack.addWidget(self.statistic)
        self.showings = self._chips([title for _, title in SHOWN])
        self.pages = self._chips(list(PAGES))
        for (name, _), button in zip(SHOWN, self.showings, strict=True):
            button.clicked.connect(partial(self.showing_asked.emit, name))
        for number, button in enumerate(self.pages):
            button.clicked.connect(partial(self._turn_to, number))
        self.exports = {name: self._chip(title) for name, title in
                        (("csv", CSV), ("geojson", GEOJSON), ("picture", PICTURE))}  # fmt: skip
        for name, button in self.exports.items():
            button.clicked.connect(partial(self.export_asked.emit, name))
        lines = column(self, 8)
        lines.addWidget(self.summary)
        self._bars = QWidget()
        bars = column(self._bars, 6)
        bars.addLayout(row(*self.showings))
        bars.addLayout(row(*self.pages, *self.exports.values()))
        lines.addWidget(self._bars)
        lines.addWidget(self.stack, 1)
        lines.addStretch()  # so that words alone stand at the top
        self.stack.hide()
        self._bars.hide()
        self._turn_to(0)

    @property
    def has_charts(self) -> bool:
        """The charts are shown, not the table."""
        return self.stack.currentIndex() == 1

    def show_result(self, result: QueryResult | None) -> None:
        """Show what was found; None before anything was asked."""
        has_some = result is not None and result.count > 0
        self.stack.setVisible(has_some)
        self._bars.setVisible(has_some)
        if result is None or not has_some:
            self._words.put(self.summary.setText, NOTHING_YET if result is None else noted(NONE, result.note))
            self.table.show_result(QueryResult())
            return
        self._words.put(self.summary.setText, noted(said(result), result.note))
        self.table.show_result(result)
        self.statistic.offer(result)

    def show_showing(self, name: str) -> None:
        """Show how the objects are shown in the city."""
        self.showings[[key for key, _ in SHOWN].index(name)].setChecked(True)

    def speak(self, language: Language) -> None:
        """Speak another language."""
        self.table.speak(language)
        self.statistic.speak(language)

    @Slot()
    def _turn_to(self, number: int) -> None:
        self.stack.setCurrentIndex(number)
        self.pages[number].setChecked(True)
        self.exports["geojson"].setVisible(number == 0)
        self.exports["picture"].setVisible(number == 1)
        if number:
            self.statistic.ask_changed.emit()

    def _chips(self, titles: list[Text]) -> list[QPushButton]:
        group, made = QButtonGroup(self), []
        for title in titles:
            button = self._chip(title)
            button.setCheckable(True)
            group.addButton(button)
            made.append(button)
        made[0].setChecked(True)
        return made

    def _chip(self, title: Text) -> QPushButton:
        button = QPushButton()
        button.setStyleSheet(CHIP_STYLE)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._words.put(button.setText, title)
        return button


def said(result: QueryResult) -> Text:
    """Return how many objects of which layers were found."""
    each = [LAYER_COUNT.with_values(title=part.table.title, count=len(part.rows)) for part in result.parts]
    layers = Text("、".join(text.zh for text in each), ", ".join(text.en for text in each))
    return COUNT.with_values(count=result.count, layers=layers)


def partly_asked(layers: Iterable[LoadedLayer], only: Sequence[str]) -> Text | None:
    """Return which streamed layers are asked now for no more than what is loaded, None where there are none.

    Each stands with how many of its known tiles are loaded; `only` names the layers that are asked, none for all.
    """
    streams = [(layer.entry, layer.opened.stream) for layer in layers if not only or layer.entry.name in only]
    states = [(entry.title, stream.state) for entry, stream in streams if stream is not None]
    parts = [PART.with_values(title=title, loaded=state.loaded, known=state.known)
             for title, state in states if state.loaded < state.known]  # fmt: skip
    if not parts:
        return None
    joined = Text("；".join(one.in_language("zh") for one in parts), "; ".join(one.in_language("en") for one in parts))
    return PARTLY.with_values(parts=joined)


def noted(words: Text, note: Text | None) -> Text:
    """Return words with a note on a line of its own."""
    return words if note is None else BOTH.with_values(words=words, parts=note)
