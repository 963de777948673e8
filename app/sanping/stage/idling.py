"""When a desk that nobody touches is locked, and when it is open again (GB/T 22239-2019 8.1.4.1 b); pure, times in.

Times are milliseconds of a monotonic clock.
"""

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True, kw_only=True)
class Idling:
    """Since when nobody has touched the desk. It locks at `limit_ms` to the millisecond, never where that is 0."""

    touched_ms: int
    limit_ms: int = 0
    is_locked: bool = False

    def is_due(self, now_ms: int) -> bool:
        """Say whether it is locked, or has to be now."""
        return self.is_locked or (self.limit_ms > 0 and now_ms - self.touched_ms >= self.limit_ms)

    def left_ms(self, now_ms: int) -> int:
        """Return how long it may stay open when nobody comes, 0 where it is to be locked."""
        return max(0, self.touched_ms + self.limit_ms - now_ms)


def touched(idling: Idling, now_ms: int) -> Idling:
    """Return it after a key or a hand; one that comes too late changes nothing."""
    return idling if idling.is_due(now_ms) else replace(idling, touched_ms=now_ms)


def opened(idling: Idling, now_ms: int) -> Idling:
    """Return it after somebody has said who he is."""
    return replace(idling, is_locked=False, touched_ms=now_ms)
