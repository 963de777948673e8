"""Memory that was freed goes back to the system now and then.

The C library of most Linux systems (glibc) gives back what lies at the end of its heap, and keeps every page between
things that stay. A backlog of some seconds so leaves tens of megabytes that nobody uses, and the next one adds to them.
"""

import ctypes
import threading
from functools import cache
from typing import Any

EVERY_S = 60.0


def give_back() -> bool:
    """Have free pages given back; False where there were none, or where the C library knows no way. Any thread may."""
    trim = _trim()
    return trim is not None and bool(trim(0))


class GivingBack:
    """Does it every so many seconds on a thread of its own, until it is stopped."""

    def __init__(self, every_s: float = EVERY_S) -> None:
        self._stopping = threading.Event()
        self._every_s = every_s
        self._thread = threading.Thread(target=self._run, name="freed-memory", daemon=True)
        if _trim() is not None:
            self._thread.start()

    def stop(self) -> None:
        """End the thread."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while not self._stopping.wait(self._every_s):
            give_back()


@cache
def _trim() -> Any:
    """Return `malloc_trim`, None where the C library has none."""
    try:
        return ctypes.CDLL(None).malloc_trim
    except (AttributeError, OSError, TypeError):  # another C library, and Windows, which names none
        return None
