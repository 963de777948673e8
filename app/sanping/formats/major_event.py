"""Reads a major event from its folder: `event.toml` with route, posts and closed roads as tables beside it.

Places are longitude and latitude (CGCS2000). Each row names its source; errors name file and line.
"""

import tomllib
from collections.abc import Callable
from datetime import datetime
from itertools import count, pairwise
from pathlib import Path

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from sanping.domain.crs import LOCAL, converter
from sanping.domain.errors import FileBroken, InputError
from sanping.domain.major_event import POST_KINDS, EventClosure, EventPhase, EventPost, Line, MajorEvent
from sanping.domain.text import Text
from sanping.formats.governance_rows import Row, Value, choice, filled, keyed, number, own_text, title
from sanping.formats.live_schema import Bilingual
from sanping.formats.wrong_table import first_wrong
from sanping.twin.major_event import along_m

FILE_NAME = "event.toml"
_DEGREES = "EPSG:4490"

_NOT_TOML = Text("活动文件无法读取：{reason}；请改正", "The event cannot be read: {reason}; correct it")
_INVALID = Text("活动文件的内容无效：{reason}；请改正", "The event says something impossible: {reason}; correct it")
_BACKWARDS = Text("“{what}”的结束早于开始；请改正时间", "“{what}” ends before it begins; correct the times")
_GAP = Text("阶段“{one}”与“{other}”的时间重叠；请改正", "The phases “{one}” and “{other}” overlap; correct the times")
_MOMENT = Text(
    "{column} 写作“{value}”，应为 2026-11-22T07:30+08:00 样式的时刻",
    "{column} is “{value}”; write a moment as 2026-11-22T07:30+08:00",
)
_SHORT = Text("路线至少要有两个点；请补上", "A route needs two points at least; add them")
_LOCAL = Text(
    "孪生没有地理坐标系，活动路线放不上地图；请先为孪生设置坐标系",
    "The twin has no geographic CRS, so a route cannot be placed; give the twin one first",
)


class _PhaseTable(BaseModel):
    model_config = ConfigDict(extra="forbid")

    title: Bilingual
    begin: datetime
    end: datetime

    @field_validator("begin", "end")
    @classmethod
    def _knows_its_zone(cls, moment: datetime) -> datetime:
        return with_zone(moment)


class EventTable(BaseModel):
    """The whole file; times need a zone."""

    model_config = ConfigDict(extra="forbid")

    title: Bilingual
    begin: datetime
    end: datetime
    source: str = Field(min_length=1)
    simulated: bool = False
    rehearsal_min: int | None = Field(default=None, ge=-24 * 60, le=24 * 60)
    near_m: float = Field(default=150.0, gt=0, le=5_000)
    route: str = "route.csv"
    posts: str = "posts.csv"
    closures: str = ""
    stations: list[str] = []
    cameras: list[str] = []
    phases: list[_PhaseTable] = []

    @field_validator("begin", "end")
    @classmethod
    def _knows_its_zone(cls, moment: datetime) -> datetime:
        return with_zone(moment)


def with_zone(moment: datetime) -> datetime:
    """Return a moment that says its zone. Raises `ValueError` for one that does not."""
    if moment.tzinfo is None:
        raise ValueError("the moment needs a time zone, such as +08:00")
    return moment


def load_event(folder: Path, crs: str) -> MajorEvent:
    """Return the event in a folder, its places in metres of `crs` too. Raises `FileBroken` with file and line."""
    path = folder / FILE_NAME
    try:
        table = EventTable.model_validate(tomllib.loads(own_text(path)))
    except tomllib.TOMLDecodeError as error:
        raise FileBroken(_NOT_TOML.with_values(reason=str(error)), path=str(path)) from error
    except ValidationError as error:
        reason, place = first_wrong(error)
        raise FileBroken(_INVALID.with_values(reason=reason), path=str(path), place=place) from error
    if not crs or crs == LOCAL:
        raise FileBroken(_LOCAL, path=str(path))
    phases = _phases(table, path)
    degrees = tuple(_table(folder, table.route, {"lon", "lat", "source"}, _spot).values())
    if len(degrees) < 2:
        raise FileBroken(_SHORT, path=str(folder / table.route))
    route = _metres(degrees, crs)
    return MajorEvent(
        id=folder.parent.name if folder.name == "event" else folder.name,
        title_zh=table.title.zh,
        title_en=table.title.text().en,
        begin_ms=_ms(table.begin),
        end_ms=_ms(table.end),
        route=route,
        route_degrees=degrees,
        near_m=table.near_m,
        posts=_posts(folder, table, crs, route),
        phases=phases,
        closures=_closures(folder, table, crs),
        stations=tuple(table.stations),
        cameras=tuple(table.cameras),
        source=table.source,
        is_simulated=table.simulated,
        rehearsal_min=table.rehearsal_min,
    )


def _phases(table: EventTable, path: Path) -> tuple[EventPhase, ...]:
    for what, begin, end in (
        (table.title.text(), table.begin, table.end),
        *((phase.title.text(), phase.begin, phase.end) for phase in table.phases),
    ):
        if end <= begin:
            raise FileBroken(_BACKWARDS.with_values(what=what), path=str(path))
    found = sorted(table.phases, key=lambda phase: phase.begin)
    for one, other in pairwise(found):
        if other.begin < one.end:
            words = _GAP.with_values(one=one.title.text(), other=other.title.text())
            raise FileBroken(words, path=str(path))
    return tuple(
        EventPhase(
            title_zh=phase.title.zh, title_en=phase.title.text().en, from_ms=_ms(phase.begin), to_ms=_ms(phase.end)
        )
        for phase in found
    )


def _posts(folder: Path, table: EventTable, crs: str, route: Line) -> tuple[EventPost, ...]:
    columns = {"id", "kind", "name", "department", "people", "duty", "lon", "lat", "source"}
    found = []
    for row in _table(folder, table.posts, columns, _post_row).values():
        ((x_m, y_m),) = _metres(((row[0], row[1]),), crs)
        cells = row[2]
        found.append(
            EventPost(
                id=cells["id"],
                kind=choice(cells, "kind", POST_KINDS),
                name_zh=title(cells, "name").zh,
                name_en=title(cells, "name").en,
                department=cells["department"],
                people=round(number(cells, "people", 1, 10_000)),
                duty_zh=title(cells, "duty").zh,
                duty_en=title(cells, "duty").en,
                lon_deg=row[0],
                lat_deg=row[1],
                x_m=x_m,
                y_m=y_m,
                route_m=along_m(route, x_m, y_m),
            )
        )
    return tuple(found)


def _closures(folder: Path, table: EventTable, crs: str) -> tuple[EventClosure, ...]:
    if not table.closures:
        return ()
    columns = {"road", "begin", "end", "lon", "lat", "source"}
    lines: dict[str, list[tuple[float, float]]] = {}
    first: dict[str, Row] = {}
    for row in _table(folder, table.closures, columns, _closure_row).values():
        lines.setdefault(row[2]["road"], []).append((row[0], row[1]))
        first.setdefault(row[2]["road"], row[2])
    return tuple(
        EventClosure(
            name_zh=name,
            name_en=first[name].get("road_en") or name,
            from_ms=_ms(_moment(first[name], "begin")),
            to_ms=_ms(_moment(first[name], "end")),
            degrees=tuple(line),
            metres=_metres(tuple(line), crs),
        )
        for name, line in lines.items()
    )


def _table(folder: Path, name: str, columns: set[str], read: Callable[[Row], Value]) -> dict[int, Value]:
    """Return the rows of a table by their order. Raises `FileBroken` with file and line."""
    path, order = folder / name, count()
    return keyed(str(path), own_text(path), columns, read, lambda _: next(order))


def _post_row(row: Row) -> tuple[float, float, Row]:
    choice(row, "kind", POST_KINDS)
    number(row, "people", 1, 10_000)
    for column in ("id", "name", "department", "duty"):
        filled(row, column)
    return *_spot(row), row


def _closure_row(row: Row) -> tuple[float, float, Row]:
    filled(row, "road")
    for column in ("begin", "end"):
        _moment(row, column)
    return *_spot(row), row


def _moment(row: Row, column: str) -> datetime:
    try:
        return with_zone(datetime.fromisoformat(row[column]))
    except ValueError as error:
        raise InputError(_MOMENT.with_values(column=column, value=row[column])) from error


def _spot(row: Row) -> tuple[float, float]:
    return number(row, "lon", -180, 180), number(row, "lat", -90, 90)


def _metres(degrees: Line, crs: str) -> Line:
    placed = converter(_DEGREES, crs)(np.array(degrees, np.float64))
    return tuple((round(float(east), 2), round(float(north), 2)) for east, north in placed[:, :2])


def _ms(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)
