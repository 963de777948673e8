"""A screen's link to its hub: a thread of its own that connects again and again, and holds the conversation.

The window is told the newest state at most twenty times a second, and what the room shows at once, from the link's
thread; it crosses into its own thread by itself. History is asked by `client.questions`.
"""

import asyncio
import contextlib
import logging
import random
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from typing import Literal

import aiohttp

from sanping.client.conversation import Conversation
from sanping.client.hub_trust import UNTRUSTED, hub_tls
from sanping.domain.errors import HubUnreachable, InputError
from sanping.domain.label import Label
from sanping.domain.text import Text
from sanping.stage.show import ShowState
from sanping.twin.live import LiveState
from sanping.wire.messages import PROTOCOL, Ack, Hello, Subscribe
from sanping.wire.movers import MOVERS
from sanping.wire.show import MAIN_ROOM, PRESENCE, VIEW, FloorWish, Lack, ViewKey

EVERYTHING = ("all", "log", MOVERS, VIEW, PRESENCE)
TOLD_EVERY_S = 0.05
CLOCK_STEP_MS = 5
FIRST_WAIT_S = 0.25
LONGEST_WAIT_S, LONGEST_AWAY_S = 10.0, 1.0  # a hub that is away is soon back, and asking costs next to nothing
CONNECT_S = 2.5  # after a cut the next attempt must not wait behind one that began while it lasted
CLOSE_S, GOODBYE_S = 0.5, 0.1
HEARTBEAT_S = 10.0
COMMAND_S = 10.0
LARGEST_FRAME = 32 << 20
OUR_FAULT = ("token", "protocol", "slow", "broken", "limit")  # what would happen again at once

LinkState = Literal["connecting", "linked", "away", "refused"]

_CONNECTING = Text("正在连接中枢", "Connecting to the hub")
_LINKED = Text("已连接中枢", "Linked to the hub")
_AWAY = Text("中枢没有应答，正在重新连接：{reason}", "The hub does not answer, trying again: {reason}")
_STALE = Text("中枢暂时没有应答，所示为此前的数据", "The hub says nothing for the moment; what is shown is from before")
_REFUSED = Text("中枢拒绝了连接（{reason}）；请检查令牌和版本", "The hub refused ({reason}); check token and version")
_NO_ANSWER = Text(
    "中枢没有应答命令；请确认中枢在运行后重试", "The hub did not answer the command; see that it runs, retry"
)
_log = logging.getLogger(__name__)
_dice = random.Random()  # its own: a thread that draws from the common one disturbs whoever has set that


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkStatus:
    """How the link is, in a sentence; `twin` is empty until it was linked once.

    `clock_ahead_ms` is how far the hub's clock is ahead of this machine's, by the quickest of the last pings.
    `retry_ms` is when it connects again in milliseconds since 1970 UTC, 0 while it does not wait.
    """

    state: LinkState
    why: Text
    address: str
    twin: str = ""
    is_simulated: bool = False
    clock_ahead_ms: int = 0
    retry_ms: int = 0


class HubLink:
    """Holds the link while it is open. Callbacks come from the link's thread.

    `address` is "http://host:port"; it and the token are asked for anew at each attempt, because a hub that was
    started again may answer elsewhere. `room` is the group of linked screens it joins, `name` what people call the
    screen, `window` how many values of the show may be on their way to it unseen, `tile` which part of a larger picture
    it draws. `show` is the room as it is now.
    """

    def __init__(  # noqa: PLR0913  three callbacks and how the screen presents itself
        self,
        where: Callable[[], tuple[str, str]],
        *,
        screen: str,
        kind: str,
        on_state: Callable[[LiveState], None] = lambda _: None,
        on_status: Callable[[LinkStatus], None] = lambda _: None,
        on_show: Callable[[ShowState], None] = lambda _: None,
        topics: Sequence[str] = EVERYTHING,
        room: str = MAIN_ROOM,
        name: str = "",
        window: int = 8,
        tile: str = "",
    ) -> None:
        self.status = LinkStatus(state="connecting", why=_CONNECTING, address="")
        self._where = where
        self._on_state = on_state
        self._on_status = on_status
        hello = Hello(
            protocol=PROTOCOL, screen=screen, kind=kind, token="", room=room, name=name, window=window, tile=tile
        )
        self._conversation = Conversation(hello, topics, on_show, self._welcomed, self._fell_silent)
        self._loop = asyncio.new_event_loop()
        self._has_hung_up = threading.Event()
        self._told: LiveState | None = None
        self._welcome_ahead_ms = 0
        self._task: asyncio.Task[None] | None = None
        self._thread = threading.Thread(target=self._run, name="hub-link", daemon=True)

    def start(self) -> None:
        """Begin to connect."""
        self._thread.start()

    def hang_up(self, within_s: float = 0.0) -> None:
        """Hang up; the thread ends by itself. Waits at most so long for the last word, which gives up the floor."""
        if self._thread.is_alive():
            self._call(self._cancel)
            self._has_hung_up.wait(within_s)

    def close(self) -> None:
        """Hang up and wait for the thread; not for the window's thread."""
        self.hang_up()
        if self._thread.is_alive():
            self._thread.join(3.0)

    def subscribe(self, topics: Sequence[str]) -> None:
        """Change what is heard: "all", "station:ID", "group:NAME", "log"."""
        self._conversation.topics = tuple(topics)
        self._call(self._conversation.say, Subscribe(topics=tuple(topics)))

    @property
    def state(self) -> LiveState:
        """What the hub tells of the city, the newest."""
        return self._conversation.mirror.state

    @property
    def show(self) -> ShowState:
        """What the room shows, who leads, and who is there."""
        return self._conversation.mirror.show

    def share(self, key: ViewKey, value: object, label: Label | None = None) -> None:
        """Show a value to the whole room, at once and in place of an earlier one that is not sent yet.

        `value` is as `stage.sharing` gives it, or its JSON as bytes. It needs the floor: while this screen waits for
        it the value waits too; without it, `show.refused` says so. `label` is the one chosen, None for the usual.
        """
        self._conversation.voice.share(key, value, label)
        self._call(self._conversation.speak)

    def floor(self, wish: FloorWish, to: str = "") -> None:
        """Wish something about who leads; what becomes of it is in `show.floor`, or in `show.refused`."""
        self._conversation.voice.wish(wish, to)
        self._call(self._conversation.speak)

    def here(
        self, *, follows: bool = True, width_px: int = 0, height_px: int = 0, lacks: tuple[Lack, ...] = ()
    ) -> None:
        """Say how this screen is there and which layers it does not show; the link repeats it as a sign of life."""
        self._conversation.voice.here(follows=follows, width_px=width_px, height_px=height_px, lacks=lacks)

    @property
    def seq(self) -> int:
        """The number of the last change that this screen has heard of, for wishes that depend on it."""
        return self._conversation.mirror.seq

    def wish(
        self, action: str, arguments: Mapping[str, object] | None = None, if_seq: int | None = None
    ) -> Future[Ack]:
        """Send a command and return its answer to come; it is sent again after a reconnection and done once.

        With `if_seq` it is refused as a conflict when its object has changed after that `seq`.
        """
        op, answer = self._conversation.pending.wish(action, arguments or {}, if_seq)
        self._call(self._conversation.say_command, op)
        return answer

    def command(self, action: str, arguments: Mapping[str, object] | None = None, within_s: float = COMMAND_S) -> Ack:
        """Send a command and wait for its answer; not for the window's thread. Raises `HubUnreachable`."""
        try:
            return self.wish(action, arguments).result(within_s)
        except TimeoutError as error:
            raise HubUnreachable(_NO_ANSWER, place=self.status.address) from error

    def _call(self, do: Callable[..., None], *arguments: object) -> None:
        """Do something in the link's thread."""
        with contextlib.suppress(RuntimeError):  # the loop is closed
            self._loop.call_soon_threadsafe(do, *arguments)

    def _cancel(self) -> None:
        if self._task is not None:
            self._task.cancel()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._task = self._loop.create_task(self._hold())
        with contextlib.suppress(asyncio.CancelledError):
            self._loop.run_until_complete(self._task)
        self._has_hung_up.set()
        if self.status.address.startswith("https://"):  # a line over TLS takes a few turns to close
            self._loop.run_until_complete(asyncio.sleep(GOODBYE_S))
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        self._loop.close()

    async def _hold(self) -> None:
        telling = asyncio.create_task(self._tell_regularly())
        failures = 0
        try:
            while True:
                began_s = time.monotonic()
                reason = await self._attempt()
                was_well = self._conversation.mirror.show.is_linked and reason not in OUR_FAULT
                self._conversation.lost()
                failures = 0 if was_well or time.monotonic() - began_s > LONGEST_WAIT_S else failures + 1
                longest_s = LONGEST_WAIT_S if reason in OUR_FAULT else LONGEST_AWAY_S
                wait_s = min(longest_s, FIRST_WAIT_S * 2.0 ** min(failures, 8)) * (0.8 + 0.4 * _dice.random())
                is_refused = reason in ("token", "protocol")
                words = (_REFUSED if is_refused else _AWAY).with_values(reason=reason)
                self._show("refused" if is_refused else "away", words, wait_s)
                await asyncio.sleep(wait_s)
        finally:
            telling.cancel()
            self._conversation.lost()

    async def _attempt(self) -> str | Text:
        """Hold one connection to its end and return why it ended."""
        try:
            address, token = self._where()
            self.status = replace(self.status, address=address)
            timeout = aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_S)
            async with (
                aiohttp.ClientSession(timeout=timeout, trust_env=False) as session,
                session.ws_connect(
                    f"{address}/live",
                    ssl=hub_tls() if address.startswith("https://") else True,
                    origin=address,
                    compress=0,
                    max_msg_size=LARGEST_FRAME,
                    heartbeat=HEARTBEAT_S,
                    timeout=aiohttp.ClientWSTimeout(ws_close=CLOSE_S),
                    decode_text=False,
                ) as socket,
            ):
                return await self._conversation.hold(socket, token, address)
        except aiohttp.ClientConnectorCertificateError:
            return UNTRUSTED
        except (aiohttp.ClientError, OSError, TimeoutError, HubUnreachable) as error:
            return str(error) or type(error).__name__
        except InputError as error:
            _log.warning("%s", error.in_language("en"))
            return error.in_language("en")

    def _welcomed(self) -> None:
        welcome = self._conversation.mirror.welcome
        if welcome is not None:
            self._welcome_ahead_ms = welcome.server_ms - time.time_ns() // 1_000_000
        self._show("linked", _LINKED)

    def _fell_silent(self, is_silent: bool) -> None:
        """Say that what is shown is not new any more, or that it is again."""
        self._show("away" if is_silent else "linked", _STALE if is_silent else _LINKED)

    async def _tell_regularly(self) -> None:
        while True:
            await asyncio.sleep(TOLD_EVERY_S)
            self._tell()
            ahead_ms = self._clock_ahead_ms()
            if self.status.state == "linked" and abs(ahead_ms - self.status.clock_ahead_ms) >= CLOCK_STEP_MS:
                self._tell_status(replace(self.status, clock_ahead_ms=ahead_ms))

    def _tell(self) -> None:
        state = self.state
        if state is self._told:
            return
        self._told = state
        try:
            self._on_state(state)
        except Exception:
            _log.exception("a screen failed to take the newest state")

    def _show(self, state: LinkState, why: Text, wait_s: float = 0.0) -> None:
        welcome = self._conversation.mirror.welcome
        now_ms = time.time_ns() // 1_000_000
        status = LinkStatus(
            state=state,
            why=why,
            address=self.status.address,
            twin="" if welcome is None else welcome.twin,
            is_simulated=welcome is not None and welcome.is_simulated,
            clock_ahead_ms=self._clock_ahead_ms(),
            retry_ms=0 if wait_s == 0.0 else now_ms + int(wait_s * 1000),
        )
        self._tell()
        self._tell_status(status)

    def _clock_ahead_ms(self) -> int:
        """Return how far the hub's clock is ahead, by its welcome until a ping has told it better."""
        show = self._conversation.mirror.show
        return round(show.clock_ahead_ms) if show.rtt_ms else self._welcome_ahead_ms

    def _tell_status(self, status: LinkStatus) -> None:
        self.status = status
        try:
            self._on_status(self.status)
        except Exception:
            _log.exception("a screen failed to take the state of its link")
