"""The latest value of every series, in columns, and which of them changed since a revision."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from sanping.domain.observation import Observation, Origin, QualityCode
from sanping.wire.messages import SeriesRow

QUALITIES: Final[tuple[QualityCode, ...]] = ("good", "suspect", "maintenance", "bad", "missing")
ORIGINS: Final[tuple[Origin, ...]] = ("live", "late", "retained", "replay")
_QUALITY_CODES = {name: code for code, name in enumerate(QUALITIES)}
_ORIGIN_CODES = {name: code for code, name in enumerate(ORIGINS)}
_FIRST_CAPACITY = 1024

Indices = NDArray[np.int64]
ReadingTuple = tuple[int, float | None, int, int, str, str, bool, str]


class LatestTable:
    """Columns by series index; an index never changes its meaning. `revision` counts the batches taken."""

    def __init__(self, future_ms: int = 600_000) -> None:
        self.revision = 0
        self.directory: list[SeriesRow] = []
        self.marks: list[str] = []
        self._future_ms = future_ms
        self._index: dict[tuple[str, str, str, int], int] = {}
        self._allocate(_FIRST_CAPACITY)

    def __len__(self) -> int:
        """Series that are known."""
        return len(self.directory)

    def take(self, rows: Sequence[Observation], revision: int | None = None) -> Indices:
        """Keep the rows that are newer than what is known and return their series.

        A row that lies in the future, by the clock of its reception, is left out: it would hide what is true now.
        """
        self.revision = self.revision + 1 if revision is None else revision
        if not rows:
            return np.empty(0, np.int64)
        index = np.fromiter((self._indexed(row) for row in rows), np.int64, len(rows))
        event_ms = np.fromiter((row.event_ms for row in rows), np.int64, len(rows))
        received_ms = np.fromiter((row.received_ms for row in rows), np.int64, len(rows))
        is_newer = (event_ms >= self._event_ms[index]) & (event_ms <= received_ms + self._future_ms)
        order = np.flatnonzero(is_newer)
        order = order[np.argsort(event_ms[order], kind="stable")]  # of one series in a batch the newest is written last
        chosen = index[order]
        self._event_ms[chosen] = event_ms[order]
        self._received_ms[chosen] = received_ms[order]
        self._value[chosen] = np.fromiter((row.value for row in rows), np.float64, len(rows))[order]
        self._quality[chosen] = np.fromiter((_QUALITY_CODES[row.quality] for row in rows), np.uint8, len(rows))[order]
        self._origin[chosen] = np.fromiter((_ORIGIN_CODES[row.origin] for row in rows), np.uint8, len(rows))[order]
        self._simulated[chosen] = np.fromiter((row.is_simulated for row in rows), np.bool_, len(rows))[order]
        self._revision[chosen] = self.revision
        for position in order.tolist():
            mark = rows[position].mark
            if mark or self.marks[index[position]]:
                self.marks[index[position]] = mark
        return np.unique(chosen)

    def changed_since(self, revision: int, mask: NDArray[np.bool_] | None = None) -> Indices:
        """Return the series that changed after `revision`; of those in `mask` if one is given."""
        count = len(self.directory)
        changed = self._revision[:count] > revision
        if mask is not None:
            changed &= mask[:count]
        return np.flatnonzero(changed)

    def named_since(self, revision: int, indices: Indices) -> tuple[SeriesRow, ...]:
        """Return the rows of the directory, among `indices`, that were made or changed after `revision`."""
        return tuple(self.directory[index] for index in indices[self._named[indices] > revision].tolist())

    def rows(self, indices: Indices) -> list[ReadingTuple]:
        """Return the rows of the wire's `ReadingRow`."""
        values = [None if value != value else value for value in self._value[indices].tolist()]  # noqa: PLR0124  NaN
        return list(
            zip(
                indices.tolist(),
                values,
                self._event_ms[indices].tolist(),
                self._received_ms[indices].tolist(),
                [QUALITIES[code] for code in self._quality[indices].tolist()],
                [ORIGINS[code] for code in self._origin[indices].tolist()],
                self._simulated[indices].tolist(),
                [self.marks[index] for index in indices.tolist()],
                strict=True,
            )
        )

    def observations(self, indices: Iterable[int] | None = None) -> Iterator[Observation]:
        """Return the latest observations, of all series if none are named."""
        chosen = np.arange(len(self)) if indices is None else np.fromiter(indices, np.int64)
        chosen = chosen[self._revision[chosen] >= 0]
        for index in chosen.tolist():
            series = self.directory[index]
            yield Observation(
                station=series.station,
                quantity=series.quantity,
                value=float(self._value[index]),
                unit=series.unit,
                event_ms=int(self._event_ms[index]),
                received_ms=int(self._received_ms[index]),
                statistic=series.statistic,
                period_s=series.period_s,
                quality=QUALITIES[self._quality[index]],
                mark=self.marks[index],
                origin=ORIGINS[self._origin[index]],
                is_simulated=bool(self._simulated[index]),
                source=series.source,
            )

    def mask(self, wanted: Callable[[SeriesRow], bool], known: NDArray[np.bool_] | None = None) -> NDArray[np.bool_]:
        """Return which series are wanted; `known` is an earlier answer that only grows."""
        start = 0 if known is None else len(known)
        fresh = np.fromiter((wanted(row) for row in self.directory[start:]), np.bool_, len(self.directory) - start)
        return fresh if known is None else np.concatenate([known, fresh])

    def _indexed(self, row: Observation) -> int:
        key = (row.station, row.quantity, row.statistic, row.period_s)
        index = self._index.get(key)
        if index is None:
            index = self._index[key] = len(self.directory)
            if index >= len(self._value):
                self._allocate(2 * len(self._value))
            self.directory.append(_series(index, row))
            self._named[index] = self.revision
            self.marks.append("")
            return index
        known = self.directory[index]
        if row.event_ms < self._event_ms[index] or row.event_ms > row.received_ms + self._future_ms:
            return index
        if known.source != row.source or known.unit != row.unit:
            self.directory[index] = _series(index, row)
            self._named[index] = self.revision
        return index

    def _allocate(self, capacity: int) -> None:
        count = len(self.directory)
        old = self.__dict__
        self._event_ms = _grown(old.get("_event_ms"), count, np.full(capacity, -1, np.int64))
        self._received_ms = _grown(old.get("_received_ms"), count, np.zeros(capacity, np.int64))
        self._value = _grown(old.get("_value"), count, np.full(capacity, np.nan))
        self._quality = _grown(old.get("_quality"), count, np.zeros(capacity, np.uint8))
        self._origin = _grown(old.get("_origin"), count, np.zeros(capacity, np.uint8))
        self._simulated = _grown(old.get("_simulated"), count, np.zeros(capacity, np.bool_))
        self._revision = _grown(old.get("_revision"), count, np.full(capacity, -1, np.int64))
        self._named = _grown(old.get("_named"), count, np.full(capacity, -1, np.int64))


_Column = TypeVar("_Column", bound=NDArray[Any])


def _grown(old: _Column | None, count: int, column: _Column) -> _Column:
    if old is not None:
        column[:count] = old[:count]
    return column


def _series(index: int, row: Observation) -> SeriesRow:
    return SeriesRow(index, row.station, row.quantity, row.statistic, row.unit, row.period_s, row.source)
