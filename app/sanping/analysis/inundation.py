"""Where water stands when it rises to a level: only what is connected to its source, and which buildings are wet.

The water is level and has time to spread; no flow is computed ("bathtub with connection").
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from sanping.analysis.flood_kernels import BITS, below, covering, lap, spread, words_of, write_stage
from sanping.analysis.samples import Plans
from sanping.domain.geo import Float32Array, Float64Array
from sanping.domain.ground import Terrain
from sanping.domain.text import Text
from sanping.ports.progress import Progress

SPREADING = Text("计算淹没范围", "Spreading the water")
WETTING = Text("查找进水建筑", "Finding buildings in the water")
_MANY_LEVELS = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Inundation:
    """Rising `levels_m` (l,), and `stage` (r, c): the row of the first level at which a cell is wet, −1 for never.

    Rows and columns are those of the terrain.
    """

    levels_m: Float64Array
    stage: npt.NDArray[np.signedinteger]
    terrain: Terrain

    def depth_m(self, level: int) -> Float64Array:
        """Return the depth (r, c) of the water at a level (row), 0 where it is dry."""
        is_wet = (self.stage >= 0) & (self.stage <= level)
        return np.where(is_wet, self.levels_m[level] - self.terrain.heights_m, 0.0)

    def area_m2(self, level: int) -> float:
        """Return how much ground is wet at a level."""
        cells = int(((self.stage >= 0) & (self.stage <= level)).sum())
        return cells * self.terrain.cell_x_m * self.terrain.cell_y_m

    def volume_m3(self, level: int) -> float:
        """Return how much water stands on the ground at a level."""
        return float(self.depth_m(level).sum()) * self.terrain.cell_x_m * self.terrain.cell_y_m


@dataclass(frozen=True, slots=True, kw_only=True)
class WetBuilding:
    """A building in the water: the row of the level that first reaches it, and the depth at its deepest foot then on.

    `depth_m` (l,) is the depth at each level, 0 while it is dry.
    """

    id: str
    number: int
    first_level: int
    depth_m: Float64Array
    place: tuple[float, float, float]


def inundated(
    terrain: Terrain, sources: Sequence[shapely.Geometry], levels_m: Sequence[float], progress: Progress
) -> Inundation:
    """Return where water from sources (points, lines, areas in world metres) stands at levels, in rising order.

    Cells with an unknown height stay dry. A source above the water gives none. It may be cancelled between levels.
    """
    progress.report(0.0, SPREADING)
    levels = np.unique(np.asarray(levels_m, np.float64))
    heights = np.ascontiguousarray(terrain.heights_m, np.float32)
    stage = _first_wet(heights, _single(levels), source_cells(terrain, sources), progress)
    return Inundation(levels_m=levels, stage=stage, terrain=terrain)


def _single(levels: Float64Array) -> Float32Array:
    """Return the least single-precision numbers that are not less than levels: the same ground lies below both."""
    near = levels.astype(np.float32)
    above: Float32Array = np.nextafter(near, np.float32(np.inf))
    return np.where(near < levels, above, near)


def _first_wet(
    heights: Float32Array, levels: Float32Array, sources: npt.NDArray[np.int64], progress: Progress
) -> npt.NDArray[np.signedinteger]:
    """Return (r, c) the row of the first level at which water from cells `sources` (n,) gets to each cell, −1."""
    rows, columns = heights.shape
    values, limits = _compared(heights, levels)
    low, wet = np.zeros((rows, words_of(columns)), np.uint64), np.zeros((0, 0), np.uint64)
    begins = (sources // columns, sources % columns // BITS)
    bit = np.uint64(1) << (sources % columns % BITS).astype(np.uint64)
    kind: npt.DTypeLike = np.int8 if len(levels) <= np.iinfo(np.int8).max else np.int16
    masks = _masks(kind)
    stage = np.empty((rows, low.shape[1] * np.dtype(kind).itemsize * 8), np.uint64)
    for level in range(len(levels)):
        progress.report(0.5 * level / len(levels), SPREADING)
        below(values, limits[level], low)
        if level:
            low &= ~wet
        waits, dry = np.zeros_like(low), low.copy()
        np.bitwise_or.at(waits, begins, bit & low[begins])
        if level:
            lap(dry, wet, waits)
        spread(dry, waits)
        fresh = np.bitwise_xor(low, dry, out=low)
        write_stage(fresh, np.full(BITS // 8, level, kind).view(np.uint64)[0], masks, stage)
        if level + 1 < len(levels):
            wet = wet | fresh if level else fresh.copy()
    found: npt.NDArray[np.signedinteger] = stage.view(kind)[:, :columns]
    return found


def _masks(kind: npt.DTypeLike) -> npt.NDArray[np.uint64]:
    """Return for all values of so many bits as cells of a type fill 8 bytes, which of those cells have their bit."""
    cells = BITS // 8 // np.dtype(kind).itemsize
    numbers = np.arange(1 << cells, dtype=np.uint8)[:, None]
    bits = np.unpackbits(numbers, axis=1, bitorder="little")[:, :cells]
    return np.ascontiguousarray(-bits.astype(kind)).view(np.uint64).ravel()


def _compared(heights: Float32Array, levels: Float32Array) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    """Return values (r, c), and the limit (l,) for each level that exactly the ground below it is less than.

    A few levels are compared with the heights themselves. For many, each cell is once told the level that covers it,
    in a type as small as may be, which takes a quarter of the memory to go through.
    """
    if len(levels) < _MANY_LEVELS:
        return heights, levels
    kind = np.int8 if len(levels) < np.iinfo(np.int8).max else np.int16
    values = np.empty(heights.shape, kind)
    covering(heights, levels, values)
    return values, np.arange(1, len(levels) + 1).astype(kind)


def source_cells(terrain: Terrain, sources: Sequence[shapely.Geometry]) -> npt.NDArray[np.int64]:
    """Return the cells (n,) that sources lie in or cover, as rows of the flattened grid."""
    rows, columns = terrain.heights_m.shape
    step = min(terrain.cell_x_m, terrain.cell_y_m)
    found = [np.zeros((0, 2), np.int64)]
    for shape in sources:
        found.append(_cells(terrain, shapely.get_coordinates(shapely.segmentize(shape, step / 2.0))))
        if shape.area > 0.0:
            low = _cells(terrain, np.array([[shape.bounds[0], shape.bounds[3]]]))[0]
            high = _cells(terrain, np.array([[shape.bounds[2], shape.bounds[1]]]))[0]
            low, high = np.maximum(low, 0), np.minimum(high, (rows - 1, columns - 1))
            row, column = (part.ravel() for part in np.mgrid[low[0] : high[0] + 1, low[1] : high[1] + 1])
            x, y = terrain.west + column * terrain.cell_x_m, terrain.north - row * terrain.cell_y_m
            is_in = shapely.contains_xy(shape, x, y)
            found.append(np.column_stack([row[is_in], column[is_in]]))
    at = np.concatenate(found)
    at = at[(at >= 0).all(axis=1) & (at[:, 0] < rows) & (at[:, 1] < columns)]
    return np.unique(at[:, 0] * columns + at[:, 1])


def wet_buildings(flood: Inundation, plans: Plans, progress: Progress) -> tuple[WetBuilding, ...]:
    """Return the buildings whose outline touches wet ground, those reached first and deepest first."""
    progress.report(0.5, WETTING)
    terrain = flood.terrain
    step = min(terrain.cell_x_m, terrain.cell_y_m)
    at, owner = shapely.get_coordinates(shapely.segmentize(plans.shapes, step), return_index=True)
    cells = _cells(terrain, at)
    rows, columns = flood.stage.shape
    inside = (cells >= 0).all(axis=1) & (cells[:, 0] < rows) & (cells[:, 1] < columns)
    at, owner, cells = at[inside], owner[inside], cells[inside]
    stage = flood.stage[cells[:, 0], cells[:, 1]].astype(np.int64)
    ground = terrain.heights_m[cells[:, 0], cells[:, 1]].astype(np.float64)
    is_wet = stage >= 0
    at, owner, stage, ground = at[is_wet], owner[is_wet], stage[is_wet], ground[is_wet]
    progress.report(0.8, WETTING)
    depth = np.zeros((len(plans.shapes), len(flood.levels_m)))
    for level, height in enumerate(flood.levels_m):
        reached = stage <= level
        np.maximum.at(depth[:, level], owner[reached], height - ground[reached])
    order = np.lexsort((ground, owner))
    wet, first = np.unique(owner[order], return_index=True)
    found = []
    for row, point in zip(wet.tolist(), order[first].tolist(), strict=True):
        place = (float(at[point, 0]), float(at[point, 1]), float(ground[point]))
        found.append(
            WetBuilding(
                id=plans.ids[row], number=int(plans.numbers[row]), first_level=int(np.argmax(depth[row] > 0.0)),
                depth_m=depth[row], place=place,
            )
        )  # fmt: skip
    return tuple(sorted(found, key=lambda building: (building.first_level, -float(building.depth_m[-1]))))


def _cells(terrain: Terrain, at: Float64Array) -> npt.NDArray[np.int64]:
    """Return row and column (n, 2) of the nearest cells of places."""
    row = np.floor((terrain.north - at[:, 1]) / terrain.cell_y_m + 0.5)
    column = np.floor((at[:, 0] - terrain.west) / terrain.cell_x_m + 0.5)
    return np.column_stack([row, column]).astype(np.int64)
