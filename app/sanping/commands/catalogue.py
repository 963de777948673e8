"""Entries of the catalogue from opened layers: what is declared, and what can be told from the data; pure."""

from dataclasses import dataclass

import numpy as np

from sanping.commands.loaded_layer import Content, extent_of, object_count
from sanping.domain.catalogue import CardKind, DataCard
from sanping.domain.city import Origin, SurfaceKind
from sanping.domain.crs import LOCAL, converter
from sanping.domain.geo import Extent
from sanping.domain.ground import Terrain, VectorLayer
from sanping.domain.tile import Tile, TileSet
from sanping.twin.project import LayerEntry, TwinProject

_DETAIL = (SurfaceKind.WINDOW, SurfaceKind.DOOR)
_FLAT_M = 0.05
_INSIDE = ("BuildingRoom", "BuildingStorey", "BuildingUnit", "IfcSpace")
_BUILT_OF = ("Ifc", "BuildingConstructiveElement", "BridgeConstructiveElement")


@dataclass(frozen=True, slots=True, kw_only=True)
class FileFacts:
    """What is known of a file from outside."""

    bytes: int = 0
    modified_ms: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TwinFacts:
    """What a twin says of all its layers; `vertical_datum` counts for those that say nothing."""

    vertical_datum: str = ""
    is_synthetic: bool = False


UNSAID = TwinFacts()


def twin_facts(project: TwinProject) -> TwinFacts:
    """Return what a twin says of all its layers."""
    return TwinFacts(vertical_datum=project.vertical_datum, is_synthetic=project.is_synthetic)


def card_of(entry: LayerEntry, content: Content, origin: Origin, file: FileFacts, twin: TwinFacts = UNSAID) -> DataCard:
    """Return the entry of one layer of a twin."""
    about = entry.about
    extent = extent_of(content)
    declared = about.cim_level
    has_height = extent is not None and not isinstance(content, VectorLayer)
    return DataCard(
        id=entry.name,
        title_zh=entry.title.zh,
        title_en=entry.title.en,
        kind=_kind(content),
        group_zh=entry.group.zh,
        group_en=entry.group.en,
        role=entry.role,
        summary_zh=about.summary.zh,
        summary_en=about.summary.en,
        cim_level=declared or level_of(content, origin),
        is_level_inferred=not declared,
        version=about.version,
        date=about.date,
        publisher=about.publisher,
        licence=entry.licence or about.licence,
        format=f"{origin.format} {origin.version}".strip(),
        lods=origin.lods,
        count=object_count(content),
        passed_over=sum(skip.count for skip in origin.skipped),
        bytes=file.bytes,
        file_ms=file.modified_ms,
        crs=content.frame.crs,
        vertical_datum=content.frame.vertical_datum or twin.vertical_datum,
        bounds=None if extent is None else bounds_of(content.frame.crs, extent),
        low_m=round(extent.bottom, 2) if has_height and extent is not None else None,
        high_m=round(extent.top, 2) if has_height and extent is not None else None,
        is_synthetic=twin.is_synthetic,
        label=entry.label,
    )


def level_of(content: Content, origin: Origin) -> int:
    """Return the CIM level that data show by themselves, after the levels of CJJ/T 315.

    Terrain and flat layers are level 1, plain blocks 2, models with shaped roofs 3, with doors and windows 4, with
    rooms or storeys 5, with parts of construction 6. A level of detail that the file names counts before its shapes.
    """
    if not isinstance(content, TileSet):
        return 1
    words = {name for tile in content.tiles for name in tile.features.class_names}
    if any(word.startswith(_BUILT_OF) for word in words):
        return 6
    if words & set(_INSIDE):
        return 5
    kinds = set(np.concatenate([np.unique(tile.triangle_surface) for tile in content.tiles]).tolist())
    if kinds & set(_DETAIL):
        return 4
    lods = [float(lod) for lod in origin.lods if lod.replace(".", "", 1).isdigit()]
    if lods:
        return 2 if max(lods) < 2 else 3 if max(lods) < 3 else 4
    return 3 if any(_has_slopes(tile) for tile in content.tiles) else 2


def _has_slopes(tile: Tile) -> bool:
    """Say whether some roof of a tile is not flat."""
    roofs = tile.near.triangles[tile.triangle_surface == SurfaceKind.ROOF]
    up = tile.near.points[roofs][:, :, 2]
    return bool(len(up)) and bool((np.ptp(up, axis=1) > _FLAT_M).any())


def bounds_of(crs: str, extent: Extent) -> tuple[float, float, float, float] | None:
    """Return west, south, east, north of a box in degrees (WGS 84); None for one without a place on the earth."""
    if crs == LOCAL:
        return None
    east, north = np.meshgrid(np.linspace(extent.west, extent.east, 5), np.linspace(extent.south, extent.north, 5))
    degrees = converter(crs, "EPSG:4326")(np.column_stack((east.ravel(), north.ravel())))
    if not np.isfinite(degrees).all():
        return None
    (west, south), (right, top) = degrees.min(axis=0).tolist(), degrees.max(axis=0).tolist()
    return (round(west, 7), round(south, 7), round(right, 7), round(top, 7))


def _kind(content: Content) -> CardKind:
    if isinstance(content, TileSet):
        return "model"
    return "surface" if isinstance(content, Terrain) else "flat"
