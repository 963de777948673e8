"""Where in the hierarchy the wall stands: areas from the widest down, figures, and what colours in the city mean.

It hides while the whole city is shown without a map.
"""

from dataclasses import dataclass

from PySide6.QtCore import QRectF

from sanping.domain.text import Text
from sanping.stage.area_map import Legend
from sanping.ui.area_legend import number_of, paint_ramp
from sanping.ui.wall.brush import LEFT, RIGHT, Brush
from sanping.ui.wall.facts import Turn, WallFacts
from sanping.ui.wall.marks import CLOCK, grade_colour

OPEN, LATE = Text("在办", "Open"), Text("超期", "Late")
CLOSED, ALARMS = Text("结案率", "Closed"), Text("告警", "Alarms")
UNIT = Text("{title}（{unit}）", "{title} ({unit})")
RAMP_EM, EDGE_EM = 18.0, 0.9


@dataclass(frozen=True, kw_only=True)
class AreaLine:
    """The names from the widest area down, the figures of the last, and the legend of the map."""

    path: tuple[Text, ...]
    open: int
    overdue: int
    closing_rate: float | None
    alarms: int
    legend: Legend | None = None


def area_line(facts: WallFacts) -> AreaLine | None:
    """Return what is told of the area that is shown; None for the whole city without a map."""
    governed = facts.governed
    shown = None if governed is None else governed.areas
    if governed is None or shown is None or not (governed.within or shown.area_map):
        return None
    board = shown.board
    here = board.area
    return AreaLine(
        path=tuple(Text(area.name_zh, area.name_en) for area in (*board.above, here)),
        open=here.open,
        overdue=here.overdue,
        closing_rate=here.rates.get("closing_rate"),
        alarms=here.alarms,
        legend=shown.legend,
    )


class AreaStrip:
    """One line of places and figures, and below it a ramp where areas or heat are coloured."""

    nominal_em = (48.0, 4.0)
    turns_ms = 0

    def content(self, facts: WallFacts) -> object:
        """Return the line, None for none."""
        return area_line(facts)

    def paint(self, brush: Brush, area: QRectF, turn: Turn) -> None:
        """Paint the line over glass."""
        shown: AreaLine = turn.now
        if shown is None:
            return
        em = brush.em
        inner = brush.strip(area, EDGE_EM)
        high = inner.height() / 2 if shown.legend is not None else inner.height()
        line = QRectF(inner.left(), inner.top(), inner.width(), high)
        left = _paint_figures(brush, line, shown)
        _paint_path(brush, QRectF(line.left(), line.top(), left - line.left() - em, high), shown.path)
        if shown.legend is not None:
            _paint_legend(brush, QRectF(inner.left(), inner.top() + high, inner.width(), high), shown.legend)


def _paint_path(brush: Brush, line: QRectF, path: tuple[Text, ...]) -> None:
    """Paint the names, the last one large; the widest give way where there is no room."""
    brush.size(1.25, is_bold=True)
    last = brush.say(path[-1])
    wide = brush.width(last)
    brush.size()
    above = " › ".join(brush.say(name) for name in path[:-1])
    above = f"{above} › " if above else ""
    room = max(0.0, line.width() - wide - 0.4 * brush.em)
    used = min(brush.width(above), room)
    brush.write(QRectF(line.left(), line.top(), used, line.height()), above, brush.look.quiet, LEFT)
    brush.size(1.25, is_bold=True)
    brush.write(line.adjusted(used + 0.3 * brush.em, 0, 0, 0), last, brush.look.number, LEFT)


def _paint_figures(brush: Brush, line: QRectF, shown: AreaLine) -> float:
    """Paint the figures from the right; return where they begin."""
    look, right = brush.look, line.right()
    rate = shown.closing_rate
    figures = (
        (ALARMS, f"{shown.alarms}", CLOCK["orange"] if shown.alarms else look.text),
        (CLOSED, "—" if rate is None else f"{100 * rate:.1f}%", look.stale if rate is None else grade_colour(rate)),
        (LATE, f"{shown.overdue}", CLOCK["red"] if shown.overdue else look.text),
        (OPEN, f"{shown.open:,}", look.number),
    )
    for title, value, colour in figures:
        brush.size(1.25, is_bold=True)
        brush.write(_until(line, right), value, look.tint(colour), RIGHT)
        right -= brush.width(value) + 0.4 * brush.em
        brush.size()
        brush.say_in(_until(line, right), title, look.quiet, RIGHT)
        right -= brush.width(brush.say(title)) + 1.2 * brush.em
    return right


def _until(line: QRectF, right: float) -> QRectF:
    """Return what of a line lies before a place."""
    return QRectF(line.left(), line.top(), max(0.0, right - line.left()), line.height())


def _paint_legend(brush: Brush, line: QRectF, legend: Legend) -> None:
    """Paint what the colours mean: title with unit, low end, ramp, high end."""
    em, look = brush.em, brush.look
    brush.size()
    words = brush.say(UNIT.with_values(title=legend.title, unit=legend.unit))
    brush.write(line, words, look.text, LEFT)
    low, high = number_of(legend.low), number_of(legend.high)
    brush.write(line, high, look.text, RIGHT)
    right = line.right() - brush.width(high) - 0.6 * em
    left = max(line.left() + brush.width(words) + brush.width(low) + 2.0 * em, right - RAMP_EM * em)
    paint_ramp(brush.painter, legend, QRectF(left, line.center().y() - 0.35 * em, right - left, 0.7 * em))
    brush.write(_until(line, left - 0.6 * em), low, look.text, RIGHT)
