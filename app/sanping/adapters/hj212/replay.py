"""Remembers which exchanges were seen, so that a frame that comes again is not taken twice."""

from collections.abc import Hashable
from typing import Literal

MOST_KEPT = 131_072
UNSURE_MS = 10_000

Seen = Literal["new", "again", "unsure"]


class ReplayWindow:
    """Exchanges of the last one to two spans of time; at most two times `MOST_KEPT` of them.

    Only hashes are kept. Frames older than the window come in as late rows, which raise nothing, and history keeps the
    first of two equal rows.
    """

    def __init__(self, span_ms: int) -> None:
        self._span_ms = span_ms
        self._young: dict[int, int] = {}
        self._old: dict[int, int] = {}
        self._since_ms = 0

    def seen(self, exchange: Hashable, session: int, now_ms: int) -> Seen:
        """Say whether an exchange was taken before.

        "unsure" is one that another connection took less than ten seconds ago: nobody here knows whether its rows are
        committed yet, so it may be neither taken again nor acknowledged. On one connection replies keep their order.
        """
        key = hash(exchange)
        known = self._young.get(key, self._old.get(key))
        if known is None:
            return "new"
        taken_ms, by = known >> 24, known & 0xFFFFFF
        return "unsure" if by != session & 0xFFFFFF and 0 <= now_ms - taken_ms < UNSURE_MS else "again"

    def add(self, exchange: Hashable, session: int, now_ms: int) -> None:
        """Remember an exchange that was delivered."""
        if len(self._young) >= MOST_KEPT or not 0 <= now_ms - self._since_ms <= self._span_ms:
            self._old, self._young, self._since_ms = self._young, {}, now_ms
        self._young[hash(exchange)] = max(0, now_ms) << 24 | session & 0xFFFFFF
