"""A table of many objects: cells are made when they are seen, columns are sorted by a click on their head."""

from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal, Slot
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from sanping.analysis.object_table import NumberColumn, WordColumn
from sanping.commands.attribute_words import class_words, value_words
from sanping.commands.object_facts import NAME_KEYS
from sanping.commands.object_query import QueryResult, cell_of, field_title
from sanping.domain.text import Language, Text
from sanping.stage.state import FeatureRef
from sanping.ui.small_table import ROW_PX, TABLE_STYLE

NAME, LAYER = Text("名称", "Name"), Text("图层", "Layer")
MOST_FIELDS = 16
LEAST_PX, NAME_PX, MOST_PX = 52, 132, 170
Index = QModelIndex | QPersistentModelIndex
_TOP = QModelIndex()


class ObjectRows(QAbstractTableModel):
    """The objects of a result: name, layer, then the fields that any of them has, those asked for first."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.language: Language = "zh"
        self.keys: tuple[str, ...] = ()
        self._result = QueryResult()
        self._part: npt.NDArray[np.int64] = np.zeros(0, np.int64)
        self._row: npt.NDArray[np.int64] = np.zeros(0, np.int64)

    def show_result(self, result: QueryResult) -> None:
        """Show these objects in the order in which they were found."""
        self.beginResetModel()
        self._result = result
        asked = [one.field for one in result.query.conditions]
        known = [key for part in result.parts for key in part.table.columns if key not in NAME_KEYS]
        self.keys = tuple(dict.fromkeys([*(key for key in asked if key in known), *known]))[:MOST_FIELDS]
        counts = [len(part.rows) for part in result.parts]
        self._part = np.repeat(np.arange(len(counts)), counts)
        self._row = np.concatenate([np.zeros(0, np.int64), *(part.rows for part in result.parts)])
        self.endResetModel()

    def ref(self, row: int) -> FeatureRef:
        """Return which object a row is."""
        return self._result.parts[int(self._part[row])].table.ref(int(self._row[row]))

    def rowCount(self, parent: Index = _TOP) -> int:  # noqa: N802
        """Return how many objects there are."""
        return 0 if parent.isValid() else len(self._row)

    def columnCount(self, parent: Index = _TOP) -> int:  # noqa: N802
        """Return how many columns there are."""
        return 0 if parent.isValid() else 2 + len(self.keys)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:  # noqa: N802
        """Return what a column is called."""
        if role != Qt.ItemDataRole.DisplayRole or orientation != Qt.Orientation.Horizontal:
            return None
        title = (NAME, LAYER)[section] if section < 2 else field_title(self.keys[section - 2])
        return title.in_language(self.language)

    def data(self, index: Index, role: int = 0) -> Any:
        """Return a cell as it is read."""
        place = index.column()
        if role == Qt.ItemDataRole.TextAlignmentRole and place >= 2:
            side = Qt.AlignmentFlag.AlignRight if self._is_number(place) else Qt.AlignmentFlag.AlignLeft
            return int(side | Qt.AlignmentFlag.AlignVCenter)
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return self._words(index.row(), place)
        return None

    def _is_number(self, place: int) -> bool:
        columns = [part.table.columns.get(self.keys[place - 2]) for part in self._result.parts]
        return not any(isinstance(column, WordColumn) for column in columns)

    def _words(self, number: int, place: int) -> str:
        table, row = self._result.parts[int(self._part[number])].table, int(self._row[number])
        if place == 0:
            name = table.name(row)
            return name.in_language(self.language) if name is not None else table.ids[row]
        if place == 1:
            return table.title.in_language(self.language)
        cell = cell_of(table, row, self.keys[place - 2])
        if isinstance(cell, float):
            return _written(cell, self.language)
        return "" if cell is None else class_words(cell).in_language(self.language)

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column; objects without a value come last."""
        if not len(self._row) or column < 0:
            return
        self.layoutAboutToBeChanged.emit()
        by = self._sort_keys(column)
        filled = np.array([key is not None for key in by])
        places = np.flatnonzero(filled).tolist()
        places.sort(key=lambda place: by[place], reverse=order == Qt.SortOrder.DescendingOrder)
        whole = np.array([*places, *np.flatnonzero(~filled).tolist()], np.int64)
        self._part, self._row = self._part[whole], self._row[whole]
        self.layoutChanged.emit()

    def _sort_keys(self, column: int) -> list[Any]:
        if column >= 2:
            return self._field_keys(self.keys[column - 2])
        return [self._words(row, column) for row in range(len(self._row))]

    def _field_keys(self, key: str) -> list[Any]:
        columns = [part.table.columns.get(key) for part in self._result.parts]
        are_numbers = not any(isinstance(column, WordColumn) for column in columns)
        found: list[Any] = [None] * len(self._row)
        for number, column in enumerate(columns):
            mine = np.flatnonzero(self._part == number)
            rows = self._row[mine]
            if isinstance(column, NumberColumn):
                for place, value in zip(mine.tolist(), column.values[rows].tolist(), strict=True):
                    found[place] = None if value != value else value if are_numbers else f"{value:g}"  # noqa: PLR0124
            elif isinstance(column, WordColumn):
                for place, code in zip(mine.tolist(), column.codes[rows].tolist(), strict=True):
                    found[place] = column.words[code] if code >= 0 else None
        return found


class ObjectRowsView(QTableView):
    """`picked` carries the object whose row was clicked."""

    picked = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.rows = ObjectRows(self)
        self.setModel(self.rows)
        self.setStyleSheet(TABLE_STYLE.replace("QTableWidget", "QTableView"))
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setSortingEnabled(True)
        self.setWordWrap(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ROW_PX)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.clicked.connect(self._on_clicked)

    def show_result(self, result: QueryResult) -> None:
        """Show these objects."""
        self.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self.rows.show_result(result)
        self.resizeColumnsToContents()
        for place in range(self.rows.columnCount()):
            least = NAME_PX if place == 0 else LEAST_PX
            self.setColumnWidth(place, min(MOST_PX, max(least, self.columnWidth(place))))
        self.scrollToTop()

    def speak(self, language: Language) -> None:
        """Speak another language."""
        self.rows.language = language
        self.rows.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, self.rows.columnCount() - 1)
        self.viewport().update()

    @Slot(QModelIndex)
    def _on_clicked(self, index: QModelIndex) -> None:
        self.picked.emit(self.rows.ref(index.row()))


def _written(value: float, language: Language) -> str:
    """Write a number; one that names a year or a code has no separators."""
    if value.is_integer() and abs(value) < 10_000:
        return f"{value:.0f}"
    return value_words(value, language)
