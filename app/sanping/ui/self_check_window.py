"""A standard clause by clause: where the product answers it, how it stands on this machine, what is left to people."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QColor, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from sanping.domain.text import Language, Text
from sanping.formats.clause_list import Answered, State
from sanping.ui.theme import AMBER_NAME, QUIET_NAME, RED_NAME, TEXT_NAME

TITLE = Text("安全与合规自查", "Self-check")
HEAD = (
    Text("状态", "State"), Text("条款", "Clause"), Text("产品如何回答", "How the product answers"),
    Text("本机如何", "How it stands here"), Text("运维要做的", "What is left to the operator"),
)  # fmt: skip
STATES: tuple[tuple[State, Text, str], ...] = (
    ("met", Text("✓ 符合", "✓ Met"), "#6fe0a6"),
    ("unmet", Text("✗ 不符", "✗ Not met"), RED_NAME),
    ("open", Text("○ 待人工确认", "○ To confirm"), AMBER_NAME),
)
ALL = Text("全部", "All")
SEARCH = Text("查找条款、词语", "Find a clause or a word")
LOOKING = Text("正在核对本机…", "Looking at this machine…")
SUM = Text(
    "符合 {met} 条，不符 {unmet} 条，本机看不到、须人工确认 {open} 条。看的是本机；它不是测评。",
    "{met} met, {unmet} not met, {open} not to be seen from here. This machine is looked at; it is no assessment.",
)
NOT_LOOKED = Text("不在本机核对", "Not looked at here")
CLOSE = Text("关闭", "Close")
_ID = Qt.ItemDataRole.UserRole
_WIDTHS = (134, 206)
HERE = 3


class SelfCheckWindow(QDialog):
    """Shows what was found of one standard; `standard_asked` carries the name of another one."""

    standard_asked = Signal(str)

    def __init__(self, standards: Sequence[tuple[str, Text]], language: Language, parent: QWidget | None) -> None:
        super().__init__(parent)
        self._language: Language = language
        self._found: Sequence[Answered] = ()
        self.resize(1240, 760)
        self.setWindowTitle(TITLE.in_language(language))
        self.standards, self.state, self.search = QComboBox(), QComboBox(), QLineEdit()
        for name, title in standards:
            self.standards.addItem(title.in_language(language), name)
        self.state.addItem(ALL.in_language(language), "")
        for state, title, _ in STATES:
            self.state.addItem(title.in_language(language), state)
        self.search.setPlaceholderText(SEARCH.in_language(language))
        self.search.setClearButtonEnabled(True)
        self.search.setFixedWidth(240)
        self.standards.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.table = self._made_table()
        self.note = QLabel(LOOKING.in_language(language))
        self.note.setProperty("role", "quiet")
        self.note.setWordWrap(True)
        self._arrange()
        self.standards.currentIndexChanged.connect(self._on_standard)
        self.state.currentIndexChanged.connect(self._fill)
        self.search.textChanged.connect(self._fill)

    @property
    def standard(self) -> str:
        """The name of the standard that is shown."""
        return str(self.standards.currentData())

    def show_found(self, found: Sequence[Answered]) -> None:
        """Show what was found."""
        self._found = found
        counts = {state: sum(one.state == state for one in found) for state, _, _ in STATES}
        self.note.setText(SUM.with_values(**counts).in_language(self._language))
        self._fill()

    def show_failure(self, why: Text) -> None:
        """Say why nothing was found."""
        self.note.setText(why.in_language(self._language))

    def _made_table(self) -> QTableWidget:
        table = QTableWidget(0, len(HEAD))
        table.setHorizontalHeaderLabels([title.in_language(self._language) for title in HEAD])
        table.verticalHeader().hide()
        table.setWordWrap(True)
        table.setStyleSheet("QTableView::item { padding: 5px 8px; }")
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        head = table.horizontalHeader()
        for column, wide in enumerate(_WIDTHS):
            table.setColumnWidth(column, wide)
        for column in range(len(_WIDTHS), len(HEAD)):
            head.setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)
        return table

    def _arrange(self) -> None:
        column, row, foot = QVBoxLayout(self), QHBoxLayout(), QHBoxLayout()
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(10)
        row.addWidget(self.standards, 1)
        row.addWidget(self.state)
        row.addWidget(self.search)
        close = QPushButton(CLOSE.in_language(self._language))
        close.setAutoDefault(False)
        close.clicked.connect(self.reject)
        foot.addWidget(self.note, 1)
        foot.addWidget(close)
        column.addLayout(row)
        column.addWidget(self.table, 1)
        column.addLayout(foot)

    @Slot()
    def _on_standard(self) -> None:
        self._found = ()
        self.note.setText(LOOKING.in_language(self._language))
        self._fill()
        self.standard_asked.emit(self.standard)

    @Slot()
    def _fill(self) -> None:
        state, word = self.state.currentData(), self.search.text().strip().casefold()
        shown = [
            (one, cells)
            for one, cells in ((one, self._cells(one)) for one in self._found)
            if state in ("", one.state) and (not word or any(word in cell.casefold() for cell in cells))
        ]
        self.table.setRowCount(len(shown))
        for row, (one, cells) in enumerate(shown):
            for column, text in enumerate(cells):
                item = QTableWidgetItem(text)
                item.setTextAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
                item.setForeground(QColor(_colour(one, column)))
                item.setData(_ID, one.clause.id)
                self.table.setItem(row, column, item)
        self.table.resizeRowsToContents()

    def _cells(self, one: Answered) -> tuple[str, ...]:
        clause = one.clause
        title = next(title for state, title, _ in STATES if state == one.state)
        here = "\n".join(finding.words.in_language(self._language) for finding in one.findings)
        return (
            title.in_language(self._language),
            f"{clause.id}\n{clause.title.text().in_language(self._language)}",
            clause.answer.text().in_language(self._language),
            here or NOT_LOOKED.in_language(self._language),
            clause.operator.text().in_language(self._language) or "—",
        )

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Let the rows be as high as their words need."""
        super().resizeEvent(event)
        self.table.resizeRowsToContents()


def _colour(one: Answered, column: int) -> str:
    if column == 0 or (column == HERE and one.findings):
        return next(colour for state, _, colour in STATES if state == one.state)
    return QUIET_NAME if column in (HERE, HERE + 1) else TEXT_NAME
