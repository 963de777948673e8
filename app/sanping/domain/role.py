"""Who may do what, by rank: each role may do everything the one before it may."""

from typing import Literal, get_args

from sanping.domain.text import Text

Role = Literal["viewer", "grid_worker", "operator", "duty_officer", "admin"]
ROLES: tuple[Role, ...] = get_args(Role)
TITLES: dict[Role, Text] = {
    "viewer": Text("访客", "Viewer"),
    "grid_worker": Text("网格员", "Grid worker"),
    "operator": Text("坐席员", "Operator"),
    "duty_officer": Text("值班长", "Duty officer"),
    "admin": Text("管理员", "Administrator"),
}


def is_at_least(role: Role, least: Role) -> bool:
    """Say whether `role` may do what needs `least`."""
    return ROLES.index(role) >= ROLES.index(least)
