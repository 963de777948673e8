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


class Part:
    """A part of a longer job, from share `start` to share `end` of it."""

    def __init__(self, whole: Progress, start: float, end: float) -> None:
        self._whole = whole
        self._start = start
        self._end = end

    def report(self, fraction: float, doing: Text) -> None:
        """Say how much of the part is done."""
        self._whole.report(self._start + (self._end - self._start) * fraction, doing)
