"""The factor table: which code means what, in which unit, and what it is called in our words.

The table is a CSV file: `code` of 2017 and 2025, `code_2005`, `name_zh`, `name_en`, `unit` on the wire, `quantity` of
`domain.quantity` (empty: kept as "hj212:code"), `scale` from the wire's unit to the quantity's, `total_unit` of `-Cou`,
`source` with standard and edition. A city's own file overrides rows of the bundled one, code by code, and adds to it.
"""

import functools
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from sanping.adapters.hj212.tables import Row, rows, wrong_cell
from sanping.domain.quantity import QUANTITIES
from sanping.domain.text import Text

PROTOCOL = "hj212"
_COLUMNS = ("code", "code_2005", "unit", "quantity", "scale")
_CODE = re.compile(r"[0-9A-Za-z]{1,12}")
_BUNDLED = Path(__file__).with_name("codes.csv")


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
    return _table(_read(_BUNDLED))


def codes_with(path: str) -> CodeTable:
    """Return the bundled table, overridden by a city's own file if `path` is not empty. Raises `SourceRefused`."""
    return _table([*_read(_BUNDLED), *_read(Path(path))]) if path else bundled_codes()


def _read(path: Path) -> list[tuple[Factor, str]]:
    """Read a file into factors, each with its code of 2005."""
    return [_factor(path, line, row) for line, row in rows(path, _COLUMNS)]


def _factor(path: Path, line: int, row: Row) -> tuple[Factor, str]:
    for column in ("code", "code_2005"):
        if (column == "code" or row[column]) and not _CODE.fullmatch(row[column]):
            raise wrong_cell(path, line, column, row[column])
    if row["quantity"] and row["quantity"] not in QUANTITIES:
        raise wrong_cell(path, line, "quantity", row["quantity"])
    try:
        scale = float(row["scale"] or 1)
    except ValueError as error:
        raise wrong_cell(path, line, "scale", row["scale"]) from error
    if not (math.isfinite(scale) and scale > 0):
        raise wrong_cell(path, line, "scale", row["scale"])
    is_fraction = scale < 1 and abs(1 / scale - round(1 / scale)) < 1e-9
    quantity = row["quantity"] or f"{PROTOCOL}:{row['code']}"
    factor = Factor(
        code=row["code"],
        title=Text(row.get("name_zh") or row["code"], row.get("name_en") or row["code"]),
        quantity=quantity,
        unit=QUANTITIES[quantity].unit if quantity in QUANTITIES else row["unit"],
        multiplier=1.0 if is_fraction else scale,
        divisor=float(round(1 / scale)) if is_fraction else 1.0,
        total_unit=row.get("total_unit", ""),
    )
    return factor, row["code_2005"]


def _table(read: Iterable[tuple[Factor, str]]) -> CodeTable:
    factors: dict[str, Factor] = {}
    own: dict[str, Factor] = {}
    for factor, old in read:
        own[factor.code.lower()] = factor
        if old:
            factors[old.lower()] = factor
    factors |= own
    measured = [factor.quantity for factor in own.values()]
    shared = frozenset(quantity for quantity in measured if measured.count(quantity) > 1)
    return CodeTable(factors=MappingProxyType(factors), shared_quantities=shared)
