"""The devices of one hub: who a token belongs to, who asks for more, and who is out. Writes through to its book.

A life is counted twice, by the clock of the day and by one that only goes forward: setting the clock neither lengthens
a life nor ends one early within a run of the hub.
"""

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from sanping.domain.device import OWNER, Device, DeviceKind, Identity
from sanping.domain.errors import InputError
from sanping.domain.label import NO_CLEARANCES, Clearing
from sanping.domain.role import ROLES, TITLES, Role, is_at_least
from sanping.domain.text import Text
from sanping.ports.device_book import DeviceBook

HOUR_MS = 3_600_000
LIVES_MS: Mapping[DeviceKind, int] = MappingProxyType(
    {"phone": 12 * HOUR_MS, "wall": 90 * 24 * HOUR_MS, "desk": 90 * 24 * HOUR_MS, "kiosk": 90 * 24 * HOUR_MS}
)
SHIFT_MS = 8 * HOUR_MS
MOST_DEVICES = 2_000
TOKEN_BYTES = 32

_UNKNOWN = Text("没有这台设备；它可能已被移除", "There is no such device; it may have been removed")
_NO_WISH = Text(
    "该设备没有申请角色；请让对方先在手机上申请", "The device asks for no role; let it be asked for there first"
)
_NO_MATCH = Text(
    "核对码不一致；请比对两块屏幕上的四位数字", "The digits differ; compare the four digits on both screens"
)
_NO_ROLE = Text("没有“{role}”这个角色", "There is no role {role}")
_TOO_HIGH = Text(
    "不能授予高于自己的角色（{role}）；请由更高角色批准",
    "You cannot give a role above your own ({role}); let somebody of that role approve",
)
_FULL = Text("登记的设备太多；请先移除不用的设备", "Too many devices are known; remove some first")


class DeviceDesk:
    """All devices by id. `now_ms` handed in is the time of day, `tick_ms` a monotonic clock; both in milliseconds."""

    def __init__(self, book: DeviceBook, now_ms: int, tick_ms: int, clearances: Clearing = NO_CLEARANCES) -> None:
        self.book: dict[str, Device] = {}
        self._clearances = clearances
        self._store = book
        self._by_token: dict[bytes, str] = {}
        self._deadlines: dict[str, int] = {}
        self._role_deadlines: dict[str, int] = {}
        for device, token in book.devices():
            self.book[device.id] = device
            self._by_token[token] = device.id
            self._count_down(device, now_ms, tick_ms)

    def admitted(self, name: str, kind: DeviceKind, now_ms: int, tick_ms: int) -> tuple[Device, str]:
        """Let a new device in as a viewer; return it and its token, which is nowhere kept. Raises `InputError`."""
        self._forget_old(tick_ms)
        if len(self.book) >= MOST_DEVICES:
            raise InputError(_FULL)
        token = secrets.token_hex(TOKEN_BYTES)
        device = Device(
            id=f"{kind}-{secrets.token_hex(6)}",
            name=name.strip()[:40] or kind,
            kind=kind,
            since_ms=now_ms,
            until_ms=now_ms + LIVES_MS[kind],
            seen_ms=now_ms,
        )
        self._store.keep(device, _hash(token))
        self.book[device.id] = device
        self._by_token[_hash(token)] = device.id
        self._count_down(device, now_ms, tick_ms)
        return device, token

    def who(self, token: str, tick_ms: int) -> Identity | None:
        """Return whose token it is; None for one that is unknown, revoked or over."""
        id = self._by_token.get(_hash(token))
        return None if id is None else self.identity(id, tick_ms)

    def identity(self, id: str, tick_ms: int) -> Identity | None:
        """Return what a device may do at this moment; None when it is out."""
        if not id:
            return OWNER
        device = self.book.get(id)
        if device is None or device.is_revoked or tick_ms >= self._deadlines[id]:
            return None
        role = device.role if tick_ms < self._role_deadlines[id] else "viewer"
        user = device.user if role == device.role else ""  # whose shift is over is nobody in particular
        clearance = self._clearances.of(device.kind, role, user, id)
        return Identity(device=id, name=device.name, user=device.user, role=role, clearance=clearance)

    def asked(self, id: str, role: str) -> Device:
        """Note that a device asks for a role. Raises `InputError`."""
        wish = _role(role)
        match = f"{secrets.randbelow(10_000):04d}"
        return self._kept(replace(self.known(id), asked=wish, match=match))

    def approved(  # noqa: PLR0913  who lets in whom as what, and when
        self, id: str, match: str, by: Identity, now_ms: int, tick_ms: int, *, role: str = ""
    ) -> Device:
        """Give a device the role it asked for, or another, for one shift. Raises `InputError`."""
        device = self.known(id)
        if device.asked is None:
            raise InputError(_NO_WISH)
        if not secrets.compare_digest(device.match.encode(), match.encode()):
            raise InputError(_NO_MATCH)
        given = _given_by(by, role or device.asked)
        return self.given(id, given, "", now_ms, tick_ms)

    def moved(self, id: str, role: str, by: Identity, now_ms: int, tick_ms: int) -> Device:
        """Give a device that was let in another role for one shift; its own again changes nothing. Raises `InputError`.

        Nobody changes a device whose role is above their own.
        """
        device, wanted = self.known(id), _given_by(by, role)
        held = device.role if tick_ms < self._role_deadlines[id] else "viewer"
        _given_by(by, held)
        return device if wanted == held else self.given(id, wanted, device.user, now_ms, tick_ms)

    def given(self, id: str, role: Role, user: str, now_ms: int, tick_ms: int) -> Device:
        """Give a device a role for one shift. Raises `InputError`."""
        until_ms = now_ms + SHIFT_MS
        device = replace(self.known(id), role=role, role_until_ms=until_ms, user=user, asked=None, match="")
        self._kept(device)
        self._count_down(device, now_ms, tick_ms)
        return device

    def placed(self, id: str, department: str, areas: tuple[str, ...], person: str = "") -> Device:
        """Say for which department and areas a device works, or who of the table holds it. Raises `InputError`."""
        return self._kept(replace(self.known(id), department=department, areas=areas, person=person))

    def declined(self, id: str) -> Device:
        """Do not give a device what it asked for. Raises `InputError`."""
        return self._kept(replace(self.known(id), asked=None, match=""))

    def logged_out(self, id: str) -> Device:
        """Make a device a viewer again. Raises `InputError`."""
        self._role_deadlines[id] = 0
        return self._kept(replace(self.known(id), role="viewer", role_until_ms=0, user="", asked=None, match=""))

    def revoked(self, id: str) -> Device:
        """Let a device in no more. Raises `InputError`."""
        return self._kept(replace(self.known(id), is_revoked=True, asked=None, match=""))

    def seen(self, id: str, now_ms: int) -> None:
        """Note that a device is there; kept the next time something of it changes."""
        device = self.book.get(id)
        if device is not None:
            self.book[id] = replace(device, seen_ms=now_ms)

    def known(self, id: str) -> Device:
        """Return a device that was let in. Raises `InputError`."""
        device = self.book.get(id)
        if device is None or device.is_revoked:
            raise InputError(_UNKNOWN)
        return device

    def _kept(self, device: Device) -> Device:
        self._store.keep(device)
        self.book[device.id] = device
        return device

    def _count_down(self, device: Device, now_ms: int, tick_ms: int) -> None:
        life = min(device.until_ms - now_ms, LIVES_MS[device.kind])
        self._deadlines[device.id] = tick_ms + life
        self._role_deadlines[device.id] = tick_ms + min(device.role_until_ms - now_ms, SHIFT_MS)

    def _forget_old(self, tick_ms: int) -> None:
        """Drop from memory what is out, oldest first, when there are many."""
        if len(self.book) < MOST_DEVICES:
            return
        out = {id for id, device in self.book.items() if device.is_revoked or tick_ms >= self._deadlines[id]}
        self.book = {id: device for id, device in self.book.items() if id not in out}
        self._by_token = {token: id for token, id in self._by_token.items() if id not in out}


def _role(word: str) -> Role:
    for role in ROLES:
        if role == word:
            return role
    raise InputError(_NO_ROLE.with_values(role=word[:40]))


def _given_by(by: Identity, role: str) -> Role:
    """Return a role that somebody may give: none above their own. Raises `InputError`."""
    wanted = _role(role)
    if not is_at_least(by.role, wanted):
        raise InputError(_TOO_HIGH.with_values(role=TITLES[wanted]))
    return wanted


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
