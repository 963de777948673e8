"""The desk's own hub: starts it as a process, waits until it is healthy, revives it when it dies, stops it at exit.

A hub that already serves the same data folder is used as it is: it outlived the window that started it.
"""

import contextlib
import logging
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO

import msgspec

from sanping.client.questions import Questions
from sanping.domain.errors import HubUnreachable
from sanping.domain.own_program import sanping_command
from sanping.domain.text import Text

ADDRESS_FILE = "address.json"
TOKEN_FILE = "token"
LOG_FILE = "hub.log"
OWNER_VARIABLE = "SANPING_HUB_OWNER"
OWNER = "desk"
HEALTHY_WITHIN_S = 20.0
STOPPED_WITHIN_S = 15.0
ENDED_WITHIN_S = 2 * STOPPED_WITHIN_S
LOOK_EVERY_S = 0.2
LONGEST_WAIT_S = 15.0
STEADY_S = 60.0
LARGEST_LOG = 4 << 20

_STARTING = Text("中枢正在启动", "The hub is starting")
_FINISHING = Text(
    "上一个中枢正在收尾，写完数据后启动新的",
    "The hub before this one is finishing; the new one starts when it has written all",
)
_DIED = Text("中枢意外结束（退出码 {code}），正在重新启动", "The hub ended (exit code {code}); it is started again")
_REFUSED = Text("中枢无法启动：{reason}", "The hub cannot start: {reason}")
_log = logging.getLogger(__name__)


class _Note(msgspec.Struct, frozen=True, kw_only=True):
    """What a hub writes down about itself."""

    address: str
    process: int
    owner: str = ""


class KnownHub:
    """A hub that somebody else runs (`--hub URL`)."""

    def __init__(self, address: str, token: str) -> None:
        self._where = (address.rstrip("/"), token)

    def where(self) -> tuple[str, str]:
        """Return address and token."""
        return self._where

    def start(self) -> None:
        """It runs already."""

    def close(self) -> None:
        """It goes on."""


def hub_command(twin: Path, data: Path, *words: str) -> tuple[str, ...]:
    """Return the command line of a hub for the desk."""
    return sanping_command("hub", str(twin), "--port", "0", "--data", str(data), *words)


def noted(data: Path, trouble: Text) -> tuple[str, str]:
    """Return address and token of the hub of a data folder; raises `HubUnreachable` with `trouble` when none runs."""
    try:
        note = msgspec.json.decode((data / ADDRESS_FILE).read_bytes(), type=_Note)
        return note.address, (data / TOKEN_FILE).read_text(encoding="ascii").strip()
    except (OSError, msgspec.MsgspecError) as error:
        raise HubUnreachable(trouble) from error


class HubProcess:
    """The hub of one data folder, held up by a thread of its own.

    `on_trouble` is called from that thread with what happened; `where` raises `HubUnreachable` until the hub is up.
    While `before`, a hub that was told to end, has not ended, this one waits: they may use the same folder and ports.
    A hub of ours hears on its standard input that we are gone, however we died.
    """

    def __init__(
        self,
        command: Sequence[str],
        data: Path,
        on_trouble: Callable[[Text], None] = lambda _: None,
        before: "HubProcess | None" = None,
    ) -> None:
        self._command = tuple(command)
        self._data = data
        self._on_trouble = on_trouble
        self._before = before
        self._process: subprocess.Popen[bytes] | None = None
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._hold, name="hub-process", daemon=True)
        self._trouble = _STARTING

    def start(self) -> None:
        """Begin to hold the hub up."""
        self._thread.start()

    def where(self) -> tuple[str, str]:
        """Return address and token. Raises `HubUnreachable`."""
        if self._is_waiting():
            raise HubUnreachable(_FINISHING)
        return noted(self._data, self._trouble)

    @property
    def process_number(self) -> int | None:
        """Process id of the hub that this desk started, None while there is none."""
        process = self._process
        return None if process is None else process.pid

    def wait_until_healthy(self, within_s: float = HEALTHY_WITHIN_S) -> bool:
        """Wait, for a job or a test; return whether the hub answers."""
        deadline = time.monotonic() + within_s
        while time.monotonic() < deadline and not self._ending.is_set():
            if self.is_healthy():
                return True
            self._ending.wait(LOOK_EVERY_S)
        return False

    def close(self) -> None:
        """Have the hub end, also one that an earlier desk started, and return at once; a person's hub goes on."""
        self._ending.set()

    def has_ended(self, within_s: float = 0.0) -> bool:
        """Return whether nothing of it runs any more, after waiting for that; not for the window's thread."""
        if self._thread.ident is not None:
            self._thread.join(within_s)
        return not self._thread.is_alive()

    def _is_waiting(self) -> bool:
        before = self._before
        return before is not None and before._ending.is_set() and not before.has_ended()

    def _hold(self) -> None:
        while self._is_waiting():  # also when we are to end ourselves: the next one waits for us alone
            time.sleep(LOOK_EVERY_S)
        self._before = None
        failures = 0
        while not self._ending.is_set():
            if self.is_healthy():  # an earlier desk's, or a person's
                self._ending.wait(1.0)
                continue
            began_s = time.monotonic()
            if self._run_once() is None:
                break
            failures = 0 if time.monotonic() - began_s > STEADY_S else failures + 1
            self._ending.wait(min(LONGEST_WAIT_S, 0.25 * 2.0 ** min(failures, 8)))
        self._end()

    def _end(self) -> None:
        """Let the hub commit what has come; kill it, and only it, when it takes too long."""
        process, self._process = self._process, None
        if process is None:
            self._stop_adopted()
            return
        process.terminate()
        try:
            process.wait(STOPPED_WITHIN_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdin is not None:
            process.stdin.close()

    def _run_once(self) -> int | None:
        """Run the hub to its end and return its exit code, None when we are to end."""
        self._data.mkdir(parents=True, exist_ok=True)
        try:
            with self._log_file() as log:
                self._process = subprocess.Popen(
                    self._command,
                    stdin=subprocess.PIPE,  # never written to; it is closed when we are gone
                    stdout=subprocess.DEVNULL,
                    stderr=log,
                    start_new_session=True,  # Ctrl-C at the desk is the desk's to answer
                    env={**os.environ, OWNER_VARIABLE: OWNER},
                )
        except OSError as error:
            self._tell(_REFUSED.with_values(reason=error.strerror or str(error)))
            return -1
        while not self._ending.wait(LOOK_EVERY_S):
            code = self._process.poll()
            if code is not None:
                self._forget()
                words = self._last_words() if code > 0 else ""
                self._tell(_REFUSED.with_values(reason=words) if words else _DIED.with_values(code=code))
                return code
        return None

    def _forget(self) -> None:
        process, self._process = self._process, None
        if process is not None and process.stdin is not None:
            process.stdin.close()

    def _tell(self, trouble: Text) -> None:
        self._trouble = trouble
        _log.warning("%s", trouble.en)
        self._on_trouble(trouble)

    def is_healthy(self) -> bool:
        """Whether the hub answers now; that its store is in trouble is no reason to start another."""
        with contextlib.suppress(HubUnreachable):
            Questions(self.where).ask("/health", {})
            return True
        return False

    def _stop_adopted(self) -> None:
        with contextlib.suppress(OSError, msgspec.MsgspecError):
            note = msgspec.json.decode((self._data / ADDRESS_FILE).read_bytes(), type=_Note)
            if note.owner == OWNER and self.is_healthy():
                os.kill(note.process, signal.SIGTERM)

    def _log_file(self) -> IO[bytes]:
        path = self._data / LOG_FILE
        with contextlib.suppress(OSError):
            if path.stat().st_size > LARGEST_LOG:
                path.replace(path.with_suffix(".log.1"))
        return path.open("ab")

    def _last_words(self) -> str:
        with contextlib.suppress(OSError):
            lines = (self._data / LOG_FILE).read_bytes()[-2000:].decode("utf-8", "replace").strip().splitlines()
            return lines[-1] if lines else ""
        return ""
