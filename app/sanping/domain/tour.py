"""A tour through a city as values: stops in order, each with a view, words, and how long it is looked at."""

from dataclasses import dataclass
from datetime import time

from sanping.domain.text import Text
from sanping.domain.view import CameraPose, StyleName


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """One view of a tour.

    The camera flies there for `flight_s` (None: as long as the way asks for) and stays `dwell_s`, turning by
    `turn_deg_per_s` to the right all the while. `style` None is the twin's own. `at` is the time of day that the sun
    shows, where the twin lies; None leaves it to the style. `title` heads the caption.
    """

    camera: CameraPose
    title: Text
    caption: Text | None = None
    style: StyleName | None = None
    at: time | None = None
    dwell_s: float = 10.0
    flight_s: float | None = None
    turn_deg_per_s: float = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Tour:
    """A named way; it has one stop or more."""

    name: Text
    stops: tuple[Stop, ...]
