"""Turns mouse, wheel, touch and held keys into camera poses; knows no scene and draws nothing."""

from collections.abc import Callable
from math import atan2, degrees, hypot

from PySide6.QtCore import QElapsedTimer, QObject, QPointF, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QTouchEvent

from sanping.domain.view import CameraPose, Point
from sanping.stage.camera import orbited, panned, zoomed_about
from sanping.stage.projection import on_level
from sanping.stage.walking import Free, Ground, everywhere, looked, walked

TURN_DEG_PER_PX = 0.28
TILT_DEG_PER_PX = 0.22
ZOOM_PER_STEP = 0.84
WALK_M_PER_S = 4.0
RUN_FACTOR = 4.0
SLIDE_SHARE_PER_S = 0.7
STEP_MS = 33
SETTLE_MS = 500

MOVE_KEYS: dict[int, tuple[float, float]] = {
    Qt.Key.Key_W: (0, 1),
    Qt.Key.Key_S: (0, -1),
    Qt.Key.Key_A: (-1, 0),
    Qt.Key.Key_D: (1, 0),
    Qt.Key.Key_Up: (0, 1),
    Qt.Key.Key_Down: (0, -1),
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
}


class Navigator(QObject):
    """Moves a camera.

    `pose_asked(pose, running)` asks for a camera; `running` names the gesture so that it is one step of the history.
    `settled` says that a gesture is over. `pose` is set from outside and is where the next gesture starts.
    """

    pose_asked = Signal(object, str)
    settled = Signal()

    def __init__(
        self, pose: CameraPose, world_under: Callable[[QPointF], Point | None], ground: Ground, free: Free = everywhere
    ) -> None:
        super().__init__()
        self.pose = pose
        self.size_px = (1, 1)
        self.is_walking = False
        self._world_under = world_under
        self._ground, self._free = ground, free
        self._last = QPointF()
        self._grabbed: Point | None = None
        self._way = ""
        self._fingers: list[QPointF] = []
        self._held: set[int] = set()
        self._is_running = False
        self._since = QElapsedTimer()
        self._steps = QTimer(self)
        self._steps.setInterval(STEP_MS)
        self._steps.timeout.connect(self._on_step)
        self._quiet = QTimer(self)
        self._quiet.setSingleShot(True)
        self._quiet.setInterval(SETTLE_MS)
        self._quiet.timeout.connect(self.settled)

    @property
    def is_dragging(self) -> bool:
        """A button is held."""
        return bool(self._way)

    def stop(self) -> None:
        """Let go of every button and key."""
        self._way = ""
        self._held.clear()
        self._steps.stop()
        self._quiet.stop()

    @Slot(QPointF, object, object)
    def press(self, at: QPointF, button: Qt.MouseButton, modifiers: Qt.KeyboardModifier) -> None:
        """Grab the ground with the left button; turn with the right or middle one, or with Shift or Ctrl."""
        turns = button != Qt.MouseButton.LeftButton or bool(
            modifiers & (Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.ControlModifier)
        )
        self._last = at
        self._way = "look" if self.is_walking else "turn" if turns else "pan"
        if self._way == "pan":
            self._grabbed = self._grab(at)

    @Slot(QPointF)
    def drag(self, to: QPointF) -> None:
        """Follow the cursor."""
        moved = to - self._last
        if not self._way or moved.isNull():
            return
        if self._way == "pan":
            self._pan_to(to)
        else:
            self._turn(moved)
        self._last = to

    @Slot(QPointF, bool)
    def release(self, at: QPointF, is_click: bool) -> None:
        """End the gesture."""
        self._way = ""
        self._grabbed = None
        self.settled.emit()

    @Slot(QPointF, float)
    def wheel(self, at: QPointF, steps: float) -> None:
        """Zoom to what is under the cursor; walk on when walking."""
        if self.is_walking:
            self.pose_asked.emit(walked(self.pose, 3.0 * steps, 0.0, self._ground, self._free), "camera")
        else:
            self.pose_asked.emit(zoomed_about(self.pose, ZOOM_PER_STEP**steps, self._grab(at)), "camera")
        self._quiet.start()

    def key(self, key: int, is_down: bool, is_running: bool) -> bool:
        """Hold or let go of a key that moves; returns whether the key is one of them."""
        if key not in MOVE_KEYS:
            return False
        self._is_running = is_running
        if is_down:
            self._held.add(key)
        else:
            self._held.discard(key)
        if self._held and not self._steps.isActive():
            self._since.start()
            self._steps.start()
        elif not self._held and self._steps.isActive():
            self._steps.stop()
            self.settled.emit()
        return True

    def touch(self, event: QTouchEvent) -> None:
        """One finger turns; two pan, pinch and rotate."""
        self.fingers([point.position() for point in event.points() if point.state().name != "Released"])

    def fingers(self, fingers: list[QPointF]) -> None:
        """Follow the fingers that are on the view now."""
        before, self._fingers = self._fingers, fingers
        if not fingers:
            self._grabbed = None
            self.settled.emit()
        elif len(before) != len(fingers):
            self._grabbed = self._grab(_middle(fingers)) if len(fingers) > 1 else None
        elif len(fingers) == 1:
            self._turn(fingers[0] - before[0])
        else:
            self._pinch(before, fingers)

    def _pinch(self, before: list[QPointF], now: list[QPointF]) -> None:
        old, new = before[1] - before[0], now[1] - now[0]
        spread = hypot(old.x(), old.y()) / max(1.0, hypot(new.x(), new.y()))
        turn = degrees(atan2(new.y(), new.x()) - atan2(old.y(), old.x()))
        turn = (turn + 180) % 360 - 180
        pose = orbited(zoomed_about(self.pose, spread, self._grabbed), -turn, 0.0)
        self.pose = pose
        self._pan_to(_middle(now))

    def _pan_to(self, to: QPointF) -> None:
        if self._grabbed is None:
            step = self.pose.distance_m / self.size_px[1]
            moved = to - self._last
            self.pose_asked.emit(panned(self.pose, -moved.x() * step, moved.y() * step), "camera")
            return
        under = on_level(self.pose, (to.x(), to.y()), self.size_px, self._grabbed[2])
        if under is None:
            return
        shift = (self._grabbed[0] - under[0], self._grabbed[1] - under[1])
        if hypot(*shift) > 3 * self.pose.distance_m:
            return
        east, north, up = self.pose.target
        self.pose_asked.emit(_aimed(self.pose, (east + shift[0], north + shift[1], up)), "camera")

    def _turn(self, moved: QPointF) -> None:
        if self.is_walking:
            pose = looked(self.pose, moved.x() * 0.16, -moved.y() * 0.16)
        else:
            pose = orbited(self.pose, moved.x() * TURN_DEG_PER_PX, -moved.y() * TILT_DEG_PER_PX)
        self.pose_asked.emit(pose, "camera")

    @Slot()
    def _on_step(self) -> None:
        seconds = min(0.25, self._since.restart() / 1000)
        right = sum(MOVE_KEYS[key][0] for key in self._held)
        forward = sum(MOVE_KEYS[key][1] for key in self._held)
        speed = RUN_FACTOR if self._is_running else 1.0
        if self.is_walking:
            step = WALK_M_PER_S * speed * seconds
            pose = walked(self.pose, forward * step, right * step, self._ground, self._free)
        else:
            step = self.pose.distance_m * SLIDE_SHARE_PER_S * speed * seconds
            pose = panned(self.pose, right * step, forward * step)
        self.pose_asked.emit(pose, "camera")

    def _grab(self, at: QPointF) -> Point | None:
        point = self._world_under(at)
        if point is None:
            point = on_level(self.pose, (at.x(), at.y()), self.size_px, self.pose.target[2])
        if point is None:
            return None
        reach = hypot(*(a - b for a, b in zip(point, self.pose.position, strict=True)))
        return point if reach < 8 * self.pose.distance_m else None


def _aimed(pose: CameraPose, target: Point) -> CameraPose:
    return CameraPose(
        target=target,
        heading_deg=pose.heading_deg,
        pitch_deg=pose.pitch_deg,
        distance_m=pose.distance_m,
        fov_deg=pose.fov_deg,
    )


def _middle(points: list[QPointF]) -> QPointF:
    return QPointF(sum(p.x() for p in points) / len(points), sum(p.y() for p in points) / len(points))
