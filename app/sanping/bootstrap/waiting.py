"""A hub whose stores lie on a server that is not there yet: it runs, says so, spools, and goes on once it comes."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sanping.domain.errors import StoreFailed
from sanping.hub.event_keeper import EventRow
from sanping.storage.away import wait_s
from sanping.storage.opening import Stores


@dataclass(frozen=True, slots=True, kw_only=True)
class Waited:
    """What is left of waiting: the port at which the hub answered (0: none yet), and events that nobody could keep."""

    port: int = 0
    held_back: Sequence[EventRow] = ()


class Back:
    """Whether the stores have come."""

    def __init__(self, stores: Stores) -> None:
        self.has_come = False
        self._stores = stores

    async def look(self, stopping: asyncio.Event) -> None:
        """Ask for the stores again and again, less often with time; have the hub stopped when they are there."""
        attempt = 0
        while not self.has_come:
            await asyncio.sleep(wait_s(attempt))
            attempt += 1
            try:
                self.has_come = await asyncio.to_thread(self._stores.away) is None
            except StoreFailed:
                self.has_come = True  # the server is there; what it refuses is said by who opens the stores
        stopping.set()


def waited_for(stores: Stores, run: Callable[[StoreFailed, Back], Waited | None]) -> Waited | None:
    """Return at once when the stores are there; else `run` the hub without them until they are.

    None when it was told to stop. Raises `StoreFailed` when the server refuses.
    """
    error = stores.away()
    return Waited() if error is None else run(error, Back(stores))
