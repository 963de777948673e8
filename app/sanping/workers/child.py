"""The worker process: waits for one job, limits itself, does it, answers and ends.

Run as `python -m sanping.workers.child <file descriptor>`. It imports neither Qt nor VTK, opens no
network connection and starts no other program.
"""

import contextlib
import gc
import importlib
import os
import sys
import threading
import time
import traceback
from multiprocessing.connection import Connection

from sanping.domain.errors import SanpingError
from sanping.domain.text import Text
from sanping.workers.isolation import forbid_network_and_programs, leave_network, limit
from sanping.workers.protocol import Broke, Doing, Done, Job, Ready, Refused, Welcome, packed

LONGEST_TRACE = 4000
REPORTS_PER_SECOND = 20.0
_ORPHANED = 3


def main(arguments: list[str]) -> None:
    """Serve the parent at the other end of the inherited socket."""
    leave_network()
    channel = Connection(int(arguments[0]))
    try:
        welcome = channel.recv()
        _prepare(welcome)
        channel.send_bytes(packed(Ready()))
        job = channel.recv()
    except (EOFError, OSError):
        return
    threading.Thread(target=_end_with_parent, args=(channel,), daemon=True).start()
    answer = packed(_answer(job, channel))
    with contextlib.suppress(OSError):
        channel.send_bytes(answer)
    sys.stderr.flush()
    os._exit(0)  # everything is said: no finalisers of foreign libraries, which like to crash


def _prepare(welcome: Welcome) -> None:
    sys.path[:] = welcome.import_paths
    for name in welcome.preload:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)


def _answer(job: Job, channel: Connection) -> Done | Refused | Broke:
    gc.disable()  # a worker is short-lived, and collecting while parsing large files takes longer than the parsing
    try:
        limit(job.limits)
        forbid_network_and_programs()
        return Done(result=job.function(*job.arguments, ChannelProgress(channel)))
    except SanpingError as error:
        return Refused(error=error)
    except MemoryError as error:
        return _broke(error, is_memory=True)
    except BaseException as error:
        return _broke(error, is_memory=False)


def _broke(error: BaseException, *, is_memory: bool) -> Broke:
    trace = "".join(traceback.format_exception(error))
    return Broke(
        summary="".join(traceback.format_exception_only(error)).strip()[:LONGEST_TRACE],
        trace=trace[-LONGEST_TRACE:],
        is_memory=is_memory,
    )


class ChannelProgress:
    """Sends progress to the parent, no oftener than people can see; a wish to stop ends the process from outside."""

    def __init__(self, channel: Connection) -> None:
        self._channel = channel
        self._next = 0.0

    def report(self, fraction: float, doing: Text) -> None:
        """Say how far the job is."""
        now = time.monotonic()
        if now < self._next:
            return
        self._next = now + 1.0 / REPORTS_PER_SECOND
        self._channel.send_bytes(packed(Doing(fraction=float(fraction), doing=doing)))


def _end_with_parent(channel: Connection) -> None:
    """Die when the parent is gone, whatever the job is doing."""
    with contextlib.suppress(EOFError, OSError):
        channel.recv_bytes()
    os._exit(_ORPHANED)


if __name__ == "__main__":
    main(sys.argv[1:])
