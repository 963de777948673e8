"""How water spreads from cell to cell: the innermost loops, compiled. `inundation.py` says what the arrays are.

Cells are kept by squares of 64 × 64, each square in one piece of memory, and one square is filled as far as it goes
before the next: what is looked at together lies together. A dry cell holds the row of the level that covers it (their
number where none does), plus `_WAITS` while it stands in a list; a wet one −1 − the row of its first level.
"""

from typing import Any

import numpy as np

from sanping.analysis.compiled import compiled

_NOBODY = -1
_WAITS = 1 << 14
_LEVEL = _WAITS - 1
_SIDE, _CELLS = 64, 64 * 64
_STEPS = 4096


@compiled
def _covering(heights: Any, levels: Any, across: int, squares: int) -> Any:
    """Return for each cell (squares, 4096) the row of the first level above its ground; their number where none is."""
    rows, columns = heights.shape
    count, low, high = len(levels), levels[0], levels[-1]
    scale = (_STEPS - 1) / max(high - low, 1e-9)
    guess = np.searchsorted(levels, low + np.arange(_STEPS) / scale, side="right").astype(np.int16)
    found = np.full((squares, _CELLS), count, np.int16)
    for row in range(rows):
        for column in range(columns):
            height = heights[row, column]
            level = 0
            if not height < high:  # an unknown height is not below anything
                continue
            if height >= low:
                level = guess[int((height - low) * scale)]
                while level > 0 and height < levels[level - 1]:
                    level -= 1
                while height >= levels[level]:
                    level += 1
            found[row // _SIDE * across + column // _SIDE, row % _SIDE * _SIDE + column % _SIDE] = level
    return found


@compiled
def _look_beside(square: int, first: int, last: int, now: int, grid: Any) -> None:
    """Let cells of a row of another square wait for their level."""
    cells, before, head = grid
    for cell in range(first, last + 1):
        state = cells[square, cell]
        if 0 <= state < len(head):
            level = max(state, now)
            cells[square, cell], before[square, cell] = state + _WAITS, head[level, square]
            head[level, square] = cell


@compiled
def _next_square(square: int, way: int, row: int, column: int, size: tuple[int, int]) -> tuple[int, int]:
    """Return the square that lies beyond a cell to the west, east, north, south (0 … 3), and what cells shift by."""
    across, down = size
    if way == 0 and column == 0:
        return (square - 1 if square % across > 0 else _NOBODY), _SIDE - 1
    if way == 1 and column == _SIDE - 1:
        return (square + 1 if square % across < across - 1 else _NOBODY), 1 - _SIDE
    if way == 2 and row == 0:
        return (square - across if square >= across else _NOBODY), _CELLS - _SIDE
    if way == 3 and row == _SIDE - 1:
        return (square + across if square < across * (down - 1) else _NOBODY), _SIDE - _CELLS
    return square, (-1, 1, -_SIDE, _SIDE)[way]


@compiled
def _fill(square: int, now: int, size: tuple[int, int], grid: Any) -> None:
    """Fill what waits in a square for this level and all that it reaches there; neighbours are told what they get."""
    count = len(grid[2])
    cells, before, head = grid[0][square], grid[1][square], grid[2][:, square]
    while head[now] != _NOBODY:
        cell = head[now]
        head[now] = before[cell]
        if cells[cell] < 0:
            continue
        row, first, last = cell // _SIDE, cell, cell
        begin, end = row * _SIDE, row * _SIDE + _SIDE - 1
        while first > begin and cells[first - 1] >= 0 and (cells[first - 1] & _LEVEL) <= now:
            first -= 1
        while last < end and cells[last + 1] >= 0 and (cells[last + 1] & _LEVEL) <= now:
            last += 1
        for wet in range(first, last + 1):
            cells[wet] = -1 - now
        for way in range(4):
            low = last if way == 1 else first
            high = first if way == 0 else last
            other, shift = _next_square(square, way, row, low - begin, size)
            if other != square:
                if other != _NOBODY:
                    _look_beside(other, low + shift, high + shift, now, grid)
                continue
            is_run = False
            for beside in range(low + shift, high + shift + 1):
                state, is_next = cells[beside], is_run
                is_run = state >= 0 and (state & _LEVEL) <= now
                if 0 <= state < count and not (is_run and is_next):
                    level = max(state, now)
                    cells[beside], before[beside], head[level] = state + _WAITS, head[level], beside


@compiled
def first_wet(heights: Any, levels: Any, sources: Any) -> Any:
    """Return (r, c) the row of the first of the rising `levels` at which water from `sources` reaches each cell, −1.

    A cell that lies too high waits in the list of its square and of the level that covers it: `head` (l, squares) is
    the last member, `before` who came in before each. `sources` (n,) are cells of the flattened grid.
    """
    rows, columns = heights.shape
    across, down = -(-columns // _SIDE), -(-rows // _SIDE)
    squares = across * down
    cells, before = _covering(heights, levels, across, squares), np.empty((squares, _CELLS), np.int16)
    head = np.full((len(levels), squares), _NOBODY, np.int16)
    grid, size = (cells, before, head), (across, down)
    for source in sources:
        row, column = source // columns, source % columns
        cell = row % _SIDE * _SIDE + column % _SIDE
        _look_beside(row // _SIDE * across + column // _SIDE, cell, cell, 0, grid)
    for now in range(len(levels)):
        has_more = True
        while has_more:
            has_more = False
            for square in range(squares):
                if head[now, square] != _NOBODY:
                    _fill(square, now, size, grid)
                    has_more = True
    found = np.empty((rows, columns), np.int16)
    for square in range(squares):
        north, west = square // across * _SIDE, square % across * _SIDE
        for row in range(north, min(north + _SIDE, rows)):
            for column in range(west, min(west + _SIDE, columns)):
                found[row, column] = max(-1 - cells[square, (row - north) * _SIDE + column - west], -1)
    return found
