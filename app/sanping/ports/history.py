"""What the core asks of the memory of observations."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from sanping.domain.geo import Float64Array
from sanping.domain.observation import Observation
from sanping.domain.text import Text
from sanping.ports.progress import Progress

Step = Literal["raw", "5min", "hour", "day"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesKey:
    """One series: a quantity of a station and how it was formed over time.

    `period_s` is the interval of the statistic in seconds, 0 for instants: ten-minute and hourly means are two series.
    """

    station: str
    quantity: str
    statistic: str = "instant"
    period_s: int = 0


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
    """Keeps observations; one writer. Every method may block: the hub calls it from the store's own thread.

    Nothing that was acknowledged is ever lost: a row that says something else of a moment that is known is kept as a
    revision beside what was said before. Every question is answered by the last revision of each row.
    """

    @property
    def why(self) -> Text | None:
        """Why what was acknowledged last cannot be asked for yet; None when it can."""

    @property
    def corrections(self) -> Mapping[str, int]:
        """How many revisions of known rows were kept since the start, by source; may be asked from any thread."""

    def append(self, rows: Sequence[Observation]) -> int:
        """Commit the rows durably and return the new revision; the same row again changes nothing.

        Rows are one if station, quantity, statistic, period and event time are equal. One that differs in value, unit,
        quality or mark from what its source said last of it is a correction, and holds from now on; a source that has
        said nothing of it yet is compared with what holds. Within a batch the last holds. Raises `StoreFailed`.
        """

    def as_of(self, moment_ms: int, stations: Sequence[str] = ()) -> Sequence[Observation]:
        """Return the latest observation of every series up to `moment_ms`; of all stations if none are named."""

    def series(self, key: SeriesKey, from_ms: int, to_ms: int, step: Step = "raw") -> Series:
        """Return one series over a span of time, both ends included."""

    def span(self) -> tuple[int, int]:
        """Return the first and the last event time kept, (0, 0) when nothing is kept."""

    def rows_between(self, from_ms: int, to_ms: int) -> Iterable[Sequence[Observation]]:
        """Yield what is kept in a span, both ends included, in order of event time, in batches.

        Batches are read as they are asked for; whoever stops early costs no more than what was taken. Raises
        `StoreFailed`.
        """

    def forget_before(self, moment_ms: int, progress: Progress | None = None) -> int:
        """Remove what is older than a moment, corrections too, and return the number of rows.

        Raises `StoreFailed`, `Cancelled`.
        """

    def close(self) -> None:
        """Finish what is running and release the files."""
