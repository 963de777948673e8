"""The page that says which role may do what, from the declared commands and addresses."""

from sanping.commands.hub_actions import HUB_ACTIONS
from sanping.domain.role import ROLES, TITLES, Role, is_at_least
from sanping.hub.web_api import ENDPOINTS
from sanping.hub.web_page import BASE

HEAD = """# 角色与权限 · Roles

由命令和接口的声明生成；测试逐格核对。高一级的角色能做低一级的一切。○：不需要令牌。
Written from the declared commands and addresses; a test tries every cell. Each role may do what the ones below it
may. ○: nobody needs to be known.

"""


def roles_page() -> str:
    """Return the whole page."""
    commands = [
        f"| {action.title.zh} · {action.title.en} | `{action.id}` | {_cells(action.least)} |"
        for action in HUB_ACTIONS.values()
    ]
    addresses = [
        f"| {endpoint.title.zh} · {endpoint.title.en} | `{endpoint.method} {BASE}{endpoint.path}` | "
        f"{_everybody() if endpoint.is_open else _cells(endpoint.least)} |"
        for endpoint in ENDPOINTS
    ]
    return "\n".join(
        (
            f"{HEAD}## 命令 · Commands\n",
            *_table("命令 command", commands),
            "\n## 接口 · Addresses\n",
            *_table("接口 address", addresses),
            "",
        )
    )


def _table(what: str, rows: list[str]) -> list[str]:
    roles = " | ".join(f"{TITLES[role].zh} {TITLES[role].en.lower()}" for role in ROLES)
    return [f"| | {what} | {roles} |", f"|---|---|{':-:|' * len(ROLES)}", *rows]


def _cells(least: Role) -> str:
    return " | ".join("●" if is_at_least(role, least) else "" for role in ROLES)


def _everybody() -> str:
    return " | ".join("○" for _ in ROLES)
