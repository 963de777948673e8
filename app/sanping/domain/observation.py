"""One measured value, as a source decodes it and as history keeps it."""

from typing import Literal

import msgspec

Statistic = Literal["instant", "min", "avg", "max", "total"]
QualityCode = Literal["good", "suspect", "maintenance", "bad", "missing"]
Origin = Literal["live", "late", "retained", "replay"]


class Observation(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One value of one quantity at one station.

    `station` is the station's id in the twin; a source that only knows the address of its protocol (MN, STCD, topic)
    gives that address, and the hub puts the id in its place. `quantity` is a code of `domain.quantity`, or
    "protocol:code" for one that is not listed there. `value` is in `unit`, NaN where the source says it is missing.
    `event_ms` and `received_ms` are milliseconds since 1970-01-01T00:00Z; for a `statistic` over an interval of
    `period_s` seconds `event_ms` is the end of the interval. `quality` is our grade, `mark` the source's own flag
    ("N", "T", "D" … in HJ 212). `origin`: "late" is back-filled or older than the station's patience, "retained" comes
    from a broker's memory, "replay" from a recording; only "live" may raise an alarm. `source` names the source.
    """

    station: str
    quantity: str
    value: float
    unit: str
    event_ms: int
    received_ms: int = 0
    statistic: Statistic = "instant"
    period_s: int = 0
    quality: QualityCode = "good"
    mark: str = ""
    origin: Origin = "live"
    is_simulated: bool = False
    source: str = ""
