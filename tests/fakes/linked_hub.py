"""A whole hub without sources in this process, on a real port, that can be killed and started again on its folder."""

import asyncio
import time
from pathlib import Path

import aiohttp

from fakes.journal_history import JournalHistory
from fakes.small_river import gauge, small_river
from sanping.client.mirror import Mirror
from sanping.domain.alarm import Alarm
from sanping.domain.text import Text
from sanping.hub.core import Hub
from sanping.hub.event_keeper import alarm_row
from sanping.hub.manifests import Installed
from sanping.hub.plan import HubPlan
from sanping.hub.web import Web
from sanping.storage.event_log import SqliteEventLog
from sanping.wire.codec import encoded
from sanping.wire.messages import PROTOCOL, Ack, Bye, FromHub, FromScreen, Hello, Pong, Readings, Ready, Subscribe
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
            adapters=Installed(manifests={}), is_trusted=True,
        )  # fmt: skip
        self.hub = Hub(plan, history, log)
        self.web = Web(self.hub, TOKEN)
        await self.hub.start()
        self.port = await self.web.start("127.0.0.1", self.port)

    async def stop(self) -> None:
        await self.web.stop()
        await self.hub.stop()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def where(self) -> tuple[str, str]:
        """Return address and token as a link asks for them."""
        return self.address, TOKEN


class Screen:
    """A screen of plain frames: a mirror, and what was answered. It reads only while it is told to."""

    def __init__(self, name: str, kind: str = "desk", room: str = "main", window: int = 8) -> None:
        self.name, self.kind, self.room, self.window = name, kind, room, window
        self.mirror = Mirror(name)
        self.acks: dict[str, Ack] = {}
        self.heard: list[FromHub] = []
        self.is_reading = asyncio.Event()
        self.is_reading.set()
        self.is_lost = True
        self._session: aiohttp.ClientSession | None = None
        self._reading: asyncio.Task[None] | None = None

    async def join(self, address: str, topics: tuple[str, ...] = ("all", "log", "view", "presence")) -> None:
        self._session = aiohttp.ClientSession()
        self._socket = await self._session.ws_connect(f"{address}/live", origin=address, compress=0, decode_text=False)
        hello = Hello(
            protocol=PROTOCOL, screen=self.name, kind=self.kind, token=TOKEN, resume=self.mirror.resume(),
            room=self.room, window=self.window,
        )  # fmt: skip
        self.is_lost = False
        await self.say(hello, Subscribe(topics=topics))
        self._reading = asyncio.create_task(self._read())

    async def say(self, *messages: FromScreen) -> None:
        for message in messages:
            await self._socket.send_frame(encoded(message), aiohttp.WSMsgType.TEXT)

    async def drop(self) -> None:
        """Cut the line without a word."""
        if self._reading is not None:
            self._reading.cancel()
        if self._session is not None:
            transport = self._socket.get_extra_info("socket") and self._socket._response.connection
            if transport is not None and transport.transport is not None:
                transport.transport.abort()
            await self._session.close()
        self._session = self._reading = None
        self.is_lost = True
        self.mirror.lost()

    async def _read(self) -> None:
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
        elif isinstance(message, Ack):
            self.acks[message.op] = message

    def last(self, kind: type[FromHub]) -> FromHub | None:
        """Return the newest message of a kind."""
        return next((message for message in reversed(self.heard) if isinstance(message, kind)), None)


async def eventually(condition: "object", patience_s: float = PATIENCE_S) -> None:
    """Wait for something that must come; says nothing about how fast."""
    deadline = time.monotonic() + patience_s
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < deadline, "it did not happen in time"
        await asyncio.sleep(0.005)


__all__ = ["TOKEN", "Bye", "LinkedHub", "Pong", "Screen", "alarm", "eventually"]
