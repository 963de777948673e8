"""The layers of a twin as the layers of a phone's map: buildings and decks to extrude, water, green, roads, names."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from sanping.analysis.map_frame import degrees_of
from sanping.analysis.outlines import outlines_of
from sanping.commands.object_facts import name_of
from sanping.domain.city import Attributes
from sanping.domain.geo import Extent, Float64Array
from sanping.domain.ground import Terrain, VectorLayer
from sanping.domain.tile import TileSet
from sanping.tiles.web_map import MapLayer, Properties

_LINES = ("roads", "lines")
_FLAT = {"water": "water", "green": "green", "grid": "grid", "places": "place"}
_KEPT = ("kind", "class", "width_m", "rank", "level", "code")
_LONGEST_WORD = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class MapSource:
    """One opened layer of a twin: its name, what it is for (`twin.project.Role`), and what it holds."""

    name: str
    role: str
    content: TileSet | Terrain | VectorLayer


def map_layers(sources: Sequence[MapSource]) -> list[MapLayer]:
    """Return the layers of the map, in the order in which they are drawn."""
    parts: defaultdict[str, list[MapLayer]] = defaultdict(list)
    for source in sources:
        if isinstance(source.content, TileSet):
            name = "bridge" if source.role == "bridges" else "building"
            parts[name].extend(_solids(source, source.content, name))
        elif isinstance(source.content, VectorLayer):
            name = "road" if source.role in _LINES else _FLAT.get(source.role, "")
            if name:
                parts[name].append(_flat(source.name, source.content, name))
    order = ("green", "water", "grid", "road", "building", "bridge", "place")
    return [_joined(parts[name]) for name in order if parts[name]]


def map_extent(sources: Sequence[MapSource]) -> tuple[str, Extent] | None:
    """Return the CRS of a twin and the box around what its map shows; None when there is nothing to show."""
    found: tuple[str, Extent] | None = None
    for source in sources:
        content = source.content
        if isinstance(content, VectorLayer):
            bounds = shapely.total_bounds(content.geometries)
            if np.isnan(bounds).any() or source.role not in (*_LINES, *_FLAT):
                continue
            extent = Extent(west=bounds[0], south=bounds[1], east=bounds[2], north=bounds[3])
        elif isinstance(content, TileSet):
            extent = content.extent
        else:
            continue
        found = (content.frame.crs, extent if found is None else found[1].merged(extent))
    return found


def _solids(source: MapSource, tiles: TileSet, name: str) -> list[MapLayer]:
    found = []
    for tile in tiles.tiles:
        outlines = outlines_of(tile, is_floating=name == "bridge")
        ids, attributes = tile.features.ids, tile.features.attributes
        words = {row: _words(source.name, ids[row], attributes[row]) for row in np.unique(outlines.row).tolist()}
        properties = [
            {**words[row], "height": round(top, 1), "base": round(bottom, 1)}
            for row, top, bottom in zip(
                outlines.row.tolist(), outlines.top_m.tolist(), outlines.bottom_m.tolist(), strict=True
            )
        ]
        shapes = _in_degrees(outlines.shape, tiles.frame.crs)
        found.append(MapLayer(name=name, shapes=shapes, properties=properties, height_m=outlines.top_m, from_zoom=12))
    return found


def _flat(layer: str, data: VectorLayer, name: str) -> MapLayer:
    properties = [_words(layer, id, known) for id, known in zip(data.ids, data.attributes, strict=True)]
    is_small = name not in ("green", "water")
    return MapLayer(
        name=name,
        shapes=_in_degrees(shapely.force_2d(data.geometries), data.frame.crs),
        properties=properties,
        is_for_all=is_small,
        from_zoom=13 if name in ("grid", "road") else 10,
    )


def _words(layer: str, id: str, attributes: Attributes) -> Properties:
    """Return what the map says of an object: where it is from, its names, and a few plain words."""
    found: Properties = {"id": id, "layer": layer}
    name = name_of(attributes)
    if name is not None:
        found["name"], found["name_en"] = name.zh[:_LONGEST_WORD], name.en[:_LONGEST_WORD]
    for key in _KEPT:
        value = attributes.get(key)
        if isinstance(value, bool | int | float | str):
            found[key] = value[:_LONGEST_WORD] if isinstance(value, str) else value
    return found


def _in_degrees(shapes: npt.NDArray[np.object_], crs: str) -> npt.NDArray[np.object_]:
    def convert(metres: Float64Array) -> Float64Array:
        return degrees_of(crs, metres)

    found: npt.NDArray[np.object_] = shapely.transform(shapes, convert)
    found[~np.isfinite(shapely.bounds(found)).all(axis=1)] = shapely.Polygon()
    return found


def _joined(parts: Sequence[MapLayer]) -> MapLayer:
    heights = [part.height_m for part in parts if part.height_m is not None]
    first = parts[0]
    return MapLayer(
        name=first.name,
        shapes=np.concatenate([part.shapes for part in parts]),
        properties=[words for part in parts for words in part.properties],
        height_m=np.concatenate(heights) if len(heights) == len(parts) else None,
        is_for_all=first.is_for_all,
        from_zoom=first.from_zoom,
    )
