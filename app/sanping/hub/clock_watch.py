"""What a hub knows of its machine's clock: that it was set, that it cannot be right, and how late it is at least."""

import time
from collections.abc import Callable

SET_MS = 5_000
RELEASED_MS = 1_767_225_600_000  # 2026-01-01: no hub of this kind ran before, so that a clock from then is wrong
Clock = Callable[[], int]


def wall_ms() -> int:
    """Return the time of day, milliseconds since 1970 UTC."""
    return time.time_ns() // 1_000_000


def tick_ms() -> int:
    """Return a clock that only goes forward, milliseconds."""
    return time.monotonic_ns() // 1_000_000


def is_plainly_wrong(now_ms: int) -> bool:
    """Say whether a time of day cannot be right, as on a machine with a flat battery and no time server."""
    return now_ms < RELEASED_MS


class ClockWatch:
    """Compares the time of day with a clock that only goes forward; both in milliseconds."""

    def __init__(self, wall: Clock = wall_ms, tick: Clock = tick_ms) -> None:
        self._wall, self._tick = wall, tick
        self._ahead_ms = self._furthest_ms = wall() - tick()

    def set_by_ms(self) -> int:
        """Return by how much the clock was set since the last look, 0 when it just ran, or was trimmed a little."""
        ahead_ms = self._wall() - self._tick()
        moved_ms, self._ahead_ms = ahead_ms - self._ahead_ms, ahead_ms
        self._furthest_ms = max(self._furthest_ms, ahead_ms)
        return moved_ms if abs(moved_ms) > SET_MS else 0

    def was(self, moment_ms: int) -> None:
        """Take in that it was so late already, from what an earlier life has kept."""
        self._furthest_ms = max(self._furthest_ms, moment_ms - self._tick())

    def least_ms(self) -> int:
        """Return how late it is at least: a clock that was set back makes nothing impossible that was possible."""
        return self._furthest_ms + self._tick()
