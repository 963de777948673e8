"""An event loop whose clock is turned by hand: what waits for five minutes is waited for in no time."""

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

TURNS = 12
_Answer = TypeVar("_Answer")


class QuickLoop(asyncio.SelectorEventLoop):
    """`now_s` is its time; timers run at their moments while `let_pass` turns it on."""

    def __init__(self) -> None:
        super().__init__()
        self.now_s = 1_000.0
        self._scheduled: list[asyncio.TimerHandle]

    def time(self) -> float:
        return self.now_s

    def done(self, what: Awaitable[_Answer]) -> _Answer:
        """Return what a coroutine returns that needs no time to pass."""
        return self.run_until_complete(asyncio.ensure_future(what, loop=self))

    def settle(self) -> None:
        """Let everything happen that needs no time."""

        async def turns() -> None:
            for _ in range(TURNS):
                await asyncio.sleep(0)

        self.done(turns())

    def let_pass(self, seconds: float) -> None:
        """Turn the clock on, timer by timer."""
        end_s = self.now_s + seconds
        self.settle()
        while (next_s := self._next_s()) <= end_s:
            self.now_s = max(self.now_s, next_s)
            self.settle()
        self.now_s = end_s
        self.settle()

    def _next_s(self) -> float:
        return min((timer.when() for timer in self._scheduled if not timer.cancelled()), default=float("inf"))
