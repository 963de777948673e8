"""Gathers marks that would lie on one another into groups; pure numpy.

Marks are gathered by cells of the ground whose size follows their distance in steps of two, so that groups keep
together while the camera moves; what then still overlaps on the screen joins its greater neighbour.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sanping.domain.geo import Float64Array
from sanping.scene.camera import Lens
from sanping.scene.label_layout import Indices

_OVERLAP = 0.8
_BESIDE = 1.15


@dataclass(frozen=True, slots=True, kw_only=True)
class Groups:
    """g groups of n marks: `group` (n,) the group of each mark, −1 for what is not seen; `size` (g,) its members.

    `place` (g, 3) is the middle of the members in scene metres, `seen_px` (g, 2) where that is drawn, counted from the
    lower left corner, `ahead_m` (g,) how far in front of the eye, and `first` (g,) the number of one member.
    """

    group: Indices
    size: Indices
    place: Float64Array
    seen_px: Float64Array
    ahead_m: Float64Array
    first: Indices


def grouped(
    places: Float64Array, alone: npt.NDArray[np.bool_], lens: Lens, size_px: tuple[int, int], reach_px: float
) -> Groups:
    """Group marks at scene places (n, 3) that lie within `reach_px` of one another in a picture of `size_px`.

    Marks that are `alone` (n,) are never grouped; one member is a group too.
    """
    seen = lens.projected(places)
    ahead = seen[:, 2]
    inside = (ahead > 1.0) & (np.abs(seen[:, :2]) < _BESIDE).all(axis=1)
    rows = np.flatnonzero(inside)
    pixel_m = 2.0 * lens.half_height / max(1, size_px[1])
    level = np.ceil(np.log2(np.maximum(ahead[rows] * pixel_m * 2.0 * reach_px, 1.0)))
    cell_m = np.exp2(level)[:, None]
    cells = np.floor(places[rows, :2] / cell_m)
    own = np.where(alone[rows], rows, -1)
    _, of_row = np.unique(np.column_stack([level, cells, own]), axis=0, return_inverse=True)
    of_row = of_row.reshape(-1)
    middle, size = _middles(places[rows], of_row)
    at_px = (lens.projected(middle)[:, :2] * 0.5 + 0.5) * size_px
    is_alone = np.zeros(len(size), np.bool_)
    is_alone[of_row[alone[rows]]] = True
    of_row = merged(at_px, size, is_alone, _OVERLAP * reach_px)[of_row]
    _, of_row = np.unique(of_row, return_inverse=True)
    return _described(places, rows, of_row.reshape(-1), lens, size_px)


def _described(places: Float64Array, rows: Indices, of_row: Indices, lens: Lens, size_px: tuple[int, int]) -> Groups:
    middle, size = _middles(places[rows], of_row)
    seen = lens.projected(middle)
    group: Indices = np.full(len(places), -1, np.int64)
    group[rows] = of_row
    first: Indices = np.zeros(len(size), np.int64)
    first[of_row[::-1]] = rows[::-1]
    return Groups(
        group=group, size=size, place=middle, seen_px=(seen[:, :2] * 0.5 + 0.5) * size_px, ahead_m=seen[:, 2],
        first=first,
    )  # fmt: skip


def _middles(places: Float64Array, of_row: Indices) -> tuple[Float64Array, Indices]:
    count = int(of_row.max(initial=-1)) + 1
    size = np.bincount(of_row, minlength=count)
    sums = [np.bincount(of_row, weights=places[:, axis], minlength=count) for axis in range(3)]
    return np.stack(sums, 1) / np.maximum(size, 1)[:, None], size.astype(np.int64)


def merged(at_px: Float64Array, size: Indices, is_alone: npt.NDArray[np.bool_], reach_px: float) -> Indices:
    """Return for each badge (g, 2) the one it joins: a greater one less than twice `reach_px` away, else itself."""
    joins: Indices = np.arange(len(size))
    away = np.hypot(*(at_px[:, None] - at_px[None]).transpose(2, 0, 1))
    is_near, is_host = away < 2.0 * reach_px, np.zeros(len(size), np.bool_)
    for number in np.argsort(-size, kind="stable").tolist():
        if is_alone[number]:
            continue
        hosts = np.flatnonzero(is_near[number] & is_host)
        if len(hosts):
            joins[number] = hosts[away[number, hosts].argmin()]
        else:
            is_host[number] = True
    return joins
