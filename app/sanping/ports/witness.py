"""Trying a protocol before it is saved: a session that only looks on. Adapters over TCP build their `test` on it."""

from collections.abc import Iterable

from sanping.domain.text import Text
from sanping.ports.source import Count, Deliver, HangUp, Session, Step, Track


class Heard:
    """What came while somebody looked on: frames, values, the stations they were of, and why a peer was left."""

    def __init__(self) -> None:
        self.frames = 0
        self.values = 0
        self.stations: set[str] = set()
        self.hung_up: Text | None = None


class Witness:
    """A `Session` that lets another one talk, but holds back deliveries and with them every acknowledgement.

    What a device sends during a test is neither kept nor acknowledged, so that the device sends it again: nothing is
    lost. `heard` gathers what came over all connections.
    """

    def __init__(self, inner: Session, heard: Heard) -> None:
        self._inner = inner
        self._heard = heard

    def started(self, now_ms: int) -> Iterable[Step]:
        """As the inner session."""
        return self._seen(self._inner.started(now_ms))

    def received(self, data: bytes, now_ms: int) -> Iterable[Step]:
        """As the inner session, but for deliveries."""
        return self._seen(self._inner.received(data, now_ms))

    def woken(self, now_ms: int) -> Iterable[Step]:
        """As the inner session."""
        return self._seen(self._inner.woken(now_ms))

    def _seen(self, steps: Iterable[Step]) -> Iterable[Step]:
        for step in steps:
            match step:
                case Deliver(observations=observations):
                    self._heard.values += len(observations)
                    self._heard.stations |= {observation.station for observation in observations}
                    continue
                case Track(positions=positions):
                    self._heard.values += len(positions)
                    self._heard.stations |= {position.mover for position in positions}
                    continue
                case Count(what="frames", times=times):
                    self._heard.frames += times
                case HangUp(reason=reason):
                    self._heard.hung_up = reason
                case _:
                    pass
            yield step
