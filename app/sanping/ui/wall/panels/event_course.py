"""The course of a major event on the wall: its posts and runners, and the cases beside the route."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QLinearGradient, QPainterPath, QPen

from sanping.domain.case import Colour
from sanping.domain.case_line import CaseLine
from sanping.domain.major_event import MajorEvent, PostKind, PostState
from sanping.domain.text import Text
from sanping.twin.major_event import along_m, distance_m, length_m
from sanping.ui.wall.brush import RIGHT, Brush
from sanping.ui.wall.facts import Turn, WallFacts
from sanping.ui.wall.governing import by_urgency, clock_words, place_of, title_of, unmarked
from sanping.ui.wall.marks import CLOCK, clock_ring, smooth
from sanping.ui.wall.panels.event import NO_EVENT, STATE_COLOURS

COURSE, CASES = Text("赛道态势", "The course"), Text("路线周边案件", "Cases along the route")
NO_CASES = Text("路线周边没有在办案件", "No open case along the route")
KM = Text("{km} 公里", "km {km}")
FLOW = Text("人/分", "/min")


@dataclass(frozen=True, kw_only=True)
class Stand:
    """One post on the course: where as a share of it, its kind and how it stands."""

    at: float
    kind: PostKind
    state: PostState


@dataclass(frozen=True, kw_only=True)
class Course:
    """The course as a line: marks of kilometres, posts, how many pass where, cases beside it."""

    kilometres: float
    stands: tuple[Stand, ...]
    flow: tuple[tuple[float, float], ...]
    cases: tuple[tuple[float, Colour], ...]
    is_simulated: bool


class EventCourse:
    """The course from start to finish: who passes where, which posts stand there, and what is open beside it."""

    nominal_em = (50.0, 10.0)
    turns_ms = 0

    def content(self, facts: WallFacts) -> object:
        """Return the course; None without an event."""
        event = facts.operations.event
        if event is None or len(event.route) < 2:
            return None
        whole = length_m(event.route)
        flow = sorted(
            (round(along_m(event.route, view.station.x_m, view.station.y_m) / whole, 4), value)
            for view in facts.view.stations
            if view.station.id.startswith("km-") and (value := view.value("runners_minute")) is not None
        )
        reports = facts.operations.posts
        return Course(
            kilometres=round(whole / 1000, 2),
            stands=tuple(
                Stand(
                    at=round(post.route_m / whole, 4),
                    kind=post.kind,
                    state=reports[post.id].state if post.id in reports else "away",
                )
                for post in event.posts
            ),
            flow=tuple(flow),
            cases=tuple(
                (round(along_m(event.route, line.x_m or 0.0, line.y_m or 0.0) / whole, 3), line.colour_at(facts.now_ms))
                for line in near_cases(event, facts)
            ),
            is_simulated=event.is_simulated,
        )

    def paint(self, brush: Brush, area: QRectF, turn: Turn) -> None:
        """Paint the line with what stands on it."""
        shown: Course | None = turn.now
        if shown is None:
            brush.nothing(brush.frame(area, COURSE), NO_EVENT)
            return
        note = Text(f"全程 {shown.kilometres} 公里", f"{shown.kilometres} km")
        room, em = brush.frame(area, COURSE, note, is_simulated=shown.is_simulated), brush.em
        line = QRectF(room.left() + 1.2 * em, room.bottom() - 2.6 * em, room.width() - 2.4 * em, 0.6 * em)
        chart = QRectF(line.left(), room.top() + 0.2 * em, line.width(), line.top() - room.top() - 1.9 * em)
        _paint_flow(brush, chart, shown)
        _paint_course(brush, line, shown)


def _paint_flow(brush: Brush, chart: QRectF, shown: Course) -> None:
    em, look = brush.em, brush.look
    if len(shown.flow) < 2 or chart.height() < 2 * em:
        return
    top = max(value for _, value in shown.flow) * 1.45 or 1.0
    low = min(value for _, value in shown.flow) * 0.5
    points = [
        QPointF(chart.left() + at * chart.width(), chart.bottom() - (value - low) / (top - low) * chart.height())
        for at, value in shown.flow
    ]
    path = smooth(points)
    painter = brush.painter
    below = QPainterPath(path)
    below.lineTo(points[-1].x(), chart.bottom())
    below.lineTo(points[0].x(), chart.bottom())
    fill = QLinearGradient(chart.topLeft(), chart.bottomLeft())
    fill.setColorAt(0.0, look.faint(look.accent, 110))
    fill.setColorAt(1.0, look.faint(look.accent, 6))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(fill)
    painter.drawPath(below)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for wide, alpha in ((0.34, 60), (0.14, 255)):
        painter.setPen(QPen(look.faint(look.accent, alpha), wide * em))
        painter.drawPath(path)
    brush.size()
    unit, taken = brush.say(FLOW), -1e9
    for point, (_, value) in zip(points, shown.flow, strict=True):
        brush.dot(point, look.number, 0.18)
        words = f"{value:.0f}{unit}"
        wide = brush.width(words)
        left = min(max(chart.left(), point.x() - wide / 2), chart.right() - wide)
        if left < taken:
            continue
        taken = left + wide + 0.6 * em
        brush.write(QRectF(left, point.y() - 1.5 * em, wide + 2, 1.3 * em), words, look.text)


def _paint_course(brush: Brush, line: QRectF, shown: Course) -> None:
    em, look = brush.em, brush.look
    brush.painter.fillRect(line, look.faint(look.accent, 70))
    brush.painter.fillRect(QRectF(line.left(), line.center().y() - 0.05 * em, line.width(), 0.1 * em), look.accent)
    brush.size()
    for km in range(0, int(shown.kilometres) + 1, 5):
        x = line.left() + km / shown.kilometres * line.width()
        words = brush.say(KM.with_values(km=km))
        wide = brush.width(words)
        left = min(max(line.left() - 1.0 * em, x - wide / 2), line.right() - wide + 1.0 * em)
        brush.line(QPointF(x, line.top()), QPointF(x, line.bottom() + 0.3 * em), look.quiet)
        brush.write(QRectF(left, line.bottom() + 0.35 * em, wide + 2, 1.3 * em), words, look.quiet)
    for at, clock in shown.cases:
        x = line.left() + at * line.width()
        clock_ring(brush, QPointF(x, line.top() - 1.0 * em), 0.5 * em, None, look.tint(CLOCK[clock]))
    for stand in shown.stands:
        x = line.left() + stand.at * line.width()
        colour = look.tint(STATE_COLOURS[stand.state])
        if stand.state == "help":
            brush.dot(QPointF(x, line.center().y()), look.faint(colour, 80), 0.8)
        brush.dot(QPointF(x, line.center().y()), colour, 0.34, is_hollow=stand.state == "away")


@dataclass(frozen=True, kw_only=True)
class NearRow:
    """One case beside the route."""

    left: float | None
    colour: Colour
    title: Text
    place: Text
    time: Text


@dataclass(frozen=True, kw_only=True)
class NearCases:
    """The cases beside the route, the most pressing first."""

    rows: tuple[NearRow, ...]
    total: int
    is_simulated: bool


def near_cases(event: MajorEvent, facts: WallFacts) -> tuple[CaseLine, ...]:
    """Return the open cases that lie near the route, the most pressing first."""
    lines = () if facts.governed is None else facts.governed.open_lines
    found = [
        line
        for line in lines
        if line.x_m is not None and line.y_m is not None
        and distance_m(event.route, line.x_m, line.y_m) <= event.near_m
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda line: by_urgency(line, facts.now_ms)))


class EventCases:
    """The cases beside the route."""

    nominal_em = (23.5, 12.0)
    turns_ms = 0

    def content(self, facts: WallFacts) -> object:
        """Return the rows; None without an event."""
        event, governed = facts.operations.event, facts.governed
        if event is None or governed is None:
            return None
        near = near_cases(event, facts)
        rows = tuple(
            NearRow(
                left=None if (left := line.left_at(facts.now_ms)) is None else round(left, 2),
                colour=line.colour_at(facts.now_ms),
                title=title_of(line),
                place=unmarked(place_of(governed, line).zh, place_of(governed, line).en),
                time=clock_words(line, facts.now_ms),
            )
            for line in near[:20]
        )
        return NearCases(rows=rows, total=len(near), is_simulated=governed.is_simulated)

    def paint(self, brush: Brush, area: QRectF, turn: Turn) -> None:
        """Paint as many as fit."""
        shown: NearCases | None = turn.now
        if shown is None or not shown.rows:
            brush.nothing(brush.frame(area, CASES), NO_EVENT if shown is None else NO_CASES)
            return
        note = Text(f"{shown.total} 件", str(shown.total))
        room, em, look = brush.frame(area, CASES, note, is_simulated=shown.is_simulated), brush.em, brush.look
        for row, line in zip(shown.rows, brush.rows(room, 2.7, len(shown.rows)), strict=False):
            colour = look.tint(CLOCK[row.colour])
            clock_ring(brush, QPointF(line.left() + 1.0 * em, line.center().y()), 0.72 * em, row.left, colour)
            inner = line.adjusted(2.3 * em, 0, 0, 0)
            half = min(1.3 * em, line.height() / 2)
            upper = QRectF(inner.left(), line.center().y() - half, inner.width(), half)
            brush.size(1.0, is_bold=True)
            time = brush.say(row.time)
            brush.write(upper, time, colour, RIGHT)
            brush.say_in(upper.adjusted(0, 0, -brush.width(time) - 0.5 * em, 0), row.title, look.number)
            brush.size()
            brush.say_in(upper.translated(0, half), row.place, look.quiet)
