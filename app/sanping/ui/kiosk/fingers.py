"""What a visitor's fingers mean: taps, double taps, two fingers that tilt; every other gesture is the navigator's."""

from collections.abc import Callable
from math import hypot

from PySide6.QtCore import QEvent, QObject, QPointF, Qt, Signal, Slot
from PySide6.QtGui import QEventPoint, QTouchEvent

from sanping.stage.camera import orbited
from sanping.ui.navigation import TILT_DEG_PER_PX, Navigator
from sanping.ui.viewport import Viewport

TAP_PX, TAP_MS = 18.0, 500
TWICE_MS, TWICE_PX = 380, 60.0
DECIDED_PX = 14.0
LEVEL_SHARE = 0.6


class Fingers(QObject):
    """Takes touch and mouse of a view.

    One finger turns, two move, pinch and twist; two beside each other that go up or down together tilt. `tapped` and
    `double_tapped` carry the place, `felt` comes with everything a hand does. Nothing moves while `is_barred`.
    """

    tapped = Signal(QPointF)
    double_tapped = Signal(QPointF)
    felt = Signal()

    def __init__(self, view: Viewport, navigator: Navigator, clock_ms: Callable[[], int], parent: QObject) -> None:
        super().__init__(parent)
        self._navigator, self._clock_ms = navigator, clock_ms
        self.is_barred = False
        self._began: dict[int, QPointF] = {}
        self._last: dict[int, QPointF] = {}
        self._began_ms = 0
        self._way = ""
        self._last_tap: tuple[int, QPointF] = (-TWICE_MS, QPointF())
        view.installEventFilter(self)
        view.pressed.connect(self._on_pressed)
        view.dragged.connect(self._on_dragged)
        view.released.connect(self._on_released)
        view.double_clicked.connect(self._on_double_clicked)
        view.wheeled.connect(self._on_wheeled)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Take touch events, leave the rest."""
        if isinstance(event, QTouchEvent):
            event.accept()
            self.touch(event)
            return True
        return super().eventFilter(watched, event)

    def touch(self, event: QTouchEvent) -> None:
        """Follow the fingers."""
        points, now_ms = event.points(), self._clock_ms()
        self.felt.emit()
        if event.type() == QEvent.Type.TouchBegin or not self._began:
            self._began, self._way, self._began_ms = {}, "", now_ms
        for point in points:
            self._began.setdefault(point.id(), point.position())
        if event.type() in (QEvent.Type.TouchEnd, QEvent.Type.TouchCancel):
            is_tap = self._is_tap(now_ms) and event.type() == QEvent.Type.TouchEnd
            place = points[0].position() if points else QPointF()
            self._began, self._last = {}, {}
            if not self.is_barred:
                self._navigator.touch(event)
            if is_tap:
                self._tap(place, now_ms)
            return
        if not self.is_barred:
            self._move(event, points)
        self._last = {point.id(): point.position() for point in points}

    def _move(self, event: QTouchEvent, points: list[QEventPoint]) -> None:
        if not self._way:
            self._way = self._decided(points)
        if self._way == "tilt" and len(points) == 2:
            moved = sum(point.position().y() - self._last.get(point.id(), point.position()).y() for point in points) / 2
            self._navigator.pose_asked.emit(orbited(self._navigator.pose, 0.0, -moved * TILT_DEG_PER_PX), "camera")
        else:
            self._navigator.touch(event)

    def _decided(self, points: list[QEventPoint]) -> str:
        """Return what a gesture is as soon as it has gone far enough to tell; "" before."""
        moved = [point.position() - self._began[point.id()] for point in points]
        if max((hypot(one.x(), one.y()) for one in moved), default=0.0) < DECIDED_PX:
            return ""
        if len(points) != 2:
            return "other" if len(points) > 2 else ""
        apart = points[1].position() - points[0].position()
        is_level = abs(apart.y()) < LEVEL_SHARE * abs(apart.x())
        together = min(moved[0].y() * moved[1].y(), 0.0) == 0.0
        upright = all(abs(one.y()) > 1.5 * abs(one.x()) and abs(one.y()) > DECIDED_PX / 3 for one in moved)
        return "tilt" if is_level and together and upright else "other"

    def _is_tap(self, now_ms: int) -> bool:
        if len(self._began) != 1 or self._way or now_ms - self._began_ms > TAP_MS:
            return False
        ((finger, began),) = self._began.items()
        moved = self._last.get(finger, began) - began
        return hypot(moved.x(), moved.y()) < TAP_PX

    def _tap(self, at: QPointF, now_ms: int) -> None:
        last_ms, last = self._last_tap
        away = at - last
        is_second = now_ms - last_ms < TWICE_MS and hypot(away.x(), away.y()) < TWICE_PX
        self._last_tap = (-TWICE_MS if is_second else now_ms, at)
        self.tapped.emit(at)
        if is_second:
            self.double_tapped.emit(at)

    # A mouse, and screens that pass for one: its left button is the one finger.

    @Slot(QPointF, object, object)
    def _on_pressed(self, at: QPointF, button: Qt.MouseButton, _modifiers: Qt.KeyboardModifier) -> None:
        self.felt.emit()
        if not self.is_barred:
            left = button == Qt.MouseButton.LeftButton
            turned = Qt.MouseButton.RightButton if left else Qt.MouseButton.LeftButton
            self._navigator.press(at, turned, Qt.KeyboardModifier.NoModifier)

    @Slot(QPointF)
    def _on_dragged(self, at: QPointF) -> None:
        self.felt.emit()
        if not self.is_barred:
            self._navigator.drag(at)

    @Slot(QPointF, bool)
    def _on_released(self, at: QPointF, is_click: bool) -> None:
        self.felt.emit()
        self._navigator.release(at, is_click=False)
        if is_click:
            self.tapped.emit(at)

    @Slot(QPointF)
    def _on_double_clicked(self, at: QPointF) -> None:
        self.felt.emit()
        self.double_tapped.emit(at)

    @Slot(QPointF, float)
    def _on_wheeled(self, at: QPointF, steps: float) -> None:
        self.felt.emit()
        if not self.is_barred:
            self._navigator.wheel(at, steps)
