"""Watches where the camera is while the present is shown, and says what is worth keeping of its way."""

from collections.abc import Callable
from dataclasses import asdict

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from sanping.domain.view import CameraPose
from sanping.stage.camera_track import LEAST_PAUSE_MS, CameraMoment, is_worth_keeping


class CameraRecorder(QObject):
    """`kept` carries a `CameraMoment`, at most one a second and none while the camera rests."""

    kept = Signal(object)

    def __init__(self, now_ms: Callable[[], int], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._now_ms = now_ms
        self._last: CameraMoment | None = None
        self._pose: CameraPose | None = None
        self._again = QTimer(self)
        self._again.setSingleShot(True)
        self._again.setInterval(LEAST_PAUSE_MS)
        self._again.timeout.connect(self._look)

    def see(self, pose: CameraPose) -> None:
        """Look at where the camera is now."""
        if pose != self._pose:
            self._pose = pose
            self._look()

    def begin(self) -> None:
        """Keep the next pose in any case: a new hub knows of none."""
        self._last = None
        self._look()

    def stop(self) -> None:
        """Keep nothing of what was seen: the past is shown."""
        self._again.stop()
        self._pose = None

    @Slot()
    def _look(self) -> None:
        if self._pose is None:
            return
        moment = CameraMoment(at_ms=self._now_ms(), pose=self._pose)
        if is_worth_keeping(self._last, moment):
            self._last = moment
            self._again.stop()
            self.kept.emit(moment)
        elif self._last is not None and self._last.pose != self._pose and not self._again.isActive():
            self._again.start()


def arguments_of(pose: CameraPose) -> dict[str, object]:
    """Return a pose as the arguments of the command that keeps it."""
    return asdict(pose)
