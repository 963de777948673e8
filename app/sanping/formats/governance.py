"""Reads the tables that a city governs by: classes, limits, calendar, sources, roles, warnings and areas.

Each is a CSV file (UTF-8) with a `source` column. The bundled ones hold for every file that a city's folder lacks, so
that a city replaces only what differs. Errors name file and line.
"""

import csv
import io
from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from importlib import resources
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeVar, get_args

from sanping.domain.area import Area, Areas, area_code
from sanping.domain.case import CaseRole, ClockKind, ClockUnit, Colour
from sanping.domain.component import ClassKind, ThingClass
from sanping.domain.errors import FileBroken, InputError
from sanping.domain.role import ROLES
from sanping.domain.text import Text
from sanping.twin.cases.clock import ClockWarning, Timetable, WorkCalendar
from sanping.twin.cases.rules import CaseRules, Limit, RoleRule, Sight, SourceKind

TABLES = (
    "areas.csv", "component_classes.csv", "event_classes.csv", "limits.csv", "calendar.csv", "hours.csv", "sources.csv",
    "roles.csv", "warnings.csv",
)  # fmt: skip
_LARGEST_BYTES = 16 << 20
_DAY_S = 86_400
_CLOCKS: tuple[ClockKind, ...] = get_args(ClockKind)
_KINDS: tuple[ClassKind, ...] = get_args(ClassKind)

_CANNOT_READ = Text("治理数据表无法读取：{reason}", "The table of governance cannot be read: {reason}")
_LACKS = Text("数据表缺少列：{columns}；请补上表头", "The table lacks the columns {columns}; add them to its header")
_EMPTY = Text(
    "数据表没有数据行；请填写，或删除文件以使用自带的表", "The table has no rows; fill it, or remove the file"
)
_BROKEN = Text("这一行无效：{reason}；请改正", "This row is invalid: {reason}; correct it")
_CHOICE = Text("{column} 写作“{value}”，只能是 {known}", "{column} is “{value}”; it must be one of {known}")
_NUMBER = Text(
    "{column} 写作“{value}”，应为 {low} 到 {high} 之间的数",
    "{column} is “{value}”; it must be a number {low} to {high}",
)
_DATE = Text("{column} 写作“{value}”，应为 2026-02-17 样式的日期", "{column} is “{value}”; write a date as 2026-02-17")
_CLOCK = Text("{column} 写作“{value}”，应为 08:30 样式的时刻", "{column} is “{value}”; write a time as 08:30")
_BLANK = Text("{column} 为空", "{column} is blank")
_DOUBLED = Text("{key} 出现两次", "{key} occurs twice")
_BACKWARDS = Text("止 {to} 早于或等于起 {begin}", "it ends ({to}) before it begins ({begin})")
_NO_SOURCE = Text("source 为空；请写明依据的标准、版次和条款", "source is blank; name standard, edition and clause")
_CODE = Text("类别代码“{code}”应为 2 位、4 位或更长的数字", "The class code “{code}” must be 2 digits, or 4 and more")
_NO_PARENT = Text("小类 {code} 没有大类 {parent} 的行", "The subclass {code} has no row of its class {parent}")
_NO_DEFAULT = Text(
    "{clock} 时钟缺少 {kind} 的默认行（class 留空）", "The clock {clock} lacks a row for every {kind} (blank class)"
)
_NO_ROLE = Text("岗位 {role} 缺行", "The role {role} has no row")

Row = Mapping[str, str]
Value = TypeVar("Value")
Choice = TypeVar("Choice", bound=str)


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
                _BROKEN.with_values(reason=_DOUBLED.with_values(key=weekday + 1)), path=_name(folder, "hours.csv")
            )
    days: dict[date, bool] = {}
    for begin, end, is_worked in _keyed(folder, "calendar.csv", _days, lambda span: span):
        for number in range((end - begin).days + 1):
            day = begin + timedelta(days=number)
            if day in days:
                reason = _DOUBLED.with_values(key=day)
                raise FileBroken(_BROKEN.with_values(reason=reason), path=_name(folder, "calendar.csv"))
            days[day] = is_worked
    return WorkCalendar(hours={day: tuple(spans) for day, spans in hours.items()}, days=days)


def _check_whole(folder: Path | None, classes: Iterable[Any], limits: Iterable[Any], roles: Iterable[Any]) -> None:
    known = set(classes)
    for kind, code in known:
        if len(code) > 2 and (kind, code[:2]) not in known:
            reason = _NO_PARENT.with_values(code=code, parent=code[:2])
            raise FileBroken(_BROKEN.with_values(reason=reason), path=_name(folder, f"{kind}_classes.csv"))
    for clock in _CLOCKS:
        for kind in _KINDS:
            if (clock, kind, "") not in set(limits):
                raise FileBroken(_NO_DEFAULT.with_values(clock=clock, kind=kind), path=_name(folder, "limits.csv"))
    for role in get_args(CaseRole):
        if role not in set(roles):
            raise FileBroken(_NO_ROLE.with_values(role=role), path=_name(folder, "roles.csv"))


def _keyed(
    folder: Path | None, name: str, read: Callable[[Row], Value], key: Callable[[Value], Any]
) -> dict[Any, Value]:
    """Return the rows of a table by key; raises `FileBroken` with the line of the first that is wrong."""
    path = _name(folder, name)
    rows = csv.DictReader(io.StringIO(_text(folder, name), newline=""), restval="")
    lacking = sorted(_COLUMNS[name] - set(rows.fieldnames or ()))
    if lacking:
        raise FileBroken(_LACKS.with_values(columns=", ".join(lacking)), path=path)
    found: dict[Any, Value] = {}
    for row in rows:
        place = f"line {rows.line_num}"
        try:
            cells = {column: (cell or "").strip() for column, cell in row.items() if column}
            if not cells["source"]:
                raise InputError(_NO_SOURCE)
            value = read(cells)
        except InputError as error:
            raise FileBroken(_BROKEN.with_values(reason=error.message), path=path, place=place) from error
        if key(value) in found:
            reason = _DOUBLED.with_values(key=key(value))
            raise FileBroken(_BROKEN.with_values(reason=reason), path=path, place=place)
        found[key(value)] = value
    if not found:
        raise FileBroken(_EMPTY, path=path)
    return found


def _own(folder: Path | None, name: str) -> Path | None:
    return folder / name if folder is not None and (folder / name).exists() else None


def _name(folder: Path | None, name: str) -> str:
    return str(_own(folder, name) or name)


def _text(folder: Path | None, name: str) -> str:
    own = _own(folder, name)
    if own is None:
        return resources.files("sanping.twin.cases").joinpath("data", name).read_text(encoding="utf-8")
    try:
        if own.stat().st_size > _LARGEST_BYTES:
            raise FileBroken(_CANNOT_READ.with_values(reason="> 16 MiB"), path=str(own))
        return own.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise FileBroken(_CANNOT_READ.with_values(reason=str(error)), path=str(own)) from error


def _class_of(kind: ClassKind) -> Callable[[Row], ThingClass]:
    def read(row: Row) -> ThingClass:
        code = row["code"]
        if not (code.isascii() and code.isdigit()) or len(code) < 2 or len(code) == 3:
            raise InputError(_CODE.with_values(code=code))
        return ThingClass(kind=kind, code=code, name=_title(row, "name"), source=row["source"])

    return read


def _limit(row: Row) -> Limit:
    return Limit(
        clock=_choice(row, "clock", _CLOCKS),
        kind=_choice(row, "kind", _KINDS),
        class_code=row["class"],
        amount=_number(row, "amount", 0.01, 1000),
        unit=_choice(row, "unit", get_args(ClockUnit)),
        source=row["source"],
    )


def _source(row: Row) -> SourceKind:
    return SourceKind(
        key=_filled(row, "key"),
        title=_title(row, "title"),
        needs_check=_choice(row, "needs_check", ("yes", "no")) == "yes",
        is_own=_choice(row, "is_own", ("yes", "no")) == "yes",
        source=row["source"],
    )


def _role(row: Row) -> RoleRule:
    return RoleRule(
        role=_choice(row, "role", get_args(CaseRole)),
        title=_title(row, "title"),
        least=_choice(row, "least", ROLES),
        sight=_choice(row, "sight", get_args(Sight)),
        source=row["source"],
    )


def _warning(row: Row) -> ClockWarning:
    known: tuple[CaseRole, ...] = get_args(CaseRole)
    return ClockWarning(
        used=_number(row, "used_percent", 0, 1000) / 100,
        colour=_choice(row, "colour", get_args(Colour)),
        roles=tuple(_choice({"roles": word}, "roles", known) for word in row["roles"].split()),
        source=row["source"],
    )


def _area(row: Row) -> Area:
    edges = [row[column] for column in ("west", "south", "east", "north")]
    bounds = None
    if any(edges):
        west, east = (_number(row, column, -180, 180) for column in ("west", "east"))
        south, north = (_number(row, column, -90, 90) for column in ("south", "north"))
        bounds = (west, south, east, north)
    return Area(
        code=area_code(row["code"]),
        name=_title(row, "name"),
        valid_from=_date(row, "valid_from") if row["valid_from"] else None,
        valid_to=_date(row, "valid_to") if row["valid_to"] else None,
        replaced_by=row["replaced_by"],
        bounds=bounds,
        person=row["person"],
        source=row["source"],
    )


def _days(row: Row) -> tuple[date, date, bool]:
    begin, end = _date(row, "from"), _date(row, "to")
    if end < begin or (end - begin).days > 366:
        raise InputError(_BACKWARDS.with_values(begin=begin, to=end))
    return begin, end, _choice(row, "is_worked", ("yes", "no")) == "yes"


def _hours(row: Row) -> tuple[int, int, int]:
    begin, end = _second(row, "from"), _second(row, "to")
    if end <= begin:
        raise InputError(_BACKWARDS.with_values(begin=row["from"], to=row["to"]))
    return int(_choice(row, "weekday", ("1", "2", "3", "4", "5", "6", "7"))) - 1, begin, end


def _filled(row: Row, column: str) -> str:
    if not row[column]:
        raise InputError(_BLANK.with_values(column=column))
    return row[column]


def _title(row: Row, column: str) -> Text:
    return Text(_filled(row, column), row.get(f"{column}_en") or row[column])


def _choice(row: Row, column: str, known: tuple[Choice, ...]) -> Choice:
    for word in known:
        if row[column] == word:
            return word
    raise InputError(_CHOICE.with_values(column=column, value=row[column], known=", ".join(known)))


def _number(row: Row, column: str, low: float, high: float) -> float:
    try:
        number = float(row[column])
    except ValueError:
        number = float("nan")
    if low <= number <= high:
        return number
    raise InputError(_NUMBER.with_values(column=column, value=row[column], low=low, high=high))


def _date(row: Row, column: str) -> date:
    try:
        return date.fromisoformat(row[column])
    except ValueError as error:
        raise InputError(_DATE.with_values(column=column, value=row[column])) from error


def _second(row: Row, column: str) -> int:
    hour, colon, minute = row[column].partition(":")
    if colon and hour.isdigit() and minute.isdigit() and int(minute) < 60:
        second = int(hour) * 3600 + int(minute) * 60
        if second <= _DAY_S:
            return second
    raise InputError(_CLOCK.with_values(column=column, value=row[column]))


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
