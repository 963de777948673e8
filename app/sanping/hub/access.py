"""Who may speak to the hub: exact `Host` and `Origin`, the token, and how many at once. Pure but for its counters."""

import hmac
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from sanping.domain.device import OWNER, Identity
from sanping.domain.label import LOWEST, NO_CLEARANCES, Clearing, lower
from sanping.hub.gate import Gate
from sanping.hub.relay_gate import RelayGate

MOST_SOCKETS = 256
MOST_SOCKETS_PER_PEER = 8
MESSAGES_PER_S = 20.0
BURST = 60.0
WRITES_PER_S = 600.0
WRITES_BURST = 600.0
OWN_ADDRESSES = frozenset({"127.0.0.1", "::1"})


class Access:
    """The rules of one hub. A screen takes about 25 KB of memory; `most_sockets` bounds how many there are.

    A browser's page of another origin, or of a name that was made to point here (DNS rebinding), is refused by its
    headers; a program without the token is refused by its first message.
    """

    def __init__(
        self,
        token: str,
        gate: Gate | RelayGate | None = None,
        most_sockets: int = MOST_SOCKETS,
        clearances: Clearing = NO_CLEARANCES,
    ) -> None:
        self._token = token.encode()
        self._gate, self._clearances = gate, clearances
        self._most_sockets = most_sockets
        self._hosts: dict[str, str] = {}
        self._sockets: Counter[str] = Counter()

    def listen_on(self, hosts: Iterable[str], scheme: str = "http") -> None:
        """Say under which further "name:port" the hub may be called, and how; known once the port is.

        A name keeps how it was said first: certificates name this machine too, whose screens come without encryption.
        """
        for host in hosts:
            self._hosts.setdefault(host, scheme)

    def is_host(self, host: str | None) -> bool:
        """Say whether a `Host` header names this hub."""
        return host is not None and host in self._hosts

    def is_origin(self, origin: str | None, host: str | None) -> bool:
        """Say whether an `Origin` is the hub's own page, under the very name it was called by."""
        return (
            origin is not None and self.is_host(host) and host is not None and origin == f"{self._hosts[host]}://{host}"
        )

    def who(self, token: str, *, is_plain: bool = False) -> Identity | None:
        """Return whose token it is: the hub's own (compared in constant time), a device's, or nobody's.

        `is_plain` says that it came over the network without encryption: whoever it is may only look.
        """
        if hmac.compare_digest(token.encode(), self._token):
            found: Identity | None = OWNER
        else:
            found = None if self._gate is None else self._gate.who(token)
        return _looking_only(found) if is_plain and found is not None else found

    async def met(self, token: str) -> None:
        """Ask whose token it is where that is known elsewhere. Raises `SiteUnreachable`."""
        if isinstance(self._gate, RelayGate) and not hmac.compare_digest(token.encode(), self._token):
            await self._gate.met(token)

    def still(self, identity: Identity) -> Identity | None:
        """Return what somebody who came in may do now, None when he is out."""
        if self._gate is None or not identity.device:
            return identity
        found = self._gate.still(identity)
        return _looking_only(found) if identity.is_plain and found is not None else found

    def kind(self, identity: Identity, said: str) -> str:
        """Return what kind of screen somebody speaks from: a device is what it was let in as, whatever it says."""
        known = None if self._gate is None else self._gate.kind(identity.device)
        return said if known is None else known

    def on_screen(self, identity: Identity, kind: str) -> Identity:
        """Return somebody as he speaks from a kind of screen: with no more than such a screen may show."""
        clearance = lower((identity.clearance, self._clearances.of_screen(kind)))
        return identity if clearance == identity.clearance else replace(identity, clearance=clearance)

    def entered(self, peer: str) -> bool:
        """Count a socket in; False when there are too many. This machine's own screens share one address."""
        is_full = self._sockets.total() >= self._most_sockets
        if is_full or (peer not in OWN_ADDRESSES and self._sockets[peer] >= MOST_SOCKETS_PER_PEER):
            return False
        self._sockets[peer] += 1
        return True

    def left(self, peer: str) -> None:
        """Count a socket out."""
        self._sockets[peer] -= 1
        if self._sockets[peer] <= 0:
            del self._sockets[peer]


def is_plain(peer: str | None, *, is_encrypted: bool) -> bool:
    """Say whether what a peer says could be read on its way: neither encrypted nor from this machine."""
    return not is_encrypted and peer not in OWN_ADDRESSES


def _looking_only(identity: Identity) -> Identity:
    return replace(identity, role="viewer", is_plain=True, clearance=LOWEST)


class Pace:
    """Lets a screen say so many things a second, some more in a burst; beyond that it is read more slowly."""

    def __init__(self, per_s: float = MESSAGES_PER_S, burst: float = BURST) -> None:
        self.per_s, self._burst = per_s, burst
        self._left = burst
        self._then_s = 0.0

    def wait_s(self, now_s: float) -> float:
        """Return how long to wait before the next message is read."""
        if self._then_s:
            self._left = min(self._burst, self._left + (now_s - self._then_s) * self.per_s)
        self._then_s = now_s
        self._left -= 1.0
        return max(0.0, -self._left / self.per_s)
