"""A signal that is heard until somebody says that it is enough."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QMetaObject, QObject, SignalInstance


class Following:
    """Has a slot hear a signal from now on; `end` may be called again, as windows may be closed twice."""

    def __init__(self, signal: SignalInstance, slot: Callable[..., Any]) -> None:
        self._connection: QMetaObject.Connection | None = signal.connect(slot)

    def end(self) -> None:
        """Hear no longer."""
        if self._connection is not None:
            QObject.disconnect(self._connection)
            self._connection = None
