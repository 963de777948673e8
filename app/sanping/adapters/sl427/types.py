"""What the types of a report mean: tables that a city can replace, because editions and makers differ.

`types.csv`: `type` (two hexadecimal digits of the control byte's low half, or of the function), `part` (from 1, for
several values), names, `bytes` and `decimals` of a value, `unit`, `quantity` of `domain.quantity` (empty: kept as
"sl427:type.part"), `is_signed`, `source` with standard and edition. `quality.csv` gives the bits of a quality report.
`status.csv` gives those of the alarm and state words.
"""

import csv
import functools
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from sanping.domain.errors import SourceRefused
from sanping.domain.quantity import QUANTITIES
from sanping.domain.text import Text

PROTOCOL = "sl427"
QUALITY_TYPE = 0x0A
_HERE = Path(__file__).parent
_MOST_ROWS = 5000
_UNREADABLE = Text(
    "类型表读不了：{why}；请给出 UTF-8 编码的 CSV 文件",
    "The table of types cannot be read: {why}; give a CSV file in UTF-8",
)
_BAD_ROW = Text("类型表第 {line} 行无效：{why}", "Line {line} of the table of types is wrong: {why}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """One value of a report: its size and decimals on the wire, and what it is called in our words."""

    title: Text
    size: int
    decimals: int
    unit: str
    quantity: str
    is_signed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusBit:
    """One bit of the alarm or the state word; `quantity` is empty for one that is only shown."""

    word: str
    bit: int
    title: Text
    quantity: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Types:
    """All values by type and part, those of quality reports by bit, and the status bits."""

    values: Mapping[tuple[int, int], Value]
    quality: Mapping[int, Value]
    status: tuple[StatusBit, ...]

    def value(self, kind: int, part: int) -> Value | None:
        """Return what a part means; a further one is like the first, under its own code; None for an unknown type."""
        known = self.values.get((kind, part))
        first = self.values.get((kind, 1))
        if known is not None or first is None:
            return known
        own = f"{PROTOCOL}:{kind:02X}.{part}"
        return Value(
            title=first.title, size=first.size, decimals=first.decimals, unit=first.unit, quantity=own,
            is_signed=first.is_signed,
        )  # fmt: skip


@functools.cache
def bundled_types() -> Types:
    """Return the tables that come with the adapter."""
    return types_with("")


def types_with(path: str) -> Types:
    """Return the bundled tables, `types.csv` overridden by a city's own file if given. Raises `SourceRefused`."""
    rows = [*_rows(_HERE / "types.csv"), *(_rows(Path(path)) if path else [])]
    values = dict(_typed(row, line, path) for line, row in rows)
    quality = {int(row["bit"]): _value(row, f"0A.{row['bit']}", 4) for _, row in _rows(_HERE / "quality.csv")}
    status = tuple(
        StatusBit(
            word=row["word"], bit=int(row["bit"]), title=Text(row["name_zh"], row["name_en"]), quantity=row["quantity"]
        )
        for _, row in _rows(_HERE / "status.csv")
    )
    return Types(values=MappingProxyType(values), quality=MappingProxyType(quality), status=status)


def _rows(path: Path) -> list[tuple[int, dict[str, str]]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            rows = zip(reader, range(_MOST_ROWS), strict=False)
            return [
                (reader.line_num, {key or "": str(cell or "").strip() for key, cell in row.items()}) for row, _ in rows
            ]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise SourceRefused(_UNREADABLE.with_values(why=error), path=str(path)) from error


def _typed(row: dict[str, str], line: int, path: str) -> tuple[tuple[int, int], Value]:
    try:
        kind, part, size = int(row["type"], 16), int(row.get("part") or 1), int(row["bytes"])
        if not (0 <= kind <= 255 and part >= 1 and 1 <= size <= 8 and 0 <= int(row["decimals"]) <= 8):
            raise ValueError(f"{row['type']}, {part}, {size}")
        return (kind, part), _value(row, f"{kind:02X}" + (f".{part}" if part > 1 else ""), size)
    except (KeyError, ValueError) as error:
        raise SourceRefused(_BAD_ROW.with_values(line=line, why=error), path=path) from error


def _value(row: dict[str, str], code: str, size: int) -> Value:
    quantity = row.get("quantity", "")
    if quantity and quantity not in QUANTITIES:
        raise ValueError(quantity)
    return Value(
        title=Text(row.get("name_zh") or code, row.get("name_en") or code),
        size=size,
        decimals=int(row["decimals"]),
        unit=QUANTITIES[quantity].unit if quantity else row.get("unit", ""),
        quantity=quantity or f"{PROTOCOL}:{code}",
        is_signed=row.get("is_signed", "1") == "1",
    )
