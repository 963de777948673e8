"""A recording as a past for the time machine: as-of values are found in it the way a hub finds them in its store."""

from collections.abc import Sequence
from threading import Lock

from sanping.domain.observation import Observation
from sanping.ports.event_log import Event
from sanping.ports.past import Stretch
from sanping.storage.recording import About, Recording

KEY_FRAME_ROWS = 50_000
MOST_ROWS = 200_000

_Series = tuple[str, str, str, int]


class RecordedPast:
    """Implements `ports.past.Past` over an open recording, which it owns; may be asked from any thread.

    Where the values as of a moment begin is remembered every 50 000 rows, so that a jump reads no more than that.
    """

    def __init__(self, recording: Recording) -> None:
        self._recording = recording
        self._turn = Lock()
        self._frames: list[tuple[int, dict[_Series, Observation]]] = []

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
            return self._as_of(moment_ms)

    def _as_of(self, moment_ms: int) -> Sequence[Observation]:
        if not self._frames:
            self._index()
        at_ms, frame = next(
            (found for found in reversed(self._frames) if found[0] <= moment_ms), (-(1 << 62), {})
        )  # fmt: skip
        book = dict(frame)
        for row in self._recording.observations(at_ms + 1, moment_ms):
            book[(row.station, row.quantity, row.statistic, row.period_s)] = row
        return tuple(book.values())

    def rows(self, from_ms: int, to_ms: int) -> Stretch:
        """Return the observations of a stretch, or the first part of them."""
        rows: list[Observation] = []
        with self._turn:
            for row in self._recording.observations(from_ms, to_ms):
                if len(rows) >= MOST_ROWS and row.event_ms > rows[-1].event_ms:
                    return Stretch(rows=rows, to_ms=rows[-1].event_ms)
                rows.append(row)
        return Stretch(rows=rows, to_ms=to_ms)

    def events(self, from_ms: int, to_ms: int, kinds: Sequence[str]) -> Sequence[Event]:
        """Return the events of these kinds, in order of time."""
        with self._turn:
            return [event for event in self._recording.events(from_ms, to_ms) if event.kind in kinds]

    def close(self) -> None:
        """Release the file."""
        with self._turn:
            self._recording.close()

    def _index(self) -> None:
        book: dict[_Series, Observation] = {}
        since, at_ms = 0, 0
        for row in self._recording.observations():
            if since >= KEY_FRAME_ROWS and row.event_ms > at_ms:
                self._frames.append((at_ms, dict(book)))
                since = 0
            book[(row.station, row.quantity, row.statistic, row.period_s)] = row
            since, at_ms = since + 1, row.event_ms
        self._frames.append((at_ms, book))
