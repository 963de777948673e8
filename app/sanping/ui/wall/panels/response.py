"""A joint response on the wall: its level, how long it runs, each party's tasks on a line of time, and who is late."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPen

from sanping.domain.alarm import AlarmColour
from sanping.domain.case import Colour
from sanping.domain.response import (
    LEVEL_COLOURS,
    LEVEL_TITLES,
    RESPONSE_TITLES,
    Response,
    ResponseParty,
    ResponseTask,
    TaskState,
)
from sanping.domain.text import Text
from sanping.ui.live.colours import ALARM
from sanping.ui.wall.brush import CENTRE, LEFT, RIGHT, Brush
from sanping.ui.wall.facts import Turn, WallFacts
from sanping.ui.wall.governing import unmarked
from sanping.ui.wall.marks import CLOCK, SERIES, ring
from sanping.ui.wall.operations import shown_now

PAGE_MS = 12_000
MINUTE_MS = 60_000
HEAD_EM, AXIS_EM, FOOT_EM, NAME_EM, ROW_EM = 3.7, 1.35, 1.5, 9.4, 1.5
STEPS_MIN = (5, 10, 15, 30, 60, 120, 240, 480, 1440)
TITLE = Text("联动响应", "Joint response")
RUNS = Text("已启动", "running")
TOOK = Text("历时", "took")
DONE = Text("任务完成", "tasks done")
LATE = Text("逾期 {n} 项", "{n} overdue")
IN_TIME = Text("全部在时限内", "everything in time")
OVER = Text("超 {n} 分", "{n} min over")
TAKEN_TO = Text("已报：{to}", "taken to: {to}")
PAGE = Text("{page}/{pages}", "{page}/{pages}")
Share = Callable[[int], float]
SIGNS: dict[TaskState, str] = {"done": "✓", "waived": "–", "cannot": "✕", "reported": "…"}


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One task on the line of time, from and to as shares of it."""

    title: Text
    begin: float
    due: float
    ended: float
    state: TaskState
    colour: Colour
    late_min: int


@dataclass(frozen=True, kw_only=True)
class Lane:
    """The tasks of one party."""

    name: Text
    role: Text
    settled: int
    is_late: bool
    bars: tuple[Bar, ...]


@dataclass(frozen=True, kw_only=True)
class Board:
    """One response as it stands; `ticks` are (share of the line of time, words), `now` is where the present is."""

    title: Text
    place: str
    level: Text
    colour: AlarmColour
    state: Text
    is_active: bool
    elapsed: str
    settled: int
    total: int
    late: int
    taken_to: Text | None
    lanes: tuple[Lane, ...]
    ticks: tuple[tuple[float, str], ...]
    now: float
    page: Text | None
    is_simulated: bool


class ResponseBoard:
    """Lies over other panels while a response is under way; several take turns."""

    nominal_em = (50.0, 24.0)
    turns_ms = 360

    def content(self, facts: WallFacts) -> object:
        """Return the board; None while there is nothing to respond to."""
        shown = shown_now(facts.operations, facts.now_ms)
        if not shown:
            return None
        number = facts.page(len(shown), PAGE_MS)
        page = PAGE.with_values(page=number + 1, pages=len(shown)) if len(shown) > 1 else None
        return board_of(facts, shown[number], page)

    def paint(self, brush: Brush, area: QRectF, turn: Turn) -> None:
        """Paint the board; it comes in by fading."""
        shown: Board | None = turn.now
        if shown is None:
            return
        brush.painter.save()
        if turn.before is None:
            brush.painter.setOpacity(turn.share)
        brush.painter.fillRect(area, brush.look.faint(brush.look.shade, 238))
        room = brush.frame(area, TITLE, shown.page, is_simulated=shown.is_simulated)
        em, colour = brush.em, brush.look.tint(ALARM[shown.colour])
        brush.painter.fillRect(QRectF(area.left(), area.top(), 0.22 * em, area.height()), colour)
        _paint_head(brush, QRectF(room.left(), room.top(), room.width(), HEAD_EM * em), shown, colour)
        chart = room.adjusted(0, (HEAD_EM + 0.2) * em, 0, -FOOT_EM * em if shown.late else 0)
        _paint_chart(brush, chart, shown)
        if shown.late:
            _paint_foot(brush, QRectF(room.left(), room.bottom() - FOOT_EM * em, room.width(), FOOT_EM * em), shown)
        brush.painter.restore()


def board_of(facts: WallFacts, response: Response, page: Text | None = None) -> Board:
    """Return how one response is shown at the moment of some facts."""
    until_ms = facts.now_ms if response.is_active else response.ended_ms
    begin_ms = response.started_ms
    last_ms = max((task.due_ms for task in response.tasks), default=begin_ms)
    end_ms = max(last_ms, until_ms) + 2 * MINUTE_MS
    span_ms = max(MINUTE_MS, end_ms - begin_ms)

    def share(at_ms: int) -> float:
        return round((at_ms - begin_ms) / span_ms, 4)

    late = [task for task in response.tasks if task.is_running and task.late_ms(until_ms)]
    reached = [step for task in late if (step := response.taken_to(task, until_ms)) is not None]
    highest = max(reached, key=lambda step: step.late_min, default=None)
    step_ms = MINUTE_MS * next((step for step in STEPS_MIN if span_ms / (step * MINUTE_MS) <= 8), STEPS_MIN[-1])
    seconds = max(0, until_ms - begin_ms) // 1000
    return Board(
        title=Text(response.title_zh, response.title_en),
        place=response.address or response.reason,
        level=LEVEL_TITLES[response.level],
        colour=LEVEL_COLOURS[response.level],
        state=RESPONSE_TITLES[response.state],
        is_active=response.is_active,
        elapsed=f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}",
        settled=response.settled,
        total=len(response.tasks),
        late=len(late),
        taken_to=None if highest is None else Text(highest.to_zh, highest.to_en),
        lanes=tuple(_lane(response, party, until_ms, share) for party in response.parties),
        ticks=tuple((share(at_ms), f"{facts.clock(at_ms):%H:%M}") for at_ms in range(begin_ms, end_ms, step_ms)),
        now=share(until_ms),
        page=page,
        is_simulated=response.is_simulated,
    )


def _lane(response: Response, party: ResponseParty, now_ms: int, share: Share) -> Lane:
    tasks = [task for task in response.tasks if task.department == party.department]
    return Lane(
        name=unmarked(party.name_zh, party.name_en),
        role=Text(party.role_zh, party.role_en),
        settled=sum(task.is_settled for task in tasks),
        is_late=any(task.is_running and task.late_ms(now_ms) for task in tasks),
        bars=tuple(_bar(task, now_ms, share) for task in tasks),
    )


def _bar(task: ResponseTask, now_ms: int, share: Share) -> Bar:
    ended_ms = task.ended_ms or (now_ms if task.state != "open" else task.begun_ms)
    return Bar(
        title=Text(task.title_zh, task.title_en),
        begin=share(task.begun_ms),
        due=share(task.due_ms),
        ended=share(ended_ms),
        state=task.state,
        colour=task.colour_at(now_ms),
        late_min=-(-task.late_ms(now_ms) // MINUTE_MS) if task.is_running else 0,
    )


def _paint_head(brush: Brush, area: QRectF, shown: Board, colour: QColor) -> None:
    em, look = brush.em, brush.look
    plate = QRectF(area.left(), area.top() + 0.35 * em, 7.6 * em, 2.7 * em)
    brush.size(1.35, is_bold=True)
    brush.plate(plate, brush.say(shown.level), colour)
    right = area.right()
    radius = 1.35 * em
    ring(brush, QPointF(right - radius - 0.5 * em, area.top() + 1.75 * em), radius,
         shown.settled / max(1, shown.total), CLOCK["green"])  # fmt: skip
    right -= 2 * radius + 1.3 * em
    _paint_pair(brush, area, right, (f"{shown.settled}/{shown.total}", DONE), look.number)
    right -= 6.2 * em
    _paint_pair(brush, area, right, (shown.elapsed, RUNS if shown.is_active else TOOK), colour)
    right -= 8.4 * em
    left = plate.right() + 0.9 * em
    brush.size(1.5, is_bold=True)
    brush.say_in(QRectF(left, area.top() + 0.1 * em, right - left, 1.9 * em), shown.title, look.number)
    brush.size()
    words = shown.place if shown.is_active else brush.say(shown.state)
    brush.write(QRectF(left, area.top() + 1.95 * em, right - left, 1.4 * em), words, look.quiet)


def _paint_pair(brush: Brush, area: QRectF, right: float, said: tuple[str, Text], colour: QColor) -> None:
    em, (number, name) = brush.em, said
    brush.size(1.7, is_bold=True)
    brush.write(QRectF(right - 9 * em, area.top() + 0.1 * em, 9 * em, 2.0 * em), number, colour, RIGHT)
    brush.size()
    brush.say_in(QRectF(right - 9 * em, area.top() + 1.95 * em, 9 * em, 1.4 * em), name, brush.look.quiet, RIGHT)


def _paint_chart(brush: Brush, area: QRectF, shown: Board) -> None:
    em, look = brush.em, brush.look
    line = area.adjusted(NAME_EM * em, 0, -0.4 * em, 0)
    foot = area.bottom() - AXIS_EM * em
    brush.size()
    for share, words in shown.ticks:
        x = line.left() + share * line.width()
        brush.line(QPointF(x, area.top()), QPointF(x, foot), look.grid)
        wide = brush.width(words)
        if x + wide / 2 < line.right() + 0.4 * em:
            brush.write(QRectF(x - wide / 2, foot, wide + 2, AXIS_EM * em), words, look.quiet, CENTRE)
    packed = [_packed(brush, lane.bars, line) for lane in shown.lanes]
    counts = [max(1, max((row for _, row in bars), default=0) + 1) for bars in packed]
    tall = min(ROW_EM * em * 1.5, (foot - area.top()) / max(1, sum(counts)))
    top = area.top()
    for lane, bars, count in zip(shown.lanes, packed, counts, strict=True):
        height = tall * count
        _paint_lane(brush, QRectF(area.left(), top, NAME_EM * em, height), lane)
        for bar, row in bars:
            _paint_bar(brush, QRectF(line.left(), top + row * tall, line.width(), tall), bar)
        top += height
        brush.line(QPointF(area.left(), top), QPointF(area.right(), top), look.grid)
    x = line.left() + shown.now * line.width()
    brush.line(QPointF(x, area.top() - 0.3 * em), QPointF(x, foot), look.accent, 0.11)
    brush.dot(QPointF(x, area.top() - 0.3 * em), look.accent, 0.26)


def _packed(brush: Brush, bars: Sequence[Bar], line: QRectF) -> list[tuple[Bar, int]]:
    """Put bars into rows so that none, nor its words, lies on another."""
    brush.size()
    ends: list[float] = []
    found = []
    for bar in sorted(bars, key=lambda bar: (bar.begin, bar.due)):
        begin = line.left() + bar.begin * line.width()
        words = brush.width(_words(brush, bar)) + 2.0 * brush.em
        end = begin + max((max(bar.due, bar.ended) - bar.begin) * line.width(), words) + 0.6 * brush.em
        row = next((number for number, taken in enumerate(ends) if taken <= begin), len(ends))
        ends[row:] = [end, *ends[row + 1 :]]
        found.append((bar, row))
    return found


def _words(brush: Brush, bar: Bar) -> str:
    over = f" · {brush.say(OVER.with_values(n=bar.late_min))}" if bar.late_min else ""
    return f"{brush.say(bar.title)}{over}"


def _paint_lane(brush: Brush, area: QRectF, lane: Lane) -> None:
    em, look = brush.em, brush.look
    half = min(1.35 * em, area.height() / 2)
    colour = look.tint(CLOCK["red"]) if lane.is_late else look.number
    middle = area.center().y()
    brush.dot(QPointF(area.left() + 0.4 * em, middle), colour if lane.is_late else look.tint(SERIES[0]), 0.2)
    inner = area.adjusted(1.0 * em, 0, -0.5 * em, 0)
    two = area.height() > 2.3 * em
    brush.size(1.0, is_bold=True)
    upper = QRectF(inner.left(), middle - (half if two else half / 2), inner.width() - 2.6 * em, half)
    brush.say_in(upper, lane.role, colour)
    done = all(bar.state in ("done", "waived") for bar in lane.bars)
    counted = QRectF(inner.left(), upper.top(), inner.width(), half)
    brush.write(counted, f"{lane.settled}/{len(lane.bars)}", look.tint(CLOCK["green"]) if done else look.quiet, RIGHT)
    if two:
        brush.size()
        brush.say_in(QRectF(inner.left(), middle, inner.width(), half), lane.name, look.quiet)


def _paint_bar(brush: Brush, row: QRectF, bar: Bar) -> None:
    em, look, painter = brush.em, brush.look, brush.painter
    colour = _colour(brush, bar)
    tall = min(1.34 * em, 0.86 * row.height())
    left = row.left() + bar.begin * row.width()
    box = QRectF(left, row.center().y() - tall / 2, max(0.5 * em, (bar.due - bar.begin) * row.width()), tall)
    painter.setPen(QPen(look.faint(colour, 150), max(1.0, 0.06 * em),
                        Qt.PenStyle.DashLine if bar.state == "open" else Qt.PenStyle.SolidLine))  # fmt: skip
    painter.setBrush(look.faint(colour, 26))
    painter.drawRoundedRect(box, 0.2 * em, 0.2 * em)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if bar.state not in ("open", "waived"):
        full = QRectF(box.left(), box.top(), max(0.3 * em, (bar.ended - bar.begin) * row.width()), tall)
        painter.fillRect(full, look.faint(colour, 120 if bar.state in ("done", "reported") else 80))
    painter.fillRect(QRectF(box.left(), box.top(), 0.2 * em, tall), colour)
    sign = SIGNS.get(bar.state, "")
    brush.size(1.0, is_bold=True)
    at = box.left() + 0.5 * em
    if sign:
        brush.write(QRectF(at, box.top(), 1.2 * em, tall), sign, colour, LEFT)
        at += 1.15 * em
    quiet = bar.state in ("done", "waived")
    brush.size(1.0, is_bold=bool(bar.late_min))
    lettering = look.tint(CLOCK["red"]) if bar.late_min else look.quiet if quiet else look.number
    words = _words(brush, bar)
    brush.write(QRectF(at, box.top(), brush.width(words) + em, tall), words, lettering)


def _colour(brush: Brush, bar: Bar) -> QColor:
    look = brush.look
    if bar.state == "done":
        return look.tint(CLOCK["green"])
    if bar.state == "reported":
        return look.tint(SERIES[2])
    if bar.state in ("waived",):
        return look.tint(CLOCK["grey"])
    if bar.state == "accepted" and bar.colour == "green":
        return look.accent
    if bar.state == "open" and bar.colour == "green":
        return look.tint(CLOCK["grey"])
    return look.tint(CLOCK[bar.colour])


def _paint_foot(brush: Brush, area: QRectF, shown: Board) -> None:
    red = brush.look.tint(CLOCK["red"])
    brush.size(1.05, is_bold=True)
    words = brush.say(LATE.with_values(n=shown.late))
    brush.dot(QPointF(area.left() + 0.4 * brush.em, area.center().y()), red, 0.26)
    brush.write(area.adjusted(1.0 * brush.em, 0, 0, 0), words, red)
    if shown.taken_to is not None:
        left = area.left() + brush.width(words) + 2.4 * brush.em
        brush.size()
        told = TAKEN_TO.with_values(to=shown.taken_to)
        brush.say_in(QRectF(left, area.top(), area.right() - left, area.height()), told, brush.look.amber)
