"""Reads scene packs: a folder with `scene.toml` and data, laid over a twin. Data only: nothing in a pack runs.

A pack names the twin that it is laid over, a bundled one or a folder of its own, and says what is different: title,
layers, what lives, rules, sources, views, layouts of the wall; tours lie beside it.
"""

import tomllib
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from sanping.domain.errors import ProjectInvalid, SanpingError
from sanping.domain.quantity import declare
from sanping.domain.text import Text
from sanping.domain.view import StyleName
from sanping.formats.live_project import load_live_part
from sanping.formats.live_schema import Bilingual, LiveTable, SourceTable
from sanping.formats.major_event import load_event
from sanping.formats.project import FILE_NAME as TWIN_FILE
from sanping.formats.project import bookmark_of, inside, layer_entry, load_project
from sanping.formats.project_schema import BookmarkTable, GovernanceTable, LayerTable
from sanping.formats.wrong_table import first_wrong
from sanping.twin.live_part import LivePart
from sanping.twin.project import SceneCard, TwinProject

FILE_NAME = "scene.toml"
_LARGEST_BYTES = 4 << 20

_CANNOT_READ = Text("场景包无法读取：{reason}", "The scene pack cannot be read: {reason}")
_INVALID = Text("scene.toml 的内容无效：{reason}", "scene.toml says something impossible: {reason}")
_NO_TWIN = Text(
    "找不到场景所用的孪生“{twin}”；可用自带的：{names}，或放在场景包内的文件夹",
    "The twin “{twin}” of the scene is missing; bundled ones are {names}, or put a folder into the pack",
)
_NO_LAYER = Text(
    "孪生里没有图层 {name}，不能隐藏；有：{names}", "The twin has no layer {name} to leave out; it has {names}"
)


class SceneTable(BaseModel):
    """The whole file; `keeps_live` adds the pack's living part to that of the twin, else it replaces it."""

    model_config = ConfigDict(extra="forbid")

    title: Bilingual
    summary: Bilingual
    tagline: Bilingual | None = None
    twin: str = Field(pattern=r"^[\w-]{1,80}$")
    style: StyleName | None = None
    moment: datetime | None = None
    attribution: Bilingual | None = None
    keeps_live: bool = False
    without: list[str] = []
    layers: list[LayerTable] = []
    bookmarks: list[BookmarkTable] = []
    live: LiveTable | None = None
    sources: list[SourceTable] = []
    wall: str = ""
    governance: GovernanceTable | None = None
    event: str = ""

    @field_validator("moment")
    @classmethod
    def _knows_its_zone(cls, moment: datetime | None) -> datetime | None:
        if moment is not None and moment.tzinfo is None:
            raise ValueError("the moment needs a time zone, such as +08:00")
        return moment


def load_twin(folder: Path, bundled: Path) -> TwinProject:
    """Read the twin or the scene pack in `folder`, named by itself or its file, and make its quantities known.

    `bundled` is the folder of the twins that come with the product. Raises `ProjectInvalid` or `FileBroken` naming file
    and place.
    """
    home = folder.parent if folder.name in (FILE_NAME, TWIN_FILE) else folder
    path = home / FILE_NAME
    project = _scene(path, bundled) if path.is_file() else load_project(folder)
    declare(project.live.quantities)
    return project


def scenes_in(folders: Sequence[Path]) -> tuple[SceneCard, ...]:
    """Return the packs in some folders, by name; a broken one is there with what is wrong. A later folder goes first.

    Only `scene.toml` is read, not what it names.
    """
    found: dict[str, SceneCard] = {}
    for folder in folders:
        for path in sorted(folder.glob(f"*/{FILE_NAME}")):
            name = path.parent.name
            try:
                table = _table(path)
            except SanpingError as error:
                why = Text(error.in_language("zh"), error.in_language("en"))
                found[name] = SceneCard(
                    name=name, folder=path.parent, title=Text(name, name), summary=Text("", ""), trouble=why
                )
                continue
            found[name] = SceneCard(
                name=name, folder=path.parent, title=table.title.text(), summary=table.summary.text()
            )
    return tuple(found[name] for name in sorted(found))


def _scene(path: Path, bundled: Path) -> TwinProject:
    home, table = path.parent.resolve(), _table(path)
    twin = load_project(_folder_of_twin(table.twin, home, bundled, path))
    names = [layer.name for layer in twin.layers]
    for name in table.without:
        if name not in names:
            words = _NO_LAYER.with_values(name=name, names=", ".join(names))
            raise ProjectInvalid(words, path=str(path), place="without")

    def within(written: str, place: str) -> Path:
        return inside(written, home, path, place)

    live = load_live_part(table.live, table.sources, twin.crs, within)
    if table.keeps_live:
        live = _joined(twin.live, live)
    added = (layer_entry(layer, number, home, twin.crs, path) for number, layer in enumerate(table.layers))
    bookmarks = tuple(bookmark_of(bookmark) for bookmark in table.bookmarks)
    return replace(
        twin,
        folder=home,
        title=table.title.text(),
        summary=table.summary.text(),
        tagline=table.tagline.text() if table.tagline else None,
        layers=(*(layer for layer in twin.layers if layer.name not in table.without), *added),
        bookmarks=bookmarks or twin.bookmarks,
        style=table.style or twin.style,
        moment=table.moment or twin.moment,
        attribution=table.attribution.text() if table.attribution else twin.attribution,
        live=live,
        wall=within(table.wall, "wall") if table.wall else None,
        event=load_event(within(table.event, "event"), twin.crs) if table.event else None,
        **_governed(table, within),
    )


def _governed(table: SceneTable, within: Callable[[str, str], Path]) -> dict[str, Any]:
    """Return what replaces the tables that the twin governs by; nothing where the pack has none."""
    if table.governance is None:
        return {}
    return {
        "governance": within(table.governance.folder, "governance.folder"),
        "simulated_people": table.governance.simulated_people,
    }


def _joined(twin: LivePart, pack: LivePart) -> LivePart:
    return replace(
        twin,
        stations=(*twin.stations, *pack.stations),
        rivers=pack.rivers or twin.rivers,
        rules=(*twin.rules, *pack.rules),
        sources=(*twin.sources, *pack.sources),
        centre=pack.centre or twin.centre,
        skipped=(*twin.skipped, *pack.skipped),
        quantities=(*twin.quantities, *pack.quantities),
        curves=(*twin.curves, *pack.curves),
        fleets=(*twin.fleets, *pack.fleets),
        routes=(*twin.routes, *pack.routes),
    )


def _folder_of_twin(name: str, home: Path, bundled: Path, path: Path) -> Path:
    for folder in (home / name, bundled / name):
        if (folder / TWIN_FILE).is_file():
            return folder
    names = ", ".join(sorted(found.parent.name for found in bundled.glob(f"*/{TWIN_FILE}")))
    raise ProjectInvalid(_NO_TWIN.with_values(twin=name, names=names), path=str(path), place="twin")


def _table(path: Path) -> SceneTable:
    try:
        if path.stat().st_size > _LARGEST_BYTES:
            raise ProjectInvalid(_CANNOT_READ.with_values(reason="> 4 MiB"), path=str(path))
        return SceneTable.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ProjectInvalid(_CANNOT_READ.with_values(reason=str(error)), path=str(path)) from error
    except ValidationError as error:
        reason, place = first_wrong(error)
        raise ProjectInvalid(_INVALID.with_values(reason=reason), path=str(path), place=place) from error
