"""What a hub asks of whoever makes its backups."""

from pathlib import Path
from typing import Protocol

from sanping.ports.progress import Progress


class Backups(Protocol):
    """Backs up all that one hub keeps. Both may block; they are called from a thread of their own.

    `folder` is where to without being told, None for nowhere; there one is made every `every_h` hours and the newest
    `keep` stay. `watched` are the folders whose disks must not run full.
    """

    folder: Path | None
    every_h: float
    keep: int
    watched: tuple[Path, ...]

    def make(self, folder: Path, progress: Progress) -> tuple[str, int | None]:
        """Make a backup in a folder; return where it is, and which row of the chain of cases is wrong, if one is.

        Raises `StoreFailed`, `Cancelled`.
        """

    def last_ms(self, folder: Path) -> int:
        """Return when the newest whole backup in a folder was begun, 0 without one."""
