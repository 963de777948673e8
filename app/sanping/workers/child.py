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
from sanping.ports.jobs import Limits
from sanping.workers.protocol import Broke, Doing, Done, Job, Ready, Refused, Welcome, packed

OPEN_FILES = 256
NICENESS = 5
LONGEST_TRACE = 4000
REPORTS_PER_SECOND = 20.0
_ORPHANED = 3
_NETWORK = ("connect", "bind", "sendto", "sendmsg", "getaddrinfo", "gethostbyname", "gethostbyaddr", "getnameinfo")
_FORBIDDEN = frozenset(f"socket.{word}" for word in _NETWORK) | {
    "subprocess.Popen",
    "os.system",
    "os.exec",
    "os.posix_spawn",
    "os.fork",
    "os.forkpty",
    "pty.spawn",
}


def main(arguments: list[str]) -> None:
    """Serve the parent at the other end of the inherited socket."""
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
        _limit(job.limits)
        sys.addaudithook(_forbid)
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


def _limit(limits: Limits) -> None:
    """Set the limits of the operating system; where it has none (Windows), the parent's wall time remains."""
    with contextlib.suppress(OSError, AttributeError):
        os.nice(NICENESS)
    try:
        resource = importlib.import_module("resource")
    except ImportError:
        return
    cpu_s = int(limits.cpu_s + time.process_time()) + 1
    wanted = {
        "RLIMIT_CORE": (0, 0),
        "RLIMIT_NOFILE": (OPEN_FILES, OPEN_FILES),
        "RLIMIT_AS": (limits.memory_bytes, limits.memory_bytes),
        "RLIMIT_CPU": (cpu_s, cpu_s + 5),
    }
    for name, pair in wanted.items():
        kind = getattr(resource, name, None)
        if kind is None:
            continue
        allowed = resource.getrlimit(kind)[1]
        is_bounded = allowed != resource.RLIM_INFINITY
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(kind, (min(pair[0], allowed), min(pair[1], allowed)) if is_bounded else pair)


def _forbid(event: str, arguments: tuple[object, ...]) -> None:
    """Refuse network and other programs: a reader needs neither."""
    if event in _FORBIDDEN:
        text = f"a worker may not do this: {event}"
        raise PermissionError(text)


def _end_with_parent(channel: Connection) -> None:
    """Die when the parent is gone, whatever the job is doing."""
    with contextlib.suppress(EOFError, OSError):
        channel.recv_bytes()
    os._exit(_ORPHANED)


if __name__ == "__main__":
    main(sys.argv[1:])
