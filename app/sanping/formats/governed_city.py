"""Reads everything a city governs by into one value: rules, departments, people, classes of discoveries, grid cells."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import get_args

import orjson
from shapely import transform
from shapely.errors import ShapelyError
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from sanping.domain.area import area_code
from sanping.domain.case import CaseRole, Urgency
from sanping.domain.component import ClassKind
from sanping.domain.crs import converter
from sanping.domain.errors import FileBroken, InputError
from sanping.domain.measure import Measure
from sanping.domain.people import Person
from sanping.domain.report import CATEGORIES
from sanping.domain.text import Text
from sanping.formats.governance import load_governance
from sanping.formats.governance_rows import (
    BROKEN,
    CANNOT_READ,
    Row,
    Value,
    choice,
    choices,
    day,
    filled,
    keyed,
    number,
    own_table,
    own_text,
    title,
)
from sanping.formats.response_plans import FOLDER as PLANS
from sanping.formats.response_plans import load_plans
from sanping.twin.cases.governed import CaseClass, Department, GovernedCity
from sanping.twin.cases.places import AreaPlaces
from sanping.twin.cases.rules import CaseRules

CITY_TABLES = ("departments.csv", "people.csv", "alarm_classes.csv", "report_classes.csv", "measures.csv")
EVERYWHERE = "*"
_GEOGRAPHIC = "EPSG:4490"

_MISSING = Text(
    "治理文件夹不存在；请核对 twin.toml 中 [governance] 的 folder",
    "The folder of governance is missing; check `folder` of [governance] in twin.toml",
)
_NO_DEPARTMENT = Text(
    "departments.csv 中没有部门“{department}”；请补上该部门，或改正这里",
    "departments.csv has no department “{department}”; add it there, or correct it here",
)
_HALF_PLACE = Text("只写了经度或纬度；请两个都写，或都留空", "Only one of lon and lat is given; give both or neither")
_DUTY = Text(
    "职责“{duty}”应写作 event:0102 或 component:01 的样式",
    "The duty “{duty}” must look like event:0102 or component:01",
)


def load_city(folder: Path, cells: Sequence[Path] = (), crs: str = "") -> GovernedCity:
    """Return what the tables in `folder` say; those that are not there are the bundled ones, or empty.

    `cells` are GeoJSON files of grid cells with their `code`, brought into `crs`. Raises `FileBroken` with file and
    line.
    """
    if not folder.is_dir():
        raise FileBroken(_MISSING, path=str(folder))
    rules = load_governance(folder)
    departments = _table(folder, "departments.csv", _department, lambda department: department.id)
    _check_departments(folder, departments, rules)
    people = _table(folder, "people.csv", _person, lambda person: person.user)
    for person in people.values():
        if person.department and person.department not in departments:
            reason = _NO_DEPARTMENT.with_values(department=person.department)
            raise _broken(folder, "people.csv", reason, person.user)
    alarms = _table(folder, "alarm_classes.csv", _classed("rule"), lambda row: row[0])
    reports = _table(folder, "report_classes.csv", _classed("category"), lambda row: row[0])
    for name, found in (("alarm_classes.csv", alarms), ("report_classes.csv", reports)):
        for key, row in found.items():
            _check_class(folder, name, key, row[1], rules)
    plans, troubles = load_plans(folder / PLANS, departments, rules)
    return GovernedCity(
        rules=_named(rules, departments),
        places=AreaPlaces(rules.areas, load_cells(cells, crs)),
        departments=departments,
        people=people,
        alarm_classes={key: found for key, (_, found) in alarms.items()},
        report_classes={key: found for key, (_, found) in reports.items()},
        measures=_measures(folder, rules),
        plans=plans,
        plan_troubles=tuple(Text(error.in_language("zh"), error.in_language("en")) for error in troubles),
    )


def load_cells(files: Sequence[Path], crs: str) -> dict[str, BaseGeometry]:
    """Return the shapes of grid cells by code, in metres of `crs`. Raises `FileBroken`."""
    found: dict[str, BaseGeometry] = {}
    for path in files:
        try:
            content = orjson.loads(own_text(path))
            written = content["crs"]["properties"]["name"] if "crs" in content else _GEOGRAPHIC
            convert = converter(written, crs)
            for feature in content["features"]:
                code = (feature.get("properties") or {}).get("code")
                if code:
                    found[area_code(str(code))] = transform(shape(feature["geometry"]), convert)
        except (orjson.JSONDecodeError, KeyError, TypeError, ValueError, AttributeError, ShapelyError) as error:
            reason = f"{type(error).__name__}: {error}"[:200]
            raise FileBroken(CANNOT_READ.with_values(reason=reason), path=str(path)) from error
        except InputError as error:
            raise FileBroken(BROKEN.with_values(reason=error.message), path=str(path)) from error
    return found


def _table(folder: Path, name: str, read: Callable[[Row], Value], key: Callable[[Value], str]) -> dict[str, Value]:
    own = own_table(folder, name)
    return {} if own is None else keyed(str(own), own_text(own), _COLUMNS[name], read, key)


def _named(rules: CaseRules, departments: Mapping[str, Department]) -> CaseRules:
    return replace(rules, departments={id: department.name for id, department in departments.items()})


def _check_departments(folder: Path, departments: Mapping[str, Department], rules: CaseRules) -> None:
    for department in departments.values():
        for duty in department.duties:
            kind, colon, code = duty.partition(":")
            if not colon or not any(known[0] == kind and known[1].startswith(code[:4]) for known in rules.classes):
                raise _broken(folder, "departments.csv", _DUTY.with_values(duty=duty), department.id)


def _check_class(folder: Path, name: str, key: str, found: CaseClass, rules: CaseRules) -> None:
    try:
        rules.check_class(found.kind, found.code)
    except InputError as error:
        raise _broken(folder, name, error.message, key) from error


def _broken(folder: Path, name: str, reason: Text, place: str) -> FileBroken:
    return FileBroken(BROKEN.with_values(reason=reason), path=str(folder / name), place=place)


def _department(row: Row) -> Department:
    if bool(row["lon"]) != bool(row["lat"]):
        raise InputError(_HALF_PLACE)
    return Department(
        id=filled(row, "id"),
        name=title(row, "name"),
        areas=_areas(row),
        duties=tuple(row["duties"].split()),
        lon_deg=number(row, "lon", -180, 180) if row["lon"] else None,
        lat_deg=number(row, "lat", -90, 90) if row["lat"] else None,
        is_on_duty=choice(row, "is_on_duty", ("yes", "no")) == "yes",
        source=row["source"],
    )


def _person(row: Row) -> Person:
    known: tuple[CaseRole, ...] = get_args(CaseRole)
    return Person(
        user=filled(row, "user"),
        name=title(row, "name"),
        roles=frozenset(choices({"roles": filled(row, "roles")}, "roles", known)),
        areas=_areas(row),
        department=row["department"],
    )


def _measures(folder: Path, rules: CaseRules) -> tuple[Measure, ...]:
    found = tuple(_table(folder, "measures.csv", _measure, lambda measure: measure.id).values())
    for measure in found:
        if not any(kind == measure.kind and code.startswith(measure.case_class) for kind, code in rules.classes):
            _check_class(folder, "measures.csv", measure.id,
                         CaseClass(kind=measure.kind, code=measure.case_class), rules)  # fmt: skip
    return found


def _measure(row: Row) -> Measure:
    kinds: tuple[ClassKind, ...] = get_args(ClassKind)
    has_place = bool(row["lon"] or row["lat"])
    if bool(row["lon"]) != bool(row["lat"]):
        raise InputError(_HALF_PLACE)
    name = title(row, "name")
    return Measure(
        id=filled(row, "id"),
        kind=choice(row, "kind", kinds),
        case_class=row["class"],
        from_day=day(row, "from").isoformat(),
        name_zh=name.zh,
        name_en=name.en,
        area=area_code(row["area"]) if row["area"] not in ("", EVERYWHERE) else "",
        lon_deg=number(row, "lon", -180, 180) if has_place else None,
        lat_deg=number(row, "lat", -90, 90) if has_place else None,
        near_m=number(row, "near_m", 1, 20_000) if has_place else 0.0,
        source=filled(row, "source"),
    )


def _areas(row: Row) -> tuple[str, ...]:
    """Return the codes of a cell; "*" is everywhere, and a blank cell a mistake."""
    words = filled(row, "areas").split()
    return tuple("" if word == EVERYWHERE else area_code(word) for word in words)


def _classed(key: str) -> Callable[[Row], tuple[str, CaseClass]]:
    kinds: tuple[ClassKind, ...] = get_args(ClassKind)
    urgencies: tuple[Urgency, ...] = get_args(Urgency)

    def read(row: Row) -> tuple[str, CaseClass]:
        word = choice(row, key, tuple(CATEGORIES)) if key == "category" else filled(row, key)
        return word, CaseClass(
            kind=choice(row, "kind", kinds),
            code=filled(row, "class"),
            urgency=choice(row, "urgency", urgencies) if row.get("urgency") else "normal",
            source=row["source"],
        )

    return read


_COLUMNS: Mapping[str, set[str]] = {
    "departments.csv": {"id", "name", "areas", "duties", "lon", "lat", "is_on_duty", "source"},
    "people.csv": {"user", "name", "roles", "areas", "department", "source"},
    "alarm_classes.csv": {"rule", "kind", "class", "urgency", "source"},
    "report_classes.csv": {"category", "kind", "class", "source"},
    "measures.csv": {"id", "area", "kind", "class", "from", "name", "lon", "lat", "near_m", "source"},
}
