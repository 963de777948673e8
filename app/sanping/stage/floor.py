"""Who leads a room: a lease of ten seconds with a fencing number, a queue, and who may take it; pure, times handed in.

Whoever writes renews the lease. Each new holder gets a higher fence, so that a late write of the one before is known by
its number. Times are milliseconds of the hub's monotonic clock: a wall clock that jumps changes nothing.
"""

from dataclasses import dataclass, replace

LEASE_MS = 10_000
LONGEST_QUEUE = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Floor:
    """`holder` is a screen, "" for nobody; `until_ms` ends its lease; `queue` asked, first come first.

    `guests` are those of the queue that get the floor only when somebody grants it.
    """

    holder: str = ""
    fence: int = 0
    until_ms: int = 0
    queue: tuple[str, ...] = ()
    guests: frozenset[str] = frozenset()
    is_locked: bool = False


FREE = Floor()


def requested(floor: Floor, screen: str, now_ms: int, *, is_guest: bool = False) -> Floor:
    """Ask for the floor: it is given at once when it is free, otherwise the screen waits in the queue.

    A guest always waits until somebody grants it.
    """
    floor = passed(floor, now_ms)
    if floor.holder == screen:
        return renewed(floor, screen, now_ms)
    if not floor.holder and not is_guest:
        return _held_by(floor, screen, now_ms)
    if screen in floor.queue or len(floor.queue) >= LONGEST_QUEUE:
        return floor
    guests = floor.guests | {screen} if is_guest else floor.guests
    return replace(floor, queue=(*floor.queue, screen), guests=guests)


def renewed(floor: Floor, screen: str, now_ms: int) -> Floor:
    """Keep the lease going; nothing for who does not hold it."""
    floor = passed(floor, now_ms)
    return replace(floor, until_ms=now_ms + LEASE_MS) if floor.holder == screen else floor


def left(floor: Floor, screen: str, now_ms: int) -> Floor:
    """Give up the floor or a place in the queue; the next in the queue gets the floor. A lock goes with its holder."""
    floor = denied(passed(floor, now_ms), screen)
    return _next(floor, now_ms) if floor.holder == screen else floor


def granted(floor: Floor, screen: str, now_ms: int) -> Floor:
    """Hand the floor to a screen that asked for it."""
    floor = passed(floor, now_ms)
    return _held_by(floor, screen, now_ms) if screen in floor.queue else floor


def denied(floor: Floor, screen: str) -> Floor:
    """Take a screen out of the queue."""
    queue = tuple(other for other in floor.queue if other != screen)
    return replace(floor, queue=queue, guests=floor.guests - {screen})


def seized(floor: Floor, screen: str, now_ms: int) -> Floor:
    """Take the floor whoever holds it: the wall itself, or the officer on duty."""
    floor = passed(floor, now_ms)
    return renewed(floor, screen, now_ms) if floor.holder == screen else _held_by(floor, screen, now_ms)


def locked(floor: Floor, screen: str, now_ms: int, *, is_locked: bool) -> Floor:
    """Lock or unlock the room for its holder; nothing for who does not hold it."""
    floor = passed(floor, now_ms)
    return replace(floor, is_locked=is_locked) if floor.holder == screen else floor


def passed(floor: Floor, now_ms: int) -> Floor:
    """Return the floor as time leaves it: a lease that ran out goes to the next in the queue who is no guest."""
    return _next(floor, now_ms) if floor.holder and now_ms >= floor.until_ms else floor


def may_write(floor: Floor, screen: str, fence: int, now_ms: int) -> bool:
    """Say whether a write with this fence counts now."""
    return floor.holder == screen and floor.fence == fence and now_ms < floor.until_ms


def _next(floor: Floor, now_ms: int) -> Floor:
    floor = replace(floor, holder="", until_ms=0, is_locked=False)
    waiting = [screen for screen in floor.queue if screen not in floor.guests]
    return _held_by(floor, waiting[0], now_ms) if waiting else floor


def _held_by(floor: Floor, screen: str, now_ms: int) -> Floor:
    rest = denied(floor, screen)
    return replace(rest, holder=screen, fence=floor.fence + 1, until_ms=now_ms + LEASE_MS, is_locked=False)
