"""A child process seen from the hub: starting it, its socket, its last words, and its end."""

import asyncio
import contextlib
import os
import signal
import socket

from sanping.domain.errors import WorkerFailed
from sanping.domain.own_program import module_command
from sanping.domain.text import Text
from sanping.hub.child_messages import OUT_OF_MEMORY, Begin, FromChild, FromHub, framed, next_from_child

COMMAND = module_command("sanping.hub.child")
LONGEST_TAIL = 4000
REAPED_WITHIN_S = 5.0

# One thread each: a source decodes, and every thread of a library reserves address space of its limit.
_ENVIRONMENT = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "2"}
_WITHHELD = ("QT_", "DISPLAY", "WAYLAND_", "XAUTHORITY", "SSH_", "DBUS_")

_CANNOT_START = Text(
    "数据源进程无法启动：{reason}；请关闭其他程序后重试",
    "A source's process cannot be started: {reason}; close other programs and try again",
)
_CRASHED = Text(
    "数据源进程崩溃（{signal}），将重新启动", "The source's process crashed ({signal}); it is started again"
)
_GONE = Text(
    "数据源进程意外结束（退出码 {code}），将重新启动", "The source's process ended (exit code {code}); restarted"
)
_OUT_OF_MEMORY = Text("数据源进程内存用尽，将重新启动", "The source's process ran out of memory; it is started again")


class ChildProcess:
    """One running child."""

    def __init__(
        self, process: asyncio.subprocess.Process, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._process = process
        self._reader = reader
        self._writer = writer
        self._tail = b""
        self._listening = asyncio.create_task(self._listen())

    @property
    def number(self) -> int:
        """Process id."""
        return self._process.pid

    @property
    def last_words(self) -> str:
        """End of its standard error."""
        return self._tail.decode("utf-8", "replace").strip()

    async def next(self) -> FromChild | None:
        """Return its next message, None when it has closed. Raises `FrameBroken`."""
        return await next_from_child(self._reader)

    def tell(self, message: FromHub) -> None:
        """Send it a message; one that is gone hears nothing."""
        if not self._writer.transport.is_closing():
            self._writer.write(framed(message))

    async def end(self, patience_s: float = 0.0) -> int:
        """Kill it unless it ends by itself in time, and return its exit code, −n for signal n."""
        self._writer.transport.abort()
        if self._process.returncode is None and patience_s:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._process.wait(), patience_s)
        if self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._process.wait(), REAPED_WITHIN_S)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._listening, 0.2)
        return self._process.returncode if self._process.returncode is not None else -9

    async def _listen(self) -> None:
        assert self._process.stderr is not None
        while chunk := await self._process.stderr.read(1 << 16):
            self._tail = (self._tail + chunk)[-LONGEST_TAIL:]


async def started(begin: Begin) -> ChildProcess:
    """Start a child and tell it what to run. Raises `WorkerFailed`."""
    ours, theirs = socket.socketpair()
    try:
        process = await asyncio.create_subprocess_exec(
            *COMMAND,
            str(theirs.fileno()),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
            pass_fds=[theirs.fileno()],
            start_new_session=True,
            env=_environment(),
        )
    except OSError as error:
        ours.close()
        raise WorkerFailed(_CANNOT_START.with_values(reason=error.strerror or str(error))) from error
    finally:
        theirs.close()
    reader, writer = await asyncio.open_connection(sock=ours, limit=1 << 20)
    child = ChildProcess(process, reader, writer)
    child.tell(begin)
    return child


def words_of_death(code: int) -> Text:
    """Return why a child that said nothing at its end is gone."""
    if code < 0:
        with contextlib.suppress(ValueError):
            return _CRASHED.with_values(signal=signal.Signals(-code).name)
    if code == OUT_OF_MEMORY:
        return _OUT_OF_MEMORY
    return _GONE.with_values(code=code)


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_WITHHELD)}
    return {**kept, **_ENVIRONMENT}
