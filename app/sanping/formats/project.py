"""Reads `twin.toml`, makes twins of loose files, and adds files to a twin. A project is data: nothing in it runs."""

import tomllib
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import get_args

from pydantic import ValidationError

from sanping.domain.crs import named_crs
from sanping.domain.errors import InputError, ProjectInvalid
from sanping.domain.label import HIGHEST, LOWEST, NO_LABELS, Labels
from sanping.domain.text import Text
from sanping.domain.view import Bookmark, CameraPose
from sanping.formats.live_project import load_live_part
from sanping.formats.major_event import load_event
from sanping.formats.model_facts import declared_facts, facts_beside
from sanping.formats.project_schema import BookmarkTable, LayerTable, TwinTable
from sanping.formats.tiles3d_address import web_address
from sanping.formats.wrong_table import first_wrong, place_in
from sanping.ports.model_reader import INDEX_NAMES, ReadOptions
from sanping.twin.live_part import LivePart
from sanping.twin.model_facts import ModelFacts
from sanping.twin.project import LayerEntry, Role, TwinProject

FILE_NAME = "twin.toml"
_LARGEST_BYTES = 4 << 20
_PUTUO = (31.2375, 121.4230)

_NO_TWIN = Text(
    "这里没有孪生：找不到 twin.toml。请指定含有 twin.toml 的文件夹",
    "There is no twin here: twin.toml is missing. Name a folder that holds a twin.toml",
)
_NOT_TOML = Text("twin.toml 无法解析：{reason}", "twin.toml cannot be parsed: {reason}")
_INVALID = Text("twin.toml 的内容无效：{reason}", "twin.toml says something impossible: {reason}")
_LACKS = Text("twin.toml 缺少：{keys}；请补上", "twin.toml lacks {keys}; add what is missing")
_OUTSIDE = Text(
    "图层的路径必须在孪生文件夹之内，且为相对路径；请把文件移入文件夹后改写路径",
    "The path of a layer must be relative and stay inside the twin's folder; move the file inside and correct the path",
)
_NO_ROLE = Text("没有这种用途；可用：{names}", "There is no such role; there are: {names}")
_NO_STATION = Text(
    "[labels] 写了“{name}”，但没有这样的站点；请改成站点编号、带 * 的编号或 kind:类别",
    "[labels] names “{name}”, and no station is called so; write ids, ids with * in them, or kind:NAME",
)
_OPENED = Text("打开的文件", "Opened files")
_UNTITLED = Text("未命名孪生", "Untitled twin")


def home_of(twin: Path) -> Path:
    """Return the folder of a twin that is named by its folder or its `twin.toml`. Raises `ProjectInvalid`."""
    path = _file_of(twin)
    if not path.is_file():
        raise ProjectInvalid(_NO_TWIN, path=str(path.parent))
    return path.parent.resolve()


def load_project(folder: Path) -> TwinProject:
    """Read the twin in `folder` (or its `twin.toml`).

    Raises `ProjectInvalid` naming the file and the key that is wrong. Paths that leave the folder are refused, links
    that lead out of it too; a layer's file that is missing is only found when the layer is opened.
    """
    path = _file_of(folder)
    home = path.parent.resolve()
    table = _table(path)
    try:
        crs = named_crs(table.crs)
    except InputError as error:
        raise ProjectInvalid(error.message, path=str(path), place="crs") from error
    layers = tuple(layer_entry(layer, number, home, crs, path) for number, layer in enumerate(table.layers))
    labels = NO_LABELS if table.labels is None else table.labels.labels()
    layers = tuple(replace(layer, label=labels.layer(layer.name)) for layer in layers)
    live = load_live_part(table.live, table.sources, crs, lambda written, place: inside(written, home, path, place))
    return TwinProject(
        folder=home,
        title=table.title.text(),
        crs=crs,
        vertical_datum=table.vertical_datum,
        latitude_deg=table.latitude,
        longitude_deg=table.longitude,
        is_synthetic=table.synthetic,
        may_surround=table.surroundings,
        layers=layers,
        bookmarks=tuple(bookmark_of(bookmark) for bookmark in table.bookmarks),
        style=table.style,
        moment=table.moment,
        attribution=table.attribution.text(),
        live=live,
        governance=inside(table.governance.folder, home, path, "governance.folder") if table.governance else None,
        simulated_people=table.governance.simulated_people if table.governance else "none",
        event=load_event(inside(table.event, home, path, "event"), crs) if table.event else None,
        labels=_checked(labels, live, path),
    )


def _checked(labels: Labels, live: LivePart, path: Path) -> Labels:
    """Return what a twin labels. Raises `ProjectInvalid` for stations that it does not have: they would be public."""
    for name in labels.stations:
        one = Labels(stations={name: HIGHEST})
        if all(one.station(station.id, station.kinds) == LOWEST for station in live.stations):
            raise ProjectInvalid(_NO_STATION.with_values(name=name), path=str(path), place="labels.stations")
    return labels


def _file_of(twin: Path) -> Path:
    return twin if twin.name == FILE_NAME else twin / FILE_NAME


def project_of_files(files: Sequence[Path], options: ReadOptions, moment: datetime | None = None) -> TwinProject:
    """Return a twin of loose files, in the order given; nothing is copied.

    The CRS stays empty when the options name none: the first file that is read decides. `moment` is what the sun
    shows, by default a summer afternoon.
    """
    entries: list[LayerEntry] = []
    for path in files:
        stem = _parent_name(path) if path.name.lower() in INDEX_NAMES else path.stem
        name, number = stem or "file", 2
        while any(entry.name == name for entry in entries):
            name, number = f"{stem}-{number}", number + 1
        entries.append(_loose_entry(path if web_address(path) else path.resolve(), name, options))
    title = Text(files[0].name, files[0].name) if files else _UNTITLED
    return TwinProject(
        folder=files[0].resolve().parent if files and not web_address(files[0]) else Path(),
        title=title,
        crs=options.target_crs,
        vertical_datum=options.vertical_datum,
        latitude_deg=_PUTUO[0],
        longitude_deg=_PUTUO[1],
        is_synthetic=False,
        layers=tuple(entries),
        bookmarks=(),
        style="day",
        moment=moment or datetime(2026, 6, 21, 7, 0, tzinfo=UTC),
        attribution=Text("", ""),
    )


def guessed_role(path: Path) -> Role:
    """Return what a file is most likely for, from its name alone; its reader may know better."""
    name = path.name.lower()
    if name.endswith((".tif", ".tiff", ".asc")):
        return "terrain"
    words: tuple[tuple[Role, tuple[str, ...]], ...] = (
        ("water", ("water", "river", "lake", "水系", "河", "湖")),
        ("roads", ("road", "street", "道路")),
        ("green", ("green", "park", "绿地", "公园")),
        ("grid", ("grid", "网格")),
        ("places", ("place", "label", "地名")),
        ("facilities", ("facilit", "station", "sensor", "设施", "站点")),
        ("bridges", ("bridge", "桥")),
    )
    for role, known in words:
        if any(word in name for word in known):
            return role
    return "buildings"


def role_of(path: Path, options: ReadOptions) -> Role:
    """Return the wished role, else the likely one; raises `ProjectInvalid` for a word that is no role."""
    if not options.role:
        return guessed_role(path)
    for role in get_args(Role):
        if role == options.role:
            known: Role = role
            return known
    raise ProjectInvalid(_NO_ROLE.with_values(names=", ".join(get_args(Role))), path=str(path), place=options.role)


def _loose_entry(path: Path, name: str, options: ReadOptions) -> LayerEntry:
    role = role_of(path, options)
    return LayerEntry(
        name=name,
        title=Text(path.name, path.name),
        role=role,
        path=path,
        options=replace(options, role=role if options.role or role == "bridges" else ""),
        group=_OPENED,
        about=ModelFacts() if web_address(path) else facts_beside(path),
        url=web_address(path),
    )


def _parent_name(path: Path) -> str:
    """Return the name of the folder of a file, or of the folder or server of a web address."""
    return path.parent.name if web_address(path) else path.absolute().parent.name


def _table(path: Path) -> TwinTable:
    """Return the checked content of the file."""
    try:
        if path.stat().st_size > _LARGEST_BYTES:
            raise ProjectInvalid(_INVALID.with_values(reason="> 4 MiB"), path=str(path))
        content = path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise ProjectInvalid(_NO_TWIN, path=str(path.parent)) from error
    except (OSError, UnicodeDecodeError) as error:
        raise ProjectInvalid(_NOT_TOML.with_values(reason=str(error)), path=str(path)) from error
    try:
        return TwinTable.model_validate(tomllib.loads(content))
    except tomllib.TOMLDecodeError as error:
        raise ProjectInvalid(_NOT_TOML.with_values(reason=str(error)), path=str(path)) from error
    except ValidationError as error:
        missing = [place_in(found["loc"]) for found in error.errors() if found["type"] == "missing"]
        if missing:
            keys = ", ".join(missing)
            raise ProjectInvalid(_LACKS.with_values(keys=keys), path=str(path), place=missing[0]) from error
        reason, place = first_wrong(error)
        raise ProjectInvalid(_INVALID.with_values(reason=reason), path=str(path), place=place) from error


def layer_entry(layer: LayerTable, number: int, home: Path, crs: str, source: Path) -> LayerEntry:
    """Return the `number`-th layer that the file `source` declares, with its path inside `home`.

    Raises `ProjectInvalid`.
    """
    path = Path(layer.url) if layer.url else inside(layer.path or "", home, source, f"layers.{number}.path")
    return LayerEntry(
        name=layer.name,
        title=layer.title.text(),
        role=layer.role,
        path=path,
        options=ReadOptions(
            crs=layer.crs,
            target_crs=crs,
            vertical_datum=layer.vertical_datum,
            lod=layer.lod,
            role=layer.role,
            settings=tuple(sorted((layer.model_extra or {}).items())),
        ),
        group=layer.group.text(),
        is_visible=layer.visible,
        licence=layer.licence,
        about=declared_facts(layer.facts(), path),
        url=layer.url,
        needs_consent=bool(layer.url),
    )


def inside(written: str, home: Path, source: Path, place: str) -> Path:
    """Return the absolute path of a file that `source` names at `place`.

    Raises `ProjectInvalid` when it is written as absolute, climbs out, or a link leads out of `home`.
    """
    windows, posix = PureWindowsPath(written), PurePosixPath(written)
    climbs = ".." in windows.parts or ".." in posix.parts
    if "\0" in written or climbs or windows.drive or windows.root or posix.is_absolute():
        raise ProjectInvalid(_OUTSIDE, path=str(source), place=place)
    path = (home / written).resolve()
    if not path.is_relative_to(home) or path == home:
        raise ProjectInvalid(_OUTSIDE, path=str(source), place=place)
    return path


def bookmark_of(table: BookmarkTable) -> Bookmark:
    """Return a view as it is kept."""
    camera = CameraPose(
        target=table.target, heading_deg=table.heading % 360, pitch_deg=table.pitch, distance_m=table.distance
    )
    return Bookmark(name=table.name.text(), camera=camera, style=table.style)
