"""Walls that the ground does not have, put into it: flood walls and dykes as they are modelled."""

from dataclasses import replace

import numpy as np

from sanping.domain.geo import Float64Array
from sanping.domain.ground import Terrain
from sanping.domain.tile import TileSet

_HELD_UP = ("Bridge",)
"""Objects of these classes stand over what passes below: they hold nothing back."""


def walls_of(tiles: TileSet) -> Float64Array:
    """Return the triangles (t, 3, 3) of what could hold water back, in world metres: everything but bridges."""
    parts = [np.zeros((0, 3, 3))]
    for tile in tiles.tiles:
        table = tile.features
        is_held = np.array([name.startswith(_HELD_UP) for name in table.class_names])[table.class_code]
        owner = tile.near.point_feature[tile.near.triangles[:, 0]]
        triangles = tile.near.triangles[~is_held[owner]]
        parts.append(tile.near.points[triangles].astype(np.float64) + tile.origin)
    return np.concatenate(parts)


def with_walls(terrain: Terrain, corners: Float64Array) -> Terrain:
    """Return the ground raised to the sides of triangles (t, 3, 3) wherever one crosses a cell.

    A wall is closed for water that goes from a cell to its four neighbours, however thin it is.
    """
    sides = np.concatenate([corners[:, [0, 1]], corners[:, [1, 2]], corners[:, [2, 0]]])
    step_m = min(terrain.cell_x_m, terrain.cell_y_m) / 2.0
    length = np.hypot(*(sides[:, 1, :2] - sides[:, 0, :2]).T)
    count = np.ceil(length / step_m).astype(np.int64) + 1
    side = np.repeat(np.arange(len(sides)), count)
    within = np.arange(len(side)) - np.repeat(np.cumsum(count) - count, count)
    share = within / np.maximum(count[side] - 1, 1)
    at = sides[side, 0] + (sides[side, 1] - sides[side, 0]) * share[:, None]
    row = np.floor((terrain.north - at[:, 1]) / terrain.cell_y_m + 0.5).astype(np.int64)
    column = np.floor((at[:, 0] - terrain.west) / terrain.cell_x_m + 0.5).astype(np.int64)
    rows, columns = terrain.heights_m.shape
    inside = (row >= 0) & (row < rows) & (column >= 0) & (column < columns)
    heights = terrain.heights_m.copy()
    np.fmax.at(heights, (row[inside], column[inside]), at[inside, 2].astype(np.float32))
    return replace(terrain, heights_m=heights)
