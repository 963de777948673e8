"""Declared panels of few large numbers: cards whose digits flip, dials, stages in a row, words that stand there."""

from dataclasses import dataclass
from math import cos, pi, sin

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QLinearGradient, QPen, QPolygonF

from sanping.domain.text import Text
from sanping.ui.wall.brush import CENTRE, LEFT, RIGHT, Brush
from sanping.ui.wall.facts import Turn, WallFacts
from sanping.ui.wall.panels.declared import GOOD, PALETTE, DeclaredPanel, Number, is_simulated, measured
from sanping.ui.wall.panels.figures import Flop, paint_flops

NOTHING = Text("尚无数据", "Nothing yet")
DIAL_FROM, DIAL_SPAN = 225.0, 270.0


@dataclass(frozen=True, kw_only=True)
class Numbers:
    """The numbers of a panel."""

    numbers: tuple[Number, ...]
    notes: tuple[Text, ...]
    is_simulated: bool


class _NumberPanel(DeclaredPanel):
    """What all panels of few numbers share: what they show."""

    def content(self, facts: WallFacts) -> object:
        """Return the numbers."""
        declared = self.declared
        return Numbers(
            numbers=tuple(measured(facts, measure, declared) for measure in declared.measures),
            notes=tuple(measure.note.text() for measure in declared.measures),
            is_simulated=is_simulated(facts, declared),
        )

    def room(self, brush: Brush, area: QRectF, shown: Numbers) -> QRectF:
        """Paint the frame and return the room inside."""
        return brush.frame(area, self.declared.title.text(), is_simulated=shown.is_simulated)


class NumberCards(_NumberPanel):
    """Numbers on cards whose digits flip over when they change."""

    turns_ms = 520

    def paint(self, brush: Brush, area: QRectF, turn: Turn) -> None:
        """Paint the cards."""
        shown: Numbers = turn.now
        room = self.room(brush, area, shown)
        before = _flops(turn.before) if isinstance(turn.before, Numbers) else ()
        paint_flops(brush, room, _flops(shown), (before, turn.share))


def _flops(shown: Numbers) -> tuple[Flop, ...]:
    return tuple(
        Flop(
            name=number.name,
            digits=number.said,
            unit=number.unit,
            note=note,
            is_stale=number.is_stale,
            colour=None if number.colour is None else QColor(*number.colour),
        )
        for number, note in zip(shown.numbers, shown.notes, strict=True)
    )


class Dials(_NumberPanel):
    """Rates on round dials; `top` of a measure is the full turn, 100 where it is left out."""

    def paint(self, brush: Brush, area: QRectF, turn: Turn) -> None:
        """Paint a dial for each number."""
        shown: Numbers = turn.now
        room = self.room(brush, area, shown)
        if not shown.numbers:
            brush.nothing(room, NOTHING)
            return
        count = len(shown.numbers)
        columns = max(1, min(count, int(room.width() // (5.4 * brush.em))))
        rows = -(-count // columns)
        across, down = room.width() / columns, room.height() / rows
        for place, (number, measure) in enumerate(zip(shown.numbers, self.declared.measures, strict=True)):
            row, column = divmod(place, columns)
            cell = QRectF(room.left() + column * across, room.top() + row * down, across, down)
            colour = number.tint(PALETTE[place % len(PALETTE)] if measure.warn is None else GOOD)
            _paint_dial(brush, cell, number, (number.value or 0.0) / (measure.top or 100.0), colour)


def _paint_dial(brush: Brush, cell: QRectF, number: Number, share: float, colour: QColor) -> None:
    em, look, painter = brush.em, brush.look, brush.painter
    colour = look.stale if number.is_stale else look.tint(colour)
    side = min(cell.width() - 0.6 * em, cell.height() - 1.6 * em)
    face = QRectF(cell.center().x() - side / 2, cell.top(), side, side).adjusted(
        0.3 * em, 0.3 * em, -0.3 * em, -0.3 * em
    )
    wide = 0.42 * em
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(look.grid, wide, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    painter.drawArc(face, round(16 * (DIAL_FROM - DIAL_SPAN)), round(16 * DIAL_SPAN))
    turn = DIAL_SPAN * min(1.0, max(0.0, share))
    for thick, alpha in ((2.1, 46), (1.0, 255)):
        painter.setPen(QPen(look.faint(colour, alpha), wide * thick, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawArc(face, round(16 * (DIAL_FROM - turn)), round(16 * turn))
    angle = (DIAL_FROM - turn) * pi / 180.0
    tip = QPointF(face.center().x() + face.width() / 2 * cos(angle), face.center().y() - face.height() / 2 * sin(angle))
    brush.dot(tip, look.number, 0.2)
    brush.size(min(1.7, 0.26 * side / em), is_bold=True)
    brush.write(
        face.adjusted(0, -0.3 * em, 0, -0.3 * em), number.said, look.stale if number.is_stale else look.number, CENTRE
    )
    brush.size()
    unit = QRectF(face.left(), face.center().y() + 0.55 * em, face.width(), 1.3 * em)
    brush.say_in(unit, number.unit, look.quiet, CENTRE)
    brush.say_in(QRectF(cell.left(), face.bottom() - 0.1 * em, cell.width(), 1.4 * em), number.name, look.text, CENTRE)


class Stages(_NumberPanel):
    """Numbers one after another as arrows, as work goes through its stages."""

    def paint(self, brush: Brush, area: QRectF, turn: Turn) -> None:
        """Paint an arrow for each number, shorter the fewer are left."""
        shown: Numbers = turn.now
        room = self.room(brush, area, shown)
        if not shown.numbers:
            brush.nothing(room, NOTHING)
            return
        top = max((number.value or 0.0 for number in shown.numbers), default=0.0) or 1.0
        for place, (number, line) in enumerate(
            zip(shown.numbers, brush.rows(room, 1.9, len(shown.numbers)), strict=False)
        ):
            _paint_stage(brush, line, number, (number.value or 0.0) / top, look_colour(place, len(shown.numbers)))


def look_colour(place: int, count: int) -> QColor:
    """Return a colour between blue and green for a place in a row."""
    share = place / max(1, count - 1)
    return QColor(round(64 + 0 * share), round(170 + 60 * share), round(255 - 95 * share))


def _paint_stage(brush: Brush, line: QRectF, number: Number, share: float, colour: QColor) -> None:
    em, look, painter = brush.em, brush.look, brush.painter
    colour = look.stale if number.is_stale else look.tint(number.tint(colour))
    names = min(7.0 * em, 0.36 * line.width())
    values = min(7.0 * em, 0.3 * line.width())
    room = QRectF(line.left() + names, line.top() + 0.2 * em, line.width() - names - values, line.height() - 0.4 * em)
    half = max(0.06, share) * room.width() / 2
    middle, lean = room.center(), min(0.6 * em, room.height() / 2)
    shape = QPolygonF(
        [
            QPointF(middle.x() - half, room.top()),
            QPointF(middle.x() + half, room.top()),
            QPointF(middle.x() + half - lean * 0.4, room.bottom()),
            QPointF(middle.x() - half + lean * 0.4, room.bottom()),
        ]
    )
    fill = QLinearGradient(QPointF(middle.x() - half, 0), QPointF(middle.x() + half, 0))
    fill.setColorAt(0.0, look.faint(colour, 90))
    fill.setColorAt(0.5, look.faint(colour, 235))
    fill.setColorAt(1.0, look.faint(colour, 90))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(fill)
    painter.drawPolygon(shape)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    brush.size()
    brush.say_in(QRectF(line.left(), line.top(), names, line.height()), number.name, look.text, LEFT)
    brush.value(line, number.said, brush.say(number.unit), colour)


class WordLines(_NumberPanel):
    """Words that stand there as they are: a name at the left, what is said of it at the right."""

    def paint(self, brush: Brush, area: QRectF, turn: Turn) -> None:
        """Paint a line for each."""
        room = brush.frame(area, self.declared.title.text())
        lines = self.declared.lines
        if not lines:
            brush.nothing(room, NOTHING)
            return
        em, look = brush.em, brush.look
        for place, ((name, said), line) in enumerate(zip(lines, brush.rows(room, 2.0, len(lines)), strict=False)):
            colour = look.tint(PALETTE[place % len(PALETTE)])
            plate = QRectF(line.left(), line.top() + 0.16 * em, line.width(), line.height() - 0.32 * em)
            brush.painter.fillRect(plate, look.faint(colour, 22))
            brush.painter.fillRect(QRectF(plate.left(), plate.top(), 0.16 * em, plate.height()), colour)
            brush.size(1.06, is_bold=True)
            words = brush.say(name.text())
            wide = brush.width(words)
            brush.write(plate.adjusted(0.7 * em, 0, 0, 0), words, look.text, LEFT)
            brush.size()
            rest = plate.adjusted(wide + 1.6 * em, 0, -0.6 * em, 0)
            brush.say_in(rest, said.text(), look.quiet, RIGHT)
