"""A recording as a past for the time machine: as-of values are found in it the way a hub finds them in its store."""

from collections.abc import Iterable, Iterator, Sequence
from threading import Lock

import numpy as np
import pyarrow as pa

from sanping.domain.observation import Observation
from sanping.ports.event_log import Event
from sanping.ports.history import Series, SeriesKey
from sanping.ports.past import Stretch
from sanping.storage.observation_table import SCHEMA, rows_of
from sanping.storage.recording import About, Recording

KEY_FRAME_ROWS = 50_000
KEY_FRAME_TIMES = 8
MOST_ROWS = 200_000
_KEYS = ("station", "quantity", "statistic")


class RecordedPast:
    """Implements `ports.past.Past` over an open recording, which it owns; may be asked from any thread.

    The values as of some moments are remembered, so that a jump reads only what came since the last of them.
    """

    def __init__(self, recording: Recording) -> None:
        self._recording = recording
        self._turn = Lock()
        self._frames: list[tuple[int, pa.Table]] = []

    @property
    def about(self) -> About:
        """What the recording is of."""
        return self._recording.about

    def span(self) -> tuple[int, int]:
        """Return the first and the last moment of the recording."""
        return self.about.from_ms, self.about.to_ms

    def as_of(self, moment_ms: int) -> Sequence[Observation]:
        """Return the latest observation of every series up to a moment."""
        with self._turn:
            if not self._frames:
                self._frames = list(_frames(self._recording.columns()))
            at_ms, known = next(
                (frame for frame in reversed(self._frames) if frame[0] <= moment_ms), (-(1 << 62), _NOTHING)
            )
            later = list(self._recording.columns(at_ms, moment_ms))
            newest = _newest(known, later) if later else known
            return [row for batch in newest.to_batches() for row in rows_of(batch)]

    def rows(self, from_ms: int, to_ms: int) -> Stretch:
        """Return the observations of a stretch, or the first part of them."""
        rows: list[Observation] = []
        with self._turn:
            for row in self._recording.observations(from_ms, to_ms):
                if len(rows) >= MOST_ROWS and row.event_ms > rows[-1].event_ms:
                    return Stretch(rows=rows, to_ms=rows[-1].event_ms)
                rows.append(row)
        return Stretch(rows=rows, to_ms=to_ms)

    def series(self, key: SeriesKey, from_ms: int, to_ms: int) -> Series:
        """Return one series of the recording as it was measured."""
        with self._turn:
            rows = [
                row
                for row in self._recording.observations(from_ms, to_ms)
                if (row.station, row.quantity, row.statistic, row.period_s)
                == (key.station, key.quantity, key.statistic, key.period_s)
            ]
        value = np.array([row.value for row in rows], np.float64)
        return Series(
            key=key,
            unit=rows[-1].unit if rows else "",
            step="raw",
            event_ms=np.array([row.event_ms for row in rows], np.float64),
            value=value,
            low=value,
            high=value,
            quality=tuple(row.quality for row in rows),
        )

    def events(self, from_ms: int, to_ms: int, kinds: Sequence[str]) -> Sequence[Event]:
        """Return the events of these kinds, in order of time."""
        with self._turn:
            return [event for event in self._recording.events(from_ms, to_ms) if event.kind in kinds]

    def close(self) -> None:
        """Release the file."""
        with self._turn:
            self._recording.close()


_NOTHING = SCHEMA.empty_table()


def _frames(batches: Iterable[pa.RecordBatch]) -> Iterator[tuple[int, pa.Table]]:
    """Yield moments with the latest observation of every series then; the last of them is the end.

    A frame holds some of the rows of its own moment: whoever goes on from it reads that moment again.
    """
    newest, waiting, count, at_ms = _NOTHING, [], 0, 0
    for batch in batches:
        waiting.append(batch)
        count += batch.num_rows
        if count >= max(KEY_FRAME_ROWS, KEY_FRAME_TIMES * newest.num_rows):
            newest, at_ms = _newest(newest, waiting), batch.column("event_ms")[-1].as_py()
            waiting, count = [], 0
            yield at_ms, newest
    if waiting:
        yield waiting[-1].column("event_ms")[-1].as_py(), _newest(newest, waiting)


def _newest(known: pa.Table, batches: Sequence[pa.RecordBatch]) -> pa.Table:
    """Return the last row of every series, of rows in order of time."""
    joined = pa.concat_tables([known, pa.Table.from_batches(batches)]).unify_dictionaries().combine_chunks()
    codes = np.zeros(joined.num_rows, np.int64)
    for name in _KEYS:
        words = joined.column(name).chunk(0)
        codes = codes * (len(words.dictionary) + 1) + words.indices.to_numpy(zero_copy_only=False)
    periods, period = np.unique(joined.column("period_s").to_numpy(), return_inverse=True)
    _, last = np.unique((codes * len(periods) + period)[::-1], return_index=True)
    return joined.take(pa.array(np.sort(len(codes) - 1 - last)))
