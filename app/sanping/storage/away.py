"""Stores while their server is not there: observations go to the spool in the data folder, all else is refused.

A hub that starts without its server runs on these until the server comes; nothing is known meanwhile, so nothing is
shown as if it were.
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NoReturn

from sanping.domain.device import Device
from sanping.domain.errors import StoreFailed
from sanping.domain.observation import Observation
from sanping.domain.text import Text
from sanping.ports.device_book import User
from sanping.ports.event_log import Event
from sanping.ports.history import History, Series, SeriesKey, Step
from sanping.ports.progress import Progress
from sanping.storage.opening import SERVER_SPOOL_MB, spooled

LONGEST_S = 30


class AwayHistory:
    """Implements `ports.history.History`, and refuses everything with `error`."""

    def __init__(self, error: StoreFailed) -> None:
        self.error = error
        self.why: Text | None = error.message
        self.corrections: Mapping[str, int] = {}

    def append(self, rows: Sequence[Observation]) -> int:
        """Take nothing."""
        raise self.error

    def as_of(self, moment_ms: int, stations: Sequence[str] = ()) -> Sequence[Observation]:
        """Answer nothing."""
        raise self.error

    def series(self, key: SeriesKey, from_ms: int, to_ms: int, step: Step = "raw") -> Series:
        """Answer nothing."""
        raise self.error

    def span(self) -> tuple[int, int]:
        """Answer nothing."""
        raise self.error

    def rows_between(self, from_ms: int, to_ms: int) -> Iterable[Sequence[Observation]]:
        """Answer nothing."""
        raise self.error

    def forget_before(self, moment_ms: int, progress: Progress | None = None) -> int:
        """Forget nothing."""
        raise self.error

    def close(self) -> None:
        """Do nothing."""


class AwayLog:
    """Implements `ports.event_log.EventLog`, and refuses everything with `error`."""

    epoch = ""

    def __init__(self, error: StoreFailed) -> None:
        self.error = error

    def append(self, events: Sequence[tuple[int, str, bytes]]) -> int:
        """Take nothing."""
        if events:
            raise self.error
        return 0

    def since(self, seq: int, limit: int = 10_000) -> Sequence[Event]:
        """Answer nothing."""
        raise self.error

    def at(self, moment_ms: int) -> int:
        """Answer nothing."""
        raise self.error

    def between(self, from_ms: int, to_ms: int, kinds: Sequence[str] = ()) -> Iterable[Event]:
        """Answer nothing."""
        raise self.error

    def close(self) -> None:
        """Do nothing."""


class AwayDevices:
    """Implements `ports.device_book.DeviceBook`: it knows nobody, and takes nothing."""

    def __init__(self, error: StoreFailed) -> None:
        self.error = error

    def devices(self) -> Sequence[tuple[Device, bytes]]:
        """Return nothing: it is not known who may come in."""
        return ()

    def users(self) -> Sequence[User]:
        """Return nothing: it is not known who can log in."""
        return ()

    def keep(self, device: Device, token_hash: bytes | None = None) -> None:
        """Take nothing."""
        raise self.error

    def keep_user(self, user: User) -> None:
        """Take nothing."""
        raise self.error

    def forget_user(self, name: str) -> bool:
        """Forget nothing."""
        raise self.error

    def close(self) -> None:
        """Do nothing."""


class AwayStores:
    """Implements `storage.opening.HubStores` for a server that is away, as `error` says."""

    def __init__(self, folder: Path, error: StoreFailed) -> None:
        self.error = error
        self._folder = folder

    def history(self) -> History:
        """Open the spool."""
        return spooled(AwayHistory(self.error), self._folder, SERVER_SPOOL_MB)

    def events(self) -> AwayLog:
        """Return what knows nothing."""
        return AwayLog(self.error)

    def devices(self) -> AwayDevices:
        """Return what knows nobody."""
        return AwayDevices(self.error)

    def cases(self, key: bytes) -> NoReturn:
        """Open nothing."""
        raise self.error

    def has_cases(self) -> NoReturn:
        """Answer nothing."""
        raise self.error


def wait_s(attempt: int) -> float:
    """Return how long to wait before a server is asked again: a second, twice as long each time, at most half a minute.

    `attempt` counts from 0.
    """
    return float(min(LONGEST_S, 1 << min(attempt, 5)))
