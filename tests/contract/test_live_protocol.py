"""What the hub promises linked screens, over real sockets: one leads, all show the same, nobody waits."""

import asyncio
import time
from pathlib import Path

import msgspec

from fakes.linked_hub import NOW_MS, LinkedHub, Screen, eventually
from fakes.linked_rooms import CAMERA, joined, leading, let_in, with_hub, write
from sanping.client.link import HubLink
from sanping.wire.messages import Bye, Command, Ping, Welcome
from sanping.wire.show import Floor, Here, Refused


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
