"""The factor table: which code means what, in which unit, and what it is called in our words.

The table is a CSV file: `code` of 2017 and 2025, `code_2005`, `name_zh`, `name_en`, `unit` on the wire, `quantity` of
`domain.quantity` (empty: kept as "hj212:code"), `scale` from the wire's unit to the quantity's, `total_unit` of `-Cou`,
`source` with standard and edition. A city's own file overrides rows of the bundled one, code by code, and adds to it.
"""

import csv
import functools
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from sanping.domain.errors import SourceRefused
from sanping.domain.quantity import QUANTITIES
from sanping.domain.text import Text

PROTOCOL = "hj212"
_COLUMNS = ("code", "code_2005", "name_zh", "name_en", "unit", "quantity", "scale", "total_unit", "source")
_MOST_ROWS = 20_000
_CODE = re.compile(r"[0-9A-Za-z]{1,12}")
_BUNDLED = Path(__file__).with_name("codes.csv")

_UNREADABLE = Text(
    "因子编码表读不了：{why}；请给出 UTF-8 编码的 CSV 文件",
    "The factor table cannot be read: {why}; give a CSV file in UTF-8",
)
_NO_COLUMNS = Text("因子编码表缺少列 {names}", "The factor table lacks the columns {names}")
_BAD_ROW = Text(
    "因子编码表第 {line} 行的 {column}“{value}”无效", "Line {line} of the factor table has a wrong {column}, “{value}”"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Factor:
    """One code: what is measured and how its wire value becomes a value in `unit`.

    `multiplier` and `divisor` are kept apart, and one of them is 1: a division by 1000 rounds correctly, a product with
    0.001 does not.
    """

    code: str
    title: Text
    quantity: str
    unit: str
    multiplier: float = 1.0
    divisor: float = 1.0
    total_unit: str = ""
    is_known: bool = True

    def converted(self, value: float) -> float:
        """Return a wire value in `unit`."""
        if self.multiplier == 1:
            return value / self.divisor
        return float(f"{value * self.multiplier:.12g}")


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeTable:
    """All factors by code (lower-case keys); codes of 2005 lead to the same factors."""

    factors: Mapping[str, Factor]
    shared_quantities: frozenset[str]
    """Quantities that several codes measure; two of them in one frame must not cover each other."""

    def factor(self, code: str) -> Factor:
        """Return what a code means; letter case and a missing "w" are forgiven, an unknown one keeps its code."""
        known = self.factors.get(code.lower())
        if known is None and len(code) == 5 and code.isdigit():
            known = self.factors.get(f"w{code}")
        return known or Factor(
            code=code, title=Text(code, code), quantity=f"{PROTOCOL}:{code}", unit="", is_known=False
        )


@functools.cache
def bundled_codes() -> CodeTable:
    """Return the table that comes with the adapter."""
    return _table(_rows(_BUNDLED))


def codes_with(path: str) -> CodeTable:
    """Return the bundled table, overridden by a city's own file if `path` is not empty. Raises `SourceRefused`."""
    return _table([*_rows(_BUNDLED), *_rows(Path(path))]) if path else bundled_codes()


def _rows(path: Path) -> list[tuple[Factor, str]]:
    """Read a file into factors, each with its code of 2005."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            missing = [name for name in _COLUMNS[:6] if name not in (reader.fieldnames or ())]
            if missing:
                raise SourceRefused(_NO_COLUMNS.with_values(names=", ".join(missing)), path=str(path))
            return [_row(row, reader.line_num, path) for row, _ in zip(reader, range(_MOST_ROWS), strict=False)]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise SourceRefused(_UNREADABLE.with_values(why=error), path=str(path)) from error


def _row(row: Mapping[str, str | None], line: int, path: Path) -> tuple[Factor, str]:
    cells = {name: (row.get(name) or "").strip() for name in _COLUMNS}

    def wrong(column: str) -> SourceRefused:
        return SourceRefused(_BAD_ROW.with_values(line=line, column=column, value=cells[column]), path=str(path))

    for column in ("code", "code_2005"):
        if (column == "code" or cells[column]) and not _CODE.fullmatch(cells[column]):
            raise wrong(column)
    if cells["quantity"] and cells["quantity"] not in QUANTITIES:
        raise wrong("quantity")
    try:
        scale = float(cells["scale"] or 1)
    except ValueError as error:
        raise wrong("scale") from error
    if not (math.isfinite(scale) and scale > 0):
        raise wrong("scale")
    is_fraction = scale < 1 and abs(1 / scale - round(1 / scale)) < 1e-9
    quantity = cells["quantity"] or f"{PROTOCOL}:{cells['code']}"
    factor = Factor(
        code=cells["code"],
        title=Text(cells["name_zh"] or cells["code"], cells["name_en"] or cells["code"]),
        quantity=quantity,
        unit=QUANTITIES[quantity].unit if quantity in QUANTITIES else cells["unit"],
        multiplier=1.0 if is_fraction else scale,
        divisor=float(round(1 / scale)) if is_fraction else 1.0,
        total_unit=cells["total_unit"],
    )
    return factor, cells["code_2005"]


def _table(rows: Iterable[tuple[Factor, str]]) -> CodeTable:
    factors: dict[str, Factor] = {}
    own: dict[str, Factor] = {}
    for factor, old in rows:
        own[factor.code.lower()] = factor
        if old:
            factors[old.lower()] = factor
    factors |= own
    measured = [factor.quantity for factor in own.values()]
    shared = frozenset(quantity for quantity in measured if measured.count(quantity) > 1)
    return CodeTable(factors=MappingProxyType(factors), shared_quantities=shared)
