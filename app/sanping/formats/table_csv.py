"""A table of words as CSV for spreadsheets: UTF-8 with a mark, nothing that a spreadsheet takes for a formula."""

import csv
from collections.abc import Sequence
from pathlib import Path

from sanping.formats.case_report import defused


def write_table_csv(path: Path, head: Sequence[str], lines: Sequence[Sequence[str]]) -> int:
    """Write a head and lines; return how many lines. Numbers stay numbers. Raises `OSError`."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        table = csv.writer(file)
        table.writerow(head)
        for line in lines:
            table.writerow([cell if _is_number(cell) else defused(cell) for cell in line])
    return len(lines)


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True
