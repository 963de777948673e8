"""TCP for a child: runs one `Session` per connection, keeps the limits, and sends replies after the commit."""

import asyncio
import contextlib
import errno
import os
import socket
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Protocol

from sanping.domain.errors import SourceFailed
from sanping.domain.observation import Observation
from sanping.domain.position import Position
from sanping.domain.text import Text
from sanping.hub.child_delivery import Deliveries
from sanping.hub.child_messages import LISTENING, OUT_OF_MEMORY
from sanping.ports.source import Count, Deliver, HangUp, Send, Session, Step, Track

READ_BYTES = 65_536
MOST_UNSENT_BYTES = 1 << 20
CONNECT_S = 10.0
WAKE_S = 1.0
LAST_REPLIES_S = 2.0
PROBED_AFTER_S, PROBED_EVERY_S, PROBES = 30, 10, 3


@dataclass(frozen=True, slots=True, kw_only=True)
class TcpLimits:
    """What a peer may take: connections in all and from one address, silence, and bytes that lead to nothing."""

    connections: int = 64
    connections_per_peer: int = 8
    idle_s: float = 3600.0
    fruitless_s: float = 30.0


_BUSY = Text(
    "端口 {port} 无法监听：{reason}；请换一个端口，或停用占用它的程序",
    "Port {port} cannot be listened on: {reason}; choose another port, or stop the program that uses it",
)
_NO_ANSWER = Text(
    "无法连接 {host}:{port}：{reason}；请检查地址、网络和防火墙",
    "{host}:{port} cannot be reached: {reason}; check address, network and firewall",
)
_FULL = Text("连接数已满，拒绝了来自 {peer} 的连接", "All connections are taken; one from {peer} was refused")
_IDLE = Text("{peer} 长时间没有数据，连接已断开", "{peer} was silent for too long and was disconnected")
_FRUITLESS = Text(
    "{peer} 在 {limit} 秒内没有发来一个完整报文，连接已断开",
    "{peer} sent no whole message within {limit} s and was disconnected",
)
_DEAF = Text("{peer} 不接收应答，连接已断开", "{peer} does not take its replies and was disconnected")
_SESSION_BROKE = Text("协议处理出错：{reason}；连接已断开", "The protocol's code failed: {reason}; disconnected")

_REASONS: Mapping[int, Text] = {
    errno.EADDRINUSE: Text("已被其他程序占用", "it is in use by another program"),
    errno.EACCES: Text("没有权限", "permission denied"),
    errno.EADDRNOTAVAIL: Text("本机没有这个地址", "this machine has no such address"),
    errno.ECONNREFUSED: Text("对方拒绝连接", "connection refused"),
    errno.EHOSTUNREACH: Text("主机不可达", "no route to the host"),
    errno.ENETUNREACH: Text("网络不可达", "the network is unreachable"),
}
_NO_TIME = Text("超时", "timed out")


class Counting(Protocol):
    """Something that counts; the world of a child."""

    def count(self, what: str, times: int = 1, detail: Text | None = None) -> None:
        """Count something that happened."""


class TcpRunner:
    """Serves and dials for one source."""

    def __init__(
        self,
        deliveries: Deliveries[Observation],
        counting: Counting,
        limits: TcpLimits | None = None,
        trackings: Deliveries[Position] | None = None,
    ) -> None:
        self.deliveries = deliveries
        self.trackings = trackings
        self.counting = counting
        self.limits = limits or TcpLimits()
        self._by_peer: Counter[str] = Counter()

    async def serve(self, host: str, port: int, session: Callable[[str], Session], most: int = 0) -> None:
        """Accept connections for ever, `most` at once where that is more than the limits say.

        Raises `SourceFailed` when the port cannot be had.
        """
        if most > self.limits.connections:
            self.limits = replace(self.limits, connections=most, connections_per_peer=most)

        async def accepted(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            peer = str((writer.get_extra_info("peername") or ("?",))[0])
            full = self._by_peer.total() >= self.limits.connections
            if full or self._by_peer[peer] >= self.limits.connections_per_peer:
                self.counting.count("refused_connections", detail=_FULL.with_values(peer=peer))
                writer.transport.abort()
                return
            self.counting.count("connections")
            await self._held(peer, session, reader, writer)

        try:
            server = await asyncio.start_server(accepted, host, port, limit=READ_BYTES)
        except OSError as error:
            raise SourceFailed(_BUSY.with_values(port=port, reason=_why(error)), place=f"{host}:{port}") from error
        self.counting.count(LISTENING)
        async with server:
            await server.serve_forever()

    async def dial(self, host: str, port: int, session: Callable[[str], Session], address: str = "") -> None:
        """Hold one connection until it ends; `address` is where the host was found and judged to be.

        Raises `SourceFailed` when there is none or it was broken off.
        """
        try:
            opening = asyncio.open_connection(address or host, port, limit=READ_BYTES)
            reader, writer = await asyncio.wait_for(opening, CONNECT_S)
        except (OSError, TimeoutError) as error:
            raise SourceFailed(_NO_ANSWER.with_values(host=host, port=port, reason=_why(error))) from error
        self.counting.count("connections")
        reason_of_end = await self._held(host, session, reader, writer)
        if reason_of_end is not None:
            raise SourceFailed(reason_of_end, place=f"{host}:{port}")

    async def _held(
        self,
        peer: str,
        session: Callable[[str], Session],
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> Text | None:
        """Run one connection to its end and return why it was hung up, None when the peer closed it."""
        self._by_peer[peer] += 1
        _probe(writer)
        connection = _Connection(self, peer, session(peer), (reader, writer))
        waking = asyncio.create_task(connection.wake())
        try:
            await connection.read()
        finally:
            waking.cancel()
            self._by_peer[peer] -= 1
            if not self._by_peer[peer]:
                del self._by_peer[peer]
            await connection.close()
        return connection.why_hung_up


class _Connection:
    """One peer and its session."""

    def __init__(
        self, runner: TcpRunner, peer: str, session: Session, ends: tuple[asyncio.StreamReader, asyncio.StreamWriter]
    ) -> None:
        self.why_hung_up: Text | None = None
        self._peer = peer
        self._session = session
        self._reader, self._writer = ends
        self._deliveries, self._trackings = runner.deliveries, runner.trackings
        self._counting = runner.counting
        self._limits = runner.limits
        self._heard_s = time.monotonic()
        self._fruitless_since_s: float | None = None
        self._last: asyncio.Future[None] | None = None

    async def read(self) -> None:
        """Feed the session until the peer or we hang up."""
        self._take(self._session.started)
        while self.why_hung_up is None:
            await self._deliveries.room()
            if self._trackings is not None:
                await self._trackings.room()
            try:
                data = await self._reader.read(READ_BYTES)
            except (OSError, asyncio.IncompleteReadError):
                return
            if not data:
                return
            self._heard_s = time.monotonic()
            has_steps = self._take(partial(self._session.received, data))
            if has_steps:
                self._fruitless_since_s = None
            elif self._fruitless_since_s is None:
                self._fruitless_since_s = self._heard_s

    async def wake(self) -> None:
        """Give the session its second, and watch the peer's patience with us."""
        while self.why_hung_up is None:
            await asyncio.sleep(WAKE_S)
            now_s = time.monotonic()
            if self._fruitless_since_s is not None and now_s - self._fruitless_since_s > self._limits.fruitless_s:
                self._hang_up(_FRUITLESS.with_values(peer=self._peer, limit=f"{self._limits.fruitless_s:g}"))
            elif now_s - self._heard_s > self._limits.idle_s:
                self._hang_up(_IDLE.with_values(peer=self._peer))
            else:
                self._take(self._session.woken)

    async def close(self) -> None:
        """Close once the replies that are due have been sent, as far as the peer takes them."""
        try:
            if self._last is not None and not self._last.done() and not self._writer.transport.is_closing():
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(asyncio.shield(self._last), LAST_REPLIES_S)
                    await asyncio.sleep(0)
        finally:
            self._writer.close()

    def _take(self, asked: Callable[[int], Iterable[Step]]) -> bool:
        """Do what the session says; return whether it said anything."""
        has_steps = False
        try:
            for step in asked(time.time_ns() // 1_000_000):
                has_steps = True
                self._do(step)
        except MemoryError:
            os._exit(OUT_OF_MEMORY)  # whatever leaks would go on leaking, and nothing here can be relied on
        except Exception as error:
            self._counting.count("session_errors", detail=_SESSION_BROKE.with_values(reason=repr(error)[:200]))
            self._hang_up(_SESSION_BROKE.with_values(reason=type(error).__name__))
        return has_steps

    def _do(self, step: Step) -> None:
        match step:
            case Deliver(observations=observations, reply=reply):
                self._hand_over(self._deliveries, observations, reply)
            case Track(positions=positions, reply=reply):
                self._hand_over(self._trackings, positions, reply)
            case Send(data=data):
                self._send(data)
            case Count(what=what, times=times, detail=detail):
                self._counting.count(what, times, detail)
            case HangUp(reason=reason):
                self._hang_up(reason)

    def _hand_over(self, way: Deliveries[Any] | None, rows: Sequence[Any], reply: bytes) -> None:
        """Pass rows on, and reply once they have arrived."""
        if rows and way is not None:
            self._last = way.submitted(rows)
        if not reply:
            return
        if self._last is None or self._last.done():
            self._send(reply)
        else:
            self._last.add_done_callback(lambda done: None if done.cancelled() else self._send(reply))

    def _send(self, data: bytes) -> None:
        transport = self._writer.transport
        if transport.is_closing():
            return
        if transport.get_write_buffer_size() > MOST_UNSENT_BYTES:
            self._hang_up(_DEAF.with_values(peer=self._peer))
            transport.abort()
            return
        self._writer.write(data)

    def _hang_up(self, reason: Text) -> None:
        if self.why_hung_up is None:
            self.why_hung_up = reason
            self._counting.count("hung_up", detail=reason)
            self._reader.feed_eof()


def _probe(writer: asyncio.StreamWriter) -> None:
    """Let the system notice within a minute that a peer has vanished, so that it does not keep its place for an hour.

    A device that lost its power says no good-bye; without this its dead connections would fill what one address may
    have, and the device itself would be turned away.
    """
    line = writer.get_extra_info("socket")
    options = {"TCP_KEEPIDLE": PROBED_AFTER_S, "TCP_KEEPINTVL": PROBED_EVERY_S, "TCP_KEEPCNT": PROBES}
    with contextlib.suppress(OSError, AttributeError):
        line.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        for name, value in options.items():
            if hasattr(socket, name):
                line.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)


def _why(error: OSError | TimeoutError) -> Text:
    """Return the reason of a failure in both languages where it is a common one, else as the system says it."""
    known = _REASONS.get(getattr(error, "errno", None) or 0)
    if known is not None:
        return known
    if isinstance(error, TimeoutError):
        return _NO_TIME
    words = os.strerror(error.errno) if error.errno and error.errno > 0 else str(error) or type(error).__name__
    return Text(words, words)
