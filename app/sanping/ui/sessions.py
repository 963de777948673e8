"""Records what a person does at the desk as a session, and does sessions again at their times."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol

from PySide6.QtCore import QElapsedTimer, QObject, QPointF, QTimer, Signal, Slot

from sanping.commands.desk_state import DeskState
from sanping.commands.session import CLICK, Session, Step, added, beginning, can_be_written, is_repeated
from sanping.domain.errors import InputError
from sanping.domain.text import Text
from sanping.domain.view import Point
from sanping.stage.projection import pixel_of
from sanping.ui.city_show import CityShow
from sanping.ui.desk_content import DeskContent
from sanping.ui.viewport import Viewport

SOON_MS = 0
STEP_FAILED = Text("第 {number} 步无法重放：{reason}", "Step {number} cannot be done again: {reason}")


class Desk(Protocol):
    """The window as sessions see it."""

    state: DeskState
    content: DeskContent
    city: CityShow
    viewport: Viewport

    def perform(self, name: str, *arguments: object) -> None:
        """Do an action or a gesture."""

    def select_under(self, at: QPointF) -> None:
        """Click in the city."""

    def say(self, text: Text) -> None:
        """Say a last word in the status bar."""


class Sessions(QObject):
    """The recorder and the player of one desk.

    `changed` comes when recording or playing begins, goes on or ends; `stepped` carries each step that is recorded.
    """

    changed = Signal()
    stepped = Signal(object)

    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._since = QElapsedTimer()
        self._depth = 0
        self._begin: tuple[Step, ...] = ()
        self._steps: tuple[Step, ...] = ()
        self._todo: list[Step] = []
        self._speed, self._count = 1.0, 0
        self.is_recording = self.has_played = False
        self.left_out = 0
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._go_on)

    @property
    def is_playing(self) -> bool:
        """A session is being done again."""
        return bool(self._todo)

    @property
    def session(self) -> Session:
        """What has been recorded."""
        return Session(twin=self._desk.content.project.folder.name, begin=self._begin, steps=self._steps)

    def record(self) -> None:
        """Begin a new session."""
        self._begin = beginning(self._desk.state, self._desk.content.project.style)
        self._steps, self.left_out, self.is_recording = (), 0, True
        self._since.start()
        self.changed.emit()

    def stop(self) -> None:
        """End recording and playing; what was recorded stays."""
        self.is_recording = False
        self._todo = []
        self._timer.stop()
        self.changed.emit()

    @contextmanager
    def heard(self, name: str, arguments: Sequence[object]) -> Iterator[None]:
        """Record an action or gesture, but not those that it does in turn, save what it only finds out then."""
        self._depth += 1
        try:
            if self.is_recording and (self._depth == 1 or name == "camera.fly"):
                self._add(name, tuple(arguments))
            yield
        finally:
            self._depth -= 1

    def heard_click(self, place: Point | None) -> None:
        """Record a click that a tool took, at a place of the world."""
        if self.is_recording and place is not None:
            self._add(CLICK, (place,))

    def play(self, session: Session, speed: float = 1.0) -> None:
        """Do a session again, so many times as fast; 0 waits for nothing."""
        self.stop()
        self.has_played = True
        self._todo = [*session.begin, *session.steps]
        self._speed, self._count = speed, len(self._todo)
        self._since.start()
        self.changed.emit()
        self._timer.start(SOON_MS)

    def close(self) -> None:
        """End."""
        self.stop()

    def _add(self, name: str, arguments: tuple[object, ...]) -> None:
        if not is_repeated(name):
            self.left_out += name != "object.hover"
            return
        if not can_be_written(arguments):
            self.left_out += 1
            return
        step = Step(at_ms=self._since.elapsed(), name=name, arguments=arguments)
        self._steps = added(self._steps, step)
        self.stepped.emit(step)
        self.changed.emit()

    @Slot()
    def _go_on(self) -> None:
        """Do every step whose time has come, then wait for the next."""
        while self._todo:
            wait = 0.0 if not self._speed else self._todo[0].at_ms / self._speed - self._since.elapsed()
            if wait > 0.0:
                self._timer.start(round(wait))
                return
            self._do(self._todo.pop(0))
        self.changed.emit()

    def _do(self, step: Step) -> None:
        try:
            if step.name == CLICK:
                self._click(step.arguments)
            elif not is_repeated(step.name):
                raise TypeError(step.name)
            else:
                self._desk.perform(step.name, *step.arguments)
        except (TypeError, ValueError, KeyError, AttributeError, InputError) as error:
            number = self._count - len(self._todo)
            self._desk.say(STEP_FAILED.with_values(number=number, reason=f"{step.name}: {error}"[:200]))
            self._todo = []

    def _click(self, arguments: Sequence[object]) -> None:
        """Click where a place of the world is seen now."""
        (place,) = arguments
        if not isinstance(place, tuple) or len(place) != 3:
            raise TypeError(str(place))
        at = pixel_of(self._desk.state.stage.camera, place, self._desk.viewport.size_px)
        if at is not None:
            self._desk.select_under(QPointF(*at))
