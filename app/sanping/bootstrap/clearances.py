"""The clearances of a hub as the settings file says them, read again whenever that file is another."""

from pathlib import Path

from sanping.domain.label import Clearances, clearances_of
from sanping.hub.clearance_book import ClearanceBook
from sanping.settings.settings import load_settings

_Mark = tuple[int, int, int] | None


def clearance_book(file: Path) -> ClearanceBook:
    """Return the clearances of a settings file, which follow it. Raises `ProjectInvalid` or `InputError` at first."""
    reading = _Reading(file)
    return ClearanceBook(_read(file), reading.changed)


class _Reading:
    """Reads a file when it was written since it was read last.

    One that is away says nothing: whoever writes it anew may take the old one away first.
    """

    def __init__(self, file: Path) -> None:
        self._file, self._mark = file, _mark(file)

    def changed(self) -> Clearances | None:
        """Return the clearances when the file is another, None when it is not. Raises as `clearance_book`, once."""
        mark = _mark(self._file)
        if mark in (None, self._mark):
            return None
        self._mark = mark
        found = _read(self._file)
        if _mark(self._file) == mark:
            return found
        self._mark = None  # it was written, or taken away, meanwhile: the next look reads it again
        return None


def _read(file: Path) -> Clearances:
    return clearances_of(load_settings(file).clearances)


def _mark(file: Path) -> _Mark:
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size
