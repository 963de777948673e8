"""Reads the adapter's tables: CSV in UTF-8 with a head line."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from sanping.domain.errors import SourceRefused
from sanping.domain.text import Text

_MOST_ROWS = 20_000
_MOST_BYTES = 4 << 20
_NO_TABLE = Text("编码表不是文件，或超过 {most} 字节", "The table is no file, or has more than {most} bytes")
_UNREADABLE = Text(
    "编码表读不了：{why}；请给出 UTF-8 编码的 CSV 文件", "The table cannot be read: {why}; give a CSV file in UTF-8"
)
_NO_COLUMNS = Text("编码表缺少列 {names}", "The table lacks the columns {names}")
_BAD_CELL = Text("编码表第 {line} 行的 {column}“{value}”无效", "Line {line} of the table: wrong {column} “{value}”")

Row = Mapping[str, str]


def rows(path: Path, needed: Sequence[str]) -> Iterator[tuple[int, Row]]:
    """Yield line numbers and cells, stripped. Raises `SourceRefused` for what is no table with the needed columns."""
    try:
        if path.exists() and not (path.is_file() and path.stat().st_size <= _MOST_BYTES):
            raise SourceRefused(_NO_TABLE.with_values(most=_MOST_BYTES), path=str(path))
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            missing = [name for name in needed if name not in (reader.fieldnames or ())]
            if missing:
                raise SourceRefused(_NO_COLUMNS.with_values(names=", ".join(missing)), path=str(path))
            for row, _ in zip(reader, range(_MOST_ROWS), strict=False):
                yield reader.line_num, {name: (row.get(name) or "").strip() for name in reader.fieldnames or ()}
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise SourceRefused(_UNREADABLE.with_values(why=error), path=str(path)) from error


def wrong_cell(path: Path, line: int, column: str, value: str) -> SourceRefused:
    """Return the error that names a cell."""
    return SourceRefused(_BAD_CELL.with_values(line=line, column=column, value=value), path=str(path))
