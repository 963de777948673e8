"""The clock of the window: ticks each second, and lets the twin's time run when the person plays it."""

from collections.abc import Callable
from datetime import datetime, timedelta

from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal, Slot

TICK_MS = 1000
PLAY_MS = 125
SECONDS_PER_SECOND = 900.0


class RunningTime(QObject):
    """`ticked(datetime)` each second; `passed(timedelta)` while playing: a quarter of an hour each second."""

    ticked = Signal(object)
    passed = Signal(object)

    def __init__(self, now: Callable[[], datetime], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._now = now
        self._since = QElapsedTimer()
        self._second = QTimer(self)
        self._second.setInterval(TICK_MS)
        self._second.timeout.connect(self._on_second)
        self._second.start()
        self._play = QTimer(self)
        self._play.setInterval(PLAY_MS)
        self._play.timeout.connect(self._on_play)

    def now(self) -> datetime:
        """Return the present time."""
        return self._now()

    def play(self, is_playing: bool) -> None:
        """Let time run, or stop it."""
        if is_playing:
            self._since.start()
            self._play.start()
        else:
            self._play.stop()

    def stop(self) -> None:
        """Stop both clocks."""
        self._second.stop()
        self._play.stop()

    @Slot()
    def _on_second(self) -> None:
        self.ticked.emit(self._now())

    @Slot()
    def _on_play(self) -> None:
        seconds = min(1.0, self._since.restart() / 1000)
        self.passed.emit(timedelta(seconds=seconds * SECONDS_PER_SECOND))
