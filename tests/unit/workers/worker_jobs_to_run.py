"""Functions that workers are asked to run in tests: well-behaved ones and every kind of fault."""

import ctypes
import os
import socket
import struct
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

from sanping.domain.errors import FileBroken
from sanping.domain.geo import Extent
from sanping.domain.text import Text


def doubled(number, progress):
    progress.report(0.5, Text("一半", "half"))
    return number * 2


def reports(times, progress):
    for step in range(times):
        progress.report(step / times, Text("数数", "counting"))
        time.sleep(0.06)
    return times


def values(progress):
    return {
        "array": np.arange(12, dtype=np.float32).reshape(3, 4),
        "extent": Extent(west=1, south=2, east=3, north=4),
        "path": Path("/a/b"),
        "set": {1, 2},
    }


def refuses(progress):
    raise FileBroken(Text("坏了", "broken"), path="x.gml", place="line 3")


def raises(progress):
    return {}["missing"]


def sleeps(seconds, progress):
    time.sleep(seconds)


def notes_itself_and_sleeps(note, seconds, progress):
    note.write_text(str(os.getpid()))
    time.sleep(seconds)


def spins(progress):
    while True:
        pass


def hogs_memory(progress):
    return len([bytearray(64 << 20) for _ in range(1000)])


def segfaults(progress):
    sys.stderr.write("last words before the crash")
    sys.stderr.flush()
    ctypes.string_at(0)


def aborts(progress):
    os.abort()


def exits(progress):
    os._exit(7)


def is_killed(progress):
    os.kill(os.getpid(), 9)


def talks_much(progress):
    sys.stderr.write("谈" * 500_000)
    return "said"


class Evil:
    def __reduce__(self):
        return (os.system, ("touch /tmp/sanping-was-here",))


def answers_with_a_trick(progress):
    return Evil()


def connects(address, progress):
    with socket.socket() as connection:
        connection.connect(address)


def starts_a_program(progress):
    subprocess.run(["true"], check=True)


def knows(progress):
    import resource

    return {
        "pid": os.getpid(),
        "modules": sorted(name for name in sys.modules if name.split(".")[0] in ("PySide6", "vtkmodules", "vtk")),
        "open_files": resource.getrlimit(resource.RLIMIT_NOFILE)[0],
        "core": resource.getrlimit(resource.RLIMIT_CORE)[0],
        "descriptors": len(list(Path("/proc/self/fd").iterdir())),
        "display": os.environ.get("DISPLAY"),
    }


def starts_a_grandchild_and_sleeps(progress):
    # The audit hook forbids programs; a C library would not ask it.
    pid = ctypes.CDLL(None).fork()
    if pid == 0:
        time.sleep(60)
        os._exit(0)
    progress.report(0.5, Text(str(pid), str(pid)))
    time.sleep(60)


def connects_from_c(port, progress):
    """Connect as a C library does, which no audit hook sees; returns the error number, 0 for success."""
    libc = ctypes.CDLL(None, use_errno=True)
    handle = libc.socket(socket.AF_INET, socket.SOCK_STREAM, 0)
    address = struct.pack("=HH4s8x", socket.AF_INET, socket.htons(port), socket.inet_aton("127.0.0.1"))
    return ctypes.get_errno() if libc.connect(handle, address, len(address)) else 0


def may_leave_the_network(progress):
    """Say whether the system lets a fresh process have a network of its own."""
    libc = ctypes.CDLL(None)
    return Path("/proc/net/dev").read_text().count(":") <= 1 or libc.unshare(0x4000_0000) == 0


def unpacks_draco(data, longest_s, progress):
    from sanping.formats import draco_data  # the other jobs need no Draco library

    draco_data.LONGEST_S, draco_data.SLOWEST_BYTE_S = longest_s, 0.0
    return len(draco_data.unpacked_draco(data).faces)
