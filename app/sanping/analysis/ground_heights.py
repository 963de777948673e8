"""Heights of the ground under places, and the slice of a terrain that an analysis needs."""

from dataclasses import replace

import numpy as np

from sanping.analysis.height_grid import heights_at
from sanping.domain.geo import Extent, Float64Array
from sanping.domain.ground import Terrain


def ground_at(terrain: Terrain | None, places: Float64Array, otherwise_m: float = 0.0) -> Float64Array:
    """Return the height (n,) under places (n, 2 or 3) in world metres; `otherwise_m` where nothing is known."""
    if terrain is None:
        return np.full(len(places), otherwise_m)
    column = (places[:, 0] - terrain.west) / terrain.cell_x_m
    row = (terrain.north - places[:, 1]) / terrain.cell_y_m
    heights = heights_at(terrain.heights_m, row, column)
    return np.where(np.isfinite(heights), heights, otherwise_m)


def reaches(box: Extent, within: Extent) -> bool:
    """Say whether two boxes have ground in common."""
    return not (
        box.west > within.east or box.east < within.west or box.south > within.north or box.north < within.south
    )


def clipped(terrain: Terrain, within: Extent) -> Terrain:
    """Return the part of a terrain that covers an extent, with at least two rows and columns where there are such."""
    rows, columns = terrain.heights_m.shape
    first = int(np.clip((within.west - terrain.west) // terrain.cell_x_m, 0, max(0, columns - 2)))
    last = int(np.clip(-(-(within.east - terrain.west) // terrain.cell_x_m), first + 1, columns - 1))
    top = int(np.clip((terrain.north - within.north) // terrain.cell_y_m, 0, max(0, rows - 2)))
    bottom = int(np.clip(-(-(terrain.north - within.south) // terrain.cell_y_m), top + 1, rows - 1))
    return replace(
        terrain,
        heights_m=terrain.heights_m[top : bottom + 1, first : last + 1],
        west=terrain.west + first * terrain.cell_x_m,
        north=terrain.north - top * terrain.cell_y_m,
        imagery=None,
    )
