"""How hubs speak with one another: by subject to whoever listens, by question and answer, and by a lane that keeps."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

Hear = Callable[[str, bytes], None]
Answer = Callable[[str, bytes], Awaitable[bytes]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """What a lane keeps until it is taken: named for ever by site, epoch and its number there."""

    site: str
    epoch: str
    seq: int
    body: bytes


Take = Callable[[Parcel], Awaitable[None]]


class Bus(Protocol):
    """Carries bytes between hubs; lives in one event loop.

    A subject is tokens of letters, digits, "-" and "_" with points between; `*` in one that is listened to stands for
    one token, a last `>` for one or more.
    """

    @property
    def is_up(self) -> bool:
        """Whether the bus itself is there; whether anybody hears is another question."""

    @property
    def most_bytes(self) -> int:
        """How many bytes a body may have, 0 while that is not known."""

    async def start(self) -> None:
        """Begin; returns at once and comes up when it can."""

    async def publish(self, subject: str, body: bytes) -> None:
        """Tell whoever listens now, at most once; nothing is kept.

        Nothing is said while the bus is down, and a body that it does not carry is not said at all.
        """

    async def subscribe(self, subject: str, hear: Hear) -> None:
        """Let `hear(subject, body)` hear everything from now on."""

    async def answer(self, subject: str, answer: Answer) -> None:
        """Let `answer(subject, body)` answer what is asked; when it raises, who asked hears nothing."""

    async def ask(self, subject: str, body: bytes, within_s: float) -> bytes:
        """Return what somebody answers. Raises `SiteUnreachable` when nobody does in time.

        Raises `MessageTooLarge` at once for a body that the bus does not carry.
        """

    async def close(self) -> None:
        """Let go of everybody."""


class Lane(Protocol):
    """Store and forward: a parcel is kept until somebody has taken it, and comes again until they have."""

    async def store(self, lane: str, parcel: Parcel) -> None:
        """Keep a parcel; it is with the lane on return. The same one twice is kept once. Raises `SiteUnreachable`."""

    async def collect(self, lane: str, take: Take) -> None:
        """Give `take` the parcels of a lane in their order, each once; one whose `take` raises comes again."""
