"""Buildings as upright prisms, and which of them stands first in the way of a line; pure numpy, exact.

A grid over the ground knows which prisms touch each cell: a line is compared with those of the cells it passes only,
and not even with them where it passes above the highest.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sanping.domain.geo import Float64Array
from sanping.domain.tile import Tile, TileSet

Rows = npt.NDArray[np.int64]
MOUNT_M, AIM_M = 3.0, 2.0
_MOST_CELLS = 4_000_000
_STRETCHES_M = (200.0, 800.0, 3200.0, np.inf)
"""Lines are followed in stretches of this reach: most that are blocked at all are blocked near their start."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prisms:
    """b prisms in world metres.

    `edges` (e, 4) are the sides of their plans, x and y of both ends; those of prism i are
    `edges[first[i]:first[i + 1]]`. `base_m`, `top_m` (b,) are the heights between which each stands.
    """

    edges: Float64Array
    first: Rows
    base_m: Float64Array
    top_m: Float64Array

    @staticmethod
    def joined(parts: "Sequence[Prisms]") -> "Prisms":
        """Return all prisms of several parts, in their order."""
        firsts, edges = [np.zeros(1, np.int64)], 0
        for part in parts:
            firsts.append(part.first[1:] + edges)
            edges += len(part.edges)
        return Prisms(
            edges=np.concatenate([np.zeros((0, 4)), *(part.edges for part in parts)]),
            first=np.concatenate(firsts),
            base_m=np.concatenate([np.zeros(0), *(part.base_m for part in parts)]),
            top_m=np.concatenate([np.zeros(0), *(part.top_m for part in parts)]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocked:
    """For r lines: `share` (r,) of the way at which each is blocked first, ∞ for a clear one, and `prism` (r,), −1."""

    share: Float64Array
    prism: Rows


def prisms_of(tiles: TileSet) -> Prisms:
    """Return a prism for every feature of a tile set that has a roof: the outline of its roof down to its base."""
    parts = [_plans(tile) for tile in tiles.tiles]
    edges = np.concatenate([np.zeros((0, 4)), *(part[0] for part in parts)])
    counts = np.concatenate([np.zeros(0, np.int64), *(part[1] for part in parts)])
    base = np.concatenate([np.zeros(0), *(tile.features.base_m.astype(np.float64) for tile in tiles.tiles)])
    height = np.concatenate([np.zeros(0), *(tile.features.height_m.astype(np.float64) for tile in tiles.tiles)])
    first = np.concatenate([np.zeros(1, np.int64), np.cumsum(counts)])
    return Prisms(edges=edges, first=first, base_m=base, top_m=base + height)


def _plans(tile: Tile) -> tuple[Float64Array, Rows]:
    """Return the outlines (e, 4) of the roofs of a tile in world metres, by feature, and how many sides each has."""
    points, triangles = tile.near.points, tile.near.triangles
    a, b, c = (points[triangles[:, corner], :2] for corner in range(3))
    is_up = (b[:, 0] - a[:, 0]) * (c[:, 1] - a[:, 1]) - (b[:, 1] - a[:, 1]) * (c[:, 0] - a[:, 0]) > 1e-3
    roof = triangles[is_up].astype(np.int64)
    sides = np.sort(np.concatenate([roof[:, [0, 1]], roof[:, [1, 2]], roof[:, [2, 0]]]), axis=1)
    key, count = np.unique(sides[:, 0] * len(points) + sides[:, 1], return_counts=True)
    rim = key[count == 1]
    ends = np.stack([rim // max(1, len(points)), rim % max(1, len(points))], axis=1)
    feature = tile.near.point_feature[ends[:, 0]].astype(np.int64)
    order = np.argsort(feature, kind="stable")
    edges = points[ends[order], :2].astype(np.float64).reshape(-1, 4) + np.tile(tile.origin[:2], 2)
    return edges, np.bincount(feature, minlength=len(tile.features)).astype(np.int64)


class Obstacles:
    """Prisms with their grid; made once for a city."""

    def __init__(self, prisms: Prisms, cell_m: float = 60.0) -> None:
        self._prisms = prisms
        self._own = np.flatnonzero(np.diff(prisms.first) > 0)
        first, edges = prisms.first[:-1][self._own], prisms.edges
        west, east = np.minimum(edges[:, 0], edges[:, 2]), np.maximum(edges[:, 0], edges[:, 2])
        south, north = np.minimum(edges[:, 1], edges[:, 3]), np.maximum(edges[:, 1], edges[:, 3])
        count = len(prisms.base_m)
        self._low, self._high = np.full((count, 2), np.inf), np.full((count, 2), -np.inf)
        if len(self._own):
            for axis, (low, high) in enumerate(((west, east), (south, north))):
                self._low[self._own, axis] = np.minimum.reduceat(low, first)
                self._high[self._own, axis] = np.maximum.reduceat(high, first)
        self._lay_grid(cell_m)

    def first_blocks(self, starts: Float64Array, ends: Float64Array) -> Blocked:
        """Return where lines from `starts` to `ends` (r, 3), world metres, are blocked first.

        What stands within `MOUNT_M` of the start is what the eye is mounted on, what begins within `AIM_M` of the end
        is what is looked at: neither blocks.
        """
        count = len(starts)
        share, prism = np.full(count, np.inf), np.full(count, -1, np.int64)
        if not len(self._own) or not count:
            return Blocked(share=share, prism=prism)
        length, begin = np.maximum(np.linalg.norm(ends - starts, axis=1), 1e-9), np.zeros(count)
        active: Rows = np.arange(count)
        for reach_m in _STRETCHES_M:
            until = np.minimum(1.0, reach_m / length[active])
            start, way = starts[active], ends[active] - starts[active]
            ray, candidate = self._candidates(start + way * begin[active, None], start + way * until[:, None])
            at, blocked_ray, blocked_by = self._met(start, way, ray, candidate)
            order = np.lexsort((at, blocked_ray))
            rays, firsts = np.unique(blocked_ray[order], return_index=True)
            nearer = at[order][firsts] < share[active[rays]]
            rays, firsts = rays[nearer], firsts[nearer]
            share[active[rays]], prism[active[rays]] = at[order][firsts], blocked_by[order][firsts]
            begin[active] = until
            active = active[(until < 1.0) & (share[active] > until)]
            if not len(active):
                break
        return Blocked(share=share, prism=prism)

    def _lay_grid(self, cell_m: float) -> None:
        own = self._own
        low = self._low[own].min(axis=0, initial=np.inf)
        extent = self._high[own].max(axis=0, initial=-np.inf) - low if len(own) else np.zeros(2)
        self._cell_m = max(cell_m, float(np.sqrt(max(0.0, float(np.prod(extent))) / _MOST_CELLS)))
        self._corner = low if len(own) else np.zeros(2)
        self._shape = np.floor(extent / self._cell_m).astype(np.int64) + 1
        begin = np.floor((self._low[own] - self._corner) / self._cell_m).astype(np.int64)
        end = np.floor((self._high[own] - self._corner) / self._cell_m).astype(np.int64)
        width, depth = (end - begin + 1).T if len(own) else np.zeros((2, 0), np.int64)
        owner, within = _spread(width * depth)
        column = begin[owner, 0] + within % np.maximum(width[owner], 1)
        row = begin[owner, 1] + within // np.maximum(width[owner], 1)
        cell = row * self._shape[0] + column
        order = np.argsort(cell, kind="stable")
        self._by_cell = own[owner[order]]
        self._starts = np.searchsorted(cell[order], np.arange(int(np.prod(self._shape)) + 1))
        self._cell_top: Float64Array = np.full(int(np.prod(self._shape)), -np.inf)
        np.maximum.at(self._cell_top, cell, self._prisms.top_m[own[owner]])

    def _candidates(self, starts: Float64Array, ends: Float64Array) -> tuple[Rows, Rows]:
        """Return pairs of a line and a prism whose box it meets."""
        ray, cell, lowest = self._passed(starts, ends)
        is_low = self._cell_top[cell] > lowest
        ray, cell = ray[is_low], cell[is_low]
        owner, within = _spread(self._starts[cell + 1] - self._starts[cell])
        prism = self._by_cell[self._starts[cell[owner]] + within]
        count = len(self._prisms.base_m)
        pair = np.unique(ray[owner] * count + prism)
        ray, prism = pair // count, pair % count
        meets = self._meets_box(starts[ray], ends[ray] - starts[ray], prism)
        return ray[meets], prism[meets]

    def _passed(self, starts: Float64Array, ends: Float64Array) -> tuple[Rows, Rows, Float64Array]:
        """Return line, cell and lowest height of every piece that lines cut out of cells of the grid."""
        s, e = ((points[:, :2] - self._corner) / self._cell_m for points in (starts, ends))
        way = e - s
        cuts, rays = [np.zeros(len(s))], [np.arange(len(s))]
        for axis in range(2):
            begin, end = np.floor(s[:, axis]).astype(np.int64), np.floor(e[:, axis]).astype(np.int64)
            ray, number = _spread(np.abs(end - begin))
            line = np.where(way[ray, axis] > 0, begin[ray] + 1 + number, begin[ray] - number)
            cuts.append((line - s[ray, axis]) / np.where(way[ray, axis] == 0.0, 1.0, way[ray, axis]))
            rays.append(ray)
        ray, cut = np.concatenate(rays), np.concatenate(cuts)
        order = np.lexsort((cut, ray))
        ray, cut = ray[order], cut[order]
        is_last = np.append(ray[1:] != ray[:-1], True)
        until = np.where(is_last, 1.0, np.append(cut[1:], 1.0))
        middle = np.floor(s[ray] + way[ray] * ((cut + until) / 2.0)[:, None]).astype(np.int64)
        inside = ((middle >= 0) & (middle < self._shape)).all(axis=1)
        ray, cut, until, middle = ray[inside], cut[inside], until[inside], middle[inside]
        rise = ends[ray, 2] - starts[ray, 2]
        lowest = starts[ray, 2] + np.minimum(cut * rise, until * rise)
        return ray, middle[:, 1] * self._shape[0] + middle[:, 0], lowest

    def _meets_box(self, start: Float64Array, way: Float64Array, prism: Rows) -> npt.NDArray[np.bool_]:
        prisms = self._prisms
        low = np.column_stack([self._low[prism], prisms.base_m[prism]])
        high = np.column_stack([self._high[prism], prisms.top_m[prism]])
        safe = np.where(np.abs(way) < 1e-9, 1e-9, way)
        near, far = (low - start) / safe, (high - start) / safe
        entered, left = np.minimum(near, far).max(axis=1), np.maximum(near, far).min(axis=1)
        return np.asarray((entered <= left) & (left >= 0.0) & (entered <= 1.0), np.bool_)

    def _met(self, starts: Float64Array, ways: Float64Array, ray: Rows, prism: Rows) -> tuple[Float64Array, Rows, Rows]:
        """Return share, line and prism of every stretch inside a prism that blocks."""
        prisms = self._prisms
        start, way = starts[ray], ways[ray]
        pair, within = _spread(prisms.first[prism + 1] - prisms.first[prism])
        edge = prisms.edges[prisms.first[prism[pair]] + within]
        at, pair = _crossings(start[pair, :2], way[pair, :2], edge, pair)
        inward, outward, pair = _stretches(at, pair)
        length = np.maximum(np.linalg.norm(way[pair], axis=1), 1e-9)
        rise = way[pair, 2]
        level = np.abs(rise) < 1e-9
        safe = np.where(level, 1.0, rise)
        bounds = np.stack([prisms.base_m[prism[pair]], prisms.top_m[prism[pair]]], 1) - start[pair, 2:]
        slab = np.sort(bounds / safe[:, None], axis=1)
        within_slab = (bounds[:, 0] <= 0.0) & (bounds[:, 1] > 0.0)
        slab[level] = np.where(within_slab[level, None], (-np.inf, np.inf), (np.inf, -np.inf))
        begin = np.maximum(np.maximum(inward, slab[:, 0]), 0.0)
        end = np.minimum(np.minimum(outward, slab[:, 1]), 1.0)
        is_mount, is_aim = end * length < MOUNT_M, begin * length > length - AIM_M
        blocks = (begin < end) & ~is_mount & ~is_aim
        return begin[blocks], ray[pair[blocks]], prism[pair[blocks]]


def _crossings(start: Float64Array, way: Float64Array, edge: Float64Array, pair: Rows) -> tuple[Float64Array, Rows]:
    """Return where lines without end cross sides of plans, as shares of their way."""
    side, gap = edge[:, 2:] - edge[:, :2], edge[:, :2] - start
    turn = way[:, 0] * side[:, 1] - way[:, 1] * side[:, 0]
    is_even = np.abs(turn) < 1e-12
    safe = np.where(is_even, 1.0, turn)
    share = (gap[:, 0] * side[:, 1] - gap[:, 1] * side[:, 0]) / safe
    along = (gap[:, 0] * way[:, 1] - gap[:, 1] * way[:, 0]) / safe
    crosses = ~is_even & (along >= 0.0) & (along < 1.0)
    return share[crosses], pair[crosses]


def _stretches(at: Float64Array, pair: Rows) -> tuple[Float64Array, Float64Array, Rows]:
    """Return where each line is inside: from every odd crossing to the next even one."""
    order = np.lexsort((at, pair))
    at, pair = at[order], pair[order]
    number = np.arange(len(pair)) - np.searchsorted(pair, pair)
    opens = np.flatnonzero((number % 2 == 0)[:-1] & (pair[:-1] == pair[1:]))
    return at[opens], at[opens + 1], pair[opens]


def _spread(counts: Rows) -> tuple[Rows, Rows]:
    """Return for counts (n,) the owner of each item, and its number within its owner."""
    counts = counts.astype(np.int64)
    owner = np.repeat(np.arange(len(counts)), counts)
    within = np.arange(len(owner)) - np.repeat(np.cumsum(counts) - counts, counts)
    return owner, within
