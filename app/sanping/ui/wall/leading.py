"""A hand on the wall: takes the floor for whoever touches it, and gives it back after a rest."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QPointF, Qt, QTimer, Signal, Slot

from sanping.domain.view import CameraPose, Point
from sanping.stage.show import ShowState
from sanping.ui.live.link import LiveLink
from sanping.ui.navigation import Navigator
from sanping.ui.wall.tile_window import TileWindow

IDLE_MS = 10_000


def _nowhere(_at: QPointF) -> Point | None:
    return None


def _level(_east: float, _north: float) -> float:
    return 0.0


class Leading(QObject):
    """Turns gestures on the canvas into the camera of the room.

    `began` says that a hand is on the wall, `pose_asked` carries the camera it wants, `ended` comes when the floor was
    given back, was refused or went to somebody else. Without a hub the wall leads itself alone.
    """

    began = Signal()
    pose_asked = Signal(object)
    ended = Signal()

    def __init__(self, pose: CameraPose, link: Callable[[], LiveLink | None], parent: QObject) -> None:
        super().__init__(parent)
        self.navigator = Navigator(pose, _nowhere, _level)
        self.navigator.setParent(self)
        self.navigator.pose_asked.connect(self._on_pose)
        self.is_leading = False
        self._link = link
        self._had_floor = False
        self._refused: object = None
        self._idle = QTimer(self)
        self._idle.setSingleShot(True)
        self._idle.setInterval(IDLE_MS)
        self._idle.timeout.connect(self.give_back)

    def listen_to(self, window: TileWindow) -> None:
        """Take gestures of a window, in pixels of the canvas."""
        view = window.viewport

        def canvas(at: QPointF) -> QPointF:
            return at + QPointF(window.tile.left, window.tile.top)

        view.pressed.connect(lambda at, button, modifiers: self.press(canvas(at), button, modifiers))
        view.dragged.connect(lambda at: self.drag(canvas(at)))
        view.released.connect(lambda at, _is_click: self.release(canvas(at)))
        view.wheeled.connect(lambda at, steps: self.wheel(canvas(at), steps))
        window.touched.connect(self.touch)

    def press(self, at: QPointF, button: Qt.MouseButton, modifiers: Qt.KeyboardModifier) -> None:
        """A button goes down at a place of the canvas."""
        self._begin()
        self.navigator.press(at, button, modifiers)

    def drag(self, at: QPointF) -> None:
        """The cursor is drawn along."""
        self.navigator.drag(at)

    def release(self, at: QPointF) -> None:
        """The button comes up."""
        self.navigator.release(at, is_click=False)

    def wheel(self, at: QPointF, steps: float) -> None:
        """The wheel turns."""
        self._begin()
        self.navigator.wheel(at, steps)

    @Slot(object)
    def touch(self, fingers: list[QPointF]) -> None:
        """Fingers move on the canvas; none are left when the list is empty."""
        self._begin()
        self.navigator.fingers(fingers)

    @Slot(object)
    def show(self, show: ShowState) -> None:
        """Notice that the floor came, went to somebody else, or was refused."""
        if not self.is_leading:
            self._refused = show.refused
            return
        if show.is_leading:
            self._had_floor = True
        elif self._had_floor or (show.refused is not None and show.refused is not self._refused):
            self._refused = show.refused
            self._end()

    @Slot()
    def give_back(self) -> None:
        """Give the floor back."""
        link = self._link()
        if self.is_leading and link is not None:
            link.floor("release")
        self._end()

    def stop(self) -> None:
        """End."""
        self._idle.stop()
        self.navigator.stop()

    def _begin(self) -> None:
        self._idle.start()
        if self.is_leading:
            return
        self.is_leading, self._had_floor = True, False
        link = self._link()
        if link is not None:
            self._refused = link.show.refused
            link.floor("seize")
        self.began.emit()

    def _end(self) -> None:
        self._idle.stop()
        if self.is_leading:
            self.is_leading = False
            self.ended.emit()

    @Slot(object, str)
    def _on_pose(self, pose: CameraPose, _running: str) -> None:
        if not self.is_leading:
            return
        self._idle.start()
        self.navigator.pose = pose
        link = self._link()
        if link is not None:
            link.share("camera", pose)
        self.pose_asked.emit(pose)
