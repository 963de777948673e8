"""The nightly restart: once a day, when nobody uses the kiosk; a clock that jumps brings it no sooner than a day on."""

from collections.abc import Callable
from datetime import datetime, time, timedelta

from PySide6.QtCore import QObject, QTimer, Signal, Slot

LOOKED_EVERY_MS = 5000
PATIENCE = timedelta(minutes=30)
SHORTEST_RUN = timedelta(minutes=10)


class Nightly(QObject):
    """Emits `due` at a time of day; hands on the screen put it off for half an hour at most."""

    due = Signal()

    def __init__(
        self,
        at: time | None,
        now: Callable[[], datetime],
        is_used: Callable[[], bool],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._now, self._is_used = now, is_used
        self._due = None if at is None else next_at(at, now())
        self._looks = QTimer(self)
        self._looks.setInterval(LOOKED_EVERY_MS)
        self._looks.timeout.connect(self.look)

    def start(self) -> None:
        """Begin to look at the clock."""
        if self._due is not None:
            self._looks.start()

    def stop(self) -> None:
        """End."""
        self._looks.stop()

    @Slot()
    def look(self) -> None:
        """Look at the clock."""
        if self._due is None:
            return
        late = self._now() - self._due
        if late >= PATIENCE or (late >= timedelta(0) and not self._is_used()):
            self._looks.stop()
            self._due = None
            self.due.emit()


def next_at(at: time, now: datetime) -> datetime:
    """Return the next moment with this time of day that is not upon us: a kiosk that has just started stays."""
    due = now.replace(hour=at.hour, minute=at.minute, second=0, microsecond=0)
    return due if due - now >= SHORTEST_RUN else due + timedelta(days=1)
