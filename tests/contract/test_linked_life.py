"""How screens come and go, keep the hub's time, and what one is told that says too much; over real sockets."""

import asyncio
import itertools
import time
from pathlib import Path

import pytest

from fakes.linked_hub import NOW_MS, LinkedHub, Screen, eventually
from fakes.linked_rooms import CAMERA, joined, leading, let_in, with_hub, write
from sanping.client.link import HubLink, LinkStatus
from sanping.hub import web_live
from sanping.hub.room import TILES_LEAD_MS
from sanping.wire.messages import Ping, Pong
from sanping.wire.show import Floor, Here, Refused


def test_a_screen_that_is_closed_or_revoked_gives_up_the_floor_at_once(tmp_path: Path) -> None:
    async def ask(hub: LinkedHub, screens: list[Screen]) -> None:
        # given a room in which no lease runs out: a desk leads by its link, the phone of an operator waits
        hub.hub.rooms.main._clock = lambda: 1
        wall = await joined(hub, screens, "wall", kind="wall")
        link = HubLink(hub.where, screen="desk", kind="desk")
        link.start()
        await eventually(lambda: link.show.is_linked)
        link.floor("request")
        await eventually(lambda: link.show.is_leading)
        phone = await let_in(hub, screens, "phone")
        gate = hub.hub.gate
        assert gate is not None
        hub.hub.device_changed(
            gate.devices.given(phone.mirror.show.me, "operator", "li", NOW_MS, time.monotonic_ns() // 1_000_000)
        )
        await phone.say(Floor(wish="request"))
        await eventually(lambda: wall.mirror.show.floor.queue)

        # when the desk shares a last value and is closed, and later the phone is revoked
        link.share("style", "day")
        await asyncio.to_thread(link.close)
        await eventually(lambda: wall.mirror.show.floor.holder == phone.mirror.show.me)
        hub.hub.device_changed(gate.devices.revoked(phone.mirror.show.me))
        await eventually(lambda: not wall.mirror.show.floor.holder)

        # then nobody waited for a lease, and the last value was shown
        assert wall.mirror.show.values["style"].value == b'"day"'
        await eventually(lambda: "desk" not in wall.mirror.show.members)
        assert wall.mirror.show.floor.fence == 2

    with_hub(tmp_path, ask)


def test_the_hubs_clock_is_known_by_its_quickest_answer_and_not_by_a_welcome_that_came_late(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given a hub whose clock is an hour ahead, and whose welcome lies about for three seconds
    times = itertools.chain([-3_000], itertools.repeat(0))
    monkeypatch.setattr(web_live, "_now_ms", lambda: time.time_ns() // 1_000_000 + 3_600_000 + next(times))

    async def ask(hub: LinkedHub, screens: list[Screen]) -> None:
        link = HubLink(hub.where, screen="desk", kind="desk", on_status=told.append)
        link.start()
        try:
            # when a screen links and its pings are answered
            await eventually(lambda: told and abs(told[-1].clock_ahead_ms - 3_600_000) < 1_000)

            # then it was told at first by the welcome, and better as soon as it was measured
            assert told[0].clock_ahead_ms < 3_598_000
            assert abs(link.show.clock_ahead_ms - 3_600_000) < 1_000
        finally:
            await asyncio.to_thread(link.close)

    told: list[LinkStatus] = []
    with_hub(tmp_path, ask)


def test_tiles_on_two_machines_are_told_the_camera_ahead_of_its_time(tmp_path: Path) -> None:
    async def ask(hub: LinkedHub, screens: list[Screen]) -> None:
        # given a desk that leads, and two tiles of a wall that come from two machines
        desk = await joined(hub, screens, "desk")
        tiles = [
            await joined(hub, screens, f"wall-{n}", kind="wall", tile=f"{n},1/2x1", own=f"127.0.0.{n}") for n in (1, 2)
        ]
        fence = await leading(desk)

        # when the camera turns
        before_ms = time.time_ns() // 1_000_000
        await desk.say(write("camera", CAMERA, fence, 1), write("style", "day", fence, 2))
        await eventually(lambda: all(tile.mirror.show.revision == 2 for tile in tiles))

        # then all are to present it at one and the same moment a little later
        told = {tile.mirror.show.values["camera"].at_ms for tile in tiles}
        (at_ms,) = told
        style_ms = tiles[0].mirror.show.values["style"].at_ms
        assert at_ms >= before_ms + TILES_LEAD_MS
        assert at_ms - style_ms <= TILES_LEAD_MS

    with_hub(tmp_path, ask)


def test_a_screen_that_floods_is_told_once_in_words_and_all_is_counted(tmp_path: Path) -> None:
    async def ask(hub: LinkedHub, screens: list[Screen]) -> None:
        # given a screen that floods the hub with what it knows and what it does not, and another
        flood, calm = await joined(hub, screens, "flood"), await joined(hub, screens, "calm")
        for n in range(50):
            await flood.say(Ping(sent_ms=n), Here(follows=bool(n % 2)))
        counts = hub.hub.rooms.refusals

        # when it is read more slowly than it speaks
        await eventually(lambda: counts["ping:pace"] + counts["here:pace"] >= 6)
        await eventually(lambda: flood.mirror.show.refused)
        told = [one for one in flood.heard if isinstance(one, Refused)]

        # then it was told why, seldom, and the other is answered as ever
        assert {one.code for one in told} == {"pace"}
        assert "20" in told[0].error_zh
        assert len(told) < counts["ping:pace"] + counts["here:pace"]
        await calm.say(Ping(sent_ms=7))
        await eventually(lambda: isinstance(calm.last(Pong), Pong))
        assert calm.mirror.show.refused is None

    with_hub(tmp_path, ask)
