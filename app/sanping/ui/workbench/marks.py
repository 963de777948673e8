"""Lines, dots and words of the tools, drawn over the 3D view at places of the world."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from sanping.domain.text import Language, Text
from sanping.domain.view import CameraPose, Point
from sanping.stage.projection import pixel_of

WORDS_PAD_PX, WORDS_OFF_PX, FONT_PX = 6, 12, 14.0
BACKGROUND = QColor(6, 20, 44, 225)
DOT_PX, CATCH_PX = 4.5, 8.0
DotShape = Literal["dot", "ring", "square", "diamond"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A line through `points` (world metres) with a dot at each where `has_dots`, and words at its last point.

    `is_closed` joins the ends, `is_filled` shades what lies between; `is_dashed` for what is not final. Dots of another
    shape are larger and hollow: they say what a pointer is caught at.
    """

    points: Sequence[Point]
    colour: tuple[int, int, int] = (255, 210, 80)
    words: Text | None = None
    width_px: float = 2.0
    has_dots: bool = True
    is_closed: bool = False
    is_filled: bool = False
    is_dashed: bool = False
    words_at: Point | None = None
    dot_shape: DotShape = "dot"


class MarksOverlay(QWidget):
    """A clear sheet over the viewport; the mouse goes through it. Marks are kept by the name of who shows them.

    Words are of the window's size, or `font_px` high, with lines and dots in proportion.
    """

    def __init__(self, viewport: QWidget) -> None:
        super().__init__(viewport)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self._marks: dict[str, tuple[Mark, ...]] = {}
        self._camera: CameraPose | None = None
        self._language: Language = "zh"
        self._corner, self._whole_px = (0, 0), (0, 0)
        self.font_px = 0.0
        self.hide()

    def show_marks(self, name: str, marks: Sequence[Mark]) -> None:
        """Show these instead of those of the same name; none takes them away."""
        self._marks.pop(name, None)
        if marks:
            self._marks[name] = tuple(marks)
        self.setVisible(bool(self._marks))
        self.update()

    def marks(self, name: str) -> tuple[Mark, ...]:
        """Return what is shown under a name."""
        return self._marks.get(name, ())

    def stand_at(self, corner_px: tuple[int, int], whole_px: tuple[int, int]) -> None:
        """Be the piece at a corner of a larger view."""
        self._corner, self._whole_px = corner_px, whole_px
        self.update()

    def follow(self, camera: CameraPose, language: Language) -> None:
        """The city is seen from here now."""
        if (camera, language) != (self._camera, self._language):
            self._camera, self._language = camera, language
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw every mark where its places are seen."""
        if self._camera is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(-self._corner[0], -self._corner[1])
        if self.font_px:
            font = self.font()
            font.setPixelSize(round(self.font_px))
            painter.setFont(font)
        for marks in self._marks.values():
            for mark in marks:
                self._paint(painter, mark, self._camera)
        painter.end()

    def _paint(self, painter: QPainter, mark: Mark, camera: CameraPose) -> None:
        size = self._whole_px if all(self._whole_px) else (self.width(), self.height())
        thick = max(1.0, self.font_px / FONT_PX) if self.font_px else 1.0
        pixels = [pixel_of(camera, point, size) for point in mark.points]
        colour = QColor(*mark.colour)
        for run in _seen_runs(pixels, is_closed=mark.is_closed):
            path = QPainterPath(run[0])
            for corner in run[1:]:
                path.lineTo(corner)
            if mark.is_filled and len(run) > len(pixels):
                painter.fillPath(path, QColor(*mark.colour, 56))
            style = Qt.PenStyle.DashLine if mark.is_dashed else Qt.PenStyle.SolidLine
            painter.strokePath(path, QPen(QColor(0, 10, 24, 150), thick * (mark.width_px + 2.0)))
            painter.strokePath(path, QPen(colour, thick * mark.width_px, style))
        if mark.has_dots:
            for pixel in pixels:
                if pixel is not None:
                    _paint_dot(painter, QPointF(*pixel), mark.dot_shape, colour, thick)
        if mark.words is not None and mark.points:
            self._paint_words(painter, mark, pixel_of(camera, mark.words_at or mark.points[-1], size))

    def _paint_words(self, painter: QPainter, mark: Mark, at: tuple[float, float] | None) -> None:
        if at is None or mark.words is None:
            return
        words = mark.words.in_language(self._language)
        box = QRectF(painter.fontMetrics().boundingRect(0, 0, 600, 400, int(Qt.AlignmentFlag.AlignLeft), words))
        box.adjust(-WORDS_PAD_PX, -WORDS_PAD_PX / 2, WORDS_PAD_PX, WORDS_PAD_PX / 2)
        box.moveTopLeft(QPointF(at[0] + WORDS_OFF_PX, at[1] - WORDS_OFF_PX - box.height()))
        painter.setPen(QPen(QColor(*mark.colour, 200), 1))
        painter.setBrush(BACKGROUND)
        painter.drawRoundedRect(box, 3, 3)
        painter.setPen(QColor(235, 246, 255))
        painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), words)


def _paint_dot(painter: QPainter, at: QPointF, shape: DotShape, colour: QColor, thick: float) -> None:
    if shape == "dot":
        painter.setPen(QPen(QColor(0, 10, 24, 200), 1.2))
        painter.setBrush(colour)
        painter.drawEllipse(at, thick * DOT_PX, thick * DOT_PX)
        return
    path = QPainterPath()
    if shape == "ring":
        path.addEllipse(at, CATCH_PX, CATCH_PX)
    elif shape == "square":
        path.addRect(at.x() - CATCH_PX, at.y() - CATCH_PX, 2 * CATCH_PX, 2 * CATCH_PX)
    else:
        path.addPolygon(
            [at + QPointF(x, y) * CATCH_PX for x, y in ((0, -1.2), (1.2, 0), (0, 1.2), (-1.2, 0), (0, -1.2))]
        )
    painter.strokePath(path, QPen(QColor(0, 10, 24, 190), 4.0))
    painter.strokePath(path, QPen(colour, 2.0))


def _seen_runs(pixels: Sequence[tuple[float, float] | None], *, is_closed: bool) -> list[list[QPointF]]:
    """Return the parts of a line before the camera; a closed line that is seen whole ends where it begins."""
    runs: list[list[QPointF]] = [[]]
    for pixel in pixels:
        if pixel is None:
            runs.append([])
        else:
            runs[-1].append(QPointF(*pixel))
    if is_closed and len(runs) == 1 and len(pixels) > 2:
        runs[0].append(runs[0][0])
    return [run for run in runs if len(run) > 1]
