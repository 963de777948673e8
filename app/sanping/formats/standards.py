"""Reads a table of water quality limits; GB 3838-2002 is bundled, a city may put its own in its place."""

import csv
import io
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import cast

from sanping.domain.errors import FileBroken
from sanping.domain.text import Text
from sanping.twin.water_quality import Better, ItemLimit, WaterStandard

GB_3838 = "gb3838-2002.csv"
_LARGEST_BYTES = 1 << 20
_CLASSES = tuple(f"class_{number}" for number in range(1, 6))
_COLUMNS = {"quantity", "body", "better", "assessed", *_CLASSES}
_BODIES = ("any", "river", "lake")

_CANNOT_READ = Text("标准表无法读取：{reason}", "The table of limits cannot be read: {reason}")
_LACKS = Text(
    "标准表缺少列：{columns}；请补上表头", "The table of limits lacks the columns {columns}; add them to its header"
)
_EMPTY = Text("标准表里没有任何指标", "The table of limits holds no item")
_BROKEN = Text(
    "标准表有一行无效：{reason}；请按 GB 3838-2002 的样式改正",
    "A row of the table of limits is invalid: {reason}; write it as the bundled GB 3838-2002 does",
)


def bundled_standard() -> WaterStandard:
    """Return GB 3838-2002, table 1."""
    text = resources.files("sanping.formats").joinpath("standards", GB_3838).read_text(encoding="utf-8")
    return _standard(text, "GB 3838-2002", GB_3838)


def load_standard(path: Path) -> WaterStandard:
    """Read a table of limits (CSV, UTF-8); raises `FileBroken` naming file and row."""
    try:
        if path.stat().st_size > _LARGEST_BYTES:
            raise FileBroken(_CANNOT_READ.with_values(reason="> 1 MiB"), path=str(path))
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise FileBroken(_CANNOT_READ.with_values(reason=str(error)), path=str(path)) from error
    return _standard(text, path.stem, str(path))


def _standard(text: str, name: str, path: str) -> WaterStandard:
    rows = csv.DictReader(io.StringIO(text))
    lacking = sorted(_COLUMNS - set(rows.fieldnames or ()))
    if lacking:
        raise FileBroken(_LACKS.with_values(columns=", ".join(lacking)), path=path)
    items = []
    for row in rows:
        try:
            items.append(_item(row))
        except (ValueError, TypeError) as error:
            raise FileBroken(
                _BROKEN.with_values(reason=str(error)), path=path, place=f"line {rows.line_num}"
            ) from error
    if not items:
        raise FileBroken(_EMPTY, path=path)
    return WaterStandard(name=name, items=tuple(items))


def _item(row: Mapping[str, str]) -> ItemLimit:
    better, *ends = row["better"].split(":")
    if better not in ("lower", "higher", "range") or row["body"] not in _BODIES or row["assessed"] not in ("yes", "no"):
        raise ValueError("better is lower, higher or range:low:high; body any, river or lake; assessed yes or no")
    limits = tuple(float(end) for end in ends) if better == "range" else tuple(float(row[key]) for key in _CLASSES)
    if better == "range" and len(limits) != 2:
        raise ValueError("range:low:high")
    ordered = sorted(limits, reverse=better == "higher")
    if list(limits) != ordered:
        raise ValueError("the limits of better classes must be stricter")
    return ItemLimit(
        quantity=row["quantity"],
        body=row["body"],  # type: ignore[arg-type]  # checked above
        limits=limits,
        better=cast(Better, better),
        is_assessed=row["assessed"] == "yes",
        source=row.get("source", ""),
    )
