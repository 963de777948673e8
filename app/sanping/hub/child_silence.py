"""How long the hub waits for a word of a child: one that hangs is told from one that waits for a processor itself.

A busy machine may keep a sound child from its heartbeat for seconds; to end it, and to start another, would only add to
the load. Where the system tells what a process has had of a processor (Linux), such a child is waited for.
"""

import asyncio
from dataclasses import dataclass
from pathlib import Path

from sanping.hub.child_messages import FromChild
from sanping.hub.child_process import ChildProcess

STARVED_S = 30.0
"""No child is waited for longer than this, or than its patience where that is more."""
BUSY_S = 1.0
"""Processor time in which a sound child would have said something."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How the main thread of a process stands: seconds that it had a processor, and whether it wants one now."""

    ran_s: float
    is_ready: bool


def standing_of(process: int) -> Standing | None:
    """Return how a process stands, None where the system does not tell."""
    try:
        ran_ns = Path(f"/proc/{process}/schedstat").read_text(encoding="ascii").split()[0]
        state = (
            Path(f"/proc/{process}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[0]
        )
        return Standing(ran_s=int(ran_ns) / 1e9, is_ready=state == "R")
    except (OSError, ValueError, IndexError):
        return None


def is_starved(before: Standing | None, now: Standing | None) -> bool:
    """Say whether a process wants a processor and had little of one in between."""
    if before is None or now is None:
        return False
    return now.is_ready and now.ran_s - before.ran_s < BUSY_S


async def next_word(child: ChildProcess, patience_s: float) -> FromChild | None:
    """Return its next message, None when it has closed. Raises `FrameBroken`, and `TimeoutError` for one that hangs.

    Whoever waits may be cancelled at any moment, also in that of a message: `wait_for` would forget it then, and the
    source of a hub that stops would go on.
    """
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(max(patience_s, STARVED_S)) as limit:
        watch = _Watch(child.number, patience_s, limit, loop)
        try:
            return await child.next()
        finally:
            watch.end()


class _Watch:
    """Looks at a silent child when half its patience is over, and then at the end of it, as often as it is starved."""

    def __init__(
        self, process: int, patience_s: float, limit: asyncio.Timeout, loop: asyncio.AbstractEventLoop
    ) -> None:
        self._process, self._half_s, self._limit, self._loop = process, patience_s / 2, limit, loop
        self._next = loop.call_later(self._half_s, self._begin)

    def end(self) -> None:
        """Look no more."""
        self._next.cancel()

    def _begin(self) -> None:
        self._before = standing_of(self._process)
        self._next = self._loop.call_later(self._half_s, self._judge)

    def _judge(self) -> None:
        if is_starved(self._before, standing_of(self._process)):
            self._next = self._loop.call_later(self._half_s, self._judge)
        elif not self._limit.expired():  # both may be due in the same turn of the loop
            self._limit.reschedule(self._loop.time())
