"""Notices that the clock of this machine was set. Pure; the times are handed in."""

SET_MS = 5_000
RELEASED_MS = 1_767_225_600_000  # 2026-01-01: no hub of this kind ran before, so that a clock from then is wrong


def is_plainly_wrong(now_ms: int) -> bool:
    """Say whether a time of day cannot be right, as on a machine with a flat battery and no time server."""
    return now_ms < RELEASED_MS


class ClockWatch:
    """Compares the time of day with a clock that only goes forward; both in milliseconds."""

    def __init__(self, now_ms: int, tick_ms: int) -> None:
        self._ahead_ms = now_ms - tick_ms

    def set_by_ms(self, now_ms: int, tick_ms: int) -> int:
        """Return by how much the clock was set since the last look, 0 when it just ran, or was trimmed a little."""
        moved_ms = now_ms - tick_ms - self._ahead_ms
        self._ahead_ms = now_ms - tick_ms
        return moved_ms if abs(moved_ms) > SET_MS else 0
