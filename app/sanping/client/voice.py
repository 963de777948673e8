"""What a screen says to its room and when: shared values, the floor, signs of life, credit. No I/O; times handed in."""

from collections import deque
from threading import Lock

import msgspec

from sanping.domain.label import Label
from sanping.stage.show import ShowState
from sanping.wire.messages import FromScreen, Ping, Pong
from sanping.wire.show import MOST_LACKS, Floor, FloorWish, Here, Lack, Seen, Show, ViewKey

RENEWED_EVERY_MS = 3_000.0
PING_EVERY_MS = 5_000.0
FIRST_PINGS = 3
HERE_EVERY_MS = 8_000.0
HERE_PAUSE_MS = 500.0
ASKED_MS = 2_000.0
CREDIT_AFTER_MS = 40.0
PINGS_COMPARED = 8
CLOCK_SLACK_MS = 5.0

Trip = tuple[float, float]
"""Round trip, and how far the hub's time is ahead of this machine's monotonic clock, in milliseconds."""


class Voice:
    """The side of one screen; `share`, `wish` and `here` may be called from any thread, the rest from one."""

    def __init__(self, window: int) -> None:
        self.rtt_ms = 0.0
        self.clock_ahead_ms = 0.0
        self._half = max(1, window // 2)
        self._lock = Lock()
        self._shared: dict[ViewKey, tuple[bytes, Label | None]] = {}
        self._wishes: deque[Floor] = deque(maxlen=32)
        self._here = Here()
        self._is_here_new = False
        self._writes = 0
        self._pings_left = FIRST_PINGS
        self._pings: dict[int, float] = {}
        self._trips: deque[Trip] = deque(maxlen=PINGS_COMPARED)
        self.connected(0.0)

    def share(self, key: ViewKey, value: object, label: Label | None = None) -> None:
        """Take a value to be shown by all, in place of what was to be said of this key; bytes are JSON already.

        `label` is the one that was chosen for it, None for the usual one.
        """
        body = value if isinstance(value, bytes) else msgspec.json.encode(value)
        with self._lock:
            self._shared.pop(key, None)
            self._shared[key] = body, label

    def wish(self, wish: FloorWish, to: str = "") -> None:
        """Take a wish about who leads."""
        with self._lock:
            self._wishes.append(Floor(wish=wish, to=to))

    def here(self, *, follows: bool, width_px: int, height_px: int, lacks: tuple[Lack, ...] = ()) -> None:
        """Take how the screen is there, and which layers it does not show."""
        with self._lock:
            new = msgspec.structs.replace(
                self._here, follows=follows, width_px=width_px, height_px=height_px, lacks=lacks[:MOST_LACKS]
            )
            self._is_here_new |= new != self._here
            self._here = new

    def ask(self) -> None:
        """Ping the hub soon, because it has said nothing for a while."""
        self._pings_left = max(1, self._pings_left)

    def connected(self, now_ms: float) -> None:
        """Begin anew: who leads is not known yet, and what was asked of the floor before is worth nothing."""
        with self._lock:
            self._wishes.clear()
            self._is_here_new = False
        self._asked_until_ms = now_ms + ASKED_MS
        self._wrote_ms = self._here_ms = now_ms
        self._pings.clear()
        self._trips.clear()
        self._pings_left = FIRST_PINGS
        self._pinged_ms = now_ms - PING_EVERY_MS
        self._unseen, self._unseen_since_ms, self._shown = 0, 0.0, 0

    def shown(self, revision: int, now_ms: float) -> None:
        """Count a value that came, for its credit."""
        if not self._unseen:
            self._unseen_since_ms = now_ms
        self._unseen += 1
        self._shown = max(self._shown, revision)

    def answered(self, pong: Pong, now_ms: float, wall_ms: float) -> None:
        """Take the answer to a ping: `wall_ms` is this machine's time since 1970 UTC.

        Of the last pings the quickest tells best what the hub's clock says: half its way is all that it can be wrong.
        """
        sent_ms = self._pings.pop(pong.sent_ms, None)
        if sent_ms is None:
            return
        self.rtt_ms = max(0.0, now_ms - sent_ms)
        trip = (self.rtt_ms, pong.server_ms + 0.5 + self.rtt_ms / 2 - now_ms)
        if self._trips and not _agree(trip, min(self._trips)):
            self._trips.clear()  # the hub's clock was set
        self._trips.append(trip)
        self.clock_ahead_ms = min(self._trips)[1] + now_ms - wall_ms

    def due(self, show: ShowState, now_ms: float) -> tuple[list[FromScreen], bool]:
        """Return what is to be said now, and whether a value was dropped because another screen leads."""
        with self._lock:
            said: list[FromScreen] = list(self._wishes)
            self._wishes.clear()
        if any(isinstance(wish, Floor) and wish.wish in ("request", "seize") for wish in said):
            self._asked_until_ms = now_ms + ASKED_MS
        shows, is_dropped = self._shows(show, now_ms)
        said += shows
        said += self._signs(show, now_ms)
        return said, is_dropped

    def _shows(self, show: ShowState, now_ms: float) -> tuple[list[FromScreen], bool]:
        """Return the writes of who leads; who waits for the floor keeps them, for anybody else they are dropped."""
        is_waiting = not show.is_linked or show.is_waiting or now_ms < self._asked_until_ms
        with self._lock:
            if not self._shared or (is_waiting and not show.is_leading):
                return [], False
            shared, self._shared = self._shared, {}
        if not show.is_leading:
            return [], True
        said: list[FromScreen] = []
        for key, (value, label) in shared.items():
            self._writes += 1
            said.append(Show(key=key, value=msgspec.Raw(value), fence=show.floor.fence, n=self._writes, label=label))
        self._wrote_ms = now_ms
        return said, False

    def _signs(self, show: ShowState, now_ms: float) -> list[FromScreen]:
        said: list[FromScreen] = []
        if self._unseen and (self._unseen >= self._half or now_ms - self._unseen_since_ms >= CREDIT_AFTER_MS):
            said.append(Seen(revision=self._shown))
            self._unseen = 0
        if not show.is_linked:
            return said
        if show.is_leading and now_ms - self._wrote_ms >= RENEWED_EVERY_MS:
            said.append(Floor(wish="renew"))
            self._wrote_ms = now_ms
        if now_ms - self._pinged_ms >= (0.0 if self._pings_left else PING_EVERY_MS):
            said.append(self._ping(now_ms))
        with self._lock:
            is_due = now_ms - self._here_ms >= (HERE_PAUSE_MS if self._is_here_new else HERE_EVERY_MS)
            if is_due:
                said.append(msgspec.structs.replace(self._here, rtt_ms=self.rtt_ms))
                self._is_here_new, self._here_ms = False, now_ms
        return said

    def _ping(self, now_ms: float) -> Ping:
        self._pings_left = max(0, self._pings_left - 1)
        self._pinged_ms = now_ms
        ping = Ping(sent_ms=int(now_ms))
        self._pings[ping.sent_ms] = now_ms
        while len(self._pings) > PINGS_COMPARED:
            del self._pings[next(iter(self._pings))]
        return ping


def _agree(one: Trip, other: Trip) -> bool:
    """Say whether two round trips can both be right about a clock that ran evenly."""
    return abs(one[1] - other[1]) <= (one[0] + other[0]) / 2 + CLOCK_SLACK_MS
