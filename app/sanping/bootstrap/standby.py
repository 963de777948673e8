"""A hub that owns the books of its site when no other does, and relays while one does: books in PostgreSQL alone."""

from collections.abc import Callable
from dataclasses import replace
from typing import Protocol, cast

from sanping.bootstrap.hub import HubOptions, run_hub
from sanping.bootstrap.own_stores import own_stores
from sanping.bootstrap.relay import relayed
from sanping.bootstrap.secret_keeping import own_secrets
from sanping.bootstrap.shared_keys import KeyStore, share_keys
from sanping.bootstrap.twins import folder_of
from sanping.domain.errors import InputError, StoreFailed
from sanping.domain.text import Text
from sanping.hub.spare_port import free_port
from sanping.ports.secrets import resolved
from sanping.settings import paths
from sanping.settings.settings import load_settings

_NO_SERVER = Text(
    "接替需要各中枢共用一个 PostgreSQL；请设置 store，例如 postgresql://用户@主机/数据库",
    "To take over from one another hubs share a PostgreSQL; set `store`, as postgresql://USER@HOST/DATABASE",
)


class SharedStores(KeyStore, Protocol):
    """Stores that several hubs reach."""

    def is_free(self) -> bool:
        """Say whether no hub owns them. Raises `StoreFailed`."""


def run_standby(options: HubOptions, say: Callable[[str], None]) -> int:
    """Be a relay while another hub owns the books, and then the owner at the same port, until told to stop.

    Raises what `run_hub` and `run_relay` do, and `InputError` where the books are files.
    """
    data = options.data or paths.hub_folder(folder_of(options.twin))
    found, settings = own_stores(data), load_settings(paths.settings_file())
    if found.kind != "postgresql":
        raise InputError(_NO_SERVER, place="store")
    stores = cast("SharedStores", found)
    options = replace(options, data=data, port=options.port or free_port(options.host))
    login = resolved(settings.bus_secret, own_secrets()) if settings.bus_secret else ""
    has_keys = False
    while True:
        has_keys = has_keys or share_keys(stores, data, login, settings.sealing)
        if not stores.is_free():
            if not relayed(options, say, lambda: _is_free_now(stores)):
                return 0
            continue
        try:
            return run_hub(options, say)
        except StoreFailed:
            if stores.is_free():
                raise  # otherwise another hub was quicker


def _is_free_now(stores: SharedStores) -> bool:
    """Say whether the books can be taken over; not while their server is away."""
    try:
        return stores.is_free()
    except StoreFailed:
        return False
