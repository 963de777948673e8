"""What a layout declares of a panel: which quantities of which stations, put together how; pure.

A panel of a scene pack needs no program: its form is one of `Form`, its numbers are `Measure`s.
"""

from collections.abc import Sequence
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Annotated, Literal

import msgspec
from PySide6.QtGui import QColor

from sanping.domain.quantity import quantity
from sanping.domain.text import Text
from sanping.twin.river_view import StationView
from sanping.ui.wall.facts import WallFacts
from sanping.ui.wall.look import USUAL

Form = Literal[
    "numbers", "bars", "columns", "ring", "tiles", "table", "matrix", "course", "stages", "radar", "dials", "words",
    "lanes", "aisles", "chain", "day",
]  # fmt: skip
How = Literal["sum", "mean", "max", "min", "count", "online"]
Order = Literal["high", "low", "given"]
GOOD, WARN, BAD = QColor(59, 214, 138), QColor(255, 200, 60), QColor(255, 92, 92)
PALETTE = (
    USUAL, QColor(92, 230, 190), QColor(255, 196, 92), QColor(186, 150, 255), QColor(255, 132, 110),
    QColor(120, 220, 120), QColor(255, 150, 205), QColor(150, 190, 220),
)  # fmt: skip
EVERY = ("*",)


class Words(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A text in both languages."""

    zh: str
    en: str = ""

    def text(self) -> Text:
        """Return the value."""
        return Text(self.zh, self.en or self.zh)


NO_WORDS = Words(zh="")


class Measure(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One number: `quantity` of the stations that match, put together as `of` says; "count" counts the stations.

    "online" is the share of the stations whose value is fresh. `through` divides by another quantity's sum. The number
    is multiplied by `scale` and shown with `unit` and `decimals`; those of the quantity where they are left out. From
    `warn` on it is amber, from `bad` on red; where `bad` is less than `warn`, from there downward.
    """

    quantity: str = ""
    title: Words = NO_WORDS
    stations: tuple[str, ...] = ()
    of: How = "sum"
    through: str = ""
    scale: float = 1.0
    unit: Words | None = None
    decimals: Annotated[int, msgspec.Meta(ge=0, le=6)] | None = None
    warn: float | None = None
    bad: float | None = None
    top: float | None = None
    note: Words = NO_WORDS


class Declared(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A panel: its title, what it measures of which stations, how many of them and in which order.

    `lines` are words that stand there as they are, each a name and what is said of it.
    """

    title: Words
    measures: tuple[Measure, ...] = ()
    stations: tuple[str, ...] = EVERY
    most: Annotated[int, msgspec.Meta(ge=1, le=500)] = 12
    order: Order = "high"
    hours: Annotated[int, msgspec.Meta(ge=1, le=720)] = 24
    lines: tuple[tuple[Words, Words], ...] = ()


class Number(msgspec.Struct, frozen=True, kw_only=True):
    """A number as it is painted; `value` None where nobody has told it, `badness` how far it is beyond its limit."""

    name: Text
    value: float | None
    said: str
    unit: Text
    colour: tuple[int, int, int] | None = None
    badness: float = 0.0
    is_stale: bool = False

    def tint(self, usual: QColor) -> QColor:
        """Return the colour of a limit that was passed, else the usual one."""
        return usual if self.colour is None else QColor(*self.colour)


def title_of(measure: Measure) -> Text:
    """Return what a measure is called: its own title, else that of its quantity."""
    return measure.title.text() if measure.title.zh else quantity(measure.quantity).title


def chosen(facts: WallFacts, patterns: Sequence[str]) -> tuple[StationView, ...]:
    """Return the stations that match one of the patterns, in the twin's order."""
    return tuple(view for view in facts.view.stations if _matches(view.station.id, tuple(patterns)))


@lru_cache(maxsize=65_536)
def _matches(name: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)


def measured(facts: WallFacts, measure: Measure, declared: Declared) -> Number:
    """Return a measure over all its stations."""
    return number_of(chosen(facts, measure.stations or declared.stations), measure)


def measured_at(view: StationView, measure: Measure) -> Number:
    """Return a measure at one station, by the station's name."""
    number = number_of((view,), measure)
    return msgspec.structs.replace(number, name=view.station.name)


def number_of(views: Sequence[StationView], measure: Measure) -> Number:
    """Return a measure over some stations; a number of which some part is old is stale."""
    known = [view for view in views if view.value(measure.quantity) is not None]
    fresh = [view for view in known if measure.quantity in view.fresh]
    value = _value(views, known, len(fresh), measure)
    if value is not None and measure.through:
        whole = sum(view.value(measure.through) or 0.0 for view in views)
        value = value / whole if whole else None
    if value is not None:
        value *= measure.scale
    meant = quantity(measure.quantity)
    decimals = measure.decimals if measure.decimals is not None else _usual_decimals(measure, meant.decimals)
    unit = measure.unit.text() if measure.unit is not None else _usual_unit(measure, meant.unit)
    return Number(
        name=title_of(measure),
        value=value,
        said="—" if value is None else f"{value:,.{decimals}f}",
        unit=unit,
        colour=None if value is None else _colour(value, measure),
        badness=0.0 if value is None else _badness(value, measure),
        is_stale=not fresh and measure.of not in ("count", "online"),
    )


def _value(views: Sequence[StationView], known: Sequence[StationView], fresh: int, measure: Measure) -> float | None:
    if measure.of == "count":
        return float(len(views))
    if measure.of == "online":
        return 100.0 * fresh / len(views) if views else None
    values = [view.value(measure.quantity) or 0.0 for view in known]
    return _put_together(values, measure.of) if values else None


def _put_together(values: Sequence[float], how: How) -> float:
    match how:
        case "mean":
            return sum(values) / len(values)
        case "max":
            return max(values)
        case "min":
            return min(values)
    return sum(values)


def _usual_decimals(measure: Measure, decimals: int) -> int:
    if measure.of == "count":
        return 0
    return 1 if measure.of == "online" else decimals


def _usual_unit(measure: Measure, unit: str) -> Text:
    if measure.of == "count":
        return Text("", "")
    return Text("%", "%") if measure.of == "online" else Text(unit, unit)


def _sign(measure: Measure) -> float:
    """Return −1 where a measure is the worse the lower it is, else 1."""
    return -1.0 if measure.warn is not None and measure.bad is not None and measure.bad < measure.warn else 1.0


def _colour(value: float, measure: Measure) -> tuple[int, int, int] | None:
    sign = _sign(measure)
    for limit, colour in ((measure.bad, BAD), (measure.warn, WARN)):
        if limit is not None and sign * value >= sign * limit:
            return colour.red(), colour.green(), colour.blue()
    return None


def _badness(value: float, measure: Measure) -> float:
    """Return how far a number is beyond the first limit that it passes, as a share of it; 0 within all limits."""
    limit = measure.warn if measure.warn is not None else measure.bad
    if limit is None:
        return 0.0
    return max(0.0, 1e-9 + _sign(measure) * (value - limit) / max(1e-9, abs(limit)))


def ranked(facts: WallFacts, declared: Declared) -> list[tuple[StationView, tuple[Number, ...]]]:
    """Return stations with all their measures, ordered by the first; those without it come last."""
    rows = [
        (view, tuple(measured_at(view, measure) for measure in declared.measures))
        for view in chosen(facts, declared.stations)
    ]
    if declared.order != "given" and declared.measures:
        sign = -1.0 if declared.order == "high" else 1.0
        rows.sort(key=lambda row: (row[1][0].value is None, sign * (row[1][0].value or 0.0)))
    return rows[: declared.most]


def is_simulated(facts: WallFacts, declared: Declared) -> bool:
    """Say whether any station the panel is about tells made-up values."""
    patterns = {pattern for measure in declared.measures for pattern in (measure.stations or declared.stations)}
    return any(view.is_simulated for view in chosen(facts, tuple(sorted(patterns or declared.stations))))


class DeclaredPanel:
    """What all declared panels share: their declaration, and the room that they were drawn for."""

    nominal_em = (23.5, 13.0)
    turns_ms = 0

    def __init__(self, declared: Declared) -> None:
        self.declared = declared
