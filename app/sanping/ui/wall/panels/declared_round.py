"""Declared panels that are round or run over time: a ring of shares, a radar of levels, courses of the last hours."""

from dataclasses import dataclass
from datetime import tzinfo
from math import cos, pi, sin

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPen, QPolygonF

from sanping.domain.text import Text
from sanping.ui.wall.brush import CENTRE, LEFT, Brush
from sanping.ui.wall.curves import Axes, paint_curve, paint_hours, paint_values
from sanping.ui.wall.facts import Points, Turn, WallFacts
from sanping.ui.wall.panels.declared import (
    PALETTE,
    DeclaredPanel,
    Number,
    chosen,
    is_simulated,
    measured,
    ranked,
    title_of,
)
from sanping.ui.wall.panels.declared_numbers import NOTHING

HOUR_MS = 3_600_000
TOTAL = Text("合计", "in all")
LEVELS = 5


@dataclass(frozen=True, kw_only=True)
class Shares:
    """The parts of a ring."""

    parts: tuple[Number, ...]
    is_simulated: bool


class Ring(DeclaredPanel):
    """Measures as parts of a whole; one measure alone is parted by station."""

    def content(self, facts: WallFacts) -> object:
        """Return the parts."""
        declared = self.declared
        if len(declared.measures) == 1:
            parts = tuple(numbers[0] for _, numbers in ranked(facts, declared))
        else:
            parts = tuple(measured(facts, measure, declared) for measure in declared.measures)
        return Shares(parts=parts, is_simulated=is_simulated(facts, declared))

    def paint(self, brush: Brush, area: QRectF, turn: Turn) -> None:
        """Paint the ring at the left and what its parts are at the right."""
        shown: Shares = turn.now
        room = brush.frame(area, self.declared.title.text(), is_simulated=shown.is_simulated)
        whole = sum(part.value or 0.0 for part in shown.parts)
        if whole <= 0:
            brush.nothing(room, NOTHING)
            return
        em, look, painter = brush.em, brush.look, brush.painter
        side = min(room.height(), 0.42 * room.width())
        face = QRectF(room.left(), room.center().y() - side / 2, side, side).adjusted(
            0.7 * em, 0.7 * em, -0.7 * em, -0.7 * em
        )
        painter.setBrush(Qt.BrushStyle.NoBrush)
        begin = 90.0
        for place, part in enumerate(shown.parts):
            span = 360.0 * (part.value or 0.0) / whole
            colour = look.tint(PALETTE[place % len(PALETTE)])
            painter.setPen(QPen(colour, 0.95 * em, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
            painter.drawArc(face, round(16 * (begin - span + 1.2)), round(16 * max(0.4, span - 1.2)))
            begin -= span
        painter.setPen(QPen(look.grid, 0.08 * em))
        painter.drawEllipse(face.adjusted(-0.75 * em, -0.75 * em, 0.75 * em, 0.75 * em))
        self._write_middle(brush, face, whole, shown.parts[0])
        legend = room.adjusted(side + 0.8 * em, 0, 0, 0)
        for place, (part, line) in enumerate(zip(shown.parts, brush.rows(legend, 1.6, len(shown.parts)), strict=False)):
            brush.painter.fillRect(QRectF(line.left(), line.center().y() - 0.3 * em, 0.6 * em, 0.6 * em),
                                   look.tint(PALETTE[place % len(PALETTE)]))  # fmt: skip
            left = brush.value(line, f"{100 * (part.value or 0.0) / whole:.1f}", "%", look.number, 1.06)
            brush.size()
            brush.say_in(
                QRectF(line.left() + em, line.top(), left - line.left() - 1.4 * em, line.height()), part.name, look.text
            )

    def _write_middle(self, brush: Brush, face: QRectF, whole: float, part: Number) -> None:
        em, look = brush.em, brush.look
        words = f"{whole:,.0f}" if whole >= 100 else f"{whole:,.1f}".rstrip("0").rstrip(".")
        brush.size(min(1.5, 0.8 * face.width() / max(1.0, len(words)) / em * 1.4), is_bold=True)
        brush.write(face.adjusted(0, -0.7 * em, 0, -0.7 * em), words, look.number, CENTRE)
        brush.size()
        unit = part.unit if part.unit.zh else TOTAL
        brush.say_in(face.adjusted(0, 0.9 * em, 0, 0.9 * em), unit, look.quiet, CENTRE)


@dataclass(frozen=True, kw_only=True)
class Star:
    """A radar: the names of its axes and each station's shares of the full length."""

    axes: tuple[Text, ...]
    stations: tuple[tuple[Text, tuple[float | None, ...]], ...]
    is_simulated: bool


class Radar(DeclaredPanel):
    """Measures as axes; `top` of each is its full length, and rings stand for five levels."""

    nominal_em = (23.5, 15.0)

    def content(self, facts: WallFacts) -> object:
        """Return the stations' shares."""
        declared = self.declared
        stations = tuple(
            (
                view.station.name,
                tuple(
                    None if number.value is None else number.value / (measure.top or LEVELS)
                    for number, measure in zip(numbers, declared.measures, strict=True)
                ),
            )
            for view, numbers in ranked(facts, declared)
        )
        axes = tuple(title_of(measure) for measure in declared.measures)
        return Star(axes=axes, stations=stations[: len(PALETTE)], is_simulated=is_simulated(facts, declared))

    def paint(self, brush: Brush, area: QRectF, turn: Turn) -> None:
        """Paint the rings, the axes and a shape for each station."""
        shown: Star = turn.now
        room = brush.frame(area, self.declared.title.text(), is_simulated=shown.is_simulated)
        if len(shown.axes) < 3 or not shown.stations:
            brush.nothing(room, NOTHING)
            return
        em, look, painter = brush.em, brush.look, brush.painter
        legend = min(0.34 * room.width(), 8.5 * em)
        plot = room.adjusted(0, 0, -legend, 0)
        radius = min(plot.width() / 2 - 3.2 * em, plot.height() / 2 - 1.5 * em)
        middle = plot.center()
        for level in range(1, LEVELS + 1):
            painter.setPen(QPen(look.grid, max(1.0, 0.06 * em)))
            painter.drawPolygon(_spread(middle, [radius * level / LEVELS] * len(shown.axes)))
        brush.size()
        for place, name in enumerate(shown.axes):
            tip = _spread(middle, [radius] * len(shown.axes)).at(place)
            brush.line(middle, tip, look.grid)
            out = _spread(middle, [radius + 1.0 * em] * len(shown.axes)).at(place)
            brush.say_in(QRectF(out.x() - 3.4 * em, out.y() - 0.8 * em, 6.8 * em, 1.6 * em), name, look.quiet, CENTRE)
        for place, (_, shares) in enumerate(shown.stations):
            colour = look.tint(PALETTE[place % len(PALETTE)])
            painter.setPen(QPen(colour, 0.12 * em))
            painter.setBrush(look.faint(colour, 34))
            painter.drawPolygon(_spread(middle, [radius * min(1.0, max(0.0, share or 0.0)) for share in shares]))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        side = QRectF(room.right() - legend, room.top(), legend, room.height())
        for place, ((name, _), line) in enumerate(
            zip(shown.stations, brush.rows(side, 1.6, len(shown.stations)), strict=False)
        ):
            brush.dot(QPointF(line.left() + 0.5 * em, line.center().y()), look.tint(PALETTE[place % len(PALETTE)]))
            brush.say_in(line.adjusted(1.2 * em, 0, 0, 0), name, look.text, LEFT)


def _spread(middle: QPointF, lengths: list[float]) -> QPolygonF:
    """Return the corners of a shape whose axes begin upward and go round clockwise."""
    turn = 2 * pi / len(lengths)
    return QPolygonF(
        [
            QPointF(middle.x() + length * sin(number * turn), middle.y() - length * cos(number * turn))
            for number, length in enumerate(lengths)
        ]
    )


@dataclass(frozen=True, kw_only=True)
class Courses:
    """Courses with their names and newest numbers."""

    lines: tuple[tuple[Number, Points], ...]
    until_ms: int
    zone: tzinfo | None
    is_simulated: bool


class Course(DeclaredPanel):
    """What the first station that matches told of each measure over the last hours."""

    def content(self, facts: WallFacts) -> object:
        """Return the courses; the clock moves them once a minute."""
        declared, lines = self.declared, []
        for measure in declared.measures[: len(PALETTE)]:
            views = chosen(facts, measure.stations or declared.stations)
            points = facts.series.get((views[0].station.id, measure.quantity), ()) if views else ()
            scaled = tuple((at_ms, value * measure.scale) for at_ms, value in points)
            lines.append((measured(facts, measure, declared), scaled))
        until_ms = facts.now_ms // 60_000 * 60_000
        return Courses(
            lines=tuple(lines), until_ms=until_ms, zone=facts.zone, is_simulated=is_simulated(facts, declared)
        )

    def paint(self, brush: Brush, area: QRectF, turn: Turn) -> None:
        """Paint the curves one over the other."""
        shown: Courses = turn.now
        room = brush.frame(area, self.declared.title.text(), is_simulated=shown.is_simulated)
        values = [value for _, points in shown.lines for _, value in points]
        if len(values) < 2:
            brush.nothing(room, NOTHING)
            return
        em, look = brush.em, brush.look
        brush.size()
        head = QRectF(room.left(), room.top(), room.width(), 1.5 * em)
        self._name_lines(brush, head, shown)
        low, high = min(values), max(values)
        air = 0.12 * max(high - low, 0.02 * abs(high), 1e-9)
        label = max(brush.width(f"{high:,.0f}"), 2.6 * em) + 0.6 * em
        axes = Axes(
            area=room.adjusted(label, 1.9 * em, -0.6 * em, -1.7 * em),
            left=shown.until_ms - self.declared.hours * HOUR_MS,
            right=shown.until_ms,
            low=max(0.0, low - air) if low >= 0 else low - air,
            high=high + air,
        )
        paint_values(brush, axes)
        paint_hours(brush, axes, shown.zone)
        for place, (_, points) in enumerate(shown.lines):
            inside = tuple(point for point in points if point[0] >= axes.left)
            paint_curve(brush, axes, inside, look.tint(PALETTE[place % len(PALETTE)]))

    def _name_lines(self, brush: Brush, head: QRectF, shown: Courses) -> None:
        em, left = brush.em, head.left()
        for place, (number, _) in enumerate(shown.lines):
            colour: QColor = brush.look.tint(PALETTE[place % len(PALETTE)])
            brush.dot(QPointF(left + 0.4 * em, head.center().y()), colour)
            brush.size()
            words = f"{brush.say(number.name)} {number.said} {brush.say(number.unit)}".strip()
            brush.write(QRectF(left + 1.0 * em, head.top(), head.right() - left, head.height()), words, brush.look.text)
            left += brush.width(words) + 2.2 * em
