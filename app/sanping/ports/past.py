"""What the time machine asks of whoever remembers: a hub, or the file of a recording."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from sanping.domain.observation import Observation
from sanping.ports.event_log import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Observations of a stretch of time in order of event time; complete up to `to_ms`, which may be short of the wish.

    `to_ms` is in milliseconds since 1970 UTC.
    """

    rows: Sequence[Observation]
    to_ms: int


class Past(Protocol):
    """Remembers a twin. Every method may block and belongs into a job; raises `HubUnreachable` or `FileBroken`."""

    def span(self) -> tuple[int, int]:
        """Return the first and the last moment remembered, (0, 0) when nothing is."""

    def as_of(self, moment_ms: int) -> Sequence[Observation]:
        """Return the latest observation of every series up to a moment."""

    def rows(self, from_ms: int, to_ms: int) -> Stretch:
        """Return the observations from one moment to another, both included, or the first part of them."""

    def events(self, from_ms: int, to_ms: int, kinds: Sequence[str]) -> Sequence[Event]:
        """Return the events of these kinds from one moment to another, both included, in order of time."""
