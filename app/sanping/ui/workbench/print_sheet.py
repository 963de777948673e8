"""A printed sheet of the city: picture, title, legend, scale, north, grid and sources; as PDF or as a picture."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, radians, sin
from pathlib import Path

from PySide6.QtCore import QMarginsF, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QImage,
    QLinearGradient,
    QPageLayout,
    QPageSize,
    QPainter,
    QPdfWriter,
    QPen,
    QPolygonF,
)

from sanping.domain.errors import StoreFailed
from sanping.domain.text import Text
from sanping.scene.values import Legend
from sanping.stage.printing import INCH_MM, Box, SheetLayout, Tick, scale_bar

INK, QUIET, LINE, AMBER = QColor(20, 32, 50), QColor(92, 106, 124), QColor(150, 164, 182), QColor(190, 112, 0)
TITLE_MM, TEXT_MM, SMALL_MM, HEAD_MM = 6.4, 3.1, 2.5, 3.5
SWATCH_MM, ROW_MM = 3.6, 5.0
MOST_ENTRIES = 14
DAY_COLOURS = {
    "buildings": "#cfcac2", "bridges": "#b7babd", "terrain": "#c9c0a8", "imagery": "#8ea58c", "water": "#5f8299",
    "roads": "#63676d", "green": "#64803f", "places": "#0b2a4a", "facilities": "#1f6fb5", "grid": "#9a7fc4",
    "lines": "#6f7f92",
}  # fmt: skip
NIGHT_COLOURS = DAY_COLOURS | {
    "buildings": "#2c527c", "bridges": "#4c6a8a", "terrain": "#1c2530", "water": "#1b74b8", "roads": "#d9934a",
    "green": "#17301f",
}  # fmt: skip
"""How each use of a layer looks in a picture by day and by night, for the legend."""
UNWRITTEN = Text("无法写入；请检查磁盘空间和权限", "This cannot be written; check disk space and permissions")
LEGEND, LAYERS, ABOUT, SIMULATED = Text("图例", "Legend"), Text("图层", "Layers"), Text("说明", "About"), Text(
    "模拟数据", "Simulated data")  # fmt: skip
NORTH, METRES = Text("北", "N"), Text("米", "m")


@dataclass(frozen=True, kw_only=True)
class SheetContent:
    """What a sheet shows, in the language of its reader.

    `scale` is n of 1:n and `west_south_east_north` what a plan shows in metres, both None for a view in space.
    `heading_deg` is where the picture looks; `facts` are words with what they mean; `sources` stand below.
    """

    image: QImage
    title: str
    subtitle: str
    layers: Sequence[tuple[str, QColor]]
    legend: Legend | None
    facts: Sequence[tuple[str, str]]
    sources: str
    is_simulated: bool
    heading_deg: float
    language: str
    scale: float | None = None
    ticks: tuple[tuple[Tick, ...], tuple[Tick, ...]] = ((), ())


def write_pdf(path: Path, layout: SheetLayout, content: SheetContent, dots_an_inch: int) -> None:
    """Write one page; its fonts are embedded. Raises `StoreFailed`."""
    writer = QPdfWriter(str(path))
    writer.setResolution(dots_an_inch)
    writer.setPageSize(
        QPageSize(QSizeF(*layout.size_mm), QPageSize.Unit.Millimeter, "", QPageSize.SizeMatchPolicy.ExactMatch)
    )
    writer.setPageMargins(QMarginsF(0, 0, 0, 0), QPageLayout.Unit.Millimeter)
    writer.setTitle(content.title)
    writer.setCreator("Sanping 三屏")
    painter = QPainter(writer)
    if not painter.isActive():
        raise StoreFailed(UNWRITTEN, path=str(path))
    _Page(painter, dots_an_inch, content).paint(layout)
    if not painter.end():
        raise StoreFailed(UNWRITTEN, path=str(path))


def sheet_image(layout: SheetLayout, content: SheetContent, dots_an_inch: int) -> QImage:
    """Return the sheet as a picture."""
    width, height = (round(side / INCH_MM * dots_an_inch) for side in layout.size_mm)
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.setDotsPerMeterX(round(dots_an_inch / INCH_MM * 1000))
    image.setDotsPerMeterY(round(dots_an_inch / INCH_MM * 1000))
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    _Page(painter, dots_an_inch, content).paint(layout)
    painter.end()
    return image


class _Page:
    """Paints one sheet; all lengths in it are millimetres."""

    def __init__(self, painter: QPainter, dots_an_inch: int, content: SheetContent) -> None:
        self._painter, self._content = painter, content
        self._dots_a_mm = dots_an_inch / INCH_MM
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)

    def paint(self, layout: SheetLayout) -> None:
        """Paint everything."""
        content, area = self._content, self._rect(layout.picture)
        self._painter.fillRect(QRectF(0, 0, *(side * self._dots_a_mm for side in layout.size_mm)), Qt.GlobalColor.white)
        self._head(layout.head)
        self._painter.drawImage(area, content.image)
        if content.scale is not None:
            self._grid(layout.picture)
        self._frame(area, 0.35)
        self._north(layout.picture)
        self._side(layout.side)
        self._foot(layout.foot)

    def _head(self, box: Box) -> None:
        self._write(box.left, box.top, box.width, TITLE_MM, self._content.title, is_bold=True)
        self._write(box.left, box.top + TITLE_MM + 2.6, box.width, TEXT_MM, self._content.subtitle, QUIET)
        if self._content.is_simulated:
            self._write(box.left, box.top + 1.0, box.width, HEAD_MM, self._say(SIMULATED), AMBER, is_right=True,
                        is_bold=True)  # fmt: skip
        self._line(box.left, box.bottom, box.right, box.bottom)

    def _side(self, box: Box) -> None:
        top = box.top
        if self._content.scale is not None:
            top = self._scale(box.left, top, self._content.scale)
        if self._content.legend is not None:
            top = self._colours(box, top, self._content.legend)
        top = self._heading(box, top, LAYERS)
        for title, colour in self._content.layers[:MOST_ENTRIES]:
            top = self._entry(box, top, colour, title)
        top = self._heading(box, top + 2.0, ABOUT)
        for word, meaning in self._content.facts:
            self._write(box.left, top, 17.0, SMALL_MM, word, QUIET)
            top += self._paragraph(Box(left=box.left + 17.0, top=top, width=box.width - 17.0, height=30.0), meaning)

    def _scale(self, left: float, top: float, scale: float) -> float:
        """Draw the scale in words and as a bar of alternating parts; return where the next thing goes."""
        bar = scale_bar(scale)
        self._write(left, top, 50.0, TITLE_MM, f"1:{scale:,.0f}".replace(",", " "), is_bold=True)
        y = top + TITLE_MM + 6.0
        for number in range(bar.parts):
            part = self._rect(Box(left=left + number * bar.part_mm, top=y, width=bar.part_mm, height=1.6))
            self._painter.fillRect(part, INK if number % 2 == 0 else Qt.GlobalColor.white)
            self._frame(part, 0.2)
        for number in (0, bar.parts // 2, bar.parts):
            words = f"{number * bar.part_m:g}" + (f" {self._say(METRES)}" if number == bar.parts else "")
            self._write(left + number * bar.part_mm - (0.8 if number else 0.0), y - 3.6, 20.0, SMALL_MM, words)
        return y + 7.0

    def _colours(self, box: Box, top: float, legend: Legend) -> float:
        top = self._heading(box, top, legend.title, f" ({legend.unit})" if legend.unit else "")
        if not legend.is_ramp:
            for entry in legend.entries[:MOST_ENTRIES]:
                top = self._entry(box, top, _colour(entry.colour), self._say(entry.label))
            return top + 2.0
        ramp = self._rect(Box(left=box.left, top=top, width=box.width, height=3.2))
        shine = QLinearGradient(ramp.left(), 0.0, ramp.right(), 0.0)
        for number, entry in enumerate(legend.entries):
            shine.setColorAt(number / max(1, len(legend.entries) - 1), _colour(entry.colour))
        self._painter.fillRect(ramp, shine)
        self._frame(ramp, 0.2)
        self._write(box.left, top + 4.0, box.width, SMALL_MM, self._say(legend.entries[0].label))
        self._write(box.left, top + 4.0, box.width, SMALL_MM, self._say(legend.entries[-1].label), is_right=True)
        return top + 9.5

    def _entry(self, box: Box, top: float, colour: QColor, title: str) -> float:
        swatch = self._rect(Box(left=box.left, top=top, width=SWATCH_MM * 1.4, height=SWATCH_MM * 0.8))
        self._painter.fillRect(swatch, colour)
        self._frame(swatch, 0.15)
        self._write(box.left + SWATCH_MM * 1.4 + 2.0, top - 0.2, box.width - 8.0, SMALL_MM, title)
        return top + ROW_MM

    def _heading(self, box: Box, top: float, title: Text, more: str = "") -> float:
        self._write(box.left, top, box.width, HEAD_MM, self._say(title) + more, is_bold=True)
        self._line(box.left, top + HEAD_MM + 1.6, box.right, top + HEAD_MM + 1.6)
        return top + HEAD_MM + 3.6

    def _foot(self, box: Box) -> None:
        self._line(box.left, box.top, box.right, box.top)
        self._paragraph(Box(left=box.left, top=box.top + 1.2, width=box.width, height=box.height - 1.2),
                        self._content.sources, QUIET)  # fmt: skip

    def _north(self, picture: Box) -> None:
        """Draw an arrow to grid north in the upper right corner: turned as the view is, flat as on a map."""
        turn = radians(-self._content.heading_deg)
        middle = QPointF(picture.right - 10.0, picture.top + 12.0)

        def at(across: float, upward: float) -> QPointF:
            x = middle.x() + across * cos(turn) + upward * sin(turn)
            y = middle.y() + across * sin(turn) - upward * cos(turn)
            return QPointF(x, y) * self._dots_a_mm

        self._painter.setPen(Qt.PenStyle.NoPen)
        self._painter.setBrush(QColor(255, 255, 255, 205))
        self._painter.drawEllipse(middle * self._dots_a_mm, 9.2 * self._dots_a_mm, 9.2 * self._dots_a_mm)
        arrow = QPolygonF([at(0, 3.6), at(2.2, -5.6), at(0, -3.8), at(-2.2, -5.6)])
        self._painter.setPen(QPen(INK, 0.15 * self._dots_a_mm))
        self._painter.setBrush(INK)
        self._painter.drawPolygon(arrow)
        place = at(0, 6.0) / self._dots_a_mm
        self._write(place.x() - 1.75, place.y() - 2.4, 8.0, HEAD_MM, self._say(NORTH), INK, is_bold=True)

    def _grid(self, picture: Box) -> None:
        """Draw crosses of the coordinate grid, and its coordinates along two sides of the frame."""
        painter, across, upward = self._painter, *self._content.ticks
        painter.setPen(QPen(QColor(255, 255, 255, 170), 0.5 * self._dots_a_mm))
        for width, colour in ((0.5, QColor(255, 255, 255, 150)), (0.18, QColor(20, 32, 50, 220))):
            painter.setPen(QPen(colour, width * self._dots_a_mm))
            for east in across:
                for north in upward:
                    x, y = picture.left + east.at_mm, picture.top + north.at_mm
                    self._stroke(x - 1.5, y, x + 1.5, y)
                    self._stroke(x, y - 1.5, x, y + 1.5)
        for east in across:
            x = picture.left + east.at_mm
            self._line(x, picture.top - 1.5, x, picture.top, INK)
            self._line(x, picture.bottom, x, picture.bottom + 1.5, INK)
            self._label(Box(left=x - 12.0, top=picture.bottom + 0.9, width=24.0, height=3.0), f"{east.value_m:.0f}")
        for north in upward:
            y = picture.top + north.at_mm
            self._line(picture.left - 1.5, y, picture.left, y, INK)
            self._line(picture.right, y, picture.right + 1.5, y, INK)
            painter.save()
            painter.translate(QPointF(picture.left - 3.4, y) * self._dots_a_mm)
            painter.rotate(-90)
            self._label(Box(left=-12.0, top=-1.0, width=24.0, height=3.0), f"{north.value_m:.0f}")
            painter.restore()

    def _label(self, box: Box, words: str) -> None:
        self._set_font(2.1)
        self._painter.setPen(INK)
        self._painter.drawText(self._rect(box), int(Qt.AlignmentFlag.AlignCenter), words)

    def _paragraph(self, box: Box, words: str, colour: QColor = INK) -> float:
        """Write words in lines; return how tall they are, with the gap below."""
        self._set_font(SMALL_MM)
        self._painter.setPen(colour)
        flags = int(Qt.TextFlag.TextWordWrap)
        taken = self._painter.boundingRect(self._rect(box), flags, words)
        self._painter.drawText(self._rect(box), flags, words)
        return taken.height() / self._dots_a_mm + 1.2

    def _write(  # noqa: PLR0913, PLR0917  words, where, and how they look
        self, left: float, top: float, width: float, size: float, words: str, colour: QColor = INK, *,
        is_right: bool = False, is_bold: bool = False,
    ) -> None:  # fmt: skip
        font = self._set_font(size, is_bold=is_bold)
        area = self._rect(Box(left=left, top=top, width=width, height=size * 1.4))
        metrics = QFontMetricsF(font, self._painter.device())
        shown = metrics.elidedText(words, Qt.TextElideMode.ElideRight, area.width())
        side = Qt.AlignmentFlag.AlignRight if is_right else Qt.AlignmentFlag.AlignLeft
        self._painter.setPen(colour)
        self._painter.drawText(area, int(side | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextDontClip), shown)

    def _set_font(self, size: float, *, is_bold: bool = False) -> QFont:
        font = QFont(self._painter.font())
        font.setPixelSize(max(1, round(size * self._dots_a_mm)))
        font.setWeight(QFont.Weight.DemiBold if is_bold else QFont.Weight.Normal)
        self._painter.setFont(font)
        return font

    def _frame(self, area: QRectF, width: float) -> None:
        self._painter.setPen(QPen(INK, width * self._dots_a_mm))
        self._painter.setBrush(Qt.BrushStyle.NoBrush)
        self._painter.drawRect(area)

    def _line(self, x: float, y: float, to_x: float, to_y: float, colour: QColor = LINE) -> None:
        self._painter.setPen(QPen(colour, 0.2 * self._dots_a_mm))
        self._stroke(x, y, to_x, to_y)

    def _stroke(self, x: float, y: float, to_x: float, to_y: float) -> None:
        self._painter.drawLine(QPointF(x, y) * self._dots_a_mm, QPointF(to_x, to_y) * self._dots_a_mm)

    def _rect(self, box: Box) -> QRectF:
        scale = self._dots_a_mm
        return QRectF(box.left * scale, box.top * scale, box.width * scale, box.height * scale)

    def _say(self, text: Text) -> str:
        return text.zh if self._content.language == "zh" else text.en


def _colour(rgb: Sequence[int]) -> QColor:
    return QColor(*rgb)
