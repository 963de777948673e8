"""What governance gives the scene to draw, as columns in world metres; values only, and no VTK."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
import numpy.typing as npt

from sanping.domain.geo import Float64Array
from sanping.domain.view import Point

ComponentStatus = Literal["unknown", "in_order", "warning", "fault", "silent"]
STATUSES: tuple[ComponentStatus, ...] = get_args(ComponentStatus)


@dataclass(frozen=True, slots=True, kw_only=True)
class Components:
    """n components (部件): ids, classes (GB/T 30428.2 codes or names of symbols), places, statuses.

    `z_m` may be NaN: then a component stands on the ground. `status` holds numbers of `STATUSES`.
    """

    ids: Sequence[str]
    class_code: Sequence[str]
    x_m: Float64Array
    y_m: Float64Array
    z_m: Float64Array
    status: npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True, kw_only=True)
class Movers:
    """n moving things at one moment: `number` (n,) tells each apart and is the same at every moment.

    `heading_deg` is clockwise from north; `kind` holds numbers of `domain.position.MOVER_KINDS`; where `z_m` is NaN, or
    None for all, a thing is on the ground. What `is_stale` is drawn faint and grey, what `is_alarming` pulses.
    """

    number: npt.NDArray[np.int64]
    x_m: Float64Array
    y_m: Float64Array
    heading_deg: Float64Array
    kind: npt.NDArray[np.uint8]
    z_m: Float64Array | None = None
    is_stale: npt.NDArray[np.bool_] | None = None
    is_alarming: npt.NDArray[np.bool_] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SightLine:
    """A line of sight from a camera to a place; `blocked_at` is where it ends for the camera, None for a clear one."""

    start: Point
    end: Point
    blocked_at: Point | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Areas:
    """Areas by value: shapely polygons, and `shares` (n,) of the ramp named `ramp`, 0 … 1; NaN has no value."""

    polygons: Sequence[Any]
    shares: Float64Array
    ramp: str = "viridis"


@dataclass(frozen=True, kw_only=True)
class Tint:
    """Colours that objects of a tile layer have above any colouring: numbers (n,), `colours` (n, 3) bytes.

    All others of the layer are painted `others`, or left as they are.
    """

    features: npt.NDArray[np.int64]
    colours: npt.NDArray[np.uint8]
    others: tuple[int, int, int] | None = None
