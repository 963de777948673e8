"""REST for pairing and logging in: codes, devices, and who one is."""

import msgspec

from sanping.domain.device import Device, Identity
from sanping.domain.errors import NotAllowed
from sanping.domain.role import Role
from sanping.domain.text import Text
from sanping.hub.core import Hub
from sanping.hub.endpoint import Asked, Endpoint, body_of
from sanping.hub.gate import NO_GATE, Gate, check_role

LARGEST_BODY = 2_048
DESK_ROLE: Role = "operator"  # who may open a locked desk
UNLOCKING = Text("解锁坐席", "Unlock the desk")


class _Pair(msgspec.Struct, frozen=True):
    code: str
    name: str = ""


class _LogIn(msgspec.Struct, frozen=True):
    name: str
    password: str


def gate_of(hub: Hub) -> Gate:
    """Return the way into a hub. Raises `NotAllowed` when it has none."""
    if hub.gate is None:
        raise NotAllowed(NO_GATE)
    return hub.gate


async def _pair(hub: Hub, asked: Asked) -> object:
    wish = body_of(asked, _Pair)
    try:
        device, token = gate_of(hub).paired(wish.code, wish.name, asked.peer)
    except NotAllowed:
        hub.audited("pair.refused", asked.peer)
        raise
    hub.audited("pair", f"{device.id} {asked.peer}")
    hub.device_changed(device)
    return {"device": device.id, "token": token, "role": device.role, "until_ms": device.until_ms}


async def _code(hub: Hub, asked: Asked) -> object:
    offer, until_ms = gate_of(hub).offered(asked.by)
    return {"code": offer.code, "until_ms": until_ms, "addresses": list(hub.addresses)}


async def _devices(hub: Hub, _: Asked) -> object:
    return list(gate_of(hub).devices.book.values())


async def _me(hub: Hub, asked: Asked) -> object:
    known = gate_of(hub).devices.book.get(asked.by.device) if asked.by.device else None
    about = Device(id="", name="", kind="desk", role="admin") if known is None else known
    return {**msgspec.to_builtins(about), "role": asked.by.role, "has_people": gate_of(hub).has_people()}


async def _log_in(hub: Hub, asked: Asked) -> object:
    wish = body_of(asked, _LogIn)
    try:
        device = await gate_of(hub).logged_in(asked.by, wish.name, wish.password, asked.peer)
    except NotAllowed:
        hub.audited("login.refused", f"{wish.name[:40]} {asked.peer}")
        raise
    hub.audited("login", f"{device.user} {device.id} {asked.peer}")
    hub.device_changed(device)
    return {"role": device.role, "role_until_ms": device.role_until_ms, "user": device.user}


async def _unlock(hub: Hub, asked: Asked) -> object:
    """Open a desk that locked itself: who asks says again who he is, and must be one who may use a desk."""
    wish = body_of(asked, _LogIn)
    try:
        user = await gate_of(hub).proved(asked.by, wish.name, wish.password, asked.peer)
        check_role(Identity(role=user.role), DESK_ROLE, UNLOCKING)
    except NotAllowed:
        hub.audited("unlock.refused", f"{wish.name[:40]} {asked.peer}")
        raise
    hub.audited("unlock", f"{user.name} {asked.by.device or 'desk'} {asked.peer}")
    return {"user": user.name, "role": user.role}


GATE_ENDPOINTS = (
    Endpoint(
        method="POST",
        path="/pair",
        title=Text("用配对码登记设备", "Pair a device by its code"),
        run=_pair,
        is_open=True,
        most_bytes=LARGEST_BODY,
    ),
    Endpoint(
        method="POST",
        path="/codes",
        title=Text("生成配对码（60 秒，一次）", "Make a pairing code: 60 seconds, once"),
        run=_code,
        least="operator",
        most_bytes=LARGEST_BODY,
    ),
    Endpoint(method="GET", path="/devices", title=Text("设备清单", "Devices"), run=_devices, least="duty_officer"),
    Endpoint(method="GET", path="/me", title=Text("我是谁", "Who I am"), run=_me),
    Endpoint(
        method="POST",
        path="/login",
        title=Text("在设备上登录", "Log in on a device"),
        run=_log_in,
        most_bytes=LARGEST_BODY,
    ),
    Endpoint(method="POST", path="/unlock", title=UNLOCKING, run=_unlock, least=DESK_ROLE, most_bytes=LARGEST_BODY),
)
