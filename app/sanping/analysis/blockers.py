"""What stands in the way of a line: the triangles of buildings and the ground, in grids; shared by every analysis."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sanping.analysis import ray_kernels
from sanping.analysis.ground_heights import reaches
from sanping.domain.geo import Extent, Float64Array, UInt8Array
from sanping.domain.ground import Terrain
from sanping.domain.tile import TileSet

Rows = npt.NDArray[np.int64]
LEAST_M = 1e-3
"""What lies nearer to the start of a line than this is what the line starts on."""
_BLOCK = 16
_MOST_CELLS = 4_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Solids:
    """Triangles in world metres: `corners` (t, 3, 3), and `owner` (t,) the number of the building of each."""

    corners: Float64Array
    owner: Rows

    @staticmethod
    def joined(parts: "Sequence[Solids]") -> "Solids":
        """Return all of several parts, in their order; owners keep their numbers."""
        return Solids(
            corners=np.concatenate([np.zeros((0, 3, 3)), *(part.corners for part in parts)]),
            owner=np.concatenate([np.zeros(0, np.int64), *(part.owner for part in parts)]),
        )

    def without(self, owners: Rows) -> "Solids":
        """Return what is left when some buildings are taken away."""
        keeps = ~np.isin(self.owner, owners)
        return Solids(corners=self.corners[keeps], owner=self.owner[keeps])


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstBlocks:
    """For r lines: `share` (r,) of the way at which each is blocked first, ∞ for a clear one, and `owner` (r,).

    The owner is a building's number, −1 where the ground blocks or nothing does.
    """

    share: Float64Array
    owner: Rows

    @property
    def is_clear(self) -> npt.NDArray[np.bool_]:
        """Whether nothing stands in the way (r,)."""
        return np.asarray(~np.isfinite(self.share), np.bool_)


def solids_of(tiles: TileSet, within: Extent | None = None, first_owner: int = 0) -> Solids:
    """Return the triangles of a tile set, of those tiles that reach into `within`; owners are feature numbers."""
    parts = []
    for tile in tiles.tiles:
        if within is not None and not reaches(tile.extent, within):
            continue
        corners = tile.near.points[tile.near.triangles].astype(np.float64) + tile.origin
        feature = tile.near.point_feature[tile.near.triangles[:, 0]].astype(np.int64)
        parts.append(Solids(corners=corners, owner=feature + tile.first_feature + first_owner))
    return Solids.joined(parts)


class Blockers:
    """Solids and ground, ready to be asked; made once for a city. The ground may be missing."""

    def __init__(self, solids: Solids, terrain: Terrain | None = None, cell_m: float = 12.0) -> None:
        self.owner = solids.owner
        self._origin = self._middle(solids, terrain)
        self._city = _city_grid(solids.corners - self._origin, cell_m)
        self._ground = _ground_grid(terrain, self._origin)
        heights: list[npt.NDArray[np.floating]] = [solids.corners[:, :, 2].ravel()] if len(solids.corners) else []
        heights += [terrain.heights_m[np.isfinite(terrain.heights_m)]] if terrain is not None else []
        self.top_m = max((float(part.max()) for part in heights if len(part)), default=0.0)
        self.bottom_m = min((float(part.min()) for part in heights if len(part)), default=0.0)

    def first_blocks(self, starts: Float64Array, ends: Float64Array, least_m: float = LEAST_M) -> FirstBlocks:
        """Return where lines from `starts` to `ends` (r, 3), world metres, are blocked first."""
        share, triangle = ray_kernels.first_shares(
            np.ascontiguousarray(starts - self._origin), np.ascontiguousarray(ends - starts), least_m, self._city,
            self._ground,
        )  # fmt: skip
        owner = np.append(self.owner, -1)[triangle]
        return FirstBlocks(share=share, owner=owner)

    def lit(
        self, points: Float64Array, normals: Float64Array, directions: Float64Array, least_m: float = LEAST_M
    ) -> UInt8Array:
        """Return (p, d) of 1 where a point sees the sky in a direction (unit vectors (d, 3)), else 0.

        `normals` (p, 3) of the surfaces that the points lie on; 0 for points that stand free. Directions are looked
        along until above everything, at the horizon for 50 km.
        """
        rise = np.maximum(directions[:, 2], 1e-9)
        lowest = float(points[:, 2].min()) if len(points) else 0.0
        reach = np.clip((self.top_m + 1.0 - lowest) / rise, 1.0, 50_000.0)
        found: UInt8Array = ray_kernels.lit_by(
            np.ascontiguousarray(points - self._origin), np.ascontiguousarray(normals, np.float64),
            np.ascontiguousarray(directions, np.float64), reach, least_m, self._city, self._ground,
        )  # fmt: skip
        return found

    @staticmethod
    def _middle(solids: Solids, terrain: Terrain | None) -> Float64Array:
        if len(solids.corners):
            middle: Float64Array = np.round(solids.corners[:, 0].mean(axis=0))
            return middle
        return np.zeros(3) if terrain is None else np.round(np.array([terrain.west, terrain.north, 0.0]))


def _city_grid(corners: Float64Array, cell_m: float) -> tuple[object, ...]:
    """Return triangles in a grid over the plan; those of a cell are in order of their tops, the highest first."""
    if not len(corners):
        none = np.zeros(1, np.int64)
        box = np.zeros(5)
        return corners.reshape(0, 9), np.zeros(0), np.zeros(2, np.int64), none, np.zeros(1), (1, 1), cell_m, box
    low, high = corners.min(axis=1), corners.max(axis=1)
    west, south = low[:, :2].min(axis=0) - 1e-6
    extent = high[:, :2].max(axis=0) + 1e-6 - (west, south)
    cell_m = max(cell_m, float(np.sqrt(np.prod(extent) / _MOST_CELLS)))
    columns, rows = (int(side) + 1 for side in extent / cell_m)
    begin = np.floor((low[:, :2] - (west, south)) / cell_m).astype(np.int64)
    end = np.floor((high[:, :2] - (west, south)) / cell_m).astype(np.int64)
    wide, deep = (end - begin + 1).T
    owner = np.repeat(np.arange(len(corners)), wide * deep)
    within = np.arange(len(owner)) - np.repeat(np.cumsum(wide * deep) - wide * deep, wide * deep)
    cell = (begin[owner, 1] + within // wide[owner]) * columns + begin[owner, 0] + within % wide[owner]
    tops = high[:, 2]
    order = np.lexsort((-tops[owner], cell))
    starts = np.searchsorted(cell[order], np.arange(columns * rows + 1)).astype(np.int64)
    cell_top = np.full(columns * rows, -np.inf)
    np.maximum.at(cell_top, cell, tops[owner])
    box = np.array([west, south, west + columns * cell_m, south + rows * cell_m, float(tops.max())])
    flat = np.ascontiguousarray(corners.reshape(-1, 9))
    return flat, np.ascontiguousarray(tops), starts, owner[order], cell_top, (columns, rows), cell_m, box


def _ground_grid(terrain: Terrain | None, origin: Float64Array) -> tuple[object, ...]:
    """Return heights with row 0 in the south, from the origin, and the highest of each block of cells."""
    if terrain is None:
        return np.zeros((1, 1), np.float64), np.zeros((1, 1)), 0.0, 0.0, 1.0, 1.0, 0.0
    heights = np.ascontiguousarray(terrain.heights_m[::-1].astype(np.float64) - origin[2])
    rows, columns = heights.shape
    blocks = (max(1, -(-(rows - 1) // _BLOCK)), max(1, -(-(columns - 1) // _BLOCK)))
    known = np.where(np.isfinite(heights), heights, -np.inf)
    block_top = np.full(blocks, -np.inf)
    for shift in ((0, 0), (0, 1), (1, 0), (1, 1)):  # a cell has the points of the next row and column too
        part = known[shift[0] :, shift[1] :][: rows - 1, : columns - 1]
        padded = np.pad(part, [(0, blocks[n] * _BLOCK - part.shape[n]) for n in range(2)], constant_values=-np.inf)
        tops = padded.reshape(blocks[0], _BLOCK, blocks[1], _BLOCK).max(axis=(1, 3))
        block_top = np.maximum(block_top, tops)
    south = terrain.north - (rows - 1) * terrain.cell_y_m
    top = float(known.max())
    return heights, block_top, terrain.west - origin[0], south - origin[1], terrain.cell_x_m, terrain.cell_y_m, top
