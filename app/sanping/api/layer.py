"""A layer of a twin in a script: objects with geometry and attributes, heights of terrain."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from sanping.analysis.ground_heights import ground_at
from sanping.commands.loaded_layer import OpenedLayer
from sanping.domain.city import Skipped
from sanping.domain.errors import InputError
from sanping.domain.geo import Extent, Float64Array, Int32Array
from sanping.domain.ground import Terrain, VectorLayer
from sanping.domain.text import Text
from sanping.domain.tile import Tile, TileSet

Kind = Literal["model", "terrain", "flat"]
_NO_HEIGHTS = Text(
    "图层“{name}”不是地形，没有高程；请取用途为 terrain 的图层",
    "The layer “{name}” is no terrain and has no heights; take the layer whose role is terrain",
)
_NO_OBJECT = Text("图层“{layer}”里没有编号为“{id}”的对象", "The layer “{layer}” has no object with the id “{id}”")


@dataclass(frozen=True, slots=True, kw_only=True)
class Feature:
    """One object of a layer.

    `class_name` is the CityGML word of a model's object and the kind of geometry of a flat one. `base_m`, `height_m`
    are metres in the vertical datum of the model, NaN for flat objects. `points` (n, 3) float64 are metres in the CRS
    of the twin, `triangles` (t, 3) rows of `points`; flat objects have no triangles and heights of 0. A building of
    parts has no triangles of its own: its parts name it as their `parent`, "" for objects without one.
    """

    id: str
    class_name: str
    base_m: float
    height_m: float
    attributes: Mapping[str, object]
    points: Float64Array
    triangles: Int32Array
    parent: str = ""


class Layer:
    """A layer that is open: a sequence of features; a terrain has none, but heights."""

    def __init__(self, opened: OpenedLayer) -> None:
        self._entry, self._content = opened.entry, opened.content
        self.skipped: tuple[Skipped, ...] = opened.skipped
        """What the reader left out, counted by reason."""

    @property
    def name(self) -> str:
        """What the twin calls it."""
        return self._entry.name

    @property
    def title(self) -> Text:
        """What people call it."""
        return self._entry.title

    @property
    def role(self) -> str:
        """What it is for, such as "buildings", "terrain" or "roads"."""
        return self._entry.role

    @property
    def kind(self) -> Kind:
        """Whether it holds objects in space, heights, or flat objects."""
        if isinstance(self._content, TileSet):
            return "model"
        return "terrain" if isinstance(self._content, Terrain) else "flat"

    @property
    def crs(self) -> str:
        """The CRS of all coordinates."""
        return self._content.frame.crs

    @property
    def extent(self) -> Extent:
        """Box around everything."""
        if isinstance(self._content, VectorLayer):
            corners = [shape.bounds for shape in self._content.geometries if not shape.is_empty]
            low = np.min([corner[:2] for corner in corners], axis=0)
            high = np.max([corner[2:] for corner in corners], axis=0)
            return Extent(west=float(low[0]), south=float(low[1]), east=float(high[0]), north=float(high[1]))
        return self._content.extent

    def __len__(self) -> int:
        """Return the number of objects."""
        if isinstance(self._content, TileSet):
            return self._content.feature_count
        return 0 if isinstance(self._content, Terrain) else len(self._content.ids)

    def __iter__(self) -> Iterator[Feature]:
        """Go through all objects."""
        if isinstance(self._content, TileSet):
            for tile in self._content.tiles:
                for row in range(len(tile.features)):
                    yield _of_tile(self._content, tile, row)
        elif isinstance(self._content, VectorLayer):
            for row in range(len(self._content.ids)):
                yield _flat(self._content, row)

    def __getitem__(self, id: str) -> Feature:
        """Return the object with an id. Raises `InputError` when there is none."""
        content = self._content
        if isinstance(content, TileSet):
            number = content.find(id)
            if number is not None:
                return _of_tile(content, *content.locate(number))
        elif isinstance(content, VectorLayer) and id in content.ids:
            return _flat(content, list(content.ids).index(id))
        raise InputError(_NO_OBJECT.with_values(layer=self.name, id=id))

    def heights_at(self, places: Sequence[tuple[float, float]] | Float64Array) -> Float64Array:
        """Return the heights (n,) of a terrain at places (n, 2), metres; NaN outside. Raises `InputError`."""
        terrain = self._content
        if not isinstance(terrain, Terrain):
            raise InputError(_NO_HEIGHTS.with_values(name=self.name))
        return ground_at(terrain, np.asarray(places, dtype=np.float64).reshape(-1, 2), float("nan"))


def _of_tile(city: TileSet, tile: Tile, row: int) -> Feature:
    table = tile.features
    first, last = tile.first_triangle[row], tile.first_triangle[row + 1]
    parent = int(table.parent[row])
    used, triangles = np.unique(tile.near.triangles[first:last], return_inverse=True)
    return Feature(
        id=table.ids[row],
        class_name=table.class_of(row),
        base_m=float(table.base_m[row]),
        height_m=float(table.height_m[row]),
        attributes=dict(table.attributes[row]),
        points=tile.near.points[used].astype(np.float64) + tile.origin,
        triangles=triangles.reshape(-1, 3).astype(np.int32),
        parent=city.id_of(parent) if parent >= 0 else "",
    )


def _flat(layer: VectorLayer, row: int) -> Feature:
    shape = layer.geometries[row]
    corners = np.array(_corners(shape), dtype=np.float64).reshape(-1, 2)
    return Feature(
        id=layer.ids[row],
        class_name=shape.geom_type,
        base_m=float("nan"),
        height_m=float("nan"),
        attributes=dict(layer.attributes[row]),
        points=np.column_stack([corners, np.zeros(len(corners))]),
        triangles=np.empty((0, 3), dtype=np.int32),
    )


def _corners(shape: object) -> list[tuple[float, float]]:
    import shapely  # noqa: PLC0415  scripts that only draw do without

    return [tuple(corner) for corner in shapely.get_coordinates(shape)]
