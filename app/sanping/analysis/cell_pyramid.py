"""Counts of many things on the ground by square cells of doubling size: what is drawn as one number from afar.

Pure numpy. Cells that hold nothing do not exist.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from sanping.domain.geo import Float64Array

Rows = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class CellLevel:
    """The c cells of one size.

    `middle` (c, 3) is the mean place of what lies in each, `counts` (c, k) how many of each group, `parent` (c,) the
    row of its cell in the next coarser level, empty for the coarsest.
    """

    cell_m: float
    middle: Float64Array
    counts: Rows
    parent: Rows


class CellPyramid:
    """Things at places (n, 3), each in one of `groups` groups, counted by cells from `cell_m` up.

    `cell` (n,) is the row of each thing's cell in the finest level. Levels grow until one has at most four cells.
    """

    def __init__(self, places: Float64Array, group: npt.NDArray[np.uint8], groups: int, cell_m: float) -> None:
        self._groups = groups
        low = np.floor(places[:, :2].min(axis=0, initial=0.0) / cell_m) * cell_m
        grid = np.floor((places[:, :2] - low) / cell_m).astype(np.int64)
        weight, sums = np.ones(len(places), np.int64), places
        counts = np.zeros((len(places), groups), np.int64)
        counts[np.arange(len(places)), group] = 1
        self.levels: list[CellLevel] = []
        self.cell: Rows = np.zeros(0, np.int64)
        while True:
            cells, of_row = np.unique(grid, axis=0, return_inverse=True)
            of_row = of_row.reshape(-1).astype(np.int64)
            weight = np.bincount(of_row, weights=weight, minlength=len(cells)).astype(np.int64)
            sums = _summed(sums, of_row, len(cells))
            counts = np.rint(_summed(counts.astype(np.float64), of_row, len(cells))).astype(np.int64)
            middle = sums / np.maximum(weight, 1)[:, None]
            if self.levels:
                self.levels[-1].parent[:] = of_row
            else:
                self.cell = of_row
            parent: Rows = np.zeros(len(cells), np.int64)
            self.levels.append(CellLevel(cell_m=cell_m, middle=middle, counts=counts, parent=parent))
            if len(cells) <= 4:
                break
            grid, cell_m = cells // 2, 2.0 * cell_m

    def regroup(self, rows: Rows, old: npt.NDArray[np.uint8], new: npt.NDArray[np.uint8]) -> None:
        """Count some things in another group."""
        cells = self.cell[rows]
        for level in self.levels:
            np.subtract.at(level.counts, (cells, old), 1)
            np.add.at(level.counts, (cells, new), 1)
            cells = level.parent[cells] if len(level.parent) else cells

    def rows_in(self, cell: int) -> Rows:
        """Return the things in a cell of the finest level."""
        order, starts = self._by_cell
        return order[starts[cell] : starts[cell + 1]]

    @cached_property
    def _by_cell(self) -> tuple[Rows, Rows]:
        order = np.argsort(self.cell, kind="stable").astype(np.int64)
        count = len(self.levels[0].middle)
        return order, np.searchsorted(self.cell[order], np.arange(count + 1)).astype(np.int64)


def _summed(values: Float64Array, of_row: Rows, count: int) -> Float64Array:
    columns = [np.bincount(of_row, weights=values[:, axis], minlength=count) for axis in range(values.shape[1])]
    return np.stack(columns, 1)
