"""A whole hub without sources in this process, on a real port, that can be killed and started again on its folder."""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import aiohttp

from fakes.journal_history import JournalHistory
from fakes.small_river import gauge, small_river
from sanping.client.mirror import Mirror
from sanping.client.pending import Pending
from sanping.domain.alarm import Alarm
from sanping.domain.text import Text
from sanping.hub.core import Hub
from sanping.hub.event_keeper import alarm_row
from sanping.hub.gate import Gate
from sanping.hub.manifests import Installed
from sanping.hub.plan import HubPlan
from sanping.hub.web import Web
from sanping.storage.device_book import SqliteDeviceBook
from sanping.storage.event_log import SqliteEventLog
from sanping.wire.codec import encoded
from sanping.wire.messages import (
    PROTOCOL,
    Ack,
    Bye,
    FromHub,
    FromScreen,
    Hello,
    Pong,
    Readings,
    Ready,
    Subscribe,
    Welcome,
)
from sanping.wire.show import Seen, Shown

TOKEN = "t0ken"
PATIENCE_S = 20.0
NOW_MS = time.time_ns() // 1_000_000


def alarm(number: int) -> Alarm:
    return Alarm(
        id=f"alarm-{number}", rule="high", station="up", quantity="water_level", colour="orange", state="active",
        title_zh="高", title_en="High", raised_ms=NOW_MS, changed_ms=NOW_MS,
    )  # fmt: skip


class LinkedHub:
    """The hub of a small twin; `alarms` are those of an earlier life."""

    def __init__(self, folder: Path, alarms: int = 0) -> None:
        self.folder = folder
        self.alarms = alarms
        self.port = 0

    async def start(self) -> None:
        history, log = JournalHistory(self.folder), SqliteEventLog(self.folder)
        if not self.port and self.alarms:
            log.append([alarm_row(alarm(number)) for number in range(self.alarms)])
        plan = HubPlan(
            name="town", title=Text("城", "Town"), live=small_river(gauge("up", 0.0)),
            adapters=Installed(manifests={}), is_trusted=True, gate=Gate(SqliteDeviceBook(self.folder)),
        )  # fmt: skip
        self.hub = Hub(plan, history, log)
        self.web = Web(self.hub, TOKEN)
        await self.hub.start()
        self.port = await self.web.start("127.0.0.1", self.port)

    async def stop(self) -> None:
        await self.web.stop()
        await self.hub.stop()

    async def killed(self) -> None:
        """End as a killed process does: lines are cut without a word, and what is not committed is lost."""
        runner, hub = self.web._runner, self.hub
        assert runner is not None
        assert runner.server is not None
        for connection in runner.server.connections:
            if connection.transport is not None:
                connection.transport.abort()
        hub.events._thread.shutdown(wait=True, cancel_futures=True)
        hub.events._log.close()
        await runner.cleanup()
        for task in (self.web._watching, self.web._looking, hub._ticking):
            if task is not None:
                task.cancel()
        await hub.rooms.stop()
        await hub.supervisor.stop()
        await hub.ledger.close(0.0)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def where(self) -> tuple[str, str]:
        """Return address and token as a link asks for them."""
        return self.address, TOKEN


AHub = TypeVar("AHub", bound=LinkedHub)


class Screen:
    """A screen of plain frames: a mirror, and what was answered. It reads only while it is told to."""

    def __init__(  # noqa: PLR0913  how a screen presents itself, and where it is
        self,
        name: str,
        kind: str = "desk",
        room: str = "main",
        window: int = 8,
        *,
        tile: str = "",
        own: str = "127.0.0.1",
    ) -> None:
        self.tile, self.own = tile, own
        self.name, self.kind, self.room, self.window = name, kind, room, window
        self.mirror = Mirror(name)
        self.pending = Pending()
        self.acks: dict[str, Ack] = {}
        self.heard: list[FromHub] = []
        self.is_reading = asyncio.Event()
        self.is_reading.set()
        self.is_lost = True
        self._session: aiohttp.ClientSession | None = None
        self._reading: asyncio.Task[None] | None = None

    async def join(
        self, address: str, topics: tuple[str, ...] = ("all", "log", "view", "presence"), token: str = TOKEN
    ) -> None:
        self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(local_addr=(self.own, 0)))
        self._socket = await self._session.ws_connect(f"{address}/live", origin=address, compress=0, decode_text=False)
        hello = Hello(
            protocol=PROTOCOL, screen=self.name, kind=self.kind, token=token, resume=self.mirror.resume(),
            room=self.room, window=self.window, tile=self.tile,
        )  # fmt: skip
        self.is_lost = False
        await self.say(hello, Subscribe(topics=topics))
        self._reading = asyncio.create_task(self._read())

    async def wish(self, action: str, arguments: dict[str, object], if_seq: int | None = None) -> str:
        """Send a command, now or with the next link; return what it is called."""
        op, _ = self.pending.wish(action, arguments, if_seq)
        if self.mirror.show.is_linked:
            command = self.pending.numbered(op)
            assert command is not None
            with contextlib.suppress(ConnectionError):
                await self.say(command)
        return op

    async def say(self, *messages: FromScreen) -> None:
        for message in messages:
            await self._socket.send_frame(encoded(message), aiohttp.WSMsgType.TEXT)

    async def drop(self) -> None:
        """Cut the line without a word."""
        if self._reading is not None:
            self._reading.cancel()
        if self._session is not None:
            connection = self._socket._response.connection
            if connection is not None and connection.transport is not None:
                connection.transport.abort()
            self._socket._response.close()
            await self._session.close()
        self._session = self._reading = None
        self.is_lost = True
        self.mirror.lost()

    async def _read(self) -> None:
        with contextlib.suppress(ConnectionError):
            async for arrived in self._socket:
                await self.is_reading.wait()
                if arrived.type is not aiohttp.WSMsgType.TEXT:
                    break
                await self._take(arrived.data)
        self.is_lost = True
        self.mirror.lost()

    async def _take(self, frame: bytes) -> None:
        message = self.mirror.take(frame)
        self.heard.append(message)  # type: ignore[arg-type]
        if isinstance(message, Shown):
            await self.say(Seen(revision=message.revision))
        elif isinstance(message, Readings):
            await self.say(Ready(revision=message.revision))
        elif isinstance(message, Welcome):
            await self.say(*self.pending.welcomed(message))
        elif isinstance(message, Ack):
            self.acks[message.op] = message
            self.pending.answered(message)

    def last(self, kind: type[FromHub]) -> FromHub | None:
        """Return the newest message of a kind."""
        return next((message for message in reversed(self.heard) if isinstance(message, kind)), None)


async def eventually(condition: Callable[[], object]) -> None:
    """Wait for something that must come; says nothing about how fast."""
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        await asyncio.sleep(0.005)


__all__ = ["TOKEN", "Bye", "LinkedHub", "Pong", "Screen", "alarm", "eventually"]


async def asked(hub: AHub, ask: Callable[[AHub, list[Screen]], Awaitable[None]]) -> None:
    """Run a hub, ask it, and stop it and the screens that were made."""
    await hub.start()
    screens: list[Screen] = []
    try:
        await ask(hub, screens)
    finally:
        for screen in screens:
            await screen.drop()
        await hub.stop()
