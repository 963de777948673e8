"""Films: pictures in; an MP4 (H.264), a WebM (VP9) or a ZIP of numbered PNG pictures out, at a constant rate.

MP4 and WebM are written by the system's ffmpeg (`storage.ffmpeg`), the ZIP by ourselves on any machine.
A film is either there whole or not at all.
"""

import contextlib
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from PIL import Image

from sanping.domain.errors import InputError
from sanping.domain.geo import UInt8Array
from sanping.domain.text import Text
from sanping.storage.ffmpeg import encoding
from sanping.storage.whole_file import whole_file

SERIES = ".zip"
SUFFIXES = (".mp4", ".webm", SERIES)
FILES = "MP4 (*.mp4);;WebM (*.webm);;PNG (*.zip)"
"""The three as the pattern of a file dialog."""
LARGEST_SIDE_PX = 8192
_FAST = 1  # a stronger compression takes several times as long for a tenth of the size
_STRANGE = Text("影片只能存为 .mp4、.webm 或 .zip：{name}", "A film is kept as .mp4, .webm or .zip, not {name}")
_SIZE = Text(
    "影片每边须在 16 到 {most} 像素之间，帧率须在 1 到 120 之间",
    "Each side of a film must have 16 to {most} pixels, and its rate be 1 to 120 frames a second",
)


class Film(Protocol):
    """A film that is being written."""

    @property
    def codec(self) -> str:
        """Name of the encoder that is used."""

    def add(self, picture: UInt8Array) -> None:
        """Add a picture (height, width, 3), row 0 at the top; it stays for one frame. Raises `StoreFailed`."""


def film_size(width: int, height: int) -> tuple[int, int]:
    """Return the size a film can have: even, because colours are kept for two by two pixels."""
    return max(16, width - width % 2), max(16, height - height % 2)


@contextlib.contextmanager
def film_writer(path: Path, size_px: tuple[int, int], frames_per_s: int) -> Iterator[Film]:
    """Give a film to add pictures to; when the block ends well the file is there, else nothing is.

    `size_px` is width and height, even. Raises `InputError` for a name, size or rate that cannot be,
    `ProgramMissing` for MP4 and WebM where there is no ffmpeg, `StoreFailed`.
    """
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise InputError(_STRANGE.with_values(name=path.name))
    if size_px != film_size(*size_px) or max(size_px) > LARGEST_SIDE_PX or not 1 <= frames_per_s <= 120:
        raise InputError(_SIZE.with_values(most=LARGEST_SIDE_PX))
    with whole_file(path) as part:
        written = _series(part, size_px) if suffix == SERIES else encoding(part, suffix, size_px, frames_per_s)
        with written as film:
            yield film


class _Series:
    """Pictures 00001.png, 00002.png and so on in an archive."""

    codec = "png"

    def __init__(self, archive: zipfile.ZipFile, size_px: tuple[int, int]) -> None:
        self._archive, self._size_px, self._frames = archive, size_px, 0

    def add(self, picture: UInt8Array) -> None:
        width, height = self._size_px
        content = io.BytesIO()
        Image.fromarray(picture[:height, :width]).save(content, "PNG", compress_level=_FAST)
        self._frames += 1
        self._archive.writestr(f"{self._frames:05}.png", content.getvalue())


@contextlib.contextmanager
def _series(part: Path, size_px: tuple[int, int]) -> Iterator[Film]:
    with zipfile.ZipFile(part, "w", zipfile.ZIP_STORED) as archive:
        yield _Series(archive, size_px)
