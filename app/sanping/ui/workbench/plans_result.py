"""The right panel of plans: the figures of today and of every alternative side by side, and the plot's conditions."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QBrush, QColor
from PySide6.QtWidgets import QPushButton, QTableWidgetItem, QWidget

from sanping.commands.massing_table import MassingTable
from sanping.domain.text import Language, Text
from sanping.ui.cases.look import CHIP_STYLE, column, plain_label, row
from sanping.ui.reading import Reading
from sanping.ui.small_table import small_table
from sanping.ui.wording import Wording
from sanping.ui.workbench.plan_voting import VotePanel

EXPORT = Text("导出表格…", "Write the table…")
MOST_PX, LEAST_ROWS = 480, 5
VERDICTS = {True: QColor(110, 231, 160), False: QColor(255, 120, 110)}


class PlansResult(QWidget):
    """`export_asked` comes when the person wants the table as a file; `vote` stands below."""

    export_asked = Signal()

    def __init__(self, wording: Wording) -> None:
        super().__init__()
        self._words = wording
        self.found: MassingTable | None = None
        rows = self._rows = column(self, 6)
        self.table = small_table()
        rows.addWidget(self.table, 1)
        self.method = plain_label(role="quiet")
        self._reading = Reading(self.method)
        rows.addWidget(self._reading)
        self.export = QPushButton()
        self.export.setStyleSheet(CHIP_STYLE)
        self._words.put(self.export.setText, EXPORT)
        self.export.clicked.connect(self.export_asked)
        rows.addLayout(row(self.export))
        self.vote = VotePanel(wording)
        rows.addWidget(self.vote)
        rows.addStretch()  # so that a vote alone stands at the top

    def show_table(self, found: MassingTable | None) -> None:
        """Show these figures; None where no area is open."""
        self.found = found
        self.speak(self._words.language)

    def speak(self, language: Language) -> None:
        """Write everything in another language."""
        self.vote.speak(language)
        found = self.found
        self.table.setVisible(found is not None)
        self.export.setEnabled(found is not None)
        self.method.setText("" if found is None else found.method.in_language(language))
        self._reading.updateGeometry()
        if found is None:
            return
        self.table.setColumnCount(len(found.head))
        self.table.setHorizontalHeaderLabels([cell.in_language(language) for cell in found.head])
        self.table.setRowCount(len(found.rows))
        for number, line in enumerate(found.rows):
            for place, cell in enumerate(line.cells):
                item = QTableWidgetItem(cell.in_language(language))
                if place:
                    item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                verdict = line.verdicts[place] if place < len(line.verdicts) else None
                if verdict is not None:
                    item.setForeground(QBrush(VERDICTS[verdict]))
                self.table.setItem(number, place, item)
        self.table.fit()
        self.table.setMinimumHeight(self._table_px(LEAST_ROWS))
        self.updateGeometry()

    def heightForWidth(self, width: int) -> int:  # noqa: N802
        """Return the height at which every row and all words are read, up to so many rows."""
        usual = self._rows.heightForWidth(width) if self._rows.hasHeightForWidth() else self._rows.sizeHint().height()
        if self.found is None:
            return usual
        table = self._table_px(len(self.found.rows)) - self.table.sizeHint().height()
        return usual + table + self.method.heightForWidth(width) - self._reading.sizeHint().height()

    def _table_px(self, rows: int) -> int:
        """Return the height of so many rows with their titles and a bar below, which many alternatives need."""
        return min(MOST_PX, self.table.rows_px(rows) + self.table.horizontalScrollBar().sizeHint().height())
