"""A child's way to the hub: gathers what is delivered, published and filed into frames, and tells when it is kept."""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

import msgspec

from sanping.domain.call import Call
from sanping.domain.notice import Notice
from sanping.domain.observation import Observation
from sanping.domain.position import Position
from sanping.domain.text import Text
from sanping.hub.child_messages import (
    MAX_FRAME_BYTES,
    ROWS_PER_FRAME,
    Delivery,
    Filed,
    Filing,
    FromChild,
    Publication,
    Tracking,
)

GATHER_S = 0.02
TRACKING_GATHER_S = 0.2
MOST_UNCOMMITTED = 20_000
CALLS_PER_FRAME = 100
PUBLICATION_BYTES = MAX_FRAME_BYTES // 2


_Row = TypeVar("_Row")


class Deliveries(Generic[_Row]):
    """Observations, or positions, on their way to the hub, in the order in which they came.

    `send` passes a numbered frame of rows on. `submitted` gives a future that is done when the hub has answered for the
    rows: observations are safe on disk then; many deliveries share one. `room` waits while too much is under way, which
    is how a slow store slows its sources.
    """

    def __init__(self, send: Callable[[int, tuple[_Row, ...]], None], gather_s: float = GATHER_S) -> None:
        self._send = send
        self._gather_s = gather_s
        self._number = 0
        self._rows: list[_Row] = []
        self._next: asyncio.Future[None] | None = None
        self._sent: deque[tuple[int, int, asyncio.Future[None]]] = deque()
        self._uncommitted = 0
        self._roomy = asyncio.Event()
        self._roomy.set()

    @property
    def uncommitted(self) -> int:
        """Rows that the hub has not answered for."""
        return self._uncommitted

    def submitted(self, rows: Sequence[_Row]) -> asyncio.Future[None]:
        """Take rows along with the next frame."""
        if self._next is None:
            loop = asyncio.get_running_loop()
            self._next = loop.create_future()
            loop.call_later(self._gather_s, self._flush, self._next)
        done = self._next
        self._rows.extend(rows)
        self._uncommitted += len(rows)
        if self._uncommitted >= MOST_UNCOMMITTED:
            self._roomy.clear()
        if len(self._rows) >= ROWS_PER_FRAME:
            self._flush(done)
        return done

    async def room(self) -> None:
        """Return when less than the most allowed is under way."""
        await self._roomy.wait()

    def committed(self, number: int) -> None:
        """Everything up to frame `number` is safe."""
        while self._sent and self._sent[0][0] <= number:
            _, rows, done = self._sent.popleft()
            self._uncommitted -= rows
            if not done.done():
                done.set_result(None)
        if self._uncommitted < MOST_UNCOMMITTED:
            self._roomy.set()

    def _flush(self, wanted: "asyncio.Future[None]") -> None:
        if self._next is not wanted:
            return
        rows, self._rows, self._next = self._rows, [], None
        for start in range(0, max(len(rows), 1), ROWS_PER_FRAME):
            part = tuple(rows[start : start + ROWS_PER_FRAME])
            self._number += 1
            is_last = start + ROWS_PER_FRAME >= len(rows)
            done = wanted if is_last else asyncio.get_running_loop().create_future()
            self._sent.append((self._number, len(part), done))
            self._send(self._number, part)


def deliveries(send: Callable[[FromChild], None]) -> Deliveries[Observation]:
    """Return the way of observations."""
    return Deliveries(lambda number, rows: send(Delivery(number=number, observations=rows)))


def trackings(send: Callable[[FromChild], None]) -> Deliveries[Position]:
    """Return the way of positions; they gather for a little longer, because nobody sees the difference."""
    return Deliveries(lambda number, rows: send(Tracking(number=number, positions=rows)), TRACKING_GATHER_S)


class Publications:
    """Public warnings on their way to being kept; one frame after another, because they are few."""

    def __init__(self, send: Callable[[FromChild], None]) -> None:
        self._send = send
        self._number = 0
        self._waiting: dict[int, asyncio.Future[None]] = {}

    async def published(self, notices: Sequence[Notice]) -> int:
        """Return when the warnings are safe on disk; the number is of those that were too long to be sent at all."""
        frames, left_out = _packed(notices)
        for part in frames:
            self._number += 1
            done = self._waiting[self._number] = asyncio.get_running_loop().create_future()
            self._send(Publication(number=self._number, notices=part))
            await done
        return left_out

    def kept(self, number: int) -> None:
        """The hub has kept frame `number`."""
        done = self._waiting.pop(number, None)
        if done is not None and not done.done():
            done.set_result(None)


class Filings:
    """Calls on their way to becoming cases; one frame after another, so that a slow desk slows its source."""

    def __init__(self, send: Callable[[FromChild], None]) -> None:
        self._send = send
        self._number = 0
        self._waiting: dict[int, asyncio.Future[Filed]] = {}

    async def handed_over(self, calls: Sequence[Call]) -> Text | None:
        """Return when the calls are kept; says why when some became no cases."""
        why: Text | None = None
        for start in range(0, len(calls), CALLS_PER_FRAME):
            self._number += 1
            done = self._waiting[self._number] = asyncio.get_running_loop().create_future()
            self._send(Filing(number=self._number, calls=tuple(calls[start : start + CALLS_PER_FRAME])))
            filed = await done
            why = Text(filed.why_zh, filed.why_en) if filed.why_zh else why
        return why

    def filed(self, answer: Filed) -> None:
        """The hub has kept a frame."""
        done = self._waiting.pop(answer.number, None)
        if done is not None and not done.done():
            done.set_result(answer)


def _packed(notices: Sequence[Notice]) -> tuple[list[tuple[Notice, ...]], int]:
    """Return the warnings in frames of bounded size, and how many are too long for any."""
    frames: list[tuple[Notice, ...]] = []
    frame: list[Notice] = []
    size = left_out = 0
    for notice in notices:
        length = len(msgspec.msgpack.encode(notice))
        if length > PUBLICATION_BYTES:
            left_out += 1
            continue
        if frame and size + length > PUBLICATION_BYTES:
            frames.append(tuple(frame))
            frame, size = [], 0
        frame.append(notice)
        size += length
    return ([*frames, tuple(frame)] if frame else frames), left_out
