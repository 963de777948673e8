"""Reports on cases as XLSX: what it is, a sheet of indicators for each grouping with a chart, and the list.

Every text is written as text, never as a formula or a link.
"""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sanping.domain.case_line import CaseLine
from sanping.domain.text import Text
from sanping.formats import case_words as words
from sanping.formats.case_csv import tell
from sanping.formats.case_report import (
    CaseReport,
    Cell,
    about_rows,
    indicator_cells,
    indicator_head,
    line_cells,
    line_head,
)
from sanping.ports.progress import Progress
from sanping.wire.cases import GroupBy, IndicatorRow

MOST_ROWS = 1_048_575
ON_TIME, REPORTED = Text("按期处置率", "On-time rate"), Text("上报", "Reported")
_FIRST = 3


def write_case_xlsx(path: Path, report: CaseReport, lines: Iterable[CaseLine], progress: Progress) -> int:
    """Write the whole report and return how many cases are listed. Raises `OSError`, `Cancelled` of the progress.

    A list that is longer than a sheet goes on in the next one.
    """
    import xlsxwriter  # noqa: PLC0415  only who writes a report waits for it

    with TemporaryDirectory(prefix="sanping-report-") as folder:
        options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "tmpdir": folder}
        book = xlsxwriter.Workbook(str(path), options)
        try:
            book.set_properties({"title": report.say(report.title), "author": "Sanping 三屏"})
            styles = _styles(book)
            _write_about(book, styles, report)
            for by, rows in report.groups.items():
                _write_group(book, styles, report, (by, rows))
            written = _write_list(book, styles, report, lines, progress)
        except BaseException:
            _leave(book)
            raise
        book.close()
    return written


def _leave(book: Any) -> None:
    """Leave a book without writing it: somebody who stops does not wait for all that was collected."""
    book.fileclosed = True
    for sheet in book.worksheets():
        sheet.row_data_fh.close()


def _styles(book: Any) -> dict[str, Any]:
    face = {"font_name": "Noto Sans SC", "font_size": 10}
    return {
        "text": book.add_format(face),
        "head": book.add_format({**face, "bold": True, "bg_color": "#DCEAF7", "border": 1, "text_wrap": True}),
        "title": book.add_format({**face, "bold": True, "font_size": 14}),
        "moment": book.add_format({**face, "num_format": "yyyy-mm-dd hh:mm:ss"}),
        "rate": book.add_format({**face, "num_format": "0.0%"}),
        "whole": book.add_format({**face, "bold": True, "top": 1}),
        "whole_rate": book.add_format({**face, "bold": True, "top": 1, "num_format": "0.0%"}),
    }


def _write_about(book: Any, styles: dict[str, Any], report: CaseReport) -> None:
    sheet = book.add_worksheet(report.say(words.ABOUT))
    sheet.set_column(0, 0, 18)
    sheet.set_column(1, 1, 60)
    for number, (name, cell) in enumerate(about_rows(report)):
        sheet.write_string(number, 0, str(name), styles["head"])
        _write(sheet, (number, 1), cell, styles)


def _write_group(
    book: Any, styles: dict[str, Any], report: CaseReport, group: tuple[GroupBy, tuple[IndicatorRow, ...]]
) -> None:
    """Write the indicators of one grouping with their sum, and a chart of reports and of the rate on time."""
    by, rows = group
    name = report.say(words.GROUPS[by])
    sheet = book.add_worksheet(name)
    head = indicator_head(report)[1:]
    sheet.set_column(0, 0, 12)
    sheet.set_column(1, 1, 20)
    sheet.set_column(2, len(head), 9.5)
    sheet.freeze_panes(1, 2)
    for column, words_said in enumerate(head):
        sheet.write_string(0, column, words_said, styles["head"])
    first_rate = 2 + len(words.COUNTS)
    for number, row in enumerate((*rows, report.whole), 1):
        is_whole = number > len(rows)
        cells = indicator_cells(report, words.GROUPS[by], row)[1:]
        if is_whole:
            cells[1] = report.say(words.WHOLE)
        for column, cell in enumerate(cells):
            is_rate = column >= first_rate
            style = ("whole_rate" if is_rate else "whole") if is_whole else ("rate" if is_rate else "text")
            _write(sheet, (number, column), cell, styles, style)
    if rows:
        _add_chart(book, sheet, (name, len(rows)), report)


def _add_chart(book: Any, sheet: Any, of: tuple[str, int], report: CaseReport) -> None:
    name, count = of
    on_time = 2 + len(words.COUNTS) + list(words.RATES).index("on_time_rate")
    reported = 2 + list(words.COUNTS).index("reported")
    bars, line = book.add_chart({"type": "column"}), book.add_chart({"type": "line"})
    names = [name, 1, 1, count, 1]
    bars.add_series({"name": report.say(REPORTED), "categories": names, "values": [name, 1, reported, count, reported],
                     "fill": {"color": "#3C8FD9"}})  # fmt: skip
    line.add_series({"name": report.say(ON_TIME), "categories": names, "values": [name, 1, on_time, count, on_time],
                     "y2_axis": True, "line": {"color": "#F2994A", "width": 2}})  # fmt: skip
    line.set_y2_axis({"num_format": "0%", "max": 1})
    bars.combine(line)
    bars.set_title({"name": name})
    bars.set_legend({"position": "bottom"})
    bars.set_size({"width": 960, "height": 340})
    sheet.insert_chart(count + _FIRST, 1, bars)


def _write_list(  # noqa: PLR0913, PLR0917  what, of what, where to, and whom to tell
    book: Any, styles: dict[str, Any], report: CaseReport, lines: Iterable[CaseLine], progress: Progress,
    most: int = MOST_ROWS,
) -> int:  # fmt: skip
    """Write the list; each sheet has its own head."""
    written, row, sheet, part = 0, 0, None, 0
    for line in lines:
        if sheet is None or row >= most:
            part += 1
            sheet, row = _list_sheet(book, styles, report, part), 0
        row += 1
        for column, cell in enumerate(line_cells(report, line)):
            if cell is not None and cell != "":
                _write(sheet, (row, column), cell, styles)
        written += 1
        tell(progress, written, report.total)
    if sheet is None:
        _list_sheet(book, styles, report, 1)
    return written


def _list_sheet(book: Any, styles: dict[str, Any], report: CaseReport, part: int) -> Any:
    name = report.say(words.LIST)
    sheet = book.add_worksheet(name if part == 1 else f"{name} {part}")
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 10, 13)
    sheet.set_column(8, 8, 30)
    sheet.set_column(11, 14, 19)
    sheet.freeze_panes(1, 1)
    for column, head in enumerate(line_head(report)):
        sheet.write_string(0, column, head, styles["head"])
    return sheet


def _write(sheet: Any, at: tuple[int, int], cell: Cell, styles: dict[str, Any], style: str = "text") -> None:
    if cell is None or cell == "":
        sheet.write_blank(*at, None, styles[style])
    elif isinstance(cell, datetime):
        sheet.write_datetime(*at, cell, styles["moment"])
    elif isinstance(cell, str):
        sheet.write_string(*at, cell, styles[style])
    else:
        sheet.write_number(*at, cell, styles[style])
