"""The photos of a case as small pictures under their moments, and one of them large over the desk."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QRectF, Qt, Signal, Slot
from PySide6.QtGui import QColor, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QSizePolicy, QWidget

from sanping.domain.case import Photo, PhotoMoment
from sanping.domain.text import Text
from sanping.ui.cases import words
from sanping.ui.live.painting import CENTRE, LEFT, set_size, write
from sanping.ui.theme import ACCENT, BORDER, QUIET, TEXT
from sanping.ui.wording import Wording

NO_PHOTO = Text("无照片", "none")
LOADING, BROKEN = Text("读取中", "loading"), Text("无法读取", "cannot be read")
CLOSE_HINT = Text(
    "{moment}  {place} / {count}   ← → 翻看，Esc 关闭", "{moment}  {place} of {count}   ← → to turn, Esc to close"
)
MOMENTS: tuple[PhotoMoment, ...] = ("scene", "before", "after")
HEIGHT, TITLE_PX, GAP_PX = 92, 18, 6
FACE = QColor(4, 14, 32, 150)
COUNT_FACE = QColor(0, 0, 0, 150)


class PhotoStrip(QWidget):
    """Three places side by side; `viewer_asked` carries the number of the photo that was clicked."""

    viewer_asked = Signal(int)

    def __init__(self, wording: Wording) -> None:
        super().__init__()
        self._words = wording
        self.photos: tuple[Photo, ...] = ()
        self._pictures: Mapping[str, QPixmap | None] = {}
        self.setFixedHeight(HEIGHT + TITLE_PX)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def show_photos(self, photos: Sequence[Photo], pictures: Mapping[str, QPixmap | None]) -> None:
        """Show photos; one that is not among the pictures is on its way, None is one that cannot be read."""
        self.photos, self._pictures = tuple(photos), pictures
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """A press opens the newest photo of that moment."""
        moment = MOMENTS[min(2, int(event.position().x() / max(1, self.width()) * 3))]
        numbers = [number for number, photo in enumerate(self.photos) if photo.moment == moment]
        if numbers:
            self.viewer_asked.emit(numbers[-1])

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw the newest photo of each moment, and how many there are."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        wide = (self.width() - 2 * GAP_PX) / 3
        for place, moment in enumerate(MOMENTS):
            self._paint_moment(painter, QRectF(place * (wide + GAP_PX), 0, wide, self.height()), moment)
        painter.end()

    def _paint_moment(self, painter: QPainter, area: QRectF, moment: PhotoMoment) -> None:
        say = self._words.say
        photos = [photo for photo in self.photos if photo.moment == moment]
        set_size(painter, 11)
        write(painter, QRectF(area.left(), 0, area.width(), TITLE_PX - 2), say(words.MOMENT[moment]), QUIET, LEFT)
        frame = area.adjusted(0, TITLE_PX, -1, -1)
        painter.fillRect(frame, FACE)
        picture = self._pictures.get(photos[-1].id) if photos else None
        if picture is not None:
            painter.drawPixmap(frame.toRect(), _cropped(picture, frame.width() / frame.height()))
        else:
            is_known = bool(photos) and photos[-1].id in self._pictures
            write(painter, frame, say(NO_PHOTO if not photos else BROKEN if is_known else LOADING), QUIET, CENTRE)
        painter.setPen(ACCENT if photos else BORDER)
        painter.drawRect(frame)
        if len(photos) > 1:
            plate = QRectF(frame.right() - 26, frame.bottom() - 19, 25, 18)
            painter.fillRect(plate, COUNT_FACE)
            write(painter, plate, str(len(photos)), TEXT, CENTRE)


class PhotoViewer(QWidget):
    """One photo large over the whole desk; arrows turn, a click or Esc closes."""

    def __init__(self, wording: Wording, parent: QWidget) -> None:
        super().__init__(parent)
        self._words = wording
        self._photos: tuple[Photo, ...] = ()
        self._pictures: Mapping[str, QPixmap | None] = {}
        self._place = 0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.hide()

    def open_at(self, photos: Sequence[Photo], pictures: Mapping[str, QPixmap | None], place: int) -> None:
        """Show one of these photos."""
        self._photos, self._pictures, self._place = tuple(photos), pictures, place
        parent = self.parentWidget()
        if self._photos and parent is not None:
            self.setGeometry(parent.rect())
            self.show()
            self.raise_()
            self.setFocus()

    def show_pictures(self, pictures: Mapping[str, QPixmap | None]) -> None:
        """Show what came meanwhile."""
        self._pictures = pictures
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Turn or close."""
        if event.key() in (Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Space):
            self._turn(1)
        elif event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Up):
            self._turn(-1)
        else:
            self.close_view()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Turn at the sides, close in the middle."""
        share = event.position().x() / max(1, self.width())
        if share < 0.2 or share > 0.8:
            self._turn(-1 if share < 0.5 else 1)
        else:
            self.close_view()

    @Slot()
    def close_view(self) -> None:
        """Show the desk again."""
        self.hide()
        parent = self.parentWidget()
        if parent is not None:
            parent.setFocus()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw the photo and its words."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.fillRect(self.rect(), QColor(2, 8, 20, 232))
        photo = self._photos[self._place]
        picture = self._pictures.get(photo.id)
        room = QRectF(self.rect()).adjusted(60, 40, -60, -70)
        if picture is None:
            write(painter, room, self._words.say(BROKEN if photo.id in self._pictures else LOADING), QUIET, CENTRE)
        else:
            size = picture.size().scaled(room.size().toSize(), Qt.AspectRatioMode.KeepAspectRatio)
            area = QRectF(room.center().x() - size.width() / 2, room.center().y() - size.height() / 2, size.width(),
                          size.height())  # fmt: skip
            painter.drawPixmap(area.toRect(), picture)
            painter.setPen(BORDER)
            painter.drawRect(area)
        told = CLOSE_HINT.with_values(
            moment=words.MOMENT[photo.moment], place=self._place + 1, count=len(self._photos)
        )  # fmt: skip
        set_size(painter, 14)
        write(painter, QRectF(0, self.height() - 54, self.width(), 30), self._words.say(told), TEXT, CENTRE)
        painter.end()

    def _turn(self, by: int) -> None:
        self._place = (self._place + by) % len(self._photos)
        self.update()


def picture_of(content: bytes) -> QPixmap | None:
    """Return a photo as a picture, None when it cannot be read."""
    image = QImage.fromData(content)
    return None if image.isNull() else QPixmap.fromImage(image)


def _cropped(picture: QPixmap, ratio: float) -> QPixmap:
    """Return the middle of a picture in a ratio of width to height."""
    wide, high = picture.width(), picture.height()
    if wide / max(1, high) > ratio:
        part = round(high * ratio)
        return picture.copy((wide - part) // 2, 0, part, high)
    part = round(wide / ratio)
    return picture.copy(0, (high - part) // 2, wide, part)
