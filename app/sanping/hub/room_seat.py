"""One connection's place in a room: what it still has to be told, at most one value of each key. No I/O of its own.

A frame that all screens share goes straight to each that can take it. Who has not seen enough of what was sent, or
whose transport still holds bytes, is passed over: it later gets the newest value of each key it missed.
"""

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from sanping.domain.label import HIGHEST, Label
from sanping.domain.role import Role
from sanping.hub.room_rules import Person
from sanping.wire.show import Member, ViewKey

Frames = Mapping[ViewKey, tuple[int, bytes]]
"""By key: its revision, and its whole WebSocket frame."""
OUT_OF_STEP = -1


@dataclass(slots=True, kw_only=True, eq=False)
class Seat:
    """`write` gives bytes to the transport, `waiting` says how many it still holds, `drop` ends the connection.

    `tile` is the part of a larger picture that it draws, "" for a whole one; `peer` is the machine it speaks from.
    `clearance` is up to which label it is told what all are shown, and chooses one for what it shows.
    `socket` is the file number that may be written to while nothing waits, negative where there is none.
    `on_way` are the revisions that were sent and not seen yet; `behind` the keys of which it lacks the newest.
    While it is in step with its room, `on_way` is as of `told` values of the room, and its credit lasts to `end`.
    """

    screen: str
    kind: str
    name: str
    role: Role
    window: int
    write: Callable[[bytes], object]
    waiting: Callable[[], int]
    drop: Callable[[], None]
    tile: str = ""
    peer: str = ""
    socket: int = -1
    clearance: Label = HIGHEST
    hears_view: bool = False
    hears_presence: bool = False
    on_way: deque[int] = field(default_factory=deque)
    behind: set[ViewKey] = field(default_factory=set)
    told: int = OUT_OF_STEP
    end: int = 0
    newest_seen: int = 0
    owes_floor: bool = False
    owes_presence: bool = False
    stuck_ms: int = 0
    stuck_bytes: int = 0

    @property
    def person(self) -> Person:
        """Who speaks from here."""
        return Person(self.screen, self.kind, self.role)

    def member(self, since_ms: int) -> Member:
        """Return the seat as others see it."""
        return Member(screen=self.screen, kind=self.kind, name=self.name, role=self.role, since_ms=since_ms)

    @property
    def owes(self) -> bool:
        """Whether something is left to be told."""
        return bool(self.behind) or self.owes_floor or self.owes_presence

    def seen(self, revision: int) -> bool:
        """Take credit; False when it gives none."""
        on_way = self.on_way
        before = len(on_way)
        while on_way and on_way[0] <= revision:
            self.newest_seen = max(self.newest_seen, on_way.popleft())
        return len(on_way) < before

    def catch_up(self, frames: Frames, floor: bytes, presence: Callable[[], bytes], *, is_first: bool = False) -> bool:
        """Send what was missed, as far as there is credit; False while the transport holds bytes.

        `is_first` sends all values whatever the credit: a screen that joins shows at once what all show.
        """
        if self.waiting():
            return False
        told = []
        if self.owes_floor:
            told.append(floor)
        if self.owes_presence:
            told.append(presence())
        self.owes_floor = self.owes_presence = False
        missed = sorted(self.behind, key=lambda key: frames[key][0])
        room = len(missed) if is_first else max(0, self.window - len(self.on_way))
        for key in missed[:room]:
            revision, frame = frames[key]
            told.append(frame)
            self.on_way.append(revision)
            self.behind.discard(key)
        if told:
            self.write(b"".join(told))
        return True

    def is_stuck(self, now_ms: int, patience_ms: int) -> bool:
        """Say whether the transport has got rid of no byte for a while; asked now and then while it holds some."""
        waiting = self.waiting()
        if not waiting or waiting < self.stuck_bytes or not self.stuck_ms:
            self.stuck_ms = now_ms
        self.stuck_bytes = waiting
        return bool(waiting) and now_ms - self.stuck_ms >= patience_ms


def text_frame(payload: bytes) -> bytes:
    """Return a whole, unmasked text frame of a server (RFC 6455, section 5.2)."""
    size = len(payload)
    if size < 126:
        return bytes((0x81, size)) + payload
    if size < 1 << 16:
        return b"\x81\x7e" + size.to_bytes(2, "big") + payload
    return b"\x81\x7f" + size.to_bytes(8, "big") + payload
