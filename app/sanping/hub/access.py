"""Who may speak to the hub: exact `Host` and `Origin`, the token, and how many at once. Pure but for its counters."""

import hmac
from collections import Counter

from sanping.domain.device import OWNER, Identity
from sanping.hub.gate import Gate

MOST_SOCKETS = 256
MOST_SOCKETS_PER_PEER = 8
MESSAGES_PER_S = 20.0
BURST = 60.0
OWN_ADDRESSES = frozenset({"127.0.0.1", "::1"})


class Access:
    """The rules of one hub.

    A browser's page of another origin, or of a name that was made to point here (DNS rebinding), is refused by its
    headers; a program without the token is refused by its first message.
    """

    def __init__(self, token: str, gate: Gate | None = None) -> None:
        self._token = token.encode()
        self._gate = gate
        self._scheme = "http"
        self._hosts: frozenset[str] = frozenset()
        self._sockets: Counter[str] = Counter()

    def listen_on(self, hosts: frozenset[str], *, is_encrypted: bool = False) -> None:
        """Say under which "name:port" the hub may be called; known once the port is."""
        self._hosts = hosts
        self._scheme = "https" if is_encrypted else "http"

    def is_host(self, host: str | None) -> bool:
        """Say whether a `Host` header names this hub."""
        return host is not None and host in self._hosts

    def is_origin(self, origin: str | None, host: str | None) -> bool:
        """Say whether an `Origin` is the hub's own page, under the very name it was called by."""
        return origin is not None and self.is_host(host) and origin == f"{self._scheme}://{host}"

    def who(self, token: str) -> Identity | None:
        """Return whose token it is: the hub's own (compared in constant time), a device's, or nobody's."""
        if hmac.compare_digest(token.encode(), self._token):
            return OWNER
        return None if self._gate is None else self._gate.who(token)

    def still(self, identity: Identity) -> Identity | None:
        """Return what somebody who came in may do now, None when he is out."""
        return identity if self._gate is None or not identity.device else self._gate.still(identity)

    def entered(self, peer: str) -> bool:
        """Count a socket in; False when there are too many. This machine's own screens share one address."""
        is_full = self._sockets.total() >= MOST_SOCKETS
        if is_full or (peer not in OWN_ADDRESSES and self._sockets[peer] >= MOST_SOCKETS_PER_PEER):
            return False
        self._sockets[peer] += 1
        return True

    def left(self, peer: str) -> None:
        """Count a socket out."""
        self._sockets[peer] -= 1
        if self._sockets[peer] <= 0:
            del self._sockets[peer]


class Pace:
    """Lets a screen say twenty things a second, some more in a burst; beyond that it is read more slowly."""

    def __init__(self) -> None:
        self._left = BURST
        self._then_s = 0.0

    def wait_s(self, now_s: float) -> float:
        """Return how long to wait before the next message is read."""
        self._left = min(BURST, self._left + (now_s - self._then_s) * MESSAGES_PER_S) if self._then_s else BURST
        self._then_s = now_s
        self._left -= 1.0
        return max(0.0, -self._left / MESSAGES_PER_S)
