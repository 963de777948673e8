"""What the scene tells others: legend and pick."""

from dataclasses import dataclass
from typing import Literal

from sanping.domain.text import Text
from sanping.domain.view import Point

Rgb = tuple[int, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class LegendEntry:
    """One colour and what it stands for; on a ramp, `value` is the number at that colour."""

    label: Text
    colour: Rgb
    value: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Legend:
    """How a colouring is read: a ramp of numbers (`is_ramp`, entries from low to high) or one entry a category.

    `unit` is a symbol ("m", "%") or empty. `missing` counts objects without a value.
    """

    title: Text
    unit: str
    is_ramp: bool
    entries: tuple[LegendEntry, ...]
    missing: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Pick:
    """What lies under a pixel: layer and object id, the point in world metres.

    `kind` is a mark of a facility or place, an object (building, bridge), or something that lies on the ground.
    """

    layer: str
    id: str
    point: Point
    kind: Literal["mark", "object", "ground"]
