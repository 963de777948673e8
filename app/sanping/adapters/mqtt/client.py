"""One connection to a broker, as an asynchronous stream of messages that are acknowledged by hand.

The library's own thread reads the socket; everything crosses into the loop by one queue.
"""

import asyncio
import contextlib
import socket
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from sanping.adapters.mqtt.decode import Message
from sanping.domain.errors import SourceFailed, SourceRefused
from sanping.domain.text import Text

KEEP_ALIVE_S = 30
CONNECT_S = 10.0
SESSION_S = 86_400
MOST_WAITING = 20_000
MOST_AT_ONCE = 500

_AWAY = Text("无法连接 {host}:{port}：{reason}", "{host}:{port} cannot be reached: {reason}")
_ENDED = Text("与 {host}:{port} 的连接断开：{reason}", "The connection to {host}:{port} broke off: {reason}")
_REFUSED = Text(
    "{host}:{port} 拒绝了登录：{reason}；请检查用户名、密码和权限",
    "{host}:{port} refused the login: {reason}; check user name, password and permissions",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Broker:
    """How a broker is reached; `ca_file` empty trusts the system's authorities.

    `address` is where `host` was found and judged to be; the certificate is that of `host`.
    """

    host: str
    address: str = ""
    port: int = 1883
    version: str = "5"
    client_id: str = ""
    user: str = ""
    password: str = ""
    is_encrypted: bool = False
    ca_file: str = ""


@dataclass(frozen=True, slots=True)
class Taken:
    """A message and what it takes to acknowledge it."""

    message: Message
    number: int
    level: int


class _NamedContext(ssl.SSLContext):
    """Compares the certificate with the name of the broker, whatever address is connected to.

    `begun` is the socket of the connection: the client forgets one whose certificate is refused without closing it.
    """

    name = ""
    begun: ssl.SSLSocket | None = None

    def wrap_socket(self, sock: socket.socket, *args: Any, **options: Any) -> ssl.SSLSocket:
        """Begin TLS as to that name."""
        self.begun = super().wrap_socket(sock, *args, **{**options, "server_hostname": self.name})
        return self.begun


def _context(broker: Broker) -> _NamedContext:
    context = _NamedContext(ssl.PROTOCOL_TLS_CLIENT)
    context.name = broker.host
    if broker.ca_file:
        context.load_verify_locations(cafile=broker.ca_file)
    else:
        context.load_default_certs()
    return context


class Connection:
    """Use it with `async with`; raises `SourceFailed` or `SourceRefused`."""

    def __init__(self, broker: Broker, filters: Sequence[str]) -> None:
        self._broker, self._filters = broker, filters
        self._loop = asyncio.get_running_loop()
        self._queue: asyncio.Queue[Taken] = asyncio.Queue()
        self._greeted: asyncio.Future[str] = self._loop.create_future()
        self._gone: asyncio.Future[str] = self._loop.create_future()
        self._context = _context(broker) if broker.is_encrypted else None
        self._client = self._made()

    async def __aenter__(self) -> "Connection":
        """Connect and subscribe."""
        broker = self._broker
        place = {"host": broker.host, "port": broker.port}
        try:
            await self._loop.run_in_executor(None, self._connect)
            self._client.loop_start()
            refusal = await asyncio.wait_for(asyncio.shield(self._greeted), CONNECT_S)
        except (OSError, TimeoutError, ValueError) as error:
            await self._stop()
            raise SourceFailed(_AWAY.with_values(**place, reason=str(error) or type(error).__name__)) from error
        if refusal:
            await self._stop()
            raise SourceRefused(_REFUSED.with_values(**place, reason=refusal))
        self._client.subscribe([(name, 1) for name in self._filters])
        return self

    async def __aexit__(self, *_: object) -> None:
        """Hang up."""
        await self._stop()

    async def messages(self) -> list[Taken]:
        """Wait for messages and return those that are there, at most five hundred."""
        first = asyncio.ensure_future(self._queue.get())
        waited: set[asyncio.Future[Any]] = {first, self._gone}
        done, _ = await asyncio.wait(waited, return_when=asyncio.FIRST_COMPLETED)
        if first not in done:
            first.cancel()
            place = {"host": self._broker.host, "port": self._broker.port}
            raise SourceFailed(_ENDED.with_values(**place, reason=self._gone.result()))
        taken = [first.result()]
        while len(taken) < MOST_AT_ONCE and not self._queue.empty():
            taken.append(self._queue.get_nowait())
        return taken

    def acknowledge(self, taken: Sequence[Taken]) -> None:
        """Tell the broker that messages are safe with us."""
        for each in taken:
            if each.level:
                self._client.ack(each.number, each.level)

    def publish(self, topic: str, payload: bytes) -> None:
        """Send a message."""
        self._client.publish(topic, payload, qos=0)

    def _made(self) -> Client:
        broker = self._broker
        is_five = broker.version == "5"
        client = Client(
            CallbackAPIVersion.VERSION2,
            client_id=broker.client_id,
            clean_session=None if is_five else not broker.client_id,
            protocol=MQTTProtocolVersion.MQTTv5 if is_five else MQTTProtocolVersion.MQTTv311,
            manual_ack=True,
            reconnect_on_failure=False,
        )
        if broker.user:
            client.username_pw_set(broker.user, broker.password)
        if self._context is not None:
            client.tls_set_context(self._context)
        client.max_inflight_messages_set(MOST_WAITING)
        client.on_connect = self._on_connect
        client.on_disconnect = self._on_disconnect
        client.on_message = self._on_message
        return client

    def _connect(self) -> None:
        broker = self._broker
        where = broker.address or broker.host
        if broker.version != "5":
            self._client.connect(where, broker.port, KEEP_ALIVE_S)
            return
        properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
        properties.SessionExpiryInterval = SESSION_S
        properties.ReceiveMaximum = MOST_WAITING
        self._client.connect(where, broker.port, KEEP_ALIVE_S, clean_start=not broker.client_id, properties=properties)

    async def _stop(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            self._client.disconnect()
        await self._loop.run_in_executor(None, self._client.loop_stop)
        if self._context is not None and self._context.begun is not None:
            self._context.begun.close()
        # Without the ring of references the client closes its sockets as soon as nobody holds it.
        self._client.on_connect = self._client.on_disconnect = self._client.on_message = None

    def _on_connect(self, _client: Client, _data: object, _flags: object, reason: Any, _properties: object) -> None:
        self._tell(self._greeted, str(reason) if reason.is_failure else "")

    def _on_disconnect(self, _client: Client, _data: object, _flags: object, reason: Any, _properties: object) -> None:
        self._tell(self._gone, str(reason))

    def _on_message(self, _client: Client, _data: object, message: MQTTMessage) -> None:
        taken = Taken(
            Message(topic=message.topic, payload=bytes(message.payload), is_retained=message.retain),
            message.mid,
            message.qos,
        )
        self._loop.call_soon_threadsafe(self._queue.put_nowait, taken)

    def _tell(self, future: "asyncio.Future[str]", words: str) -> None:
        def tell() -> None:
            if not future.done():
                future.set_result(words)

        with contextlib.suppress(RuntimeError):  # the loop is closed
            self._loop.call_soon_threadsafe(tell)
