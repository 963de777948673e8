"""The way out of a kiosk: five taps in its upper left corner, then a PIN; pure, times handed in.

Times are milliseconds of a monotonic clock.
"""

from dataclasses import dataclass, replace

TAPS, WITHIN_MS = 5, 3000
CORNER_SHARE, LEAST_CORNER_PX = 0.08, 60.0
MOST_FAILURES, LOCKED_MS = 5, 300_000
SHORTEST_PIN, LONGEST_PIN = 4, 12


@dataclass(frozen=True, slots=True)
class CornerTaps:
    """When the corner was tapped."""

    times_ms: tuple[int, ...] = ()

    @property
    def is_asking(self) -> bool:
        """Somebody wants to leave."""
        return len(self.times_ms) >= TAPS


@dataclass(frozen=True, slots=True, kw_only=True)
class PinTries:
    """How often a wrong PIN was given, and until when none is taken."""

    failures: int = 0
    locked_until_ms: int = 0

    def is_locked(self, now_ms: int) -> bool:
        """Say whether no PIN is taken now."""
        return now_ms < self.locked_until_ms

    def left_ms(self, now_ms: int) -> int:
        """Return how long none is taken."""
        return max(0, self.locked_until_ms - now_ms)


def is_in_corner(at_px: tuple[float, float], size_px: tuple[int, int]) -> bool:
    """Say whether a place of the screen is in its upper left corner."""
    return max(at_px) <= max(LEAST_CORNER_PX, CORNER_SHARE * min(size_px))


def tapped(taps: CornerTaps, at_px: tuple[float, float], size_px: tuple[int, int], now_ms: int) -> CornerTaps:
    """Return the taps after one at a place of the screen; one elsewhere begins anew."""
    if not is_in_corner(at_px, size_px):
        return CornerTaps()
    return CornerTaps((*(at for at in taps.times_ms if now_ms - at < WITHIN_MS), now_ms)[-TAPS:])


def failed(tries: PinTries, now_ms: int) -> PinTries:
    """Return the tries after a wrong PIN; the fifth locks for five minutes."""
    failures = tries.failures + 1
    if failures >= MOST_FAILURES:
        return PinTries(locked_until_ms=now_ms + LOCKED_MS)
    return replace(tries, failures=failures)


def is_pin(text: str) -> bool:
    """Say whether a text can be a PIN: four to twelve digits that a pad has."""
    return SHORTEST_PIN <= len(text) <= LONGEST_PIN and text.isascii() and text.isdigit()
