"""Draws an elevation profile: ground, silhouettes of buildings, heights and distances, and a cursor."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from sanping.analysis.profiles import Profile
from sanping.domain.text import Language, Text

LEFT_PX, RIGHT_PX, TOP_PX, FOOT_PX = 52.0, 14.0, 18.0, 34.0
DISTANCE, HEIGHT = Text("距离 (m)", "Distance (m)"), Text("高程 (m)", "Height (m)")
NO_PROFILE = Text("在图上点击一条线，双击或 Enter 结束", "Click a line in the city; end it by a double click or Enter")
EXAGGERATED = Text("高程放大 {times} 倍", "Heights {times} times larger")
STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
FONT_PX = 11


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartLook:
    """The colours of a chart."""

    words: QColor
    grid: QColor
    ground: QColor
    soil: QColor
    building: QColor
    outline: QColor
    cursor: QColor


ON_GLASS = ChartLook(
    words=QColor(166, 196, 226), grid=QColor(90, 160, 230, 46), ground=QColor(140, 226, 150),
    soil=QColor(90, 150, 90, 90),
    building=QColor(86, 156, 226, 150), outline=QColor(160, 214, 255), cursor=QColor(255, 214, 90),
)  # fmt: skip
ON_PAPER = ChartLook(
    words=QColor(40, 48, 58), grid=QColor(196, 204, 212), ground=QColor(60, 110, 50), soil=QColor(196, 216, 178),
    building=QColor(178, 194, 214), outline=QColor(52, 72, 100), cursor=QColor(200, 60, 40),
)  # fmt: skip


class ProfileChart(QWidget):
    """Shows a `Profile`; `hovered` carries the distance under the pointer, or None when it has left."""

    hovered = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(200)
        self.language: Language = "zh"
        self.profile: Profile | None = None
        self._cursor_m: float | None = None

    def sizeHint(self) -> QSize:  # noqa: N802
        """Prefer the width of a panel."""
        return QSize(360, 230)

    def show_profile(self, profile: Profile | None) -> None:
        """Show a profile, or how to get one."""
        self.profile, self._cursor_m = profile, None
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw the chart."""
        painter = QPainter(self)
        if self.profile is None:
            painter.setPen(ON_GLASS.words)
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap,
                             NO_PROFILE.in_language(self.language))  # fmt: skip
        else:
            frame = chart_frame(self.profile, self.width(), self.height())
            paint_profile(painter, self.profile, frame, self.language)
            if self._cursor_m is not None:
                paint_cursor(painter, self.profile, frame, self._cursor_m)
        painter.end()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Put the cursor under the pointer."""
        if self.profile is not None:
            frame = chart_frame(self.profile, self.width(), self.height())
            self._cursor_m = frame.distance(event.position().x())
            self.hovered.emit(self._cursor_m)
            self.update()

    def leaveEvent(self, event: object) -> None:  # noqa: N802
        """Take the cursor away."""
        self._cursor_m = None
        self.hovered.emit(None)
        self.update()


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartFrame:
    """Where metres lie in the chart: the area in pixels, the length of the line, the lowest and highest height."""

    area: QRectF
    length_m: float
    low_m: float
    high_m: float

    def at(self, distance_m: float, height_m: float) -> QPointF:
        """Return the pixel of a distance and a height."""
        across = distance_m / max(1e-9, self.length_m)
        upward = (height_m - self.low_m) / max(1e-9, self.high_m - self.low_m)
        return QPointF(self.area.left() + self.area.width() * across, self.area.bottom() - self.area.height() * upward)

    def distance(self, x_px: float) -> float:
        """Return the distance at a pixel, within the line."""
        share = (x_px - self.area.left()) / max(1.0, self.area.width())
        return self.length_m * min(1.0, max(0.0, share))

    @property
    def exaggeration(self) -> float:
        """How much larger heights are drawn than distances."""
        return (self.area.height() / (self.high_m - self.low_m)) / (self.area.width() / self.length_m)


def chart_frame(profile: Profile, width_px: float, height_px: float) -> ChartFrame:
    """Return the frame of a chart of a size."""
    area = QRectF(LEFT_PX, TOP_PX, width_px - LEFT_PX - RIGHT_PX, height_px - TOP_PX - FOOT_PX)
    known = [profile.ground_m[np.isfinite(profile.ground_m)], profile.surface_m[np.isfinite(profile.surface_m)]]
    heights = np.concatenate([*known, *(np.array(cut.shape.bounds)[[1, 3]] for cut in profile.silhouettes)])
    low, high = (float(heights.min()), float(heights.max())) if len(heights) else (0.0, 1.0)
    room = max(1.0, (high - low) * 0.06)
    return ChartFrame(area=area, length_m=float(profile.distance_m[-1]), low_m=low - room, high_m=high + room)


def paint_profile(
    painter: QPainter, profile: Profile, frame: ChartFrame, language: Language, look: ChartLook = ON_GLASS
) -> None:
    """Draw a profile into a frame."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    font = painter.font()
    font.setPixelSize(FONT_PX)
    painter.setFont(font)
    _paint_axes(painter, frame, language, look)
    painter.save()
    painter.setClipRect(frame.area)
    for cut in profile.silhouettes:
        path = _path_of(cut.shape, frame)
        painter.fillPath(path, look.building)
        painter.strokePath(path, QPen(look.outline, 1.0))
    _paint_ground(painter, profile, frame, look)
    painter.setPen(QPen(look.words, 1.0, Qt.PenStyle.DotLine))
    for corner in profile.corners_m[1:-1]:
        painter.drawLine(frame.at(corner, frame.low_m), frame.at(corner, frame.high_m))
    painter.restore()


def paint_cursor(painter: QPainter, profile: Profile, frame: ChartFrame, distance_m: float) -> None:
    """Draw an upright line with distance and heights."""
    row = int(np.clip(np.searchsorted(profile.distance_m, distance_m), 0, len(profile.distance_m) - 1))
    ground, surface = float(profile.ground_m[row]), float(profile.surface_m[row])
    x = frame.at(distance_m, frame.low_m).x()
    painter.setPen(QPen(ON_GLASS.cursor, 1.2))
    painter.drawLine(QPointF(x, frame.area.top()), QPointF(x, frame.area.bottom()))
    painter.setBrush(ON_GLASS.cursor)
    for height in {value for value in (ground, surface) if np.isfinite(value)}:
        painter.drawEllipse(frame.at(distance_m, height), 3.2, 3.2)
    said = f"{distance_m:,.1f} m   {ground:,.2f} m" + (f"   ▲ {surface:,.2f} m" if surface - ground > 0.05 else "")
    width = painter.fontMetrics().horizontalAdvance(said) + 12
    left = min(max(x - width / 2, frame.area.left()), frame.area.right() - width)
    painter.setPen(ON_GLASS.cursor)
    painter.drawText(QRectF(left, 0.0, width, TOP_PX), Qt.AlignmentFlag.AlignCenter, said)


def _paint_ground(painter: QPainter, profile: Profile, frame: ChartFrame, look: ChartLook) -> None:
    known = np.isfinite(profile.ground_m)
    if not known.any():
        return
    places = [
        frame.at(float(s), float(z)) for s, z in zip(profile.distance_m[known], profile.ground_m[known], strict=True)
    ]
    path = QPainterPath(places[0])
    for place in places[1:]:
        path.lineTo(place)
    soil = QPainterPath(path)
    soil.lineTo(places[-1].x(), frame.area.bottom())
    soil.lineTo(places[0].x(), frame.area.bottom())
    painter.fillPath(soil, look.soil)
    painter.strokePath(path, QPen(look.ground, 1.8))


def _paint_axes(painter: QPainter, frame: ChartFrame, language: Language, look: ChartLook) -> None:
    for value in ticks(frame.low_m, frame.high_m, 5):
        at = frame.at(0.0, value)
        painter.setPen(QPen(look.grid, 1.0))
        painter.drawLine(at, QPointF(frame.area.right(), at.y()))
        painter.setPen(look.words)
        box = QRectF(0.0, at.y() - 8.0, LEFT_PX - 6.0, 16.0)
        painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, f"{value:g}")
    for value in ticks(0.0, frame.length_m, 6):
        at = frame.at(value, frame.low_m)
        painter.setPen(QPen(look.grid, 1.0))
        painter.drawLine(at, QPointF(at.x(), frame.area.top()))
        painter.setPen(look.words)
        box = QRectF(at.x() - 40.0, at.y() + 3.0, 80.0, 14.0)
        painter.drawText(box, Qt.AlignmentFlag.AlignHCenter, f"{value:g}")
    foot = QRectF(frame.area.left(), frame.area.bottom() + 17.0, frame.area.width(), 15.0)
    times = EXAGGERATED.with_values(times=f"{frame.exaggeration:.2g}").in_language(language)
    painter.drawText(foot, Qt.AlignmentFlag.AlignRight, DISTANCE.in_language(language))
    painter.drawText(foot, Qt.AlignmentFlag.AlignLeft, f"{HEIGHT.in_language(language)} · {times}")


def _path_of(shape: shapely.Geometry, frame: ChartFrame) -> QPainterPath:
    path = QPainterPath()
    path.setFillRule(Qt.FillRule.OddEvenFill)
    for part in shapely.get_parts(shape):
        if part.geom_type != "Polygon":
            continue
        for ring in (part.exterior, *part.interiors):
            path.addPolygon([frame.at(float(s), float(z)) for s, z in ring.coords])
    return path


def ticks(low: float, high: float, about: int) -> Sequence[float]:
    """Return round values between two others, about so many."""
    rough = max(1e-9, (high - low) / about)
    power = 10.0 ** np.floor(np.log10(rough))
    step = next(float(power * step) for step in STEPS if power * step >= rough * 0.999)
    first = np.ceil(low / step - 1e-9)
    last = np.floor(high / step + 1e-9)
    return [float(round(step * number, 9)) + 0.0 for number in np.arange(first, last + 1)]
