"""Several machines on one: network namespaces on a switch of their own, each with the screens that are started in it.

Needs root, `ip` of iproute2 and `Xvfb`; `missing_machines` says what there is not.
"""

import contextlib
import ctypes
import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

NETWORK = "10.213.77"
HUB = "hub"
_CLONE_NEWNET = 0x40000000
_XWD_FIELDS = 25


def missing_machines() -> str:
    """Return why there can be no machines here, "" where there can."""
    for program in ("ip", "Xvfb"):
        if shutil.which(program) is None:
            return f"no {program}"
    name = f"sanping-try-{os.getpid()}"
    if subprocess.run(["ip", "netns", "add", name], capture_output=True, check=False).returncode:
        return "network namespaces may not be made here: run as root"
    try:
        _ip("-n", name, "link", "add", "br0", "type", "bridge")
    except subprocess.CalledProcessError:
        return "this kernel has no bridges"
    finally:
        _ip("netns", "del", name)
    return ""


class Machines:
    """Machines by name on one network; the first, `HUB`, has the switch and the address .1, the others follow."""

    def __init__(self, names: Sequence[str]) -> None:
        self._names = {name: f"sanping-{os.getpid()}-{name}" for name in (HUB, *names)}
        self.address = f"{NETWORK}.1"

    def open(self) -> None:
        """Make them all."""
        for number, (name, space) in enumerate(self._names.items(), start=1):
            _ip("netns", "add", space)
            _ip("-n", space, "link", "set", "lo", "up")
            if name == HUB:
                _ip("-n", space, "link", "add", "net0", "type", "bridge")
            else:
                switch = self._names[HUB]
                _ip("-n", switch, "link", "add", _port(name), "type", "veth", "peer", "name", "net0", "netns", space)
                _ip("-n", switch, "link", "set", _port(name), "master", "net0", "up")
            _ip("-n", space, "address", "add", f"{NETWORK}.{number}/24", "dev", "net0")
            _ip("-n", space, "link", "set", "net0", "up")
            _ip("-n", space, "route", "add", "192.0.2.0/24", "dev", "net0")  # how the hub finds its own address

    def close(self) -> None:
        """Take them all away."""
        for space in reversed(self._names.values()):
            subprocess.run(["ip", "netns", "del", space], capture_output=True, check=False)

    @contextlib.contextmanager
    def inside(self, name: str) -> Iterator[None]:
        """Have this thread, and the threads and processes that it starts meanwhile, on a machine."""
        with Path("/proc/thread-self/ns/net").open("rb") as own:
            with Path(f"/run/netns/{self._names[name]}").open("rb") as there:
                _enter(there.fileno())
            try:
                yield
            finally:
                _enter(own.fileno())

    def cut(self, name: str) -> None:
        """Pull the plug of a machine."""
        _ip("-n", self._names[HUB], "link", "set", _port(name), "down")

    def heal(self, name: str) -> None:
        """Put it in again."""
        _ip("-n", self._names[HUB], "link", "set", _port(name), "up")


class VirtualScreen:
    """A screen whose picture can be read; started on the machine that this thread is on."""

    def __init__(self, size: tuple[int, int], folder: Path) -> None:
        folder.mkdir()
        self._file = folder / "Xvfb_screen0"
        reads, writes = os.pipe()
        words = ["Xvfb", "-displayfd", str(writes), "-screen", "0", f"{size[0]}x{size[1]}x24", "+extension", "GLX"]
        self._process = subprocess.Popen(
            [*words, "-nolisten", "tcp", "-fbdir", str(folder)],
            pass_fds=(writes,), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        os.close(writes)
        with os.fdopen(reads) as answer:
            self.display = f":{int(answer.readline())}"

    def picture(self) -> NDArray[np.int16]:
        """Return what it shows, as (height, width, 3)."""
        data = self._file.read_bytes()
        head = np.frombuffer(data, ">u4", _XWD_FIELDS)
        size, width, height, stride, colours = int(head[0]), int(head[4]), int(head[5]), int(head[12]), int(head[19])
        begin = size + 12 * colours
        rows = np.frombuffer(data, np.uint8, stride * height, begin).reshape(height, stride // 4, 4)
        return rows[:, :width, 2::-1].astype(np.int16)

    def close(self) -> None:
        """Switch it off."""
        self._process.terminate()
        self._process.wait()


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True)


def _port(name: str) -> str:
    return f"port-{name}"


def _enter(number: int) -> None:
    if ctypes.CDLL(None, use_errno=True).setns(number, _CLONE_NEWNET):
        raise OSError(ctypes.get_errno(), "setns")
