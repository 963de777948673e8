"""Writes the tables that a region governs by: its areas, a centre in each county, people, and what becomes a case."""

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path

from cim_models.regions.table import SandTable
from pyproj import Transformer

AREA = ("code", "name", "name_en", "valid_from", "valid_to", "replaced_by", "west", "south", "east", "north", "person",
        "source")  # fmt: skip
DEPARTMENT = ("id", "name", "name_en", "areas", "duties", "lon", "lat", "is_on_duty", "source")
PERSON = ("user", "name", "name_en", "roles", "areas", "department", "source")
MADE = "模拟：沙盘上的位置"
TRUE = "GB/T 2260-2007；范围为沙盘上的外框"
TOWN_M = 160.0
Row = Mapping[str, object]


def write_governance(table: SandTable, folder: Path) -> list[str]:
    """Write `areas.csv`, `departments.csv` and `people.csv`; return a line for each."""
    folder.mkdir(parents=True, exist_ok=True)
    return [
        write_rows(folder / "areas.csv", AREA, _areas(table)),
        write_rows(folder / "departments.csv", DEPARTMENT, _departments(table)),
        write_rows(folder / "people.csv", PERSON, _people(table)),
    ]


def write_rows(path: Path, columns: tuple[str, ...], rows: Iterable[Row]) -> str:
    """Write a table of governance; return a line for it."""
    kept = list(rows)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(kept)
    return f"{path.parent.parent.name}/{path.name}: {len(kept)}"


def _areas(table: SandTable) -> Iterable[Row]:
    region = table.region
    city = region.counties[0].code[:4]
    yield {"code": city[:2], "name": region.province, "name_en": region.province_en, "source": "GB/T 2260-2007"}
    yield {"code": city, "name": region.city, "name_en": region.city_en, "person": "市级中心（模拟）", "source": TRUE,
           **_bounds(table, table.land.buffer(900).bounds)}  # fmt: skip
    for number, (county, shape) in enumerate(table.counties):
        code = table.code_of(number)
        yield {"code": code, "name": county.name, "name_en": county.name_en, "person": f"{county.name}中心（模拟）",
               "source": TRUE if county.code else MADE, **_bounds(table, shape.bounds)}  # fmt: skip
    for town in table.towns:
        box = (town.x_m - TOWN_M, town.y_m - TOWN_M, town.x_m + TOWN_M, town.y_m + TOWN_M)
        about = {"code": town.code, "name": town.name, "name_en": town.name_en, "person": "网格长（模拟）"}
        yield {**about, "source": MADE, **_bounds(table, box)}


def _bounds(table: SandTable, box: tuple[float, float, float, float]) -> Row:
    turn = Transformer.from_crs(table.region.crs, "EPSG:4490", always_xy=True)
    west, south = turn.transform(box[0], box[1])
    east, north = turn.transform(box[2], box[3])
    return {"west": f"{west:.5f}", "south": f"{south:.5f}", "east": f"{east:.5f}", "north": f"{north:.5f}"}


def _departments(table: SandTable) -> Iterable[Row]:
    turn = Transformer.from_crs(table.region.crs, "EPSG:4490", always_xy=True)
    city = table.region.counties[0].code[:4]
    for number, (county, _) in enumerate(table.counties):
        lon, lat = turn.transform(*table.metres([county.seat])[0])
        yield {
            "id": f"centre-{number + 1:02d}", "name": f"{county.name}治理中心（模拟）",
            "name_en": f"{county.name_en} centre (simulated)", "areas": table.code_of(number), "duties": "",
            "lon": f"{lon:.5f}", "lat": f"{lat:.5f}", "is_on_duty": "yes", "source": "模拟部门",
        }  # fmt: skip
    lon, lat = turn.transform(*table.metres([table.region.counties[0].seat])[0])
    yield {"id": "data", "name": "市数据局运行处（模拟）", "name_en": "Data bureau (simulated)", "areas": city,
           "duties": "event:07", "lon": f"{lon:.5f}", "lat": f"{lat:.5f}", "is_on_duty": "yes",
           "source": "模拟部门"}  # fmt: skip


def _people(table: SandTable) -> Iterable[Row]:
    city = table.region.counties[0].code[:4]
    for user, name, name_en, roles, department in (
        ("registrar", "受理员（模拟）", "Registrar", "registrar", ""),
        ("officer", "值班长（模拟）", "Duty officer", "duty_officer", ""),
        ("dispatcher", "派遣员（模拟）", "Dispatcher", "dispatcher", ""),
        ("assessor", "考评员（模拟）", "Assessor", "assessor", ""),
        ("collector", "网格员（模拟）", "Grid worker", "collector", ""),
        ("handler", "数据局处置员（模拟）", "Handler, data bureau", "handler", "data"),
    ):
        yield {"user": user, "name": name, "name_en": name_en, "roles": roles, "areas": city, "department": department,
               "source": "模拟人员"}  # fmt: skip
    for number, (county, _) in enumerate(table.counties):
        code = table.code_of(number)
        yield {"user": f"handler{number + 1:02d}", "name": f"{county.name}处置员（模拟）",
               "name_en": f"Handler, {county.name_en}", "roles": "handler", "areas": code,
               "department": f"centre-{number + 1:02d}", "source": "模拟人员"}  # fmt: skip
