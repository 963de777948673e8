"""The city as heights on a grid: what casts shadows, hides the sky and is mirrored in water. Pure numpy."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from sanping.domain.geo import Float32Array, Float64Array, Int32Array, UInt8Array

STEP_M = 0.05
_CANDIDATES = 2_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class HeightField:
    """Heights (rows, columns) in scene metres, row 0 in the south; `west`, `south` is the outer corner of cell 0, 0."""

    west: float
    south: float
    cell_m: float
    heights_m: Float32Array

    @staticmethod
    def flat(bounds: tuple[float, float, float, float], ground_m: float, cells: int) -> "HeightField":
        """Return an even field over west, south, east, north, with at most `cells` along the longer side."""
        west, south, east, north = bounds
        cell = max(1.0, max(east - west, north - south) / cells)
        shape = (max(4, int(np.ceil((north - south) / cell))), max(4, int(np.ceil((east - west) / cell))))
        return HeightField(west=west, south=south, cell_m=cell, heights_m=np.full(shape, ground_m, np.float32))

    def raised_by(self, points: Float32Array, triangles: Int32Array) -> "HeightField":
        """Return the field raised to the upward triangles; points (v, 3) in scene metres."""
        heights = self.heights_m.copy()
        raise_in_place(heights, self, points, triangles)
        return replace(self, heights_m=heights)

    def shadow(self, sun: tuple[float, float, float]) -> Float32Array:
        """Return (rows, columns): the height up to which each cell lies in shadow; below its own height there is none.

        The sun's direction is a unit vector. Heights sink along the light; ways of 1, 2, 4 … cells are joined.
        """
        flat = float(np.hypot(sun[0], sun[1]))
        shadow = self.heights_m.copy()
        if flat < 1e-3:
            return shadow
        sink_m = sun[2] / flat * self.cell_m
        spread = float(self.heights_m.max() - self.heights_m.min())
        way, reach = 1, min(max(self.heights_m.shape), spread / max(sink_m, 0.05))
        while way <= reach * 1.5:
            across, up = round(way * sun[0] / flat), round(way * sun[1] / flat)
            real = float(np.hypot(across, up))
            here, there = _overlap(shadow.shape, up, across)
            shadow[here] = np.maximum(shadow[here], shadow[there] - np.float32(sink_m * real))
            way *= 2
        return shadow

    def mean(self, radius_m: float) -> Float32Array:
        """Return the mean height within about `radius_m` of each cell."""
        radius = max(1, round(radius_m / self.cell_m / 1.6))
        return box_blurred(box_blurred(self.heights_m, radius), radius)


def raise_in_place(heights: Float32Array, field: HeightField, points: Float32Array, triangles: Int32Array) -> None:
    """Raise `heights` of the field's shape to the upward triangles."""
    corners = points[triangles].astype(np.float32)
    a, b, c = corners[:, 0], corners[:, 1], corners[:, 2]
    twice_area = (b[:, 0] - a[:, 0]) * (c[:, 1] - a[:, 1]) - (b[:, 1] - a[:, 1]) * (c[:, 0] - a[:, 0])
    upward = np.flatnonzero(twice_area > 0.05)
    for part in _parts(corners[upward], field):
        _raise_part(heights, field, corners[upward[part]], twice_area[upward[part]])


def box_blurred(values: Float32Array, radius: int) -> Float32Array:
    """Mean over a square of 2 · radius + 1 cells; edges repeat."""
    blurred = values
    for axis in (0, 1):
        width = [(radius + 1, radius) if i == axis else (0, 0) for i in range(2)]
        sums = np.cumsum(np.pad(blurred, width, mode="edge"), axis=axis, dtype=np.float64)
        size = 2 * radius + 1
        difference = sums[size:] - sums[:-size] if axis == 0 else sums[:, size:] - sums[:, :-size]
        difference /= size
        blurred = difference.astype(np.float32)
    return blurred


def coded(first: Float32Array, second: Float32Array, lowest_m: float) -> UInt8Array:
    """Two heights as RGBA: sixteen bits each, `STEP_M` a step above `lowest_m`."""
    pixels = np.empty((*first.shape, 4), np.uint8)
    for at, heights in ((0, first), (2, second)):
        code = np.clip(np.rint((heights - lowest_m) / STEP_M), 0, 65_535).astype(np.uint16)
        pixels[..., at] = code >> 8
        pixels[..., at + 1] = code & 255
    return pixels


def _overlap(shape: tuple[int, ...], up: int, across: int) -> tuple[tuple[slice, slice], tuple[slice, slice]]:
    rows, columns = shape

    def pair(size: int, shift: int) -> tuple[slice, slice]:
        shift = max(-size, min(size, shift))
        return (
            (slice(0, size - shift), slice(shift, size))
            if shift >= 0
            else (slice(-shift, size), slice(0, size + shift))
        )

    here_rows, there_rows = pair(rows, up)
    here_columns, there_columns = pair(columns, across)
    return (here_rows, here_columns), (there_rows, there_columns)


def _parts(corners: Float32Array, field: HeightField) -> Iterator[slice]:
    """Cut the triangles into runs that touch a bounded number of cells."""
    if not len(corners):
        return
    size = np.ceil((corners[:, :, :2].max(axis=1) - corners[:, :, :2].min(axis=1)) / field.cell_m) + 1
    run = np.cumsum(np.minimum(size[:, 0] * size[:, 1], 4e6)) // _CANDIDATES
    edges = np.concatenate([[0], np.flatnonzero(np.diff(run)) + 1, [len(corners)]])
    for start, end in pairwise(edges):
        yield slice(int(start), int(end))


def _raise_part(heights: Float32Array, field: HeightField, corners: Float32Array, twice_area: Float32Array) -> None:
    rows, columns = heights.shape
    grid: Float64Array = (corners[:, :, :2].astype(np.float64) - (field.west, field.south)) / field.cell_m - 0.5
    low = np.maximum(np.floor(grid.min(axis=1)).astype(np.int64), 0)
    high = np.minimum(np.ceil(grid.max(axis=1)).astype(np.int64), (columns - 1, rows - 1))
    width, depth = np.maximum(high[:, 0] - low[:, 0] + 1, 0), np.maximum(high[:, 1] - low[:, 1] + 1, 0)
    count = width * depth
    owner = np.repeat(np.arange(len(corners)), count)
    within = np.arange(len(owner)) - np.repeat(np.cumsum(count) - count, count)
    column = low[owner, 0] + within % np.maximum(width[owner], 1)
    row = low[owner, 1] + within // np.maximum(width[owner], 1)
    a, b, c = grid[owner, 0], grid[owner, 1], grid[owner, 2]
    double = (twice_area / field.cell_m**2)[owner]
    share_b = ((column - a[:, 0]) * (c[:, 1] - a[:, 1]) - (row - a[:, 1]) * (c[:, 0] - a[:, 0])) / double
    share_c = ((b[:, 0] - a[:, 0]) * (row - a[:, 1]) - (b[:, 1] - a[:, 1]) * (column - a[:, 0])) / double
    inside = (share_b >= -0.02) & (share_c >= -0.02) & (share_b + share_c <= 1.02)
    z = corners[:, :, 2]
    share_b, share_c, owner = share_b[inside], share_c[inside], owner[inside]
    height = z[owner, 0] * (1 - share_b - share_c) + z[owner, 1] * share_b + z[owner, 2] * share_c
    np.maximum.at(heights, (row[inside], column[inside]), height.astype(np.float32))
