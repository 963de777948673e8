"""Reads CSV tables of governance row by row: every cell checked, every error with file and line. No table's meaning."""

import csv
import io
from collections.abc import Callable, Mapping
from datetime import date
from importlib import resources
from pathlib import Path
from typing import Any, TypeVar

from sanping.domain.errors import FileBroken, InputError
from sanping.domain.text import Text

LARGEST_BYTES = 16 << 20
DAY_S = 86_400

CANNOT_READ = Text("治理数据表无法读取：{reason}", "The table of governance cannot be read: {reason}")
BROKEN = Text("这一行无效：{reason}；请改正", "This row is invalid: {reason}; correct it")
DOUBLED = Text("{key} 出现两次", "{key} occurs twice")
_LACKS = Text("数据表缺少列：{columns}；请补上表头", "The table lacks the columns {columns}; add them to its header")
_EMPTY = Text(
    "数据表没有数据行；请填写，或删除文件以使用自带的表", "The table has no rows; fill it, or remove the file"
)
_CHOICE = Text("{column} 写作“{value}”，只能是 {known}", "{column} is “{value}”; it must be one of {known}")
_NUMBER = Text(
    "{column} 写作“{value}”，应为 {low} 到 {high} 之间的数",
    "{column} is “{value}”; it must be a number {low} to {high}",
)
_DATE = Text("{column} 写作“{value}”，应为 2026-02-17 样式的日期", "{column} is “{value}”; write a date as 2026-02-17")
_CLOCK = Text("{column} 写作“{value}”，应为 08:30 样式的时刻", "{column} is “{value}”; write a time as 08:30")
_BLANK = Text("{column} 为空", "{column} is blank")
_NO_SOURCE = Text("source 为空；请写明依据的标准、版次和条款", "source is blank; name standard, edition and clause")

Row = Mapping[str, str]
Value = TypeVar("Value")
Choice = TypeVar("Choice", bound=str)


def keyed(
    path: str, text: str, columns: set[str], read: Callable[[Row], Value], key: Callable[[Value], Any]
) -> dict[Any, Value]:
    """Return the rows of the table `text` by key.

    Raises `FileBroken` with `path` and the line of the first row that is wrong, or for columns that are lacking.
    """
    rows = csv.DictReader(io.StringIO(text, newline=""), restval="")
    lacking = sorted(columns - set(rows.fieldnames or ()))
    if lacking:
        raise FileBroken(_LACKS.with_values(columns=", ".join(lacking)), path=path)
    found: dict[Any, Value] = {}
    for row in rows:
        place = f"line {rows.line_num}"
        try:
            cells = {column: (cell or "").strip() for column, cell in row.items() if column}
            if not cells["source"]:
                raise InputError(_NO_SOURCE)
            value = read(cells)
        except InputError as error:
            raise FileBroken(BROKEN.with_values(reason=error.message), path=path, place=place) from error
        if key(value) in found:
            reason = DOUBLED.with_values(key=key(value))
            raise FileBroken(BROKEN.with_values(reason=reason), path=path, place=place)
        found[key(value)] = value
    if not found:
        raise FileBroken(_EMPTY, path=path)
    return found


def own_table(folder: Path | None, name: str) -> Path | None:
    """Return a city's own file of a table, None where it has none."""
    return folder / name if folder is not None and (folder / name).exists() else None


def name_of(folder: Path | None, name: str) -> str:
    """Return how errors call a table: by its path, or by its name where the bundled one holds."""
    return str(own_table(folder, name) or name)


def text_of(folder: Path | None, name: str) -> str:
    """Return the text of a city's table, or of the bundled one. Raises `FileBroken`."""
    own = own_table(folder, name)
    if own is None:
        return resources.files("sanping.twin.cases").joinpath("data", name).read_text(encoding="utf-8")
    return own_text(own)


def own_text(path: Path) -> str:
    """Return the text of a file. Raises `FileBroken`."""
    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise FileBroken(CANNOT_READ.with_values(reason="> 16 MiB"), path=str(path))
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise FileBroken(CANNOT_READ.with_values(reason=str(error)), path=str(path)) from error


def filled(row: Row, column: str) -> str:
    """Return a cell that must not be blank."""
    if not row[column]:
        raise InputError(_BLANK.with_values(column=column))
    return row[column]


def title(row: Row, column: str) -> Text:
    """Return a name in both languages; English may be left out."""
    return Text(filled(row, column), row.get(f"{column}_en") or row[column])


def choice(row: Row, column: str, known: tuple[Choice, ...]) -> Choice:
    """Return a cell that must be one of the known words."""
    return one_of(row[column], column, known)


def choices(row: Row, column: str, known: tuple[Choice, ...]) -> tuple[Choice, ...]:
    """Return the known words of a cell, with spaces between."""
    return tuple(one_of(word, column, known) for word in row[column].split())


def one_of(written: str, column: str, known: tuple[Choice, ...]) -> Choice:
    """Return a word that must be one of the known ones."""
    for word in known:
        if written == word:
            return word
    raise InputError(_CHOICE.with_values(column=column, value=written, known=", ".join(known)))


def number(row: Row, column: str, low: float, high: float) -> float:
    """Return a number within limits."""
    try:
        found = float(row[column])
    except ValueError:
        found = float("nan")
    if low <= found <= high:
        return found
    raise InputError(_NUMBER.with_values(column=column, value=row[column], low=low, high=high))


def day(row: Row, column: str) -> date:
    """Return a date as 2026-02-17."""
    try:
        return date.fromisoformat(row[column])
    except ValueError as error:
        raise InputError(_DATE.with_values(column=column, value=row[column])) from error


def second(row: Row, column: str) -> int:
    """Return a time of day as 08:30, in seconds."""
    hour, colon, minute = row[column].partition(":")
    if colon and hour.isdigit() and minute.isdigit() and int(minute) < 60:
        found = int(hour) * 3600 + int(minute) * 60
        if found <= DAY_S:
            return found
    raise InputError(_CLOCK.with_values(column=column, value=row[column]))
