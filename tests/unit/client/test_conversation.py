"""A conversation says hello with its token, what is due, and good-bye when it is cut short."""

import asyncio

import aiohttp
from aiohttp import web

from fakes.looped import looped
from sanping.client.conversation import Conversation
from sanping.wire.codec import encoded, from_screen
from sanping.wire.messages import PROTOCOL, Bye, Command, FromHub, Hello, Subscribe, Welcome
from sanping.wire.show import Floor, FloorState, Show

WELCOME = Welcome(epoch="e1", seq=0, server_ms=0, twin="town", is_simulated=True, role="operator", screen="desk")
HELLO = Hello(protocol=PROTOCOL, screen="desk", kind="desk", token="", window=4)


class OneLine:
    """A hub that answers a hello with what it is given, and keeps what it hears."""

    def __init__(self, *answers: FromHub) -> None:
        self.heard: list[object] = []
        self._answers = answers

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        async for arrived in socket:
            message = from_screen(str(arrived.data).encode())
            self.heard.append(message)
            if isinstance(message, Subscribe):
                for answer in self._answers:
                    await socket.send_str(encoded(answer).decode())
        return socket


@looped
async def test_what_is_said_last_still_reaches_the_hub_when_the_screen_is_closed() -> None:
    # given a screen that leads
    hub = OneLine(WELCOME, FloorState(holder="desk", fence=3))
    application = web.Application()
    application.router.add_get("/live", hub.serve)
    runner = web.AppRunner(application)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    welcomed = asyncio.Event()
    talk = Conversation(HELLO, ("view",), lambda show: show.is_leading and welcomed.set(), lambda: None)

    # when it wishes something and shares a value, and is closed in the same moment
    async with aiohttp.ClientSession() as session:
        socket = await session.ws_connect(f"http://127.0.0.1:{port}/live", decode_text=False)
        holding = asyncio.create_task(talk.hold(socket, "t0ken"))
        await asyncio.wait_for(welcomed.wait(), 20.0)
        op, _ = talk.pending.wish("alarm.acknowledge", {"alarm": "a"}, 5)
        talk.say_command(op)
        talk.voice.share("style", "day")
        holding.cancel()
        await asyncio.wait((holding,))
        await socket.close()
    await runner.cleanup()
    talk.lost()

    # then the hub has heard who it is, both, and good-bye at the very end
    hello, last = hub.heard[0], hub.heard[-1]
    assert isinstance(hello, Hello)
    assert (hello.token, hello.screen, hello.resume) == ("t0ken", "desk", None)
    assert isinstance(last, Bye)
    assert last.reason == "closed"
    commands = [one for one in hub.heard if isinstance(one, Command)]
    assert [(one.op, one.n, one.if_seq) for one in commands] == [(op, 1, 5)]
    assert [(one.key, one.fence) for one in hub.heard if isinstance(one, Show)] == [("style", 3)]
    assert not any(isinstance(one, Floor) for one in hub.heard)
    assert not talk.mirror.show.is_linked
