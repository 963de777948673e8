"""Hands values to the link at the pace of frames: the first at once, what follows within a frame together."""

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import QObject, Qt, QTimer, Slot

from sanping.wire.show import ViewKey

FRAME_MS = 16


class SharingPump(QObject):
    """Keeps the latest value of each key until its frame comes; `share` is given one value at a time."""

    def __init__(self, share: Callable[[ViewKey, Any], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._share = share
        self._waiting: dict[ViewKey, Any] = {}
        self._frame = QTimer(self)
        self._frame.setTimerType(Qt.TimerType.PreciseTimer)
        self._frame.setSingleShot(True)
        self._frame.setInterval(FRAME_MS)
        self._frame.timeout.connect(self._flush)

    def put(self, values: Mapping[ViewKey, Any]) -> None:
        """Share values, in place of earlier ones of the same keys that still wait."""
        self._waiting.update(values)
        if not self._frame.isActive():
            self._flush()

    def stop(self) -> None:
        """Forget what waits."""
        self._frame.stop()
        self._waiting.clear()

    @Slot()
    def _flush(self) -> None:
        waiting, self._waiting = self._waiting, {}
        for key, value in waiting.items():
            self._share(key, value)
        if waiting:
            self._frame.start()
