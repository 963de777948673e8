"""The element table: which guide byte or key means what, in which unit, and what it is called in our words.

`elements.csv`: `guide` (two hexadecimal digits, "FFxx" for a vendor's), `key` of the ASCII coding, names, `digits` and
`decimals` as N(digits, decimals), `unit` on the wire, `quantity` of `domain.quantity` (empty: kept as "sl651:guide"),
`scale` from the wire's unit to the quantity's, `statistic`, `period_s`, `source` with standard and edition. A city's
own file overrides rows of the bundled one, guide by guide, and adds to it. `status.csv`: the bits of element 45.
"""

import csv
import functools
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import cast, get_args

from sanping.domain.errors import SourceRefused
from sanping.domain.observation import Statistic
from sanping.domain.quantity import QUANTITIES
from sanping.domain.text import Text

PROTOCOL = "sl651"
VENDOR = 0xFF00
"""Added to the code byte of a vendor's element: FF 92 is 0xFF92."""

_COLUMNS = (
    "guide",
    "key",
    "name_zh",
    "name_en",
    "digits",
    "decimals",
    "unit",
    "quantity",
    "scale",
    "statistic",
    "period_s",
)
_MOST_ROWS = 20_000
_GUIDE = re.compile(r"(?:FF)?[0-9A-F]{2}")
_KEY = re.compile(r"[A-Z0-9]{0,8}")
_BUNDLED = Path(__file__).with_name("elements.csv")
_STATUS = Path(__file__).with_name("status.csv")

_UNREADABLE = Text(
    "要素编码表读不了：{why}；请给出 UTF-8 编码的 CSV 文件",
    "The element table cannot be read: {why}; give a CSV file in UTF-8",
)
_NO_COLUMNS = Text("要素编码表缺少列 {names}", "The element table lacks the columns {names}")
_BAD_ROW = Text(
    "要素编码表第 {line} 行的 {column}“{value}”无效", "Line {line} of the element table has a wrong {column}, “{value}”"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """One element: what is measured, and how its wire value becomes a value in `unit`.

    `own_code` is "sl651:guide", under which it is kept when `quantity` is taken already in the same report.
    """

    guide: int
    key: str
    title: Text
    digits: int
    decimals: int
    quantity: str
    own_code: str
    unit: str
    own_unit: str
    scale: float = 1.0
    statistic: Statistic = "instant"
    period_s: int = 0
    is_known: bool = True

    @property
    def size(self) -> int:
        """Bytes of a value in HEX/BCD coding."""
        return (self.digits + 1) // 2


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusBit:
    """One bit of element 45; `quantity` is empty for one that is only shown, `classes` for all classes of station."""

    bit: int
    title: Text
    quantity: str
    is_inverted: bool
    classes: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ElementTable:
    """All elements by guide and by key, and the bits of the status."""

    by_guide: Mapping[int, Element]
    by_key: Mapping[str, Element]
    status: tuple[StatusBit, ...]

    def element(self, guide: int) -> Element:
        """Return what a guide byte means; an unknown one keeps its code."""
        return self.by_guide.get(guide) or _unknown(guide, f"{guide:02X}")

    def keyed(self, key: str) -> Element:
        """Return what a key of the ASCII coding means; an unknown one keeps its key."""
        return self.by_key.get(key.upper()) or _unknown(0, key)


def _unknown(guide: int, code: str) -> Element:
    own = f"{PROTOCOL}:{code}"
    return Element(
        guide=guide, key=code, title=Text(code, code), digits=0, decimals=0, quantity=own, own_code=own, unit="",
        own_unit="", is_known=False,
    )  # fmt: skip


@functools.cache
def bundled_elements() -> ElementTable:
    """Return the table that comes with the adapter."""
    return _table(_rows(_BUNDLED))


def elements_with(path: str) -> ElementTable:
    """Return the bundled table, overridden by a city's own file if `path` is not empty. Raises `SourceRefused`."""
    return _table([*_rows(_BUNDLED), *_rows(Path(path))]) if path else bundled_elements()


def _table(rows: list[Element]) -> ElementTable:
    by_guide = {element.guide: element for element in rows}
    by_key = {element.key: element for element in by_guide.values() if element.key}
    return ElementTable(by_guide=MappingProxyType(by_guide), by_key=MappingProxyType(by_key), status=_status_bits())


def _rows(path: Path) -> list[Element]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            missing = [name for name in _COLUMNS[:8] if name not in (reader.fieldnames or ())]
            if missing:
                raise SourceRefused(_NO_COLUMNS.with_values(names=", ".join(missing)), path=str(path))
            return [_row(row, reader.line_num, path) for row, _ in zip(reader, range(_MOST_ROWS), strict=False)]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise SourceRefused(_UNREADABLE.with_values(why=error), path=str(path)) from error


def _row(row: Mapping[str, str | None], line: int, path: Path) -> Element:
    cells = {name: (row.get(name) or "").strip() for name in _COLUMNS}
    code, quantity, statistic = cells["guide"].upper(), cells["quantity"], cells["statistic"] or "instant"
    scale = _number(cells["scale"] or "1")
    are_right = {
        "guide": bool(_GUIDE.fullmatch(code)),
        "key": bool(_KEY.fullmatch(cells["key"].upper())),
        "digits": 0 <= _number(cells["digits"] or "0") <= 62,
        "decimals": 0 <= _number(cells["decimals"] or "0") <= 7,
        "quantity": not quantity or quantity in QUANTITIES,
        "scale": scale > 0 and math.isfinite(scale),
        "statistic": statistic in get_args(Statistic),
        "period_s": 0 <= _number(cells["period_s"] or "0") <= 31_622_400,
    }
    for column, is_right in are_right.items():
        if not is_right:
            raise SourceRefused(_BAD_ROW.with_values(line=line, column=column, value=cells[column]), path=str(path))
    own_code = f"{PROTOCOL}:{code}"
    return Element(
        guide=int(code, 16),
        key=cells["key"].upper(),
        title=Text(cells["name_zh"] or code, cells["name_en"] or code),
        digits=int(cells["digits"] or 0),
        decimals=int(cells["decimals"] or 0),
        quantity=quantity or own_code,
        own_code=own_code,
        unit=QUANTITIES[quantity].unit if quantity else cells["unit"],
        own_unit=cells["unit"],
        scale=scale,
        statistic=cast(Statistic, statistic),
        period_s=int(cells["period_s"] or 0),
    )


def _number(text: str) -> float:
    """Return a number; NaN, which no range holds, for what is none."""
    try:
        return float(text)
    except ValueError:
        return math.nan


@functools.cache
def _status_bits() -> tuple[StatusBit, ...]:
    with _STATUS.open(encoding="utf-8", newline="") as file:
        return tuple(
            StatusBit(
                bit=int(row["bit"]),
                title=Text(row["name_zh"], row["name_en"]),
                quantity=row["quantity"],
                is_inverted=row["is_inverted"] == "1",
                classes=row["classes"],
            )
            for row in csv.DictReader(file)
        )
