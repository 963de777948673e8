"""Lanes in JetStream: a stream per lane that forgets a parcel once it was taken.

The server drops a parcel whose name it has seen within its window; what counts is that we do, for ever and by number.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Sequence

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.js import JetStreamContext
from nats.js.api import ConsumerConfig, RetentionPolicy, StorageType, StreamConfig
from nats.js.errors import NotFoundError

from sanping.domain.errors import SanpingError
from sanping.ports.bus import Parcel, Take
from sanping.twin.federation import Once

FIRST_SURE = (2, 10)
ANSWER_WITHIN_S = 2.0
LOOK_AGAIN_S = 0.5
REFUSED_S = 0.2
AT_ONCE = 64
WINDOW_S = 120.0
TAKEN_BY = "hub"
_log = logging.getLogger(__name__)


def keeps_surely(version: object) -> bool:
    """Say whether a server of this version can write each parcel to disk before it says so (`sync_interval`)."""
    major, minor = getattr(version, "major", 0), getattr(version, "minor", 0)
    return (major, minor) >= FIRST_SURE


async def stored(stream: JetStreamContext, lane: str, parcel: Parcel) -> None:
    """Keep a parcel; the lane is made with the first. Raises what NATS does."""
    subject = f"{_subject(lane)}.{parcel.site}.{parcel.epoch}.{parcel.seq}"
    headers = {"Nats-Msg-Id": f"{parcel.site}/{parcel.epoch}/{parcel.seq}"}
    try:
        await stream.publish(subject, parcel.body, ANSWER_WITHIN_S, _name(lane), headers)
    except NatsError as error:
        if isinstance(error, TimeoutError):
            raise
        await _made(stream, lane)
        await stream.publish(subject, parcel.body, ANSWER_WITHIN_S, _name(lane), headers)


class Collection:
    """Takes the parcels of one lane, in order, until it is stopped."""

    def __init__(self, lane: str, take: Take, client: Callable[[], Client]) -> None:
        self._lane, self._take, self._client = lane, take, client
        self._known = Once()
        self._collecting: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin."""
        self._collecting = asyncio.create_task(self._collect())

    async def stop(self) -> None:
        """End; what was not taken yet stays."""
        if self._collecting is not None:
            self._collecting.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._collecting

    async def _collect(self) -> None:
        while True:
            try:
                await self._collected()
            except (NatsError, SanpingError, TimeoutError, OSError) as error:
                _log.debug("lane %s: %s", self._lane, error)
            await asyncio.sleep(LOOK_AGAIN_S)

    async def _collected(self) -> None:
        stream = self._client().jetstream()
        await _made(stream, self._lane)
        config = ConsumerConfig(max_ack_pending=AT_ONCE)
        found = await stream.pull_subscribe(f"{_subject(self._lane)}.>", TAKEN_BY, _name(self._lane), config)
        try:
            while True:
                with contextlib.suppress(TimeoutError):
                    await self._took_all(await found.fetch(AT_ONCE, timeout=LOOK_AGAIN_S))
        finally:
            with contextlib.suppress(NatsError):
                await found.unsubscribe()

    async def _took_all(self, messages: Sequence[Msg]) -> None:
        """Take parcels in their order; where one is refused, it comes again with all after it."""
        for index, message in enumerate(messages):
            if not await self._took(message):
                for later in messages[index:]:
                    await later.nak()
                await asyncio.sleep(REFUSED_S)
                return

    async def _took(self, message: Msg) -> bool:
        *_, site, epoch, seq = message.subject.split(".")
        if not self._known.has(site, epoch, int(seq)):
            try:
                await self._take(Parcel(site=site, epoch=epoch, seq=int(seq), body=message.data))
            except Exception:
                _log.exception("lane %s", self._lane)
                return False
            self._known.is_new(site, epoch, int(seq))
        await message.ack_sync(ANSWER_WITHIN_S)
        return True


async def _made(stream: JetStreamContext, lane: str) -> None:
    try:
        await stream.stream_info(_name(lane))
    except NotFoundError:
        await stream.add_stream(
            StreamConfig(
                name=_name(lane),
                subjects=[f"{_subject(lane)}.>"],
                retention=RetentionPolicy.WORK_QUEUE,
                storage=StorageType.FILE,
                duplicate_window=WINDOW_S,
            )
        )


def _name(lane: str) -> str:
    return f"SANPING_{lane.upper().replace('.', '_')}"


def _subject(lane: str) -> str:
    return f"sanping.lane.{lane}"
