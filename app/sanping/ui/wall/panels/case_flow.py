"""How cases flow: a stream through the stages of the loop, and the reports of today hour by hour against yesterday."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QLinearGradient, QPainterPath, QPen

from sanping.domain.case import Stage
from sanping.domain.text import Text
from sanping.twin.cases.feedback import same_span
from sanping.ui.wall.brush import CENTRE, LEFT, RIGHT, Brush
from sanping.ui.wall.curves import Axes, paint_values
from sanping.ui.wall.facts import Turn, WallFacts
from sanping.ui.wall.marks import CLOCK, SERIES, smooth
from sanping.ui.wall.panels.case_figures import NONE

FLOW = Text("案件流程", "The way of the cases")
STUCK = Text("堵点：{stage} 超期 {count} 件", "{stage}: {count} late")
SMOOTH = Text("流转顺畅，无超期", "nothing is overdue")
OVER = Text("超期 {count}", "{count} overdue")
TODAY, NOW = Text("今日", "today"), Text("在办", "now")
STEPS: tuple[tuple[Text, tuple[Stage, ...], Text], ...] = (
    (Text("受理", "Reported"), ("collecting",), TODAY),
    (Text("立案", "Filed"), ("filing",), TODAY),
    (Text("派遣", "Dispatch"), ("dispatching",), NOW),
    (Text("处置", "Handling"), ("handling",), NOW),
    (Text("核查", "Checking"), ("feedback", "checking"), NOW),
    (Text("结案", "Closed"), (), TODAY),
)
DAY = Text("今日上报趋势", "Reports today")
THIS, BEFORE = Text("今日 {count}", "today {count}"), Text("昨日此时 {count}", "yesterday by now {count}")
WHOLE = Text("昨日", "yesterday")
LEAST_TOP = 8.0


@dataclass(frozen=True, kw_only=True)
class FlowStep:
    """One stage: how many, of when, how many of them over their time, and how wide the stream is there (0…1)."""

    name: Text
    count: int
    of: Text
    overdue: int
    wide: float


@dataclass(frozen=True, kw_only=True)
class Flow:
    """All stages."""

    steps: tuple[FlowStep, ...]
    is_simulated: bool


def flow_of(facts: WallFacts) -> Flow | None:
    """Return the stages with their counts; None without governance."""
    governed = facts.governed
    if governed is None or governed.counts is None:
        return None
    counts = governed.counts
    late = [line.stage for line in governed.open_lines if line.colour_at(facts.now_ms) == "red"]
    found = []
    for number, (name, stages, of) in enumerate(STEPS):
        known = sum(counts.open_by_stage.get(stage, 0) for stage in stages)
        count = (counts.reported_today, counts.filed_today, known, known, known, counts.closed_today)[number]
        found.append((name, count, of, sum(stage in stages for stage in late)))
    most = max(1, *(count for _, count, _, _ in found))
    return Flow(
        steps=tuple(
            FlowStep(name=name, count=count, of=of, overdue=overdue, wide=(count / most) ** 0.5)
            for name, count, of, overdue in found
        ),
        is_simulated=governed.is_simulated,
    )


class CaseFlow:
    """A stream from left to right, as thick as there are cases, red where they are late."""

    nominal_em = (48.0, 9.5)
    turns_ms = 0

    def content(self, facts: WallFacts) -> object:
        """Return the stages."""
        return flow_of(facts)

    def paint(self, brush: Brush, area: QRectF, turn: Turn) -> None:
        """Paint stream, gates and words."""
        shown: Flow | None = turn.now
        if shown is None:
            brush.nothing(brush.frame(area, FLOW), NONE)
            return
        worst = max(shown.steps, key=lambda step: step.overdue)
        note = STUCK.with_values(stage=worst.name, count=worst.overdue) if worst.overdue else SMOOTH
        room, em = brush.frame(area, FLOW, note, is_simulated=shown.is_simulated), brush.em
        across = room.width() / len(shown.steps)
        stream = room.adjusted(0, 1.5 * em, 0, -1.45 * em)
        _paint_stream(brush, stream, [step.wide for step in shown.steps])
        for number, step in enumerate(shown.steps):
            cell = QRectF(room.left() + number * across, room.top(), across, room.height())
            _paint_gate(brush, cell, stream, step)


def _paint_stream(brush: Brush, room: QRectF, wides: list[float]) -> None:
    """Paint the stream: an upper and a lower bank that lead from one width to the next."""
    look, painter, middle = brush.look, brush.painter, room.center().y()
    across, half = room.width() / len(wides), room.height() / 2
    xs = [room.left(), *(room.left() + (number + 0.5) * across for number in range(len(wides))), room.right()]
    tall = [max(0.10, wide) * half for wide in (wides[0], *wides, wides[-1])]
    fill = QLinearGradient(room.topLeft(), room.topRight())
    for place, colour in ((0.0, SERIES[1]), (0.5, SERIES[0]), (1.0, SERIES[2])):
        fill.setColorAt(place, look.faint(look.tint(colour), 120 if look.is_dark else 96))
    for part, alpha in ((1.0, 0.42), (0.72, 0.6), (0.4, 1.0)):
        upper = [QPointF(x, middle - part * high) for x, high in zip(xs, tall, strict=True)]
        lower = [QPointF(x, middle + part * high) for x, high in zip(xs, tall, strict=True)]
        shape = smooth(upper)
        shape.connectPath(smooth(lower[::-1]))
        shape.closeSubpath()
        painter.setOpacity(alpha)
        painter.fillPath(shape, fill)
    painter.setOpacity(1.0)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(look.faint(look.accent, 150), max(1.0, 0.06 * brush.em)))
    for side in (-1.0, 1.0):
        painter.drawPath(smooth([QPointF(x, middle + side * high) for x, high in zip(xs, tall, strict=True)]))


def _paint_gate(brush: Brush, cell: QRectF, stream: QRectF, step: FlowStep) -> None:
    """Paint one stage: its name above, its number in the stream, of when below."""
    look, em, x, middle = brush.look, brush.em, cell.center().x(), stream.center().y()
    late = look.tint(CLOCK["red"])
    colour = late if step.overdue else look.accent
    for top, foot in ((stream.top() + 0.1 * em, middle - 1.05 * em), (middle + 1.05 * em, stream.bottom() - 0.1 * em)):
        brush.line(QPointF(x, top), QPointF(x, foot), look.faint(colour, 150), 0.06)
    brush.size(1.08, is_bold=True)
    brush.say_in(QRectF(cell.left(), cell.top(), cell.width(), 1.45 * em), step.name, look.heading, CENTRE)
    brush.size(1.75, is_bold=True)
    number = QRectF(cell.left(), middle - 1.1 * em, cell.width(), 2.2 * em)
    half = brush.width(f"{step.count}") / 2 + 0.55 * em
    plate = QRectF(x - half, middle - 1.0 * em, 2 * half, 2.0 * em)
    brush.painter.setPen(QPen(look.faint(colour, 200), max(1.0, 0.06 * em)))
    brush.painter.setBrush(look.faint(look.shade, 205))
    brush.painter.drawRoundedRect(plate, 1.0 * em, 1.0 * em)
    brush.painter.setBrush(Qt.BrushStyle.NoBrush)
    brush.write(number, f"{step.count}", late if step.overdue else look.number, CENTRE)
    brush.size()
    below = QRectF(cell.left(), cell.bottom() - 1.4 * em, cell.width(), 1.4 * em)
    if step.overdue:
        brush.say_in(below, OVER.with_values(count=step.overdue), late, CENTRE)
    else:
        brush.say_in(below, step.of, look.quiet, CENTRE)


@dataclass(frozen=True, kw_only=True)
class CaseHours:
    """Reports by hour of today and of yesterday; how much of the present hour has passed."""

    today: tuple[int, ...]
    yesterday: tuple[int, ...]
    passed: float
    by_now: int
    is_simulated: bool


class CaseDay:
    """Two curves over the hours of a day."""

    nominal_em = (23.5, 12.0)
    turns_ms = 0

    def content(self, facts: WallFacts) -> object:
        """Return the hours; None without governance."""
        governed = facts.governed
        if governed is None or governed.counts is None:
            return None
        now = facts.clock()
        passed = now.minute // 5 / 12
        _, had = same_span(governed.counts.by_hour, governed.yesterday, now.hour, passed)
        return CaseHours(
            today=governed.counts.by_hour[: now.hour + 1],
            yesterday=governed.yesterday,
            passed=passed,
            by_now=round(had),
            is_simulated=governed.is_simulated,
        )

    def paint(self, brush: Brush, area: QRectF, turn: Turn) -> None:
        """Paint yesterday as a thin line, today as bars below a bright curve."""
        shown: CaseHours | None = turn.now
        if shown is None:
            brush.nothing(brush.frame(area, DAY), NONE)
            return
        room, em, look = brush.frame(area, DAY, is_simulated=shown.is_simulated), brush.em, brush.look
        plot = room.adjusted(2.3 * em, 1.8 * em, -0.2 * em, -1.6 * em)
        top = max(LEAST_TOP, *shown.today, *shown.yesterday)
        axes = Axes(area=plot, left=0.0, right=24.0, low=0.0, high=1.12 * top)
        paint_values(brush, axes)
        _paint_hour_names(brush, axes)
        violet = look.tint(SERIES[3])
        before = [axes.point((hour + 0.5, float(count))) for hour, count in enumerate(shown.yesterday)]
        if before:
            pen = QPen(violet, max(1.0, 0.1 * em))
            pen.setDashPattern([4.0, 2.6])
            brush.painter.setPen(pen)
            brush.painter.drawPath(smooth(before))
        _paint_today(brush, axes, shown)
        legend = QRectF(room.left(), room.top(), room.width(), 1.4 * em)
        _paint_legend(brush, legend, shown, violet)


def _paint_hour_names(brush: Brush, axes: Axes) -> None:
    apart = 4 if axes.area.width() > 15 * brush.em else 6
    for hour in range(0, 25, apart):
        x = axes.x(hour)
        label = QRectF(x - 2 * brush.em, axes.area.bottom() + 0.2 * brush.em, 4 * brush.em, 1.35 * brush.em)
        if hour == 24:
            label.moveRight(axes.area.right() + 0.4 * brush.em)
        brush.write(label, f"{hour}", brush.look.quiet, RIGHT if hour == 24 else CENTRE)


def _paint_today(brush: Brush, axes: Axes, shown: CaseHours) -> None:
    """Paint a bar for each hour and a curve over those that are over; the present one is still growing."""
    look, em, painter = brush.look, brush.em, brush.painter
    bars = [axes.point((hour + 0.5, float(count))) for hour, count in enumerate(shown.today)]
    foot = axes.area.bottom()
    wide = 0.46 * (axes.x(1.0) - axes.x(0.0))
    for point in bars:
        fill = QLinearGradient(point, QPointF(point.x(), foot))
        fill.setColorAt(0.0, look.faint(look.accent, 150))
        fill.setColorAt(1.0, look.faint(look.accent, 16))
        painter.fillRect(QRectF(point.x() - wide / 2, point.y(), wide, foot - point.y()), fill)
    points = bars[:-1] if len(bars) > 1 else bars
    if not points:
        return
    curve = smooth(points)
    body = QPainterPath(curve)
    body.lineTo(points[-1].x(), foot)
    body.lineTo(points[0].x(), foot)
    shade = QLinearGradient(axes.area.topLeft(), axes.area.bottomLeft())
    shade.setColorAt(0.0, look.faint(look.accent, 84))
    shade.setColorAt(1.0, look.faint(look.accent, 0))
    painter.fillPath(body, shade)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for thick, alpha in ((0.36, 48), (0.14, 255)):
        painter.setPen(QPen(look.faint(look.accent, alpha), thick * em))
        painter.drawPath(curve)
    brush.dot(points[-1], look.faint(look.accent, 80), 0.5)
    brush.dot(points[-1], look.number, 0.2)


def _paint_legend(brush: Brush, area: QRectF, shown: CaseHours, violet: QColor) -> None:
    em, look = brush.em, brush.look
    brush.size()
    said = THIS.with_values(count=sum(shown.today))
    brush.line(QPointF(area.left(), area.center().y()), QPointF(area.left() + em, area.center().y()), look.accent, 0.2)
    brush.say_in(area.adjusted(1.4 * em, 0, 0, 0), said, look.text, LEFT)
    if shown.yesterday:
        brush.say_in(area, BEFORE.with_values(count=shown.by_now), look.quiet, RIGHT)
        wide = brush.width(brush.say(BEFORE.with_values(count=shown.by_now)))
        end = area.right() - wide - 0.4 * em
        start = QPointF(end - 1.1 * em, area.center().y())
        brush.line(start, QPointF(end, start.y()), violet, 0.12, is_dashed=True)
