"""What a planner chooses to measure, and the list of what was measured."""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QButtonGroup, QCheckBox, QGridLayout, QLabel, QPushButton, QTableWidgetItem, QWidget

from sanping.commands.measurements import ENTRIES, KINDS, MeasureKind
from sanping.domain.text import Text
from sanping.ui.cases.look import CHIP_STYLE, column, plain_label, row
from sanping.ui.number_field import NumberField
from sanping.ui.small_table import small_table
from sanping.ui.wording import Wording

SNAP = Text("捕捉角点、棱边与已有的点", "Catch corners, edges and earlier places")
LEVEL = Text("设计标高（米）", "Level (m)")
COPY, CSV, REMOVE = Text("复制", "Copy"), Text("导出 CSV…", "Write CSV…"), Text("移除所选", "Remove chosen")
HEAD = (Text("序", "No."), Text("量测", "Measured"), Text("项目", "Figure"), Text("数值", "Value"),
        Text("单位", "Unit"), Text("说明", "Remark"))  # fmt: skip
CHIP_COLUMNS = 4
NUMBER_COLUMN, SAID_ONCE = 3, (0, 1, 5)


class MeasureForm(QWidget):
    """`kind_asked` carries the kind to measure; `level_entered` the level of earthwork."""

    kind_asked = Signal(str)
    level_entered = Signal(float)
    snapping_asked = Signal(bool)

    def __init__(self, words: Wording) -> None:
        super().__init__()
        self._words = words
        rows = column(self, 6)
        grid = QGridLayout()
        grid.setSpacing(4)
        rows.addLayout(grid)
        self._group = QButtonGroup(self)
        self.chips: dict[str, QPushButton] = {}
        for number, entry in enumerate(KINDS):
            chip = self.chips[entry.name] = QPushButton()
            chip.setCheckable(True)
            chip.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            chip.setStyleSheet(CHIP_STYLE)
            words.put(chip.setText, entry.title)
            words.put(chip.setToolTip, entry.hint)
            chip.clicked.connect(partial(self.kind_asked.emit, entry.name))
            self._group.addButton(chip)
            grid.addWidget(chip, number // CHIP_COLUMNS, number % CHIP_COLUMNS)
        self.hint = plain_label()
        rows.addWidget(self.hint)
        self.snapping = QCheckBox()
        self.snapping.setChecked(True)
        self.snapping.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.snapping.toggled.connect(self.snapping_asked)
        words.put(self.snapping.setText, SNAP)
        rows.addWidget(self.snapping)
        self._level_row, self.level = QWidget(), NumberField(-1000.0, 9000.0, 2)
        self.level.show_number(0.0)
        self.level.number_entered.connect(self.level_entered)
        label = QLabel()
        words.put(label.setText, LEVEL)
        column(self._level_row, 0).addLayout(row(label, self.level))
        rows.addWidget(self._level_row)

    def show_kind(self, kind: MeasureKind) -> None:
        """Show what is measured, and how."""
        self.chips[kind].setChecked(True)
        self._words.put(self.hint.setText, ENTRIES[kind].hint)
        self._level_row.setVisible(kind == "earth")


class MeasureList(QWidget):
    """The table of measurements; `remove_asked` carries the numbers of chosen lines."""

    copy_asked = Signal()
    export_asked = Signal()
    remove_asked = Signal(object)

    def __init__(self, words: Wording) -> None:
        super().__init__()
        self._words = words
        rows = column(self, 6)
        self.table = small_table()
        rows.addWidget(self.table, 1)
        self.scale = plain_label(role="quiet")
        rows.addWidget(self.scale)
        self.copy, self.export, self.remove = QPushButton(), QPushButton(), QPushButton()
        asked: tuple[tuple[QPushButton, Text, Callable[[], None]], ...] = (
            (self.copy, COPY, self.copy_asked.emit), (self.export, CSV, self.export_asked.emit),
            (self.remove, REMOVE, self._ask_to_remove))  # fmt: skip
        for button, words_on_it, called in asked:
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            words.put(button.setText, words_on_it)
            button.clicked.connect(called)
        rows.addLayout(row(self.copy, self.export, self.remove))

    def show_lines(self, lines: Sequence[Sequence[Text]]) -> None:
        """Show the lines of a table."""
        self.table.setColumnCount(len(HEAD))
        self.table.setHorizontalHeaderLabels([self._words.say(title) for title in HEAD])
        self.table.setRowCount(len(lines))
        before: Text | None = None
        for number, line in enumerate(lines):
            is_same, before = line[0] == before, line[0]
            for place, cell in enumerate(line):
                is_said = is_same and place in SAID_ONCE
                item = QTableWidgetItem("" if is_said else self._words.say(cell))
                if place == NUMBER_COLUMN:
                    item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                self.table.setItem(number, place, item)
        self.table.fit()
        for button in (self.copy, self.export, self.remove):
            button.setEnabled(bool(lines))

    @Slot()
    def _ask_to_remove(self) -> None:
        self.remove_asked.emit(sorted({index.row() for index in self.table.selectedIndexes()}))
