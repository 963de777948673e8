"""A hub that owns the books of its site when no other does, and relays while one does: books in PostgreSQL alone."""

from collections.abc import Callable
from dataclasses import replace

from sanping.bootstrap.hub import HubOptions, run_hub
from sanping.bootstrap.own_stores import own_stores
from sanping.bootstrap.relay import relayed
from sanping.bootstrap.twins import folder_of
from sanping.domain.errors import InputError, StoreFailed
from sanping.domain.text import Text
from sanping.hub.spare_port import free_port
from sanping.settings import paths

_NO_SERVER = Text(
    "接替需要各中枢共用一个 PostgreSQL；请设置 store，例如 postgresql://用户@主机/数据库",
    "To take over from one another hubs share a PostgreSQL; set `store`, as postgresql://USER@HOST/DATABASE",
)


def run_standby(options: HubOptions, say: Callable[[str], None]) -> int:
    """Be a relay while another hub owns the books, and then the owner at the same port, until told to stop.

    Raises what `run_hub` and `run_relay` do, and `InputError` where the books are files.
    """
    stores = own_stores(options.data or paths.hub_folder(folder_of(options.twin)))
    is_free = getattr(stores, "is_free", None)
    if is_free is None:
        raise InputError(_NO_SERVER, place="store")
    options = replace(
        options,
        data=options.data or paths.hub_folder(folder_of(options.twin)),
        port=options.port or free_port(options.host),
    )
    while True:
        if not is_free() and not relayed(options, say, lambda: _is_free_now(is_free)):
            return 0
        try:
            return run_hub(options, say)
        except StoreFailed:
            if is_free():
                raise  # otherwise another hub was quicker


def _is_free_now(is_free: Callable[[], bool]) -> bool:
    """Say whether the books can be taken over; not while their server is away."""
    try:
        return is_free()
    except StoreFailed:
        return False
