"""A desk without a window: the same actions as at the desk, and pictures of what it would show."""

from pathlib import Path

from sanping.api.watching import watcher
from sanping.bootstrap.pictures import Shot
from sanping.bootstrap.replaying import UnseenDesk
from sanping.formats.session_file import read_session
from sanping.settings.settings import Settings
from sanping.stage.state import QualityName, Stage
from sanping.twin.project import TwinProject


class Desk:
    """What a person would see at the desk of a twin; got from `Twin.desk()`."""

    def __init__(self, project: TwinProject, settings: Settings) -> None:
        self._unseen, self._settings = UnseenDesk(project), settings

    @property
    def stage(self) -> Stage:
        """Camera, layers, selection, style and time as they are now."""
        return self._unseen.state.stage

    def perform(self, name: str, *arguments: object) -> bool:
        """Do an action or a gesture by its id; flights arrive at once.

        Returns whether it can be done without a window; tools and analyses cannot. Raises `InputError` for an id that
        is none or arguments that do not fit.
        """
        return self._unseen.perform(name, *arguments)

    def play(self, path: str | Path) -> tuple[str, ...]:
        """Do a recorded session again, and return the names of steps that need a desk.

        Raises `InputError`, and `FileBroken` for what is no session.
        """
        return self._unseen.play(read_session(Path(path)))

    def picture(
        self, path: str | Path, *, size: tuple[int, int] = (1920, 1080), quality: QualityName = "high"
    ) -> tuple[str, ...]:
        """Draw what the desk shows into a PNG file and return the names of layers that are missing."""
        shot = Shot(width=size[0], height=size[1], quality=quality)
        refused = self._unseen.picture(Path(path), shot, watcher(), self._settings)
        return tuple(refusal.entry.name for refusal in refused)
