"""A report on cases for print: a first page with the twin and the figures, charts, tables, and the list of cases."""

from collections.abc import Iterable
from itertools import islice
from pathlib import Path

from PySide6.QtGui import QImage

from sanping.domain.case import STATE_TITLES
from sanping.domain.case_line import CaseLine
from sanping.domain.errors import StoreFailed
from sanping.domain.text import Text
from sanping.formats import case_words as words
from sanping.formats.case_csv import tell
from sanping.formats.case_report import CaseReport
from sanping.ports.progress import Progress
from sanping.ui.reports.charts import paint_bars, paint_course, paint_cover, paint_figures, paint_rates
from sanping.ui.reports.sheet import EM, INK, RED, Column, Sheet
from sanping.wire.cases import GroupBy, IndicatorRow

MOST_LISTED = 2000
MOST_ROWS: dict[GroupBy, int] = {"area": 40, "department": 40, "class": 40, "source": 20, "day": 400}
_DAYS = Text("每日上报与结案", "Reported and closed by day")
_LISTED = Text(
    "共 {total} 件，列出前 {most} 件，全部见 XLSX 或 CSV", "the first {most} of {total}; XLSX and CSV have all"
)
_ALL = Text("共 {total} 件", "{total} cases")
_NONE = Text("该时段没有案件", "No case was reported in this span")
_UNFIT = Text("PDF 无法写入；请检查磁盘空间和权限", "The PDF cannot be written; check disk space and permissions")
_TABLE = (
    Column(head=Text("名称", "Name"), share=3.2),
    Column(head=Text("上报", "Reported"), share=1.1, is_number=True),
    Column(head=Text("立案", "Filed"), share=1.1, is_number=True),
    Column(head=Text("已处置", "Handled"), share=1.2, is_number=True),
    Column(head=Text("结案", "Closed"), share=1.1, is_number=True),
    Column(head=Text("超时", "Overdue"), share=1.1, is_number=True),
    Column(head=Text("按期处置率", "On time"), share=1.5, is_number=True),
    Column(head=Text("结案率", "Closing rate"), share=1.4, is_number=True),
    Column(head=Text("返工率", "Rework rate"), share=1.4, is_number=True),
    Column(head=Text("满意率", "Satisfaction"), share=1.4, is_number=True),
)
_LIST = (
    Column(head=Text("案卷号", "Number"), share=3.3),
    Column(head=Text("类别", "Class"), share=1.7),
    Column(head=Text("区域", "Area"), share=1.8),
    Column(head=Text("地点", "Place"), share=3.2),
    Column(head=Text("处置部门", "Department"), share=2.0),
    Column(head=Text("状态", "State"), share=1.2),
    Column(head=Text("上报时间", "Reported"), share=1.9),
    Column(head=Text("结案时间", "Closed"), share=1.9),
)


def write_case_pdf(
    path: Path, report: CaseReport, lines: Iterable[CaseLine], progress: Progress, picture: bytes = b""
) -> int:
    """Write the report and return how many cases are listed; an application must be running, for its fonts.

    Raises `StoreFailed` when the file cannot be written, and `Cancelled` of the progress.
    """
    sheet = Sheet(path, report)
    if not sheet.painter.isActive():
        raise StoreFailed(_UNFIT, path=str(path))
    try:
        paint_cover(sheet, QImage.fromData(picture))
        paint_figures(sheet)
        paint_rates(sheet)
        days = report.groups.get("day", ())
        if days:
            sheet.need(18 * EM)
            sheet.heading(_DAYS)
            paint_course(sheet, days)
        sheet.turn()
        for by in ("area", "department", "class", "source"):
            rows = report.groups.get(by, ())
            if rows:
                _write_group(sheet, by, rows)
        return _write_list(sheet, lines, progress)
    finally:
        sheet.end()


def _write_group(sheet: Sheet, by: GroupBy, rows: tuple[IndicatorRow, ...]) -> None:
    """Write bars of the largest groups, and all of them as a table."""
    sheet.need(20 * EM)
    sheet.heading(words.GROUPS[by])
    paint_bars(sheet, rows)
    sheet.need(6 * EM)
    sheet.table_head(_TABLE)
    for row in (*rows[: MOST_ROWS[by]], sheet.report.whole):
        is_whole = row is sheet.report.whole
        name = words.WHOLE if is_whole else Text(row.title_zh, row.title_en or row.title_zh)
        counts = [f"{row.counts.get(key, 0):,}" for key in ("reported", "filed", "handled", "closed", "overdue")]
        rates = [_rate(row, key) for key in ("on_time_rate", "closing_rate", "rework_rate", "satisfaction_rate")]
        sheet.table_row(_TABLE, [sheet.report.say(name), *counts, *rates])
    sheet.top += EM


def _rate(row: IndicatorRow, key: str) -> str:
    return f"{100 * row.rates[key]:.1f}%" if key in row.rates else "—"


def _write_list(sheet: Sheet, lines: Iterable[CaseLine], progress: Progress) -> int:
    report = sheet.report
    sheet.turn()
    is_cut = report.total > MOST_LISTED
    note = _LISTED.with_values(total=report.total, most=MOST_LISTED) if is_cut else _ALL.with_values(total=report.total)
    sheet.heading(words.LIST, note)
    sheet.table_head(_LIST)
    written, most = 0, min(report.total, MOST_LISTED)
    for line in islice(lines, MOST_LISTED):
        is_late = line.is_open and 0 < line.due_ms < report.made_ms
        sheet.table_row(_LIST, _cells(report, line), colour=RED if is_late else INK)
        written += 1
        tell(progress, written, most)
    if not written:
        sheet.table_row(_LIST, [report.say(_NONE), *[""] * (len(_LIST) - 1)])
    return written


def _cells(report: CaseReport, line: CaseLine) -> list[str]:
    reported, closed = report.moment(line.reported_ms), report.moment(line.closed_ms)
    department = report.departments.get(line.department, Text(line.department, line.department))
    return [
        line.id,
        report.say(Text(line.title_zh, line.title_en or line.title_zh)),
        report.say(report.area(line.area)),
        line.address,
        report.say(department),
        report.say(STATE_TITLES[line.state]),
        f"{reported:%m-%d %H:%M}" if reported else "",
        f"{closed:%m-%d %H:%M}" if closed else "",
    ]
