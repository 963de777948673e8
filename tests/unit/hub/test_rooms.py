"""A room decides by its own clock, tells each screen the newest only, and keeps no queue for a slow one."""

import asyncio
import itertools
from typing import Any

import msgspec
import pytest

from fakes.looped import looped
from sanping.domain.role import Role
from sanping.hub.room import TILES_LEAD_MS, Room
from sanping.hub.room_rules import Person, after_wish, refused_write, told
from sanping.hub.room_seat import Seat
from sanping.hub.rooms import Rooms
from sanping.stage.floor import FREE, LEASE_MS
from sanping.stage.floor import Floor as Lease
from sanping.wire.codec import from_hub
from sanping.wire.show import Floor, FloorState, FloorWish, Presence, Refused, Seen, Show, Shown


class Line:
    """A screen's transport: what was written to it, and bytes that it still holds."""

    def __init__(self) -> None:
        self.held = 0
        self.is_dropped = False
        self.data = b""

    def write(self, data: bytes) -> None:
        self.data += data

    def waiting(self) -> int:
        return self.held

    def drop(self) -> None:
        self.is_dropped = True

    def frames(self) -> list[Any]:
        """Return the messages that came, and forget them."""
        found, data, self.data = [], self.data, b""
        while data:
            head, size = 2, data[1]
            if size == 126:
                head, size = 4, int.from_bytes(data[2:4], "big")
            elif size == 127:
                head, size = 10, int.from_bytes(data[2:10], "big")
            found.append(from_hub(data[head : head + size]))
            data = data[head + size :]
        return found


class Clock:
    def __init__(self) -> None:
        self.now_ms = 1_000_000

    def __call__(self) -> int:
        return self.now_ms


def seat(name: str, window: int = 8, kind: str = "desk", role: Role = "admin") -> tuple[Seat, Line]:
    line = Line()
    found = Seat(
        screen=name, kind=kind, name="", role=role, window=window, write=line.write, waiting=line.waiting,
        drop=line.drop,
    )  # fmt: skip
    return found, line


def entered(room: Room, name: str, window: int = 8, kind: str = "desk") -> tuple[Seat, Line]:
    found, line = seat(name, window, kind)
    room.enter(found)
    room.subscribe(found, ["view", "presence"])
    return found, line


def style(value: str, fence: int, n: int = 0) -> Show:
    return Show(key="style", value=msgspec.Raw(msgspec.json.encode(value)), fence=fence, n=n)


def camera(heading_deg: int, fence: int) -> Show:
    pose = {"target": [0, 0, 0], "heading_deg": heading_deg, "pitch_deg": -30, "distance_m": 900, "fov_deg": 38}
    return Show(key="camera", value=msgspec.Raw(msgspec.json.encode(pose)), fence=fence)


def scene(value: str, fence: int) -> Show:
    return Show(key="scene", value=msgspec.Raw(msgspec.json.encode(value)), fence=fence)


def shown(line: Line) -> list[tuple[int, str, Any]]:
    return [
        (message.revision, message.key, msgspec.json.decode(message.value))
        for message in line.frames()
        if isinstance(message, Shown)
    ]


@looped
async def test_what_is_written_in_one_turn_goes_out_once_and_shared() -> None:
    # given a room in which a desk leads and a wall looks on
    room = Room("main")
    desk, _ = entered(room, "desk")
    _, wall = entered(room, "wall")
    room.wish(desk, Floor(wish="request"))
    wall.frames()

    # when the desk writes three times in one turn of the loop, then the same again
    for value in ("day", "night", "day"):
        assert room.write(desk, style(value, 1)) is None
    room.write(desk, scene("flood", 1))
    before = wall.data
    await asyncio.sleep(0)
    first = shown(wall)
    room.write(desk, style("day", 1))
    await asyncio.sleep(0)

    # then the newest goes out at the end of the turn, and what is shown already is not told again
    assert before == b""
    assert first == [(3, "style", "day"), (4, "scene", "flood")]
    assert shown(wall) == []
    room.close()


@looped
async def test_where_telling_everybody_takes_long_the_newest_is_told_and_nothing_queues(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # given a hub so busy that telling everybody takes ten seconds
    moments = itertools.count(0.0, 10.0)
    monkeypatch.setattr("sanping.hub.room.perf_counter", lambda: next(moments))
    room = Rooms().main
    desk, line = entered(room, "desk")
    room.wish(desk, Floor(wish="request"))
    room.write(desk, style("day", 1))
    await asyncio.sleep(0)
    first = shown(line)

    # when values come faster than they can be told, and its time to read has passed
    monkeypatch.setattr("sanping.hub.room.perf_counter", lambda: 20.0)
    for turn in range(6):
        room.write(desk, style(("night", "day")[turn % 2], 1))
        await asyncio.sleep(0)
    meanwhile = shown(line)
    waits = room._timers["values"]
    assert isinstance(waits, asyncio.TimerHandle)
    waits._run()
    waits.cancel()

    # then the first was told at once, and of the others the newest alone
    assert first == [(1, "style", "day")]
    assert meanwhile == []
    assert shown(line) == [(7, "style", "day")]


@looped
async def test_a_screen_without_credit_is_owed_the_newest_of_each_key_and_nothing_else() -> None:
    # given a phone that takes two values at a time
    room = Room("main")
    desk, _ = entered(room, "desk", window=64)
    phone, line = entered(room, "phone", window=2)
    room.wish(desk, Floor(wish="request"))

    # when twenty values are written and it has seen none
    for number in range(20):
        room.write(desk, style("day" if number % 2 else "night", 1))
        room.write(desk, scene(f"s{number}", 1))
        await asyncio.sleep(0)
    first = shown(line)
    on_way = len(phone.on_way)
    is_credit = room.seen(phone, Seen(revision=first[-1][0]))
    rest = shown(line)

    # then two were on their way, what it missed is told once, and a word that gives no credit is known as such
    assert [revision for revision, _, _ in first] == [1, 2]
    assert on_way == 2
    assert is_credit
    assert rest == [(39, "style", "day"), (40, "scene", "s19")]
    assert not room.seen(phone, Seen(revision=1))
    room.close()


@looped
async def test_who_joins_gets_all_at_once_whatever_its_window() -> None:
    # given a room with two values and a leader
    room = Room("main")
    desk, _ = entered(room, "desk")
    room.wish(desk, Floor(wish="request"))
    room.write(desk, style("day", 1))
    room.write(desk, scene("flood", 1))

    # when a phone of window one joins
    _, line = entered(room, "phone", window=1)
    messages = line.frames()

    # then it knows the show, who leads and who is there
    assert [message.key for message in messages if isinstance(message, Shown)] == ["style", "scene"]
    assert next(message for message in messages if isinstance(message, FloorState)).holder == "desk"
    everybody = next(message for message in messages if isinstance(message, Presence))
    assert everybody.is_all
    assert {member.screen for member in everybody.members} == {"desk", "phone"}
    room.close()


@looped
async def test_a_line_that_holds_bytes_is_passed_over_and_dropped_when_it_takes_none() -> None:
    # given a wall whose line is full
    clock = Clock()
    room = Room("main", clock=clock)
    desk, _ = entered(room, "desk")
    _, wall = entered(room, "wall")
    _, dead = entered(room, "dead")
    wall.frames()
    wall.held = dead.held = 5_000

    # when the floor and values change, and only the wall's line gets better
    room.wish(desk, Floor(wish="request"))
    for number in range(50):
        room.write(desk, scene(f"s{number}", 1))
        await asyncio.sleep(0)
    nothing = wall.data
    wall.held = 0
    await asyncio.sleep(0.05)
    clock.now_ms += 4_000
    room.wish(desk, Floor(wish="renew"))
    await asyncio.sleep(0.05)
    is_patient = not dead.is_dropped
    clock.now_ms += 2_000
    await asyncio.sleep(0.05)
    messages = wall.frames()

    # then nothing was written meanwhile, afterwards the newest only, and the dead one is dropped after a while
    assert nothing == b""
    assert [message.revision for message in messages if isinstance(message, Shown)] == [50]
    assert [message.holder for message in messages if isinstance(message, FloorState)] == ["desk"]
    assert is_patient
    assert dead.is_dropped
    room.close()


@looped
async def test_a_lease_that_runs_out_is_noticed_without_a_word_and_a_screen_may_come_back_within_it() -> None:
    # given a desk that leads and a phone that waits
    clock = Clock()
    rooms = Rooms(clock=clock)
    room = rooms.main
    desk, _ = entered(room, "desk")
    phone, line = entered(room, "phone", kind="phone")
    room.wish(desk, Floor(wish="request"))
    room.wish(phone, Floor(wish="request"))

    # when the desk's line breaks and it comes back within the lease, then says nothing for longer
    rooms.leave(room, desk)
    clock.now_ms += LEASE_MS // 2
    again, _ = entered(room, "desk")
    kept = room.write(again, style("day", 1))
    clock.now_ms += LEASE_MS
    rooms.time_passed()

    # then it still led, and afterwards the phone does; its late write does not count
    assert kept is None
    states = [message for message in line.frames() if isinstance(message, FloorState)]
    assert (states[-1].holder, states[-1].fence) == ("phone", 2)
    late = room.write(again, style("night", 1))
    assert late is not None
    assert late.code == "floor"
    await rooms.stop()


@looped
async def test_the_camera_is_told_ahead_only_while_tiles_hang_on_several_machines(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # given a desk that leads, and two tiles of a wall on one machine
    monkeypatch.setattr("sanping.hub.room.wall_ms", lambda: 1_000)
    room = Rooms().main
    desk, line = entered(room, "desk")
    tiles = [seat(f"wall-{n}", kind="wall")[0] for n in range(3)]
    for number, (tile, peer) in enumerate(zip(tiles, ("10.0.0.1", "10.0.0.1", "10.0.0.2"), strict=True)):
        tile.tile, tile.peer = f"{number + 1},1/3x1", peer
    room.enter(tiles[0])
    room.enter(tiles[1])
    room.wish(desk, Floor(wish="request"))

    # when it turns its camera, as well once a third tile hangs on another machine, and once that is gone
    at_ms = []
    for heading, (do, tile) in enumerate(((None, None), (room.enter, tiles[2]), (room.leave, tiles[2]))):
        if do is not None and tile is not None:
            do(tile)
        room.write(desk, camera(heading, 1))
        room.write(desk, style(f"{['day', 'night'][heading % 2]}", 1))
        await asyncio.sleep(0)
        at_ms += [(one.key, one.at_ms) for one in line.frames() if isinstance(one, Shown)]

    # then only the camera between is told ahead
    assert at_ms == [
        ("camera", 1_000), ("style", 1_000), ("camera", 1_000 + TILES_LEAD_MS), ("style", 1_000), ("camera", 1_000),
        ("style", 1_000),
    ]  # fmt: skip


@looped
async def test_a_screen_that_is_closed_gives_up_the_floor_at_once_unless_it_is_there_twice() -> None:
    # given a desk on two connections that leads, and a phone that waits
    room = Rooms().main
    desk, _ = entered(room, "desk")
    twin, _ = entered(room, "desk")
    phone, _ = entered(room, "phone", kind="phone")
    room.wish(desk, Floor(wish="request"))
    room.wish(phone, Floor(wish="request"))

    # when first one connection says good-bye, then the other
    room.take_leave(desk)
    kept = room.floor.holder
    room.leave(desk)
    room.take_leave(twin)

    # then the desk led as long as it was there
    assert (kept, room.floor.holder, room.floor.queue) == ("desk", "phone", ())


@looped
async def test_a_room_goes_with_its_last_screen_and_the_main_room_keeps_what_it_shows() -> None:
    # given two rooms with one screen each
    told_of: list[Shown] = []
    rooms = Rooms(told_of.append)
    main, other = rooms.enter("", seat("desk")[0]), rooms.enter("exercise", seat("wall")[0])
    assert isinstance(main, Room)
    assert isinstance(other, Room)
    for room in (main, other):
        found = next(iter(room.seats))
        room.wish(found, Floor(wish="request"))
        room.write(found, style("day", 1))

    # when both leave
    for room in (main, other):
        rooms.leave(room, next(iter(room.seats)))

    # then only the main room is left, with what it shows; only its values are told of
    assert len(rooms) == 1
    assert set(rooms.main.values) == {"style"}
    assert [value.by for value in told_of] == ["desk"]
    assert rooms.enter("exercise", seat("wall")[0]) is not other
    await rooms.stop()


def wished(floor: Lease, wish: FloorWish, by: Person, to: str = "") -> Lease | str:
    found = after_wish(floor, Floor(wish=wish, to=to), by, 1)
    if isinstance(found, Refused):
        assert found.error_zh
        return found.code
    return found


def test_each_role_may_do_about_the_floor_what_it_should() -> None:
    # given an operator's desk that leads, others of every kind, and a visitor's phone that asked
    desk, other = Person("desk", "desk", "operator"), Person("other", "desk", "operator")
    officer, wall = Person("officer", "desk", "duty_officer"), Person("wall", "wall", "viewer")
    phone = Person("phone", "phone", "viewer")
    led = wished(FREE, "request", desk)
    assert isinstance(led, Lease)
    asked = wished(led, "request", phone)
    assert isinstance(asked, Lease)
    locked = wished(led, "lock", desk)
    assert isinstance(locked, Lease)

    # when they wish what they may not
    refused = [
        wished(asked, "seize", other), wished(asked, "grant", other, "phone"), wished(asked, "revoke", phone),
        wished(asked, "lock", other), wished(asked, "renew", phone), wished(locked, "request", phone),
        wished(asked, "grant", desk, "stranger"),
    ]  # fmt: skip

    # then each is refused by its reason, and what they may is done
    assert refused == ["role", "role", "role", "floor", "floor", "locked", "value"]
    outcomes: list[tuple[Lease | str, str]] = [
        (wished(asked, "seize", wall), "wall"),
        (wished(locked, "seize", officer), "officer"),
        (wished(asked, "grant", desk, "phone"), "phone"),
        (wished(asked, "grant", officer, "phone"), "phone"),
        (wished(asked, "deny", desk, "phone"), "desk"),
        (wished(asked, "revoke", officer), ""),
        (wished(asked, "release", desk), ""),
        (wished(locked, "unlock", desk), "desk"),
    ]
    assert [floor.holder for floor, _ in outcomes if isinstance(floor, Lease)] == [holder for _, holder in outcomes]
    assert told(led, 1).left_ms == LEASE_MS
    assert refused_write(FREE, "desk", style("day", 0), 1) is not None
