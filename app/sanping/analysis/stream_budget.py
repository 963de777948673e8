"""One budget over all layers: how sharp a view may be, and which loaded tiles go; pure.

The finest detail is the least useful: a larger screen-space error is allowed everywhere while graphics memory or the
memory of tiles does not suffice, a smaller one again when there is room. Loaded tiles that nobody looks at go first.
"""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

FINEST_PX = 16.0
COARSEST_FACTOR = 64.0
_COARSER, _FINER, _ROOMY = 1.3, 1.1, 0.75

CountArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """What all layers of a screen together may use; an error of `finest_px` on the screen is good enough."""

    graphics_bytes: int = 2 << 30
    memory_bytes: int = 2 << 30
    finest_px: float = FINEST_PX


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """What all layers use: `graphics_bytes` of what a view draws, `memory_bytes` of what is held and looked at."""

    graphics_bytes: int = 0
    memory_bytes: int = 0

    def share_of(self, budget: Budget) -> float:
        """Return what is used of the scarcer of the two, 1 for all of it."""
        graphics = self.graphics_bytes / max(1, budget.graphics_bytes)
        return max(graphics, self.memory_bytes / max(1, budget.memory_bytes))


@dataclass(frozen=True, slots=True, kw_only=True)
class Holdings:
    """The m loaded tiles of a layer: numbers, bytes, when each was last looked at.

    Those that are kept are never let go, those that the last view needs only when nobody looks at the layer any more.
    """

    tiles: CountArray
    sizes: CountArray
    last_used: CountArray
    is_kept: BoolArray
    is_needed: BoolArray

    @property
    def unseen(self) -> "Holdings":
        """The same of a layer that nobody looks at."""
        none = np.zeros(len(self.tiles), np.int64)
        return replace(self, is_needed=none.astype(np.bool_), last_used=none)

    @property
    def needed_bytes(self) -> int:
        """What those take that cannot go."""
        return int(self.sizes[self.is_kept | self.is_needed].sum())


def eased(error_px: float, finest_px: float, share: float) -> float:
    """Return the error to allow from now on: more while more than all is used, less again when there is room."""
    if share > 1.0:
        return min(error_px * _COARSER, finest_px * COARSEST_FACTOR)
    return max(finest_px, error_px / _FINER) if share < _ROOMY else error_px


def superfluous(layers: list[Holdings], most_bytes: int) -> list[CountArray]:
    """Return which loaded tiles of each layer go, those unused for longest first, until the rest fits."""
    owner = np.repeat(np.arange(len(layers)), [len(layer.tiles) for layer in layers])
    if not len(owner):
        return [np.zeros(0, np.int64) for _ in layers]
    sizes = np.concatenate([layer.sizes for layer in layers])
    last_used = np.concatenate([layer.last_used for layer in layers])
    order = np.flatnonzero(~np.concatenate([layer.is_kept | layer.is_needed for layer in layers]))
    order = order[np.argsort(last_used[order], kind="stable")]
    over = int(sizes.sum()) - most_bytes
    going = order[: int(np.searchsorted(np.cumsum(sizes[order]), over)) + 1] if over > 0 else order[:0]
    tiles = np.concatenate([layer.tiles for layer in layers])
    return [tiles[going[owner[going] == number]] for number in range(len(layers))]
