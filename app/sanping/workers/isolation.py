"""What a worker takes from itself before it touches a foreign file: network, other programs, memory, time, files."""

import contextlib
import ctypes
import importlib
import os
import sys
import time
from pathlib import Path

from sanping.ports.jobs import Limits

OPEN_FILES = 256
NICENESS = 5

_NEW_USER_NAMESPACE = 0x1000_0000
_NEW_NETWORK_NAMESPACE = 0x4000_0000
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


def leave_network() -> bool:
    """Move to a network namespace that holds no interface, so that C libraries reach no network either.

    Linux only, and only where the system lets us; called before the first thread starts. Return whether it worked.
    """
    if not sys.platform.startswith("linux"):
        return False
    user, group = os.getuid(), os.getgid()
    unshare = getattr(ctypes.CDLL(None), "unshare", None)
    if unshare is None:
        return False
    if unshare(_NEW_NETWORK_NAMESPACE) == 0:
        return True
    if unshare(_NEW_USER_NAMESPACE | _NEW_NETWORK_NAMESPACE) != 0:
        return False
    with contextlib.suppress(OSError):  # without these lines we are "nobody" in our own eyes, which does no harm
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
        Path("/proc/self/gid_map").write_text(f"{group} {group} 1")
    return True


def limit(limits: Limits) -> None:
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


def forbid_network_and_programs() -> None:
    """Refuse what Python code may try: a reader needs neither. Cannot be taken back."""
    sys.addaudithook(_refuse)


def _refuse(event: str, arguments: tuple[object, ...]) -> None:
    if event in _FORBIDDEN:
        text = f"a worker may not do this: {event}"
        raise PermissionError(text)
