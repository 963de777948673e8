"""A hub as a past for the time machine."""

from collections.abc import Sequence

import msgspec

from sanping.client.questions import Questions
from sanping.domain.observation import Observation
from sanping.ports.event_log import Event
from sanping.ports.past import Stretch

MOST_ROWS = 100_000


class _Rows(msgspec.Struct, frozen=True, kw_only=True):
    rows: list[Observation]
    to_ms: int


class _Event(msgspec.Struct, frozen=True, kw_only=True):
    seq: int
    time_ms: int
    kind: str
    body: object


class HubPast:
    """Implements `ports.past.Past` by asking a hub. All calls block and raise `HubUnreachable`."""

    def __init__(self, questions: Questions) -> None:
        self._questions = questions

    def span(self) -> tuple[int, int]:
        """Return the first and the last moment kept."""
        return self._questions.span()

    def as_of(self, moment_ms: int) -> Sequence[Observation]:
        """Return the latest observation of every series up to a moment."""
        return self._questions.as_of(moment_ms)

    def rows(self, from_ms: int, to_ms: int) -> Stretch:
        """Return the observations of a stretch, or the first part of them."""
        parameters = {"from_ms": from_ms, "to_ms": to_ms, "limit": MOST_ROWS}
        found = msgspec.convert(self._questions.ask("/observations", parameters), _Rows)
        return Stretch(rows=found.rows, to_ms=found.to_ms)

    def events(self, from_ms: int, to_ms: int, kinds: Sequence[str]) -> Sequence[Event]:
        """Return the events of these kinds, in order of time."""
        parameters = {"from_ms": from_ms, "to_ms": to_ms, "kinds": ",".join(kinds)}
        found = msgspec.convert(self._questions.ask("/events", parameters), list[_Event])
        return [
            Event(seq=event.seq, time_ms=event.time_ms, kind=event.kind, body=msgspec.json.encode(event.body))
            for event in found
        ]
