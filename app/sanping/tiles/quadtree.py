"""Cuts features into the squares of an adaptive quadtree, by their centres; nearly empty neighbours share one."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sanping.domain.geo import Float64Array

LEVELS = 20
_AROUND = (0, 1, 3, 2)
_SPREAD = (
    (16, 0x0000FFFF0000FFFF),
    (8, 0x00FF00FF00FF00FF),
    (4, 0x0F0F0F0F0F0F0F0F),
    (2, 0x3333333333333333),
    (1, 0x5555555555555555),
)

IndexArray = npt.NDArray[np.intp]
UInt64Array = npt.NDArray[np.uint64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """What one tile may hold; a side over `side_m` would cost float32 its millimetres."""

    features: int
    points: int
    side_m: float = 16_000.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Square:
    """A leaf: its key "level/column/row" (of its first quarter when neighbours were joined) and its features.

    `centre` (2,) is the place of its first feature.
    """

    key: str
    features: IndexArray
    centre: Float64Array


@dataclass(slots=True)
class _Leaf:
    key: str
    ranges: list[tuple[int, int]]
    features: int
    points: int


@dataclass(frozen=True, slots=True)
class _Order:
    """Features along the Morton curve: their codes, and the points before each of them."""

    morton: UInt64Array
    points_before: npt.NDArray[np.int64]
    budget: Budget
    side_m: float

    def points(self, start: int, end: int) -> int:
        return int(self.points_before[end] - self.points_before[start])

    def side_at(self, level: int) -> float:
        return self.side_m / (1 << level)


def cut(centres: Float64Array, points: npt.NDArray[np.integer], budget: Budget) -> list[Square]:
    """Cut features into squares that keep to `budget`.

    `centres` (n, 2) in metres, `points` (n,) how many points each feature has. Every feature is in exactly one
    square; a feature that alone is over the budget has a square of its own. Features that fit into one square keep
    their order.
    """
    low = centres.min(axis=0)
    side = max(float((centres.max(axis=0) - low).max()), 1.0)
    if len(centres) <= budget.features and int(points.sum()) <= budget.points and side <= budget.side_m:
        return [Square(key=_key(0, 0), features=np.arange(len(centres)), centre=centres[0])]
    cells = np.minimum((centres - low) * ((1 << LEVELS) / side), (1 << LEVELS) - 1).astype(np.uint64)
    morton = _spread(cells[:, 0]) | (_spread(cells[:, 1]) << np.uint64(1))
    order = np.argsort(morton, kind="stable")
    before = np.zeros(len(order) + 1, dtype=np.int64)
    np.cumsum(points[order], out=before[1:])
    leaves = _leaves(_Order(morton[order], before, budget, side), 0, 0, 0, len(order))
    return [_square(leaf, order, centres) for leaf in leaves]


def _square(leaf: _Leaf, order: IndexArray, centres: Float64Array) -> Square:
    features = np.concatenate([order[start:end] for start, end in leaf.ranges])
    return Square(key=leaf.key, features=features, centre=centres[features[0]])


def _spread(value: UInt64Array) -> UInt64Array:
    """Put a zero bit between the bits of numbers below 2³²."""
    for shift, mask in _SPREAD:
        value = (value | (value << np.uint64(shift))) & np.uint64(mask)
    return value


def _leaves(order: _Order, level: int, prefix: int, start: int, end: int) -> list[_Leaf]:
    count, points = end - start, order.points(start, end)
    if count == 0:
        return []
    fits = count <= order.budget.features and points <= order.budget.points
    if count == 1 or (fits and order.side_at(level) <= order.budget.side_m):
        return [_Leaf(_key(level, prefix), [(start, end)], count, points)]
    if level == LEVELS:
        return _chunks(order, prefix, start, end)
    borders = [(4 * prefix + quarter) << (2 * (LEVELS - level - 1)) for quarter in (1, 2, 3)]
    inner = np.searchsorted(order.morton[start:end], np.array(borders, dtype=np.uint64)) + start
    edges = [start, *(int(edge) for edge in inner), end]
    quarters = [_leaves(order, level + 1, 4 * prefix + q, edges[q], edges[q + 1]) for q in range(4)]
    if order.side_at(level) <= order.budget.side_m:
        return _joined(order.budget, quarters)
    return [leaf for quarter in quarters for leaf in quarter]


def _joined(budget: Budget, quarters: list[list[_Leaf]]) -> list[_Leaf]:
    """Join neighbouring quarters that are single leaves and fit in one tile together."""
    leaves: list[_Leaf] = []
    open_leaf: _Leaf | None = None
    for quarter in (quarters[q] for q in _AROUND):
        if len(quarter) != 1:
            leaves += quarter
            open_leaf = None if quarter else open_leaf
            continue
        leaf = quarter[0]
        if (
            open_leaf is not None
            and open_leaf.features + leaf.features <= budget.features
            and open_leaf.points + leaf.points <= budget.points
        ):
            open_leaf.ranges += leaf.ranges
            open_leaf.features += leaf.features
            open_leaf.points += leaf.points
        else:
            leaves.append(leaf)
            open_leaf = leaf
    return leaves


def _chunks(order: _Order, prefix: int, start: int, end: int) -> list[_Leaf]:
    """Cut features of one place, which no smaller square can part, one after another."""
    leaves: list[_Leaf] = []
    key = _key(LEVELS, prefix)
    while start < end:
        over = int(np.searchsorted(order.points_before, order.points_before[start] + order.budget.points, "right")) - 1
        over = int(np.searchsorted(order.points_before, order.points_before[max(over, start + 1)], "right")) - 1
        stop = min(end, start + order.budget.features, over)
        leaves.append(_Leaf(f"{key}/{len(leaves)}", [(start, stop)], stop - start, order.points(start, stop)))
        start = stop
    return leaves


def _key(level: int, prefix: int) -> str:
    column = sum(((prefix >> (2 * bit)) & 1) << bit for bit in range(level))
    row = sum(((prefix >> (2 * bit + 1)) & 1) << bit for bit in range(level))
    return f"{level}/{column}/{row}"
