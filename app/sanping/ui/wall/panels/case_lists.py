"""Running cases in turn with their clocks, and what was just dispatched: who, where, when."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor

from sanping.domain.case import STATE_TITLES, Colour
from sanping.domain.text import Text
from sanping.twin.cases.feedback import just_dispatched
from sanping.ui.live import words
from sanping.ui.wall.brush import LEFT, RIGHT, Brush
from sanping.ui.wall.facts import Turn, WallFacts
from sanping.ui.wall.governing import by_urgency, clock_words, place_of, title_of, where_words
from sanping.ui.wall.marks import CLOCK, SERIES, clock_ring
from sanping.ui.wall.panels.case_figures import NONE

PAGE_MS, ROW_EM, MOST_ROWS = 8000, 3.05, 40
RUNNING = Text("在办案件", "Running cases")
SHORT = Text("短反馈 · 即时派遣", "Just dispatched")
NO_RUNNING = Text("当前没有在办案件", "No case is running")
NO_SHORT = Text("最近一小时没有派遣", "Nothing was dispatched within the hour")
PAGE = Text("{page}/{pages} 页", "page {page}/{pages}")


@dataclass(frozen=True, kw_only=True)
class CaseRow:
    """One case: its clock as share left and colour, what it is, where, what it waits for and how long."""

    left: float | None
    colour: Colour
    title: Text
    place: Text
    state: Text
    time: Text
    is_urgent: bool


@dataclass(frozen=True, kw_only=True)
class CaseTable:
    """All rows, and how far time has turned their pages."""

    rows: tuple[CaseRow, ...]
    ticks: int
    is_simulated: bool


class CaseCarousel:
    """The cases that need somebody first, page by page."""

    nominal_em = (23.5, 18.0)
    turns_ms = 380

    def content(self, facts: WallFacts) -> object:
        """Return the rows; None without governance."""
        governed = facts.governed
        if governed is None or governed.counts is None:
            return None
        now_ms = facts.now_ms
        rows = []
        for line in sorted(governed.open_lines, key=lambda line: by_urgency(line, now_ms))[:MOST_ROWS]:
            left = line.left_at(now_ms)
            rows.append(
                CaseRow(
                    left=None if left is None else round(left, 2),
                    colour=line.colour_at(now_ms),
                    title=title_of(line),
                    place=where_words(governed, line),
                    state=STATE_TITLES[line.state],
                    time=clock_words(line, now_ms),
                    is_urgent=line.urgency != "normal",
                )
            )
        return CaseTable(rows=tuple(rows), ticks=now_ms // PAGE_MS, is_simulated=governed.is_simulated)

    def paint(self, brush: Brush, area: QRectF, turn: Turn) -> None:
        """Paint the page of the moment; a new one slides in from the right."""
        shown: CaseTable | None = turn.now
        if shown is None or not shown.rows:
            brush.nothing(brush.frame(area, RUNNING), NONE if shown is None else NO_RUNNING)
            return
        fit = max(1, int((area.height() - 2.8 * brush.em) // (ROW_EM * brush.em)))
        pages = -(-len(shown.rows) // fit)
        each = -(-len(shown.rows) // pages)
        number = shown.ticks % pages
        note = PAGE.with_values(page=number + 1, pages=pages)
        room = brush.frame(area, RUNNING, note, is_simulated=shown.is_simulated)
        is_turning = isinstance(turn.before, CaseTable) and turn.before.ticks != shown.ticks and turn.share < 1.0
        brush.painter.save()
        if is_turning and pages > 1:
            brush.painter.setOpacity(turn.share)
            room = room.translated(room.width() * 0.12 * (1.0 - turn.share), 0.0)
        rows = shown.rows[number * each : (number + 1) * each]
        for row, line in zip(rows, brush.rows(room, ROW_EM, each), strict=False):
            _paint_case(brush, line, row)
        brush.painter.restore()


def _paint_case(brush: Brush, line: QRectF, row: CaseRow) -> None:
    look, em = brush.look, brush.em
    colour = look.tint(CLOCK[row.colour])
    brush.painter.fillRect(QRectF(line.left(), line.bottom() - 1, line.width(), 1), look.grid)
    clock_ring(brush, QPointF(line.left() + 1.1 * em, line.center().y()), 0.86 * em, row.left, colour)
    half = min(1.42 * em, line.height() / 2)
    upper = QRectF(line.left() + 2.6 * em, line.center().y() - half, line.width() - 2.6 * em, half)
    lower = upper.translated(0, half)
    time = brush.say(row.time)
    brush.size(1.06, is_bold=True)
    brush.write(upper, time, colour, RIGHT)
    title = QRectF(upper.left(), upper.top(), upper.width() - brush.width(time) - 0.6 * em, half)
    brush.size(1.1, is_bold=True)
    brush.say_in(title, row.title, look.number, LEFT)
    if row.is_urgent and title.width() > brush.width(brush.say(row.title)) + 2.9 * em:
        start = title.left() + brush.width(brush.say(row.title)) + 2.9 * em
        brush.tag(start, title.center().y(), brush.say(Text("急", "!")), look.tint(CLOCK["red"]))
    brush.size()
    state = brush.say(row.state)
    brush.write(lower, state, look.quiet, RIGHT)
    place = QRectF(lower.left(), lower.top(), lower.width() - brush.width(state) - 0.6 * em, half)
    brush.say_in(place, row.place, look.quiet, LEFT)


@dataclass(frozen=True, kw_only=True)
class SentRow:
    """One dispatch: when, what, where, to whom."""

    time: str
    title: Text
    place: Text
    department: Text
    age: Text
    is_signed: bool


@dataclass(frozen=True, kw_only=True)
class Sent:
    """The dispatches of the last hour, the newest first."""

    rows: tuple[SentRow, ...]
    is_simulated: bool


class ShortFeedback:
    """A line through time with the newest dispatch on top."""

    nominal_em = (23.5, 12.0)
    turns_ms = 420

    def content(self, facts: WallFacts) -> object:
        """Return the dispatches; None without governance."""
        governed = facts.governed
        if governed is None or governed.counts is None:
            return None
        rows = tuple(
            SentRow(
                time=f"{facts.clock(line.changed_ms):%H:%M}",
                title=title_of(line),
                place=place_of(governed, line),
                department=governed.department(line.department),
                age=words.age(line.changed_ms, facts.now_ms),
                is_signed=line.state == "handling",
            )
            for line in just_dispatched(governed.lines, facts.now_ms)
        )
        return Sent(rows=rows, is_simulated=governed.is_simulated)

    def paint(self, brush: Brush, area: QRectF, turn: Turn) -> None:
        """Paint as many as fit; a new one pushes the others down."""
        shown: Sent | None = turn.now
        if shown is None or not shown.rows:
            brush.nothing(brush.frame(area, SHORT), NONE if shown is None else NO_SHORT)
            return
        room, em = brush.frame(area, SHORT, is_simulated=shown.is_simulated), brush.em
        lines = brush.rows(room, 2.95, len(shown.rows))
        is_new = isinstance(turn.before, Sent) and turn.before.rows[:1] != shown.rows[:1] and turn.share < 1.0
        x = room.left() + 0.55 * em
        foot = min(room.bottom(), lines[-1].bottom())
        brush.line(QPointF(x, room.top() + 0.6 * em), QPointF(x, foot), brush.look.faint(brush.look.accent, 90), 0.08)
        for number, (row, line) in enumerate(zip(shown.rows, lines, strict=False)):
            brush.painter.save()
            if is_new:
                brush.painter.setOpacity(turn.share if number == 0 else 1.0)
                line.translate(0, -(1.0 - turn.share) * (0.4 * em if number else 1.2 * em))
            _paint_sent(brush, line, row, is_first=number == 0)
            brush.painter.restore()


def _paint_sent(brush: Brush, line: QRectF, row: SentRow, *, is_first: bool) -> None:
    look, em = brush.look, brush.em
    colour: QColor = look.tint(CLOCK["green"]) if row.is_signed else look.accent
    half = min(1.4 * em, line.height() / 2)
    upper = QRectF(line.left() + 1.5 * em, line.center().y() - half, line.width() - 1.5 * em, half)
    lower = upper.translated(0, half)
    dot = QPointF(line.left() + 0.55 * em, upper.center().y())
    if is_first:
        brush.dot(dot, look.faint(colour, 70), 0.55)
    brush.dot(dot, colour, 0.26, is_hollow=not row.is_signed and not is_first)
    brush.size(1.0, is_bold=True)
    brush.write(upper, row.time, look.accent, LEFT)
    after = upper.left() + brush.width("00:00") + 0.7 * em
    brush.size()
    age = brush.say(row.age)
    brush.write(upper, age, look.quiet, RIGHT)
    brush.size(1.08, is_bold=True)
    title = QRectF(after, upper.top(), upper.right() - brush.width(age) - 0.4 * em - after, half)
    brush.say_in(title, row.title, look.number, LEFT)
    brush.size()
    department = f"→ {brush.say(row.department)}"
    brush.write(lower, department, look.tint(SERIES[2]), RIGHT)
    place = QRectF(lower.left(), lower.top(), lower.width() - brush.width(department) - 0.6 * em, half)
    brush.say_in(place, row.place, look.quiet, LEFT)
