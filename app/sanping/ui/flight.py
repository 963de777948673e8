"""Flies the camera from one pose to another in time; any wish of the person ends the flight."""

from math import hypot, log

from PySide6.QtCore import QEasingCurve, QObject, QVariantAnimation, Signal, Slot

from sanping.domain.view import CameraPose
from sanping.stage.camera import flown

SHORTEST_MS = 350
LONGEST_MS = 2600


class Flight(QObject):
    """One flight at a time; emits every pose on the way, and `landed` at the end (not when interrupted)."""

    pose_reached = Signal(object)
    landed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._clock = QVariantAnimation(self)
        self._clock.setStartValue(0.0)
        self._clock.setEndValue(1.0)
        self._clock.setEasingCurve(QEasingCurve.Type.Linear)
        self._clock.valueChanged.connect(self._on_share)
        self._clock.finished.connect(self._on_finished)
        self._start: CameraPose | None = None
        self._end: CameraPose | None = None

    @property
    def is_flying(self) -> bool:
        """A flight is under way."""
        return self._clock.state() == QVariantAnimation.State.Running

    @property
    def goal(self) -> CameraPose | None:
        """Where the flight ends, None while there is none."""
        return self._end if self.is_flying else None

    def fly(self, start: CameraPose, end: CameraPose, *, is_instant: bool = False) -> None:
        """Begin a flight; an instant one arrives before this returns."""
        self.stop()
        if is_instant or start == end:
            self.pose_reached.emit(end)
            self.landed.emit()
            return
        self._start, self._end = start, end
        self._clock.setDuration(flight_ms(start, end))
        self._clock.start()

    def stop(self) -> None:
        """Stay where the camera is now."""
        self._start = self._end = None
        if self.is_flying:
            self._clock.stop()

    @Slot(object)
    def _on_share(self, share: float) -> None:
        if self._start is not None and self._end is not None:
            self.pose_reached.emit(flown(self._start, self._end, float(share)))

    @Slot()
    def _on_finished(self) -> None:
        if self._end is not None:
            self._start = self._end = None
            self.landed.emit()


def flight_ms(start: CameraPose, end: CameraPose) -> int:
    """Return how long a flight takes: longer over long ways, never tedious."""
    way = hypot(end.target[0] - start.target[0], end.target[1] - start.target[1])
    reach = max(start.distance_m, end.distance_m)
    turn = abs((end.heading_deg - start.heading_deg + 180) % 360 - 180) + abs(end.pitch_deg - start.pitch_deg)
    effort = way / max(1.0, reach) + abs(log(end.distance_m / start.distance_m)) + turn / 90
    return int(min(LONGEST_MS, SHORTEST_MS + 620 * effort**0.7))
