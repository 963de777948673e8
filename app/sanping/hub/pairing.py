"""Codes that let a phone in once: 128 random bits, sixty seconds, one phone. Pure but for its memory; times handed in.

Times are milliseconds of a monotonic clock. A code lets in as a viewer; more takes a person at the desk, or a log-in.
"""

import hmac
import secrets
from dataclasses import dataclass

LIFE_MS = 60_000
MOST_OFFERS = 16
CODE_BYTES = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One code that may still be used."""

    code: str
    until_ms: int
    by: str


class Codes:
    """The codes of one hub."""

    def __init__(self) -> None:
        self._offers: list[Offer] = []

    def offer(self, by: str, now_ms: int) -> Offer:
        """Make a new code; the oldest goes when there are too many."""
        made = Offer(code=secrets.token_urlsafe(CODE_BYTES), until_ms=now_ms + LIFE_MS, by=by)
        self._offers = [*self._left(now_ms), made][-MOST_OFFERS:]
        return made

    def use(self, code: str, now_ms: int) -> Offer | None:
        """Return the offer of a code and forget it; None for one that is unknown, was used, or is too old.

        All codes are compared in constant time.
        """
        found: Offer | None = None
        for offer in self._left(now_ms):
            if hmac.compare_digest(offer.code.encode(), code.encode()):
                found = offer
        self._offers = [offer for offer in self._left(now_ms) if offer is not found]
        return found

    def _left(self, now_ms: int) -> list[Offer]:
        return [offer for offer in self._offers if now_ms < offer.until_ms]
