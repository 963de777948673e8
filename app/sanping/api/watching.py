"""Who watches the long calls of a script, and may stop them."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from sanping.ports.progress import Progress, SilentProgress

_WATCHER: ContextVar[Progress | None] = ContextVar("sanping_watcher", default=None)


@contextmanager
def watched_by(progress: Progress) -> Iterator[None]:
    """Have the calls within told to `progress`, which stops one by raising `Cancelled` from `report`."""
    token = _WATCHER.set(progress)
    try:
        yield
    finally:
        _WATCHER.reset(token)


def watcher() -> Progress:
    """Return who watches now."""
    return _WATCHER.get() or SilentProgress()
