"""Lines, dots and words at places of the world, painted over the city: in a window, or into a picture of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPen

from sanping.domain.geo import UInt8Array
from sanping.domain.text import Language, Text
from sanping.domain.view import CameraPose, Point
from sanping.scene.picture_parts import PicturePart
from sanping.stage.projection import pixel_of
from sanping.stage.state import Stage

WORDS_PAD_PX, WORDS_OFF_PX, FONT_PX = 6, 12, 14.0
BACKGROUND = QColor(6, 20, 44, 225)
DOT_PX, CATCH_PX = 4.5, 8.0
LEAST_FONT_PX, WINDOW_PX = 11.0, 1080
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


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenFrom:
    """How the city under marks is seen: the whole view has `size` pixels, what is painted begins at its `corner`.

    Words are `font_px` high, lines and dots in proportion; 0: as the painter has them.
    """

    camera: CameraPose
    size: tuple[int, int]
    language: Language
    corner: tuple[int, int] = (0, 0)
    font_px: float = 0.0
    is_parallel: bool = False

    def pixel(self, point: Point) -> tuple[float, float] | None:
        """Return where a world point is seen in the whole view, None behind the camera."""
        return pixel_of(self.camera, point, self.size, is_parallel=self.is_parallel)

    @property
    def thick(self) -> float:
        """How much larger than in a window of the desk everything is."""
        return max(1.0, self.font_px / FONT_PX) if self.font_px else 1.0


def paint_marks(painter: QPainter, marks: Sequence[Mark], seen: SeenFrom) -> None:
    """Paint marks where their places are seen."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(-seen.corner[0], -seen.corner[1])
    if seen.font_px:
        font = painter.font()
        font.setPixelSize(round(seen.font_px))
        painter.setFont(font)
    for mark in marks:
        _paint(painter, mark, seen)


def marked(
    picture: UInt8Array, marks: Sequence[Mark], stage: Stage, language: Language, part: PicturePart | None = None
) -> UInt8Array:
    """Return a picture (height, width, 3) of a stage with marks upon it; `part` says which part of a larger one it is.

    Words have the share of the picture's height that they have in a window of 1080 lines. Needs an application of Qt.
    """
    if not marks:
        return picture
    height, width, _ = picture.shape
    whole, corner = ((width, height), (0, 0)) if part is None else (part.whole, (part.left, part.top))
    font_px = max(LEAST_FONT_PX, FONT_PX * whole[1] / WINDOW_PX)
    held = np.ascontiguousarray(picture)
    image = QImage(held.data, width, height, 3 * width, QImage.Format.Format_RGB888)
    painted = image.convertToFormat(QImage.Format.Format_RGB32)
    painter = QPainter(painted)
    seen = SeenFrom(
        camera=stage.camera, size=whole, language=language, corner=corner, font_px=font_px,
        is_parallel=stage.is_parallel,
    )  # fmt: skip
    paint_marks(painter, marks, seen)
    painter.end()
    packed = painted.convertToFormat(QImage.Format.Format_RGB888)
    pixels = np.frombuffer(packed.constBits(), np.uint8).reshape(height, packed.bytesPerLine())
    return pixels[:, : 3 * width].reshape(height, width, 3).copy()


def _paint(painter: QPainter, mark: Mark, seen: SeenFrom) -> None:
    thick = seen.thick
    pixels = [seen.pixel(point) for point in mark.points]
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
        _paint_words(painter, mark, seen)


def _paint_words(painter: QPainter, mark: Mark, seen: SeenFrom) -> None:
    at = seen.pixel(mark.words_at or mark.points[-1])
    if at is None or mark.words is None:
        return
    words, thick = mark.words.in_language(seen.language), seen.thick
    most = round(600 * thick), round(400 * thick)
    box = QRectF(painter.fontMetrics().boundingRect(0, 0, *most, int(Qt.AlignmentFlag.AlignLeft), words))
    pad, off = WORDS_PAD_PX * thick, WORDS_OFF_PX * thick
    box.adjust(-pad, -pad / 2, pad, pad / 2)
    box.moveTopLeft(QPointF(at[0] + off, at[1] - off - box.height()))
    painter.setPen(QPen(QColor(*mark.colour, 200), thick))
    painter.setBrush(BACKGROUND)
    painter.drawRoundedRect(box, 3 * thick, 3 * thick)
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
