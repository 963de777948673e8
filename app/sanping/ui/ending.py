"""Closes the windows when the terminal (Ctrl-C) or the system asks the program to end, also while layers are loading.

Without it an interrupt would be raised in whatever slot runs just then, printed, and forgotten.
"""

import signal
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import FrameType
from typing import Any

from PySide6.QtCore import QObject, QTimer, Slot

SIGNALS = (signal.SIGINT, signal.SIGTERM)
LOOK_MS = 200
BY_SIGNAL = 128
"""A shell adds this to the number of the signal that ended a program."""


class Ending(QObject):
    """Looks several times a second whether a signal has come: Python hears of it only when it has its turn."""

    def __init__(self, close: Callable[[], object]) -> None:
        super().__init__()
        self._close = close
        self.number = 0
        self._looks = QTimer(self)
        self._looks.setInterval(LOOK_MS)
        self._looks.timeout.connect(self._look)
        self._usual: Mapping[signal.Signals, Any] = {}

    @property
    def status(self) -> int:
        """The exit status of a program that a signal ended, 0 without one."""
        return BY_SIGNAL + self.number if self.number else 0

    def begin(self) -> None:
        """Heed signals from now on."""
        self._usual = {number: signal.signal(number, self._on_signal) for number in SIGNALS}
        self._looks.start()

    def end(self) -> None:
        """Leave signals to whom they were before."""
        self._looks.stop()
        for number, handler in self._usual.items():
            signal.signal(number, handler)

    def _on_signal(self, number: int, _frame: FrameType | None) -> None:
        self.number = number

    @Slot()
    def _look(self) -> None:
        if self.number:
            self._looks.stop()
            self._close()


@contextmanager
def ended_by_signals(close: Callable[[], object]) -> Iterator[Ending]:
    """Heed signals meanwhile: `close` is called once when one comes."""
    ending = Ending(close)
    ending.begin()
    try:
        yield ending
    finally:
        ending.end()
