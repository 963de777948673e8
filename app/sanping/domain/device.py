"""Screens that were let in: phones by their code, walls and desks elsewhere; and who somebody is."""

from dataclasses import dataclass
from typing import Literal

from sanping.domain.label import HIGHEST, Label
from sanping.domain.role import Role

DeviceKind = Literal["phone", "wall", "desk", "kiosk"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """One device; times are milliseconds since 1970 UTC.

    `role` is what it may do now, until `role_until_ms`; afterwards it is a viewer again. `asked` is a role that it asks
    for, with `match`, four digits that its screen and the desk both show so that people know whom they let in.
    `user` is who logged in on it. A device that is `is_revoked` or past `until_ms` is not let in any more.
    `department` and `areas` (codes; none is everywhere) say whose cases whoever holds it works on; `person` is somebody
    of the city's table who holds it, and then the table says so. Who logs in counts before both.
    """

    id: str
    name: str
    kind: DeviceKind = "phone"
    role: Role = "viewer"
    role_until_ms: int = 0
    user: str = ""
    asked: Role | None = None
    match: str = ""
    since_ms: int = 0
    until_ms: int = 0
    seen_ms: int = 0
    is_revoked: bool = False
    department: str = ""
    areas: tuple[str, ...] = ()
    person: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who speaks: a device; "" is whoever holds the hub's own token, which is its administrator.

    `is_plain` says that he came over the network without encryption, and may only look. `clearance` is up to which
    label he sees anything.
    """

    device: str = ""
    name: str = ""
    user: str = ""
    role: Role = "admin"
    is_plain: bool = False
    clearance: Label = HIGHEST


OWNER = Identity()
