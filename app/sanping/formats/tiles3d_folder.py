"""The files of a streamed tileset on disk: those in its folder or below, and no others."""

from pathlib import Path

from sanping.domain.errors import FileBroken, FileHostile
from sanping.domain.text import Text
from sanping.formats.tiles3d_tile import LARGEST_CONTENT
from sanping.formats.tiles3d_tree import ELSEWHERE, MISSING
from sanping.ports.progress import Progress

LARGE_FROM_BYTES = 256 << 20
_MOST_LISTED = 20_000
_TOO_LARGE = Text("文件超过 {limit} MiB；已拒绝", "The file is over {limit} MiB; it was refused")


class TileFolder:
    """Implements `TileFiles` for the tileset at `path`."""

    def __init__(self, path: Path) -> None:
        path = path.resolve()
        self._home, self._root = path.parent, path.name

    @property
    def root(self) -> str:
        """Address of the outermost tileset."""
        return self._root

    def fetched(self, address: str, progress: Progress) -> Path:
        """Return the file at an address. Raises `FileBroken` when it is not there, `FileHostile`."""
        target = (self._home / address).resolve()
        if not target.is_relative_to(self._home):
            raise FileHostile(ELSEWHERE, place=address[-80:])
        if not target.is_file():
            raise FileBroken(MISSING, place=address[-80:])
        if target.stat().st_size > LARGEST_CONTENT:
            raise FileHostile(_TOO_LARGE.with_values(limit=LARGEST_CONTENT >> 20), place=address[-80:])
        return target

    def close(self) -> None:
        """Nothing is open."""


def is_large(path: Path) -> bool:
    """Say whether what lies in the folder of a tileset and below is too much to be read at once."""
    total = 0
    for number, file in enumerate(path.parent.rglob("*")):
        total += file.stat().st_size if file.is_file() else 0
        if total > LARGE_FROM_BYTES or number > _MOST_LISTED:
            return True
    return False
