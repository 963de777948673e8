"""Reads what a twin adds to the living city as tables (CSV, UTF-8): own quantities, simulators' curves and fleets."""

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from sanping.domain.errors import FileBroken
from sanping.domain.position import MoverKind
from sanping.domain.quantity import QUANTITIES, Quantity, QuantityGroup
from sanping.domain.text import Text
from sanping.twin.simulated_curves import Curve, CurveMode
from sanping.twin.simulated_traffic import SimulatedFleet

_LARGEST_BYTES = 16 << 20
MOST_OF_A_FLEET = 20_000
_CODE = r"^[a-z][a-z0-9_]{0,59}$"

_CANNOT_READ = Text("数据表无法读取：{reason}", "The table cannot be read: {reason}")
_LACKS = Text("数据表缺少列：{columns}；请补上表头", "The table lacks the columns {columns}; add them to its header")
_INVALID = Text("{column} 无效：{reason}；请改正这一行", "{column} is invalid: {reason}; correct this row")
_NONE = Text("数据表没有数据行；请填写，或从孪生中去掉", "The table has no rows; fill it, or take it out of the twin")
_TWICE = Text("{code} 出现两次；请去掉一行", "{code} occurs twice; take one row out")


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class _QuantityRow(_Row):
    """One quantity; `group` decides where panels list it."""

    code: str = Field(pattern=_CODE)
    title: str = Field(min_length=1)
    title_en: str = ""
    unit: str = ""
    decimals: int = Field(default=0, ge=0, le=6)
    group: QuantityGroup = "city"

    @model_validator(mode="after")
    def _is_new(self) -> "_QuantityRow":
        if self.code in QUANTITIES:
            raise ValueError(f"{self.code} is a standard quantity")
        return self


class _CurveRow(_Row):
    """One curve; see `twin.simulated_curves.Curve`."""

    station: str = Field(min_length=1)
    quantity: str = Field(pattern=_CODE)
    mode: CurveMode = "level"
    base: float = 0.0
    swing: float = 0.0
    peak_h: float = Field(default=14.0, ge=0, le=24)
    spread: float = Field(default=0.0, ge=0, le=1)
    noise: float = Field(default=0.0, ge=0, le=1)
    start: float = 0.0
    burst: float = 0.0
    burst_every_s: float = Field(default=0.0, ge=0)
    burst_lasts_s: float = Field(default=0.0, ge=0)
    low: float = 0.0
    high: float = 1e15
    decimals: int = Field(default=0, ge=0, le=6)


class _FleetRow(_Row):
    """One fleet; see `twin.simulated_traffic.SimulatedFleet`."""

    kind: MoverKind
    count: int = Field(gt=0, le=MOST_OF_A_FLEET)
    speed_kmh: float = Field(gt=0, le=300)
    ways: str = "*"
    first: int = Field(default=13_000_000_000, ge=1, lt=10**20 - MOST_OF_A_FLEET)
    label: str = Field(default="", max_length=12)
    spread: float = Field(default=0.3, ge=0, lt=1)
    silent: float = Field(default=0.0, ge=0, le=1)
    alarming: float = Field(default=0.0, ge=0, le=1)


_Kind = TypeVar("_Kind", bound=_Row)


def load_quantities(path: Path) -> tuple[Quantity, ...]:
    """Return the quantities of a table (code,title,title_en,unit,decimals,group).

    Raises `FileBroken` naming file and line.
    """
    found: dict[str, Quantity] = {}
    for line, row in _rows(path, _QuantityRow, ("code", "title")):
        if row.code in found:
            raise FileBroken(_TWICE.with_values(code=row.code), path=str(path), place=f"line {line}")
        found[row.code] = Quantity(
            code=row.code,
            title=Text(row.title, row.title_en or row.title),
            unit=row.unit,
            decimals=row.decimals,
            group=row.group,
        )
    return tuple(found.values())


def load_curves(path: Path) -> tuple[Curve, ...]:
    """Return the curves of a table, whose columns are the fields of `Curve`. Raises `FileBroken` with file and line."""
    return tuple(Curve(**row.model_dump()) for _, row in _rows(path, _CurveRow, ("station", "quantity")))


def load_fleets(path: Path) -> tuple[SimulatedFleet, ...]:
    """Return the fleets of a table, whose columns are the fields of `SimulatedFleet`. Raises `FileBroken`."""
    return tuple(
        SimulatedFleet(**row.model_dump()) for _, row in _rows(path, _FleetRow, ("kind", "count", "speed_kmh"))
    )


def _rows(path: Path, kind: type[_Kind], needed: Sequence[str]) -> list[tuple[int, _Kind]]:
    try:
        if path.stat().st_size > _LARGEST_BYTES:
            raise FileBroken(_CANNOT_READ.with_values(reason="> 16 MiB"), path=str(path))
        lines = csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines())
    except (OSError, UnicodeDecodeError) as error:
        raise FileBroken(_CANNOT_READ.with_values(reason=str(error)), path=str(path)) from error
    lacking = [name for name in needed if name not in (lines.fieldnames or ())]
    if lacking:
        raise FileBroken(_LACKS.with_values(columns=", ".join(lacking)), path=str(path))
    found: list[tuple[int, _Kind]] = []
    for cells in lines:
        try:
            row = kind.model_validate({name: cell for name, cell in cells.items() if cell})
        except ValidationError as error:
            first = error.errors()[0]
            column = str(first["loc"][0]) if first["loc"] else "—"
            words = _INVALID.with_values(column=column, reason=first["msg"])
            raise FileBroken(words, path=str(path), place=f"line {lines.line_num}") from error
        found.append((lines.line_num, row))
    if not found:
        raise FileBroken(_NONE, path=str(path))
    return found
