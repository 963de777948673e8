"""What a tool keeps as a list: how many there are, the table, and the buttons below it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QTableWidgetItem, QWidget

from sanping.domain.text import Text
from sanping.ui.cases.look import column, plain_label
from sanping.ui.small_table import small_table
from sanping.ui.wording import Wording
from sanping.ui.workbench.tool_form import ToolForm


class TablePanel(QWidget):
    """One row is selected at most. `told` says how many there are, or what to do when there is none."""

    def __init__(self, words: Wording, heads: Sequence[Text]) -> None:
        super().__init__()
        self.words = words
        self._heads = heads
        self.rows = column(self, 6)
        self.told = plain_label(role="quiet")
        self.table = small_table()
        self.table.setColumnCount(len(heads))
        self.rows.addWidget(self.told)
        self.rows.addWidget(self.table, 1)

    def add_buttons(self, form: ToolForm) -> None:
        """Put the buttons of a form below the table."""
        self.rows.addWidget(form)

    @contextmanager
    def filling(self, count: int, chosen: int) -> Iterator[None]:
        """Make room for as many rows, which the caller fills in silence, then select one; none when it is not there."""
        with QSignalBlocker(self.table):
            self.table.setHorizontalHeaderLabels([self.words.say(head) for head in self._heads])
            self.table.setRowCount(count)
            yield
            self.table.clearSelection()
            if 0 <= chosen < count:
                self.table.selectRow(chosen)
            self.table.fit()

    def selected_item(self) -> QTableWidgetItem | None:
        """Return the first cell of the selected row."""
        rows = self.table.selectionModel().selectedRows()
        return self.table.item(rows[0].row(), 0) if rows else None
