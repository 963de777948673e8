"""What the hub promises linked screens, over real sockets: one leads, all show the same, nobody waits."""

import asyncio
import itertools
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import msgspec
import pytest

from fakes.linked_hub import NOW_MS, LinkedHub, Screen, eventually
from sanping.client.link import HubLink, LinkStatus
from sanping.domain.device import DeviceKind
from sanping.hub import web_live
from sanping.hub.room import TILES_LEAD_MS
from sanping.wire.messages import Bye, Command, Ping, Pong, Welcome
from sanping.wire.show import Floor, Here, Refused, Show

Asking = Callable[[LinkedHub, list[Screen]], Awaitable[None]]


def with_hub(folder: Path, ask: Asking, alarms: int = 0) -> None:
    """Run a hub, ask it, and stop it and the screens that were made."""

    async def ran() -> None:
        hub = LinkedHub(folder, alarms)
        await hub.start()
        screens: list[Screen] = []
        try:
            await ask(hub, screens)
        finally:
            for screen in screens:
                await screen.drop()
            await hub.stop()

    asyncio.run(ran())


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


def test_what_the_leader_writes_all_show_and_who_joins_later_too(tmp_path: Path) -> None:
    async def ask(hub: LinkedHub, screens: list[Screen]) -> None:
        # given a desk that leads and a wall
        desk, wall = await joined(hub, screens, "desk"), await joined(hub, screens, "wall", kind="wall")
        fence = await leading(desk)

        # when it writes, and a phone comes later
        await desk.say(write("camera", CAMERA, fence), write("style", "day", fence, 2))
        await eventually(lambda: wall.mirror.show.revision == 2 and desk.mirror.show.revision == 2)
        phone = await joined(hub, screens, "phone", kind="phone", window=1)
        await eventually(lambda: phone.mirror.show.revision == 2)

        # then all three show the same, know who leads and who is there
        assert desk.mirror.show.values == wall.mirror.show.values == phone.mirror.show.values
        assert msgspec.json.decode(wall.mirror.show.values["camera"].value) == CAMERA
        assert wall.mirror.show.values["camera"].by == "desk"
        assert phone.mirror.show.floor.holder == "desk"
        await eventually(lambda: set(desk.mirror.show.members) == {"desk", "wall", "phone"})
        assert desk.mirror.show.members["wall"].kind == "wall"

    with_hub(tmp_path, ask)


def test_who_does_not_lead_is_refused_in_words_and_counted(tmp_path: Path) -> None:
    async def ask(hub: LinkedHub, screens: list[Screen]) -> None:
        # given a desk that leads, and another
        desk, other = await joined(hub, screens, "desk"), await joined(hub, screens, "other")
        fence = await leading(desk)

        # when the other writes, and the leader writes late, nonsense, and too much
        found = []
        for screen, show in (
            (other, write("style", "day", fence, 7)),
            (desk, write("style", "day", fence - 1, 8)),
            (desk, write("style", "dusk", fence, 9)),
            (desk, write("scene", "x" * 20_000, fence, 10)),
        ):
            await screen.say(show)
            await eventually(lambda screen=screen, n=show.n: (it := screen.mirror.show.refused) and it.n == n)
            refused = screen.mirror.show.refused
            assert refused is not None
            assert refused.error_zh
            assert refused.error_en
            found.append(refused.code)

        # then each hears why, nothing is shown, and the hub has counted them
        assert found == ["floor", "fence", "value", "size"]
        assert desk.mirror.show.values == {}
        assert hub.hub.rooms.refusals == {"show:floor": 1, "show:fence": 1, "show:value": 1, "show:size": 1}

    with_hub(tmp_path, ask)


def test_the_wall_takes_the_floor_and_a_late_write_of_the_desk_does_not_count(tmp_path: Path) -> None:
    async def ask(hub: LinkedHub, screens: list[Screen]) -> None:
        # given a desk that leads
        desk, wall = await joined(hub, screens, "desk"), await joined(hub, screens, "wall", kind="wall")
        fence = await leading(desk)

        # when the wall takes the floor, and the desk writes with its old fence
        await wall.say(Floor(wish="seize"))
        await eventually(lambda: desk.mirror.show.floor.holder == "wall")
        await desk.say(write("style", "day", fence))
        await eventually(lambda: desk.mirror.show.refused)

        # then it is refused, and waits in the queue once it asks
        assert wall.mirror.show.values == {}
        await desk.say(Floor(wish="request"))
        await eventually(lambda: wall.mirror.show.floor.queue == ("desk",))
        await wall.say(Floor(wish="grant", to="desk"))
        await eventually(lambda: desk.mirror.show.is_leading)

    with_hub(tmp_path, ask)


def test_rooms_do_not_hear_of_one_another_and_there_are_not_too_many(tmp_path: Path) -> None:
    async def ask(hub: LinkedHub, screens: list[Screen]) -> None:
        # given two rooms
        here, there = await joined(hub, screens, "here"), await joined(hub, screens, "there", room="exercise")
        await here.say(write("style", "day", await leading(here)))
        await eventually(lambda: here.mirror.show.values)

        # when the hub is full of rooms, and one leaves
        for number in range(62):
            await joined(hub, screens, f"s{number}", room=f"room {number}")
        stranger = Screen("stranger", room="one more")
        screens.append(stranger)
        await stranger.join(hub.address)
        await eventually(lambda: stranger.last(Bye))
        await there.drop()
        await eventually(lambda: len(hub.hub.rooms) == 63)

        # then each saw its own only, and the one too many was told why
        assert there.mirror.show.values == {}
        assert set(here.mirror.show.members) == {"here"}
        refused = stranger.last(Refused)
        assert isinstance(refused, Refused)
        assert refused.code == "room"

    with_hub(tmp_path, ask)


def test_an_object_that_changed_in_between_is_a_visible_conflict(tmp_path: Path) -> None:
    async def ask(hub: LinkedHub, screens: list[Screen]) -> None:
        # given two screens that see the same alarm
        one, two = await joined(hub, screens, "one"), await joined(hub, screens, "two")
        await eventually(lambda: one.mirror.state.alarms and two.mirror.state.alarms)
        seen = one.mirror.seq

        # when both deal with it, each by what it has seen, and one sends its wish twice
        first = Command(op="op-first-1", action="alarm.acknowledge", arguments={"alarm": "alarm-0"}, if_seq=seen, n=1)
        await one.say(first)
        await eventually(lambda: "op-first-1" in one.acks)
        late = Command(op="op-late-22", action="alarm.close", arguments={"alarm": "alarm-0"}, if_seq=seen, n=1)
        await two.say(late)
        await eventually(lambda: "op-late-22" in two.acks)
        await one.say(first)
        other = Command(op="op-other-3", action="alarm.close", arguments={"alarm": "alarm-1"}, if_seq=seen, n=2)
        await two.say(other)
        await eventually(lambda: "op-other-3" in two.acks)

        # then the second is a conflict in words, another alarm is none, and the repeated wish was done once
        assert one.acks["op-first-1"].ok
        assert two.acks["op-late-22"].is_conflict
        assert "“高”" in two.acks["op-late-22"].error_zh
        assert two.acks["op-other-3"].ok
        assert two.mirror.state.alarms["alarm-0"].state == "acknowledged"
        assert hub.hub.log.seq == 2

    with_hub(tmp_path, ask, alarms=2)


def test_a_screen_that_stops_reading_holds_up_nobody_and_ends_equal(tmp_path: Path) -> None:
    async def ask(hub: LinkedHub, screens: list[Screen]) -> None:
        # given a desk that leads, a wall, and a phone that stops reading
        desk, wall = await joined(hub, screens, "desk"), await joined(hub, screens, "wall", kind="wall")
        phone = await joined(hub, screens, "phone", kind="phone", window=2)
        fence = await leading(desk)
        phone.is_reading.clear()

        # when the camera turns three hundred times
        for n in range(300):
            await desk.say(write("camera", {**CAMERA, "heading_deg": n}, fence, n))
        await eventually(lambda: wall.mirror.show.revision == 300)
        seat = next(seat for seat in hub.hub.rooms.main.seats if seat.screen == "phone")
        on_way = len(seat.on_way)
        before = len(phone.heard)
        phone.is_reading.set()
        await eventually(lambda: phone.mirror.show.revision == 300)

        # then the phone was owed no more than its window, and skipped what was overtaken
        assert on_way <= 2
        assert len(phone.heard) - before < 20
        assert phone.mirror.show.values == wall.mirror.show.values

    with_hub(tmp_path, ask)


def test_a_link_shares_leads_and_measures_through_the_hub(tmp_path: Path) -> None:
    async def ask(hub: LinkedHub, screens: list[Screen]) -> None:
        # given a link as the desk has it, and a wall
        wall = await joined(hub, screens, "wall", kind="wall")
        told = []
        link = HubLink(hub.where, screen="desk", kind="desk", on_show=told.append, name="中屏")
        link.start()
        try:
            await eventually(lambda: link.show.is_linked)

            # when it asks for the floor and shares at once, and says how it is there
            link.here(follows=False, width_px=800, height_px=600)
            link.floor("request")
            link.share("style", "day")
            await eventually(lambda: wall.mirror.show.values)
            await eventually(lambda: link.show.rtt_ms and "desk" in wall.mirror.show.members)
            await eventually(lambda: not wall.mirror.show.members["desk"].follows)

            # then the wall shows it, and both know each other
            assert wall.mirror.show.values["style"].value == b'"day"'
            assert wall.mirror.show.members["desk"].name == "中屏"
            assert link.show.is_leading
            assert link.show.values == wall.mirror.show.values
            assert told[-1] is link.show
            assert abs(link.show.clock_ahead_ms) < 1000
        finally:
            await asyncio.to_thread(link.close)

    with_hub(tmp_path, ask)


def test_a_device_is_called_by_its_own_name_and_pings_are_answered(tmp_path: Path) -> None:
    async def ask(hub: LinkedHub, screens: list[Screen]) -> None:
        # given a screen that wished something before
        desk = await joined(hub, screens, "desk")
        await desk.say(Command(op="op-known-1", action="source.restart", arguments={"source": "x"}, n=41))
        await eventually(lambda: desk.acks)

        # when it comes again, and gives a sign of life
        await desk.drop()
        await desk.join(hub.address)
        await eventually(lambda: desk.mirror.show.members)
        await desk.say(Here(follows=False), Ping(sent_ms=5))
        await eventually(lambda: not desk.mirror.show.members["desk"].follows)

        # then the hub tells it who it is and how far it has counted
        welcome = desk.last(Welcome)
        assert isinstance(welcome, Welcome)
        assert (welcome.screen, welcome.n, welcome.role, welcome.room) == ("desk", 41, "admin", "main")

    with_hub(tmp_path, ask)


def test_a_device_is_what_it_was_let_in_as_whatever_it_says(tmp_path: Path) -> None:
    async def ask(hub: LinkedHub, screens: list[Screen]) -> None:
        # given a desk that leads, a phone that says it is a wall called desk, and a true wall
        desk = await joined(hub, screens, "desk")
        fence = await leading(desk)
        phone, wall = await let_in(hub, screens, "phone"), await let_in(hub, screens, "wall")

        # when the phone writes for the desk, and wants to seize the floor, then asks for it
        await phone.say(write("style", "day", fence, 5))
        await eventually(lambda: phone.mirror.show.refused)
        first = phone.mirror.show.refused
        await phone.say(Floor(wish="seize"), Floor(wish="request"))
        await eventually(lambda: desk.mirror.show.floor.queue == (phone.mirror.show.me,))
        second = phone.mirror.show.refused

        # then it is refused both times and waits; the wall may seize; a role that is given is seen by all
        assert first is not None
        assert second is not None
        assert (first.code, second.code) == ("floor", "role")
        await wall.say(Floor(wish="seize"))
        await eventually(lambda: desk.mirror.show.floor.holder == wall.mirror.show.me)
        gate = hub.hub.gate
        assert gate is not None
        known = gate.devices.given(phone.mirror.show.me, "operator", "li", NOW_MS, time.monotonic_ns() // 1_000_000)
        hub.hub.device_changed(known)
        await eventually(lambda: known.id in desk.mirror.show.members)
        await eventually(lambda: desk.mirror.show.members[known.id].role == "operator")

    with_hub(tmp_path, ask)


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
