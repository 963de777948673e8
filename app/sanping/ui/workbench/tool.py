"""A tool of the planner's workbench: what it shows, and what it may ask of the desk."""

from datetime import datetime
from typing import Protocol

from PySide6.QtCore import QEvent, QObject, QPointF, Signal
from PySide6.QtWidgets import QWidget

from sanping.commands.desk_state import DeskState, Outcome
from sanping.domain.text import Language, Text
from sanping.domain.view import CameraPose
from sanping.settings.settings import Settings
from sanping.stage.state import FeatureRef
from sanping.ui.city_show import CityShow
from sanping.ui.coordinates import Coordinates
from sanping.ui.desk_content import DeskContent
from sanping.ui.icons import Icons
from sanping.ui.live.living import Living
from sanping.ui.loading import Loading
from sanping.ui.section_in_city import SectionInCity
from sanping.ui.sessions import Sessions
from sanping.ui.viewport import Viewport
from sanping.ui.wording import Wording
from sanping.ui.workbench.marks_overlay import MarksOverlay


class ToolDesk(Protocol):
    """The desk as its tools see it."""

    state: DeskState
    settings: Settings
    content: DeskContent
    coordinates: Coordinates
    city: CityShow
    viewport: Viewport
    living: Living
    loading: Loading
    sessions: Sessions
    section: SectionInCity

    def perform(self, name: str, *arguments: object) -> None:
        """Do an action or a gesture."""

    def take(self, outcome: Outcome) -> None:
        """Take over what a pure function gave."""

    def say(self, text: Text) -> None:
        """Say a last word in the status bar."""

    def fly(self, pose: CameraPose) -> None:
        """Fly the camera to a pose."""

    def select(self, feature: FeatureRef) -> None:
        """Select an object with its parts."""

    def twin_time(self) -> datetime:
        """Return the present time as the clocks where the twin lies show it."""

    def keep(self, settings: Settings) -> None:
        """Keep settings for the next start."""


class Bench(Protocol):
    """What the workbench lends to each of its tools; `window` owns dialogs, `marks` draws lines and words on top."""

    window: QWidget
    icons: Icons
    marks: MarksOverlay


class DeskTool(QObject):
    """One tool; make a subclass, fill `form` and `result`, and answer what the person does with the mouse.

    `title` and `hint` say what it is for; `form` stands in the left panel, `result` in the right one where it has one.
    `changed` comes when either needs another height. Methods that take something return whether they did; what they
    leave goes to the city as ever. Widget points are pixels of the viewport.
    """

    name = ""
    title = Text("", "")
    hint = Text("", "")
    icon = "object"
    changed = Signal()

    def __init__(self, desk: ToolDesk, bench: Bench) -> None:
        super().__init__(bench.window)
        self.desk, self.bench = desk, bench
        self.words = Wording()
        self.form: QWidget | None = None
        self.result: QWidget | None = None

    def enter(self) -> None:
        """Begin: the tool is open."""

    def leave(self) -> None:
        """End for now: another tool or workspace is open. What was found stays, what is asked for goes."""

    def follow(self) -> None:
        """Forget what belongs to the twin that is no longer open."""

    def present(self, new: DeskState, old: DeskState) -> None:
        """Notice another state of the desk, while the tool is open."""

    def takes_click(self, _at: QPointF) -> bool:
        """Take a click of the left button."""
        return False

    def takes_event(self, _event: QEvent) -> bool:
        """Take any event of the viewport before it does: presses, moves, wheels, keys."""
        return False

    def point(self, at: QPointF) -> None:
        """The pointer is here, with no button pressed."""

    def do(self, wish: str, argument: object = None) -> None:
        """Do what an action asks: "undo", "clear", "leave", or a word of the tool's own."""

    def speak(self, language: Language) -> None:
        """Speak another language."""
        self.words.speak(language)

    def close(self) -> None:
        """End for good: threads, timers, files."""
