"""Up to which label a screen of this machine may show, as its settings say it now."""

from pathlib import Path

from sanping.bootstrap.clearances import clearance_book
from sanping.domain.label import Clearing, Label, clearances_of
from sanping.settings.settings import Settings


class ScreenClearance:
    """Begins with the settings that a screen of some kind was started with, and follows their `file` from then on."""

    def __init__(self, kind: str, settings: Settings, file: Path) -> None:
        self._kind, self._book = kind, clearance_book(file)
        self._given: Clearing = clearances_of(settings.clearances)

    def __call__(self) -> Label:
        """Return the clearance of now."""
        if self._book.look():
            self._given = self._book
        return self._given.of_screen(self._kind)
