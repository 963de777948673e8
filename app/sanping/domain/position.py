"""Where a moving thing was at a moment: a vehicle, a shuttle, a delivery robot, a vessel."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, get_args

import msgspec

from sanping.domain.text import Text

MoverKind = Literal["car", "bus", "truck", "bike", "vessel", "boat", "shuttle", "robot"]
MOVER_KINDS: tuple[MoverKind, ...] = get_args(MoverKind)
FASTEST_KMH = 1200.0
KIND_TITLES: Mapping[MoverKind, Text] = MappingProxyType(
    {
        "car": Text("小客车", "Cars"), "bus": Text("公交车", "Buses"), "truck": Text("货车", "Trucks"),
        "bike": Text("两轮车", "Bikes"), "vessel": Text("船舶", "Vessels"), "boat": Text("小艇", "Boats"),
        "shuttle": Text("接驳车", "Shuttles"), "robot": Text("机器人", "Robots"),
    }
)  # fmt: skip


class Position(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One fix of one mover; the newest of each is the present, and none is kept: see ADR 0021.

    `mover` is its name at the source, such as the number of its terminal; `label` what people call it, such as its
    plate. Longitude and latitude are degrees of CGCS2000 (EPSG:4490), `heading_deg` is clockwise from north.
    `event_ms` is milliseconds since 1970-01-01T00:00Z. `is_alarming` says that it calls for help or breaks a limit, by
    its own account.
    """

    mover: str
    kind: MoverKind
    longitude_deg: float
    latitude_deg: float
    event_ms: int
    speed_kmh: float = 0.0
    heading_deg: float = 0.0
    label: str = ""
    is_alarming: bool = False


def is_possible(position: Position) -> bool:
    """Say whether a fix lies on the earth and moves no faster than anything: what is broken is not NaN alone."""
    return (
        0 < len(position.mover) <= 80
        and len(position.label) <= 80
        and -180.0 <= position.longitude_deg <= 180.0
        and -90.0 <= position.latitude_deg <= 90.0
        and (position.longitude_deg != 0.0 or position.latitude_deg != 0.0)
        and 0.0 <= position.speed_kmh <= FASTEST_KMH
        and -360.0 <= position.heading_deg <= 720.0
    )
