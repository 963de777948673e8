"""Declared panels that draw a place: lanes with traffic, a hall of racks and aisles, the way of power through it."""

from dataclasses import dataclass
from itertools import groupby

import msgspec
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QLinearGradient, QPen, QPolygonF

from sanping.domain.text import Text
from sanping.ui.wall.brush import CENTRE, LEFT, RIGHT, Brush
from sanping.ui.wall.facts import Turn, WallFacts
from sanping.ui.wall.panels.declared import BAD, PALETTE, WARN, DeclaredPanel, Number, is_simulated, measured, ranked
from sanping.ui.wall.panels.declared_numbers import NOTHING

STEP_MS = 500
FEWEST, MOST_DRAWN = 3, 26
LIGHTS = (
    QColor(255, 232, 200), QColor(62, 236, 150), QColor(255, 178, 66), QColor(192, 124, 255), QColor(58, 214, 255),
)  # fmt: skip
"""As cars, buses, trucks, robots and shuttles shine in the city at night."""
BY_DAY = 165
COLD, HOT = QColor(70, 170, 255), QColor(255, 112, 72)
RAMP = (QColor(46, 120, 255), QColor(60, 200, 235), QColor(84, 220, 150), QColor(255, 200, 70), QColor(255, 84, 70))
COLD_AISLE, HOT_AISLE = Text("冷通道", "COLD"), Text("热通道", "HOT")


@dataclass(frozen=True, kw_only=True)
class Traffic:
    """How many drive in each lane, how fast, and how far time has moved them."""

    lanes: tuple[tuple[Text, tuple[Number, ...]], ...]
    steps: int
    is_simulated: bool


class Lanes(DeclaredPanel):
    """A lane of road for each station: the first measure is how many drive in it, the second how fast."""

    def content(self, facts: WallFacts) -> object:
        """Return the lanes; traffic moves on every half second."""
        rows = ranked(facts, self.declared)
        return Traffic(
            lanes=tuple((view.station.name, numbers) for view, numbers in rows),
            steps=facts.now_ms // STEP_MS,
            is_simulated=is_simulated(facts, self.declared),
        )

    def paint(self, brush: Brush, area: QRectF, turn: Turn) -> None:
        """Paint the lanes one below the other."""
        shown: Traffic = turn.now
        room = brush.frame(area, self.declared.title.text(), is_simulated=shown.is_simulated)
        if not shown.lanes or not self.declared.measures:
            brush.nothing(room, NOTHING)
            return
        most = max(numbers[0].value or 0.0 for _, numbers in shown.lanes) or 1.0
        tall = room.height() / len(shown.lanes)
        for place, (name, numbers) in enumerate(shown.lanes):
            line = QRectF(room.left(), room.top() + place * tall, room.width(), tall)
            share = ((numbers[0].value or 0.0) / most) ** 0.5
            _paint_lane(brush, line, (name, numbers), (place, share, shown.steps))


def _paint_lane(
    brush: Brush, line: QRectF, said: tuple[Text, tuple[Number, ...]], drawn: tuple[int, float, int]
) -> None:
    (name, numbers), (place, share, steps) = said, drawn
    em, look, painter = brush.em, brush.look, brush.painter
    light = LIGHTS[place % len(LIGHTS)]
    colour = light if look.is_dark else light.darker(BY_DAY)
    head = QRectF(line.left(), line.top(), line.width(), 1.5 * em)
    brush.size()
    left = brush.value(head, numbers[0].said, brush.say(numbers[0].unit), numbers[0].tint(look.number), 1.25)
    if len(numbers) > 1:
        brush.size()
        speed = f"{numbers[1].said} {brush.say(numbers[1].unit)}".strip()
        beside = QRectF(head.left(), head.top(), left - head.left() - 0.9 * em, head.height())
        brush.write(beside, speed, look.quiet, RIGHT)
        left = beside.right() - brush.width(speed)
    brush.size()
    brush.say_in(QRectF(head.left(), head.top(), left - head.left() - 0.6 * em, head.height()), name, look.text, LEFT)
    road = QRectF(line.left(), head.bottom() + 0.12 * em, line.width(), max(0.7 * em, line.height() - 2.05 * em))
    painter.setPen(QPen(look.faint(colour, 120), max(1.0, 0.06 * em)))
    painter.setBrush(look.faint(look.shade, 190))
    painter.drawRect(road)
    dashes = QPen(look.faint(look.text, 70), max(1.0, 0.07 * em))
    dashes.setDashPattern([8.0, 8.0])
    painter.setPen(dashes)
    painter.drawLine(QPointF(road.left(), road.center().y()), QPointF(road.right(), road.center().y()))
    speed_kmh = numbers[1].value or 0.0 if len(numbers) > 1 else 30.0
    _paint_vehicles(brush, road, colour, (round(FEWEST + share * MOST_DRAWN), steps * speed_kmh / 42.0))


def _paint_vehicles(brush: Brush, road: QRectF, colour: QColor, drive: tuple[int, float]) -> None:
    """Paint so many vehicles, half of them each way, moved on by so many sizes of the text."""
    em, painter = brush.em, brush.painter
    count, moved_em = drive
    tall = min(0.42 * road.height(), 0.55 * em)
    painter.setPen(Qt.PenStyle.NoPen)
    for number in range(count):
        is_back = number % 2 == 1
        slot = (number * 0.618034 + 0.13 * (number % 3)) % 1.0
        along = (slot * road.width() + (-moved_em if is_back else moved_em) * em) % road.width()
        lane = road.top() + (0.27 if is_back else 0.73) * road.height()
        body = QRectF(road.left() + along - 0.55 * em, lane - tall / 2, 1.1 * em, tall).intersected(road)
        trail = QLinearGradient(body.right(), 0, body.left(), 0) if is_back else QLinearGradient(
            body.left(), 0, body.right(), 0
        )  # fmt: skip
        trail.setColorAt(0.0, brush.look.faint(colour, 20))
        trail.setColorAt(1.0, colour)
        painter.setBrush(trail)
        painter.drawRoundedRect(body, 0.25 * tall, 0.25 * tall)
        nose = QPointF(body.left() if is_back else body.right(), lane)
        brush.dot(nose, QColor(255, 246, 214), 0.11)
    painter.setBrush(Qt.BrushStyle.NoBrush)


@dataclass(frozen=True, kw_only=True)
class Hall:
    """The rows of racks of a hall, each with the number of every rack."""

    rows: tuple[tuple[str, tuple[tuple[Number, ...], ...]], ...]
    is_simulated: bool


class Aisles(DeclaredPanel):
    """A hall seen from above: a cell for each rack, in rows by what stands before the last "-" of the stations' ids.

    Cold and hot aisles lie between the rows by turns. A cell is coloured by the first measure, from blue to red at its
    `bad`; the sum of the second stands at the end of its row.
    """

    nominal_em = (30.0, 20.0)

    def content(self, facts: WallFacts) -> object:
        """Return the rows of racks."""
        found = ranked(facts, self.declared)
        rows = groupby(found, key=lambda row: row[0].station.id.rpartition("-")[0])
        return Hall(
            rows=tuple((name.rpartition("-")[2].upper(), tuple(numbers for _, numbers in row)) for name, row in rows),
            is_simulated=is_simulated(facts, self.declared),
        )

    def paint(self, brush: Brush, area: QRectF, turn: Turn) -> None:
        """Paint aisles first, then the racks beside them."""
        shown: Hall = turn.now
        room = brush.frame(area, self.declared.title.text(), is_simulated=shown.is_simulated)
        if not shown.rows or not self.declared.measures:
            brush.nothing(room, NOTHING)
            return
        em = brush.em
        measure = self.declared.measures[0]
        ends = (measure.bad or 32.0) - 2.2 * ((measure.bad or 32.0) - (measure.warn or 27.0)), measure.bad or 32.0
        foot = QRectF(room.left(), room.bottom() - 1.3 * em, room.width(), 1.2 * em)
        _paint_scale(brush, foot, ends, _unit_of(brush, shown))
        hall = room.adjusted(1.6 * em, 0.2 * em, -4.6 * em if len(self.declared.measures) > 1 else 0, -1.9 * em)
        deep = hall.height() / len(shown.rows)
        for place, (name, racks) in enumerate(shown.rows):
            top = hall.top() + place * deep
            is_cold = place % 2 == 0
            aisle = QRectF(hall.left(), top + 0.52 * deep, hall.width(), 0.96 * deep)
            if place + 1 < len(shown.rows):
                _paint_aisle(brush, aisle.adjusted(0, 0, 0, -0.48 * deep), is_cold=is_cold)
            line = QRectF(hall.left(), top + 0.02 * deep, hall.width(), 0.5 * deep)
            brush.size(is_bold=True)
            brush.write(QRectF(room.left(), line.top(), 1.4 * em, line.height()), name, brush.look.heading, LEFT)
            _paint_racks(brush, line, [numbers[0] for numbers in racks], ends)
            if len(self.declared.measures) > 1:
                whole = sum(numbers[1].value or 0.0 for numbers in racks)
                side = QRectF(hall.right() + 0.3 * em, line.top(), 4.3 * em, line.height())
                brush.value(side, f"{whole:,.0f}", brush.say(racks[0][1].unit), brush.look.number, 1.0)


def _unit_of(brush: Brush, shown: Hall) -> str:
    racks = shown.rows[0][1]
    number: Number = racks[0][0]
    return brush.say(number.unit)


def _paint_racks(brush: Brush, line: QRectF, racks: list[Number], ends: tuple[float, float]) -> None:
    em, painter = brush.em, brush.painter
    wide = line.width() / len(racks)
    for place, number in enumerate(racks):
        cell = QRectF(line.left() + place * wide, line.top(), wide, line.height()).adjusted(1, 0, -1, 0)
        colour = brush.look.stale if number.is_stale or number.value is None else ramp(number.value, ends)
        face = QLinearGradient(cell.topLeft(), cell.bottomLeft())
        face.setColorAt(0.0, colour)
        face.setColorAt(1.0, colour.darker(190))
        painter.setPen(QPen(BAD, 0.14 * em) if number.badness > 0 else Qt.PenStyle.NoPen)
        painter.setBrush(face)
        painter.drawRect(cell)
    painter.setBrush(Qt.BrushStyle.NoBrush)


def ramp(value: float, ends: tuple[float, float]) -> QColor:
    """Return the colour of a temperature between two ends, blue to red."""
    share = min(1.0, max(0.0, (value - ends[0]) / max(1e-9, ends[1] - ends[0]))) * (len(RAMP) - 1)
    low = min(int(share), len(RAMP) - 2)
    one, other, part = RAMP[low], RAMP[low + 1], share - low
    return QColor(
        round(one.red() + (other.red() - one.red()) * part),
        round(one.green() + (other.green() - one.green()) * part),
        round(one.blue() + (other.blue() - one.blue()) * part),
    )


def _paint_aisle(brush: Brush, aisle: QRectF, *, is_cold: bool) -> None:
    """Paint the air between two rows: cold comes up from the floor, hot goes away."""
    colour, em = COLD if is_cold else HOT, brush.em
    air = QLinearGradient(aisle.topLeft(), aisle.bottomLeft())
    air.setColorAt(0.0, brush.look.faint(colour, 16))
    air.setColorAt(0.5, brush.look.faint(colour, 92))
    air.setColorAt(1.0, brush.look.faint(colour, 16))
    brush.painter.fillRect(aisle, air)
    if aisle.height() > 1.05 * em:
        brush.size()
        brush.say_in(aisle, COLD_AISLE if is_cold else HOT_AISLE, brush.look.faint(colour.lighter(140), 210), CENTRE)


def _paint_scale(brush: Brush, foot: QRectF, ends: tuple[float, float], unit: str) -> None:
    em = brush.em
    bar = QRectF(foot.left() + 4.0 * em, foot.center().y() - 0.25 * em, foot.width() - 8.0 * em, 0.5 * em)
    air = QLinearGradient(bar.topLeft(), bar.topRight())
    for place, colour in enumerate(RAMP):
        air.setColorAt(place / (len(RAMP) - 1), colour)
    brush.painter.fillRect(bar, air)
    brush.size()
    brush.write(
        QRectF(foot.left(), foot.top(), 3.7 * em, foot.height()), f"{ends[0]:.0f} {unit}", brush.look.quiet, RIGHT
    )
    brush.write(QRectF(bar.right() + 0.3 * em, foot.top(), 3.7 * em, foot.height()), f"{ends[1]:.0f} {unit}",
                brush.look.quiet)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Ways:
    """The links of a chain by the way they belong to; those of no way end it."""

    ways: tuple[tuple[Text, tuple[tuple[Number, float], ...]], ...]
    end: tuple[tuple[Number, float], ...]
    is_simulated: bool


class Chain(DeclaredPanel):
    """Power from its source to where it is used: measures in their order, in lines by their `note`.

    Measures without a note stand at the right, where all lines meet; `top` of a measure is what it can carry.
    """

    def content(self, facts: WallFacts) -> object:
        """Return the links with their shares of what they can carry."""
        ways: dict[Text, list[tuple[Number, float]]] = {}
        for measure in self.declared.measures:
            number = measured(facts, measure, self.declared)
            way = ways.setdefault(measure.note.text(), [])
            if measure.note.zh and not way:
                number = msgspec.structs.replace(number, name=_joined(measure.note.text(), number.name))
            way.append((number, min(1.0, (number.value or 0.0) / (measure.top or 100.0))))
        end = ways.pop(Text("", ""), []) if len(ways) > 1 else []
        return Ways(
            ways=tuple((name, tuple(links)) for name, links in ways.items()),
            end=tuple(end),
            is_simulated=is_simulated(facts, self.declared),
        )

    def paint(self, brush: Brush, area: QRectF, turn: Turn) -> None:
        """Paint a line for each way, and where they meet."""
        shown: Ways = turn.now
        room = brush.frame(area, self.declared.title.text(), is_simulated=shown.is_simulated)
        if not shown.ways:
            brush.nothing(room, NOTHING)
            return
        em = brush.em
        wide = room.width() / (max(len(links) for _, links in shown.ways) + (0.95 if shown.end else 0.0))
        tall = room.height() / len(shown.ways)
        meet = QPointF(room.right() - 0.86 * wide, room.center().y())
        for place, (_, links) in enumerate(shown.ways):
            middle = room.top() + (place + 0.5) * tall
            colour = brush.look.tint(PALETTE[place % len(PALETTE)])
            boxes = [
                QRectF(room.left() + n * wide + 0.15 * em, middle - 0.43 * tall, 0.84 * wide, 0.86 * tall)
                for n in range(len(links))
            ]
            begins = [QPointF(box.right(), middle) for box in boxes]
            for begin, after in zip(begins, boxes[1:], strict=False):
                _paint_flow(brush, [begin, QPointF(after.left(), middle)], colour)
            if shown.end:
                _paint_flow(brush, [begins[-1], QPointF(meet.x() - 0.5 * em, middle), meet], colour)
            for box, (number, share) in zip(boxes, links, strict=True):
                _paint_link(brush, box, (number, share), colour)
        for place, (number, share) in enumerate(shown.end):
            high = 0.8 * room.height() / len(shown.end)
            box = QRectF(meet.x(), room.center().y() - 0.4 * room.height() + place * high, 0.84 * wide, high - 0.2 * em)
            _paint_link(brush, box, (number, share), brush.look.accent)


def _joined(way: Text, name: Text) -> Text:
    return Text(f"{way.zh}{name.zh}", f"{way.en}: {name.en}")


def _paint_flow(brush: Brush, points: list[QPointF], colour: QColor) -> None:
    if len(points) < 2:
        return
    painter = brush.painter
    for wide, alpha in ((0.5, 40), (0.16, 230)):
        painter.setPen(QPen(brush.look.faint(colour, alpha), wide * brush.em))
        painter.drawPolyline(QPolygonF(points))
    tip, em = points[-1], brush.em
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawPolygon(QPolygonF([tip, tip + QPointF(-0.45 * em, -0.28 * em), tip + QPointF(-0.45 * em, 0.28 * em)]))
    painter.setBrush(Qt.BrushStyle.NoBrush)


def _paint_link(brush: Brush, box: QRectF, link: tuple[Number, float], colour: QColor) -> None:
    """Paint what carries power, filled as far as it is used."""
    number, share = link
    em, look, painter = brush.em, brush.look, brush.painter
    state = look.stale if number.is_stale else number.tint(colour)
    card = QLinearGradient(box.topLeft(), box.bottomLeft())
    card.setColorAt(0.0, look.card_top)
    card.setColorAt(1.0, look.card_bottom)
    painter.setPen(QPen(look.faint(state, 190), max(1.0, 0.08 * em)))
    painter.setBrush(card)
    painter.drawRoundedRect(box, 0.3 * em, 0.3 * em)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    brush.size()
    middle = box.center().y()
    brush.say_in(QRectF(box.left() + 0.3 * em, middle - 1.55 * em, box.width() - 0.6 * em, 1.4 * em), number.name,
                 look.text, CENTRE)  # fmt: skip
    brush.size(1.2, is_bold=True)
    words = f"{number.said} {brush.say(number.unit)}".strip()
    brush.write(QRectF(box.left(), middle - 0.25 * em, box.width(), 1.5 * em), words,
                WARN if number.badness > 0 and number.colour is None else number.tint(look.number), CENTRE)  # fmt: skip
    track = QRectF(box.left() + 0.5 * em, box.bottom() - 0.62 * em, box.width() - em, 0.26 * em)
    painter.fillRect(track, look.grid)
    painter.fillRect(QRectF(track.left(), track.top(), track.width() * share, track.height()), state)
