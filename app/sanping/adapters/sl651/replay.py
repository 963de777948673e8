"""Remembers which messages were taken, so that one that is sent again is confirmed but not taken twice."""

from collections.abc import Hashable
from typing import Literal

MOST_KEPT = 131_072
UNSURE_MS = 10_000

Seen = Literal["new", "again", "unsure"]


class SeenMessages:
    """Messages of the last one to two spans of time, as hashes; two generations of at most `MOST_KEPT`."""

    def __init__(self, span_ms: int) -> None:
        self._span_ms = span_ms
        self._generations: tuple[dict[int, tuple[int, int]], dict[int, tuple[int, int]]] = ({}, {})
        self._since_ms = 0

    def seen(self, message: Hashable, session: int, now_ms: int) -> Seen:
        """Say whether a message was taken before.

        "unsure" is one that another connection took a moment ago: its rows may not be committed yet, so it is neither
        taken again nor confirmed. On one connection replies keep their order, and nothing is unsure.
        """
        young, old = self._generations
        key = hash(message)
        known = young.get(key) or old.get(key)
        if known is None:
            return "new"
        taken_ms, by = known
        return "unsure" if by != session and 0 <= now_ms - taken_ms < UNSURE_MS else "again"

    def add(self, message: Hashable, session: int, now_ms: int) -> None:
        """Remember a message that was delivered."""
        young, _ = self._generations
        if len(young) >= MOST_KEPT or not 0 <= now_ms - self._since_ms <= self._span_ms:
            self._generations, self._since_ms = ({}, young), now_ms
        self._generations[0][hash(message)] = (now_ms, session)
