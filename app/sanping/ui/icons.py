"""Icons drawn from `assets/icons`: line drawings that take the colour they are asked for."""

from functools import lru_cache
from pathlib import Path

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap, QPixmapCache
from PySide6.QtSvg import QSvgRenderer

from sanping.ui.theme import ACCENT_NAME, QUIET_NAME

SCALES = (1, 2)
_DIM = "#4c6784"


class Icons:
    """Makes icons by name; each is drawn once."""

    def __init__(self, folder: Path) -> None:
        """`folder` holds one SVG file a name, 24 × 24, drawn in currentColor."""
        self._folder = folder
        self._made: dict[tuple[str, str], QIcon] = {}

    def icon(self, name: str, colour: str = "#bfe2ff") -> QIcon:
        """Return the icon of a name; an empty one for an empty name."""
        if not name:
            return QIcon()
        if (name, colour) not in self._made:
            made = QIcon()
            for mode, stroke in (
                (QIcon.Mode.Normal, colour),
                (QIcon.Mode.Active, "#ffffff"),
                (QIcon.Mode.Disabled, _DIM),
            ):
                for scale in SCALES:
                    made.addPixmap(self.picture(name, 20 * scale, stroke), mode)
            for scale in SCALES:
                made.addPixmap(self.picture(name, 20 * scale, ACCENT_NAME), QIcon.Mode.Normal, QIcon.State.On)
            self._made[(name, colour)] = made
        return self._made[(name, colour)]

    def picture(self, name: str, size_px: int, colour: str = QUIET_NAME) -> QPixmap:
        """Return the drawing as a picture, one that another window has drawn if there is such."""
        file = self._folder / f"{name}.svg"
        key = f"{file} {size_px} {colour}"
        picture: QPixmap | None = QPixmapCache.find(key)  # type: ignore[call-overload]  # its stub is that of C++
        if picture is None:
            picture = _drawn(file, size_px, colour)
            QPixmapCache.insert(key, picture)
        return picture


@lru_cache(maxsize=128)
def _source(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def _drawn(file: Path, size_px: int, colour: str) -> QPixmap:
    drawing = _source(file).replace("currentColor", colour)
    picture = QPixmap(size_px, size_px)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    QSvgRenderer(QByteArray(drawing.encode())).render(painter, QRectF(0, 0, size_px, size_px))
    painter.end()
    return picture
