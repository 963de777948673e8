"""Straight lines through a city: the innermost loops, compiled. `blockers.py` says what the arrays are.

Lines are `start + way · t` with t from 0 to 1, in metres from the blockers' origin. Möller and Trumbore (1997) for
triangles, Amanatides and Woo (1987) for the way through the grids.
"""

from typing import Any

import numpy as np

from sanping.analysis.compiled import compiled

_EDGE = 1e-9
_CLEAR = 2.0
_BLOCK = 16
"""Cells of the ground are skipped in squares of so many."""


@compiled
def _triangle_share(corner: Any, start: Any, way: Any) -> float:
    """Return where a line meets a triangle, 2 when it does not; both sides count."""
    e1x, e1y, e1z = corner[3] - corner[0], corner[4] - corner[1], corner[5] - corner[2]
    e2x, e2y, e2z = corner[6] - corner[0], corner[7] - corner[1], corner[8] - corner[2]
    px, py, pz = way[1] * e2z - way[2] * e2y, way[2] * e2x - way[0] * e2z, way[0] * e2y - way[1] * e2x
    determinant = e1x * px + e1y * py + e1z * pz
    if abs(determinant) < 1e-12:
        return _CLEAR
    scale = 1.0 / determinant
    sx, sy, sz = start[0] - corner[0], start[1] - corner[1], start[2] - corner[2]
    u = (sx * px + sy * py + sz * pz) * scale
    if u < -_EDGE or u > 1.0 + _EDGE:
        return _CLEAR
    qx, qy, qz = sy * e1z - sz * e1y, sz * e1x - sx * e1z, sx * e1y - sy * e1x
    v = (way[0] * qx + way[1] * qy + way[2] * qz) * scale
    if v < -_EDGE or u + v > 1.0 + _EDGE:
        return _CLEAR
    return float((e2x * qx + e2y * qy + e2z * qz) * scale)


@compiled
def _window(start: Any, way: Any, box: Any) -> tuple[float, float]:
    """Return from where to where a line lies in a box `(west, south, east, north, top)` that has no floor."""
    t0, t1 = 0.0, 1.0
    for axis in range(2):
        if abs(way[axis]) < 1e-12:
            if start[axis] < box[axis] or start[axis] > box[axis + 2]:
                return 1.0, 0.0
        else:
            a, b = (box[axis] - start[axis]) / way[axis], (box[axis + 2] - start[axis]) / way[axis]
            t0, t1 = max(t0, min(a, b)), min(t1, max(a, b))
    if way[2] > 1e-12:
        t1 = min(t1, (box[4] - start[2]) / way[2])
    elif way[2] < -1e-12:
        t0 = max(t0, (box[4] - start[2]) / way[2])
    elif start[2] > box[4]:
        return 1.0, 0.0
    return t0, t1


@compiled
def _city_share(  # noqa: PLR0912  one loop: calls between would cost as much as the work
    start: Any, way: Any, least: float, is_any: bool, city: Any
) -> tuple[float, int]:
    """Return where a line first meets a triangle after `least`, and which; 2 and −1 when it meets none."""
    corners, tops, cell_start, members, cell_top, shape, cell_m, box = city
    (t0, t1), best, hit = _window(start, way, box), _CLEAR, -1
    if t0 > t1 or len(corners) == 0:
        return best, hit
    columns, rows, t = shape[0], shape[1], t0
    column = min(max(int((start[0] + way[0] * t0 - box[0]) / cell_m), 0), columns - 1)
    row = min(max(int((start[1] + way[1] * t0 - box[1]) / cell_m), 0), rows - 1)
    step_x, step_y = 1 if way[0] > 0 else -1, 1 if way[1] > 0 else -1
    next_x, next_y, by_x, by_y = np.inf, np.inf, np.inf, np.inf
    if abs(way[0]) > 1e-12:
        next_x = (box[0] + (column + (step_x > 0)) * cell_m - start[0]) / way[0]
        by_x = cell_m / abs(way[0])
    if abs(way[1]) > 1e-12:
        next_y = (box[1] + (row + (step_y > 0)) * cell_m - start[1]) / way[1]
        by_y = cell_m / abs(way[1])
    while True:
        until = min(next_x, next_y, t1)
        lowest = start[2] + min(way[2] * t, way[2] * until)
        cell = row * columns + column
        if lowest <= cell_top[cell]:
            for k in range(cell_start[cell], cell_start[cell + 1]):
                triangle = members[k]
                if tops[triangle] < lowest:
                    break
                share = _triangle_share(corners[triangle], start, way)
                if least < share < best and share <= 1.0:
                    best, hit = share, triangle
                    if is_any:
                        return best, hit
        if best <= until or until >= t1:
            return best, hit
        t = until
        if next_x <= next_y:
            column += step_x
            next_x += by_x
            if column < 0 or column >= columns:
                return best, hit
        else:
            row += step_y
            next_y += by_y
            if row < 0 or row >= rows:
                return best, hit


@compiled
def _cell_share(heights: Any, row: int, column: int, line: Any, span: tuple[float, float]) -> float:
    """Return where a line dips below one cell of the ground within `span`, 2 when it stays above.

    The cell is two triangles that share its diagonal from south-west to north-east. `line` is x, y, z and their ways
    in cells from the south-west corner of the whole ground.
    """
    x0, y0, z0, wx, wy, wz = line
    sw, se = heights[row, column], heights[row, column + 1]
    nw, ne = heights[row + 1, column], heights[row + 1, column + 1]
    if not np.isfinite(sw + se + nw + ne):
        return _CLEAR
    t0, t1 = span
    diagonal = t1
    turn = wx - wy
    if abs(turn) > 1e-15:
        at = ((y0 - row) - (x0 - column)) / turn
        if t0 < at < t1:
            diagonal = at
    begin = t0
    for end in (diagonal, t1):
        if end <= begin:
            continue
        middle = 0.5 * (begin + end)
        u, v = x0 + wx * middle - column, y0 + wy * middle - row
        slope_x, slope_y = (se - sw, ne - se) if u >= v else (ne - nw, nw - sw)
        rate = wz - (slope_x * wx + slope_y * wy)
        gap = z0 - sw - slope_x * (x0 - column) - slope_y * (y0 - row)
        above0, above1 = gap + rate * begin, gap + rate * end
        if above0 < 0.0:
            return float(begin)
        if above1 < 0.0:
            return float(begin + (end - begin) * above0 / (above0 - above1))
        begin = end
    return _CLEAR


@compiled
def _ground_share(start: Any, way: Any, least: float, most: float, ground: Any) -> float:
    """Return where a line first dips below the ground after `least` and before `most`, 2 when it stays above."""
    heights, block_top, west, south, cell_x, cell_y, top = ground
    rows, columns = heights.shape[0] - 1, heights.shape[1] - 1
    if rows < 1 or columns < 1:
        return _CLEAR
    x0, y0 = (start[0] - west) / cell_x, (start[1] - south) / cell_y
    wx, wy = way[0] / cell_x, way[1] / cell_y
    line = (x0, y0, start[2], wx, wy, way[2])
    t0, t1 = _window((x0, y0, start[2]), (wx, wy, way[2]), (0.0, 0.0, float(columns), float(rows), top))
    t, t1 = max(t0, least), min(t1, most)
    nudge = 1e-7 / max(abs(wx), abs(wy), 1e-9)  # a hair's breadth of a cell: which cell lies ahead
    while t < t1:
        ahead = t + nudge
        x, y = x0 + wx * ahead, y0 + wy * ahead
        column, row = min(max(int(x), 0), columns - 1), min(max(int(y), 0), rows - 1)
        block_x, block_y = column // _BLOCK, row // _BLOCK
        leaves = min(_leaves(x0, wx, block_x, _BLOCK), _leaves(y0, wy, block_y, _BLOCK), t1)
        lowest = start[2] + min(way[2] * t, way[2] * leaves)
        if lowest > block_top[block_y, block_x]:
            t = max(leaves, ahead)
            continue
        leaves = min(_leaves(x0, wx, column, 1), _leaves(y0, wy, row, 1), t1)
        share = _cell_share(heights, row, column, line, (t, leaves))
        if share <= 1.0:
            return share
        t = max(leaves, ahead)
    return _CLEAR


@compiled
def _leaves(at: float, way: float, cell: int, size: int) -> float:
    """Return where a line leaves the column (or row) `cell` of columns `size` wide."""
    if way > 1e-15:
        return ((cell + 1) * size - at) / way
    if way < -1e-15:
        return (cell * size - at) / way
    return np.inf


@compiled
def first_shares(starts: Any, ways: Any, least_m: float, city: Any, ground: Any) -> tuple[Any, Any]:
    """Return for lines (r,) the share at which each is blocked first, ∞ for none, and the triangle, −1 for ground."""
    count = len(starts)
    shares, triangles = np.full(count, np.inf), np.full(count, -1, np.int64)
    for ray in range(count):
        start, way = starts[ray], ways[ray]
        length = np.sqrt(way[0] ** 2 + way[1] ** 2 + way[2] ** 2)
        if length <= least_m:
            continue
        least = least_m / length
        share, triangle = _city_share(start, way, least, False, city)
        soil = _ground_share(start, way, least, min(share, 1.0), ground)
        if soil < share:
            share, triangle = soil, -1
        if share <= 1.0:
            shares[ray], triangles[ray] = share, triangle
    return shares, triangles


@compiled
def lit_by(  # noqa: PLR0913, PLR0917  plain arrays: the compiler takes nothing else
    points: Any, normals: Any, directions: Any, reach_m: Any, least_m: float, city: Any, ground: Any
) -> Any:
    """Return (p, d) of 1 where a point looks freely in a direction, else 0.

    `normals` (p, 3) are of the surface that a point lies on, 0 for a free one: nothing is seen behind a surface.
    `reach_m` (d,) is how far to look. What shaded a point a moment ago is tried first.
    """
    lit = np.zeros((len(points), len(directions)), np.uint8)
    way = np.empty(3)
    corners = city[0]
    for p in range(len(points)):
        start, normal, before = points[p], normals[p], -1
        for d in range(len(directions)):
            direction = directions[d]
            facing = normal[0] * direction[0] + normal[1] * direction[1] + normal[2] * direction[2]
            if facing <= 0.0 and normal[0] ** 2 + normal[1] ** 2 + normal[2] ** 2 > 0.25:
                continue
            way[:] = direction * reach_m[d]
            least = least_m / reach_m[d]
            if before >= 0 and least < _triangle_share(corners[before], start, way) <= 1.0:
                continue
            share, hit = _city_share(start, way, least, True, city)
            before = hit
            if share > 1.0 and _ground_share(start, way, least, 1.0, ground) > 1.0:
                lit[p, d] = 1
    return lit
