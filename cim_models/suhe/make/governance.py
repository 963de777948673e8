"""The areas that the twin is governed by: streets and communities of the invented grid, with invented people."""

import csv
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from cim_models.suhe.make.frame import CRS
from cim_models.suhe.make.register import DISTRICT, Cell
from pyproj import Transformer

AROUND_M = 250.0  # cells end at the kerb: streets and the creek lie between them
SOURCE = "模拟：由单元网格推得，外扩 250 米"
COLUMNS = (
    "code", "name", "name_en", "valid_from", "valid_to", "replaced_by", "west", "south", "east", "north", "person",
    "phone", "source",
)  # fmt: skip
_SURNAMES = "陈沈顾陆徐朱吴周钱姚曹金蒋唐薛严潘龚"
_GIVEN = ("敏", "建华", "晓雯", "伟", "丽萍", "志刚", "海燕", "国平", "静怡", "勇", "佳", "文斌")
_BACK = Transformer.from_crs(CRS, "EPSG:4490", always_xy=True)
_WIDER = (
    {"code": "31", "name": "上海市", "name_en": "Shanghai", "source": "GB/T 2260-2007"},
    {
        "code": DISTRICT, "name": "普陀区", "name_en": "Putuo", "west": "121.32", "south": "31.21", "east": "121.47",
        "north": "31.31", "person": "区城运中心（模拟）", "phone": "021-0000 0107",
        "source": "GB/T 2260-2007；范围为概略外框，负责人为模拟",
    },
)  # fmt: skip


def write_areas(path: Path, cells: list[Cell]) -> None:
    """Write district, streets and communities with bounds in degrees (CGCS2000) and who is responsible."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, COLUMNS, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(_WIDER)
        for code in sorted({cell.code[:9] for cell in cells}):
            own = [cell for cell in cells if cell.code.startswith(code)]
            writer.writerow(_row(code, own[0].street, own[0].street_en, own))
            for community in sorted({cell.code[:12] for cell in own}):
                inside = [cell for cell in own if cell.code.startswith(community)]
                name_en = f"{own[0].street_en.rsplit(' ', 1)[0]} Community {int(community[9:])}"
                writer.writerow(_row(community, inside[0].community, name_en, inside))


def _row(code: str, name: str, name_en: str, cells: Iterable[Cell]) -> dict[str, object]:
    bounds = np.array([cell.shape.bounds for cell in cells])
    low, high = bounds[:, :2].min(axis=0) - AROUND_M, bounds[:, 2:].max(axis=0) + AROUND_M
    west, south = _BACK.transform(*low)
    east, north = _BACK.transform(*high)
    return {
        "code": code,
        "name": name,
        "name_en": name_en,
        "west": f"{west:.4f}",
        "south": f"{south:.4f}",
        "east": f"{east:.4f}",
        "north": f"{north:.4f}",
        "person": _person(code),
        "phone": _phone(code),
        "source": SOURCE,
    }


def _person(code: str) -> str:
    number = int(code[6:])
    return f"{_SURNAMES[number % len(_SURNAMES)]}{_GIVEN[number // 7 % len(_GIVEN)]}（模拟）"


def _phone(code: str) -> str:
    """Return a number that nobody can have: none begins with 0000."""
    return f"021-0000 {int(code[6:]) * 7919 % 10_000:04d}"
