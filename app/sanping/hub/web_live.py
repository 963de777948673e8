"""The WebSocket `/live`: one reader and one writer a screen, so that no screen can make another wait."""

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable, Iterator
from functools import partial

from aiohttp import WSCloseCode, WSMsgType, web

from sanping.domain.device import Device, Identity
from sanping.domain.errors import FrameBroken, SiteUnreachable
from sanping.domain.label import Label
from sanping.hub.access import WRITES_BURST, WRITES_PER_S, Access, Pace, is_plain
from sanping.hub.core import Hub
from sanping.hub.fanout import Outbox
from sanping.hub.given_up import given_up
from sanping.hub.line import NO_SOCKET, socket_of, watch
from sanping.hub.pulse import Pulse, keep_looking
from sanping.hub.relay_hub import RelayHub, entered
from sanping.hub.room import Room
from sanping.hub.room_rules import pace_refused
from sanping.hub.room_seat import Seat
from sanping.wire.codec import Unknown, encoded, from_screen, seen_from
from sanping.wire.messages import (
    MAX_BYTES_IN,
    PROTOCOL,
    Bye,
    Command,
    FromHub,
    FromScreen,
    Hello,
    Ping,
    Pong,
    Ready,
    Subscribe,
    Welcome,
)
from sanping.wire.show import Floor, Here, Refused, Seen, Show

HELLO_WITHIN_S = 10.0
SLOW_AFTER_S = 5.0
MOST_BROKEN = 3
MOST_COMMANDS = 16
STOPPING = "stopping"
PACE_TOLD_EVERY_S = 1.0

_log = logging.getLogger(__name__)


class LiveSockets:
    """All screens that are connected now."""

    def __init__(self, hub: Hub | RelayHub, access: Access) -> None:
        self._hub = hub
        self._access = access
        self._outboxes: dict[Outbox, tuple[Identity, str]] = {}
        self._seats: dict[Seat, tuple[Room, Identity]] = {}
        self._pulses: set[Pulse] = set()
        self._looking: asyncio.Task[None] | None = None
        hub.on_device.append(self._device_changed)
        if isinstance(hub, RelayHub):
            hub.on_lost.append(self._send_away)

    def __len__(self) -> int:
        """Screens that are connected."""
        return len(self._outboxes)

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Take one connection from its handshake to its end."""
        if not self._access.is_origin(request.headers.get("Origin"), request.host):
            return web.Response(status=403, text="origin")
        peer = request.remote or "?"
        if not self._access.entered(peer):
            return web.Response(status=503, text="limit")
        try:
            socket = web.WebSocketResponse(
                max_msg_size=MAX_BYTES_IN, compress=False, autoping=False, decode_text=False, timeout=1.0
            )
            await socket.prepare(request)
            plain = is_plain(request.remote, is_encrypted=request.secure)
            came = await self._hello(socket, is_plain=plain)
            if came is not None:
                await self._attend(request, socket, *came)
            return socket
        finally:
            self._access.left(peer)

    async def stop(self) -> None:
        """Say good-bye to everybody."""
        if self._looking is not None:
            self._looking.cancel()
        self._send_away(STOPPING)
        await asyncio.sleep(0.05)

    def _send_away(self, reason: str) -> None:
        for outbox in self._outboxes:
            outbox.leave(reason)

    def look_again(self) -> None:
        """Send away the devices whose time is over; they lead no longer."""
        for seat, (room, who) in self._seats.items():
            if self._access.still(who) is None:
                room.give_up(seat)
        for outbox, (who, kind) in self._outboxes.items():
            now = self._still(who, kind)
            if now is None:
                outbox.leave("token")
            elif now.clearance != outbox.clearance and self._hub.fanout.levels.can_differ:
                outbox.leave("label")

    def _still(self, who: Identity, kind: str) -> Identity | None:
        """Return what somebody may do and see now, from the kind of screen that he came with; None when he is out."""
        now = self._access.still(who)
        return None if now is None else self._access.on_screen(now, kind)

    def _device_changed(self, device: Device) -> None:
        self.look_again()
        for seat, (room, who) in self._seats.items():
            now = self._access.still(who)
            if now is not None and now.role != seat.role:
                seat.role = now.role
                room.role_changed(seat)

    async def _hello(self, socket: web.WebSocketResponse, *, is_plain: bool) -> tuple[Hello, Identity] | None:
        """Return the first message if it is a hello with a token that is let in, and whose it is; else close."""
        reason = "hello"
        with contextlib.suppress(TimeoutError, FrameBroken, SiteUnreachable):
            async with asyncio.timeout(HELLO_WITHIN_S):
                first = await socket.receive()
            if first.type is WSMsgType.TEXT:
                message = from_screen(first.data)
                if isinstance(message, Hello):
                    reason = STOPPING
                    await self._access.met(message.token)
                    reason = "protocol"
                    who = self._access.who(message.token, is_plain=is_plain)
                    if who is None:
                        reason = "token"
                    elif message.protocol == PROTOCOL:
                        return message, who
        with contextlib.suppress(ConnectionError, RuntimeError):
            await socket.send_frame(encoded(Bye(reason=reason)), WSMsgType.TEXT)
            await socket.close(code=WSCloseCode.POLICY_VIOLATION)
        return None

    async def _attend(self, request: web.Request, socket: web.WebSocketResponse, hello: Hello, who: Identity) -> None:
        hub, kind = self._hub, self._access.kind(who, hello.kind)
        came, who = who, self._access.on_screen(who, kind)
        seat = self._seat(request, hello, who)
        try:
            room, n = await entered(hub, hello.room, seat)
        except SiteUnreachable:
            await _say(socket, Bye(reason=STOPPING))
            await socket.close(code=WSCloseCode.TRY_AGAIN_LATER)
            return
        if isinstance(room, Refused):
            await _say(socket, room, Bye(reason="limit"))
            await socket.close(code=WSCloseCode.TRY_AGAIN_LATER)
            return
        line = None
        if seat.socket != NO_SOCKET and request.transport is not None:
            line = watch(request.transport, partial(room.line_full, seat), partial(room.line_lost, seat))
        outbox = hub.fanout.joined(hello.resume, who.clearance)
        self._outboxes[outbox] = came, kind
        self._seats[seat] = (room, who)
        writing: asyncio.Task[None] | None = None
        try:
            await _say(
                socket, self._welcome(room, seat, n, who.clearance)
            )  # before anything else: the room writes to the line directly
            leave = partial(hub.rooms.leave, room, seat)
            writing = asyncio.create_task(_write(request, socket, outbox, leave))
            with self._pulse(seat) as pulse:
                if line is not None:
                    line.on_words = partial(_credited, room, seat, pulse)
                await _Reader(hub, outbox, room, seat, partial(self._still, came, kind)).read(socket, pulse)
        finally:
            hub.rooms.leave(room, seat)
            self._seats.pop(seat, None)
            self._outboxes.pop(outbox, None)
            hub.fanout.left(outbox)
            await given_up(writing)

    @contextlib.contextmanager
    def _pulse(self, seat: Seat) -> Iterator[Pulse]:
        """Watch over a connection for as long as it is read."""
        loop = asyncio.get_running_loop()
        if self._looking is None:
            self._looking = loop.create_task(keep_looking(lambda: self._pulses))
        pulse = Pulse(seat.write, seat.drop, loop.time())
        self._pulses.add(pulse)
        try:
            yield pulse
        finally:
            self._pulses.discard(pulse)

    def _seat(self, request: web.Request, hello: Hello, who: Identity) -> Seat:
        """Return the place of a connection in its room; a device speaks for itself alone."""
        transport = request.transport
        if transport is None:
            raise ConnectionResetError
        return Seat(
            screen=who.device or hello.screen,
            kind=self._access.kind(who, hello.kind),
            name=hello.name or who.name,
            role=who.role,
            window=hello.window,
            write=transport.write,
            waiting=transport.get_write_buffer_size,
            drop=transport.abort,
            tile=hello.tile,
            peer=request.remote or "",
            socket=socket_of(transport),
            clearance=who.clearance,
        )

    def _welcome(self, room: Room, seat: Seat, n: int, clearance: Label) -> Welcome:
        hub = self._hub
        return Welcome(
            epoch=hub.fanout.levels.epoch(hub.epoch, clearance), seq=hub.log.seq, server_ms=_now_ms(),
            twin=hub.plan.name, is_simulated=hub.plan.is_simulated, role=seat.role, room=room.name, screen=seat.screen,
            n=n, relay=hub.link.name if isinstance(hub, RelayHub) else "",
        )  # fmt: skip


async def _write(
    request: web.Request, socket: web.WebSocketResponse, outbox: Outbox, leave: Callable[[], None]
) -> None:
    """Send what the outbox has; a screen that takes nothing for a while is dropped. It leaves its room before the end.

    The room writes to the line directly: nothing may follow the good-bye.
    """
    try:
        while True:
            await outbox.woken.wait()
            outbox.woken.clear()
            while frames := outbox.next_frames():
                for frame in frames:
                    async with asyncio.timeout(SLOW_AFTER_S):
                        await socket.send_frame(frame, WSMsgType.TEXT)
            if outbox.is_done:
                leave()
                await socket.close(code=WSCloseCode.GOING_AWAY)
                return
    except TimeoutError:
        _log.info("a screen was too slow and is dropped")
        _abort(request)
    except (ConnectionError, RuntimeError):
        _abort(request)


def _abort(request: web.Request) -> None:
    if request.transport is not None:
        request.transport.abort()


async def _say(socket: web.WebSocketResponse, *messages: FromHub) -> None:
    with contextlib.suppress(ConnectionError, RuntimeError):
        for message in messages:
            await socket.send_frame(encoded(message), WSMsgType.TEXT)


def _credited(room: Room, seat: Seat, pulse: Pulse, words: bytes) -> bool:
    """Take credit for what was sent as soon as it comes; False for everything else."""
    seen = seen_from(words)
    if seen is None or not room.seen(seat, seen):
        return False
    pulse.heard_s = asyncio.get_running_loop().time()
    return True


class _Reader:
    """Does what one screen says."""

    def __init__(
        self, hub: Hub | RelayHub, outbox: Outbox, room: Room, seat: Seat, who: Callable[[], Identity | None]
    ) -> None:
        self._hub = hub
        self._outbox = outbox
        self._room = room
        self._seat = seat
        self._who = who
        self._broken = 0
        self._commands: set[asyncio.Task[None]] = set()
        self._pace = Pace()
        self._writing_pace = Pace(WRITES_PER_S, WRITES_BURST)
        self._told_pace_s = -PACE_TOLD_EVERY_S

    async def read(self, socket: web.WebSocketResponse, pulse: Pulse) -> None:
        """Read until the screen leaves."""
        now_s = asyncio.get_running_loop().time
        async for arrived in socket:
            pulse.heard_s = now_s()
            if arrived.type is WSMsgType.PONG:
                continue
            if arrived.type is WSMsgType.PING:
                await asyncio.sleep(self._pace.wait_s(time.monotonic()))
                await socket.pong(arrived.data)
                continue
            if arrived.type is not WSMsgType.TEXT:
                self._outbox.leave("broken")
                return
            try:
                message = from_screen(arrived.data)
            except FrameBroken:
                self._broken += 1
                if self._broken >= MOST_BROKEN:
                    self._outbox.leave("broken")
                message = None
            if isinstance(message, Seen) and self._room.seen(self._seat, message):
                continue  # credit for what was sent: there can be no more of it than that
            await self._keep_pace(message)
            if isinstance(message, Bye):
                self._room.take_leave(self._seat)
                return
            if message is not None:
                await self._take(message)

    async def _keep_pace(self, message: FromScreen | Unknown | None) -> None:
        """Wait as long as the screen was too fast, and tell it so now and then."""
        pace, now_s = self._pace_of(message), time.monotonic()
        wait_s = pace.wait_s(now_s)
        if wait_s > 0.0:
            refused = self._hub.rooms.counted(pace_refused(*_named(message), pace.per_s))
            if now_s - self._told_pace_s >= PACE_TOLD_EVERY_S:
                self._told_pace_s = now_s
                self._answer(refused)
            await asyncio.sleep(wait_s)

    def _pace_of(self, message: FromScreen | Unknown | None) -> Pace:
        """Return the pace that a message counts for: who leads moves the camera with every frame."""
        is_writing = isinstance(message, Show) and self._room.floor.holder == self._seat.screen
        return self._writing_pace if is_writing else self._pace

    async def _take(self, message: FromScreen | Unknown) -> None:
        match message:
            case Show():
                self._refuse(self._room.write(self._seat, message))
            case Ready():
                self._room.ready(self._seat)  # the view goes before the next readings
                self._outbox.ready()
            case Floor():
                self._look_at_role()
                self._refuse(self._room.wish(self._seat, message))
            case Here():
                self._look_at_role()
                self._room.here(self._seat, message)
            case Subscribe(topics=topics):
                self._room.subscribe(self._seat, topics)
                self._outbox.subscribe(topics)
            case Ping(sent_ms=sent_ms):
                self._answer(Pong(sent_ms=sent_ms, server_ms=_now_ms()))
            case Command():
                if len(self._commands) >= MOST_COMMANDS:
                    await asyncio.wait(self._commands, return_when=asyncio.FIRST_COMPLETED)
                task = asyncio.create_task(self._command(message))
                self._commands.add(task)
                task.add_done_callback(self._commands.discard)
            case _:
                pass  # a second hello, or a message of a newer protocol

    async def _command(self, command: Command) -> None:
        who = self._who()
        if who is None:
            self._outbox.leave("token")
        else:
            try:
                self._answer(await self._hub.done(command, self._seat.screen, who))
            except SiteUnreachable:  # whoever comes back asks again; it is done once
                self._outbox.leave(STOPPING)

    def _look_at_role(self) -> None:
        """Take in that the device may do more or less than when it came."""
        who = self._who()
        if who is not None and who.role != self._seat.role:
            self._seat.role = who.role
            self._room.role_changed(self._seat)

    def _refuse(self, refused: Refused | None) -> None:
        if refused is not None:
            self._answer(self._hub.rooms.counted(refused))

    def _answer(self, message: FromHub) -> None:
        if not self._outbox.answer(message):
            self._outbox.leave("slow")


def _named(message: FromScreen | Unknown | None) -> tuple[str, int]:
    """Return the type of a message, "?" for one that is not known here, and its number, 0 where it has none."""
    if message is None or isinstance(message, Unknown):
        return "?", 0
    return str(message.__struct_config__.tag), message.n if isinstance(message, Show | Command) else 0


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
