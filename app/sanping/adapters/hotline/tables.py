"""The table that says what a hotline calls its fields, kinds, stages, urgencies, classes, and what callers said.

A CSV file in UTF-8 with `table`, `ours`, `written`, `source`. A city's own file replaces, table by table, what it has
rows for: of `field` each of our fields apart, of the others each written word. The first written field that a work
order has counts.
"""

import csv
import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar, cast

from sanping.domain.call import CALL_KINDS, CALL_STAGES, CallKind, CallStage
from sanping.domain.case import Urgency
from sanping.domain.component import ClassKind
from sanping.domain.errors import SourceRefused
from sanping.domain.text import Text

FIELDS = (
    "number", "at", "caller_name", "caller_phone", "kind", "content", "address", "lon", "lat", "class", "urgency",
    "street", "stage", "is_reached", "is_answered", "is_solved", "score",
)  # fmt: skip
YES_NO = ("yes", "no")
SCORES = ("1", "2", "3", "4", "5")
URGENCIES: tuple[Urgency, ...] = ("normal", "urgent", "extreme")
_NEEDED = ("table", "ours", "written", "source")
_MOST_ROWS, _MOST_BYTES = 20_000, 4 << 20
_BUNDLED = Path(__file__).with_name("mapping.csv")
_Word = TypeVar("_Word", bound=str)

_UNREADABLE = Text(
    "字段对照表读不了：{why}；请给出 UTF-8 编码的 CSV 文件",
    "The mapping cannot be read: {why}; give a CSV file in UTF-8",
)
_TOO_LONG = Text("字段对照表超过 {most} 行或 4 MiB；请精简", "The mapping is over {most} rows or 4 MiB; shorten it")
_NO_COLUMNS = Text(
    "字段对照表缺少列 {names}；请补上表头", "The mapping lacks the columns {names}; add them to its header"
)
_BAD_ROW = Text(
    "字段对照表第 {line} 行的 {column}“{value}”无效；请改正",
    "Line {line} of the mapping: {column} “{value}” is invalid; correct it",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tables:
    """What is written how: paths of our fields (`domain.record_mapping`), and words by what they mean."""

    fields: Mapping[str, tuple[str, ...]]
    kinds: Mapping[str, CallKind]
    stages: Mapping[str, CallStage]
    urgencies: Mapping[str, Urgency]
    classes: Mapping[str, tuple[ClassKind, str]]
    answers: Mapping[str, str]
    scores: Mapping[str, str]


@functools.cache
def bundled_tables() -> Tables:
    """Return the table that comes with the adapter."""
    return _tables(_rows(_BUNDLED))


def tables_with(own: str) -> Tables:
    """Return the bundled table with a city's own rows in place of its. Raises `SourceRefused` naming the line."""
    if not own:
        return bundled_tables()
    rows = _rows(Path(own))
    theirs, ours = _tables(rows), bundled_tables()
    return Tables(
        fields={**ours.fields, **theirs.fields},
        kinds={**ours.kinds, **theirs.kinds},
        stages={**ours.stages, **theirs.stages},
        urgencies={**ours.urgencies, **theirs.urgencies},
        classes={**ours.classes, **theirs.classes},
        answers={**ours.answers, **theirs.answers},
        scores={**ours.scores, **theirs.scores},
    )


def _tables(rows: list[tuple[str, str, str]]) -> Tables:
    fields: dict[str, list[str]] = {}
    for table, ours, written in rows:
        if table == "field":
            fields.setdefault(ours, []).append(written)
    return Tables(
        fields=MappingProxyType({ours: tuple(paths) for ours, paths in fields.items()}),
        kinds=_words(rows, "kind", CALL_KINDS),
        stages=_words(rows, "stage", CALL_STAGES),
        urgencies=_words(rows, "urgency", URGENCIES),
        classes=MappingProxyType({written: _class(ours) for table, ours, written in rows if table == "class"}),
        answers=_words(rows, "answer", YES_NO),
        scores=_words(rows, "score", SCORES),
    )


def _words(rows: list[tuple[str, str, str]], wanted: str, known: tuple[_Word, ...]) -> Mapping[str, _Word]:
    by_name = {word: word for word in known}
    return MappingProxyType({written: by_name[ours] for table, ours, written in rows if table == wanted})  # type: ignore[index]  # the rows were checked


def _class(ours: str) -> tuple[ClassKind, str]:
    kind, _, code = ours.partition(":")
    return cast(ClassKind, kind), code


def _rows(path: Path) -> list[tuple[str, str, str]]:
    """Return the checked rows of a table: which table, our word, theirs. Raises `SourceRefused`."""
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise SourceRefused(_TOO_LONG.with_values(most=_MOST_ROWS), path=str(path))
        with path.open(encoding="utf-8-sig", newline="") as file:
            return list(_checked(csv.DictReader(file, restval=""), str(path)))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise SourceRefused(_UNREADABLE.with_values(why=why), path=str(path)) from error


def _checked(reader: "csv.DictReader[str]", path: str) -> Iterator[tuple[str, str, str]]:
    if missing := [name for name in _NEEDED if name not in (reader.fieldnames or ())]:
        raise SourceRefused(_NO_COLUMNS.with_values(names=", ".join(missing)), path=path)
    for number, row in enumerate(reader):
        if number >= _MOST_ROWS:
            raise SourceRefused(_TOO_LONG.with_values(most=_MOST_ROWS), path=path)
        cells = {name: (row[name] or "").strip() for name in _NEEDED}
        for column, is_right in (
            ("table", cells["table"] in _KNOWN),
            ("ours", _is_word(cells["table"], cells["ours"])),
            ("written", bool(cells["written"])),
            ("source", bool(cells["source"])),
        ):
            if not is_right:
                wrong = _BAD_ROW.with_values(line=reader.line_num, column=column, value=cells[column])
                raise SourceRefused(wrong, path=path)
        yield cells["table"], cells["ours"], cells["written"]


_KNOWN: Mapping[str, tuple[str, ...]] = {
    "field": FIELDS, "kind": CALL_KINDS, "stage": CALL_STAGES, "urgency": URGENCIES, "class": (),
    "answer": YES_NO, "score": SCORES,
}  # fmt: skip


def _is_word(table: str, ours: str) -> bool:
    if table != "class":
        return ours in _KNOWN.get(table, ())
    kind, _, code = ours.partition(":")
    return kind in ("event", "component") and code.isascii() and code.isdigit() and len(code) >= 4
