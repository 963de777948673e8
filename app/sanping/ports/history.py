"""What the core asks of the memory of observations."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from sanping.domain.geo import Float64Array
from sanping.domain.observation import Observation

Step = Literal["raw", "5min", "hour", "day"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesKey:
    """One series: a quantity of a station and how it was formed over time."""

    station: str
    quantity: str
    statistic: str = "instant"


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """Values of one series, oldest first.

    `event_ms` is (n,) int64 as float64 milliseconds since 1970 UTC, `value` (n,) in `unit`, `quality` (n,) grades. For
    `step` other than "raw" a value is the mean over the step that ends at `event_ms`, with `low`, `high` its extremes;
    bad, missing and maintenance values are left out of it. When the unit of a series changed, only the values in the
    unit it had last within the span are returned.
    """

    key: SeriesKey
    unit: str
    step: Step
    event_ms: Float64Array
    value: Float64Array
    low: Float64Array
    high: Float64Array
    quality: tuple[str, ...]


class History(Protocol):
    """Keeps observations; one writer. Every method may block: the hub calls it from the store's own thread."""

    def append(self, rows: Sequence[Observation]) -> int:
        """Commit the rows durably and return the new revision; the same row again changes nothing.

        Rows are one if station, quantity, statistic and event time are equal; the first one stays.
        Raises `StoreFailed`.
        """

    def as_of(self, moment_ms: int, stations: Sequence[str] = ()) -> Sequence[Observation]:
        """Return the latest observation of every series up to `moment_ms`; of all stations if none are named."""

    def series(self, key: SeriesKey, from_ms: int, to_ms: int, step: Step = "raw") -> Series:
        """Return one series over a span of time, both ends included."""

    def span(self) -> tuple[int, int]:
        """Return the first and the last event time kept, (0, 0) when nothing is kept."""

    def close(self) -> None:
        """Finish what is running and release the files."""
