"""How densely points lie: a kernel density on a grid over the ground; pure numpy."""

from dataclasses import dataclass

import numpy as np

from sanping.domain.geo import Float64Array

_MOST_CELLS = 512
_BLURS = 3
_CELLS_A_RADIUS = 6.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Heat:
    """Density (rows, columns) in weight per square kilometre, row 0 in the south.

    `west`, `south` is the outer corner of cell 0, 0.
    """

    west: float
    south: float
    cell_m: float
    density: Float64Array


def heat_of(x_m: Float64Array, y_m: Float64Array, weights: Float64Array, radius_m: float = 180.0) -> Heat | None:
    """Return the density of weighted points with a kernel of about Gaussian shape, `radius_m` its standard deviation.

    None without points. The grid reaches three radii beyond the points, and every weight is in it once.
    """
    usable = np.isfinite(x_m) & np.isfinite(y_m) & np.isfinite(weights)
    x, y, weight = x_m[usable], y_m[usable], weights[usable]
    if not len(x):
        return None
    rim = 3.5 * radius_m
    west, south = float(x.min()) - rim, float(y.min()) - rim
    span = max(float(np.ptp(x)), float(np.ptp(y))) + 2.0 * rim
    cell_m = max(radius_m / _CELLS_A_RADIUS, span / _MOST_CELLS)
    shape = (int((float(y.max()) + rim - south) / cell_m) + 1, int((float(x.max()) + rim - west) / cell_m) + 1)
    row = np.clip(((y - south) / cell_m).astype(np.int64), 0, shape[0] - 1)
    column = np.clip(((x - west) / cell_m).astype(np.int64), 0, shape[1] - 1)
    flat = np.bincount(row * shape[1] + column, weights=weight, minlength=shape[0] * shape[1])
    sums: Float64Array = flat.astype(np.float64).reshape(shape)
    # Boxes blurred one after another come near a Gaussian: n boxes of width w have the variance n (w² − 1) / 12.
    width = np.sqrt(12.0 * (radius_m / cell_m) ** 2 / _BLURS + 1.0)
    half = max(1, round((width - 1.0) / 2.0))
    for _ in range(_BLURS):
        sums = _blurred(_blurred(sums, half).T, half).T
    return Heat(west=west, south=south, cell_m=cell_m, density=np.asarray(sums * (1e6 / cell_m**2), np.float64))


def _blurred(values: Float64Array, half: int) -> Float64Array:
    """Mean over 2 · half + 1 rows; beyond the rim there is nothing."""
    sums = np.cumsum(np.pad(values, ((half + 1, half), (0, 0))), axis=0)
    size = 2 * half + 1
    return np.asarray((sums[size:] - sums[:-size]) / size, np.float64)
