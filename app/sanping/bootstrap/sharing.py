"""Writes what a hub shares of a twin: catalogue, features as a GeoPackage in degrees, models as 3D Tiles."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec
import numpy as np
import shapely

from sanping.bootstrap.exporting import as_out
from sanping.bootstrap.filled_streams import filled
from sanping.bootstrap.opener import Refusal, TwinOpener
from sanping.bootstrap.share_files import CATALOGUE, FEATURES, TILES
from sanping.commands.catalogue import card_of, twin_facts
from sanping.commands.loaded_layer import OpenedLayer
from sanping.domain.catalogue import DataCard
from sanping.domain.city import Origin
from sanping.domain.errors import InputError
from sanping.domain.geo import GeoFrame
from sanping.domain.ground import VectorLayer
from sanping.domain.text import Text
from sanping.formats.model_facts import file_facts
from sanping.formats.outgoing.layers import ExportWish, OutLayer
from sanping.formats.outgoing.writing import removed, write
from sanping.ports.jobs import Jobs
from sanping.ports.model_reader import ReadOptions
from sanping.ports.progress import Part, Progress
from sanping.settings.settings import Settings
from sanping.settings.tile_budget import budget_of
from sanping.twin.cases.inventory import Inventory
from sanping.twin.project import COMPONENTS, LayerEntry, TwinProject

_DEGREES = "EPSG:4326"
_OPENED, _FEATURES_WRITTEN = 0.3, 0.5
_COMPONENTS = Text("城市部件", "City components")
_GOVERNING = Text("城市管理", "City management")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """What was written: entries of the catalogue, and the layers that could not be read."""

    cards: tuple[DataCard, ...]
    refused: tuple[Refusal, ...]


def write_share(
    project: TwinProject, folder: Path, progress: Progress, settings: Settings, jobs: Jobs | None = None
) -> Shared:
    """Write everything into an empty folder; `jobs` do the reading, workers by default.

    Raises the first layer's error when none can be read, `StoreFailed`.
    """
    opener = TwinOpener(settings, jobs)
    try:
        opened, refused = opener.open_readable(project, Part(progress, 0.0, _OPENED))
        opened = filled(opened, budget_of(settings), Part(progress, _OPENED, _OPENED))
        inventory = _components_of(opener, project, progress)
    finally:
        opener.close()
    if inventory.components:
        opened.append(_layer_of(inventory, project))
    cards = tuple(
        card_of(layer.entry, layer.content, layer.origin, file_facts(layer.entry.path), twin_facts(project))
        for layer in opened
    )
    layers = [as_out(layer) for layer in opened if layer.content.frame.crs != "LOCAL"]
    wish = ExportWish(
        format="gpkg",
        crs=_DEGREES,
        title=project.title.zh,
        attribution=project.attribution.zh,
        vertical_datum=project.vertical_datum,
    )
    _write_if_any(folder / FEATURES, layers, wish, Part(progress, _OPENED, _FEATURES_WRITTEN))
    _write_if_any(folder / TILES, layers, replace(wish, format="3dtiles"), Part(progress, _FEATURES_WRITTEN, 1.0))
    (folder / CATALOGUE).write_bytes(msgspec.json.encode(cards))
    return Shared(cards=cards, refused=tuple(refused))


def _write_if_any(path: Path, layers: Sequence[OutLayer], wish: ExportWish, progress: Progress) -> None:
    """Write a file unless the twin has nothing that goes into it: a twin of roads has no tiles."""
    try:
        write(path, layers, wish, progress)
    except InputError:
        removed(path)


def _components_of(opener: TwinOpener, project: TwinProject, progress: Progress) -> Inventory:
    """Return the components of a twin; none where their table is broken, which the desk reports."""
    try:
        return opener.components(project, Part(progress, _OPENED, _OPENED))
    except InputError:
        return Inventory()


def _layer_of(inventory: Inventory, project: TwinProject) -> OpenedLayer:
    """Return components as a layer of points in degrees."""
    things = inventory.components
    geometries = shapely.points(np.array([(thing.lon_deg, thing.lat_deg) for thing in things], np.float64))
    attributes = [
        {
            "name": thing.name,
            "class": thing.class_code,
            "class_zh": inventory.titles[thing.class_code].zh if thing.class_code in inventory.titles else "",
            "class_en": inventory.titles[thing.class_code].en if thing.class_code in inventory.titles else "",
            "grid": thing.grid,
            "state": thing.state,
            "competent_dept": thing.competent_dept,
            "owner_dept": thing.owner_dept,
            "maintainer_dept": thing.maintainer_dept,
        }
        for thing in things
    ]
    origin = Origin(format="GB/T 30428", skipped=inventory.skipped)
    content = VectorLayer(
        frame=GeoFrame(crs=_DEGREES),
        origin=origin,
        ids=[thing.id for thing in things],
        geometries=geometries,
        attributes=attributes,
    )
    path = (project.governance or project.folder) / "components.csv"
    entry = LayerEntry(
        name=COMPONENTS,
        title=_COMPONENTS,
        role="facilities",
        path=path,
        options=ReadOptions(),
        group=_GOVERNING,
    )
    return OpenedLayer(entry=entry, content=content, skipped=inventory.skipped, origin=origin)
