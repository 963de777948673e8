"""One worker process seen from the parent: starting it, its socket, its last words, and its end."""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from multiprocessing.connection import Connection, Pipe

from sanping.domain.own_program import WORKER_SIGN, module_command
from sanping.workers.protocol import Job, Welcome, packed

COMMAND = module_command("sanping.workers.child")
REAPED_WITHIN_S = 5.0
LONGEST_TAIL = 4000

# One thread each: workers run side by side, and each thread of a library reserves address space of the limit.
# Memory once fetched is kept: giving it back to the system between arrays costs a third of the reading time.
# PROJ and GDAL have C code of their own for the network, which no audit hook sees.
_ENVIRONMENT = {
    WORKER_SIGN: "1",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MALLOC_ARENA_MAX": "2",
    "MALLOC_TRIM_THRESHOLD_": str(1 << 32),
    "MALLOC_MMAP_THRESHOLD_": str(1 << 25),
    "PROJ_NETWORK": "OFF",
    "CPL_VSIL_CURL_ALLOWED_FILENAME": "none",
}
# What the display needs tells a reader nothing.
_WITHHELD = ("QT_", "DISPLAY", "WAYLAND_", "XAUTHORITY", "SSH_", "DBUS_")


class WorkerProcess:
    """A fresh process that waits for one job."""

    def __init__(self, command: Sequence[str], preload: tuple[str, ...]) -> None:
        ours, theirs = Pipe(duplex=True)
        try:
            self._process = subprocess.Popen(
                [*command, str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                pass_fds=[theirs.fileno()],
                close_fds=True,
                start_new_session=True,
                env=_environment(),
                bufsize=0,
            )
        except BaseException:
            ours.close()
            raise
        finally:
            theirs.close()
        assert self._process.stderr is not None
        self.channel: Connection = ours
        self.stderr = self._process.stderr
        os.set_blocking(self.stderr.fileno(), False)
        self._tail = b""
        self.has_stderr = True
        self._say(Welcome(import_paths=tuple(sys.path), preload=preload))

    @property
    def is_alive(self) -> bool:
        """Whether the process still runs."""
        return self._process.poll() is None

    @property
    def number(self) -> int:
        """Process id."""
        return self._process.pid

    def start(self, job: Job) -> None:
        """Hand over the job; a worker that has died meanwhile is noticed when it is asked for its answer."""
        self._say(job)

    def listen(self) -> None:
        """Take in what the worker has written to its standard error; its end is remembered."""
        with contextlib.suppress(BlockingIOError):
            while chunk := os.read(self.stderr.fileno(), 1 << 16):
                self._tail = (self._tail + chunk)[-LONGEST_TAIL:]
            self.has_stderr = False

    @property
    def last_words(self) -> str:
        """End of the standard error."""
        return self._tail.decode("utf-8", "replace").strip()

    def ended(self) -> int:
        """End the process if it still runs, reap it, close everything; return its exit code, −n for signal n."""
        return self._end(patience_s=0.0)

    def died(self) -> int:
        """Return the exit code of a process that has closed its socket; it gets a moment to end by itself."""
        return self._end(patience_s=1.0)

    def _end(self, patience_s: float) -> int:
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout=patience_s)
        if self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                _kill(self._process)
            with contextlib.suppress(subprocess.TimeoutExpired):  # it hangs in the kernel, on a dead disk or share
                self._process.wait(timeout=REAPED_WITHIN_S)
        if not self.stderr.closed:
            self.listen()
            self.stderr.close()
        self.channel.close()
        return -signal.SIGKILL if self._process.returncode is None else self._process.returncode

    def _say(self, message: object) -> None:
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            self.channel.send_bytes(packed(message))


def _kill(process: "subprocess.Popen[bytes]") -> None:
    """Kill the worker and whatever it may have started: they share a session of their own."""
    if hasattr(os, "killpg"):
        os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_WITHHELD)}
    return {**kept, **_ENVIRONMENT}
