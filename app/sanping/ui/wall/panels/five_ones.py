"""五个一: one centre, one number, one app, one grid, one platform, each with what goes through it now.

The number says in turn how many calls are open, and the rates of 12345 of the last thirty days.
"""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QLinearGradient, QPainterPath, QPen

from sanping.domain.area import Level
from sanping.domain.call import HOTLINE
from sanping.domain.text import Text
from sanping.ui.wall.brush import LEFT, Brush
from sanping.ui.wall.facts import Turn, WallFacts
from sanping.ui.wall.governing import Governed
from sanping.ui.wall.marks import SERIES
from sanping.ui.wall.panels.case_figures import HOTLINE_RATES

TITLE = Text("五个一", "Five ones")
NOTE_MS = 6_000
SLIM_EM = 3.6
NARROW: tuple[tuple[Level, Text], ...] = (
    ("cell", Text("格", "cells")), ("community", Text("村居", "areas")), ("street", Text("街镇", "streets")),
)  # fmt: skip
CENTRE_NAME, NUMBER, APP = Text("一个中心", "One centre"), Text("一个号码", "One number"), Text("一个APP", "One app")
GRID, PLATFORM = Text("一个网格", "One grid"), Text("一个平台", "One platform")


@dataclass(frozen=True, kw_only=True)
class One:
    """One of the five: its name, its figure with the unit, and what the figure counts."""

    name: Text
    figure: str
    unit: Text
    note: Text
    mark: str


@dataclass(frozen=True, kw_only=True)
class Ones:
    """All five."""

    ones: tuple[One, ...]
    is_simulated: bool


def five_ones(facts: WallFacts) -> Ones | None:
    """Return the five with live figures; None without governance."""
    governed = facts.governed
    if governed is None or governed.counts is None:
        return None
    counts, tables = governed.counts, governed.tables
    screens = governed.screens
    departments = 0 if tables is None else sum(row.is_on_duty for row in tables.departments)
    cells, unit = smallest_areas(governed)
    busy = len({code for line in governed.open_lines for code in cells if line.area.startswith(code)})
    phones = screens.get("phone", 0)
    by_app = sum(counts.open_by_source.get(key, 0) for key in ("collector", "public"))
    live = sum(source.state == "live" for source in facts.sources)
    desks = screens.get("wall", 0) + screens.get("desk", 0)
    calls = counts.open_by_source.get(HOTLINE, 0)
    notes = (Text(f"热线在办 {calls}", f"{calls} calls open"), *(
        Text(f"{name.zh} {100 * counts.rates[key]:.0f}%", f"{name.en} {100 * counts.rates[key]:.0f}%")
        for key, name, _ in HOTLINE_RATES if key in counts.rates
    ))  # fmt: skip
    return Ones(
        ones=(
            One(name=CENTRE_NAME, figure=f"{desks}", unit=Text("席", "seats"), mark="centre",
                note=Text(f"{departments} 部门值守", f"{departments} offices")),
            One(name=NUMBER, figure="12345", unit=Text("", ""), mark="number",
                note=notes[facts.page(len(notes), NOTE_MS)]),
            One(name=APP, figure=f"{phones}", unit=Text("台在线", "online"), mark="app",
                note=Text(f"端上在办 {by_app}", f"{by_app} by phone")),
            One(name=GRID, figure=f"{len(cells)}", unit=unit, mark="grid",
                note=Text(f"{busy} 处有在办", f"{busy} with cases")),
            One(name=PLATFORM, figure=f"{live}/{len(facts.sources)}", unit=Text("路数据", "sources"), mark="platform",
                note=Text(f"累计 {counts.total:,}", f"{counts.total:,} cases")),
        ),
        is_simulated=governed.is_simulated,
    )  # fmt: skip


def smallest_areas(governed: Governed) -> tuple[frozenset[str], Text]:
    """Return the codes of the narrowest areas that the tables know, and what they are counted in."""
    areas = () if governed.tables is None else governed.tables.areas
    for level, unit in NARROW:
        found = frozenset(row.code for row in areas if row.level == level and row.code.startswith(governed.within))
        if found:
            return found, unit
    return frozenset(), NARROW[0][1]


class FiveOnes:
    """Five plates in a row where it is wide, below one another where it is tall."""

    nominal_em = (48.0, 4.6)
    turns_ms = 0

    def content(self, facts: WallFacts) -> object:
        """Return the five."""
        return five_ones(facts)

    def paint(self, brush: Brush, area: QRectF, turn: Turn) -> None:
        """Paint the plates; a tall room has a heading."""
        shown: Ones | None = turn.now
        if shown is None:
            return
        is_wide = area.width() > 5 * area.height()
        room = area if is_wide else brush.frame(area, TITLE, is_simulated=shown.is_simulated)
        em, count = brush.em, len(shown.ones)
        gap = 0.5 * em
        across = (room.width() - gap * (count - 1)) / count if is_wide else room.width()
        down = room.height() if is_wide else min(4.6 * em, (room.height() - gap * (count - 1)) / count)
        for number, one in enumerate(shown.ones):
            left = room.left() + (number * (across + gap) if is_wide else 0.0)
            top = room.top() + (0.0 if is_wide else number * (down + gap))
            _paint_one(brush, QRectF(left, top, across, down), one, hue=number)


def _paint_one(brush: Brush, box: QRectF, one: One, *, hue: int) -> None:
    look, em, painter = brush.look, brush.em, brush.painter
    colour = look.tint(SERIES[(0, 4, 2, 3, 1)[hue % 5]])
    fill = QLinearGradient(box.topLeft(), box.topRight())
    fill.setColorAt(0.0, look.glass_top)
    fill.setColorAt(1.0, look.glass_bottom)
    painter.setPen(QPen(look.border, max(1.0, 0.05 * em)))
    painter.setBrush(fill)
    painter.drawRoundedRect(box, 0.3 * em, 0.3 * em)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.fillRect(QRectF(box.left() + 0.6 * em, box.bottom() - 0.12 * em, box.width() - 1.2 * em, 0.12 * em),
                     look.faint(colour, 190))  # fmt: skip
    middle = QPointF(box.left() + 1.5 * em, box.center().y())
    glow = look.faint(colour, 40)
    brush.dot(middle, glow, 1.1)
    painter.setPen(QPen(colour, max(1.2, 0.11 * em), Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap,
                        Qt.PenJoinStyle.RoundJoin))  # fmt: skip
    painter.drawPath(MARKS[one.mark](middle, 0.62 * em))
    left = box.left() + 2.85 * em
    if box.height() < SLIM_EM * em:
        _write_slim(brush, QRectF(left, box.top(), box.right() - left - 0.5 * em, box.height()), one)
        return
    tall = min(4.4 * em, box.height())
    top = box.center().y() - tall / 2
    head = QRectF(left, top + 0.02 * tall, box.right() - left - 0.2 * em, 0.3 * tall)
    brush.size()
    brush.say_in(head, one.name, look.heading)
    value = QRectF(left, top + 0.28 * tall, head.width(), 0.4 * tall)
    brush.size(1.5, is_bold=True)
    brush.write(value, one.figure, look.number, LEFT)
    unit = left + brush.width(one.figure) + 0.3 * em
    brush.size()
    brush.say_in(QRectF(unit, value.top() + 0.06 * tall, box.right() - unit, value.height()), one.unit, look.quiet)
    brush.say_in(QRectF(left, top + 0.67 * tall, head.width(), 0.3 * tall), one.note, look.quiet)


def _write_slim(brush: Brush, room: QRectF, one: One) -> None:
    """Write what a plate says beside one another: it is too low for three lines."""
    look, em = brush.look, brush.em
    half = min(1.4 * em, room.height() / 2)
    upper = QRectF(room.left(), room.center().y() - half, room.width(), half)
    brush.size()
    brush.say_in(upper, one.name, look.heading)
    brush.say_in(upper.translated(0, half), one.note, look.quiet)
    brush.value(room, one.figure, brush.say(one.unit), look.number, 1.5)


def _centre(at: QPointF, size: float) -> QPainterPath:
    """Return a hub with rays."""
    path = QPainterPath()
    path.addEllipse(at, 0.38 * size, 0.38 * size)
    for x, y in ((0, -1), (0.87, -0.5), (0.87, 0.5), (0, 1), (-0.87, 0.5), (-0.87, -0.5)):
        way = QPointF(x, y)
        path.moveTo(at + way * 0.6 * size)
        path.lineTo(at + way * 1.05 * size)
        path.addEllipse(at + way * 1.2 * size, 0.12 * size, 0.12 * size)
    return path


def _number(at: QPointF, size: float) -> QPainterPath:
    """Return a telephone's handset."""
    path = QPainterPath(at + QPointF(-0.95, -0.75) * size)
    path.cubicTo(at + QPointF(-0.9, 0.35) * size, at + QPointF(-0.35, 0.9) * size, at + QPointF(0.75, 0.95) * size)
    path.lineTo(at + QPointF(1.0, 0.45) * size)
    path.lineTo(at + QPointF(0.4, 0.1) * size)
    path.lineTo(at + QPointF(0.12, 0.36) * size)
    path.cubicTo(at + QPointF(-0.2, 0.2) * size, at + QPointF(-0.3, 0.05) * size, at + QPointF(-0.4, -0.2) * size)
    path.lineTo(at + QPointF(-0.14, -0.44) * size)
    path.lineTo(at + QPointF(-0.45, -1.0) * size)
    path.closeSubpath()
    return path


def _app(at: QPointF, size: float) -> QPainterPath:
    """Return a phone."""
    path = QPainterPath()
    path.addRoundedRect(
        QRectF(at.x() - 0.6 * size, at.y() - 1.05 * size, 1.2 * size, 2.1 * size), 0.2 * size, 0.2 * size
    )
    path.moveTo(at + QPointF(-0.18, 0.78) * size)
    path.lineTo(at + QPointF(0.18, 0.78) * size)
    return path


def _grid(at: QPointF, size: float) -> QPainterPath:
    """Return nine cells."""
    path = QPainterPath()
    for step in (-0.95, -0.32, 0.32, 0.95):
        path.moveTo(at + QPointF(-0.95, step) * size)
        path.lineTo(at + QPointF(0.95, step) * size)
        path.moveTo(at + QPointF(step, -0.95) * size)
        path.lineTo(at + QPointF(step, 0.95) * size)
    return path


def _platform(at: QPointF, size: float) -> QPainterPath:
    """Return three layers."""
    path = QPainterPath()
    for down in (-0.45, 0.0, 0.45):
        path.moveTo(at + QPointF(-1.0, down) * size)
        path.lineTo(at + QPointF(0.0, down - 0.5) * size)
        path.lineTo(at + QPointF(1.0, down) * size)
        path.lineTo(at + QPointF(0.0, down + 0.5) * size)
        path.closeSubpath()
    return path


MARKS: dict[str, Callable[[QPointF, float], QPainterPath]] = {
    "centre": _centre, "number": _number, "app": _app, "grid": _grid, "platform": _platform,
}  # fmt: skip
