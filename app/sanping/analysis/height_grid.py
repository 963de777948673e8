"""Heights between the cells of a grid, safe against holes."""

import numpy as np

from sanping.domain.geo import Float32Array, Float64Array


def heights_at(heights_m: Float32Array, row: Float64Array, column: Float64Array) -> Float64Array:
    """Return bilinear heights at fractional cell positions (n,); cell centres are whole numbers.

    Holes (NaN) are bridged from the finite neighbours by weight; NaN only outside the grid (half a cell around it still
    counts as inside) or where all four neighbours are holes.
    """
    rows, columns = heights_m.shape
    inside = (row >= -0.5) & (row <= rows - 0.5) & (column >= -0.5) & (column <= columns - 0.5)
    r = np.clip(np.where(inside, row, 0.0), 0.0, rows - 1.0)
    c = np.clip(np.where(inside, column, 0.0), 0.0, columns - 1.0)
    r0, c0 = np.minimum(r.astype(np.int64), max(rows - 2, 0)), np.minimum(c.astype(np.int64), max(columns - 2, 0))
    r1, c1 = np.minimum(r0 + 1, rows - 1), np.minimum(c0 + 1, columns - 1)
    down, right = r - r0, c - c0
    total, weight = np.zeros(len(r)), np.zeros(len(r))
    for at_row, at_column, share in (
        (r0, c0, (1 - down) * (1 - right)),
        (r0, c1, (1 - down) * right),
        (r1, c0, down * (1 - right)),
        (r1, c1, down * right),
    ):
        value = heights_m[at_row, at_column].astype(np.float64)
        is_known = np.isfinite(value)
        total += np.where(is_known, value, 0.0) * share
        weight += np.where(is_known, share, 0.0)
    known = inside & (weight > 1e-9)
    return np.where(known, total / np.where(known, weight, 1.0), np.nan)
