"""The cache folder: entries by key, written in one step, the least recently used ones removed over the budget."""

import contextlib
import os
import secrets
import time
from pathlib import Path

from sanping.domain.city import Origin
from sanping.domain.errors import FileBroken
from sanping.tiles.stored import Ready, load

ENTRY_SUFFIX = ".sanping"
FRESH_SUFFIX = ".fresh"
ABANDONED_S = 24 * 3600.0


class Cache:
    """Cache entries in one folder, safe for several processes at a time.

    Entries appear by rename, so a reader sees a whole entry or none; a removed entry stays good where it is mapped.
    `budget_bytes` bounds the folder; the newest entry stays even when it is larger alone.
    """

    def __init__(self, folder: Path, budget_bytes: int = 8 << 30) -> None:
        self.folder = folder
        self._budget_bytes = budget_bytes

    @property
    def stamps(self) -> Path:
        """Folder of the stamps of source files."""
        return self.folder / "stamps"

    def find(self, key: str) -> tuple[Ready, Origin] | None:
        """Map the entry of `key`; None when there is none. A damaged entry is removed."""
        path = self._path(key)
        try:
            found = load(path)
        except OSError:
            return None  # not there, or not readable: then the file is read instead
        except FileBroken:
            with contextlib.suppress(OSError):
                path.unlink()
            return None
        with contextlib.suppress(OSError):
            os.utime(path)
        return found

    def fresh_path(self, key: str) -> Path:
        """Return a path nobody else writes, for a new entry of `key`."""
        self.folder.mkdir(parents=True, exist_ok=True)
        return self.folder / f"{key}.{os.getpid()}-{secrets.token_hex(4)}{FRESH_SUFFIX}"

    def adopt(self, fresh: Path, key: str) -> None:
        """Make the finished file `fresh` the entry of `key`, and keep to the budget."""
        fresh.replace(self._path(key))
        _sync_folder(self.folder)
        self.trim(keep=key)

    def trim(self, keep: str = "") -> None:
        """Remove what nobody used for longest until the folder fits its budget, and what crashed writers left."""
        entries = []
        for path in self.folder.iterdir():
            with contextlib.suppress(OSError):
                state = path.stat()
                if path.suffix == ENTRY_SUFFIX:
                    entries.append((state.st_mtime_ns, state.st_size, path))
                elif path.suffix == FRESH_SUFFIX and time.time() - state.st_mtime > ABANDONED_S:
                    path.unlink()
        total = sum(size for _, size, _ in entries)
        for _, size, path in sorted(entries):
            if total <= self._budget_bytes:
                return
            if path != self._path(keep):
                with contextlib.suppress(OSError):
                    path.unlink()
                    total -= size

    def _path(self, key: str) -> Path:
        return self.folder / f"{key}{ENTRY_SUFFIX}"


def _sync_folder(folder: Path) -> None:
    if not hasattr(os, "O_DIRECTORY"):
        return
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
