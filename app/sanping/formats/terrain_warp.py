"""Brings a raster into another frame: an inverse map on a coarse lattice, interpolated in between."""

from dataclasses import dataclass

import numpy as np
from affine import Affine

from sanping.analysis.height_grid import heights_at
from sanping.domain.crs import Conversion
from sanping.domain.errors import CrsMissing
from sanping.domain.geo import Extent, Float32Array, Float64Array
from sanping.domain.text import Text

_LATTICE = 65
_ROUNDS = 20
_CLOSE_ENOUGH_CELLS = 1e-4
_CELLS_AT_ONCE = 16_384  # a row alone is mostly waiting for NumPy, all rows at once do not fit the cache
_OUTSIDE = Text(
    "栅格的坐标无法换算到城市坐标系；请检查它的坐标系",
    "The raster's coordinates cannot be converted to the twin's CRS; check its CRS",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetGrid:
    """Where the cells of a raster in the new frame are, and where each lies in the old raster.

    `row`, `column` (rows, columns) are fractional cell positions in the source; NaN where there is none.
    `west`, `north` are the centre of the first cell.
    """

    west: float
    north: float
    cell_m: float
    row: Float32Array
    column: Float32Array

    @property
    def extent(self) -> Extent:
        """Box around the outer edges of the cells."""
        rows, columns = self.row.shape
        half = self.cell_m / 2
        return Extent(
            west=self.west - half,
            north=self.north + half,
            east=self.west - half + columns * self.cell_m,
            south=self.north + half - rows * self.cell_m,
        )


def is_upright(transform: Affine) -> bool:
    """Say whether rows and columns of a raster run along the axes."""
    return abs(transform.b) < 1e-9 * abs(transform.a) and abs(transform.d) < 1e-9 * abs(transform.e)


def target_grid(shape: tuple[int, int], transform: Affine, convert: Conversion, most_cells: int) -> TargetGrid:
    """Lay a grid of square cells over a raster in the new frame, with about as many cells as it had.

    `transform` takes (column, row) of cell corners to source coordinates; `convert` takes those to the frame.
    Raises `CrsMissing` when the conversion fails on the raster's edge.
    """
    rows, columns = shape
    u, v = np.meshgrid(np.linspace(0, columns, 33), np.linspace(0, rows, 33))
    cell_points = np.column_stack((u.ravel(), v.ravel()))
    there = convert(_placed(cell_points, transform))
    finite = np.isfinite(there).all(axis=1)
    if finite.sum() < 4:
        raise CrsMissing(_OUTSIDE)
    low, high = there[finite].min(axis=0), there[finite].max(axis=0)
    linear = _linear_part(cell_points[finite], there[finite])
    cell_m = float(np.sqrt(abs(np.linalg.det(linear))))
    width, height = high - low
    if not (np.isfinite(cell_m) and cell_m > 0):
        raise CrsMissing(_OUTSIDE)
    cell_m = max(cell_m, float(np.sqrt(width * height / most_cells)), max(width, height) / (4 * most_cells**0.5))
    new_columns, new_rows = (max(2, int(np.ceil(side / cell_m))) for side in (width, height))
    lattice = _lattice(low, (new_rows, new_columns), cell_m)
    found = _inverted(convert, transform, lattice, linear, cell_m)
    shape_of_nodes = (min(_LATTICE, new_rows), min(_LATTICE, new_columns))
    return TargetGrid(
        west=float(low[0] + cell_m / 2),
        north=float(low[1] + (new_rows - 0.5) * cell_m),
        cell_m=cell_m,
        row=_spread(found[:, 1].reshape(shape_of_nodes), (new_rows, new_columns)) - np.float32(0.5),
        column=_spread(found[:, 0].reshape(shape_of_nodes), (new_rows, new_columns)) - np.float32(0.5),
    )


def _placed(cell_points: Float64Array, transform: Affine) -> Float64Array:
    u, v = cell_points[:, 0], cell_points[:, 1]
    x = transform.a * u + transform.b * v + transform.c
    y = transform.d * u + transform.e * v + transform.f
    return np.column_stack((x, y))


def _linear_part(cell_points: Float64Array, there: Float64Array) -> Float64Array:
    """Return the 2×2 matrix that best takes steps in cells to steps in metres."""
    steps, moves = cell_points - cell_points.mean(axis=0), there - there.mean(axis=0)
    return np.asarray(np.linalg.lstsq(steps, moves, rcond=None)[0], dtype=np.float64)


def _lattice(low: Float64Array, shape: tuple[int, int], cell_m: float) -> Float64Array:
    """Return nodes over the centres of the new cells, north row first; the lattice holds the outermost centres."""
    rows, columns = shape
    x = low[0] + cell_m * np.linspace(0.5, columns - 0.5, min(_LATTICE, columns))
    y = low[1] + cell_m * np.linspace(rows - 0.5, 0.5, min(_LATTICE, rows))
    grid_x, grid_y = np.meshgrid(x, y)
    return np.column_stack((grid_x.ravel(), grid_y.ravel()))


def _inverted(
    convert: Conversion, transform: Affine, nodes: Float64Array, linear: Float64Array, cell_m: float
) -> Float64Array:
    """Find the source cell positions that `convert` sends to `nodes`, by Newton steps with a constant slope."""
    back = np.linalg.inv(linear)
    origin = convert(_placed(np.zeros((1, 2)), transform))[0]
    found = (nodes - origin) @ back if np.isfinite(origin).all() else np.zeros_like(nodes)
    for _ in range(_ROUNDS):
        error = convert(_placed(found, transform)) - nodes
        step = error @ back
        found = found - np.where(np.isfinite(step), step, 0.0)
        if np.nanmax(np.abs(error), initial=0.0) < _CLOSE_ENOUGH_CELLS * cell_m:
            break
    lost = ~(np.abs(convert(_placed(found, transform)) - nodes) < cell_m).all(axis=1)
    found[lost] = np.nan
    return found


def _spread(nodes: Float64Array, shape: tuple[int, int]) -> Float32Array:
    """Interpolate node values linearly over all cells."""
    rows, columns = shape
    down = _between(nodes.T, rows).T if nodes.shape[0] != rows else nodes
    across = _between(down, columns) if down.shape[1] != columns else down
    return across.astype(np.float32)


def _between(values: Float64Array, count: int) -> Float64Array:
    """Interpolate along the last axis to `count` evenly spaced places."""
    size = values.shape[1]
    place = np.linspace(0.0, size - 1.0, count)
    left = np.minimum(place.astype(np.int64), size - 2)
    share = place - left
    return np.asarray(values[:, left] * (1 - share) + values[:, left + 1] * share)


def warped_heights(heights_m: Float32Array, grid: TargetGrid) -> Float32Array:
    """Return the heights at the cells of the new grid (bilinear)."""
    rows, columns = grid.row.shape
    result = np.empty((rows, columns), dtype=np.float32)
    step = max(1, _CELLS_AT_ONCE // columns)
    for first in range(0, rows, step):
        block = slice(first, first + step)
        row, column = (np.nan_to_num(at[block].astype(np.float64).ravel(), nan=-9.0) for at in (grid.row, grid.column))
        result[block] = heights_at(heights_m, row, column).reshape(-1, columns)
    return result
