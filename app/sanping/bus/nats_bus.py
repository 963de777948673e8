"""The bus over NATS: the hub speaks with the server of its own site, which is joined to others as a leaf node."""

import asyncio
import contextlib
import itertools
import logging
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.errors import MaxPayloadError

from sanping.bus.nats_lane import Collection, keeps_surely, stored
from sanping.bus.subjects import TOO_LARGE
from sanping.domain.errors import MessageTooLarge, SiteUnreachable
from sanping.domain.text import Text
from sanping.ports.bus import Answer, Hear, Parcel, Take

CONNECT_WITHIN_S = 2
AGAIN_S = 0.5
PING_S, DIRECT_PING_S = 5, 1
DIAL_WITHIN_S, REFUSED_S = 1, 0.1
DIAL_PATIENCE_S = (*8 * (0.3,), 1.0)
"""How long a far server is waited for, by how often it was not there: it may be back at any moment, or merely slow."""

MOST_PINGS = 2
CLOSE_WITHIN_S = 1.0

_DOWN = Text(
    "消息服务器 {address} 没有应答；请检查 nats-server，恢复后自动重试",
    "The message server {address} does not answer; check nats-server, it is tried again by itself",
)
_NOBODY = Text("对方站点没有应答；内容已保存，恢复后自动重发", "The other site does not answer; what is for it is kept")
_NO_DISK = Text(
    "消息服务器 {version} 不能逐条落盘（需 2.10 及以上并设 sync_interval: always）；断电可能丢失最后两分钟的转发件",
    "The message server {version} does not write each parcel to disk (2.10 with sync_interval: always does); "
    "a power cut may lose the last two minutes of a lane",
)
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class NatsAccess:
    """Where the server of the site is and how it lets us in.

    `inbox` begins the subjects of our answers. `is_direct` says that it is far away: a dead line is noticed within
    seconds, and dialled again at once.
    `secret` is "user:password" or a token, "" for none; `authority` a file of certificates that are trusted beside the
    system's, for addresses that begin with tls://.
    """

    address: str
    name: str = "sanping"
    inbox: str = "_INBOX"
    is_direct: bool = False
    secret: str = ""
    authority: Path | None = None


class NatsBus:
    """Implements `ports.bus.Bus` and `Lane`; comes up by itself whenever the server is there."""

    def __init__(self, access: NatsAccess) -> None:
        self._access = access
        self._client: Client | None = None
        self._listening: list[Callable[[Client], Awaitable[object]]] = []
        self._collections: list[Collection] = []
        self._starting: asyncio.Task[None] | None = None
        self._answers: set[asyncio.Task[None]] = set()
        self._told_large: set[str] = set()

    @property
    def is_up(self) -> bool:
        """Whether the server of the site is there."""
        return self._client is not None and self._client.is_connected

    @property
    def most_bytes(self) -> int:
        """How many bytes a body may have: `max_payload` of the server, 0 before it was reached."""
        return 0 if self._client is None else self._client.max_payload

    async def start(self) -> None:
        """Begin to look for the server; returns at once."""
        if self._starting is None:
            self._starting = asyncio.create_task(self._connect())

    async def publish(self, subject: str, body: bytes) -> None:
        """Tell whoever listens; nothing is said while the server is away."""
        if self._client is not None and self.is_up:
            try:
                await self._client.publish(subject, body)
            except MaxPayloadError:
                self._say_large(subject, len(body))
            except NatsError:
                return  # the line broke: it is told again, or not at all

    async def subscribe(self, subject: str, hear: Hear) -> None:
        """Let `hear` hear everything, also over reconnections."""

        async def heard(message: Msg) -> None:
            hear(message.subject, message.data)

        await self._listen(lambda client: client.subscribe(subject, cb=heard))

    async def answer(self, subject: str, answer: Answer) -> None:
        """Let `answer` answer what is asked; several questions may be worked on at a time."""

        async def asked(message: Msg) -> None:
            task = asyncio.create_task(self._answered(message, answer))
            self._answers.add(task)
            task.add_done_callback(self._answers.discard)

        await self._listen(lambda client: client.subscribe(subject, cb=asked))

    async def ask(self, subject: str, body: bytes, within_s: float) -> bytes:
        """Return what is answered. Raises `SiteUnreachable` or `MessageTooLarge`."""
        client = self._connected()
        try:
            return (await client.request(subject, body, timeout=within_s)).data
        except MaxPayloadError as error:
            raise self._too_large(subject, len(body)) from error
        except (NatsError, TimeoutError, OSError) as error:
            raise SiteUnreachable(_NOBODY, place=subject) from error

    async def store(self, lane: str, parcel: Parcel) -> None:
        """Keep a parcel in the server's JetStream, once. Raises `SiteUnreachable` or `MessageTooLarge`."""
        try:
            await stored(self._connected().jetstream(), lane, parcel)
        except MaxPayloadError as error:
            raise self._too_large(lane, len(parcel.body)) from error
        except (NatsError, TimeoutError, OSError) as error:
            raise SiteUnreachable(_NOBODY, place=lane) from error

    async def collect(self, lane: str, take: Take) -> None:
        """Give `take` the parcels of a lane, as long as the bus is open."""
        collection = Collection(lane, take, self._connected)
        self._collections.append(collection)
        collection.start()

    async def close(self) -> None:
        """Leave the server."""
        for collection in self._collections:
            await collection.stop()
        for task in (*self._answers, *((self._starting,) if self._starting else ())):
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError, Exception):
                await task
        if self._client is not None:
            with contextlib.suppress(NatsError, TimeoutError, OSError):
                await asyncio.wait_for(self._client.close(), CLOSE_WITHIN_S)
        self._client = None

    def _connected(self) -> Client:
        if self._client is None or not self.is_up:
            raise SiteUnreachable(_DOWN.with_values(address=self._access.address))
        return self._client

    async def _listen(self, begin: Callable[[Client], Awaitable[object]]) -> None:
        self._listening.append(begin)
        if self._client is not None:
            await begin(self._client)

    async def _answered(self, message: Msg, answer: Answer) -> None:
        try:
            found = await answer(message.subject, message.data)
        except Exception:
            _log.exception("asked %s", message.subject)
            return
        try:
            await message.respond(found)
        except MaxPayloadError:
            self._say_large(message.subject, len(found))
        except NatsError:
            return  # who asked asks again

    def _too_large(self, subject: str, size: int) -> MessageTooLarge:
        return MessageTooLarge(TOO_LARGE.with_values(size=size, limit=self.most_bytes), place=subject)

    def _say_large(self, subject: str, size: int) -> None:
        """Write to the log that something was not said, once per subject."""
        if subject not in self._told_large:
            self._told_large.add(subject)
            _log.warning("%s", self._too_large(subject, size).in_language("en"))

    async def _connect(self) -> None:
        is_told = False
        while True:
            try:
                client = await _client_of(self._access)
            except (NatsError, TimeoutError, OSError) as error:
                if not is_told:
                    _log.error("%s (%s)", _DOWN.with_values(address=self._access.address).en, error)
                is_told = True
                await asyncio.sleep(AGAIN_S)
            else:
                break
        self._client = client
        if not keeps_surely(client.connected_server_version):
            _log.info("%s", _NO_DISK.with_values(version=str(client.connected_server_version)).en)
        for begin in self._listening:
            await begin(client)


async def _client_of(access: NatsAccess) -> Client:
    """Return a client that has reached the server once and comes back to it for ever."""
    user, colon, password = access.secret.partition(":")
    tls = None
    if access.address.startswith("tls://"):
        tls = ssl.create_default_context()
        if access.authority is not None:
            tls.load_verify_locations(access.authority)

    client, tries = Client(), itertools.cycle(DIAL_PATIENCE_S)

    async def troubled(error: Exception) -> None:
        _log.debug("message server: %s", error)
        if access.is_direct:  # the next dial is as patient as its turn says, and begins at once unless one was refused
            client.options["connect_timeout"] = next(tries)
            await asyncio.sleep(0 if isinstance(error, TimeoutError) else REFUSED_S)

    await client.connect(
        access.address,
        error_cb=troubled,
        name=access.name,
        connect_timeout=DIAL_WITHIN_S if access.is_direct else CONNECT_WITHIN_S,
        reconnect_time_wait=0 if access.is_direct else 1,
        max_reconnect_attempts=-1,
        allow_reconnect=True,
        ping_interval=DIRECT_PING_S if access.is_direct else PING_S,
        max_outstanding_pings=MOST_PINGS,
        user=user if colon else None,
        password=password if colon else None,
        token=access.secret if access.secret and not colon else None,
        inbox_prefix=access.inbox,
        tls=tls,
    )
    return client
