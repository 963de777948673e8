"""Alarms on the wall: how far they are dealt with, as a funnel, and the ticker that tells them one by one."""

from dataclasses import dataclass
from unicodedata import east_asian_width

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QLinearGradient, QPolygonF

from sanping.domain.alarm import Alarm, AlarmState
from sanping.domain.notice import Notice
from sanping.domain.report import CATEGORIES
from sanping.domain.text import Text
from sanping.twin.alarm_list import COLOUR_ORDER
from sanping.ui.live import words
from sanping.ui.live.alarm_rows import NOTHING, measured, title_of
from sanping.ui.live.colours import ALARM
from sanping.ui.live.warning_panel import EXERCISE, colour_of
from sanping.ui.wall.brush import CENTRE, LEFT, RIGHT, Brush
from sanping.ui.wall.facts import Turn, WallFacts

EACH_MS = 6000
LONGEST_COLUMNS, BREAKS = 60, "，。；：、！？,;:!? "
QUIET = QColor(132, 142, 156)
FUNNEL = Text("告警处置", "Alarm handling")
NO_ALARMS = Text("当前没有未关闭的告警", "No alarm is open")
CALM = Text("运行平稳：没有未确认的告警和生效预警", "All calm: no alarm waits and no warning is in force")
REPORTED = Text("上报·{category}  {words}", "Reported: {category}  {words}")
REPORTED_MS, LONGEST_WORDS = 2 * 3_600_000, 60
REPORT_COLOUR = QColor(214, 110, 190)
PAST = Text("已恢复，待确认", "over, to be confirmed")
NO_DATA = Text("没有实时数据：还没有测站报数", "Nothing is live: no station has reported yet")
SHELVED = Text("搁置 {count}", "{count} shelved")
OLDEST = Text("最早 {age}", "{age}")
STEPS: tuple[tuple[Text, tuple[AlarmState, ...]], ...] = (
    (Text("未关闭", "Open"), ("active", "acknowledged", "returned")),
    (Text("待确认", "To confirm"), ("active", "returned")),
    (Text("仍在超限", "Still over"), ("active",)),
)


@dataclass(frozen=True, kw_only=True)
class Funnel:
    """How many alarms of each colour are in each step; `shelved` stand aside."""

    counts: tuple[tuple[int, ...], ...]
    shelved: int
    oldest: Text | None
    is_simulated: bool


def funnel_of(alarms: tuple[Alarm, ...], now_ms: int) -> Funnel:
    """Count alarms by step and colour, red first."""
    waiting = [alarm.raised_ms for alarm in alarms if alarm.state in ("active", "returned")]
    return Funnel(
        counts=tuple(
            tuple(sum(alarm.state in states and alarm.colour == colour for alarm in alarms) for colour in COLOUR_ORDER)
            for _, states in STEPS
        ),
        shelved=sum(alarm.state == "shelved" for alarm in alarms),
        oldest=words.age(min(waiting), now_ms) if waiting else None,
        is_simulated=any(alarm.is_simulated for alarm in alarms),
    )


class AlarmFunnel:
    """The steps below one another, each as wide as it has alarms, in the statutory colours."""

    nominal_em = (23.5, 13.0)
    turns_ms = 0

    def content(self, facts: WallFacts) -> object:
        """Return the counts."""
        return funnel_of(facts.view.alarms, facts.now_ms)

    def paint(self, brush: Brush, area: QRectF, turn: Turn) -> None:
        """Paint the steps, and what stands aside."""
        shown: Funnel = turn.now
        note = None if shown.oldest is None else OLDEST.with_values(age=shown.oldest)
        room = brush.frame(area, FUNNEL, note, is_simulated=shown.is_simulated)
        total = sum(shown.counts[0])
        if not total and not shown.shelved:
            brush.nothing(room, NO_ALARMS)
            return
        em = brush.em
        left = (5.2 if brush.language == "zh" else 8.6) * em
        body = room.adjusted(0, 0, 0, -1.7 * em)
        tall = min(body.height() / len(STEPS), 3.6 * em)
        for number, ((name, _), counts) in enumerate(zip(STEPS, shown.counts, strict=True)):
            line = QRectF(body.left(), body.top() + number * tall, body.width(), tall)
            brush.size()
            brush.say_in(QRectF(line.left(), line.top(), left, tall), name, brush.look.text)
            following = shown.counts[min(number + 1, len(STEPS) - 1)]
            track = QRectF(line.left() + left, line.top() + 0.1 * tall, line.width() - left - 3.4 * em, tall * 0.86)
            _paint_step(brush, track, counts, (sum(counts) / max(1, total), sum(following) / max(1, total)))
            brush.size(1.5, is_bold=True)
            brush.write(line, f"{sum(counts)}", brush.look.number, RIGHT)
        _paint_legend(brush, QRectF(room.left(), room.bottom() - 1.5 * em, room.width(), 1.5 * em), shown)


def _paint_step(brush: Brush, track: QRectF, counts: tuple[int, ...], shares: tuple[float, float]) -> None:
    """Paint one step of the funnel, narrowing to the next; its colours stand side by side."""
    middle, least = track.center().x(), 0.05
    upper, lower = (max(least, share) * track.width() / 2 for share in shares)
    lower = min(upper, (upper + lower) / 2)
    shape = QPolygonF([
        QPointF(middle - upper, track.top()), QPointF(middle + upper, track.top()),
        QPointF(middle + lower, track.bottom()), QPointF(middle - lower, track.bottom()),
    ])  # fmt: skip
    painter, total = brush.painter, sum(counts)
    fill = QLinearGradient(QPointF(middle - upper, 0), QPointF(middle + upper, 0))
    if not total:
        fill.setColorAt(0.0, brush.look.grid)
    at = 0.0
    for colour, count in zip(COLOUR_ORDER, counts, strict=True):
        if count:
            fill.setColorAt(min(1.0, at + 0.0001), brush.look.faint(ALARM[colour], 215))
            at += count / total
            fill.setColorAt(min(1.0, at), brush.look.faint(ALARM[colour], 165))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(fill)
    painter.drawPolygon(shape)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    brush.line(QPointF(middle - upper, track.top()), QPointF(middle + upper, track.top()),
               brush.look.faint(brush.look.number, 150), 0.06)  # fmt: skip


def _paint_legend(brush: Brush, area: QRectF, shown: Funnel) -> None:
    em, at = brush.em, area.left()
    brush.size()
    for colour, count in zip(COLOUR_ORDER, shown.counts[0], strict=True):
        brush.dot(QPointF(at + 0.35 * em, area.center().y()), brush.look.tint(ALARM[colour]), 0.28)
        said = f"{count}"
        brush.write(QRectF(at + 0.9 * em, area.top(), 2 * em, area.height()), said, brush.look.text, LEFT)
        at += 2.1 * em + brush.width(said)
    if shown.shelved:
        brush.say_in(area, SHELVED.with_values(count=shown.shelved), brush.look.quiet, RIGHT)


@dataclass(frozen=True, kw_only=True)
class Told:
    """What the ticker tells now."""

    words: Text
    colour: QColor
    age: Text
    count: str


class AlarmTicker:
    """Public warnings and alarms that nobody has confirmed, one after another; or that all is calm."""

    nominal_em = (48.0, 2.2)
    turns_ms = 420

    def content(self, facts: WallFacts) -> object:
        """Return the one whose turn it is, or why the values are old."""
        if facts.link is not None:
            colour = ALARM["orange"] if facts.view.stations else QUIET
            return Told(words=facts.link, colour=colour, age=Text("", ""), count="")
        told = [(_of_notice(notice), colour_of(notice), notice.sent_ms) for notice in facts.view.notices]
        for line in facts.lines:
            if line.alarm.state in ("active", "returned"):
                over = NOTHING if line.alarm.state == "active" else PAST
                parts = (line.station if line.item.stations < 2 else line.area, title_of(line), measured(line), over)
                said = Text(
                    "  ".join(part.zh for part in parts if part.zh), "  ".join(part.en for part in parts if part.en)
                )
                told.append((said, ALARM[line.alarm.colour], line.item.newest_ms))
        for report in facts.view.reports:
            if facts.now_ms - report.received_ms < REPORTED_MS:
                said = REPORTED.with_values(category=CATEGORIES[report.category], words=report.words[:LONGEST_WORDS])
                told.append((said, REPORT_COLOUR, report.received_ms))
        if not told and not any(view.fresh for view in facts.view.stations):
            return Told(words=_why_silent(facts), colour=QUIET, age=Text("", ""), count="")
        if not told:
            return Told(words=CALM, colour=QColor(59, 214, 138), age=Text("", ""), count="")
        pages = [
            (part, colour, since_ms)
            for said, colour, since_ms in told
            for part in parts_of(said.in_language(facts.language), LONGEST_COLUMNS)
        ]
        number = facts.page(len(pages), EACH_MS)
        part, colour, since_ms = pages[number]
        age = words.age(since_ms, facts.now_ms)
        return Told(words=Text(part, part), colour=colour, age=age, count=f"{number + 1}/{len(pages)}")

    def paint(self, brush: Brush, area: QRectF, turn: Turn) -> None:
        """Paint a band in the alarm's colour; what comes next rises into it."""
        told: Told = turn.now
        look, em = brush.look, brush.em
        colour = look.tint(told.colour)
        glass = QLinearGradient(area.topLeft(), area.topRight())
        for place, strength in ((0.0, 255), (0.75, 214), (1.0, 150)):
            glass.setColorAt(place, look.faint(look.glass_bottom, round(strength * 0.88)))
        brush.painter.fillRect(area, glass)
        glow = QLinearGradient(area.topLeft(), area.topRight())
        glow.setColorAt(0.0, look.faint(told.colour, 120))
        glow.setColorAt(0.5, look.faint(told.colour, 22))
        glow.setColorAt(1.0, look.faint(told.colour, 0))
        brush.painter.fillRect(area, glow)
        brush.painter.fillRect(QRectF(area.left(), area.top(), 0.32 * em, area.height()), told.colour)
        rise = 0.0
        if isinstance(turn.before, Told) and turn.before.words != told.words:
            rise = (1.0 - turn.share) * area.height() * 0.6
        brush.painter.save()
        brush.painter.setClipRect(area, Qt.ClipOperation.IntersectClip)
        line = area.adjusted(1.0 * em, rise, -0.8 * em, rise)
        brush.dot(QPointF(line.left() + 0.4 * em, line.center().y()), colour, 0.36)
        brush.size()
        tail = "   ".join(part for part in (told.count, brush.say(told.age)) if part)
        brush.write(line, tail, look.quiet, RIGHT)
        wide = brush.width(tail)
        brush.size(1.16, is_bold=True)
        brush.say_in(line.adjusted(1.4 * em, 0, -wide - em, 0), told.words, look.number, LEFT if wide else CENTRE)
        brush.painter.restore()


def parts_of(said: str, columns: int) -> list[str]:
    """Return words in parts of so many half-wide letters at most, each cut after a mark or a space if there is one.

    What goes on ends with an ellipsis, and begins with one in the next part.
    """
    parts: list[str] = []
    while (fits := _fitting(said, columns)) < len(said):
        marks = [at + 1 for at in range(fits // 2, fits) if said[at] in BREAKS]
        cut = marks[-1] if marks else fits
        parts.append(f"{said[:cut].rstrip()}…")
        said = f"…{said[cut:].lstrip()}"
    return [*parts, said]


def _fitting(said: str, columns: int) -> int:
    """Return how many letters of some words fit into so many columns; a Chinese one takes two."""
    wide = 0
    for at, letter in enumerate(said):
        wide += 2 if east_asian_width(letter) in "WFA" else 1
        if wide > columns:
            return at
    return len(said)


def _why_silent(facts: WallFacts) -> Text:
    """Return why nothing is live, in the words of the first source that says so."""
    troubled = next((source for source in facts.sources if source.why_zh and source.state != "live"), None)
    return NO_DATA if troubled is None else Text(troubled.why_zh, troubled.why_en)


def _of_notice(notice: Notice) -> Text:
    zh, en = notice.headline_zh or notice.headline_en, notice.headline_en or notice.headline_zh
    mark = EXERCISE[notice.status]
    return Text(f"【{mark.zh}】{zh}", f"[{mark.en}] {en}") if mark.zh else Text(zh, en)
