"""Two versions of a model compared object by object: what came, what went, what changed (CJJ/T 315-2022 4.3.5)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from sanping.domain.geo import Float64Array
from sanping.domain.text import Text
from sanping.domain.tile import TileSet
from sanping.domain.view import Point
from sanping.ports.progress import Progress

ChangeKind = Literal["added", "removed", "moved", "height", "shape", "attributes"]
CHANGES: dict[ChangeKind, Text] = {
    "added": Text("新增", "Added"),
    "removed": Text("删除", "Removed"),
    "moved": Text("移动", "Moved"),
    "height": Text("高度变化", "Height changed"),
    "shape": Text("形状变化", "Shape changed"),
    "attributes": Text("属性变化", "Attributes changed"),
}
TOLERANCE_M = 0.05
_COMPARING = Text("比较版本", "Comparing the versions")


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectChange:
    """What became of object `id`.

    `amount` is metres: how far it moved, how much higher it is now, how far its box differs; 0 for attributes. `place`
    is where it is, or was. `attributes` holds the old and the new value of each that differs, None for one that is not
    there.
    """

    kind: ChangeKind
    id: str
    amount: float
    place: Point
    attributes: Mapping[str, tuple[object, object]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    low: Float64Array
    high: Float64Array
    triangles: int
    height_m: float
    attributes: Mapping[str, object]

    @property
    def middle(self) -> Float64Array:
        """Middle of the box."""
        middle: Float64Array = (self.low + self.high) / 2
        return middle


def changes_between(before: TileSet, after: TileSet, progress: Progress) -> list[ObjectChange]:
    """Return what changed from one version to the other, which have one CRS; objects are the same by their id.

    Of an object whose geometry changed the first that holds is told: moved as it was, another height on the same plan,
    another shape. Attributes are told beside it. Raises `Cancelled`.
    """
    progress.report(0.0, _COMPARING)
    old = dict(_objects(before))
    progress.report(0.4, _COMPARING)
    new = dict(_objects(after))
    progress.report(0.8, _COMPARING)
    found = [_change("added", id, new[id]) for id in new.keys() - old.keys()]
    found += [_change("removed", id, old[id]) for id in old.keys() - new.keys()]
    for id in old.keys() & new.keys():
        found += _between(id, old[id], new[id])
    order = list(CHANGES)
    return sorted(found, key=lambda change: (order.index(change.kind), -abs(change.amount), change.id))


def _objects(model: TileSet) -> Iterator[tuple[str, _Known]]:
    for tile in model.tiles:
        table = tile.features
        for row in range(len(table)):
            own = tile.near.triangles[tile.first_triangle[row] : tile.first_triangle[row + 1]]
            points = tile.near.points[np.unique(own)] + tile.origin if len(own) else np.full((1, 3), np.nan)
            yield (
                table.ids[row],
                _Known(
                    low=points.min(axis=0),
                    high=points.max(axis=0),
                    triangles=len(own),
                    height_m=float(table.height_m[row]),
                    attributes=table.attributes[row],
                ),
            )


def _between(id: str, old: _Known, new: _Known) -> Iterator[ObjectChange]:
    size = np.abs((new.high - new.low) - (old.high - old.low)).max()
    way = float(np.linalg.norm(new.middle - old.middle))
    plan = max(np.abs(new.low[:2] - old.low[:2]).max(), np.abs(new.high[:2] - old.high[:2]).max())
    if old.triangles == new.triangles and size <= TOLERANCE_M < way:
        yield _change("moved", id, new, way)
    elif plan <= TOLERANCE_M < abs(new.height_m - old.height_m):
        yield _change("height", id, new, new.height_m - old.height_m)
    elif max(plan, size) > TOLERANCE_M or old.triangles != new.triangles:
        yield _change("shape", id, new, float(np.nan_to_num(max(plan, size))))
    differing = {
        name: (old.attributes.get(name), new.attributes.get(name))
        for name in sorted({*old.attributes, *new.attributes})
        if old.attributes.get(name) != new.attributes.get(name)
    }
    if differing:
        yield _change("attributes", id, new, 0.0, differing)


def _change(
    kind: ChangeKind,
    id: str,
    known: _Known,
    amount: float = 0.0,
    attributes: Mapping[str, tuple[object, object]] | None = None,
) -> ObjectChange:
    east, north, up = np.nan_to_num(known.middle).tolist()
    return ObjectChange(kind=kind, id=id, amount=amount, place=(east, north, up), attributes=attributes or {})
