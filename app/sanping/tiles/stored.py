"""What a file became, as a cache file and back: tiles, terrain or a vector layer, and the report of its origin."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

import shapely

from sanping.domain.city import Origin, Skipped
from sanping.domain.geo import Extent, GeoFrame
from sanping.domain.ground import Imagery, Terrain, VectorLayer
from sanping.domain.lifetime import LifetimeNames
from sanping.domain.text import Text
from sanping.domain.tile import TileSet
from sanping.tiles.arrow_file import (
    PackedAttributes,
    PackedStrings,
    attributes_column,
    binary_column,
    read,
    strings_column,
    write,
)
from sanping.tiles.lifetimes import noted
from sanping.tiles.stored_tiles import tiles_as_columns, tiles_from_columns

Ready = TileSet | Terrain | VectorLayer
_USUAL_NAMES = LifetimeNames()


def save(path: Path, data: Ready, origin: Origin, names: LifetimeNames = _USUAL_NAMES) -> None:
    """Write `data` and its report to a cache file, and force it to the disk; `names` tell dates among attributes."""
    if isinstance(data, TileSet):
        kind = "tiles"
        head, columns, strange = tiles_as_columns(data, names)
        origin = noted(origin, strange)
    elif isinstance(data, Terrain):
        kind, (head, columns) = "terrain", _terrain_as_columns(data)
    else:
        kind, (head, columns) = "vector", _vector_as_columns(data)
    write(path, {"kind": kind, "source": asdict(origin), **head}, columns)


def load(path: Path) -> tuple[Ready, Origin]:
    """Map a cache file; raises `FileBroken` when it is damaged, `FileNotFoundError` when it is not there."""
    head, columns = read(path)
    origin = _origin(head["source"])
    if head["kind"] == "tiles":
        return tiles_from_columns(head, columns), origin
    if head["kind"] == "terrain":
        return _terrain(head, columns, origin), origin
    return _vector(head, columns, origin), origin


def _origin(source: dict[str, Any]) -> Origin:
    skipped = tuple(
        Skipped(reason=_text(entry["reason"]), count=entry["count"], examples=tuple(entry["examples"]))
        for entry in source["skipped"]
    )
    return Origin(
        format=source["format"],
        version=source["version"],
        lods=tuple(source["lods"]),
        source_crs=source["source_crs"],
        skipped=skipped,
        notes=tuple(_text(note) for note in source["notes"]),
    )


def _text(both: dict[str, str]) -> Text:
    return Text(both["zh"], both["en"])


def _terrain_as_columns(terrain: Terrain) -> tuple[dict[str, object], dict[str, Any]]:
    head: dict[str, object] = {
        "frame": asdict(terrain.frame),
        "grid": [terrain.west, terrain.north, terrain.cell_x_m, terrain.cell_y_m],
    }
    columns: dict[str, Any] = {"heights_m": terrain.heights_m}
    if terrain.imagery is not None:
        head["imagery"] = asdict(terrain.imagery.extent)
        columns["pixels"] = terrain.imagery.pixels
    return head, columns


def _terrain(head: dict[str, Any], columns: dict[str, Any], origin: Origin) -> Terrain:
    west, north, cell_x_m, cell_y_m = head["grid"]
    imagery = None
    if "imagery" in head:
        imagery = Imagery(pixels=columns["pixels"], extent=Extent(**head["imagery"]))
    return Terrain(
        frame=GeoFrame(**head["frame"]),
        origin=origin,
        heights_m=columns["heights_m"],
        west=west,
        north=north,
        cell_x_m=cell_x_m,
        cell_y_m=cell_y_m,
        imagery=imagery,
    )


def _vector_as_columns(layer: VectorLayer) -> tuple[dict[str, object], dict[str, Any]]:
    columns = {
        "ids": strings_column(layer.ids),
        "attributes": attributes_column(layer.attributes),
        "wkb": binary_column(shapely.to_wkb(layer.geometries)),
    }
    return {"frame": asdict(layer.frame)}, columns


def _vector(head: dict[str, Any], columns: dict[str, Any], origin: Origin) -> VectorLayer:
    return VectorLayer(
        frame=GeoFrame(**head["frame"]),
        origin=origin,
        ids=PackedStrings(columns["ids"]),
        geometries=shapely.from_wkb(columns["wkb"].to_numpy(zero_copy_only=False)),
        attributes=PackedAttributes(columns["attributes"]),
    )
