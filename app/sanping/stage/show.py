"""What a screen knows of its room: what all show, who leads, and who is there; pure.

Built from the messages of the hub alone, so that every screen of a room ends with the same.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from sanping.domain.role import Role
from sanping.wire.show import FloorState, Member, Presence, Refused, Shown, ViewKey

NOTHING: Mapping[ViewKey, "SharedValue"] = MappingProxyType({})
NOBODY: Mapping[str, Member] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedValue:
    """One value of the show as JSON (`stage.sharing`), null where nothing is shown; `by` is the screen that wrote it.

    `at_ms` is the hub's time, in milliseconds since 1970 UTC, at which all screens are to present it.
    """

    revision: int
    value: bytes
    by: str = ""
    at_ms: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowState:
    """The room as the screen `me` knows it; while it is not linked, as it was last.

    `refused` is the newest refusal, another object for each. `rtt_ms` is the round trip to the hub, 0 before it was
    measured; `clock_ahead_ms` is how far the hub's clock is ahead of this machine's, from the shortest round trips.
    """

    me: str = ""
    room: str = ""
    role: Role = "viewer"
    is_linked: bool = False
    values: Mapping[ViewKey, SharedValue] = field(default_factory=lambda: NOTHING)
    floor: FloorState = field(default_factory=FloorState)
    members: Mapping[str, Member] = field(default_factory=lambda: NOBODY)
    refused: Refused | None = None
    rtt_ms: float = 0.0
    clock_ahead_ms: float = 0.0

    @property
    def is_leading(self) -> bool:
        """Whether this screen has the floor."""
        return self.is_linked and bool(self.me) and self.floor.holder == self.me

    @property
    def is_waiting(self) -> bool:
        """Whether this screen has asked for the floor and waits."""
        return self.is_linked and self.me in self.floor.queue

    @property
    def revision(self) -> int:
        """The newest revision of what is shown."""
        return max((value.revision for value in self.values.values()), default=0)


def welcomed(show: ShowState, *, room: str, role: Role, me: str = "") -> ShowState:
    """Return the show at the start of a connection: all values, the floor and who is there come anew.

    `me` is what the hub calls this screen.
    """
    return ShowState(
        me=me or show.me,
        room=room,
        role=role,
        is_linked=True,
        rtt_ms=show.rtt_ms,
        clock_ahead_ms=show.clock_ahead_ms,
    )


def parted(show: ShowState) -> ShowState:
    """Return the show of a screen that lost its hub: what is shown stands, nobody leads."""
    return replace(show, is_linked=False, floor=FloorState(fence=show.floor.fence)) if show.is_linked else show


def with_shown(show: ShowState, shown: Shown) -> ShowState:
    """Take in one value; an older one than is known changes nothing."""
    known = show.values.get(shown.key)
    if known is not None and known.revision >= shown.revision:
        return show
    value = SharedValue(revision=shown.revision, value=bytes(shown.value), by=shown.by, at_ms=shown.at_ms)
    return replace(show, values=MappingProxyType({**show.values, shown.key: value}))


def with_presence(show: ShowState, presence: Presence) -> ShowState:
    """Take in who is there, or who came, changed and left."""
    members = {} if presence.is_all else dict(show.members)
    for screen in presence.left:
        members.pop(screen, None)
    members.update((member.screen, member) for member in presence.members)
    return replace(show, members=MappingProxyType(members))


def with_round_trip(show: ShowState, rtt_ms: float, clock_ahead_ms: float) -> ShowState:
    """Take in how far away the hub is, and what its clock says."""
    return replace(show, rtt_ms=rtt_ms, clock_ahead_ms=clock_ahead_ms)
