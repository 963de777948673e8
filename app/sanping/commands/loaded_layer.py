"""A layer as the desk holds it once it is open: its content, and where its objects are."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

import numpy as np

from sanping.commands.streamed_layer import TileStreaming
from sanping.domain.city import Origin, Skipped
from sanping.domain.geo import Extent, Float64Array, UInt8Array
from sanping.domain.ground import Terrain, VectorLayer
from sanping.domain.tile import TileSet
from sanping.domain.view import Point
from sanping.twin.project import LayerEntry

Content = TileSet | Terrain | VectorLayer


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedLayer:
    """What opening one layer gave.

    `entry` may carry another role or CRS than was asked for: what the file turned out to be.
    `skipped` says what was left out and why; `origin` is the report of its reader. A layer with a `stream` grows while
    one looks at it: `content` is what is there at present.
    """

    entry: LayerEntry
    content: Content
    skipped: tuple[Skipped, ...] = ()
    origin: Origin = field(default_factory=lambda: Origin(format=""))
    stream: TileStreaming | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedLayer:
    """An opened layer with the number of every object id."""

    opened: OpenedLayer
    numbers: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def entry(self) -> LayerEntry:
        """How the twin declares the layer."""
        return self.opened.entry

    @property
    def content(self) -> Content:
        """What is in the layer."""
        return self.opened.content


def loaded(opened: OpenedLayer) -> LoadedLayer:
    """Number the objects of an opened layer; takes about a second for a million."""
    return LoadedLayer(opened=opened, numbers=_numbers(opened.content))


def as_shown(layer: LoadedLayer) -> LoadedLayer:
    """Return a layer as it is shown now: of a streamed one the tiles that are, else the layer itself."""
    stream = layer.opened.stream
    return layer if stream is None else loaded(replace(layer.opened, content=stream.shown))


def object_count(content: Content) -> int:
    """Return how many objects a layer has; 0 for a terrain."""
    if isinstance(content, TileSet):
        return content.feature_count
    return len(content.ids) if isinstance(content, VectorLayer) else 0


def extent_of(content: Content) -> Extent | None:
    """Return the box of a layer; None when it has no geometry."""
    if isinstance(content, TileSet | Terrain):
        return content.extent
    bounds = np.array([shape.bounds for shape in content.geometries if not shape.is_empty])
    if not len(bounds):
        return None
    west, south = bounds[:, :2].min(axis=0)
    east, north = bounds[:, 2:].max(axis=0)
    return Extent(west=float(west), south=float(south), east=float(east), north=float(north))


def place_of(content: Content, number: int) -> tuple[Point, float]:
    """Return the middle of an object and its size (m): its height, or half the diagonal of a flat one."""
    if isinstance(content, TileSet):
        corners = corners_of(content, number).reshape(-1, 3)
        if not len(corners):
            east, north, up = content.locate(number)[0].extent.centre
            return (east, north, up), 60.0
        low, high = corners.min(axis=0), corners.max(axis=0)
        middle = (low + high) / 2
        return (float(middle[0]), float(middle[1]), float(middle[2])), float(np.linalg.norm(high - low)) * 0.6
    if isinstance(content, VectorLayer):
        shape = content.geometries[number]
        west, south, east, north = shape.bounds
        is_line = shape.geom_type == "LineString"
        middle_of = shape.interpolate(0.5, normalized=True) if is_line else shape.representative_point()
        size = float(np.hypot(east - west, north - south))
        return (float(middle_of.x), float(middle_of.y), 4.0), max(40.0, size / 2)
    return content.extent.centre, content.extent.diagonal_m


def parts_of(content: TileSet, number: int) -> tuple[int, ...]:
    """Return the feature numbers of the parts of an object."""
    return tuple(
        tile.first_feature + int(row)
        for tile in content.tiles
        for row in np.flatnonzero(tile.features.parent == number)
        if tile.first_feature + row != number
    )


def corners_of(content: TileSet, number: int) -> Float64Array:
    """Return the triangles (t, 3 corners, 3) of an object and its parts, in the frame of the set."""
    found = []
    for one in (number, *parts_of(content, number)):
        tile, row = content.locate(one)
        first, last = tile.first_triangle[row : row + 2]
        found.append(tile.near.points[tile.near.triangles[first:last]].astype(np.float64) + tile.origin)
    return np.concatenate(found)


def surface_kinds_of(content: TileSet, number: int) -> UInt8Array:
    """Return the `SurfaceKind` of every triangle that `corners_of` gives."""
    found = []
    for one in (number, *parts_of(content, number)):
        tile, row = content.locate(one)
        first, last = tile.first_triangle[row : row + 2]
        found.append(tile.triangle_surface[first:last])
    return np.concatenate(found)


def ground_height(terrain: Terrain | None, east: float, north: float, otherwise_m: float = 0.0) -> float:
    """Return the height of the ground by bilinear interpolation; `otherwise_m` outside or without data."""
    if terrain is None:
        return otherwise_m
    rows, columns = terrain.heights_m.shape
    x = (east - terrain.west) / terrain.cell_x_m
    y = (terrain.north - north) / terrain.cell_y_m
    if not (0 <= x <= columns - 1 and 0 <= y <= rows - 1):
        return otherwise_m
    column, row = min(int(x), columns - 2), min(int(y), rows - 2)
    right, down = x - column, y - row
    cell = terrain.heights_m[row : row + 2, column : column + 2].astype(np.float64)
    height = (cell[0, 0] * (1 - right) + cell[0, 1] * right) * (1 - down) + (
        cell[1, 0] * (1 - right) + cell[1, 1] * right
    ) * down
    return otherwise_m if np.isnan(height) else float(height)


def _numbers(content: Content) -> Mapping[str, int]:
    if isinstance(content, TileSet):
        return content.numbers
    ids = content.ids if isinstance(content, VectorLayer) else ()
    return MappingProxyType({name: number for number, name in enumerate(ids)})
