"""Drives the stage of a screen that follows its room: values as they fall due, the camera from frame to frame."""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from sanping.domain.errors import InputError
from sanping.domain.view import CameraPose
from sanping.stage.following import EARLIEST_MS, Following, led_to, pose_at, standing
from sanping.stage.sharing import FIRST_BOARD, BoardName, Focus, Pointer, board_of, focus_of, pointer_of, with_value
from sanping.stage.show import SharedValue, ShowState
from sanping.stage.state import Stage
from sanping.wire.show import ViewKey

FRAME_MS = 16


class Follower(QObject):
    """Takes the show of a room and tells the stage that is to be drawn now.

    `stage_changed` carries the new `Stage`, at most once a frame; `focus_changed` a `Focus` or None, `pointer_changed`
    a `Pointer` or None, `board_changed` a `BoardName`. `now_ms` is the hub's clock. Values that this screen wrote
    itself change nothing here. A value that cannot be shown is skipped and counted in `skipped`.
    """

    stage_changed = Signal(object)
    focus_changed = Signal(object)
    pointer_changed = Signal(object)
    board_changed = Signal(object)

    def __init__(self, stage: Stage, now_ms: Callable[[], int], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.stage = self._wanted = stage
        self._hidden: frozenset[str] = frozenset()
        self.focus: Focus | None = None
        self.pointer: Pointer | None = None
        self.board: BoardName = FIRST_BOARD
        self.skipped = 0
        self.is_following = True
        self._now_ms = now_ms
        self._camera: Following = standing(stage.camera)
        self._taken: dict[ViewKey, SharedValue] = {}
        self._due: dict[ViewKey, SharedValue] = {}
        self._frames = QTimer(self)
        self._frames.setTimerType(Qt.TimerType.PreciseTimer)
        self._frames.setInterval(FRAME_MS)
        self._frames.timeout.connect(self._on_frame)

    @property
    def is_moving(self) -> bool:
        """The camera is on its way, or a value waits for its moment."""
        return self._frames.isActive()

    @Slot(object)
    def show(self, show: ShowState) -> None:
        """Take what the room shows now."""
        if not self.is_following:
            return
        now_ms = self._now_ms()
        for key, value in show.values.items():
            if value == self._taken.get(key):  # a hub that was started again counts its revisions from one
                continue
            self._taken[key] = value
            if value.by and value.by == show.me:
                continue
            if key == "camera":
                self._take_camera(value, now_ms)
            elif now_ms < value.at_ms <= now_ms + EARLIEST_MS:
                self._due[key] = value
            else:
                self._take(key, value)
        self._on_frame()

    def forget(self) -> None:
        """Take every value anew: this screen follows again."""
        self._taken.clear()
        self._due.clear()

    def stand(self, stage: Stage) -> None:
        """Show another stage from now on: this screen leads, or has opened another twin."""
        is_same = stage.layers is self.stage.layers  # which may lack what is hidden alone
        self._wanted = replace(stage, layers=self._wanted.layers) if is_same else stage
        self.stage = self._wanted.without(self._hidden)
        self._camera = standing(stage.camera)
        self._due.clear()
        self._frames.stop()

    @Slot(object)
    def hide(self, names: frozenset[str]) -> None:
        """Hide these layers from now on, whatever the room shows, and no others."""
        self._hidden = names
        self._present(self._wanted)

    def stop(self) -> None:
        """End."""
        self._frames.stop()

    def _take_camera(self, value: SharedValue, now_ms: int) -> None:
        pose = self._pose(value)
        if pose is not None:
            self._camera = led_to(self._camera, pose, value.at_ms, now_ms)

    def _pose(self, value: SharedValue) -> CameraPose | None:
        try:
            return with_value(self._wanted, "camera", value.value).camera
        except InputError:
            self.skipped += 1
            return None

    def _take(self, key: ViewKey, value: SharedValue) -> None:
        try:
            if key == "focus":
                self.focus = focus_of(value.value)
                self.focus_changed.emit(self.focus)
            elif key == "pointer":
                self.pointer = pointer_of(value.value)
                self.pointer_changed.emit(self.pointer)
            elif key == "board":
                self.board = board_of(value.value)
                self.board_changed.emit(self.board)
            else:
                self._present(with_value(self._wanted, key, value.value))
        except InputError:
            self.skipped += 1

    @Slot()
    def _on_frame(self) -> None:
        now_ms = self._now_ms()
        for key in [key for key, value in self._due.items() if value.at_ms <= now_ms]:
            self._take(key, self._due.pop(key))
        self._present(replace(self._wanted, camera=pose_at(self._camera, now_ms)))
        if self._due or now_ms < self._camera.arrives_ms:
            if not self._frames.isActive():
                self._frames.start()
        else:
            self._frames.stop()

    def _present(self, stage: Stage) -> None:
        self._wanted, shown = stage, stage.without(self._hidden)
        if shown != self.stage:
            self.stage = shown
            self.stage_changed.emit(shown)
