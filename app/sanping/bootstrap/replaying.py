"""A twin's desk without a window: actions and sessions done on its state, and pictures of what it would show."""

from dataclasses import replace
from pathlib import Path

from sanping.bootstrap.opener import Refusal
from sanping.bootstrap.pictures import Shot, picture
from sanping.commands.desk_state import DeskState
from sanping.commands.session import Session, Step, replayed
from sanping.domain.errors import InputError
from sanping.domain.text import Text
from sanping.ports.progress import Progress
from sanping.settings.settings import Settings
from sanping.stage.opening import opening_stage
from sanping.twin.project import TwinProject

_OTHER_TWIN = Text(
    "会话属于孪生“{own}”，打开的却是“{other}”；请给出它的目录",
    "The session is of the twin “{own}”, and “{other}” is open; give its folder",
)


class UnseenDesk:
    """The desk of a twin as one value that actions change; nothing is drawn until a picture is asked for."""

    def __init__(self, project: TwinProject) -> None:
        self._project = project
        stage = opening_stage(project, None)
        names = tuple(entry.name for entry in project.layers)
        self.state = DeskState(stage=stage, home=stage.camera, layers=names, bookmarks=project.bookmarks)

    def perform(self, name: str, *arguments: object) -> bool:
        """Do an action or a gesture; return whether it can be done without a window. Raises `InputError`."""
        self.state, left = replayed(self.state, [Step(at_ms=0, name=name, arguments=arguments)])
        return not left

    def play(self, session: Session) -> tuple[str, ...]:
        """Do a session, and return the names of steps that only a desk can do. Raises `InputError`."""
        if session.twin != self._project.folder.name:
            raise InputError(_OTHER_TWIN.with_values(own=session.twin, other=self._project.folder.name))
        self.state, left = replayed(self.state, (*session.begin, *session.steps))
        return left

    def picture(self, path: Path, shot: Shot, progress: Progress, settings: Settings) -> tuple[Refusal, ...]:
        """Draw what the desk shows now, without panels; return the layers that are missing."""
        return picture(self._project, path, replace(shot, stage=self.state.stage), progress, settings)
