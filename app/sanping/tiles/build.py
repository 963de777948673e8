"""Cuts a city model into tiles that are ready to draw and cheap to map into memory."""

from collections.abc import Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from sanping.domain.city import CityModel, FeatureTable
from sanping.domain.errors import FileBroken
from sanping.domain.geo import Extent, Float32Array, Float64Array, Int32Array, UInt8Array, UInt16Array
from sanping.domain.lazy import ChosenRows
from sanping.domain.text import Text
from sanping.domain.texture import Texturing, TileSkin
from sanping.domain.tile import MAX_TILE_FEATURES, MAX_TILE_POINTS, Tile, TileMesh, TileSet
from sanping.ports.progress import Progress, SilentProgress
from sanping.tiles.atlas import Atlas
from sanping.tiles.blocks import Scratch, Shapes, far_mesh, walls_of
from sanping.tiles.grouping import Grouped, IndexArray, boxes_of, grouped, ranges
from sanping.tiles.places import places_of
from sanping.tiles.quadtree import Budget, Square, cut

V = TypeVar("V")

TILES_WANTED = 120
MERGEABLE_CLASSES = ("Building", "OtherConstruction", "GenericCityObject", "SolitaryVegetationObject", "CityFurniture")

_NOTHING_TO_DRAW = Text(
    "模型里没有任何三角面，无法显示；请检查文件是否含有几何，或换一个 LoD",
    "The model has no triangles, so nothing can be shown; check that the file holds geometry, or choose another LoD",
)
_SILENT = SilentProgress()
_GROUPING = Text("整理几何", "Sorting the geometry")
_CUTTING = Text("切分瓦片", "Cutting into tiles")


def build_tiles(model: CityModel, progress: Progress = _SILENT, *, tile_features: int = 3000) -> TileSet:
    """Cut `model` into tiles of at most `tile_features` features, more in a model that would give too many tiles.

    A tile holds at most `MAX_TILE_FEATURES` features and `MAX_TILE_POINTS` points; a single feature with more points
    has a tile of its own. Raises `FileBroken` for a model without triangles.
    """
    if len(model.triangles) == 0:
        raise FileBroken(_NOTHING_TO_DRAW)
    progress.report(0.0, _GROUPING)
    whole = grouped(model)
    progress.report(0.3, _CUTTING)
    low, high = boxes_of(whole)
    squares = _squares(whole, (low + high)[:, :2] / 2, model.features, tile_features)
    layout = _laid_out(whole, squares, model.features, low, high)
    cutter = _Cutter(layout, model.features)
    tiles = []
    for number, square in enumerate(squares):
        progress.report(0.5 + 0.5 * number / len(squares), _CUTTING)
        tiles.append(cutter.tile(number, square))
    return TileSet(
        frame=model.frame,
        tiles=tuple(tiles),
        feature_count=len(model.features),
        extent=_extent(np.fmin.reduce(low), np.fmax.reduce(high)),
    )


def _squares(whole: Grouped, centre: Float64Array, features: FeatureTable, tile_features: int) -> list[Square]:
    points = np.diff(whole.first_point)
    places = places_of(centre, features.parent, points, MAX_TILE_POINTS // 2)
    most = min(MAX_TILE_FEATURES, max(tile_features, len(features) // TILES_WANTED))
    return cut(places, points, Budget(features=most, points=MAX_TILE_POINTS))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Layout:
    """The whole model in tile order; `triangles` count from the first point of their tile."""

    points: Float64Array
    triangles: Int32Array
    surface: UInt8Array
    row_in_tile: UInt16Array
    first_feature: IndexArray
    first_point: IndexArray
    first_triangle: IndexArray
    number_of_row: IndexArray
    low: Float64Array
    high: Float64Array
    is_mergeable: npt.NDArray[np.bool_]
    texturing: Texturing | None


def _laid_out(
    whole: Grouped, squares: list[Square], features: FeatureTable, low: Float64Array, high: Float64Array
) -> _Layout:
    order = np.concatenate([square.features for square in squares])
    sizes = np.array([len(square.features) for square in squares], dtype=np.intp)
    first_feature = np.concatenate([[0], np.cumsum(sizes)])
    placed = whole if len(squares) == 1 and (np.diff(order) == 1).all() else _in_order(whole, order, first_feature)
    number_of_row = np.empty(len(order), dtype=np.intp)
    number_of_row[order] = np.arange(len(order))
    row_in_tile = (np.arange(len(order)) - np.repeat(first_feature[:-1], sizes)).astype(np.uint16)
    is_class_mergeable = np.array([name.startswith(MERGEABLE_CLASSES) for name in features.class_names], dtype=np.bool_)
    return _Layout(
        points=placed.points,
        triangles=placed.triangles,
        surface=placed.surface,
        row_in_tile=np.repeat(row_in_tile, np.diff(placed.first_point)),
        first_feature=first_feature,
        first_point=placed.first_point,
        first_triangle=placed.first_triangle,
        number_of_row=number_of_row,
        low=low[order],
        high=high[order],
        is_mergeable=is_class_mergeable[features.class_code[order]],
        texturing=placed.texturing,
    )


def _in_order(whole: Grouped, order: IndexArray, first_feature: IndexArray) -> Grouped:
    """Return the features in `order`, tile after tile, triangles counting from the first point of their tile."""
    points_of, triangles_of = np.diff(whole.first_point)[order], np.diff(whole.first_triangle)[order]
    first_point = np.concatenate([[0], np.cumsum(points_of)])
    tile_point = np.repeat(first_point[first_feature[:-1]], np.diff(first_feature))
    triangle_rows = ranges(whole.first_triangle[order], triangles_of)
    shift = (first_point[:-1] - tile_point - whole.first_point[order]).astype(np.int32)
    triangles = whole.triangles.take(triangle_rows, axis=0)
    triangles += np.repeat(shift, triangles_of)[:, None]
    point_rows = ranges(whole.first_point[order], points_of)
    return Grouped(
        points=whole.points.take(point_rows, axis=0),
        first_point=first_point,
        triangles=triangles,
        first_triangle=np.concatenate([[0], np.cumsum(triangles_of)]),
        surface=whole.surface[triangle_rows],
        texturing=whole.texturing and whole.texturing.taken(point_rows),
    )


class _Cutter:
    """Slices a layout into tiles."""

    def __init__(self, layout: _Layout, features: FeatureTable) -> None:
        self._layout = layout
        self._features = features
        in_tile = layout.first_triangle[layout.first_feature]
        self._scratch = Scratch(int(np.diff(in_tile).max()))
        self._atlas = None if layout.texturing is None else Atlas(layout.texturing.pictures)

    def tile(self, number: int, square: Square) -> Tile:
        layout = self._layout
        start, end = int(layout.first_feature[number]), int(layout.first_feature[number + 1])
        rows = slice(start, end)
        first_point = layout.first_point[start : end + 1]
        first_triangle = layout.first_triangle[start : end + 1]
        points, triangles = slice(first_point[0], first_point[-1]), slice(first_triangle[0], first_triangle[-1])
        first_point, first_triangle = first_point - first_point[0], first_triangle - first_triangle[0]
        extent = _tile_extent(layout.low[rows], layout.high[rows], square.centre)
        origin = np.array([*extent.centre[:2], extent.bottom])
        near = TileMesh(
            points=_about(origin, layout.points[points]),
            triangles=layout.triangles[triangles],
            point_feature=layout.row_in_tile[points],
        )
        walls = walls_of(near, first_triangle, self._scratch)
        shapes = Shapes(
            low=(layout.low[rows] - origin).astype(np.float32),
            high=(layout.high[rows] - origin).astype(np.float32),
            first_point=first_point,
            walls=walls,
            is_mergeable=layout.is_mergeable[rows],
        )
        return Tile(
            key=square.key,
            first_feature=start,
            origin=origin,
            extent=extent,
            near=near,
            far=far_mesh(near, shapes),
            triangle_surface=layout.surface[triangles],
            first_triangle=first_triangle.astype(np.int32),
            anchor=walls.anchor,
            features=_rows(self._features, square.features, layout.number_of_row),
            skin=self._skin(points),
        )

    def _skin(self, points: slice) -> TileSkin | None:
        if self._atlas is None or self._layout.texturing is None:
            return None
        return self._atlas.skin(self._layout.texturing.taken(points))


def _tile_extent(low: Float64Array, high: Float64Array, place: Float64Array) -> Extent:
    """Return the box of a tile; a tile of objects without any geometry is a point."""
    lowest, highest = np.fmin.reduce(low), np.fmax.reduce(high)
    if np.isnan(lowest[0]):
        return _extent(np.append(place, 0.0), np.append(place, 0.0))
    return _extent(lowest, highest)


def _about(origin: Float64Array, points: Float64Array) -> Float32Array:
    """Return points as seen from `origin`, axis by axis: rows of three are slow to walk."""
    result = np.empty(points.shape, dtype=np.float32)
    for axis in range(3):
        np.subtract(points[:, axis], origin[axis], out=result[:, axis], casting="same_kind")
    return result


def _extent(low: Float64Array, high: Float64Array) -> Extent:
    west, south, bottom = low.tolist()
    east, north, top = high.tolist()
    return Extent(west=west, south=south, bottom=bottom, east=east, north=north, top=top)


def _rows(features: FeatureTable, rows: IndexArray, number_of_row: IndexArray) -> FeatureTable:
    parent = features.parent[rows]
    return FeatureTable(
        ids=_chosen(features.ids, rows),
        class_names=features.class_names,
        class_code=features.class_code[rows],
        parent=np.where(parent >= 0, number_of_row[parent], -1).astype(np.int32),
        base_m=features.base_m[rows],
        height_m=features.height_m[rows],
        attributes=ChosenRows(features.attributes, rows),
    )


def _chosen(ids: Sequence[str], rows: IndexArray) -> Sequence[str]:
    if len(rows) == 1:
        return [ids[int(rows[0])]]
    return list(itemgetter(*rows.tolist())(ids))
