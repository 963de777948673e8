"""The table of an analysis as CSV for spreadsheets: UTF-8 with a mark, its method and summary below the rows."""

import csv
from pathlib import Path

from sanping.analysis.findings import Cell, Column, Finding
from sanping.domain.text import Language, Text
from sanping.formats.case_report import defused


def write_finding_csv(path: Path, finding: Finding, language: Language) -> int:
    """Write the table and return how many rows it has. Raises `OSError`."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        table = csv.writer(file)
        table.writerow([column.title.in_language(language) for column in finding.columns] + ["X", "Y", "Z"])
        for row in range(finding.rows):
            place = [f"{value:.2f}" for value in finding.places[row]] if row < len(finding.places) else []
            table.writerow([cell_text(column, row, language) for column in finding.columns] + place)
        table.writerow([])
        for said in (finding.summary, finding.method):
            table.writerow([defused(said.in_language(language))])
    return finding.rows


def cell_text(column: Column, row: int, language: Language) -> str:
    """Return one cell as it is read; a text that a spreadsheet would take for a formula gets an apostrophe."""
    value: Cell = column.values[row]
    if isinstance(value, Text):
        return defused(value.in_language(language))
    if isinstance(value, str):
        return defused(value)
    return number_text(value, column.decimals)


def number_text(value: float, decimals: int) -> str:
    """Return a number as it is read; nothing is less than nothing."""
    return f"{round(value, decimals) + 0.0:.{decimals}f}"
