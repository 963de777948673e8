"""All rooms of one hub: opened when a screen enters, gone when the last leaves; the main room stays."""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable

from sanping.hub.given_up import given_up
from sanping.hub.room import Clock, Echo, Room, monotonic_ms
from sanping.hub.room_rules import room_refused
from sanping.hub.room_seat import Seat
from sanping.hub.shown_label import ShownLabels
from sanping.wire.show import MAIN_ROOM, Refused, Shown, ViewKey

MOST_ROOMS = 64
TICK_S = 0.25

_log = logging.getLogger(__name__)


class Rooms:
    """Rooms by name. `written` hears of every value that the main room shows; `refusals` counts by message and code.

    `echo` hears of all that all screens of any room are told. `labels` say which label that has.
    """

    def __init__(self, written: Callable[[Shown], None] = lambda _: None, clock: Clock = monotonic_ms) -> None:
        self.refusals: Counter[str] = Counter()
        self.echo: Echo = lambda *_: None
        self._clock = clock
        self.labels = ShownLabels()
        self._rooms = {MAIN_ROOM: self._opened(MAIN_ROOM, written)}
        self._ticking: asyncio.Task[None] | None = None

    def __len__(self) -> int:
        """Rooms that are open."""
        return len(self._rooms)

    @property
    def main(self) -> Room:
        """The room that is always there."""
        return self._rooms[MAIN_ROOM]

    def start(self) -> None:
        """Begin to notice that time passes; the loop must be running."""
        self._ticking = asyncio.create_task(self._tick())

    async def stop(self) -> None:
        """Stop all clocks."""
        await given_up(self._ticking)
        for room in self._rooms.values():
            room.close()

    def enter(self, name: str, seat: Seat) -> Room | Refused:
        """Take a connection into a room, or return why no further room is opened."""
        name = name.strip() or MAIN_ROOM
        room = self._rooms.get(name)
        if room is None:
            if len(self._rooms) >= MOST_ROOMS:
                return self.counted(room_refused(MOST_ROOMS))
            room = self._rooms[name] = self._opened(name, lambda _: None)
        room.enter(seat)
        return room

    def leave(self, room: Room, seat: Seat) -> None:
        """Forget a connection, and its room with the last of them."""
        room.leave(seat)
        if not room.seats and room.name != MAIN_ROOM:
            room.close()
            if self._rooms.get(room.name) is room:
                del self._rooms[room.name]

    def labelled_again(self) -> None:
        """Look again at the labels of what is shown, after something was raised."""
        for room in self._rooms.values():
            room.labelled_again()

    def showing(self, key: ViewKey) -> list[Shown]:
        """Return a value as each room shows it, where it does."""
        return [room.values[key] for room in self._rooms.values() if key in room.values]

    def known(self, name: str) -> Room | None:
        """Return a room that is open."""
        return self._rooms.get(name)

    def _opened(self, name: str, written: Callable[[Shown], None]) -> Room:
        return Room(name, written, self._clock, self._echoed, self.labels)

    def _echoed(self, room: str, payload: bytes) -> None:
        self.echo(room, payload)

    def counted(self, refused: Refused) -> Refused:
        """Count a refusal and return it."""
        self.refusals[f"{refused.about}:{refused.code}"] += 1
        return refused

    def time_passed(self) -> None:
        """Notice leases that ran out and screens that gave no sign of life."""
        for room in tuple(self._rooms.values()):
            try:
                room.time_passed()
            except Exception:
                _log.exception("room %s", room.name)

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(TICK_S)
            self.time_passed()
