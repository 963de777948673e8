"""Tile sets that were built apart, as one."""

from collections.abc import Sequence
from dataclasses import replace
from functools import reduce

import numpy as np

from sanping.domain.geo import Extent
from sanping.domain.tile import TileSet


def joined(parts: Sequence[TileSet]) -> TileSet:
    """Return the tiles of all parts, which have one frame, as one set; there is at least one part.

    The features of a part are numbered after those of the parts before it, and the keys of its tiles begin with its
    number.
    """
    tiles, count = [], 0
    for number, part in enumerate(parts):
        for tile in part.tiles:
            parent = tile.features.parent
            features = replace(tile.features, parent=np.where(parent >= 0, parent + count, -1).astype(np.int32))
            tiles.append(
                replace(tile, key=f"{number}/{tile.key}", first_feature=tile.first_feature + count, features=features)
            )
        count += part.feature_count
    return TileSet(
        frame=parts[0].frame,
        tiles=tuple(tiles),
        feature_count=count,
        extent=reduce(Extent.merged, (part.extent for part in parts)),
    )
