"""Screens of plain frames in the rooms of a hub in this process: they come, lead and write."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import msgspec

from fakes.linked_hub import LinkedHub, Screen, asked, eventually
from sanping.domain.device import DeviceKind
from sanping.wire.show import Floor, Show

Asking = Callable[[LinkedHub, list[Screen]], Awaitable[None]]


def with_hub(folder: Path, ask: Asking, alarms: int = 0) -> None:
    """Run a hub, ask it, and stop it and the screens that were made."""
    asyncio.run(asked(LinkedHub(folder, alarms), ask))


async def joined(hub: LinkedHub, screens: list[Screen], name: str, **how: object) -> Screen:
    screen = Screen(name, **how)  # type: ignore[arg-type]
    screens.append(screen)
    await screen.join(hub.address)
    await eventually(lambda: screen.mirror.show.members)
    return screen


async def let_in(hub: LinkedHub, screens: list[Screen], kind: DeviceKind) -> Screen:
    """Let a device in and have it come, saying that it is a wall called desk."""
    gate = hub.hub.gate
    assert gate is not None
    device, token = gate.enrolled(kind, kind)
    screen = Screen("desk", kind="wall")
    screens.append(screen)
    await screen.join(hub.address, token=token)
    await eventually(lambda: screen.mirror.show.members)
    assert screen.mirror.show.me == device.id
    return screen


async def leading(screen: Screen) -> int:
    """Take the floor and return its fence."""
    await screen.say(Floor(wish="request"))
    await eventually(lambda: screen.mirror.show.is_leading)
    return screen.mirror.show.floor.fence


def write(key: str, value: object, fence: int, n: int = 1) -> Show:
    return Show(key=key, value=msgspec.Raw(msgspec.json.encode(value)), fence=fence, n=n)  # type: ignore[arg-type]


CAMERA = {"target": [1.0, 2.0, 3.0], "heading_deg": 10.0, "pitch_deg": -30.0, "distance_m": 500.0, "fov_deg": 38.0}
