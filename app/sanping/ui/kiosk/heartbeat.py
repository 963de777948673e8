"""Tells systemd that the window's thread lives (sd_notify): ready, a sign of life, stopping. Silent where nobody asked.

The beat comes from a timer of that thread: a window that hangs sends none, and systemd starts the kiosk anew. While the
city is opened a first frame may take long where no graphics card draws: until then more patience is asked for.
"""

import contextlib
import socket
from collections.abc import Mapping

from PySide6.QtCore import QObject, QTimer, Slot

SLOWEST_S = 10.0
FASTEST_S = 0.05
BEATS_PER_TIMEOUT = 3.0
PATIENT_S = 300


class Heartbeat(QObject):
    """Beats three times within the watchdog's patience; `environment` names the socket and the patience."""

    def __init__(self, environment: Mapping[str, str], parent: QObject | None = None) -> None:
        super().__init__(parent)
        name = environment.get("NOTIFY_SOCKET", "")
        self._address = f"\0{name[1:]}" if name.startswith("@") else name
        self._socket: socket.socket | None = None
        self._patience = environment.get("WATCHDOG_USEC", "")
        self._beats = QTimer(self)
        self._beats.setInterval(round(1000 * _pause_s(self._patience)))
        self._beats.timeout.connect(self._beat)

    @property
    def is_heard(self) -> bool:
        """Somebody listens."""
        return bool(self._address)

    def begin(self) -> None:
        """Say that the window stands, ask for patience, and beat from now on."""
        if self.is_heard:
            self._say("READY=1")
            if self._patience.isdigit():
                self._say(f"WATCHDOG_USEC={max(int(self._patience), PATIENT_S * 1_000_000)}")
            self._beat()
            self._beats.start()

    @Slot()
    def settle(self) -> None:
        """Say that the city stands: from now on the usual patience is enough."""
        if self._beats.isActive() and self._patience.isdigit():
            self._say(f"WATCHDOG_USEC={self._patience}")
            self._beat()

    def stop(self) -> None:
        """Say that the window closes."""
        self._beats.stop()
        if self.is_heard:
            self._say("STOPPING=1")
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    @Slot()
    def _beat(self) -> None:
        self._say("WATCHDOG=1")

    def _say(self, word: str) -> None:
        """Send a word; one that is not taken is lost: the next follows."""
        with contextlib.suppress(OSError):
            if self._socket is None:
                self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
                self._socket.setblocking(False)
            self._socket.sendto(word.encode(), self._address)


def _pause_s(microseconds: str) -> float:
    patience_s = int(microseconds) / 1e6 if microseconds.isdigit() else 0.0
    return min(SLOWEST_S, max(FASTEST_S, patience_s / BEATS_PER_TIMEOUT)) if patience_s else SLOWEST_S
