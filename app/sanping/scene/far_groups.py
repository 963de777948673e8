"""Joins neighbouring tiles that are all drawn far into one mesh: fewer things to draw from afar."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from sanping.analysis.visibility import FAR, HIDDEN, NEAR
from sanping.domain.geo import Float32Array, Int32Array, UInt8Array

GROUP_TILES = 8

Piece = tuple[Float32Array, Int32Array, Float32Array]


@dataclass(slots=True)
class FarGroup:
    """Tiles `first` to `last` (not included), all of one page; the actor is made when it is first needed."""

    first: int
    last: int
    actor: Any = None
    is_drawn: bool = False
    last_seen: int = 0


def groups_of(pages: Sequence[int]) -> list[FarGroup]:
    """Cut tiles in their order into runs of at most `GROUP_TILES` that share a page."""
    groups: list[FarGroup] = []
    for index, page in enumerate(pages):
        if groups and pages[groups[-1].first] == page and index - groups[-1].first < GROUP_TILES:
            groups[-1].last = index + 1
        else:
            groups.append(FarGroup(first=index, last=index + 1))
    return groups


def split(levels: UInt8Array, groups: Sequence[FarGroup]) -> tuple[UInt8Array, npt.NDArray[np.bool_]]:
    """Return the levels (n,) of tiles drawn alone, and which groups are drawn whole.

    A group is drawn whole when at least half of its tiles are seen, and all that are seen are far.
    """
    if not groups:
        return levels, np.zeros(0, np.bool_)
    starts = np.array([group.first for group in groups])
    sizes = np.array([group.last - group.first for group in groups])
    far = np.add.reduceat(levels == FAR, starts, dtype=np.intp)
    near = np.add.reduceat(levels == NEAR, starts, dtype=np.intp)
    is_whole = (near == 0) & (far > 1) & (far * 2 >= sizes)
    alone = np.where(np.repeat(is_whole, sizes), np.uint8(HIDDEN), levels)
    return alone, is_whole


def joined(pieces: Sequence[Piece]) -> Piece:
    """Return points, triangles and point attributes of several meshes as one."""
    firsts = np.cumsum([0, *(len(points) for points, _, _ in pieces)])[:-1]
    return (
        np.concatenate([points for points, _, _ in pieces]),
        np.concatenate(
            [triangles + np.int32(first) for (_, triangles, _), first in zip(pieces, firsts, strict=True)]
        ).astype(np.int32),
        np.concatenate([feature for _, _, feature in pieces]),
    )
