"""What strangers can try at the hub's port: silence, slowness, floods, odd questions; screens go on meanwhile."""

import asyncio
import contextlib
import random
import socket
import string
from collections.abc import Awaitable, Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import aiohttp
import pytest

from fakes.journal_history import JournalHistory
from fakes.small_river import gauge, small_river
from sanping.domain.text import Text
from sanping.hub import doorkeeper, web, web_live
from sanping.hub.access import MOST_SOCKETS
from sanping.hub.core import Hub
from sanping.hub.doorkeeper import BESIDE_SCREENS, FIRST_WORD_S, MOST_CONNECTIONS_PER_PEER, Doorkeeper
from sanping.hub.manifests import Installed
from sanping.hub.plan import HubPlan
from sanping.hub.web import Web
from sanping.hub.web_api import ENDPOINTS
from sanping.hub.web_page import BASE
from sanping.storage.event_log import SqliteEventLog
from sanping.wire.codec import encoded, from_hub
from sanping.wire.messages import PROTOCOL, Bye, Hello, Ping, Pong, Welcome

TOKEN = "t0ken"
STRANGER = "127.0.0.2"  # a loopback address that is not this machine's own screens
QUESTIONS = 400


def at_the_door(folder: Path, visit: Callable[[str, int], Awaitable[Any]]) -> Any:
    """Run a hub without sources and let somebody come to its port."""

    async def ran() -> Any:
        title = Text("城", "Town")
        plan = HubPlan(
            name="town", title=title, live=small_river(gauge("up", 0.0)), adapters=Installed(manifests={}),
            is_trusted=True,
        )  # fmt: skip
        hub = Hub(plan, JournalHistory(folder), SqliteEventLog(folder))
        door = Web(hub, TOKEN)
        port = await door.start("127.0.0.1", 0)
        await hub.start()
        try:
            return await visit(f"http://127.0.0.1:{port}", port)
        finally:
            await door.stop()
            await hub.stop()

    return asyncio.run(ran())


class Held:
    """A connection as the server lists it."""

    def __init__(self, peer: str) -> None:
        self.transport = SimpleNamespace(get_extra_info=lambda _: (peer, 1), abort=lambda: None)


def test_silence_ends_after_ten_seconds_and_talk_does_not() -> None:
    # given a connection that has made a request, and one that says nothing
    keeper = Doorkeeper()
    spoken, silent = Held("127.0.0.1"), Held("127.0.0.1")
    keeper.heard(SimpleNamespace(protocol=spoken))  # type: ignore[arg-type]

    # when time passes
    soon = [keeper.unwanted([spoken, silent], 0.0), keeper.unwanted([spoken, silent], FIRST_WORD_S)]
    later = keeper.unwanted([spoken, silent], FIRST_WORD_S + 0.1)

    # then only the silent one is cut
    assert soon == [[], []]
    assert later == [silent]


def test_a_peer_that_opens_too_many_loses_the_newest_and_the_own_machine_does_not() -> None:
    # given a peer that opens one connection after another, and as many screens of this machine
    keeper = Doorkeeper()
    foreign = [Held("10.0.0.9") for _ in range(MOST_CONNECTIONS_PER_PEER + 3)]
    own = [Held("127.0.0.1") for _ in range(MOST_CONNECTIONS_PER_PEER + 3)]
    for number in range(len(foreign)):
        keeper.unwanted(foreign[: number + 1], number / 1000)

    # when the door is looked at
    cut = keeper.unwanted([*reversed(foreign), *own], 1.0)

    # then the newest three of the peer go
    assert cut == foreign[-3:]


def test_a_flood_from_everywhere_cuts_the_newest_that_said_nothing() -> None:
    # given a screen, and more strangers than the door holds, each with an address of its own
    keeper = Doorkeeper()
    screen = Held("127.0.0.1")
    keeper.heard(SimpleNamespace(protocol=screen))  # type: ignore[arg-type]
    flood = [Held(f"10.0.{n // 250}.{n % 250}") for n in range(MOST_SOCKETS + BESIDE_SCREENS + 9)]
    for number in range(len(flood)):
        keeper.unwanted([screen, *flood[: number + 1]], number / 1000)

    # when the door is looked at
    cut = keeper.unwanted([*flood, screen], 1.0)

    # then there is room again, and the screen stays
    assert cut == flood[-10:]


def test_sockets_that_say_nothing_or_dribble_are_cut_while_a_screen_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given a door with little patience, a screen, silent sockets of a stranger, and one that dribbles a request
    monkeypatch.setattr(doorkeeper, "FIRST_WORD_S", 0.6)
    monkeypatch.setattr(web, "BODY_WITHIN_S", 0.3)

    async def visit(address: str, port: int) -> tuple[int, bytes, bool, int]:
        strangers = []
        for _ in range(MOST_CONNECTIONS_PER_PEER + 10):
            each = socket.create_connection(("127.0.0.1", port), source_address=(STRANGER, 0))
            each.setblocking(False)
            strangers.append(each)
        strangers[0].send(b"GET / HT")
        async with (
            aiohttp.ClientSession() as session,
            session.ws_connect(f"{address}/live", origin=address, decode_text=False) as screen,
        ):
            await say(screen, Hello(protocol=PROTOCOL, screen="s", kind="wall", token=TOKEN))
            await asyncio.sleep(1.6)
            cut = sum(is_cut(each) for each in strangers)
            slow = await dribbled(port)
            await say(screen, Ping(sent_ms=7))
            heard = [from_hub((await screen.receive(5)).data) for _ in range(2)]
        for each in strangers:
            each.close()
        return cut, slow, isinstance(heard[0], Welcome), heard[1].sent_ms  # type: ignore[union-attr]

    # when time passes
    cut, slow, is_welcome, pong = at_the_door(tmp_path, visit)

    # then all strangers are gone, a body that does not come is not waited for, and the screen is heard and answered
    assert cut == MOST_CONNECTIONS_PER_PEER + 10
    assert b" 408 " in slow.splitlines()[0]
    assert is_welcome
    assert pong == 7


def is_cut(link: socket.socket) -> bool:
    try:
        return link.recv(100) == b""
    except BlockingIOError:
        return False
    except OSError:
        return True


async def say(screen: aiohttp.ClientWebSocketResponse[Any], message: Hello | Ping) -> None:
    await screen.send_frame(encoded(message), aiohttp.WSMsgType.TEXT)


async def dribbled(port: int) -> bytes:
    """Announce a body that never comes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(
        f"POST {BASE}/adapters/trial/test HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Bearer {TOKEN}\r\n"
        "Content-Length: 100\r\n\r\n{".encode()
    )
    answer = await asyncio.wait_for(reader.read(1000), 5)
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()
    return answer


def test_a_screen_that_does_not_greet_is_sent_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # given a hub that waits half a second for the first word
    monkeypatch.setattr(web_live, "HELLO_WITHIN_S", 0.5)

    async def visit(address: str, _: int) -> list[object]:
        async with (
            aiohttp.ClientSession() as session,
            session.ws_connect(f"{address}/live", origin=address, decode_text=False, compress=15) as screen,
        ):
            agreed = screen.compress
            bye = from_hub((await screen.receive(5)).data)
            return [agreed, bye, (await screen.receive(5)).type]

    # when a screen that offers compression says nothing
    agreed, bye, end = at_the_door(tmp_path, visit)

    # then nothing is compressed, and it hears why it goes
    assert not agreed
    assert bye == Bye(reason="hello")
    assert end is aiohttp.WSMsgType.CLOSE


def test_a_compressed_frame_is_no_way_in(tmp_path: Path) -> None:
    # given a screen that compresses although nobody agreed to it: a bomb would be a frame like this
    async def visit(address: str, _: int) -> list[object]:
        async with (
            aiohttp.ClientSession() as session,
            session.ws_connect(f"{address}/live", origin=address, decode_text=False) as screen,
        ):
            await say(screen, Hello(protocol=PROTOCOL, screen="s", kind="wall", token=TOKEN))
            first = from_hub((await screen.receive(5)).data)
            await screen.send_frame(b"\0" * 60_000, aiohttp.WSMsgType.TEXT, compress=15)
            return [first, (await screen.receive(5)).type]

    # when it sends one
    first, end = at_the_door(tmp_path, visit)

    # then the connection ends
    assert isinstance(first, Welcome)
    assert end in (aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED)


def test_no_question_whatever_is_answered_by_a_fault(tmp_path: Path) -> None:
    # given odd values for every parameter
    chance = random.Random(7)
    odd = [
        "", "0", "-1", "1e999", str(10**30), "NaN", "null", "' OR 1=1 --", "\0", "水" * 500, "../../etc/passwd",
        "%2e%2e", "raw", "up", "water_level", "[]", "{}", "a,b,,c", "1790000000000", "<script>", "=1+1",
    ]  # fmt: skip
    odd += ["".join(chance.choices(string.printable, k=20)) for _ in range(20)]
    names = sorted({name for endpoint in ENDPOINTS for name in endpoint.parameters})

    async def visit(address: str, _: int) -> set[int]:
        statuses = set()
        async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {TOKEN}"}) as session:
            for _ in range(QUESTIONS):
                endpoint = chance.choice(ENDPOINTS)
                parameters = {name: chance.choice(odd) for name in chance.sample(names, chance.randint(0, 4))}
                path = endpoint.path.replace("{name}", chance.choice(["cap", "..%2f..", "%00"]))
                body = chance.choice([b"", b"{", b"[]", b'{"settings":1}', b"\xff", b"[" * 5000])
                data = body if endpoint.method == "POST" else None
                async with session.request(
                    endpoint.method, f"{address}{BASE}{path}", params=parameters, data=data
                ) as answer:
                    if answer.status >= 500:
                        pytest.fail(f"{answer.status} {endpoint.path} {parameters} {body!r}")
                    statuses.add(answer.status)
        return statuses

    # when they are asked
    statuses = at_the_door(tmp_path, visit)

    # then each gets an answer or a reason
    assert {200, 400} <= statuses <= {200, 400, 403, 404, 413}


def test_nobody_is_let_in_before_the_hub_remembers_its_earlier_life(tmp_path: Path) -> None:
    async def visited() -> list[int]:
        # given a hub whose port is open and whose alarms are not recalled yet
        title = Text("城", "Town")
        plan = HubPlan(name="town", title=title, live=small_river(), adapters=Installed(manifests={}))
        hub = Hub(plan, JournalHistory(tmp_path), SqliteEventLog(tmp_path))
        door = Web(hub, TOKEN)
        address = f"http://127.0.0.1:{await door.start('127.0.0.1', 0)}"
        found = []
        async with aiohttp.ClientSession(headers={"Origin": address}) as session:
            # when somebody comes before and after
            for _ in range(2):
                for path in ("/live", f"{BASE}/health"):
                    async with session.get(f"{address}{path}") as answer:
                        found.append(answer.status)
                if not hub.is_ready:
                    await hub.start()
        await door.stop()
        await hub.stop()
        return found

    # then they are asked to come again, and let in later
    assert asyncio.run(visited()) == [503, 503, 400, 200]


def test_a_token_in_an_address_is_no_token(tmp_path: Path) -> None:
    # given a visitor who writes the right token where it could be read by others
    async def visit(address: str, _: int) -> list[int]:
        found = []
        async with aiohttp.ClientSession() as session:
            for path in (f"?token={TOKEN}", f"?access_token={TOKEN}", f"?Authorization=Bearer%20{TOKEN}"):
                async with session.get(f"{address}{BASE}/latest{path}") as answer:
                    found.append(answer.status)
            async with session.get(f"{address}{BASE}/latest", cookies={"token": TOKEN}) as answer:
                found.append(answer.status)
        return found

    # when the hub is asked
    # then it answers nothing
    assert at_the_door(tmp_path, visit) == [401] * 4


def test_a_screen_that_talks_without_pause_is_heard_at_its_pace(tmp_path: Path) -> None:
    # given a screen that says a hundred things at once
    async def visit(address: str, _: int) -> list[int]:
        async with (
            aiohttp.ClientSession() as session,
            session.ws_connect(f"{address}/live", origin=address, decode_text=False) as screen,
        ):
            await say(screen, Hello(protocol=PROTOCOL, screen="s", kind="wall", token=TOKEN))
            for number in range(100):
                await say(screen, Ping(sent_ms=number))
            heard = []
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(1.0):
                    while True:
                        message = from_hub((await screen.receive()).data)
                        if isinstance(message, Pong):
                            heard.append(message.sent_ms)
            return heard

    # when it is listened to for a second
    heard = at_the_door(tmp_path, visit)

    # then a burst and twenty a second were answered, in order, and the rest waits
    assert heard == list(range(len(heard)))
    assert 60 <= len(heard) < 95
