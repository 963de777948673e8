"""A table of figures as the desk's panels have it: narrow, read whole, its columns as wide as what they hold."""

from collections.abc import Sequence
from itertools import combinations, pairwise

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QHelpEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QTableWidget, QToolTip

ROW_PX = 26
NARROWEST_TEXT_PX, ENOUGH_TEXT_PX, MOST_HEAD_LINES = 72, 120, 3
TABLE_STYLE = (
    "QTableWidget { background: rgba(4,14,32,150); border: 1px solid rgba(70,140,210,90); gridline-color: transparent;"
    " selection-background-color: rgba(50,150,235,120); }"
    "QHeaderView::section { background: rgba(20,60,110,150); color: #a9dcff; border: none; padding: 3px 6px; }"
)


class SmallTable(QTableWidget):
    """Read, not written; whole rows are selected. Call `fit` once it is filled.

    Figures, which are aligned to the right, and titles are never cut: short of room titles fold, then words end in an
    ellipsis and are read whole as a tip; where that is not enough, nothing is cut and the table scrolls sideways. Room
    to spare goes to the longest words.
    """

    def __init__(self) -> None:
        super().__init__()
        self.setStyleSheet(TABLE_STYLE)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setWordWrap(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ROW_PX)

    def fit(self) -> None:
        """Give each column the width of what it holds, within the room there is."""
        columns = range(self.columnCount())
        if not columns:
            return
        room = self.viewport().width()
        cells = [self.sizeHintForColumn(column) for column in columns]
        is_text = [self._holds_words(column) for column in columns]
        heads, wanted = [0], [0]
        for lines in range(1, MOST_HEAD_LINES + 1):
            heads = [self._head(column, lines) for column in columns]
            wanted = [max(cell, head) for cell, head in zip(cells, heads, strict=True)]
            enough = [min(wide, ENOUGH_TEXT_PX) if holds else wide for wide, holds in zip(wanted, is_text, strict=True)]
            if sum(enough) <= room:
                break
        widths = _within(wanted, heads, is_text, room)
        for column, width in zip(columns, widths, strict=True):
            self.setColumnWidth(column, width)

    def rows_px(self, rows: int) -> int:
        """Return the height at which so many rows are seen below the titles."""
        return self.horizontalHeader().sizeHint().height() + ROW_PX * rows + 4

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Fit the columns to another width."""
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self.fit()

    def viewportEvent(self, event: QEvent) -> bool:  # noqa: N802
        """Tell the whole of a cell that is cut."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            index = self.indexAt(event.pos())
            if index.isValid() and self.sizeHintForIndex(index).width() > self.columnWidth(index.column()):
                QToolTip.showText(event.globalPos(), str(index.data()), self.viewport())
                return True
        return super().viewportEvent(event)

    def _holds_words(self, column: int) -> bool:
        items = (self.item(row, column) for row in range(self.rowCount()))
        first = next((item for item in items if item is not None and item.text()), None)
        return first is None or not first.textAlignment() & Qt.AlignmentFlag.AlignRight

    def _head(self, column: int, lines: int) -> int:
        """Fold the title of a column to at most so many lines, over its figures or words; return how wide it is."""
        item, header = self.horizontalHeaderItem(column), self.horizontalHeader()
        if item is None:
            return header.minimumSectionSize()
        side = Qt.AlignmentFlag.AlignLeft if self._holds_words(column) else Qt.AlignmentFlag.AlignRight
        item.setTextAlignment(side | Qt.AlignmentFlag.AlignVCenter)
        words = item.text().replace("\n", " ").split(" ")
        metrics = header.fontMetrics()
        item.setText(min(_foldings(words, lines), key=lambda folded: metrics.size(0, folded).width()))
        return header.sectionSizeHint(column)


def small_table() -> SmallTable:
    """Return an empty table that is read, not written, and selects whole rows."""
    return SmallTable()


def _foldings(words: Sequence[str], lines: int) -> list[str]:
    """Return every way to stand words in so many lines, or in as many as there are words."""
    breaks = combinations(range(1, len(words)), min(lines, len(words)) - 1)
    return ["\n".join(" ".join(words[a:b]) for a, b in pairwise((0, *at, len(words)))) for at in breaks]


def _within(wanted: Sequence[int], heads: Sequence[int], is_text: Sequence[bool], room: int) -> list[int]:
    """Return widths that fill the room: the widest columns of words give way, or the widest takes what is left."""
    widths = list(wanted)
    words = [column for column, holds in enumerate(is_text) if holds]
    least = {column: min(wanted[column], max(heads[column], NARROWEST_TEXT_PX)) for column in words}
    if sum(widths) - sum(wanted[column] - least[column] for column in words) > room:
        return widths  # it scrolls anyway, so that nothing need be cut
    while sum(widths) > room:
        giving = sorted((column for column in words if widths[column] > least[column]), key=lambda one: widths[one])
        floor = widths[giving[-2]] if len(giving) > 1 else 0
        widest = giving[-1]
        widths[widest] = max(least[widest], min(floor, widths[widest] - 1), widths[widest] - (sum(widths) - room))
    spare = room - sum(widths)
    if spare > 0:
        widths[max(words or range(len(widths)), key=lambda column: wanted[column])] += spare
    return widths
