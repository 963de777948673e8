"""Two hubs of one site: screens at either see one another and one city, and nothing they wish is lost or doubled."""

import asyncio
import time
from io import BytesIO
from pathlib import Path
from typing import Any

import aiohttp
import msgspec

from fakes.governed_hub import PNG, REPORT
from fakes.governed_hub import done as wished
from fakes.linked_hub import TOKEN, Bye, Screen, alarm, eventually
from fakes.linked_rooms import CAMERA, leading, write
from fakes.relayed_hub import SITE, TwoHubs, with_two
from fakes.small_river import NOON_MS, reading
from sanping.client.questions import Questions
from sanping.wire.messages import Command, Readings
from sanping.wire.same_site import LIVE, Live, said, subject
from sanping.wire.show import Refused

STALE_WITHIN_S = 3.0
LINKED_WITHIN_S = 1.0


def values_of(screen: Screen) -> list[float | None]:
    told = screen.last(Readings)
    return [row.value for row in told.rows] if isinstance(told, Readings) else []


def camera_of(screen: Screen) -> Any:
    shown = screen.mirror.show.values.get("camera")
    return None if shown is None else msgspec.json.decode(shown.value)


def test_screens_at_two_hubs_are_linked_in_one_session(tmp_path: Path) -> None:
    async def play(two: TwoHubs) -> None:
        wall = await two.screen("wall", is_relayed=False)
        desk = await two.screen("desk", is_relayed=True)
        await eventually(lambda: {"wall", "desk"} <= set(wall.mirror.show.members) & set(desk.mirror.show.members))

        assert (wall.mirror.state.relay, desk.mirror.state.relay) == ("", "hub-2")
        began_s = time.monotonic()
        fence = await leading(desk)
        await desk.say(write("camera", CAMERA, fence))
        await eventually(lambda: camera_of(wall) == CAMERA and camera_of(desk) == CAMERA)
        assert time.monotonic() - began_s < LINKED_WITHIN_S

        await wall.say(write("layers", ["x"], fence))  # it does not lead
        await eventually(lambda: wall.last(Refused))
        await desk.say(write("camera", CAMERA, fence - 1))  # of a lease that is over
        await eventually(lambda: desk.last(Refused))
        await desk.drop()
        await eventually(lambda: "desk" not in wall.mirror.show.members)

    with_two(tmp_path, play)


def test_a_screen_that_joins_a_relay_late_sees_all_that_is_known(tmp_path: Path) -> None:
    async def play(two: TwoHubs) -> None:
        owner = two.owner.hub
        owner.ledger.submit([reading("up", "water_level", 1.5)], lambda: None)
        owner.publish([alarm(1)])
        first = await two.screen("first", is_relayed=True)
        await eventually(lambda: first.last(Readings) and "alarm-1" in first.mirror.state.alarms)
        owner.publish([alarm(2)])
        await eventually(lambda: "alarm-2" in first.mirror.state.alarms)
        late = await two.screen("late", is_relayed=True)
        await eventually(lambda: {"alarm-1", "alarm-2"} <= set(late.mirror.state.alarms))
        assert late.mirror.seq == first.mirror.seq == owner.log.seq
        await eventually(lambda: late.last(Readings))
        owner.ledger.submit([reading("up", "water_level", 2.5, NOON_MS + 1)], lambda: None)
        await eventually(lambda: values_of(late) == [2.5])

    with_two(tmp_path, play)


def test_what_is_wished_at_a_relay_is_answered_once_the_owner_has_it(tmp_path: Path) -> None:
    async def play(two: TwoHubs) -> None:
        at_owner = await two.screen("wall", is_relayed=False)
        at_relay = await two.screen("desk", is_relayed=True)
        ack = await wished(at_relay, "case.report", REPORT)
        assert ack.ok, ack.error_en
        assert [case.id for case in two.owner.book.cases()] == [ack.about]
        await eventually(lambda: ack.about in at_owner.mirror.state.cases and ack.about in at_relay.mirror.state.cases)
        refused = await wished(at_relay, "case.step", {"case": ack.about, "step": "no-such-step"})
        assert not refused.ok
        assert refused.error_zh

    with_two(tmp_path, play)


def test_a_cut_line_is_seen_within_three_seconds_and_loses_nothing(tmp_path: Path) -> None:
    async def play(two: TwoHubs) -> None:
        desk = await two.screen("desk", is_relayed=True)
        assert two.exchange is not None
        two.exchange.is_cut = True
        began_s = time.monotonic()
        op = await desk.wish("case.report", REPORT)
        await eventually(lambda: desk.is_lost)
        assert time.monotonic() - began_s < STALE_WITHIN_S
        assert isinstance(desk.heard[-1], Bye)
        assert op not in desk.acks
        assert await status_of(two, "GET", "/health") == 503
        again = Screen("other")
        two.screens.append(again)
        await again.join(two.relay.address)
        await eventually(lambda: again.is_lost)  # nobody is let in to what is old

        two.exchange.is_cut = False
        await eventually(lambda: two.relay.hub.link.is_linked)
        await desk.drop()
        await desk.join(two.relay.address)
        await eventually(lambda: op in desk.acks)
        assert desk.acks[op].ok, desk.acks[op].error_en
        await desk.drop()
        await desk.join(two.owner.address)  # it goes on at another hub of the site, where the op is known
        desk.acks.clear()
        await desk.say(Command(op=op, action="case.report", arguments=REPORT, n=1))
        await eventually(lambda: op in desk.acks)
        assert len(two.owner.book.cases()) == 1

    with_two(tmp_path, play)


def test_requests_are_answered_by_the_owner_whatever_their_size(tmp_path: Path) -> None:
    async def play(two: TwoHubs) -> None:
        assert await status_of(two, "GET", "/health") == 200
        assert await status_of(two, "GET", "/cases/none") == 400
        assert await status_of(two, "POST", "/photos?moment=after", PNG + bytes(1_500_000)) == 200
        answer = await answer_of(two, "POST", "/codes")
        assert answer["addresses"] == list(two.relay.hub.addresses)
        await two.screen("desk", is_relayed=True)
        hubs = {hub["name"]: hub for hub in await answer_of(two, "GET", "/hubs")}
        assert (hubs["hub-1"]["part"], hubs["hub-2"]["part"], hubs["hub-2"]["screens"]) == ("owner", "relay", 1)
        assert [name for name, hub in hubs.items() if hub.get("is_here")] == ["hub-2"]  # whoever was asked says so
        questions = Questions(lambda: (two.relay.address, TOKEN))  # as a desk asks, in MessagePack
        told = await asyncio.to_thread(questions.ask, "/hubs", {})
        assert [hub["name"] for hub in told if hub.get("is_here")] == ["hub-2"]
        here = [line.name for line in two.owner.hub.others() if line.is_here]
        assert here == ["hub-1"]
        began_ms = hubs["hub-1"]["since_ms"]
        assert 0 < began_ms <= hubs["hub-2"]["since_ms"]
        await eventually(lambda: two.owner.hub.others()[1].lag_ms is not None)

    with_two(tmp_path, play)


def test_a_device_comes_in_at_a_relay_and_is_out_when_it_is_revoked(tmp_path: Path) -> None:
    async def play(two: TwoHubs) -> None:
        device, token = two.owner.device("operator")
        phone = await two.screen("phone", is_relayed=True, token=token)
        assert phone.mirror.show.me == device
        gate = two.owner.hub.gate
        assert gate is not None
        two.owner.hub.device_changed(gate.devices.revoked(device))
        await eventually(lambda: phone.is_lost)
        stranger = Screen("stranger")
        two.screens.append(stranger)
        await stranger.join(two.relay.address, token="nobody's")
        await eventually(lambda: stranger.is_lost)
        assert isinstance(stranger.heard[-1], Bye)
        assert stranger.heard[-1].reason == "token"

    with_two(tmp_path, play)


def test_screens_of_a_relay_come_back_when_the_owner_was_started_again(tmp_path: Path) -> None:
    async def play(two: TwoHubs) -> None:
        desk = await two.screen("desk", is_relayed=True)
        ack = await wished(desk, "case.report", REPORT)
        epoch = two.relay.hub.epoch
        await two.owner.killed()
        await eventually(lambda: desk.is_lost)
        await two.owner.start()
        await eventually(lambda: two.relay.hub.link.is_linked and two.relay.hub.epoch != epoch)
        await desk.drop()
        await desk.join(two.relay.address)
        await eventually(lambda: ack.about in desk.mirror.state.cases)

    with_two(tmp_path, play)


def test_an_owner_that_hears_another_of_its_site_gives_way(tmp_path: Path) -> None:
    async def play(two: TwoHubs) -> None:
        given_way: list[bool] = []
        two.owner.owner.contest.give_way = lambda: given_way.append(True)
        await two.screen("desk", is_relayed=True)
        assert not given_way  # its own words are no other's
        for number in range(40):  # an owner of books of its own, whose name goes before any epoch
            await two.owner.bus.publish(subject(LIVE, SITE), said(Live(epoch="!", n=number)))
            await asyncio.sleep(0.1)
            if given_way:
                return
        raise AssertionError("it did not give way")

    with_two(tmp_path, play)


async def asked_at_relay(two: TwoHubs, method: str, path: str, body: bytes = b"") -> tuple[int, bytes]:
    url = f"{two.relay.address}/api/v1{path}"
    async with (
        aiohttp.ClientSession(headers={"Authorization": f"Bearer {TOKEN}"}) as session,
        session.request(method, url, data=BytesIO(body)) as answer,
    ):
        return answer.status, await answer.read()


async def status_of(two: TwoHubs, method: str, path: str, body: bytes = b"") -> int:
    return (await asked_at_relay(two, method, path, body))[0]


async def answer_of(two: TwoHubs, method: str, path: str) -> Any:
    return msgspec.json.decode((await asked_at_relay(two, method, path))[1])
