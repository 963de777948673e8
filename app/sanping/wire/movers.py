"""What `sanping.v1` tells of everything that moves: who there is, and where each was at its last fix."""

import msgspec

from sanping.domain.position import MoverKind
from sanping.wire.message import Message

MOVERS = "movers"


class MoverRow(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What an index of `Positions` stands for; a later row with the same index replaces the earlier."""

    index: int
    mover: str
    label: str
    kind: MoverKind
    source: str
    is_simulated: bool = False


class MoverNames(Message, frozen=True, kw_only=True, tag="movers"):
    """Directory of the positions that follow; indices hold for one life of the hub."""

    rows: tuple[MoverRow, ...]


class PositionRow(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """The last fix of a mover: metres in the twin's CRS, degrees clockwise from north, 1 where it alarms."""

    index: int
    x_m: float
    y_m: float
    heading_deg: float
    speed_kmh: float
    event_ms: int
    is_alarming: int = 0


class Positions(Message, frozen=True, kw_only=True, tag="positions"):
    """Last fixes that are newer than what was told; the next frame of positions waits for `Ready`."""

    revision: int
    rows: tuple[PositionRow, ...]
