"""A twin as Mapbox Vector Tiles 2.1 in Web Mercator squares: what a phone's map draws."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import mapbox_vector_tile
import numpy as np
import numpy.typing as npt
import shapely

from sanping.domain.geo import Float64Array
from sanping.domain.text import Text
from sanping.ports.progress import Progress

LEAST_ZOOM = 10
MOST_ZOOM = 15
EXTENT = 4096
BUFFER = 64
WIDTH_M = 40_075_016.7
_CUTTING = Text("生成手机地图", "Cutting the phone's map")
_SIMPLER_BY_PX = 0.4
_LEAST_AREA_PX = 3.0
_PX_PER_TILE = 512

Properties = dict[str, str | int | float | bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class MapLayer:
    """Shapes of one layer of the map, in degrees (longitude, latitude WGS 84), and what is known of each.

    `is_for_all` keeps even the smallest of them when the map is far away; `height_m` (n,) keeps tall ones longer.
    """

    name: str
    shapes: npt.NDArray[np.object_]
    properties: Sequence[Properties]
    height_m: Float64Array | None = None
    is_for_all: bool = False
    from_zoom: int = LEAST_ZOOM


def mercator(degrees: Float64Array) -> Float64Array:
    """Return Web Mercator places (n, 2) from 0 to 1, y southwards, of longitude and latitude (n, 2)."""
    radians = np.radians(np.clip(degrees[:, 1], -85.0511, 85.0511))
    x = degrees[:, 0] / 360.0 + 0.5
    y = 0.5 - np.log(np.tan(np.pi / 4 + radians / 2)) / (2 * np.pi)
    return np.column_stack((x, y))


def map_tiles(layers: Sequence[MapLayer], progress: Progress) -> Iterator[tuple[int, int, int, bytes]]:
    """Yield zoom, column, row (from the north) and the bytes of every square that has something in it.

    Raises `Cancelled` when the person wants it to stop.
    """
    flat = [shapely.transform(layer.shapes, mercator) for layer in layers]
    for zoom in range(LEAST_ZOOM, MOST_ZOOM + 1):
        progress.report((zoom - LEAST_ZOOM) / (MOST_ZOOM + 1 - LEAST_ZOOM), _CUTTING)
        scaled = [_for_zoom(layer, shapes, zoom) for layer, shapes in zip(layers, flat, strict=True)]
        for column, row in _squares(scaled):
            progress.report((zoom - LEAST_ZOOM + 0.5) / (MOST_ZOOM + 1 - LEAST_ZOOM), _CUTTING)
            body = _square(scaled, column, row)
            if body:
                yield zoom, column, row, body


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scaled:
    """A layer at one zoom; shapes in units of 1/4096 of a square, over the whole map."""

    layer: MapLayer
    shapes: npt.NDArray[np.object_]
    number: npt.NDArray[np.int64]
    tree: shapely.STRtree


def _for_zoom(layer: MapLayer, shapes: npt.NDArray[np.object_], zoom: int) -> _Scaled:
    """Return a layer as detailed as this zoom can show it."""
    units = EXTENT * 2.0**zoom
    pixel = EXTENT / _PX_PER_TILE
    number = np.arange(len(shapes)) if zoom >= layer.from_zoom else np.empty(0, np.int64)
    scaled = shapely.transform(shapes[number], lambda places: places * units)
    if zoom < MOST_ZOOM and len(scaled):
        scaled = shapely.simplify(scaled, _SIMPLER_BY_PX * pixel)
    if not layer.is_for_all and zoom < MOST_ZOOM:
        area_px = shapely.area(scaled) / pixel**2
        tall_px = 0.0 if layer.height_m is None else layer.height_m[number] / (WIDTH_M / 2.0**zoom / _PX_PER_TILE)
        is_seen = (area_px >= _LEAST_AREA_PX) | (tall_px >= 4.0)
        scaled, number = scaled[is_seen], number[is_seen]
    return _Scaled(layer=layer, shapes=scaled, number=number, tree=shapely.STRtree(scaled))


def _squares(layers: Sequence[_Scaled]) -> list[tuple[int, int]]:
    found: set[tuple[int, int]] = set()
    for scaled in layers:
        boxes = shapely.bounds(scaled.shapes)
        boxes = boxes[~np.isnan(boxes).any(axis=1)]
        for west, north, east, south in np.floor(boxes / EXTENT).astype(np.int64):
            found.update((column, row) for column in range(west, east + 1) for row in range(north, south + 1))
    return sorted(found)


def _square(layers: Sequence[_Scaled], column: int, row: int) -> bytes:
    """Return one square, empty bytes when nothing is in it."""
    west, north = column * EXTENT - BUFFER, row * EXTENT - BUFFER
    east, south = (column + 1) * EXTENT + BUFFER, (row + 1) * EXTENT + BUFFER
    box = shapely.box(west, north, east, south)
    origin = np.array([column, row]) * EXTENT
    content = []
    for scaled in layers:
        hits = np.sort(scaled.tree.query(box))
        if not len(hits):
            continue
        cut = shapely.clip_by_rect(scaled.shapes[hits], west, north, east, south)
        cut = shapely.transform(cut, lambda places: places - origin)
        cut = shapely.orient_polygons(shapely.set_precision(shapely.make_valid(cut), 1.0))
        features = [
            {"geometry": shape, "properties": scaled.layer.properties[number]}
            for shape, number in zip(cut, scaled.number[hits], strict=True)
            if not shape.is_empty and shape.geom_type != "GeometryCollection"
        ]
        if features:
            content.append({"name": scaled.layer.name, "features": features})
    if not content:
        return b""
    options = {"extents": EXTENT, "y_coord_down": True, "check_winding_order": False}
    return bytes(mapbox_vector_tile.encode(content, default_options=options))
