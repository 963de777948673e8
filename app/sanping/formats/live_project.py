"""Reads the live part of a twin: stations, river courses, rules, limits and sources. Data only: nothing is started."""

import tomllib
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import numpy as np
import orjson
from pydantic import ValidationError

from sanping.domain.city import Skipped
from sanping.domain.crs import converter
from sanping.domain.errors import FileBroken, ProjectInvalid
from sanping.domain.geo import Float64Array
from sanping.domain.station import Station
from sanping.domain.text import Text
from sanping.formats.live_schema import LiveTable, RulesFile, SourceTable
from sanping.formats.live_tables import load_curves, load_fleets, load_quantities
from sanping.formats.routes import load_routes
from sanping.formats.standards import bundled_standard, load_standard
from sanping.formats.stations import GEOGRAPHIC, load_stations
from sanping.formats.wrong_table import first_wrong
from sanping.twin.live_part import LivePart, SourceEntry
from sanping.twin.river import RiverCourse, course_of
from sanping.twin.rules import Rule

Inside = Callable[[str, str], Path]
_LARGEST_BYTES = 16 << 20
_DEFAULT_WIDTH_M = 30.0

_CANNOT_READ = Text("文件无法读取：{reason}", "The file cannot be read: {reason}")
_NO_RIVER = Text(
    "河道文件里没有带 name 的折线；请给出上游到下游的中心线",
    "The river file holds no line with a name; give centre lines from upstream to downstream",
)
_RULES_BROKEN = Text("规则文件无效：{reason}", "The file of rules is invalid: {reason}")
_NO_STATION = Text(
    "规则 {rule} 引用了站点表里没有的站点 {station}", "Rule {rule} names the station {station}, which is not listed"
)


def load_live_part(table: LiveTable | None, sources: Sequence[SourceTable], crs: str, inside: Inside) -> LivePart:
    """Return what the `[live]` table and the `[[sources]]` of a twin declare.

    `inside(written, place)` gives the absolute path of a file of the twin or raises. Stations and rivers are placed in
    `crs`. Raises `FileBroken` or `ProjectInvalid` naming file and place; a broken row of the station table is left out
    and counted in `LivePart.skipped`.
    """
    entries = tuple(_source(source) for source in sources)
    if table is None:
        return LivePart(sources=entries)
    rivers = load_rivers(inside(table.rivers, "live.rivers"), crs) if table.rivers else ()
    stations: tuple[Station, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    if table.stations:
        read, skipped = load_stations(inside(table.stations, "live.stations"), crs)
        stations = tuple(_on_river(station, rivers) for station in read)
    fleets = load_fleets(inside(table.fleets, "live.fleets")) if table.fleets else ()
    return LivePart(
        stations=stations,
        rivers=rivers,
        rules=load_rules(inside(table.rules, "live.rules"), stations) if table.rules else (),
        sources=entries,
        standard=load_standard(inside(table.standard, "live.standard")) if table.standard else bundled_standard(),
        centre=None if table.centre is None else table.centre.centre(),
        skipped=skipped,
        quantities=load_quantities(inside(table.quantities, "live.quantities")) if table.quantities else (),
        curves=load_curves(inside(table.curves, "live.curves")) if table.curves else (),
        fleets=fleets,
        routes=load_routes(inside(table.routes, "live.routes"), fleets) if fleets else (),
    )


def load_rules(path: Path, stations: Sequence[Station]) -> tuple[Rule, ...]:
    """Read a file of rules (TOML); raises `ProjectInvalid` naming the rule that cannot be."""
    try:
        content = RulesFile.model_validate(tomllib.loads(_bytes(path).decode("utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ProjectInvalid(_RULES_BROKEN.with_values(reason=str(error)), path=str(path)) from error
    except ValidationError as error:
        reason, place = first_wrong(error)
        raise ProjectInvalid(_RULES_BROKEN.with_values(reason=reason), path=str(path), place=place) from error
    known = {station.id for station in stations}
    for rule in content.rules:
        for station in (*rule.stations, *([rule.other] if rule.other else [])):
            if station not in known:
                raise ProjectInvalid(
                    _NO_STATION.with_values(rule=rule.id, station=station), path=str(path), place=rule.id
                )
    return tuple(rule.rule() for rule in content.rules)


def load_rivers(path: Path, crs: str) -> tuple[RiverCourse, ...]:
    """Read river centre lines (GeoJSON LineStrings from upstream to downstream) into `crs`.

    Properties: `name`, `name_en`, and `width_m`, one number or one for each point. The file's own `crs` member holds,
    else longitude and latitude. Raises `FileBroken`.
    """
    try:
        content = orjson.loads(_bytes(path))
        convert = converter(_crs_of(content), crs)
        courses = [
            _course(feature, np.asarray(convert(_points(feature)), dtype=np.float64))
            for feature in content["features"]
            if feature["geometry"]["type"] == "LineString" and feature["properties"].get("name")
        ]
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise FileBroken(_CANNOT_READ.with_values(reason=f"{type(error).__name__}: {error}"), path=str(path)) from error
    if not courses:
        raise FileBroken(_NO_RIVER, path=str(path))
    return tuple(courses)


def _points(feature: dict[str, dict[str, list[list[float]]]]) -> Float64Array:
    points = np.array([point[:2] for point in feature["geometry"]["coordinates"]], dtype=np.float64)
    moves = np.append(True, np.any(np.diff(points, axis=0) != 0, axis=1))
    points = np.asarray(points[moves], dtype=np.float64)
    if points.shape[0] < 2 or not np.isfinite(points).all():
        raise ValueError("a line needs two or more different, finite points")
    return points


def _course(feature: dict[str, dict[str, object]], points: Float64Array) -> RiverCourse:
    properties = feature["properties"]
    name = str(properties["name"])
    written = np.atleast_1d(np.array(properties.get("width_m", _DEFAULT_WIDTH_M), dtype=np.float64))
    width = np.interp(np.linspace(0, 1, len(points)), np.linspace(0, 1, len(written)), written)
    return course_of(name, Text(name, str(properties.get("name_en") or name)), points, width)


def _crs_of(content: dict[str, dict[str, dict[str, str]]]) -> str:
    return content["crs"]["properties"]["name"] if "crs" in content else GEOGRAPHIC


def _on_river(station: Station, rivers: Sequence[RiverCourse]) -> Station:
    """Give a station its chainage when the table leaves it out."""
    course = next((river for river in rivers if river.name == station.river), None)
    if course is None or station.chainage_m is not None:
        return station
    return replace(station, chainage_m=course.chainage_of(station.x_m, station.y_m)[0])


def _source(table: SourceTable) -> SourceEntry:
    return SourceEntry(
        name=table.name,
        adapter=table.adapter,
        title=table.title.text(),
        is_simulated=table.simulated,
        is_enabled=table.enabled,
        hub=table.hub,
        settings=MappingProxyType(dict(table.settings)),
    )


def _bytes(path: Path) -> bytes:
    try:
        if path.stat().st_size > _LARGEST_BYTES:
            raise FileBroken(_CANNOT_READ.with_values(reason="> 16 MiB"), path=str(path))
        return path.read_bytes()
    except OSError as error:
        raise FileBroken(_CANNOT_READ.with_values(reason=str(error)), path=str(path)) from error
