"""Log lines at most once a minute per kind, so that a flood of trouble does not become a flood of lines."""

import logging
from collections.abc import Callable
from time import monotonic

EVERY_S = 60.0
MOST_KINDS = 10_000


class MinuteLog:
    """Writes to a logger; what is held back is counted and told with the next line of its kind."""

    def __init__(self, logger: logging.Logger, clock: Callable[[], float] = monotonic) -> None:
        self._logger = logger
        self._clock = clock
        self._next_s: dict[str, float] = {}
        self._held: dict[str, int] = {}

    def warn(self, kind: str, line: str) -> bool:
        """Write the line unless one of its kind was written within a minute; return whether it was."""
        now_s = self._clock()
        if now_s < self._next_s.get(kind, float("-inf")):
            self._held[kind] = self._held.get(kind, 0) + 1
            return False
        if len(self._next_s) >= MOST_KINDS:
            self._next_s.clear()
            self._held.clear()
        self._next_s[kind] = now_s + EVERY_S
        held = self._held.pop(kind, 0)
        self._logger.warning("%s: %s%s", kind, line, f" (+{held})" if held else "")
        return True
