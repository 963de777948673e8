"""Rows of a picture on their way from the window, which draws them, to the thread that writes them."""

from pathlib import Path
from queue import Empty, SimpleQueue

from sanping.domain.errors import SanpingError
from sanping.domain.geo import UInt8Array
from sanping.domain.text import Text
from sanping.ports.progress import Progress
from sanping.scene.picture_file import PictureFile

DRAWING = Text("绘制截图", "Drawing the picture")
WRITING = Text("写入截图", "Writing the picture")
UNWRITTEN = Text(
    "截图无法写入；请检查磁盘空间与目录权限", "The picture cannot be written; check disk space and permissions"
)
LOOK_EVERY_S = 0.1
ROWS_AT_ONCE = 128


class Strips:
    """Rows of one picture of `width` × `height` pixels, from the top; `share` (0 … 1) says how much of it is drawn."""

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self.share = 0.0
        self._rows: SimpleQueue[UInt8Array] = SimpleQueue()

    def put(self, rows: UInt8Array) -> None:
        """Hand over the next rows (n, width, 3)."""
        self._rows.put(rows)

    def take(self) -> UInt8Array | None:
        """Return the next rows, None when none come within a tenth of a second."""
        try:
            return self._rows.get(timeout=LOOK_EVERY_S)
        except Empty:
            return None


def written(strips: Strips, path: Path, progress: Progress) -> Path:
    """Write a picture as its rows arrive; raises `SanpingError` when the disk refuses, `Cancelled` soon after the wish.

    A picture that is not whole leaves nothing behind.
    """
    left = strips.height
    try:
        file = PictureFile(path, strips.width, strips.height)
        try:
            while left:
                progress.report(0.9 * strips.share, WRITING if strips.share == 1.0 else DRAWING)
                rows = strips.take()
                for first in range(0, len(rows) if rows is not None else 0, ROWS_AT_ONCE):
                    assert rows is not None
                    strip = rows[first : first + ROWS_AT_ONCE]
                    file.add(strip)
                    left -= len(strip)
                    progress.report(0.9 * strips.share + 0.1 * (1 - left / strips.height), WRITING)
            file.finish()
        finally:
            file.discard()
    except OSError as error:
        raise SanpingError(UNWRITTEN, path=str(path)) from error
    return path
