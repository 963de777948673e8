"""Which labels are shown and how strongly; pure."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sanping.domain.geo import Float64Array
from sanping.scene.camera import Lens

_LEVELS = 6
_STAYS = 0.6


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels:
    """n labels: places (n, 3) in scene metres, sizes (n, 2) in pixels, ranks (n,) with 1 the most important.

    `reach_m` (n,) is the distance at which a label has faded away.
    """

    places: Float64Array
    sizes_px: Float64Array
    ranks: Float64Array
    reach_m: Float64Array


def shown(  # noqa: PLR0913  named, and a pure function has no other place for them
    labels: Labels,
    lens: Lens,
    size_px: tuple[int, int],
    *,
    rise_px: float,
    most: int,
    before: npt.NDArray[np.int64],
    taken: Float64Array | None = None,
) -> tuple[npt.NDArray[np.int64], Float64Array, Float64Array]:
    """Choose labels that do not cover one another; return indices, strengths in sixths, and boxes (k, 4) in pixels.

    More important and nearer ones win, and one that was shown `before` keeps its place more easily.
    `taken` boxes (west, south, east, north of other labels) are left free.
    """
    seen = lens.projected(labels.places)
    distance = seen[:, 2]
    inside = (np.abs(seen[:, 0]) < 1.02) & (np.abs(seen[:, 1]) < 1.05) & (distance > 5.0) & (distance < labels.reach_m)
    weight = labels.ranks * 1000.0 + distance * 0.1
    weight[before] -= 1000.0 * _STAYS
    order = np.flatnonzero(inside)
    order = order[np.argsort(weight[order], kind="stable")]
    middle = (seen[:, :2] * 0.5 + 0.5) * size_px
    low = middle + np.stack([-labels.sizes_px[:, 0] / 2, np.full(len(middle), rise_px)], 1)
    high = low + labels.sizes_px
    others = np.zeros((0, 4)) if taken is None else taken
    held = len(others)
    taken_low, taken_high = np.empty((held + most, 2)), np.empty((held + most, 2))
    taken_low[:held], taken_high[:held] = others[:, :2], others[:, 2:]
    chosen: list[int] = []
    for index in order:
        if len(chosen) == most:
            break
        count = held + len(chosen)
        apart = (low[index] - 4 > taken_high[:count]) | (high[index] + 4 < taken_low[:count])
        if apart.any(axis=1).all():
            taken_low[count], taken_high[count] = low[index], high[index]
            chosen.append(int(index))
    indices = np.array(sorted(chosen), np.int64)
    fade = np.clip((labels.reach_m[indices] - distance[indices]) / (0.25 * labels.reach_m[indices]), 0.15, 1.0)
    boxes = np.concatenate([low[indices], high[indices]], 1)
    return indices, np.ceil(fade * _LEVELS) / _LEVELS, boxes
