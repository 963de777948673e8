"""Which mark the pointer means; pure. Marks are drawn above the city, so what is shown can be meant."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from sanping.domain.geo import Float64Array
from sanping.scene.label_layout import Placed

REACH_PX = 12.0


def meant(
    placed: Sequence[Placed], pointer_px: tuple[float, float], reach_px: float = REACH_PX
) -> tuple[int, int] | None:
    """Return the layer's place in `placed` and the index of the label there: the nearest mark within reach.

    Where no mark is near, the plate below the pointer is meant. `pointer_px` counts from the lower left corner.
    """
    found: list[tuple[float, int, int]] = []
    for layer, labels in enumerate(placed):
        away = np.hypot(*(labels.marks - pointer_px).T)
        away[(away > reach_px) & ~_on_plate(labels.plates, pointer_px)] = np.inf
        if len(away) and np.isfinite(away.min()):
            row = int(away.argmin())
            found.append((min(float(away[row]), reach_px + 1.0), layer, int(labels.indices[row])))
    return min(found)[1:] if found else None


def _on_plate(plates: Float64Array, pointer_px: tuple[float, float]) -> npt.NDArray[np.bool_]:
    x, y = pointer_px
    return (plates[:, 0] <= x) & (x <= plates[:, 2]) & (plates[:, 1] <= y) & (y <= plates[:, 3])
