"""What a case looks like in the city: its colour by urgency, its clock, its symbol; values and pure functions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from sanping.domain.case import STAGE_OF, Colour, State, Urgency
from sanping.domain.geo import Float64Array
from sanping.domain.text import Text

CASE_GROUPS = "@case_groups"
"""Name of the layer of groups of cases; each is named by its most pressing case."""

URGENCY_COLOURS: Mapping[Urgency, int] = MappingProxyType({"normal": 0xF2F7FF, "urgent": 0xFFB020, "extreme": 0xFF3B6B})
CLOCK_COLOURS: Mapping[Colour, int] = MappingProxyType(
    {"grey": 0x8A97A8, "green": 0x3BE08A, "yellow": 0xFFD23C, "orange": 0xFF8A2A, "red": 0xFF4B4B}
)
NO_TITLE = Text("", "")
CALM_COLOUR = 0x2FC7A0
HEIGHT_M: Mapping[Urgency, float] = MappingProxyType({"normal": 52.0, "urgent": 68.0, "extreme": 88.0})
RADIUS_PX: Mapping[Urgency, float] = MappingProxyType({"normal": 13.0, "urgent": 15.0, "extreme": 17.5})
CALM, NEW, OVERDUE = 0.0, 1.0, 2.0
DOT, URGENT, EXTREME, AT_WORK, DONE, PAUSED = range(6)
_DONE_STAGES = frozenset({"feedback", "checking", "evaluating"})
_CLOCKS: tuple[Colour, ...] = ("red", "orange", "yellow", "green", "grey")


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseMark:
    """One case at its place in world metres.

    `colour` is the colour of its running clock and `left` the share of time left on it, 1 … 0; None while no clock
    runs. `is_new` pulses, `is_settling` sinks and fades within two seconds, `is_chosen` is selected.
    """

    id: str
    x_m: float
    y_m: float
    urgency: Urgency = "normal"
    colour: Colour = "grey"
    left: float | None = None
    state: State = "reported"
    is_new: bool = False
    is_settling: bool = False
    is_chosen: bool = False
    title: Text = NO_TITLE

    @property
    def is_calm(self) -> bool:
        """What was asked for has been done; somebody looks at it, or it is over."""
        return STAGE_OF[self.state] in _DONE_STAGES

    @property
    def is_overdue(self) -> bool:
        """Its clock has run out."""
        return self.left is not None and self.left <= 0.0 and not self.is_settling


def fill_of(mark: CaseMark) -> int:
    """Return the colour (0xRRGGBB) of the middle: by urgency until the work is done."""
    return CALM_COLOUR if mark.is_calm else URGENCY_COLOURS[mark.urgency]


def beat_of(mark: CaseMark) -> float:
    """Return how it moves."""
    if mark.is_settling:
        return CALM
    if mark.is_overdue:
        return OVERDUE
    return NEW if mark.is_new and not mark.is_calm else CALM


def symbol_of(mark: CaseMark) -> int:
    """Return the sign in the middle."""
    if mark.is_calm:
        return DONE
    if mark.state == "suspended":
        return PAUSED
    if mark.state == "handling":
        return AT_WORK
    return {"normal": DOT, "urgent": URGENT, "extreme": EXTREME}[mark.urgency]


def pressing(marks: Sequence[CaseMark]) -> Float64Array:
    """Return how pressing each is (n,), most pressing greatest: chosen, then overdue, urgency, and the time left."""
    urgency = {"normal": 0.0, "urgent": 2.0, "extreme": 4.0}
    return np.array(
        [
            100.0 * mark.is_chosen + 8.0 * mark.is_overdue + (0.0 if mark.is_calm else urgency[mark.urgency])
            + (0.0 if mark.left is None else 1.0 - mark.left) for mark in marks
        ]
    )  # fmt: skip


def clock_numbers(marks: Sequence[CaseMark]) -> npt.NDArray[np.int64]:
    """Return the colour of each clock (n,) as a number: 0 red, 1 orange, 2 yellow, 3 green, 4 grey."""
    return np.array([_CLOCKS.index(mark.colour) for mark in marks], np.int64)


def clock_shares(clocks: npt.NDArray[np.int64], group: npt.NDArray[np.int64], groups: int) -> Float64Array:
    """Return the cumulated shares of red, orange, yellow and green clocks in each group (g, 4); the rest is grey.

    `clocks` and `group` (n,) are the clock and the group of each case.
    """
    counts = np.bincount(group * len(_CLOCKS) + clocks, minlength=groups * len(_CLOCKS)).reshape(groups, len(_CLOCKS))
    return np.asarray(np.cumsum(counts, axis=1)[:, :4] / np.maximum(counts.sum(axis=1), 1)[:, None], np.float64)
