"""Whether the hub still answers. One that says nothing is asked; when that is not answered, its address is tried.

A hub that is only busy keeps its screens, because its machine still takes connections; where not even that works, the
line is cut, and the screen begins anew instead of waiting for what the old connection may still bring.
"""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

ASKED_AFTER_S = 1.0
STALE_AFTER_S = 2.5
REACHED_WITHIN_S = 1.5
LOOK_EVERY_S = 0.25
TRIED_EVERY_S = 1.0


class Silence:
    """Watches one connection: `heard` says when something came last, by the monotonic clock.

    `ask` sends what has to be answered, `tell` hears when the hub falls silent (True) and when it speaks again (False),
    `is_reachable` tries its address.
    """

    def __init__(
        self,
        heard: Callable[[], float],
        ask: Callable[[], None],
        tell: Callable[[bool], None],
        is_reachable: Callable[[], Awaitable[bool]],
    ) -> None:
        self._heard, self._ask, self._tell, self._is_reachable = heard, ask, tell, is_reachable
        self._is_asked = self._is_stale = False

    async def until_cut(self) -> None:
        """Return when the hub can no longer be reached."""
        tried_s = 0.0
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            now_s = time.monotonic()
            self.look(now_s - self._heard())
            if self._is_stale and now_s - tried_s >= TRIED_EVERY_S:
                tried_s = now_s
                if not await self._is_reachable():
                    return

    def look(self, silent_s: float) -> None:
        """Do what so long a silence calls for."""
        if silent_s < ASKED_AFTER_S:
            self._is_asked = False
        elif not self._is_asked:
            self._is_asked = True
            self._ask()
        is_stale = silent_s >= STALE_AFTER_S
        if is_stale != self._is_stale:
            self._is_stale = is_stale
            self._tell(is_stale)


async def is_reachable(address: str) -> bool:
    """Say whether the machine of a hub, "http://host:port", takes connections."""
    parts = urlsplit(address)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        _, writer = await asyncio.wait_for(asyncio.open_connection(parts.hostname, port), REACHED_WITHIN_S)
    except (OSError, TimeoutError):
        return False
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()
    return True
