"""A hub that a desk started does not outlive it for long: it hears that the desk is gone, however it died.

It goes on for a while, so that the next desk can take it over without a gap, and as long as a screen is linked.
"""

import asyncio
import contextlib
import os
import threading
from collections.abc import Callable

ALONE_S = 60.0
LOOK_EVERY_S = 0.5


async def left_alone(screens: Callable[[], int], alone_s: float = ALONE_S, standard_input: int = 0) -> None:
    """Return when the standard input has ended and then, for `alone_s`, no screen was linked."""
    await _ended(standard_input)
    loop = asyncio.get_running_loop()
    since_s = loop.time()
    while loop.time() - since_s < alone_s:
        await asyncio.sleep(min(LOOK_EVERY_S, alone_s / 4))
        if screens():
            since_s = loop.time()


async def _ended(number: int) -> None:
    """Return at the end of a pipe; read on a thread, because not every system can wait for a pipe otherwise."""
    loop, over = asyncio.get_running_loop(), asyncio.Event()

    def read() -> None:
        with contextlib.suppress(OSError):
            while os.read(number, 4096):
                pass
        with contextlib.suppress(RuntimeError):  # the loop is closed
            loop.call_soon_threadsafe(over.set)

    threading.Thread(target=read, name="hub-owner", daemon=True).start()
    await over.wait()
