"""A table of figures as the desk's panels have it."""

from PySide6.QtWidgets import QAbstractItemView, QTableWidget

ROW_PX = 26
TABLE_STYLE = (
    "QTableWidget { background: rgba(4,14,32,150); border: 1px solid rgba(70,140,210,90); gridline-color: transparent;"
    " selection-background-color: rgba(50,150,235,120); }"
    "QHeaderView::section { background: rgba(20,60,110,150); color: #a9dcff; border: none; padding: 3px 6px; }"
)


def small_table() -> QTableWidget:
    """Return an empty table that is read, not written, and selects whole rows."""
    table = QTableWidget()
    table.setStyleSheet(TABLE_STYLE)
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.verticalHeader().hide()
    table.verticalHeader().setDefaultSectionSize(ROW_PX)
    return table
