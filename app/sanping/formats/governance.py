"""Reads the tables that a city governs by: classes, limits, calendar, sources, roles, warnings and areas.

Each is a CSV file (UTF-8) with a `source` column. The bundled ones hold for every file that a city's folder lacks, so
that a city replaces only what differs. Errors name file and line.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any, get_args

from sanping.domain.area import Area, Areas, area_code
from sanping.domain.case import CaseRole, ClockKind, ClockUnit, Colour
from sanping.domain.component import ClassKind, ThingClass
from sanping.domain.errors import FileBroken, InputError
from sanping.domain.role import ROLES
from sanping.domain.text import Text
from sanping.formats.governance_rows import (
    BROKEN,
    DOUBLED,
    Row,
    Value,
    choice,
    choices,
    day,
    filled,
    keyed,
    name_of,
    number,
    second,
    text_of,
    title,
)
from sanping.twin.cases.clock import ClockWarning, Timetable, WorkCalendar
from sanping.twin.cases.rules import CaseRules, Limit, RoleRule, Sight, SourceKind

TABLES = (
    "areas.csv", "component_classes.csv", "event_classes.csv", "limits.csv", "calendar.csv", "hours.csv", "sources.csv",
    "roles.csv", "warnings.csv",
)  # fmt: skip
_CLOCKS: tuple[ClockKind, ...] = get_args(ClockKind)
_KINDS: tuple[ClassKind, ...] = get_args(ClassKind)

_BACKWARDS = Text("止 {to} 早于或等于起 {begin}", "it ends ({to}) before it begins ({begin})")
_CODE = Text("类别代码“{code}”应为 2 位、4 位或更长的数字", "The class code “{code}” must be 2 digits, or 4 and more")
_NO_PARENT = Text("小类 {code} 没有大类 {parent} 的行", "The subclass {code} has no row of its class {parent}")
_NO_DEFAULT = Text(
    "{clock} 时钟缺少 {kind} 的默认行（class 留空）", "The clock {clock} lacks a row for every {kind} (blank class)"
)
_NO_ROLE = Text("岗位 {role} 缺行", "The role {role} has no row")


def load_governance(folder: Path | None = None) -> CaseRules:
    """Return a city's rules; files that `folder` lacks are the bundled ones. Raises `FileBroken` with file and line."""
    classes = {
        **_keyed(folder, "component_classes.csv", _class_of("component"), lambda thing: (thing.kind, thing.code)),
        **_keyed(folder, "event_classes.csv", _class_of("event"), lambda thing: (thing.kind, thing.code)),
    }
    limits = _keyed(folder, "limits.csv", _limit, lambda limit: (limit.clock, limit.kind, limit.class_code))
    roles = _keyed(folder, "roles.csv", _role, lambda role: role.role)
    warnings = _keyed(folder, "warnings.csv", _warning, lambda warning: warning.used)
    _check_whole(folder, classes, limits, roles)
    return CaseRules(
        timetable=Timetable(_calendar(folder)),
        areas=load_areas(folder),
        classes=classes,
        limits=limits,
        sources=_keyed(folder, "sources.csv", _source, lambda source: source.key),
        roles=roles,
        warnings=tuple(warnings[used] for used in sorted(warnings)),
    )


def load_areas(folder: Path | None = None) -> Areas:
    """Return the areas a city knows. Raises `FileBroken` with file and line."""
    return Areas(by_code=_keyed(folder, "areas.csv", _area, lambda area: area.code))


def _calendar(folder: Path | None) -> WorkCalendar:
    hours: dict[int, list[tuple[int, int]]] = {}
    for weekday, begin, end in _keyed(folder, "hours.csv", _hours, lambda span: span):
        hours.setdefault(weekday, []).append((begin, end))
    for weekday, spans in hours.items():
        spans.sort()
        if any(later[0] < earlier[1] for earlier, later in pairwise(spans)):
            raise FileBroken(
                BROKEN.with_values(reason=DOUBLED.with_values(key=weekday + 1)), path=name_of(folder, "hours.csv")
            )
    days: dict[date, bool] = {}
    for begin, end, is_worked in _keyed(folder, "calendar.csv", _days, lambda span: span):
        for place in range((end - begin).days + 1):
            date_of = begin + timedelta(days=place)
            if date_of in days:
                reason = DOUBLED.with_values(key=date_of)
                raise FileBroken(BROKEN.with_values(reason=reason), path=name_of(folder, "calendar.csv"))
            days[date_of] = is_worked
    return WorkCalendar(hours={weekday: tuple(spans) for weekday, spans in hours.items()}, days=days)


def _check_whole(folder: Path | None, classes: Iterable[Any], limits: Iterable[Any], roles: Iterable[Any]) -> None:
    known = set(classes)
    for kind, code in known:
        if len(code) > 2 and (kind, code[:2]) not in known:
            reason = _NO_PARENT.with_values(code=code, parent=code[:2])
            raise FileBroken(BROKEN.with_values(reason=reason), path=name_of(folder, f"{kind}_classes.csv"))
    for clock in _CLOCKS:
        for kind in _KINDS:
            if (clock, kind, "") not in set(limits):
                raise FileBroken(_NO_DEFAULT.with_values(clock=clock, kind=kind), path=name_of(folder, "limits.csv"))
    for role in get_args(CaseRole):
        if role not in set(roles):
            raise FileBroken(_NO_ROLE.with_values(role=role), path=name_of(folder, "roles.csv"))


def _keyed(
    folder: Path | None, name: str, read: Callable[[Row], Value], key: Callable[[Value], Any]
) -> dict[Any, Value]:
    """Return the rows of a table by key; raises `FileBroken` with the line of the first that is wrong."""
    return keyed(name_of(folder, name), text_of(folder, name), _COLUMNS[name], read, key)


def _class_of(kind: ClassKind) -> Callable[[Row], ThingClass]:
    def read(row: Row) -> ThingClass:
        code = row["code"]
        if not (code.isascii() and code.isdigit()) or len(code) < 2 or len(code) == 3:
            raise InputError(_CODE.with_values(code=code))
        return ThingClass(kind=kind, code=code, name=title(row, "name"), source=row["source"])

    return read


def _limit(row: Row) -> Limit:
    return Limit(
        clock=choice(row, "clock", _CLOCKS),
        kind=choice(row, "kind", _KINDS),
        class_code=row["class"],
        amount=number(row, "amount", 0.01, 1000),
        unit=choice(row, "unit", get_args(ClockUnit)),
        source=row["source"],
    )


def _source(row: Row) -> SourceKind:
    return SourceKind(
        key=filled(row, "key"),
        title=title(row, "title"),
        needs_check=choice(row, "needs_check", ("yes", "no")) == "yes",
        is_own=choice(row, "is_own", ("yes", "no")) == "yes",
        source=row["source"],
    )


def _role(row: Row) -> RoleRule:
    return RoleRule(
        role=choice(row, "role", get_args(CaseRole)),
        title=title(row, "title"),
        least=choice(row, "least", ROLES),
        sight=choice(row, "sight", get_args(Sight)),
        source=row["source"],
    )


def _warning(row: Row) -> ClockWarning:
    known: tuple[CaseRole, ...] = get_args(CaseRole)
    return ClockWarning(
        used=number(row, "used_percent", 0, 1000) / 100,
        colour=choice(row, "colour", get_args(Colour)),
        roles=choices(row, "roles", known),
        source=row["source"],
    )


def _area(row: Row) -> Area:
    edges = [row[column] for column in ("west", "south", "east", "north")]
    bounds = None
    if any(edges):
        west, east = (number(row, column, -180, 180) for column in ("west", "east"))
        south, north = (number(row, column, -90, 90) for column in ("south", "north"))
        bounds = (west, south, east, north)
    return Area(
        code=area_code(row["code"]),
        name=title(row, "name"),
        valid_from=day(row, "valid_from") if row["valid_from"] else None,
        valid_to=day(row, "valid_to") if row["valid_to"] else None,
        replaced_by=row["replaced_by"],
        bounds=bounds,
        person=row["person"],
        phone=row.get("phone", ""),
        source=row["source"],
    )


def _days(row: Row) -> tuple[date, date, bool]:
    begin, end = day(row, "from"), day(row, "to")
    if end < begin or (end - begin).days > 366:
        raise InputError(_BACKWARDS.with_values(begin=begin, to=end))
    return begin, end, choice(row, "is_worked", ("yes", "no")) == "yes"


def _hours(row: Row) -> tuple[int, int, int]:
    begin, end = second(row, "from"), second(row, "to")
    if end <= begin:
        raise InputError(_BACKWARDS.with_values(begin=row["from"], to=row["to"]))
    return int(choice(row, "weekday", ("1", "2", "3", "4", "5", "6", "7"))) - 1, begin, end


_COLUMNS: Mapping[str, set[str]] = {
    "areas.csv": {
        "code", "name", "valid_from", "valid_to", "replaced_by", "west", "south", "east", "north", "person", "source",
    },
    "component_classes.csv": {"code", "name", "source"},
    "event_classes.csv": {"code", "name", "source"},
    "limits.csv": {"clock", "kind", "class", "amount", "unit", "source"},
    "calendar.csv": {"from", "to", "is_worked", "source"},
    "hours.csv": {"weekday", "from", "to", "source"},
    "sources.csv": {"key", "title", "needs_check", "is_own", "source"},
    "roles.csv": {"role", "title", "least", "sight", "source"},
    "warnings.csv": {"used_percent", "colour", "roles", "source"},
}  # fmt: skip
