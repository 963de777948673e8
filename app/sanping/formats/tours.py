"""Reads `tours.toml`, the tours of a twin for its kiosk, and reads and writes flights as tours. Data only."""

import json
import tomllib
from collections.abc import Iterable, Mapping
from datetime import datetime, time
from math import isfinite
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from sanping.domain.errors import ProjectInvalid
from sanping.domain.text import Text
from sanping.domain.tour import Stop, Tour
from sanping.domain.view import Bookmark, CameraPose, StyleName
from sanping.formats.live_schema import Bilingual
from sanping.formats.wrong_table import first_wrong
from sanping.twin.project import TwinProject

FILE_NAME, FLIGHTS_NAME = "tours.toml", "flights.toml"
_LARGEST_BYTES = 1 << 20
_FAR_M = 1e8

_NOT_TOML = Text("导览文件无法解析：{reason}", "The file of tours cannot be parsed: {reason}")
_INVALID = Text("导览文件的内容无效：{reason}", "The file of tours says something impossible: {reason}")
_NO_BOOKMARK = Text(
    "导览引用了 twin.toml 里没有的视角“{name}”；可用：{names}",
    "A tour names the bookmark “{name}”, which twin.toml does not have; there are: {names}",
)
_NO_VIEW = Text(
    "该站没有视角；请写 bookmark，或写 target 和 distance",
    "This stop has no view; give it a bookmark, or a target and a distance",
)


class _StopTable(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=False)

    bookmark: str = ""
    target: tuple[float, float, float] | None = None
    heading: float | None = None
    pitch: float | None = Field(default=None, ge=-90, le=60)
    distance: float | None = Field(default=None, gt=0, le=200_000)
    fov: float | None = Field(default=None, ge=1, le=170)
    title: Bilingual | None = None
    caption: Bilingual | None = None
    style: StyleName | None = None
    time: str = ""
    dwell: float = Field(default=10.0, ge=0, le=600)
    flight: float | None = Field(default=None, ge=0.5, le=60)
    turn: float = Field(default=0.5, ge=-10, le=10)

    @field_validator("target")
    @classmethod
    def _lies_on_earth(cls, target: tuple[float, float, float] | None) -> tuple[float, float, float] | None:
        if target is not None and not all(isfinite(value) and abs(value) < _FAR_M for value in target):
            raise ValueError("the target lies nowhere")
        return target

    @field_validator("time")
    @classmethod
    def _is_a_time(cls, written: str) -> str:
        if written:
            _time(written)
        return written


class _TourTable(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: Bilingual
    stops: list[_StopTable] = Field(min_length=1, max_length=200)


class _ToursTable(BaseModel):
    model_config = ConfigDict(extra="forbid")

    tours: list[_TourTable] = Field(min_length=1, max_length=50)


def load_tours(project: TwinProject, flights: Path | None = None) -> tuple[Tour, ...]:
    """Return the tours of a twin and then the flights that were recorded in it, none where it has neither file.

    `flights` is the folder that keeps those of a twin that cannot be written, else they lie in its own.

    Raises `ProjectInvalid` naming the file and the place in it that is wrong.
    """
    return (
        *read_tours(project.folder / FILE_NAME, project),
        *read_tours((flights or project.folder) / FLIGHTS_NAME, project),
    )


def read_tours(path: Path, project: TwinProject) -> tuple[Tour, ...]:
    """Return the tours of a file, none where it is missing; raises `ProjectInvalid`."""
    if not path.is_file():
        return ()
    table = _table(path)
    known = {name: bookmark for bookmark in project.bookmarks for name in (bookmark.name.zh, bookmark.name.en)}
    return tuple(
        Tour(
            name=tour.name.text(),
            stops=tuple(_stop(stop, known, path, f"tours.{n}.stops.{k}") for k, stop in enumerate(tour.stops)),
        )
        for n, tour in enumerate(table.tours)
    )


def tours_as_toml(tours: Iterable[Tour]) -> str:
    """Return tours as the text of such a file; times of day are left out."""
    lines: list[str] = []
    for tour in tours:
        lines += ["[[tours]]", f"name = {_bilingual(tour.name)}", ""]
        for stop in tour.stops:
            pose = stop.camera
            lines += [
                "[[tours.stops]]",
                f"title = {_bilingual(stop.title)}",
                f"target = [{', '.join(f'{value:.3f}' for value in pose.target)}]",
                f"heading = {pose.heading_deg:.4f}",
                f"pitch = {pose.pitch_deg:.4f}",
                f"distance = {pose.distance_m:.3f}",
                f"fov = {pose.fov_deg:.4f}",
                f"dwell = {stop.dwell_s:.3f}",
                *([f"flight = {stop.flight_s:.3f}"] if stop.flight_s is not None else []),
                f"turn = {stop.turn_deg_per_s:.3f}",
                "",
            ]
    return "\n".join(lines)


def _bilingual(text: Text) -> str:
    """Return words as a TOML table; the escapes of JSON strings are those of TOML."""
    zh, en = (json.dumps(words, ensure_ascii=False).replace("\x7f", "\\u007f") for words in (text.zh, text.en))
    return f"{{ zh = {zh}, en = {en} }}"


def _table(path: Path) -> _ToursTable:
    try:
        if path.stat().st_size > _LARGEST_BYTES:
            raise ProjectInvalid(_INVALID.with_values(reason="> 1 MiB"), path=str(path))
        return _ToursTable.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise ProjectInvalid(_NOT_TOML.with_values(reason=str(error)), path=str(path)) from error
    except ValidationError as error:
        reason, place = first_wrong(error)
        raise ProjectInvalid(_INVALID.with_values(reason=reason), path=str(path), place=place) from error


def _stop(table: _StopTable, known: Mapping[str, Bookmark], path: Path, place: str) -> Stop:
    bookmark = known.get(table.bookmark)
    if table.bookmark and bookmark is None:
        names = "、".join(dict.fromkeys(one.name.zh for one in known.values()))
        words = _NO_BOOKMARK.with_values(name=table.bookmark, names=names)
        raise ProjectInvalid(words, path=str(path), place=f"{place}.bookmark")
    camera = _camera(table, bookmark)
    if camera is None:
        raise ProjectInvalid(_NO_VIEW, path=str(path), place=place)
    return Stop(
        camera=camera,
        title=table.title.text() if table.title else bookmark.name if bookmark else Text("", ""),
        caption=table.caption.text() if table.caption else None,
        style=table.style or (bookmark.style if bookmark else None),
        at=_time(table.time) if table.time else None,
        dwell_s=table.dwell,
        flight_s=table.flight,
        turn_deg_per_s=table.turn,
    )


def _camera(table: _StopTable, bookmark: Bookmark | None) -> CameraPose | None:
    """Return the camera of a stop: that of its bookmark, in which each key of its own goes first."""
    base = bookmark.camera if bookmark else None
    target = table.target or (base.target if base else None)
    distance = table.distance or (base.distance_m if base else None)
    if target is None or distance is None:
        return None
    plain = base or CameraPose(target=target)
    return CameraPose(
        target=target,
        heading_deg=(plain.heading_deg if table.heading is None else table.heading) % 360,
        pitch_deg=plain.pitch_deg if table.pitch is None else table.pitch,
        distance_m=distance,
        fov_deg=plain.fov_deg if table.fov is None else table.fov,
    )


def _time(written: str) -> time:
    return datetime.strptime(written, "%H:%M").time()
