"""Progress of a long job, and the wish to stop it."""

from typing import Protocol

from sanping.domain.text import Text


class Progress(Protocol):
    """Told how far a job is; asks the job to stop by raising."""

    def report(self, fraction: float, doing: Text) -> None:
        """Say that `fraction` (0 … 1) is done; raises `Cancelled` when the person wants the job to stop."""


class SilentProgress:
    """Nobody is watching."""

    def report(self, fraction: float, doing: Text) -> None:
        """Do nothing."""
