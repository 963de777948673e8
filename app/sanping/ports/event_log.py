"""What the core asks of the memory of events: alarms, acknowledgements, warnings, what was shown."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One event: its number, dense from 1, when it happened (milliseconds since 1970 UTC), its kind, and its JSON."""

    seq: int
    time_ms: int
    kind: str
    body: bytes


class EventLog(Protocol):
    """Keeps events for ever, in one order. Every method may block.

    `epoch` names this log for ever: numbers can be compared within one epoch only, and a log begun anew has another.
    """

    epoch: str

    def append(self, events: Sequence[tuple[int, str, bytes]]) -> int:
        """Commit events (time_ms, kind, body) together; they are safe on return. Returns the last number."""

    def since(self, seq: int, limit: int = 10_000) -> Sequence[Event]:
        """Return up to `limit` events with greater numbers than `seq`, in their order."""

    def at(self, moment_ms: int) -> int:
        """Return the number of the last event that had happened at a moment, 0 if none had."""

    def between(self, from_ms: int, to_ms: int, kinds: Sequence[str] = ()) -> Iterable[Event]:
        """Yield events of a span of time, both ends included, in their order; of all kinds if none are named."""

    def close(self) -> None:
        """Release the file."""
