"""Who is in a room: those that gave a sign of life lately, told as differences; pure, times handed in."""

import msgspec

from sanping.domain.role import Role
from sanping.wire.show import Here, Member, Presence

LIVES_MS = 25_000
LEAST_PAUSE_MS = 400
RTT_SHARE, RTT_STEP_MS = 0.25, 5.0


class PresenceBook:
    """All members of one room by screen."""

    def __init__(self) -> None:
        self.members: dict[str, Member] = {}
        self._heard_ms: dict[str, int] = {}
        self._silent: dict[str, Member] = {}
        self._changed: set[str] = set()

    def came(self, member: Member, now_ms: int) -> None:
        """Take in a screen; one that comes again keeps the time at which it came first."""
        known = self.members.get(member.screen)
        if known is not None:
            member = msgspec.structs.replace(member, since_ms=known.since_ms)
        self._silent.pop(member.screen, None)
        self._heard_ms[member.screen] = now_ms
        self._put(member)

    def here(self, screen: str, here: Here, now_ms: int) -> bool:
        """Take a sign of life; False for one that comes too soon after the last. It brings back who was silent."""
        known = self.members.get(screen) or self._silent.pop(screen, None)
        if known is None:
            return True
        is_soon = screen in self.members and now_ms - self._heard_ms[screen] < LEAST_PAUSE_MS
        if is_soon and (here.follows, here.lacks) == (known.follows, known.lacks):
            return False
        self._heard_ms[screen] = now_ms
        new = msgspec.structs.replace(
            known,
            name=here.name or known.name,
            follows=here.follows,
            rtt_ms=here.rtt_ms if _differs(here.rtt_ms, known.rtt_ms) else known.rtt_ms,
            width_px=here.width_px,
            height_px=here.height_px,
            lacks=here.lacks,
        )
        if new != self.members.get(screen):
            self._put(new)
        return True

    def role_changed(self, screen: str, role: Role) -> None:
        """Take in that a screen may do more or less now."""
        known = self.members.get(screen)
        if known is not None and known.role != role:
            self._put(msgspec.structs.replace(known, role=role))

    def went(self, screen: str) -> None:
        """Forget a screen."""
        self._heard_ms.pop(screen, None)
        self._silent.pop(screen, None)
        if self.members.pop(screen, None) is not None:
            self._changed.add(screen)

    def mirror(self, told: Presence) -> None:
        """Take over what another hub says of who is there."""
        gone = self.members.keys() - {member.screen for member in told.members} if told.is_all else told.left
        for screen in tuple(gone):
            if self.members.pop(screen, None) is not None:
                self._changed.add(screen)
        for member in told.members:
            if member != self.members.get(member.screen):
                self._put(member)

    def time_passed(self, now_ms: int) -> None:
        """Leave out those that gave no sign of life for 25 s; they are back with the next."""
        for screen, heard_ms in self._heard_ms.items():
            if now_ms - heard_ms >= LIVES_MS and screen in self.members:
                self._silent[screen] = self.members.pop(screen)
                self._changed.add(screen)

    @property
    def is_changed(self) -> bool:
        """Whether there is something to tell."""
        return bool(self._changed)

    def differences(self) -> Presence:
        """Return what changed since this was asked last."""
        changed, self._changed = self._changed, set()
        members = tuple(self.members[screen] for screen in sorted(changed) if screen in self.members)
        left = tuple(screen for screen in sorted(changed) if screen not in self.members)
        return Presence(members=members, left=left)

    def everybody(self) -> Presence:
        """Return all who are there."""
        return Presence(members=tuple(self.members.values()), is_all=True)

    def _put(self, member: Member) -> None:
        self.members[member.screen] = member
        self._changed.add(member.screen)


def _differs(new_ms: float, old_ms: float) -> bool:
    """Say whether a round trip differs enough to tell everybody."""
    return abs(new_ms - old_ms) > max(RTT_STEP_MS, RTT_SHARE * old_ms) or (old_ms == 0.0) != (new_ms == 0.0)
