"""Several screens at one hub: a slow one delays nobody, and what one does with an alarm all see."""

import asyncio
import os
import socket
import time
import uuid
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import aiohttp
import pytest

from fakes.small_hub import Device, RunningHub, now_ms, running_hub, until, write_twin
from sanping.client.link import HubLink
from sanping.client.questions import Questions
from sanping.hub.spare_port import free_port
from sanping.wire.codec import encoded, from_hub
from sanping.wire.messages import PROTOCOL, Ack, Bye, Change, Command, Hello, Resume, Snapshot, Subscribe, Welcome

PORT = free_port()
STATIONS = 2000
DECIDING_LAG_MS = 8000
RULE = """
[[rules]]
id = "high"
title = { zh = "水位超警戒", en = "Level over warning" }
kind = "above"
colour = "orange"
quantity = "water_level"
limit = 3.0
"""


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[RunningHub]:
    twin = write_twin(tmp_path / "town", {"gauges": PORT}, STATIONS, RULE)
    with running_hub(twin, tmp_path / "data") as hub:
        yield hub


@pytest.fixture
def link(hub: RunningHub) -> Iterator[HubLink]:
    link = HubLink(hub.where, screen="desk", kind="desk")
    link.start()
    until(lambda: link.state.is_linked and "gauges" in link.state.sources)
    yield link
    link.close()


@pytest.fixture
def device() -> Iterator[Device]:
    with closing(Device(PORT)) as device:
        yield device


def slow_screen(hub: RunningHub) -> socket.socket:
    """Shake hands by hand and subscribe to everything, with the smallest buffer that the system gives."""
    host, _, port = hub.address.removeprefix("http://").partition(":")
    link = socket.socket()
    link.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    link.connect((host, int(port)))
    link.sendall(
        f"GET /live HTTP/1.1\r\nHost: {host}:{port}\r\nOrigin: {hub.address}\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n".encode()
    )
    for message in (
        Hello(protocol=PROTOCOL, screen="slow", kind="phone", token=hub.token),
        Subscribe(topics=("all", "log")),
    ):
        body, mask = encoded(message), os.urandom(4)
        assert len(body) < 65536
        head = bytes([0x81, 0x80 | 126]) + len(body).to_bytes(2, "big") + mask
        link.sendall(head + bytes(byte ^ mask[place % 4] for place, byte in enumerate(body)))
    return link


def test_a_screen_that_reads_a_byte_a_second_delays_nobody_and_is_dropped(
    hub: RunningHub, link: HubLink, device: Device
) -> None:
    # given a usual screen, and one that takes almost nothing
    slow = slow_screen(hub)
    slow.recv(1)

    # when all stations report again and again
    lags, number = [], 0
    deadline = time.monotonic() + 60
    while Questions(hub.where).ask("/health", {})["screens"] == 2 and time.monotonic() < deadline:
        number += 1
        sent_ms = now_ms()
        for station in range(1, STATIONS + 1):
            device.report(station, f"A{station}", sent_ms, water_level=1.0 + number % 10 / 10, velocity=0.5)
        device.acknowledged([STATIONS])
        device.forget()
        until(
            lambda sent_ms=sent_ms: (
                (shown := link.state.reading(f"S{STATIONS}", "velocity")) is not None and shown.event_ms == sent_ms
            )
        )
        lags.append(now_ms() - sent_ms)
        slow.recv(1)

    # then the usual screen is as quick as ever, and the slow one is gone before long
    assert Questions(hub.where).ask("/health", {})["screens"] == 1
    assert max(lags) < DECIDING_LAG_MS, lags
    slow.close()


def test_an_alarm_is_raised_acknowledged_by_one_screen_and_seen_by_another(
    hub: RunningHub, link: HubLink, device: Device
) -> None:
    # given two screens and a level over its limit
    wall = HubLink(hub.where, screen="wall", kind="wall")
    wall.start()
    device.report(1, "A1", now_ms(), water_level=3.4)
    until(lambda: wall.state.alarms and link.state.alarms)
    (alarm,) = link.state.alarms.values()
    assert (alarm.state, alarm.station, alarm.value) == ("active", "S1", 3.4)

    # when the desk acknowledges it, then tries it again, and the hub is killed and started again
    first = link.command("alarm.acknowledge", {"alarm": alarm.id})
    until(lambda: wall.state.alarms[alarm.id].state == "acknowledged")
    again = link.command("alarm.acknowledge", {"alarm": alarm.id})
    unknown = link.command("alarm.acknowledge", {"alarm": "none"})
    odd = link.command("city.destroy")
    hub.killed()
    hub.started_again()
    until(lambda: wall.state.is_linked)

    # then the wall sees it, only the first counted, the others are told why not, and it is kept
    assert first.ok
    assert first.seq > 0
    assert not again.ok
    assert all(answer.error_zh and answer.error_en for answer in (again, unknown, odd))
    assert wall.state.alarms[alarm.id].acknowledged_by == "desk"
    kept = Questions(hub.where).ask("/alarms", {})
    assert [(entry["id"], entry["state"]) for entry in kept] == [(alarm.id, "acknowledged")]

    # and it is closed when the level falls, though the hub that raised it is gone
    with closing(Device(PORT)) as later:
        later.report(1, "A1", now_ms(), water_level=2.0)
        until(lambda: wall.state.alarms[alarm.id].state == "closed")
    wall.close()


def test_a_group_of_alarms_is_acknowledged_with_one_command_and_once(
    hub: RunningHub, link: HubLink, device: Device
) -> None:
    # given three stations over the limit, on the desk and the wall
    wall = HubLink(hub.where, screen="wall", kind="wall")
    wall.start()
    for station in (1, 2, 3):
        device.report(station, f"A{station}", now_ms(), water_level=3.4)
    until(lambda: len(wall.state.alarms) == 3 and len(link.state.alarms) == 3)
    group = sorted(link.state.alarms)

    # when the desk acknowledges one and then all, the wall all again, and somebody a group that is none
    link.command("alarm.acknowledge", {"alarm": group[0]})
    whole = link.command("alarm.acknowledge", {"alarms": group})
    until(lambda: all(alarm.state == "acknowledged" for alarm in wall.state.alarms.values()))
    again = wall.command("alarm.acknowledge", {"alarms": group})
    odd = [link.command("alarm.acknowledge", {"alarms": names}) for names in ([], "all", [7], ["none"], ["x"] * 5001)]

    # then every screen hears of each alarm, the second time changes nothing, and what is no group is refused
    assert (whole.ok, again.ok, again.seq) == (True, True, whole.seq)
    assert {alarm.acknowledged_by for alarm in link.state.alarms.values()} == {"desk"}
    assert not any(answer.ok for answer in odd)
    assert all(answer.error_zh and answer.error_en for answer in odd)

    # and each alarm has events of its own, with which the hub begins again
    hub.killed()
    hub.started_again()
    until(lambda: wall.state.is_linked)
    kept = Questions(hub.where).ask("/alarms", {})
    assert sorted((entry["id"], entry["state"]) for entry in kept) == [(name, "acknowledged") for name in group]
    wall.close()


def test_a_screen_that_comes_back_hears_what_it_missed_and_a_command_is_done_once(
    hub: RunningHub, link: HubLink, device: Device
) -> None:
    # given an alarm, and what a screen knew before it went away
    device.report(1, "A1", now_ms(), water_level=3.4)
    until(lambda: link.state.alarms)
    (alarm,) = link.state.alarms
    op = str(uuid.uuid4())

    async def visit(resume: Resume | None) -> list[object]:
        """Connect, send the command, and return what is heard until its answer."""
        heard: list[object] = []
        async with (
            aiohttp.ClientSession() as session,
            session.ws_connect(f"{hub.address}/live", origin=hub.address, decode_text=False) as screen,
        ):
            for message in (
                Hello(protocol=PROTOCOL, screen="phone", kind="phone", token=hub.token, resume=resume),
                Subscribe(topics=("log",)),
                Command(op=op, action="alarm.acknowledge", arguments={"alarm": alarm}),
            ):
                await screen.send_frame(encoded(message), aiohttp.WSMsgType.TEXT)
            while not (any(isinstance(message, Ack) for message in heard) and len(heard) >= 3):
                heard.append(from_hub((await screen.receive(10)).data))
        return heard

    # when it comes with nothing, then with its place in this life, then with a place of another life
    fresh = asyncio.run(visit(None))
    welcome = next(message for message in fresh if isinstance(message, Welcome))
    snapshot = next(message for message in fresh if isinstance(message, Snapshot))
    missed = asyncio.run(visit(Resume(epoch=welcome.epoch, seq=snapshot.seq - 1)))
    foreign = asyncio.run(visit(Resume(epoch="another", seq=1)))

    # then it hears a snapshot, the changes since, a snapshot; and each time the same answer to the same command
    changes = [message.seq for message in missed if isinstance(message, Change)]
    assert changes
    assert changes[0] == snapshot.seq
    assert not any(isinstance(message, Snapshot) for message in missed)
    assert any(isinstance(message, Snapshot) for message in foreign)
    answers = [message for visit_ in (fresh, missed, foreign) for message in visit_ if isinstance(message, Ack)]
    assert len(answers) == 3
    assert all(answer == answers[0] for answer in answers)
    assert answers[0].ok


def test_a_screen_that_talks_nonsense_is_sent_away(hub: RunningHub) -> None:
    # given screens that say too much, no JSON, bytes, or nothing the hub knows
    async def visit(*frames: bytes) -> object:
        async with (
            aiohttp.ClientSession() as session,
            session.ws_connect(f"{hub.address}/live", origin=hub.address, decode_text=False) as screen,
        ):
            hello = Hello(protocol=PROTOCOL, screen="odd", kind="phone", token=hub.token)
            await screen.send_frame(encoded(hello), aiohttp.WSMsgType.TEXT)
            for frame in frames:
                await screen.send_frame(frame, aiohttp.WSMsgType.TEXT)
            while True:
                arrived = await screen.receive(10)
                if arrived.type is not aiohttp.WSMsgType.TEXT:
                    return arrived.type
                message = from_hub(arrived.data)
                if not isinstance(message, Welcome):
                    return message

    # when they talk
    nonsense = asyncio.run(visit(b"{", b"{", b"{"))
    huge = asyncio.run(visit(b" " * 70_000))
    newer = asyncio.run(visit(b'{"type":"floor"}', b'{"type":"ping","sent_ms":7}'))

    # then the first two are sent away, and what is merely unknown is passed over
    assert nonsense == Bye(reason="broken")
    assert huge is aiohttp.WSMsgType.CLOSE
    assert getattr(newer, "sent_ms", None) == 7
    assert Questions(hub.where).is_healthy()
