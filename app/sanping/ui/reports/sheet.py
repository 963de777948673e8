"""A page of a printed report and what is drawn on all of them: heads, tables, bars; lengths are sizes of its text."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QMarginsF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPageLayout, QPageSize, QPainter, QPdfWriter, QPen

from sanping.domain.text import Text
from sanping.formats.case_report import CaseReport

DPI = 144
EM = 18.0
INK, QUIET, LINE = QColor(24, 40, 62), QColor(98, 114, 134), QColor(200, 212, 226)
BLUE, PALE, AMBER = QColor(28, 108, 190), QColor(232, 241, 250), QColor(196, 120, 8)
GREEN, RED = QColor(22, 150, 92), QColor(208, 52, 52)
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
CENTRE = Qt.AlignmentFlag.AlignCenter
PAGE = Text("第 {number} 页", "page {number}")
SIMULATED = Text("含模拟数据，不得用于考核", "holds simulated data, not for assessment")


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column of a table: its head, its share of the width, and whether it holds numbers."""

    head: Text
    share: float
    is_number: bool = False


class Sheet:
    """Writes pages of A4 one after another; `top` is where the next thing goes."""

    def __init__(self, path: Path, report: CaseReport) -> None:
        self.report = report
        self._writer = QPdfWriter(str(path))
        self._writer.setResolution(DPI)
        self._writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
        self._writer.setPageMargins(QMarginsF(15, 14, 15, 14), QPageLayout.Unit.Millimeter)
        self._writer.setTitle(report.say(report.title))
        self._writer.setCreator("Sanping 三屏")
        self.painter = QPainter(self._writer)
        self.painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.width, self.height = float(self._writer.width()), float(self._writer.height())
        self.number, self.top = 1, 0.0
        self._foot()

    @property
    def bottom(self) -> float:
        """Where the foot begins."""
        return self.height - 2.2 * EM

    def end(self) -> None:
        """Finish the file."""
        self.painter.end()

    def turn(self) -> None:
        """Begin the next page."""
        self._writer.newPage()
        self.number += 1
        self.top = 0.0
        self._foot()

    def need(self, tall: float) -> bool:
        """Begin the next page unless so much is left; return whether it did."""
        if self.top + tall <= self.bottom:
            return False
        self.turn()
        return True

    def write(  # noqa: PLR0913  words and how they look
        self, area: QRectF, words: str, colour: QColor = INK, size: float = 1.0, alignment: Qt.AlignmentFlag = LEFT,
        *, is_bold: bool = False,
    ) -> float:  # fmt: skip
        """Write words that end in an ellipsis where they are too long; return their width."""
        font = QFont(self.painter.font())
        font.setPixelSize(max(1, round(size * EM)))
        font.setWeight(QFont.Weight.DemiBold if is_bold else QFont.Weight.Normal)
        self.painter.setFont(font)
        metrics = QFontMetricsF(font, self._writer)
        shown = metrics.elidedText(words, Qt.TextElideMode.ElideRight, area.width() + 1)
        self.painter.setPen(colour)
        self.painter.drawText(area, alignment | Qt.TextFlag.TextDontClip | Qt.TextFlag.TextSingleLine, shown)
        return metrics.horizontalAdvance(shown)

    def heading(self, text: Text, note: Text | None = None) -> None:
        """Write the head of a part."""
        area = QRectF(0, self.top + 0.5 * EM, self.width, 2.0 * EM)
        self.painter.fillRect(QRectF(0, area.top() + 0.35 * EM, 0.32 * EM, 1.3 * EM), BLUE)
        self.write(area.adjusted(0.9 * EM, 0, 0, 0), self.report.say(text), INK, 1.35, is_bold=True)
        if note is not None:
            self.write(area, self.report.say(note), QUIET, 0.9, RIGHT)
        self.line(area.bottom() + 0.1 * EM)
        self.top = area.bottom() + 0.7 * EM

    def line(self, y: float, colour: QColor = LINE) -> None:
        """Draw a thin line across."""
        self.painter.setPen(QPen(colour, 1.0))
        self.painter.drawLine(QPointF(0, y), QPointF(self.width, y))

    def table_head(self, columns: Sequence[Column]) -> None:
        """Write the heads of the columns of a table."""
        row = QRectF(0, self.top, self.width, 1.7 * EM)
        self.painter.fillRect(row, PALE)
        for column, area in zip(columns, self._cells(columns, row), strict=True):
            self.write(area, self.report.say(column.head), INK, 0.86, RIGHT if column.is_number else LEFT, is_bold=True)
        self.top = row.bottom()

    def table_row(self, columns: Sequence[Column], cells: Sequence[str], *, colour: QColor = INK) -> None:
        """Write one row; on a new page the heads come again."""
        if self.need(1.45 * EM):
            self.table_head(columns)
        row = QRectF(0, self.top, self.width, 1.45 * EM)
        for column, area, cell in zip(columns, self._cells(columns, row), cells, strict=True):
            self.write(area, cell, colour, 0.86, RIGHT if column.is_number else LEFT)
        self.line(row.bottom())
        self.top = row.bottom()

    def _cells(self, columns: Sequence[Column], row: QRectF) -> list[QRectF]:
        total, left, found = sum(column.share for column in columns), row.left(), []
        for column in columns:
            wide = row.width() * column.share / total
            found.append(QRectF(left + 0.3 * EM, row.top(), wide - 0.6 * EM, row.height()))
            left += wide
        return found

    def _foot(self) -> None:
        y = self.height - 1.6 * EM
        self.line(y)
        area = QRectF(0, y + 0.1 * EM, self.width, 1.4 * EM)
        self.write(area, self.report.say(self.report.title), QUIET, 0.8)
        self.write(area, self.report.say(PAGE.with_values(number=self.number)), QUIET, 0.8, RIGHT)
        if self.report.is_simulated:
            self.write(area, self.report.say(SIMULATED), AMBER, 0.8, CENTRE)
