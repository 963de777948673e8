"""Reports on cases as CSV for spreadsheets: UTF-8 with a mark at its beginning, so that Chinese is read as Chinese."""

import csv
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from sanping.domain.case_line import CaseLine
from sanping.domain.text import Text
from sanping.formats.case_report import (
    CaseReport,
    Cell,
    indicator_head,
    indicator_rows,
    line_cells,
    line_head,
)
from sanping.ports.progress import Progress

WRITING = Text("正在写案件清单：{done} / {total}", "Writing cases: {done} of {total}")
REPORTED_EACH = 1000


def write_case_csv(path: Path, report: CaseReport, lines: Iterable[CaseLine], progress: Progress) -> int:
    """Write the list of cases and return how many there are. Raises `OSError`, and `Cancelled` of the progress."""
    written = 0
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        table = csv.writer(file)
        table.writerow(line_head(report))
        for line in lines:
            table.writerow([_plain(cell) for cell in line_cells(report, line)])
            written += 1
            tell(progress, written, report.total)
    return written


def write_indicator_csv(path: Path, report: CaseReport) -> None:
    """Write the indicators, one row a group. Raises `OSError`."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        table = csv.writer(file)
        table.writerow(indicator_head(report))
        table.writerows([_plain(cell) for cell in row] for row in indicator_rows(report))


def tell(progress: Progress, done: int, total: int) -> None:
    """Say how far the list is, now and then."""
    if done % REPORTED_EACH == 0 or done == total:
        progress.report(done / max(1, total, done), WRITING.with_values(done=done, total=max(total, done)))


def _plain(cell: Cell) -> str | int | float:
    if isinstance(cell, datetime):
        return f"{cell:%Y-%m-%d %H:%M:%S}"
    return "" if cell is None else cell
