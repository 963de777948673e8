"""What is seen from a point, or from several along a path, on ground and roofs."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sanping.analysis.blockers import Blockers, Rows
from sanping.analysis.looking import LOOKING, sight_lines
from sanping.domain.geo import Float64Array
from sanping.ports.progress import Progress

PIECE = 100_000
_ABOVE_M = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Surface:
    """What lies on top, on a grid: `x_m` (c,), `y_m` (r,), `heights_m` (r, c), NaN where there is nothing.

    `owner` (r, c) is the building, −1 for the ground.
    """

    x_m: Float64Array
    y_m: Float64Array
    heights_m: Float64Array
    owner: Rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewshed:
    """How many of the `eyes` see each cell of a surface: `seen` (r, c), −1 beyond the radius."""

    surface: Surface
    seen: npt.NDArray[np.int32]
    eyes: int

    @property
    def share(self) -> float:
        """Which share of what lies within the radius is seen by anybody."""
        within = self.seen >= 0
        return float((self.seen[within] > 0).mean()) if within.any() else 0.0


def surface_around(
    blockers: Blockers, middle: tuple[float, float], radius_m: float, cell_m: float, otherwise_m: float
) -> Surface:
    """Return what lies on top within a square around a place; `otherwise_m` where the ground is not known."""
    count = max(1, int(radius_m / cell_m))
    offset = np.arange(-count, count + 1) * cell_m
    x, y = (np.asarray(at + offset, np.float64) for at in middle)
    east, north = np.meshgrid(x, y)
    top = np.column_stack([east.ravel(), north.ravel(), np.full(east.size, blockers.top_m + _ABOVE_M)])
    deep_m = blockers.top_m + _ABOVE_M - blockers.bottom_m + _ABOVE_M
    heights, owner = np.empty(len(top)), np.empty(len(top), np.int64)
    for first in range(0, len(top), PIECE):
        piece = slice(first, first + PIECE)
        found = blockers.first_blocks(top[piece], top[piece] - (0.0, 0.0, deep_m))
        heights[piece] = np.where(
            found.is_clear, otherwise_m, top[piece, 2] - np.where(found.is_clear, 0.0, found.share) * deep_m
        )
        owner[piece] = found.owner
    return Surface(x_m=x, y_m=y, heights_m=heights.reshape(east.shape), owner=owner.reshape(east.shape))


def viewshed(  # noqa: PLR0913, PLR0917  each of them decides what is seen
    blockers: Blockers, eyes: Float64Array, surface: Surface, radius_m: float, progress: Progress, target_m: float = 0.0
) -> Viewshed:
    """Return how many of the eyes (n, 3) see each cell within `radius_m` of them; `target_m` is above the surface."""
    east, north = np.meshgrid(surface.x_m, surface.y_m)
    targets = np.column_stack([east.ravel(), north.ravel(), surface.heights_m.ravel() + target_m])
    seen = np.full(len(targets), -1, np.int32)
    for number, eye in enumerate(eyes):
        near = np.flatnonzero(np.hypot(targets[:, 0] - eye[0], targets[:, 1] - eye[1]) <= radius_m)
        seen[near] = np.maximum(seen[near], 0)
        for first in range(0, len(near), PIECE):
            share = (number + first / len(near)) / len(eyes)
            progress.report(share, LOOKING.with_values(share=round(100 * share)))
            rows = near[first : first + PIECE]
            seen[rows] += sight_lines(blockers, eye, targets[rows]).is_clear
    return Viewshed(surface=surface, seen=seen.reshape(surface.heights_m.shape), eyes=len(eyes))
