"""The photos of cases on the desk: fetched once, and made small enough before they are sent."""

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QObject, Qt, Signal
from PySide6.QtGui import QImage, QImageReader, QPixmap

from sanping.domain.case import Photo
from sanping.domain.errors import InputError, SanpingError
from sanping.domain.text import Text
from sanping.ui.cases.photo_strip import picture_of
from sanping.ui.live.asking import Asking

LONGEST_PX = 2048
JPEG_QUALITY = 86
MOST_KEPT = 200
LARGEST_SIDE_PX = 20_000
NOT_A_PHOTO = Text(
    "“{name}”不是可读取的照片；请选择 JPEG 或 PNG",
    "{name} is no photo that can be read; choose a JPEG or PNG",
)


class Photographs(Protocol):
    """The hub as keeper of photos."""

    def photo(self, name: str) -> bytes:
        """Return one photo."""

    def add_photo(self, content: bytes) -> str:
        """Keep a photo and return its name."""


class CasePhotos(QObject):
    """Keeps the pictures of the photos that were looked at; `came` says that there are more."""

    came = Signal()

    def __init__(self, asking: Asking, parent: QObject) -> None:
        super().__init__(parent)
        self._asking = asking
        self.pictures: dict[str, QPixmap | None] = {}
        self._coming: set[str] = set()

    def ask(self, photos: Iterable[Photo], hub: Photographs) -> None:
        """Ask for photos that are not here yet."""
        for photo in photos:
            if photo.id not in self.pictures and photo.id not in self._coming:
                self._coming.add(photo.id)
                self._asking.ask(
                    partial(hub.photo, photo.id), partial(self._take, photo.id), partial(self._miss, photo.id)
                )  # fmt: skip

    def forget(self) -> None:
        """Forget what belongs to another city."""
        self.pictures.clear()
        self._coming.clear()

    def _take(self, name: str, content: bytes) -> None:
        self._coming.discard(name)
        while len(self.pictures) >= MOST_KEPT:
            self.pictures.pop(next(iter(self.pictures)))
        self.pictures[name] = picture_of(content)
        self.came.emit()

    def _miss(self, name: str, _error: SanpingError) -> None:
        self._coming.discard(name)
        self.pictures[name] = None
        self.came.emit()


def sending(files: Sequence[Path], hub: Photographs) -> Callable[[], tuple[str, ...]]:
    """Return the job that sends files and gives the names under which the hub keeps them. It raises `SanpingError`."""

    def send() -> tuple[str, ...]:
        return tuple(hub.add_photo(made_small(path)) for path in files)

    return send


def made_small(path: Path) -> bytes:
    """Return a photo as JPEG with at most 2048 pixels a side, upright. Raises `InputError`."""
    reader = QImageReader(str(path))
    reader.setAutoTransform(True)
    size = reader.size()
    if not size.isValid() or max(size.width(), size.height()) > LARGEST_SIDE_PX:
        raise InputError(NOT_A_PHOTO.with_values(name=path.name))
    if max(size.width(), size.height()) > LONGEST_PX:
        reader.setScaledSize(size.scaled(LONGEST_PX, LONGEST_PX, Qt.AspectRatioMode.KeepAspectRatio))
    image: QImage = reader.read()
    if image.isNull():
        raise InputError(NOT_A_PHOTO.with_values(name=path.name))
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.convertToFormat(QImage.Format.Format_RGB32).save(buffer, "JPEG", JPEG_QUALITY)  # type: ignore[call-overload]
    buffer.close()
    return bytes(content.data())
