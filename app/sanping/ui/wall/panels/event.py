"""A major event on the wall: the countdown by phase, and how the posts stand."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor

from sanping.domain.major_event import KIND_TITLES, POST_TITLES, PostKind, PostState
from sanping.domain.text import Text
from sanping.twin.major_event import closed_at, countdown, standing
from sanping.ui.wall.brush import CENTRE, LEFT, RIGHT, Brush
from sanping.ui.wall.facts import Turn, WallFacts
from sanping.ui.wall.marks import CLOCK, SERIES, ring

NO_EVENT = Text("没有进行中的活动保障", "No major event")
COUNT = {
    "before": Text("距开始", "begins in"),
    "during": Text("距结束", "ends in"),
    "after": Text("已结束", "ended"),
}
TITLE, POSTS = Text("活动倒计时", "Countdown"), Text("岗位到岗", "Posts")
CLOSED = Text("封路 {n} 处", "{n} roads closed")
NEXT = Text("下一阶段：{title} {time}", "next: {title} {time}")
PEOPLE = Text("{n} 人", "{n} people")
STATE_COLOURS: dict[PostState, QColor] = {
    "away": CLOCK["grey"], "in_place": CLOCK["green"], "help": CLOCK["red"], "left": SERIES[7],
}  # fmt: skip
KIND_ORDER: tuple[PostKind, ...] = ("command", "guard", "traffic", "medical", "water", "volunteer", "finish")


@dataclass(frozen=True, kw_only=True)
class PhaseMark:
    """One phase: its share of the whole time, whether it runs or is over."""

    title: Text
    begin: float
    end: float
    is_now: bool
    is_over: bool


@dataclass(frozen=True, kw_only=True)
class Count:
    """What is counted down, with the phases."""

    name: Text
    count: str
    phase: Text | None
    following: Text | None
    phases: tuple[PhaseMark, ...]
    now: float
    closed: int
    is_simulated: bool


class EventCountdown:
    """The time that is left, large, above a line of phases."""

    nominal_em = (23.5, 11.0)
    turns_ms = 0

    def content(self, facts: WallFacts) -> object:
        """Return the count; None without an event."""
        event = facts.operations.event
        if event is None:
            return None
        found = countdown(event, facts.now_ms)
        seconds = max(0, found.left_ms) // 1000
        first = min((one.from_ms for one in event.phases), default=event.begin_ms)
        last = max((one.to_ms for one in event.phases), default=event.end_ms)
        span = max(1, last - first)
        following = found.following
        time = "" if following is None else f"{facts.clock(following.from_ms):%H:%M}"
        return Count(
            name=COUNT[found.state],
            count=f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}",
            phase=None if found.phase is None else Text(found.phase.title_zh, found.phase.title_en),
            following=None
            if following is None
            else NEXT.with_values(title=Text(following.title_zh, following.title_en), time=time),
            phases=tuple(
                PhaseMark(
                    title=Text(one.title_zh, one.title_en),
                    begin=(one.from_ms - first) / span,
                    end=(one.to_ms - first) / span,
                    is_now=one.from_ms <= facts.now_ms < one.to_ms,
                    is_over=one.to_ms <= facts.now_ms,
                )
                for one in event.phases
            ),
            now=min(1.0, max(0.0, (facts.now_ms - first) / span)),
            closed=len(closed_at(event, facts.now_ms)),
            is_simulated=event.is_simulated,
        )

    def paint(self, brush: Brush, area: QRectF, turn: Turn) -> None:
        """Paint the count."""
        shown: Count | None = turn.now
        if shown is None:
            brush.nothing(brush.frame(area, TITLE), NO_EVENT)
            return
        room, em, look = brush.frame(area, TITLE, is_simulated=shown.is_simulated), brush.em, brush.look
        line = QRectF(room.left(), room.bottom() - 2.5 * em, room.width(), 2.5 * em)
        upper = room.adjusted(0, 0, 0, -3.0 * em)
        large = min(3.6, upper.height() / em * 0.52)
        brush.size(large, is_bold=True)
        wide = brush.width(shown.count)
        count = QRectF(upper.left(), upper.top(), wide + em, large * 1.2 * em)
        brush.write(count, shown.count, look.accent)
        brush.size(1.2, is_bold=True)
        right = QRectF(count.right() + 0.4 * em, upper.top(), upper.right() - count.right() - 0.4 * em, count.height())
        half = right.height() / 2
        brush.say_in(QRectF(right.left(), right.top(), right.width(), half), shown.name, look.quiet, LEFT)
        if shown.phase is not None:
            brush.say_in(QRectF(right.left(), right.top() + half, right.width(), half), shown.phase, look.number, LEFT)
        brush.size()
        below = QRectF(upper.left(), count.bottom() + 0.1 * em, upper.width(), 1.4 * em)
        if shown.closed:
            closed = brush.say(CLOSED.with_values(n=shown.closed))
            brush.tag(below.right(), below.center().y(), closed, look.tint(CLOCK["orange"]))
        if shown.following is not None:
            brush.say_in(below.adjusted(0, 0, -8 * em, 0), shown.following, look.quiet)
        _paint_phases(brush, line, shown)


def _paint_phases(brush: Brush, line: QRectF, shown: Count) -> None:
    em, look = brush.em, brush.look
    bar = QRectF(line.left(), line.top() + 0.35 * em, line.width(), 0.55 * em)
    for phase in shown.phases:
        box = QRectF(bar.left() + phase.begin * bar.width(), bar.top(),
                     (phase.end - phase.begin) * bar.width() - 0.15 * em, bar.height())  # fmt: skip
        colour = look.accent if phase.is_now else look.tint(CLOCK["green"]) if phase.is_over else look.quiet
        brush.painter.fillRect(box, look.faint(colour, 255 if phase.is_now else 120 if phase.is_over else 60))
        brush.size(is_bold=phase.is_now)
        words = brush.say(phase.title)
        if brush.width(words) < box.width() + 0.6 * em:
            below = QRectF(box.left(), bar.bottom() + 0.15 * em, box.width() + 0.6 * em, 1.4 * em)
            brush.write(below, words, look.number if phase.is_now else look.quiet)
    x = bar.left() + shown.now * bar.width()
    brush.dot(QPointF(x, bar.center().y()), look.number, 0.34)


@dataclass(frozen=True, kw_only=True)
class PostRow:
    """The posts of one kind: how many stand how, and how many people."""

    kind: Text
    counts: tuple[tuple[PostState, int], ...]
    people: int


@dataclass(frozen=True, kw_only=True)
class Posts:
    """How all posts stand; `calls` are those that need help now."""

    rows: tuple[PostRow, ...]
    share: float
    total: int
    in_place: int
    calls: tuple[tuple[Text, str], ...]
    is_simulated: bool


class EventPosts:
    """How many are in place, by kind, and who needs help."""

    nominal_em = (23.5, 16.0)
    turns_ms = 0

    def content(self, facts: WallFacts) -> object:
        """Return the counts; None without an event."""
        event, reports = facts.operations.event, facts.operations.posts
        if event is None:
            return None
        rows = []
        for kind in KIND_ORDER:
            own = [post for post in event.posts if post.kind == kind]
            if own:
                states = [reports[post.id].state if post.id in reports else "away" for post in own]
                counts: tuple[tuple[PostState, int], ...] = tuple(
                    (state, states.count(state)) for state in POST_TITLES if state in states
                )
                rows.append(PostRow(kind=KIND_TITLES[kind], counts=counts, people=sum(post.people for post in own)))
        stand = standing(event, reports)
        there = stand["in_place"] + stand["help"]
        return Posts(
            rows=tuple(rows),
            share=round(there / max(1, len(event.posts)), 3),
            total=len(event.posts),
            in_place=there,
            calls=tuple(
                (Text(post.name_zh, post.name_en), reports[post.id].note)
                for post in event.posts
                if post.id in reports and reports[post.id].state == "help"
            ),
            is_simulated=event.is_simulated,
        )

    def paint(self, brush: Brush, area: QRectF, turn: Turn) -> None:
        """Paint a ring of all, a bar of each kind, and the calls."""
        shown: Posts | None = turn.now
        if shown is None:
            brush.nothing(brush.frame(area, POSTS), NO_EVENT)
            return
        room, em, look = brush.frame(area, POSTS, is_simulated=shown.is_simulated), brush.em, brush.look
        calls = shown.calls[:2]
        body = room.adjusted(0, 0, 0, -1.75 * em * len(calls))
        radius = min(0.5 * body.height() - 0.3 * em, 3.1 * em)
        centre = QPointF(body.left() + radius + 0.4 * em, body.center().y())
        ring(brush, centre, radius, shown.share, CLOCK["green"])
        brush.size(1.7, is_bold=True)
        brush.write(QRectF(centre.x() - radius, centre.y() - 1.2 * em, 2 * radius, 1.6 * em),
                    str(shown.in_place), look.number, CENTRE)  # fmt: skip
        brush.size()
        brush.write(QRectF(centre.x() - radius, centre.y() + 0.3 * em, 2 * radius, 1.2 * em),
                    f"/ {shown.total}", look.quiet, CENTRE)  # fmt: skip
        lines = brush.rows(body.adjusted(2 * radius + 1.6 * em, 0, 0, 0), 1.5, len(shown.rows))
        for row, line in zip(shown.rows, lines, strict=False):
            _paint_kind(brush, line, row)
        for number, (name, note) in enumerate(calls):
            top = room.bottom() - 1.75 * em * (len(calls) - number)
            _paint_call(brush, QRectF(room.left(), top, room.width(), 1.6 * em), name, note)


def _paint_kind(brush: Brush, line: QRectF, row: PostRow) -> None:
    em, look = brush.em, brush.look
    brush.size()
    brush.say_in(QRectF(line.left(), line.top(), 4.2 * em, line.height()), row.kind, look.text)
    people = brush.say(PEOPLE.with_values(n=row.people))
    brush.write(line, people, look.quiet, RIGHT)
    total = max(1, sum(count for _, count in row.counts))
    left, step = line.left() + 4.4 * em, 1.05 * em
    step = min(step, (line.right() - brush.width("000 people") - left) / total)
    for state, count in row.counts:
        for _ in range(count):
            brush.dot(QPointF(left + step / 2, line.center().y()), look.tint(STATE_COLOURS[state]), 0.33,
                      is_hollow=state == "away")  # fmt: skip
            left += step


def _paint_call(brush: Brush, line: QRectF, name: Text, note: str) -> None:
    em, look = brush.em, brush.look
    red = look.tint(CLOCK["red"])
    brush.painter.fillRect(line, look.faint(red, 46))
    brush.painter.fillRect(QRectF(line.left(), line.top(), 0.2 * em, line.height()), red)
    brush.size(1.0, is_bold=True)
    words = brush.say(name)
    brush.write(line.adjusted(0.7 * em, 0, 0, 0), words, red)
    left = line.left() + 0.7 * em + brush.width(words) + 0.8 * em
    brush.size()
    brush.write(QRectF(left, line.top(), line.right() - left, line.height()), note, look.text)
