"""A room as a relay has it: it shows what the owner of the books says, and hands on what its own screens say."""

from collections.abc import Callable

from sanping.domain.role import Role
from sanping.hub.room import Clock, Room, Written, monotonic_ms
from sanping.hub.room_seat import Seat
from sanping.hub.rooms import Rooms
from sanping.hub.shown_label import ShownLabels
from sanping.stage.floor import Floor
from sanping.wire.same_site import GivenUp, Left, NowIs, Saying, SaysBye
from sanping.wire.show import Floor as Wish
from sanping.wire.show import FloorState, Here, Presence, Show, Shown

Say = Callable[[Seat, Saying], None]


class RelayRoom(Room):
    """Who leads and what is shown is decided elsewhere: `say` tells it there, `take` is what comes of it."""

    def __init__(self, name: str, say: Say, clock: Clock = monotonic_ms, labels: ShownLabels | None = None) -> None:
        super().__init__(name, clock=clock, labels=labels)
        self._say = say

    def take(self, message: Shown | FloorState | Presence) -> None:
        """Show what the owner says."""
        match message:
            case Shown(revision=revision, key=key):
                if revision > self.revision:
                    self.revision = revision
                    self.values[key] = message
                    self._fresh.add(key)
                    self._soon("values", 0.0, self._fan_out)
            case FloorState():
                self.floor = Floor(
                    holder=message.holder,
                    fence=message.fence,
                    until_ms=self._clock() + message.left_ms,
                    queue=message.queue,
                    is_locked=message.is_locked,
                )
                self._tell_floor()
            case Presence():
                self._presence.mirror(message)
                self._tell_presence()

    def enter(self, seat: Seat) -> None:
        """Take in a connection, which the owner knows already."""
        self.seats.add(seat)
        self._lines[seat.screen] += 1

    def leave(self, seat: Seat) -> None:
        """Forget a connection."""
        if seat in self.seats:
            self._forget(seat)
            self._say(seat, Left())

    def take_leave(self, seat: Seat) -> None:
        """Say that a screen is closed."""
        self._say(seat, SaysBye())

    def give_up(self, seat: Seat) -> None:
        """Have the floor taken from a screen."""
        self._say(seat, GivenUp())

    def role_changed(self, seat: Seat) -> None:
        """Say that the role of a seat is another now."""
        role: Role = seat.role
        self._say(seat, NowIs(role=role))

    def write(self, seat: Seat, show: Show) -> None:
        """Hand a value on; why it is not shown comes later."""
        self._say(seat, show)

    def wish(self, seat: Seat, wish: Wish) -> None:
        """Hand a wish on; why it is not granted comes later."""
        self._say(seat, wish)

    def here(self, seat: Seat, here: Here) -> bool:
        """Hand a sign of life on."""
        self._say(seat, here)
        return True

    def time_passed(self) -> None:
        """Leave leases and silence to the owner."""

    def _look_for_tiles(self, changed: Seat) -> None:
        """Leave to the owner how far ahead the camera is told."""


class RelayRooms(Rooms):
    """The rooms of a relay."""

    def __init__(self, say: Say) -> None:
        self._say = say
        super().__init__()

    def take(self, room: str, message: Shown | FloorState | Presence) -> None:
        """Show what the owner says of a room, where there is a screen in it."""
        found = self.known(room)
        if isinstance(found, RelayRoom):
            found.take(message)

    def _opened(self, name: str, _: Written) -> Room:
        return RelayRoom(name, self._say, self._clock, self.labels)
