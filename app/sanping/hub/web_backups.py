"""REST for the backups of a hub: how they are, begin one, cancel it. Only who holds the hub's own token may."""

import msgspec

from sanping.domain.device import OWNER
from sanping.domain.errors import NotAllowed
from sanping.domain.text import Text
from sanping.hub.core import Hub
from sanping.hub.endpoint import Asked, Endpoint, body_of

_OWNER_ALONE = Text(
    "只有中枢所在机器上的管理者可以备份；请在那台机器上运行 sanping stores backup",
    "Only whoever runs the hub may back it up; run sanping stores backup on its machine",
)


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """Where a backup shall lie, on the machine of the hub; "" for the folder of the settings."""

    folder: str = ""


async def _state(hub: Hub, _: Asked) -> object:
    return hub.backups.state


async def _begin(hub: Hub, asked: Asked) -> object:
    _check_owner(asked)
    hub.backups.begin(body_of(asked, Wanted).folder)
    return hub.backups.state


async def _cancel(hub: Hub, asked: Asked) -> object:
    _check_owner(asked)
    hub.backups.cancel()
    return hub.backups.state


def _check_owner(asked: Asked) -> None:
    if asked.by != OWNER:  # a path on this machine is written to
        raise NotAllowed(_OWNER_ALONE)


BACKUP_ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(method="GET", path="/backups", title=Text("备份的进展", "How backups are"), run=_state, least="admin"),
    Endpoint(method="POST", path="/backups", title=Text("开始备份", "Begin a backup"), run=_begin, least="admin"),
    Endpoint(
        method="POST", path="/backups/cancel", title=Text("取消备份", "Cancel the backup"), run=_cancel, least="admin"
    ),
)
