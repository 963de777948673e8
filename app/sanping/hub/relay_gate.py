"""Who may come in at a relay: what the owner of the books says of a token, asked again every two seconds."""

import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import replace

from sanping.domain.device import Device, Identity
from sanping.domain.label import LOWEST
from sanping.wire.same_site import Known, Knowns, Still, Who

MOST_KNOWN = 4_000
Ask = Callable[[Who | Still], Awaitable[Knowns]]


class RelayGate:
    """The devices of the site as far as they came here. `ask` raises `SiteUnreachable`. No token is kept."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._by_token: dict[bytes, str] = {}
        self._known: dict[str, Known] = {}

    async def met(self, token: str) -> None:
        """Ask whose token it is. Raises `SiteUnreachable`."""
        found = (await self._ask(Who(token=token))).known
        mark = _mark(token)
        self._by_token.pop(mark, None)
        for known in found:
            self._by_token[mark] = known.who.device
            self._known[known.who.device] = known
        if len(self._by_token) > MOST_KNOWN:
            del self._by_token[next(iter(self._by_token))]

    async def look_again(self) -> None:
        """Ask what those who came may do now. Raises `SiteUnreachable`."""
        if self._known:
            found = (await self._ask(Still(devices=tuple(self._known)))).known
            self._known = {known.who.device: known for known in found}

    def heard(self, device: Device) -> None:
        """Take in that a device may do more or less, or is out."""
        known = self._known.pop(device.id, None)
        if known is not None and not device.is_revoked:
            clearance = known.who.clearance if device.role == known.who.role else LOWEST  # until the owner is asked
            who = replace(known.who, role=device.role, user=device.user, name=device.name, clearance=clearance)
            self._known[device.id] = Known(who=who, kind=known.kind)

    def who(self, token: str) -> Identity | None:
        """Return whose token it is, as `met` has found."""
        known = self._known.get(self._by_token.get(_mark(token), ""))
        return None if known is None else known.who

    def still(self, identity: Identity) -> Identity | None:
        """Return what somebody may do, as it was last heard; None when he is out."""
        known = self._known.get(identity.device)
        return None if known is None else known.who

    def kind(self, device: str) -> str | None:
        """Return what kind of screen a device was let in as."""
        known = self._known.get(device)
        return None if known is None else known.kind


def _mark(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
