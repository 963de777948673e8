"""The comparison of a plan's alternatives as CSV or XLSX; numbers stay numbers, its method stands below."""

from pathlib import Path

from sanping.commands.massing_table import MassingTable
from sanping.domain.text import Language
from sanping.formats.table_csv import write_table_csv

_NARROW, _WIDE = 14, 30
_COLOURS = {True: "#0A7A3C", False: "#C0271B"}


def write_massing(path: Path, title: str, table: MassingTable, language: Language) -> None:
    """Write a table by the ending of its path. Raises `OSError`."""
    head = [cell.in_language(language) for cell in table.head]
    lines = [[cell.in_language(language) for cell in row.cells] for row in table.rows]
    method = table.method.in_language(language)
    if path.suffix.lower() == ".csv":
        plain = [[cell.replace(",", "") if _number(cell) is not None else cell for cell in line] for line in lines]
        write_table_csv(path, head, [*plain, [method]])
    else:
        _write_xlsx(path, title, (head, lines, method), table)


def _write_xlsx(path: Path, title: str, words: tuple[list[str], list[list[str]], str], table: MassingTable) -> None:
    import xlsxwriter  # noqa: PLC0415  only who writes a table waits for it
    from xlsxwriter.exceptions import XlsxFileError  # noqa: PLC0415

    head, lines, method = words
    book = xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": title, "author": "Sanping 三屏"})
    face = {"font_name": "Noto Sans SC", "font_size": 10}
    bold = book.add_format({**face, "bold": True, "bg_color": "#DCEAF7", "border": 1})
    styles = {verdict: book.add_format({**face, "num_format": "#,##0.##", **_colour(verdict)})
              for verdict in (None, True, False)}  # fmt: skip
    sheet = book.add_worksheet()
    sheet.set_column(0, 0, _WIDE)
    sheet.set_column(1, len(head), _NARROW)
    for column, cell in enumerate(head):
        sheet.write_string(0, column, cell, bold)
    for number, (line, row) in enumerate(zip(lines, table.rows, strict=True), 1):
        for column, cell in enumerate(line):
            style = styles[row.verdicts[column] if column < len(row.verdicts) else None]
            value = _number(cell) if column else None
            if value is None:
                sheet.write_string(number, column, cell, style)
            else:
                sheet.write_number(number, column, value, style)
    sheet.write_string(len(lines) + 2, 0, method, book.add_format(face))
    try:
        book.close()
    except XlsxFileError as error:
        raise OSError(str(error)) from error


def _colour(verdict: bool | None) -> dict[str, str]:
    return {} if verdict is None else {"font_color": _COLOURS[verdict]}


def _number(cell: str) -> float | None:
    try:
        return float(cell.replace(",", ""))
    except ValueError:
        return None
