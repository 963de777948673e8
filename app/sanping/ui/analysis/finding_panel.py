"""What an analysis found: a sentence, the legend, the table, and how it was computed."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from sanping.analysis.findings import Cell, Column, Finding
from sanping.domain.text import Language, Text
from sanping.formats.finding_csv import number_text
from sanping.ui.analysis.course_bar import CourseBar
from sanping.ui.analysis.finding_chart import FindingChart
from sanping.ui.cases.look import plain_label
from sanping.ui.glass import HEADER_HEIGHT, GlassPanel, least_of, remove_widgets, show_widgets
from sanping.ui.icons import Icons
from sanping.ui.reading import Reading
from sanping.ui.small_table import ROW_PX, small_table

TITLE = Text("分析结果", "What was found")
EXPORT, REPORT = Text("导出表格", "Export the table"), Text("写成报告 PDF", "Write a report as PDF")
FILM, STOP_FILM = Text("导出过程影片", "Write a film of its steps"), Text("停止影片", "Stop the film")
CLEAR = Text("清除结果", "Clear")
MORE = Text(
    "表中列出前 {shown} 行，共 {count} 行；导出的表格是全部", "The first {shown} of {count} rows; the export has all"
)
NOTHING = Text(
    "还没有结果：选一种分析，在图上选取，再开始计算。", "Nothing yet: choose an analysis, pick, then compute."
)
MOST_ROWS, LEAST_ROWS = 500, 4
SWATCH_PX = 14


class FindingPanel(GlassPanel):
    """`row_asked` carries the number of a row that the person wants to see, `step_asked` that of a step or −1."""

    row_asked = Signal(int)
    export_asked = Signal()
    report_asked = Signal()
    clear_asked = Signal()
    step_asked = Signal(int)
    film_asked = Signal()

    def __init__(self, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(TITLE, icons, parent)
        self.least_height = HEADER_HEIGHT + 220
        self.finding: Finding | None = None
        self.shown: Finding | None = None
        self.tool_button("export", EXPORT).clicked.connect(self.export_asked)
        self.tool_button("print", REPORT).clicked.connect(self.report_asked)
        self.film = self.tool_button("film", FILM)
        self.film.clicked.connect(self.film_asked)
        self.tool_button("delete", CLEAR).clicked.connect(self.clear_asked)
        self.summary, self.method, self.more = plain_label(), plain_label(role="quiet"), plain_label(role="quiet")
        self.legend_title = plain_label(role="section")
        holder = QWidget()
        self._swatches = QVBoxLayout(holder)
        self._swatches.setContentsMargins(0, 0, 0, 0)
        self._swatches.setSpacing(3)
        self.chart, self.course = FindingChart(), CourseBar(icons)
        self.filming = plain_label(role="quiet")
        self.filming.hide()
        self.course.step_asked.connect(self.step_asked)
        self.table = small_table()
        self.table.cellClicked.connect(self._on_cell)
        self._method = Reading(self.method)
        for widget in (
            self.summary,
            self.course,
            self.filming,
            self.legend_title,
            holder,
            self.chart,
            self.table,
            self.more,
            self._method,
        ):
            self.body.addWidget(widget)
        self.body.setStretchFactor(self.table, 1)
        self.show_finding(None)

    def show_finding(self, finding: Finding | None) -> None:
        """Show this; None for nothing."""
        self.finding = finding
        course = None if finding is None else finding.course
        self.course.show_course(() if course is None else course.titles)
        self.film.setVisible(course is not None)
        self.chart.show_chart(None if finding is None else finding.chart, self.words.language)
        self._show(finding)

    @Slot(object, object)
    def show_filming(self, share: float | None, doing: Text | None) -> None:
        """Show how far the film is, None when none is made; its button stops it meanwhile."""
        self.course.setEnabled(share is None)
        self.words.put(self.film.setToolTip, FILM if share is None else STOP_FILM)
        self.words.put(self.filming.setText, doing or Text("", ""))
        self.filming.setVisible(share is not None)

    def show_step(self, step: Finding) -> None:
        """Show a step of the present finding: its sentence, legend and table; what is exported stays the whole."""
        self._show(step)

    def _show(self, finding: Finding | None) -> None:
        self.shown = finding
        remove_widgets(self._swatches)
        has_rows = self.finding is not None and self.finding.rows > 0
        for widget in (self.legend_title, self._method):
            widget.setVisible(finding is not None)
        self.table.setVisible(has_rows)
        self.more.setVisible(finding is not None and finding.rows > MOST_ROWS)
        self.words.put(self.summary.setText, NOTHING if finding is None else finding.summary)
        self.words.put(self.title_label.setText, TITLE if finding is None else finding.title)
        if finding is not None:
            self.words.put(self.method.setText, finding.method)
            self._method.updateGeometry()
            self.words.put(self.legend_title.setText, finding.legend.title)
            for step in finding.legend.steps:
                self._swatches.addWidget(self._swatch(step.colour, step.title))
            show_widgets(self._swatches)
            self._fill_table(finding)
        self.content_changed.emit()

    def set_language(self, language: Language) -> None:
        """Speak another language."""
        super().set_language(language)
        self.course.speak(language)
        if self.finding is not None:
            self.show_finding(self.finding)

    def wanted_height(self, width: int) -> int:
        """Height at which a dozen rows are seen."""
        if self.is_folded or self.finding is None:
            return super().wanted_height(width)
        inner = width - 28
        words = sum(label.heightForWidth(inner) for label in (self.summary, self.method))
        rows = min(self.finding.rows, 12)
        table = (rows + 1) * ROW_PX + 14 if rows else 0
        table += self.chart.height() if self.finding.chart is not None else 0
        table += self.course.sizeHint().height() if self.finding.course is not None else 0
        return HEADER_HEIGHT + words + table + (len(self.finding.legend.steps) + 1) * 22 + 90

    def least(self, width: int) -> int:
        """Return the height in which nothing lies over anything else."""
        return max(self.least_height, HEADER_HEIGHT + least_of(self.body, width))

    def _swatch(self, colour: tuple[int, int, int], title: Text) -> QWidget:
        holder, patch, label = QWidget(), QLabel(), plain_label(is_wrapped=False)
        patch.setFixedSize(2 * SWATCH_PX, SWATCH_PX)
        patch.setStyleSheet(f"background: {QColor(*colour).name()}; border-radius: 2px;")
        label.setText(self.words.say(title))
        line = QHBoxLayout(holder)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(patch)
        line.addWidget(label)
        line.addStretch(1)
        return holder

    def _fill_table(self, finding: Finding) -> None:
        rows = min(finding.rows, MOST_ROWS)
        self.words.put(self.more.setText, MORE.with_values(shown=rows, count=finding.rows))
        self.table.clear()
        self.table.setRowCount(rows)
        self.table.setColumnCount(len(finding.columns))
        self.table.setHorizontalHeaderLabels([self.words.say(column.title) for column in finding.columns])
        for number, column in enumerate(finding.columns):
            for row in range(rows):
                self.table.setItem(row, number, self._item(column, row))
        self.table.fit()
        self.table.setMinimumHeight(self.table.rows_px(min(rows, LEAST_ROWS)))

    def _item(self, column: Column, row: int) -> QTableWidgetItem:
        value: Cell = column.values[row]
        if isinstance(value, Text):
            return QTableWidgetItem(self.words.say(value))
        if isinstance(value, str):
            return QTableWidgetItem(value)
        item = QTableWidgetItem(number_text(value, column.decimals))
        item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return item

    @Slot(int, int)
    def _on_cell(self, row: int, _column: int) -> None:
        self.row_asked.emit(row)
