"""Sends away who holds a connection without saying anything: sockets are few, and a stranger must not take them all."""

import asyncio
from collections import Counter
from collections.abc import Iterable
from typing import Any

from aiohttp import web

from sanping.hub.access import MOST_SOCKETS, OWN_ADDRESSES

FIRST_WORD_S = 10.0
BESIDE_SCREENS = 144
MOST_CONNECTIONS_PER_PEER = 24
LOOK_EVERY_S = 0.25


class Doorkeeper:
    """Watches the connections of a server, before and after the handshake.

    One that has not made a whole request within ten seconds is cut; so are the newest of a peer that holds more than a
    browser needs, this machine's own excepted, and the newest silent ones when there are too many in all: more than
    `most_sockets` screens and some questions beside.
    """

    def __init__(self, most_sockets: int = MOST_SOCKETS) -> None:
        self.cut = 0
        self._most = most_sockets + BESIDE_SCREENS
        self._since_s: dict[Any, float] = {}
        self._heard: set[Any] = set()
        self._welcome: set[Any] = set()

    def heard(self, request: web.Request) -> None:
        """Note that a connection has made a request."""
        self._heard.add(request.protocol)

    async def watch(self, server: web.Server) -> None:
        """Look at the connections again and again, until cancelled."""
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            for connection in self.unwanted(server.connections, asyncio.get_running_loop().time()):
                self.cut += 1
                if connection.transport is not None:
                    connection.transport.abort()

    def unwanted(self, connections: Iterable[Any], now_s: float) -> list[Any]:
        """Return the connections that are to be cut now."""
        found: list[Any] = []
        by_peer: Counter[str] = Counter()
        silent: list[Any] = []
        present = dict.fromkeys(connections)
        self._heard &= present.keys()
        self._welcome &= present.keys()
        watched = (connection for connection in present if connection not in self._welcome)
        self._since_s = {connection: self._since_s.get(connection, now_s) for connection in watched}
        for connection in sorted(self._since_s, key=self._since_s.__getitem__):
            peer = _peer_of(connection)
            by_peer[peer] += 1
            is_heard, is_own = connection in self._heard, peer in OWN_ADDRESSES
            is_too_many = not is_own and by_peer[peer] > MOST_CONNECTIONS_PER_PEER
            if is_heard and is_own:
                self._welcome.add(connection)  # this machine's own screen: it need not be looked at again
            elif is_too_many or (not is_heard and now_s - self._since_s[connection] > FIRST_WORD_S):
                found.append(connection)
            elif not is_heard:
                silent.append(connection)
        too_many = len(present) - len(found) - self._most
        return found + silent[len(silent) - too_many :] if too_many > 0 else found


def _peer_of(connection: Any) -> str:
    name = None if connection.transport is None else connection.transport.get_extra_info("peername")
    return str(name[0]) if name else ""
