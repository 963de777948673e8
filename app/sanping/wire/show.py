"""The messages of the view and presence planes: what all screens of a room show, who leads, and who is there.

A room is a group of linked screens on one hub. What it shows is a few keyed values, of which the last written holds;
only the screen that has the floor writes them, with the fencing number of its lease.
"""

from typing import Annotated, Literal

import msgspec

from sanping.domain.label import LOWEST, Label
from sanping.domain.role import Role
from sanping.wire.message import Message, Short

VIEW = "view"
PRESENCE = "presence"
MAIN_ROOM = "main"
SCREEN_KIND = "Sanping-Screen"
"""The header in which a screen says of which kind it is when it asks over REST, as `Hello.kind` does live."""

ViewKey = Literal[
    "camera", "style", "moment", "timeline", "layers", "selection", "isolated", "colouring", "water_colour",
    "scene", "focus", "pointer", "board", "area", "area_map", "scheme", "section",
    "notes",
]  # fmt: skip
FloorWish = Literal["request", "release", "renew", "grant", "deny", "revoke", "seize", "lock", "unlock"]
RefusalCode = Literal["floor", "fence", "locked", "role", "value", "pace", "room", "size"]
MOST_LACKS = 8


class Show(Message, frozen=True, kw_only=True, tag="show"):
    """Write one value of the show; the screen must hold the floor and `fence` be that of its lease.

    `n` counts the screen's own writes; a `Refused` names it. `value` is as `stage.sharing` gives it; null takes away.
    `label` is chosen by who shows it, None for the usual one; never below that of what the value names.
    """

    key: ViewKey
    value: msgspec.Raw
    fence: int
    n: int = 0
    label: Label | None = None


class Seen(Message, frozen=True, kw_only=True, tag="seen"):
    """Credit for the view plane: the screen has drawn everything up to `revision`."""

    revision: int


class Floor(Message, frozen=True, kw_only=True, tag="floor"):
    """A wish about who leads; `to` names the screen for grant, deny and revoke."""

    wish: FloorWish
    to: Short = ""


class Lack(msgspec.Struct, frozen=True, kw_only=True):
    """A layer of the twin that a screen does not show: its title, and why, in words for people."""

    title_zh: Short
    title_en: Short
    why_zh: Short = ""
    why_en: Short = ""


Lacks = Annotated[tuple[Lack, ...], msgspec.Meta(max_length=MOST_LACKS)]


class Here(Message, frozen=True, kw_only=True, tag="here"):
    """A sign of life, at least every 10 s: whether the screen follows the show, and its round trip in milliseconds.

    `lacks` are layers that it does not show, the first of them where there are many.
    """

    follows: bool = True
    rtt_ms: Annotated[float, msgspec.Meta(ge=0, le=600_000)] = 0.0
    name: Short = ""
    width_px: int = 0
    height_px: int = 0
    lacks: Lacks = ()


class Shown(Message, frozen=True, kw_only=True, tag="shown"):
    """A value of the show as it holds now; `by` is the screen that wrote it.

    `revision` grows by one with each write in the room; a screen that was told later ones skips those between.
    `at_ms` is the hub's time at which all screens are to present it, so that the tiles of a wall change together; the
    camera is told a little ahead where tiles hang on several machines. Whoever is below its `label` is told that
    nothing is shown.
    """

    revision: int
    key: ViewKey
    value: msgspec.Raw
    by: str = ""
    at_ms: int = 0
    label: Label = LOWEST


class FloorState(Message, frozen=True, kw_only=True, tag="floor_state"):
    """Who leads: `holder` is a screen, "" for nobody; `fence` grows with each new holder.

    `left_ms` is what is left of the lease now. `queue` are the screens that asked, first come first. While `is_locked`
    only the holder and who may seize the floor write.
    """

    holder: str = ""
    fence: int = 0
    left_ms: int = 0
    queue: tuple[str, ...] = ()
    is_locked: bool = False


class Member(msgspec.Struct, frozen=True, kw_only=True):
    """One screen of the room; `since_ms` is the hub's time at which it came."""

    screen: str
    kind: str
    name: str = ""
    role: Role = "viewer"
    follows: bool = True
    rtt_ms: float = 0.0
    width_px: int = 0
    height_px: int = 0
    since_ms: int = 0
    lacks: Lacks = ()


class Presence(Message, frozen=True, kw_only=True, tag="presence"):
    """Who is there: all of them when `is_all`, otherwise those that came or changed, and those that `left`."""

    members: tuple[Member, ...] = ()
    left: tuple[str, ...] = ()
    is_all: bool = False


class Refused(Message, frozen=True, kw_only=True, tag="refused"):
    """Why something was not done: `about` is the type of the message, `n` its number. Whole sentences for people.

    A screen that says too much is told so with "pace", at most once a second, and is read more slowly; nothing is lost.
    """

    about: str
    code: RefusalCode
    n: int = 0
    error_zh: str = ""
    error_en: str = ""
