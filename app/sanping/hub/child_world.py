"""The world as a running source sees it: sockets, time, and a place to deliver. One per child process."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from sanping.domain.call import Call
from sanping.domain.notice import Notice
from sanping.domain.observation import Observation
from sanping.domain.position import Position
from sanping.domain.source_status import SourceState
from sanping.domain.text import Text
from sanping.hub.child_delivery import Filings, Publications, deliveries, trackings
from sanping.hub.child_messages import FromChild, Noted, Said
from sanping.hub.child_tcp import TcpRunner
from sanping.ports.source import Fetched, Session

NOTED_EVERY_S = 60.0
MOST_KINDS_OF_NOTES = 200

_TOO_LONG = Text("预警过长，已跳过", "A warning is too long and was skipped")


class ChildWorld:
    """Implements `ports.source.World` over a channel to the hub."""

    def __init__(
        self, send: Callable[[FromChild], None], secrets: Mapping[str, str], allowed_networks: Sequence[str]
    ) -> None:
        self.counts: Counter[str] = Counter()
        self.deliveries = deliveries(send)
        self.trackings = trackings(send)
        self.publications = Publications(send)
        self.filings = Filings(send)
        self._send = send
        self._secrets = secrets
        self._allowed = tuple(allowed_networks)
        self._tcp = TcpRunner(self.deliveries, self, trackings=self.trackings)
        self._noted_s: dict[str, float] = {}

    def now_ms(self) -> int:
        """Milliseconds since 1970 UTC."""
        return time.time_ns() // 1_000_000

    def say(self, state: SourceState, why: Text) -> None:
        """Tell the state the source is in."""
        self._send(Said(state=state, zh=why.zh, en=why.en))

    def count(self, what: str, times: int = 1, detail: Text | None = None) -> None:
        """Count something that happened; its detail is passed on once a minute."""
        self.counts[what] += times
        if detail is None:
            return
        now_s = time.monotonic()
        if now_s < self._noted_s.get(what, 0.0) or len(self._noted_s) > MOST_KINDS_OF_NOTES:
            return
        self._noted_s[what] = now_s + NOTED_EVERY_S
        self._send(Noted(what=what, zh=detail.zh, en=detail.en))

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds)

    async def deliver(self, observations: Sequence[Observation]) -> None:
        """Return when the observations are committed."""
        if observations:
            await self.deliveries.room()
            await self.deliveries.submitted(observations)

    async def track(self, positions: Sequence[Position]) -> None:
        """Return when the hub knows where movers are; nothing of it is kept."""
        if positions:
            await self.trackings.room()
            await self.trackings.submitted(positions)

    async def publish(self, notices: Sequence[Notice]) -> None:
        """Return when public warnings are kept and on their way to the screens."""
        left_out = await self.publications.published(notices)
        if left_out:
            self.count("bad_notices", left_out, _TOO_LONG)

    async def file(self, calls: Sequence[Call]) -> Text | None:
        """Return when the calls are kept as cases; says why when some became none."""
        return await self.filings.handed_over(calls)

    async def serve_tcp(self, host: str, port: int, session: Callable[[str], Session], most: int = 64) -> None:
        """Accept connections for ever, at most so many at once. Raises `SourceFailed`."""
        await self._tcp.serve(host, port, session, most)

    async def dial_tcp(self, host: str, port: int, session: Callable[[str], Session]) -> None:
        """Hold one connection until it ends, guarded. Raises `SourceFailed` or `SourceRefused`."""
        await self._tcp.dial(host, port, session, await self.reached(host, port))

    async def reached(self, host: str, port: int) -> str:
        """Return the judged address of a host. Raises `SourceFailed` or `SourceRefused`."""
        from sanping.hub.child_fetch import Guard  # noqa: PLC0415  sources that listen need none

        return await Guard(self._allowed).reached(host, port)

    async def fetch(self, url: str, headers: Mapping[str, str]) -> Fetched:
        """GET over HTTP(S), guarded. Raises `SourceFailed` or `SourceRefused`."""
        from sanping.hub.child_fetch import GuardedFetch  # noqa: PLC0415  most sources need no HTTP

        return await GuardedFetch(self._allowed).fetch(url, headers)

    def secret(self, name: str) -> str:
        """Return a stored secret, empty when there is none."""
        return self._secrets.get(name, "")
