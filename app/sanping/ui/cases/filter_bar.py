"""Two rows of filters over the list of cases; what they say is one `CaseFilter`."""

from collections.abc import Callable
from datetime import datetime, timedelta, tzinfo
from typing import get_args

import msgspec
from PySide6.QtCore import QSignalBlocker, QTimer, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from sanping.domain.case import STAGE_OF, STAGE_TITLES, STATE_TITLES, Stage, State
from sanping.domain.case_filter import CaseFilter, Sort
from sanping.domain.component import ClassKind
from sanping.domain.text import Language, Text
from sanping.ui.cases.look import CHIP_STYLE
from sanping.ui.cases.tables import Choice, Tables
from sanping.ui.cases.tree_pick import TreePick
from sanping.ui.wording import Wording

WORDS = Text("案号、地点或描述", "Id, place or description")
ANY_STATE, ANY_AREA = Text("全部阶段", "Any stage"), Text("全部区域", "Any area")
ANY_CLASS, ANY_DEPARTMENT = Text("全部类别", "Any class"), Text("全部部门", "Any crew")
ANY_SOURCE = Text("全部来源", "Any source")
IS_OPEN, IS_OVERDUE, IS_MINE = Text("未结", "Open"), Text("超期", "Overdue"), Text("待我办", "Mine")
CLEAR = Text("清除", "Clear")
TIMES: tuple[tuple[int, Text], ...] = (
    (0, Text("不限时间", "Any time")),
    (1, Text("今天上报", "Today")),
    (7, Text("近 7 天", "7 days")),
    (30, Text("近 30 天", "30 days")),
    (365, Text("近一年", "A year")),
)
SORTS: tuple[tuple[Sort, Text], ...] = (
    ("due", Text("期限先到", "Due first")),
    ("changed", Text("最近更新", "Changed last")),
    ("reported", Text("最近上报", "Reported last")),
    ("urgency", Text("紧急优先", "Urgent first")),
)
FIRST = CaseFilter(is_open=True, sort="due")
TYPED_MS, LEAST_FOR_ALL = 250, 540
NARROW_STYLE = "QComboBox { padding: 4px 2px 4px 7px; } QComboBox::drop-down { width: 18px; }"


class FilterBar(QWidget):
    """`filter_changed` carries the `CaseFilter` that the person wants now."""

    filter_changed = Signal(object)

    def __init__(self, wording: Wording) -> None:
        super().__init__()
        self._words = wording
        self.asked = FIRST
        self.zone: tzinfo | None = None
        self.now_ms = 0
        self.search = QLineEdit()
        self.search.setClearButtonEnabled(True)
        wording.put(self.search.setPlaceholderText, WORDS)
        self.state = TreePick(ANY_STATE, wording)
        self.area, self.case_class = TreePick(ANY_AREA, wording), TreePick(ANY_CLASS, wording)
        self.department, self.source = TreePick(ANY_DEPARTMENT, wording), TreePick(ANY_SOURCE, wording)
        self.time, self.sort = _box(), _box()
        self.ticks = {name: _tick(wording, title) for name, title in
                      (("is_open", IS_OPEN), ("is_overdue", IS_OVERDUE), ("is_mine", IS_MINE))}  # fmt: skip
        self.clear = QPushButton()
        self.clear.setStyleSheet(CHIP_STYLE)
        wording.put(self.clear.setText, CLEAR)
        self._lay_out()
        self._typed = QTimer(self)
        self._typed.setSingleShot(True)
        self._typed.setInterval(TYPED_MS)
        self._typed.timeout.connect(self._changed)
        self._connect()
        self.state.show_choices(_states())
        self._fill_boxes()
        self.show_filter(FIRST)

    def show_tables(self, tables: Tables) -> None:
        """Offer what the city has."""
        self.area.show_choices(tables.areas())
        self.case_class.show_choices(tables.classes())
        self.department.show_choices(tables.departments())
        self.source.show_choices(tables.sources())

    def show_filter(self, asked: CaseFilter) -> None:
        """Show a filter; nobody is told."""
        self.asked = asked
        self.state.show_key(asked.states[0] if asked.states else "")
        self.area.show_key(asked.area)
        self.case_class.show_key(f"{asked.kind}:{asked.case_class}" if asked.kind else "")
        self.department.show_key(asked.department)
        self.source.show_key(asked.source)
        for name, tick in self.ticks.items():
            with QSignalBlocker(tick):
                tick.setChecked(getattr(asked, name))
        with QSignalBlocker(self.search), QSignalBlocker(self.sort), QSignalBlocker(self.time):
            if self.search.text().strip() != asked.words:
                self.search.setText(asked.words)
            self.sort.setCurrentIndex(self.sort.findData(asked.sort))
            if not asked.from_ms:
                self.time.setCurrentIndex(0)
        self.clear.setVisible(asked != msgspec.structs.replace(FIRST, sort=asked.sort))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Leave out the filters that a narrow list has no room for."""
        super().resizeEvent(event)
        for pick in (self.source, self.time):
            pick.setVisible(self.width() >= LEAST_FOR_ALL)

    def set_language(self, _language: Language) -> None:
        """Write the choices in the present language."""
        for pick in (self.state, self.area, self.case_class, self.department, self.source):
            pick.say()
        self._fill_boxes()
        self.show_filter(self.asked)

    def ask(self, asked: CaseFilter) -> None:
        """Show a filter and ask for it."""
        if asked != self.asked:
            self.show_filter(asked)
            self.filter_changed.emit(asked)

    def _lay_out(self) -> None:
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(6)
        first, second = QHBoxLayout(), QHBoxLayout()
        for row in (first, second):
            row.setSpacing(6)
            rows.addLayout(row)
        first.addWidget(self.search, 5)
        first.addWidget(self.state, 3)
        for tick in self.ticks.values():
            first.addWidget(tick)
        first.addWidget(self.clear)
        for pick in (self.area, self.case_class, self.department, self.source, self.time, self.sort):
            pick.setStyleSheet(NARROW_STYLE)
            second.addWidget(pick, 1)

    def _connect(self) -> None:
        self.search.textEdited.connect(self._typed.start)
        self.search.textChanged.connect(self._on_cleared)
        for pick in (self.state, self.area, self.case_class, self.department, self.source):
            pick.chosen.connect(self._changed)
        for tick in self.ticks.values():
            tick.toggled.connect(self._changed)
        self.time.currentIndexChanged.connect(self._changed)
        self.sort.currentIndexChanged.connect(self._changed)
        self.clear.clicked.connect(self._clear)

    def _fill_boxes(self) -> None:
        for box, choices in ((self.time, TIMES), (self.sort, SORTS)):
            with QSignalBlocker(box):
                chosen = max(0, box.currentIndex())
                box.clear()
                for key, title in choices:
                    box.addItem(self._words.say(title), key)
                box.setCurrentIndex(chosen)

    def _since_ms(self) -> int:
        """Return when the chosen span of days began: at midnight where the twin lies."""
        days = int(self.time.currentData() or 0)
        if not days:
            return 0
        today = datetime.fromtimestamp(self.now_ms / 1000, self.zone).replace(hour=0, minute=0, second=0, microsecond=0)
        return round((today - timedelta(days=days - 1)).timestamp() * 1000)

    @Slot()
    def _changed(self) -> None:
        self._typed.stop()
        kind, _, code = self.case_class.key.partition(":")
        self.ask(
            CaseFilter(
                states=(self.state.key,) if self.state.key else (),
                area=self.area.key,
                kind=_kind(kind),
                case_class=code,
                department=self.department.key,
                source=self.source.key,
                words=self.search.text().strip(),
                from_ms=self._since_ms(),
                sort=self.sort.currentData(),
                **{name: tick.isChecked() for name, tick in self.ticks.items()},
            )
        )

    @Slot(str)
    def _on_cleared(self, words: str) -> None:
        if not words:
            self._changed()

    @Slot()
    def _clear(self) -> None:
        with QSignalBlocker(self.time):
            self.time.setCurrentIndex(0)
        self.ask(msgspec.structs.replace(FIRST, sort=self.asked.sort))


def _kind(written: str) -> ClassKind | None:
    return next((kind for kind in get_args(ClassKind) if kind == written), None)


def _states() -> tuple[Choice, ...]:
    """Return the stages with their states below them; a stage of one state stands alone."""
    found: list[Choice] = []
    for stage in get_args(Stage):
        found.append(Choice(key=stage, title=STAGE_TITLES[stage], is_open=True))
        below = [state for state in get_args(State) if STAGE_OF[state] == stage]
        found += [Choice(key=state, title=STATE_TITLES[state], depth=1) for state in below if state != stage]
    return tuple(found)


def _box() -> QComboBox:
    box = QComboBox()
    box.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
    return box


def _tick(wording: Wording, title: Text) -> QPushButton:
    tick = QPushButton()
    tick.setCheckable(True)
    tick.setStyleSheet(CHIP_STYLE)
    put: Callable[[str], object] = tick.setText
    wording.put(put, title)
    return tick
