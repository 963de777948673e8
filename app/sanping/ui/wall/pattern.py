"""The test pattern of a wall: shows at a glance whether tiles stand in their places and bezels are measured rightly."""

from math import gcd

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen

from sanping.domain.text import Language, Text
from sanping.ui.wall.tiling import Tile, Tiling

GROUND, LINE, FINE = QColor(8, 12, 18), QColor(235, 242, 250), QColor(90, 104, 120)
ROUND, CROSS, EDGE = QColor(70, 205, 255), QColor(255, 186, 84), QColor(255, 82, 82)
CANVAS = Text("画布 {width}×{height} · 间隔 {gap} 像素", "canvas {width}×{height} · gap {gap} px")


def paint_pattern(painter: QPainter, tile: Tile, tiling: Tiling, language: Language, rate: str = "") -> None:
    """Paint the piece of the pattern that a tile shows, at the painter's origin; `rate` stands below its number.

    Grid, diagonals and circles belong to the whole canvas: across a bezel they go on where they would without it.
    """
    width, height = tiling.canvas_px
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.fillRect(QRectF(0, 0, tile.width, tile.height), GROUND)
    painter.setClipRect(QRectF(0, 0, tile.width, tile.height))
    painter.translate(-tile.left, -tile.top)
    _paint_grid(painter, tiling)
    painter.setPen(QPen(CROSS, 2.0))
    painter.drawLine(QPointF(0, 0), QPointF(width, height))
    painter.drawLine(QPointF(0, height), QPointF(width, 0))
    painter.setPen(QPen(ROUND, 2.5))
    middle = QPointF(width / 2, height / 2)
    for share in (0.5, 0.35, 0.15):
        painter.drawEllipse(middle, share * min(width, height), share * min(width, height))
    for one in tiling.tiles:
        centre = QPointF(one.left + one.width / 2, one.top + one.height / 2)
        painter.drawEllipse(centre, 0.32 * one.height, 0.32 * one.height)
    painter.setPen(QPen(EDGE, 2.0))
    painter.drawRect(QRectF(tile.left + 1, tile.top + 1, tile.width - 2, tile.height - 2))
    _paint_words(painter, tile, tiling, language, rate)
    painter.restore()


def _paint_grid(painter: QPainter, tiling: Tiling) -> None:
    width, height = tiling.canvas_px
    step = max(24, gcd(*tiling.tile_px) // 2)
    while step > 120:
        step //= 2
    for number in range(width // step + 1):
        painter.setPen(QPen(LINE if number % 5 == 0 else FINE, 1.0))
        painter.drawLine(QPointF(number * step + 0.5, 0), QPointF(number * step + 0.5, height))
    for number in range(height // step + 1):
        painter.setPen(QPen(LINE if number % 5 == 0 else FINE, 1.0))
        painter.drawLine(QPointF(0, number * step + 0.5), QPointF(width, number * step + 0.5))


def _paint_words(painter: QPainter, tile: Tile, tiling: Tiling, language: Language, rate: str) -> None:
    font = QFont(painter.font())
    font.setPixelSize(max(12, round(0.2 * tile.height)))
    font.setBold(True)
    painter.setFont(font)
    plate = QRectF(tile.left, tile.top + 0.34 * tile.height, tile.width, 0.32 * tile.height)
    inner = QRectF(plate.center().x() - 0.26 * tile.height, plate.top(), 0.52 * tile.height, plate.height())
    painter.fillRect(inner, QColor(8, 12, 18, 225))
    painter.setPen(LINE)
    painter.drawText(plate.adjusted(0, -0.06 * tile.height, 0, -0.06 * tile.height), Qt.AlignmentFlag.AlignCenter,
                     f"{tile.column}·{tile.row}")  # fmt: skip
    font.setPixelSize(max(10, round(0.03 * tile.height)))
    painter.setFont(font)
    canvas = CANVAS.with_values(width=tiling.canvas_px[0], height=tiling.canvas_px[1], gap=tiling.gap_px[0])
    below = QRectF(plate.left(), plate.bottom() - 0.115 * tile.height, plate.width(), 0.05 * tile.height)
    painter.drawText(below, Qt.AlignmentFlag.AlignCenter, rate or f"{tile.width}×{tile.height}")
    painter.drawText(
        below.translated(0, 0.05 * tile.height), Qt.AlignmentFlag.AlignCenter, canvas.in_language(language)
    )
