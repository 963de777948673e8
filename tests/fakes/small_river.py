"""A small river with three gauges, for tests of what is decided about it."""

import numpy as np

from sanping.domain.observation import Observation
from sanping.domain.quantity import quantity
from sanping.domain.station import Station, Thresholds
from sanping.domain.text import Text
from sanping.formats.standards import bundled_standard
from sanping.twin.live_part import LivePart
from sanping.twin.river import course_of
from sanping.twin.rules import Rule

NOON_MS = 1_781_236_800_000
MINUTE_MS = 60_000
BANKS = Thresholds(warning_m=3.3, guarantee_m=3.8, record_m=4.36, left_bank_m=5.2, right_bank_m=4.3)


def gauge(name: str, chainage_m: float, **more: object) -> Station:
    """A gauge of level and quality on the Wusong datum that reports every five minutes."""
    settings: dict[str, object] = {
        "kinds": ("level", "flow", "quality"),
        "x_m": chainage_m,
        "y_m": 0.0,
        "river": "creek",
        "chainage_m": chainage_m,
        "datum": "吴淞高程",
        "datum_offset_m": 0.0,
        "thresholds": BANKS,
        "target_class": 4,
    }
    return Station(id=name, name=Text(f"{name}站", f"{name} station"), **{**settings, **more})  # type: ignore[arg-type]


def small_river(*stations: Station, rules: tuple[Rule, ...] = ()) -> LivePart:
    """A straight river of 4 km with gauges at 0, 2 and 4 km unless others are given."""
    course = course_of(
        "creek",
        Text("河", "creek"),
        np.array([[0.0, 0.0], [1000.0, 0.0], [4000.0, 0.0]]),
        np.array([50.0, 50.0, 60.0]),
    )
    return LivePart(
        stations=stations or (gauge("up", 0.0), gauge("mid", 2000.0), gauge("down", 4000.0)),
        rivers=(course,),
        rules=rules,
        standard=bundled_standard(),
    )


def reading(station: str, name: str, value: float, event_ms: int = NOON_MS, **more: object) -> Observation:
    """One observation in its quantity's unit."""
    settings: dict[str, object] = {"station": station, "quantity": name, "value": value, "unit": quantity(name).unit}
    return Observation(**{**settings, "event_ms": event_ms, "received_ms": event_ms, **more})  # type: ignore[arg-type]
