"""Which objects of a tile set stand at a moment; costs nothing where no date lies between two moments."""

from math import inf

import numpy as np
import numpy.typing as npt

from sanping.domain.geo import Float64Array
from sanping.domain.tile import TileSet
from sanping.scene.features import ABSENT, FeatureStates

BoolArray = npt.NDArray[np.bool_]


class Lifetimes:
    """The objects of one tile set through time; `absent` (n,) is None while all of them stand."""

    def __init__(self, tiles: TileSet) -> None:
        self.absent: BoolArray | None = None
        self._valid_ms: Float64Array | None = None
        self._changes: Float64Array = np.zeros(0)
        self._place = -1
        if any(tile.valid_ms is not None for tile in tiles.tiles):
            always = (-inf, inf)
            parts = [
                np.tile(always, (len(tile.features), 1)) if tile.valid_ms is None else tile.valid_ms
                for tile in tiles.tiles
            ]
            self._valid_ms = np.concatenate(parts)
            self._changes = np.unique(self._valid_ms[np.isfinite(self._valid_ms)])

    def show(self, at_ms: float, states: FeatureStates) -> bool:
        """Bring the states of features to a moment in milliseconds since 1970 UTC; say whether any changed."""
        if self._valid_ms is None:
            return False
        place = int(np.searchsorted(self._changes, at_ms, side="right"))
        if place == self._place:
            return False
        self._place = place
        before = self.absent
        now = (self._valid_ms[:, 0] > at_ms) | (self._valid_ms[:, 1] <= at_ms)
        self.absent = now if now.any() else None
        known = np.zeros_like(now) if before is None else before
        for is_on in (True, False):
            changed = np.flatnonzero((now != known) & (now == is_on))
            if len(changed):
                states.flag(changed, ABSENT, is_on=is_on)
        return bool((now != known).any())

    def is_absent(self, feature: int) -> bool:
        """An object that does not stand at the moment shown is not there to be picked."""
        return self.absent is not None and bool(self.absent[feature])
