"""How the hub and a live source talk: the source decodes, the world gives it sockets, time and a place to deliver.

A source runs in a process of its own; nothing here may be called from another thread. Protocols over TCP are written
without I/O, as a `Session` per connection; the world owns the sockets and their limits.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from sanping.domain.call import Call
from sanping.domain.notice import Notice
from sanping.domain.observation import Observation
from sanping.domain.position import Position
from sanping.domain.source_status import SourceState
from sanping.domain.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Deliver:
    """Commit `observations`; when they are safe on disk, send `reply` (may be empty) to the peer.

    An upstream acknowledgement only ever travels in `reply`, so nothing is acknowledged that could be lost.
    """

    observations: tuple[Observation, ...]
    reply: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """Tell the hub where movers are; when it knows, send `reply` (may be empty) to the peer.

    Positions are declared as passing (ADR 0021): the hub shows the newest of each and keeps none, so that what is
    acknowledged here has arrived, and is not on disk.
    """

    positions: tuple[Position, ...]
    reply: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Send:
    """Send bytes to the peer at once."""

    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """Count something that happened; `detail` is logged at most once a minute per `what`."""

    what: str
    times: int = 1
    detail: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HangUp:
    """Close the connection; `reason` is shown in the diagnostics."""

    reason: Text


Step = Deliver | Track | Send | Count | HangUp


class Session(Protocol):
    """One TCP connection's side of a protocol, without I/O."""

    def started(self, now_ms: int) -> Iterable[Step]:
        """Steps to take when the connection is made (a client logs in here)."""

    def received(self, data: bytes, now_ms: int) -> Iterable[Step]:
        """Steps that follow from `data`; any bytes whatever may come, in pieces of any size; never raises."""

    def woken(self, now_ms: int) -> Iterable[Step]:
        """Called about once a second: time-outs, heartbeats, resends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """An HTTP answer: status 200 with `body`, or 304 with nothing new; header names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class World(Protocol):
    """What a running source may ask for."""

    def now_ms(self) -> int:
        """Milliseconds since 1970 UTC."""

    def say(self, state: SourceState, why: Text) -> None:
        """Tell the state the source is in."""

    def count(self, what: str, times: int = 1, detail: Text | None = None) -> None:
        """Count something that happened."""

    async def sleep(self, seconds: float) -> None:
        """Wait."""

    async def deliver(self, observations: Sequence[Observation]) -> None:
        """Return when the observations are committed; waits while the store is slow."""

    async def track(self, positions: Sequence[Position]) -> None:
        """Return when the hub knows where movers are; the newest of each is shown and none is kept."""

    async def publish(self, notices: Sequence[Notice]) -> None:
        """Return when public warnings are kept and on their way to the screens."""

    async def file(self, calls: Sequence[Call]) -> Text | None:
        """Return when the calls are kept as cases, each number once; says why when some became none."""

    async def serve_tcp(self, host: str, port: int, session: Callable[[str], Session], most: int = 64) -> None:
        """Accept connections for ever, at most `most` at once; `session(peer_ip)` makes one for each.

        Raises `SourceFailed`.
        """

    async def dial_tcp(self, host: str, port: int, session: Callable[[str], Session]) -> None:
        """Hold one connection until it ends, guarded as `reached` is. Raises `SourceFailed` or `SourceRefused`."""

    async def reached(self, host: str, port: int) -> str:
        """Return the IP address that a connection to a host has to go to, looked up and judged just now.

        Whoever connects by a library connects there, so that the name cannot come to mean another machine in between.
        Raises `SourceFailed` for a host that is not known, `SourceRefused` for one that may not be reached.
        """

    async def fetch(self, url: str, headers: Mapping[str, str]) -> Fetched:
        """GET over HTTP(S), guarded against reaching where it must not. Raises `SourceFailed`."""

    def secret(self, name: str) -> str:
        """Return a secret that a setting refers to; empty when none is stored."""


def secret_of(world: World, settings: Mapping[str, object], name: str) -> str:
    """Return a secret setting: what is stored under its value or under its name, else the value itself."""
    given = str(settings.get(name) or "")
    return (world.secret(given) if given else "") or world.secret(name) or given


class Source(Protocol):
    """One configured live source; a class with this shape is named by the entry points `sanping.adapters`.

    Made as `Source(settings)` where `settings` has been checked against the manifest.
    """

    async def run(self, world: World) -> None:
        """Deliver for ever.

        Raises `SourceFailed` to be tried again later, `SourceRefused` when only a person can help.
        """

    async def test(self, world: World) -> Text:
        """Try the settings briefly (at most ten seconds) and say what was found. Raises like `run`."""


class Simulator(Protocol):
    """Speaks an adapter's protocol as real devices do; made as `Simulator(settings)` from the source's own settings."""

    async def play(self, readings: "Readings", sleep: Callable[[float], Awaitable[None]]) -> None:
        """Connect to the source (or be what it connects to) on loopback and report `readings` for ever."""


class Readings(Protocol):
    """The invented truth that simulators report."""

    def stations(self) -> Sequence[str]:
        """Addresses to report for, in the protocol of the simulator."""

    def at(self, address: str, now_ms: int) -> Mapping[str, float]:
        """Values of one station by quantity code (see `domain.quantity`), in the units written there."""
