"""How water spreads from cell to cell: the innermost loop, compiled. `inundation.py` says what the arrays are."""

from typing import Any

import numpy as np

from sanping.analysis.compiled import compiled


@compiled
def first_wet(heights: Any, levels: Any, sources: Any) -> Any:  # noqa: PLR0912  one loop over cells and their sides
    """Return (r, c) the row of the first of the rising `levels` at which water from `sources` reaches each cell, −1.

    Each cell is looked at once: one that the water reaches below the ground waits for the level that covers it. A
    cell waits in the list of its level: `head` (l,) is its last member, `before` (r · c,) who came in before each.
    """
    rows, columns = heights.shape
    flat = heights.ravel()
    stage = np.full(rows * columns, -1, np.int16)
    before = np.empty(rows * columns, np.int32)
    head = np.full(len(levels), -1, np.int32)
    top = levels[-1]
    for cell in sources:
        if stage[cell] < 0 and flat[cell] < top:
            level = np.searchsorted(levels, flat[cell], side="right")
            stage[cell] = level
            before[cell] = head[level]
            head[level] = cell
    for now in range(len(levels)):
        height = levels[now]
        cell = head[now]
        while cell >= 0:
            head[now] = before[cell]
            column = cell % columns
            for side in range(4):
                if side == 0:
                    if column == 0:
                        continue
                    other = cell - 1
                elif side == 1:
                    if column == columns - 1:
                        continue
                    other = cell + 1
                elif side == 2:
                    other = cell - columns
                    if other < 0:
                        continue
                else:
                    other = cell + columns
                    if other >= rows * columns:
                        continue
                if stage[other] >= 0:
                    continue
                ground = flat[other]
                if ground < height:
                    level = now
                elif ground < top:
                    level = np.searchsorted(levels, ground, side="right")
                else:
                    continue
                stage[other] = level
                before[other] = head[level]
                head[level] = other
            cell = head[now]
    return stage.reshape(rows, columns)
