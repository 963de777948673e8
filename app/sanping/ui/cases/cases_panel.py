"""The operator's list of cases: how many stand in each stage, filters, and a table of all that they find."""

from collections.abc import Iterable, Mapping
from functools import partial
from types import MappingProxyType

import msgspec
from PySide6.QtCore import QModelIndex, QPoint, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QMenu,
    QPushButton,
    QTableView,
    QWidget,
)

from sanping.domain.case_filter import CaseFilter
from sanping.domain.case_line import CaseCounts, CaseLine
from sanping.domain.text import Language, Text
from sanping.stage.area_map import narrowed
from sanping.ui.cases.case_model import CLASS, DEPARTMENT, LIMIT, MARK, NUMBER, PLACE, SORT_OF, STATE, CaseModel
from sanping.ui.cases.case_rows import ROW_HEIGHT, CaseRowPainter
from sanping.ui.cases.filter_bar import FIRST, FilterBar
from sanping.ui.cases.funnel import Funnel
from sanping.ui.cases.look import CHIP_STYLE, STRIP_STYLE, plain_label
from sanping.ui.cases.tables import Tables
from sanping.ui.glass import HEADER_HEIGHT, GlassPanel
from sanping.ui.icons import Icons

TITLE = Text("案件", "Cases")
REPORT = Text("登记案件", "Report a case")
FOUND = Text("共 {count} 件", "{count} cases")
FOUND_ONE = Text("共 {count} 件", "{count} case")
NONE_FOUND = Text("没有符合条件的案件", "No case matches")
NO_CASES = Text("目前没有未结案件", "No open cases")
ASKING = Text("正在读取…", "Loading…")
AWAY = Text("中枢没有应答，列表停留在最后一次更新；恢复后自动刷新",
            "The hub does not answer; the list stands still and is brought up to date by itself")  # fmt: skip
NO_TABLES = Text("该孪生没有案件数据：twin.toml 中没有 [governance]",
                 "This twin has no cases: its twin.toml has no [governance]")  # fmt: skip
ALL = Text("显示全部", "Show all")
NEXT_OVERDUE = Text("下一件超期  Alt+O", "Next overdue  Alt+O")
WIDTHS: Mapping[Language, Mapping[int, int]] = MappingProxyType(
    {
        "zh": MappingProxyType({MARK: 30, NUMBER: 112, CLASS: 98, STATE: 64, DEPARTMENT: 96, LIMIT: 104}),
        "en": MappingProxyType({MARK: 28, NUMBER: 112, CLASS: 112, STATE: 104, DEPARTMENT: 84, LIMIT: 92}),
    }
)
LEAST_FOR_DEPARTMENT, LEAST_FOR_NUMBER = 560, 470
MENU: tuple[tuple[str, Text], ...] = (
    ("case.open", Text("打开案件单", "Open")),
    ("case.look", Text("飞到现场", "Fly to the place")),
    ("case.urge", Text("督办…", "Urge…")),
    ("case.send", Text("上屏", "To the wall")),
)


class CaseTable(QTableView):
    """The table; `opened` carries the row that was clicked or entered."""

    opened = Signal(int)

    def __init__(self, model: CaseModel, painter: CaseRowPainter) -> None:
        super().__init__()
        self.setModel(model)
        self.setItemDelegate(painter)
        self.setMouseTracking(True)
        self.setShowGrid(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerItem)
        self.setTabKeyNavigation(False)
        self.setAutoScroll(False)  # the row that takes the place of one that goes is no reason to jump
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header = self.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setHighlightSections(False)
        header.setFixedHeight(26)
        header.setSectionsClickable(True)
        header.setMinimumSectionSize(24)
        for column in WIDTHS["zh"]:
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Fixed)
        self.set_language("zh")
        header.setSectionResizeMode(PLACE, QHeaderView.ResizeMode.Stretch)
        self.clicked.connect(self._on_row)
        model.rowsInserted.connect(self._keep_place)

    def set_language(self, language: Language) -> None:
        """Give each column the width that its words need."""
        for column, wide in WIDTHS[language].items():
            self.setColumnWidth(column, wide)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Enter opens the case; letters are left to the actions of the desk."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.opened.emit(self.currentIndex().row())
        elif event.text() and event.text().isprintable():
            event.ignore()
        else:
            super().keyPressEvent(event)
            self.scrollTo(self.currentIndex())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Leave out what a narrow list has no room for."""
        super().resizeEvent(event)
        self.setColumnHidden(DEPARTMENT, self.width() < LEAST_FOR_DEPARTMENT)
        self.setColumnHidden(NUMBER, self.width() < LEAST_FOR_NUMBER)

    @Slot(QModelIndex)
    def _on_row(self, index: QModelIndex) -> None:
        self.opened.emit(index.row())

    @Slot(QModelIndex, int, int)
    def _keep_place(self, _parent: QModelIndex, first: int, last: int) -> None:
        """Leave the rows that are read where they are when others come above them."""
        bar = self.verticalScrollBar()
        if bar.value() > 0 and first < bar.value():
            bar.setValue(bar.value() + last - first + 1)


class CasesPanel(GlassPanel):
    """Shows the list. `case_asked` carries an id, `filter_asked` a `CaseFilter`, `page_asked` an offset.

    `wish_asked` carries an action on a case ("case.urge") and the case's id.
    """

    case_asked = Signal(str)
    filter_asked = Signal(object)
    page_asked = Signal(int)
    report_asked = Signal()
    overdue_asked = Signal()
    wish_asked = Signal(str, str)

    def __init__(self, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(TITLE, icons, parent)
        self.least_height = HEADER_HEIGHT + 300
        self.within = ""
        self.funnel = Funnel(self.words)
        self.filters = FilterBar(self.words)
        self.model = CaseModel(self.words, self)
        self._painter = CaseRowPainter(self.model, self.words, self)
        self.table = CaseTable(self.model, self._painter)
        self.strip = plain_label()
        self.strip.setStyleSheet(STRIP_STYLE)
        self.strip.hide()
        self.nothing = plain_label(role="quiet")
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.count = QLabel()
        self.count.setProperty("role", "quiet")
        self._is_asking = False
        self.body.setContentsMargins(8, 8, 8, 8)
        self.body.setSpacing(7)
        self.body.addWidget(self.funnel)
        self.body.addWidget(self.filters)
        self.body.addLayout(self._make_head())
        self.body.addWidget(self.strip)
        self.body.addWidget(self.table, 1)
        self.body.addWidget(self.nothing, 1)
        self.nothing.hide()
        self._connect()

    def wanted_height(self, width: int) -> int:
        """As high as there is room for."""
        return super().wanted_height(width) if self.is_folded else 4000

    @property
    def asked(self) -> CaseFilter:
        """The filter of the list, which finds nothing beyond the area that is looked at."""
        asked = self.filters.asked
        return msgspec.structs.replace(asked, area=narrowed(asked.area, self.within)) if self.within else asked

    def show_tables(self, tables: Tables) -> None:
        """Know the names of a city."""
        self.model.tables = tables
        self.filters.show_tables(tables)
        self.table.viewport().update()

    def begin(self) -> None:
        """Ask for what the filter finds."""
        self._is_asking = True
        self.model.begin(self.asked)
        self._say_count()

    def forget(self) -> None:
        """Show nothing: the cases are those of another city."""
        self._is_asking = False
        self.model.forget()
        self.show_strip(None)
        self._say_count()

    def take_page(self, offset: int, page: object) -> None:
        """Show a page that came."""
        self._is_asking = False
        self.model.take_page(offset, page)  # type: ignore[arg-type]
        self._say_count()

    def miss_page(self, offset: int, why: Text) -> None:
        """Say why a page did not come."""
        self._is_asking = False
        self.model.miss_page(offset)
        self.show_strip(why)
        self._say_count()

    def take_news(self, changed: Iterable[CaseLine], now_ms: int) -> bool:
        """Show cases as they are now; say whether the hub has to be asked where they stand."""
        is_unsure = self.model.take_news(changed, now_ms)
        self._say_count()
        return is_unsure

    def show_counts(self, counts: CaseCounts | None) -> None:
        """Show how many cases there are."""
        stage = self.asked.states[0] if self.asked.states else ""
        self.funnel.show_counts(counts, stage)

    def show_now(self, now_ms: int) -> None:
        """Let the clocks go on."""
        self.model.show_now(now_ms)
        self.filters.now_ms = now_ms
        self.table.viewport().update()

    def show_chosen(self, case: str) -> None:
        """Mark the case whose sheet is open."""
        self._painter.chosen = case
        row = self.model.row_of(case) if case else None
        if row is not None and row != self.table.currentIndex().row():
            self.table.setCurrentIndex(self.model.index(row, CLASS))
            self.table.scrollTo(self.table.currentIndex())
        self.table.viewport().update()

    def show_strip(self, words: Text | None) -> None:
        """Say above the table what is wrong with it, or nothing."""
        self.strip.setVisible(words is not None)
        if words is not None:
            self.words.put(self.strip.setText, words)

    @property
    def first_row(self) -> int:
        """The row at the top of what is seen."""
        return max(0, self.table.rowAt(1))

    def ask_again(self) -> None:
        """Ask once more for what is seen."""
        last = self.table.rowAt(self.table.viewport().height() - 1)
        self.model.ask_again(self.first_row, last)

    def step(self, by: int) -> CaseLine | None:
        """Go to another row and return its case, None at an end or while it is not known."""
        row = self.table.currentIndex().row() + by
        if not 0 <= row < self.model.rowCount():
            return None
        self.table.setCurrentIndex(self.model.index(row, CLASS))
        self.table.scrollTo(self.table.currentIndex())
        return self.model.line_at(row)

    def current(self) -> CaseLine | None:
        """Return the case of the present row."""
        return self.model.line_at(self.table.currentIndex().row())

    def look_for(self) -> None:
        """Let the person type what to look for."""
        self.filters.search.setFocus()
        self.filters.search.selectAll()

    def set_language(self, language: Language) -> None:
        """Speak another language."""
        super().set_language(language)
        self.filters.set_language(language)
        self.table.set_language(language)
        self.model.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, LIMIT)
        self.funnel.update()
        self.table.viewport().update()
        self._say_count()

    def _make_head(self) -> QHBoxLayout:
        head = QHBoxLayout()
        head.setSpacing(6)
        self.overdue, self.report = QPushButton(), QPushButton()
        for button, title in ((self.overdue, NEXT_OVERDUE), (self.report, REPORT)):
            button.setStyleSheet(CHIP_STYLE)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            self.words.put(button.setText, title)
        self.report.setIcon(self.icons.icon("plus"))
        head.addWidget(self.count, 1)
        head.addWidget(self.overdue)
        head.addWidget(self.report)
        return head

    def _connect(self) -> None:
        self.funnel.stage_asked.connect(self._ask_stage)
        self.filters.filter_changed.connect(self._on_filter)
        self.model.page_asked.connect(self.page_asked)
        self.table.opened.connect(self._open_row)
        self.table.horizontalHeader().sectionClicked.connect(self._sort_by)
        self.table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.table.customContextMenuRequested.connect(self._open_menu)
        self.report.clicked.connect(self.report_asked)
        self.overdue.clicked.connect(self.overdue_asked)

    def _say_count(self) -> None:
        found = self.model.rowCount()
        self.words.put(self.count.setText,
                       ASKING if self._is_asking else FOUND.with_values(count=f"{found:,}"))  # fmt: skip
        is_empty = not found and not self._is_asking
        self.table.setVisible(not is_empty)
        self.nothing.setVisible(is_empty)
        is_first = msgspec.structs.replace(self.filters.asked, sort=FIRST.sort) == FIRST
        self.words.put(self.nothing.setText, NO_CASES if is_first else NONE_FOUND)

    @Slot(str)
    def _ask_stage(self, stage: str) -> None:
        self.filters.ask(msgspec.structs.replace(self.filters.asked, states=(stage,) if stage else ()))

    @Slot(object)
    def _on_filter(self, asked: CaseFilter) -> None:
        self.filter_asked.emit(asked)

    @Slot(QPoint)
    def _open_menu(self, at: QPoint) -> None:
        """Offer what can be done with a row at once."""
        row = self.table.rowAt(at.y())
        line = self.model.line_at(row)
        if line is None:
            return
        self.table.setCurrentIndex(self.model.index(row, CLASS))
        menu = QMenu(self)
        for name, title in MENU:
            action = menu.addAction(self.words.say(title))
            action.triggered.connect(partial(self._wish, name, line.id))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.table.viewport().mapToGlobal(at))

    def _wish(self, name: str, case: str, _checked: bool = False) -> None:
        self.wish_asked.emit(name, case)

    @Slot(int)
    def _sort_by(self, column: int) -> None:
        if column in SORT_OF:
            self.filters.ask(msgspec.structs.replace(self.filters.asked, sort=SORT_OF[column]))

    @Slot(int)
    def _open_row(self, row: int) -> None:
        line = self.model.line_at(row)
        if line is not None:
            self.case_asked.emit(line.id)
