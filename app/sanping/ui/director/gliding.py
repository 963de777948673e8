"""A smooth take: the wall's camera glides to the new view in a little more than a second."""

from PySide6.QtCore import QEasingCurve, QObject, QVariantAnimation, Signal, Slot

from sanping.domain.view import CameraPose
from sanping.stage.camera import flown

GLIDE_MS = 1_200


class Glide(QObject):
    """One glide at a time; `pose_reached` carries each pose on the way, the last is the end itself."""

    pose_reached = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._start: CameraPose | None = None
        self._end: CameraPose | None = None
        self._clock = QVariantAnimation(self)
        self._clock.setStartValue(0.0)
        self._clock.setEndValue(1.0)
        self._clock.setDuration(GLIDE_MS)
        self._clock.setEasingCurve(QEasingCurve.Type.Linear)
        self._clock.valueChanged.connect(self._on_share)

    @property
    def is_gliding(self) -> bool:
        """A glide is under way."""
        return self._clock.state() == QVariantAnimation.State.Running

    def begin(self, start: CameraPose, end: CameraPose) -> None:
        """Glide from where the wall is to the new view."""
        self.stop()
        self._start, self._end = start, end
        self._clock.start()

    def stop(self) -> None:
        """Leave the wall where it is."""
        self._start = self._end = None
        self._clock.stop()

    @Slot(object)
    def _on_share(self, share: float) -> None:
        if self._start is not None and self._end is not None:
            self.pose_reached.emit(flown(self._start, self._end, float(share)))
