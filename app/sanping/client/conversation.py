"""What a screen and its hub say to each other over one connection after another; lives in the link's event loop.

It sends what is due, takes what comes into the mirror, and says good-bye; it neither connects nor knows of threads.
"""

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Literal

import aiohttp
import msgspec

from sanping.client.mirror import Mirror
from sanping.client.pending import Pending
from sanping.client.silence import Silence, is_reachable
from sanping.client.voice import Voice
from sanping.domain.text import Text
from sanping.stage.show import ShowState, with_round_trip
from sanping.wire.codec import encoded
from sanping.wire.messages import Ack, Bye, FromScreen, Hello, Pong, Readings, Ready, Subscribe, Welcome
from sanping.wire.movers import Positions
from sanping.wire.show import FloorState, Presence, Refused, Shown

BEAT_S = 0.1
REFUSED_EVERY_S = 1.0
LAST_WORDS_S = 0.5
CLOSED = "closed"
SILENT = "silent"

Socket = aiohttp.ClientWebSocketResponse[Literal[False]]

_LED = Text("正由别的屏幕主控，画面没有共享；请先申请主控", "Another screen leads; ask for the floor to share the view")
_log = logging.getLogger(__name__)


class Conversation:
    """One screen's side. `hello` says who speaks; token and place in the log are put in with each connection.

    `on_show` hears of everything about the room, `on_welcome` of each connection that stands, `on_silence` of a hub
    that says nothing for a while (True) and speaks again (False). `mirror`, `voice` and `pending` outlive the
    connections.
    """

    def __init__(
        self,
        hello: Hello,
        topics: Sequence[str],
        on_show: Callable[[ShowState], None],
        on_welcome: Callable[[], None],
        on_silence: Callable[[bool], None] = lambda _: None,
    ) -> None:
        self.mirror = Mirror(hello.screen)
        self.voice = Voice(hello.window)
        self.pending = Pending()
        self.topics = tuple(topics)
        self._hello = hello
        self._on_show, self._on_welcome, self._on_silence = on_show, on_welcome, on_silence
        self._outgoing: asyncio.Queue[FromScreen] = asyncio.Queue()
        self._speaking = asyncio.Event()
        self._refused_s = 0.0
        self._heard_s = 0.0

    def say(self, message: FromScreen) -> None:
        """Send a message soon."""
        self._outgoing.put_nowait(message)

    def say_command(self, op: str) -> None:
        """Send a command if there is a link; otherwise it goes with the next."""
        command = self.pending.numbered(op) if self.mirror.show.is_linked else None
        if command is not None:
            self._outgoing.put_nowait(command)

    def speak(self) -> None:
        """Look soon what is due to the room."""
        self._speaking.set()

    def lost(self) -> None:
        """Take in that there is no connection."""
        was_linked = self.mirror.show.is_linked
        self.mirror.lost()
        if was_linked:
            self._tell_show()

    async def hold(self, socket: Socket, token: str, address: str = "") -> str:
        """Hold one connection to its end and return why it ended. Raises `FrameBroken`.

        With an `address` it ends too when the hub is silent and cannot be reached there. When it is cancelled it says
        what is still to be said, and good-bye.
        """
        self._heard_s = time.monotonic()
        self.voice.connected(_monotonic_ms())
        await _send(socket, msgspec.structs.replace(self._hello, token=token, resume=self.mirror.resume()))
        await _send(socket, Subscribe(topics=self.topics))
        while not self._outgoing.empty():
            self._outgoing.get_nowait()  # what has no answer yet is sent anew once the hub has said how far it counted
        sending = [
            asyncio.create_task(task) for task in (self._send_all(socket), self._speak_all(socket), self._beat())
        ]
        reading = asyncio.create_task(self._read_all(socket))
        watching = asyncio.create_task(self._watch(address))
        try:
            await asyncio.wait((reading, watching), return_when=asyncio.FIRST_COMPLETED)
            return reading.result() if reading.done() else SILENT
        except asyncio.CancelledError:
            await self._say_good_bye(socket)
            raise
        finally:
            for task in (*sending, reading, watching):
                task.cancel()

    async def _read_all(self, socket: Socket) -> str:
        async for arrived in socket:
            self._heard_s = time.monotonic()
            if arrived.type is not aiohttp.WSMsgType.TEXT:
                break
            reason = self._take(arrived.data)
            if reason:
                return reason
        return CLOSED

    async def _watch(self, address: str) -> None:
        """Return when the hub at an address is gone; never without one."""
        if not address:
            await asyncio.Event().wait()
        silence = Silence(lambda: self._heard_s, self._ask, self._fell_silent, lambda: is_reachable(address))
        await silence.until_cut()

    def _fell_silent(self, is_silent: bool) -> None:
        """Take what is known for old while the hub says nothing; who leads stays as it was."""
        if self.mirror.show.is_linked:
            self.mirror.fell_silent(is_silent)
            self._on_silence(is_silent)

    def _ask(self) -> None:
        """Have the hub say something."""
        self.voice.ask()
        self._speaking.set()

    async def _say_good_bye(self, socket: Socket) -> None:
        with contextlib.suppress(ConnectionError, RuntimeError, TimeoutError):
            async with asyncio.timeout(LAST_WORDS_S):
                while not self._outgoing.empty():
                    await _send(socket, self._outgoing.get_nowait())
                for message in self.voice.due(self.mirror.show, _monotonic_ms())[0]:
                    await _send(socket, message)
                await _send(socket, Bye(reason=CLOSED))

    def _take(self, frame: bytes) -> str:
        """Take one frame; return the reason when it is the hub's good-bye."""
        message = self.mirror.take(frame)
        if isinstance(message, Readings | Positions):
            self._outgoing.put_nowait(Ready(revision=message.revision))
        elif isinstance(message, Ack):
            self.pending.answered(message)
        elif isinstance(message, Welcome):
            for command in self.pending.welcomed(message):
                self._outgoing.put_nowait(command)
            self._tell_show()
            self._on_welcome()
        elif isinstance(message, Shown | FloorState | Presence | Refused | Pong):
            self._take_show(message)
        elif isinstance(message, Bye):
            return message.reason
        return ""

    def _take_show(self, message: Shown | FloorState | Presence | Refused | Pong) -> None:
        if isinstance(message, Pong):
            self.voice.answered(message, _monotonic_ms(), time.time() * 1000)
            self.mirror.show = with_round_trip(self.mirror.show, self.voice.rtt_ms, self.voice.clock_ahead_ms)
        elif isinstance(message, Shown):
            self.voice.shown(message.revision, _monotonic_ms())
        self._tell_show()
        self._speaking.set()

    async def _send_all(self, socket: Socket) -> None:
        with contextlib.suppress(ConnectionError, RuntimeError):
            while True:
                await _send(socket, await self._outgoing.get())

    async def _speak_all(self, socket: Socket) -> None:
        """Say what is due to the room, whenever something may be."""
        with contextlib.suppress(ConnectionError, RuntimeError):
            while True:
                await self._speaking.wait()
                self._speaking.clear()
                messages, is_dropped = self.voice.due(self.mirror.show, _monotonic_ms())
                if is_dropped:
                    self._refuse()
                for message in messages:
                    await _send(socket, message)

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(BEAT_S)
            self._speaking.set()

    def _refuse(self) -> None:
        """Say that a value was not shared, not more often than a person can read it."""
        now_s = time.monotonic()
        if now_s - self._refused_s >= REFUSED_EVERY_S:
            self._refused_s = now_s
            refused = Refused(about="show", code="floor", error_zh=_LED.zh, error_en=_LED.en)
            self.mirror.show = replace(self.mirror.show, refused=refused)
            self._tell_show()

    def _tell_show(self) -> None:
        try:
            self._on_show(self.mirror.show)
        except Exception:
            _log.exception("a screen failed to take what the room shows")


def _monotonic_ms() -> float:
    return time.monotonic_ns() / 1e6


async def _send(socket: Socket, message: FromScreen) -> None:
    await socket.send_frame(encoded(message), aiohttp.WSMsgType.TEXT)
