"""Keeps pictures of stations in a folder: written whole or not at all, the oldest removed beyond a number."""

import os
import time
from pathlib import Path

from sanping.adapters.sl651.readings import Picture


class PictureFolder:
    """One folder of pictures named STATION_YYYYMMDDhhmmss.jpg (UTC); other files in it are left alone."""

    def __init__(self, folder: Path, most: int) -> None:
        self._folder = folder
        self._most = most

    def keep(self, picture: Picture) -> bool:
        """Write a picture; False when that fails."""
        moment = time.strftime("%Y%m%d%H%M%S", time.gmtime(picture.event_ms / 1000))
        target = self._folder / f"{_safe(picture.station)}_{moment}.jpg"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            part = target.with_suffix(".part")
            with part.open("wb") as file:
                file.write(picture.data)
                file.flush()
                os.fsync(file.fileno())
            part.replace(target)
            self._make_room()
        except OSError:
            return False
        return True

    def _make_room(self) -> None:
        kept = sorted(self._folder.glob(f"*_{'[0-9]' * 14}.jpg"), key=lambda path: path.name.rpartition("_")[2])
        for path in kept[: max(0, len(kept) - self._most)]:
            path.unlink(missing_ok=True)


def _safe(station: str) -> str:
    """Return a station's address as part of a file name: nothing but letters and digits of a foreign text."""
    return "".join(letter for letter in station if letter.isascii() and letter.isalnum())[:20] or "0"
