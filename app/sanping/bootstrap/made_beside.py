"""Something made beside what runs, when it is first wanted: state, progress, another try after a while, and an end."""

import threading
import time
from collections.abc import Callable
from pathlib import Path

from sanping.domain.errors import Cancelled, SanpingError
from sanping.domain.text import Text
from sanping.ports.phone_map import MapStatus
from sanping.ports.progress import Progress

RETRY_AFTER_S = 60.0
_STOPPED = Text("已停止", "Stopped")


class MadeBeside:
    """Makes a file or folder in a thread of its own; `made` is where it is once it is there.

    `make` returns the path and may raise `SanpingError`; it gets a `Progress` that stops it on `close`.
    """

    def __init__(self, name: str, doing: Text, make: Callable[[Progress], Path]) -> None:
        self._name, self._doing, self._make = name, doing, make
        self.status = MapStatus(state="idle")
        self.made: Path | None = None
        self._thread: threading.Thread | None = None
        self._is_closed = threading.Event()
        self._retry_s = 0.0

    def want(self) -> None:
        """Begin unless it is there, being made, or has failed within the last minute."""
        is_tried = self.status.state == "failed" and time.monotonic() < self._retry_s
        if self.made is not None or is_tried or (self._thread is not None and self._thread.is_alive()):
            return
        self.status = MapStatus(state="making", why=self._doing)
        self._thread = threading.Thread(target=self._run, name=self._name, daemon=True)
        self._thread.start()

    def failed(self, why: Text) -> None:
        """Say that it cannot be made now, or what was made cannot be used."""
        self.made = None
        self._retry_s = time.monotonic() + RETRY_AFTER_S
        self.status = MapStatus(state="failed", why=why)

    def close(self) -> None:
        """Stop what is being made."""
        self._is_closed.set()
        if self._thread is not None:
            self._thread.join(6.0)

    def report(self, fraction: float, doing: Text) -> None:
        """Take in how far it is (`ports.progress.Progress`)."""
        if self._is_closed.is_set():
            raise Cancelled(_STOPPED)
        self.status = MapStatus(state="making", share=fraction, why=doing)

    def _run(self) -> None:
        try:
            self.made = self._make(self)
        except Cancelled:
            self.status = MapStatus(state="idle")
        except SanpingError as error:
            self.failed(Text(error.in_language("zh"), error.in_language("en")))
        except OSError as error:
            self.failed(Text(str(error), str(error)))
