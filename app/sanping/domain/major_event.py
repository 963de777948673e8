"""A major event (重大活动保障): when, along which route, with which posts, phases and closed roads.

Values only; what follows from them is in `twin.major_event`. Degrees are CGCS2000, metres the twin's CRS.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, get_args

import msgspec

from sanping.domain.label import LOWEST, Label
from sanping.domain.text import Text

PostKind = Literal["command", "guard", "traffic", "medical", "water", "volunteer", "finish"]
PostState = Literal["away", "in_place", "help", "left"]
POST_KINDS: tuple[PostKind, ...] = get_args(PostKind)
POST_STATES: tuple[PostState, ...] = get_args(PostState)
POST_TITLES: Mapping[PostState, Text] = MappingProxyType(
    {
        "away": Text("未到岗", "Not there yet"),
        "in_place": Text("在岗", "In place"),
        "help": Text("求助", "Needs help"),
        "left": Text("已撤岗", "Gone"),
    }
)
KIND_TITLES: Mapping[PostKind, Text] = MappingProxyType(
    {
        "command": Text("指挥", "Command"),
        "guard": Text("安保", "Guard"),
        "traffic": Text("交通", "Traffic"),
        "medical": Text("医疗", "Medical"),
        "water": Text("补给", "Water"),
        "volunteer": Text("志愿", "Volunteers"),
        "finish": Text("终点", "Finish"),
    }
)
Line = tuple[tuple[float, float], ...]


class EventPost(msgspec.Struct, frozen=True, kw_only=True):
    """One post: of which department, how many people, with what duty, and where; `route_m` from the start."""

    id: str
    kind: PostKind
    name_zh: str
    name_en: str
    department: str
    people: int
    duty_zh: str
    duty_en: str
    lon_deg: float
    lat_deg: float
    x_m: float
    y_m: float
    route_m: float = 0.0


class EventPhase(msgspec.Struct, frozen=True, kw_only=True):
    """One phase, up to but without `to_ms`."""

    title_zh: str
    title_en: str
    from_ms: int
    to_ms: int


class EventClosure(msgspec.Struct, frozen=True, kw_only=True):
    """A road that is closed for a while; lines are (longitude, latitude) and (east, north)."""

    name_zh: str
    name_en: str
    from_ms: int
    to_ms: int
    degrees: Line
    metres: Line


class MajorEvent(msgspec.Struct, frozen=True, kw_only=True):
    """One event; `route` is (east, north), `route_degrees` the same as (longitude, latitude).

    `near_m` is how far from the route a case belongs to the event. `stations` and `cameras` name what is watched.
    `label` is as the hub tells it.
    `rehearsal_min`: when a hub plays the invented event, it begins so many minutes before the hub did; None for a real
    one.
    """

    id: str
    title_zh: str
    title_en: str
    begin_ms: int
    end_ms: int
    route: Line
    route_degrees: Line
    near_m: float = 150.0
    posts: tuple[EventPost, ...] = ()
    phases: tuple[EventPhase, ...] = ()
    closures: tuple[EventClosure, ...] = ()
    stations: tuple[str, ...] = ()
    cameras: tuple[str, ...] = ()
    source: str = ""
    is_simulated: bool = False
    rehearsal_min: int | None = None
    label: Label = LOWEST


class PostReport(msgspec.Struct, frozen=True, kw_only=True):
    """How a post stands, as it was last told, and by whom; `rev` counts what was told of it.

    `label` is never below that of the event.
    """

    post: str
    event: str
    state: PostState
    at_ms: int
    rev: int = 1
    note: str = ""
    by_name: str = ""
    is_simulated: bool = False
    label: Label = LOWEST
