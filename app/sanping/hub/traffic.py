"""How often a hub's services were asked: of the last minute, of the last hour, and since it began."""

import time
from collections import Counter, deque
from dataclasses import dataclass

STEP_S = 5
_HOUR_STEPS = 3600 // STEP_S
_MINUTE_STEPS = 60 // STEP_S


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Requests for one service."""

    a_minute: int = 0
    an_hour: int = 0
    total: int = 0
    sent_bytes: int = 0


class Traffic:
    """Counts answered requests by name, in steps of five seconds; lives in the hub's event loop."""

    def __init__(self) -> None:
        self._steps: deque[tuple[int, Counter[str]]] = deque()
        self._total: Counter[str] = Counter()
        self._sent: Counter[str] = Counter()

    def count(self, name: str, sent_bytes: int = 0, now_s: float | None = None) -> None:
        """Count one request that was answered with so many bytes."""
        step = int((time.monotonic() if now_s is None else now_s) // STEP_S)
        if not self._steps or self._steps[-1][0] != step:
            self._steps.append((step, Counter()))
        self._steps[-1][1][name] += 1
        self._total[name] += 1
        self._sent[name] += sent_bytes
        self._forget(step)

    def of(self, name: str, now_s: float | None = None) -> Asked:
        """Return how often a service was asked."""
        step = int((time.monotonic() if now_s is None else now_s) // STEP_S)
        self._forget(step)
        return Asked(
            a_minute=sum(counts[name] for at, counts in self._steps if at > step - _MINUTE_STEPS),
            an_hour=sum(counts[name] for _, counts in self._steps),
            total=self._total[name],
            sent_bytes=self._sent[name],
        )

    def _forget(self, step: int) -> None:
        while self._steps and self._steps[0][0] <= step - _HOUR_STEPS:
            self._steps.popleft()
