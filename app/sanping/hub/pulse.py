"""Whether a screen is still there: one that says nothing is pinged, and given up when it does not answer.

One look at all screens now and then costs less than a timer that each message sets anew.
"""

import asyncio
from collections.abc import Callable, Iterable

PINGED_AFTER_S = 8.0
GONE_AFTER_S = 12.0
LOOK_EVERY_S = 1.0
PING = b"\x89\x00"
"""A whole, empty ping frame of a server (RFC 6455, section 5.5.2)."""


class Pulse:
    """The signs of life of one connection; `heard_s` is when the last came, by the clock of the event loop."""

    def __init__(self, write: Callable[[bytes], object], drop: Callable[[], None], now_s: float) -> None:
        self.heard_s = now_s
        self._write = write
        self._drop = drop
        self._pinged_s = now_s

    def look(self, now_s: float) -> None:
        """Ping a silent screen, or drop it."""
        silent_s = now_s - self.heard_s
        if silent_s >= GONE_AFTER_S:
            self._drop()
        elif silent_s >= PINGED_AFTER_S and now_s - self._pinged_s >= PINGED_AFTER_S:
            self._pinged_s = now_s
            self._write(PING)


async def keep_looking(pulses: Callable[[], Iterable[Pulse]]) -> None:
    """Look at all connections again and again, until cancelled."""
    loop = asyncio.get_running_loop()
    while True:
        await asyncio.sleep(LOOK_EVERY_S)
        now_s = loop.time()
        for pulse in tuple(pulses()):
            pulse.look(now_s)
