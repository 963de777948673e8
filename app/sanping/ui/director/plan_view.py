"""A small plan with north up: where the wall looks, red, and where the desk looks, green."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, hypot, radians, sin, tan

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF, QRadialGradient
from PySide6.QtWidgets import QSizePolicy, QWidget

from sanping.domain.view import CameraPose
from sanping.ui.theme import QUIET

PROGRAMME = QColor(255, 92, 92)
PREVIEW = QColor(72, 224, 150)
GRID = QColor(90, 170, 240, 34)
POINTS = QColor(90, 190, 255, 150)
HEIGHT, LEAST_HEIGHT = 138, 40
MARGIN_SHARE = 0.12
LEAST_SPAN_M = 400.0
SIGHT = 1.35
FARTHEST_SIGHT = 4.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is drawn: cameras, and points (stations) as east and north in world metres."""

    programme: CameraPose | None = None
    preview: CameraPose | None = None
    points: tuple[tuple[float, float], ...] = ()


class PlanView(QWidget):
    """Shows a `Plan`."""

    def __init__(self) -> None:
        super().__init__()
        self.setMinimumHeight(LEAST_HEIGHT)
        self.setMaximumHeight(HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.plan = Plan()

    def sizeHint(self) -> QSize:  # noqa: N802
        """Be as high as there is room for."""
        return QSize(200, HEIGHT)

    def show_plan(self, plan: Plan) -> None:
        """Show this plan."""
        if plan != self.plan:
            self.plan = plan
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw grid, stations and cameras."""
        painter = QPainter(self)
        paint_plan(painter, QRectF(self.rect()), self.plan)
        painter.end()


def paint_plan(painter: QPainter, area: QRectF, plan: Plan) -> None:
    """Draw a plan into a box."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setClipRect(area)
    painter.fillRect(area, QColor(3, 12, 28, 190))
    poses = [pose for pose in (plan.programme, plan.preview) if pose is not None]
    east, north, metres_a_pixel = _frame(plan.points, poses, area)

    def at(x_m: float, y_m: float) -> QPointF:
        middle = area.center()
        return QPointF(middle.x() + (x_m - east) / metres_a_pixel, middle.y() - (y_m - north) / metres_a_pixel)

    _paint_grid(painter, area)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(POINTS)
    for x_m, y_m in plan.points:
        painter.drawEllipse(at(x_m, y_m), 1.3, 1.3)
    for pose, colour in ((plan.preview, PREVIEW), (plan.programme, PROGRAMME)):
        if pose is not None:
            _paint_camera(painter, at, pose, colour, metres_a_pixel)
    painter.setPen(QPen(QUIET, 1))
    tip = QPointF(area.right() - 12, area.top() + 8)
    painter.drawPolyline(QPolygonF([tip + QPointF(-4, 9), tip, tip + QPointF(4, 9)]))
    painter.restore()


def _frame(
    points: Sequence[tuple[float, float]], poses: Sequence[CameraPose], area: QRectF
) -> tuple[float, float, float]:
    """Return the middle, in world metres, and the metres of one pixel that show everything."""
    places = [*points, *[(pose.target[0], pose.target[1]) for pose in poses]]
    places += [(pose.position[0], pose.position[1]) for pose in poses]
    if not places:
        return 0.0, 0.0, 1.0
    xs, ys = [place[0] for place in places], [place[1] for place in places]
    wide = max(LEAST_SPAN_M, max(xs) - min(xs)) * (1 + 2 * MARGIN_SHARE)
    high = max(LEAST_SPAN_M / 2, max(ys) - min(ys)) * (1 + 2 * MARGIN_SHARE)
    scale = max(wide / max(1.0, area.width()), high / max(1.0, area.height()))
    return (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2, scale


def _paint_grid(painter: QPainter, area: QRectF) -> None:
    painter.setPen(QPen(GRID, 1))
    step = 22.0
    for number in range(1, int(area.width() / step) + 1):
        x = area.left() + number * step
        painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
    for number in range(1, int(area.height() / step) + 1):
        y = area.top() + number * step
        painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))


def _paint_camera(painter: QPainter, at: object, pose: CameraPose, colour: QColor, metres_a_pixel: float) -> None:
    """Draw the eye, what it sees as a wedge, and its target."""
    assert callable(at)
    east, north, _ = pose.position
    eye, target = at(east, north), at(pose.target[0], pose.target[1])
    way_px = hypot(target.x() - eye.x(), target.y() - eye.y())
    reach_px = max(18.0, SIGHT * way_px, pose.distance_m / metres_a_pixel * 0.5)
    half = max(0.12, tan(radians(min(140.0, pose.fov_deg) / 2)))
    heading = radians(pose.heading_deg)
    ahead, aside = QPointF(sin(heading), -cos(heading)), QPointF(cos(heading), sin(heading))
    left, right = eye + (ahead - aside * half) * reach_px, eye + (ahead + aside * half) * reach_px
    shine = QRadialGradient(eye, reach_px * FARTHEST_SIGHT / 3)
    shine.setColorAt(0.0, QColor(colour.red(), colour.green(), colour.blue(), 150))
    shine.setColorAt(1.0, QColor(colour.red(), colour.green(), colour.blue(), 0))
    painter.setBrush(shine)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.drawPolygon(QPolygonF([eye, left, right]))
    painter.setPen(QPen(colour, 1.2))
    painter.drawLine(eye, left)
    painter.drawLine(eye, right)
    painter.setBrush(colour)
    painter.drawEllipse(eye, 3.0, 3.0)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawEllipse(target, 3.5, 3.5)
