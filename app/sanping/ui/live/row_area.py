"""A scroll area that shows whole rows only: no row is cut in half at its foot."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QScrollArea, QWidget


class RowArea(QScrollArea):
    """Holds one widget made of rows of the same height in pixels."""

    def __init__(self, rows: QWidget, row_px: int) -> None:
        super().__init__()
        self._row_px = row_px
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidget(rows)
        self.verticalScrollBar().setSingleStep(row_px)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Leave what is less than a row below the rows."""
        super().resizeEvent(event)
        spare = self.height() % self._row_px if self.height() > self._row_px else 0
        self.setViewportMargins(0, 0, 0, spare)
