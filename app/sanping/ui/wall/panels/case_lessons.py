"""The long feedback: which places come back, what months and weekdays bring, what a measure has changed."""

from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QLinearGradient, QPen

from sanping.domain.text import Text
from sanping.twin.cases.feedback import Season
from sanping.ui.wall.brush import CENTRE, LEFT, RIGHT, Brush
from sanping.ui.wall.facts import Turn, WallFacts
from sanping.ui.wall.governing import Measure, title_of, where_words
from sanping.ui.wall.marks import CLOCK, SERIES
from sanping.ui.wall.panels.case_figures import NONE

LONG = Text("长反馈 · 规律研判", "What repeats")
NO_LESSONS = Text("案件还不够多，暂无规律", "Too few cases for a pattern yet")
SPOTS = Text("高发点位（近 30 天）", "places, 30 days")
MONTHS, WEEK = Text("月均每日件数", "Cases a day by month"), Text("一周分布", "Week")
MEASURES = Text("举措前后对比", "Before and after")
TIMES = Text("{count} 次", "{count}×")
BUSIEST = Text("{month} 月最多", "most in month {month}")
BEFORE, AFTER = Text("举措前", "before"), Text("举措后", "after")
A_DAY = Text("{count} 件/日", "{count} a day")
SURE, UNSURE = Text("变化显著", "more than chance"), Text("变化不显著", "may be chance")
SPAN = Text("前后各 {days} 天", "{days} days each")
WEEKDAYS = (Text("一", "M"), Text("二", "T"), Text("三", "W"), Text("四", "T"), Text("五", "F"), Text("六", "S"),
            Text("日", "S"))  # fmt: skip
PAGE_MS, TALL_EM = 9000, 22.0
PageName = Literal["spots", "season", "measures"]


@dataclass(frozen=True, kw_only=True)
class SpotRow:
    """One place: what comes back there, where, how often, and whether it is open now."""

    title: Text
    place: Text
    count: int
    is_open: bool


@dataclass(frozen=True, kw_only=True)
class Lessons:
    """Everything that is told in turn; `ticks` is how far time has turned the pages."""

    spots: tuple[SpotRow, ...]
    season: Season | None
    measures: tuple[Measure, ...]
    ticks: int
    is_simulated: bool

    @property
    def pages(self) -> tuple[PageName, ...]:
        """What there is to tell."""
        has = {"spots": bool(self.spots), "season": self.season is not None and bool(self.season.by_month),
               "measures": bool(self.measures)}  # fmt: skip
        names: tuple[PageName, ...] = ("spots", "season", "measures")
        return tuple(name for name in names if has[name])


class LongFeedback:
    """One lesson after another; all of them below one another where there is room."""

    nominal_em = (23.5, 11.0)
    turns_ms = 420

    def content(self, facts: WallFacts) -> object:
        """Return the lessons; None without governance."""
        governed = facts.governed
        if governed is None or governed.counts is None:
            return None
        spots = []
        for spot in governed.spots:
            where = where_words(governed, spot.newest)
            row = SpotRow(title=title_of(spot.newest), place=where, count=spot.count, is_open=spot.is_open)
            spots.append(row)
        return Lessons(
            spots=tuple(spots),
            season=governed.season,
            measures=governed.measures,
            ticks=facts.now_ms // PAGE_MS,
            is_simulated=governed.is_simulated,
        )

    def paint(self, brush: Brush, area: QRectF, turn: Turn) -> None:
        """Paint the lesson of the moment."""
        shown: Lessons | None = turn.now
        pages = () if shown is None else shown.pages
        if shown is None or not pages:
            brush.nothing(brush.frame(area, LONG), NONE if shown is None else NO_LESSONS)
            return
        titles = {"spots": SPOTS, "season": MONTHS, "measures": MEASURES}
        is_tall = area.height() > TALL_EM * brush.em
        name = pages[shown.ticks % len(pages)]
        room = brush.frame(area, LONG, None if is_tall else titles[name], is_simulated=shown.is_simulated)
        brush.painter.save()
        is_turning = isinstance(turn.before, Lessons) and turn.before.ticks != shown.ticks and not is_tall
        if is_turning and len(pages) > 1:
            brush.painter.setOpacity(turn.share)
        for page, part in _parts(brush, room, pages if is_tall else (name,)):
            if is_tall:
                brush.size(1.0, is_bold=True)
                head = QRectF(part.left(), part.top(), part.width(), 1.5 * brush.em)
                brush.say_in(head, titles[page], brush.look.accent)
                part.setTop(part.top() + 1.6 * brush.em)
            _paint_page(brush, part, page, shown)
        brush.painter.restore()


def _parts(brush: Brush, room: QRectF, pages: tuple[PageName, ...]) -> list[tuple[PageName, QRectF]]:
    """Share out a room: places get what the others leave."""
    fixed = {"season": 7.8 * brush.em, "measures": 6.4 * brush.em}
    if len(pages) == 1:
        return [(pages[0], QRectF(room))]
    left = room.height() - sum(fixed.get(page, 0.0) for page in pages)
    top, found = room.top(), []
    for page in pages:
        tall = fixed.get(page, left)
        found.append((page, QRectF(room.left(), top, room.width(), tall - 0.4 * brush.em)))
        top += tall
    return found


def _paint_page(brush: Brush, room: QRectF, page: PageName, shown: Lessons) -> None:
    if page == "spots":
        most = max(spot.count for spot in shown.spots)
        for row, line in zip(shown.spots, brush.rows(room, 1.95, len(shown.spots)), strict=False):
            _paint_spot(brush, line, row, most)
    elif page == "season" and shown.season is not None:
        _paint_season(brush, room, shown.season)
    else:
        for measure, line in zip(shown.measures, brush.rows(room, 4.6, len(shown.measures)), strict=False):
            _paint_measure(brush, line, measure)


def _paint_spot(brush: Brush, line: QRectF, row: SpotRow, most: int) -> None:
    look, em = brush.look, brush.em
    colour = look.tint(CLOCK["orange"] if row.is_open else SERIES[0])
    wide = (line.width() - 3.4 * em) * row.count / most
    body = QRectF(line.left(), line.top() + 0.16 * em, wide, line.height() - 0.32 * em)
    fill = QLinearGradient(body.topLeft(), body.topRight())
    fill.setColorAt(0.0, look.faint(colour, 20))
    fill.setColorAt(1.0, look.faint(colour, 104))
    brush.painter.fillRect(body, fill)
    brush.painter.fillRect(QRectF(body.right() - 0.14 * em, body.top(), 0.14 * em, body.height()), colour)
    brush.size(1.06, is_bold=True)
    times = brush.say(TIMES.with_values(count=row.count))
    brush.write(line.adjusted(0, 0, -0.5 * em, 0), times, look.number, RIGHT)
    title = brush.say(row.title)
    brush.write(line.adjusted(0.4 * em, 0, -4 * em, 0), title, look.text, LEFT)
    left = line.left() + 0.4 * em + brush.width(title) + 0.6 * em
    brush.size()
    rest = QRectF(left, line.top(), line.right() - 3.6 * em - left, line.height())
    brush.say_in(rest, row.place, look.quiet, LEFT)


def _paint_season(brush: Brush, room: QRectF, season: Season) -> None:
    """Paint a bar for each month, and at the right one for each weekday."""
    em = brush.em
    has_week = room.width() > 19 * em and len(season.by_weekday) == 7
    months = room.adjusted(0, 0, -(7.4 * em if has_week else 0), 0)
    names = {month: f"{month}" for month in range(1, 13)}
    _paint_bars(brush, months, (season.by_month, names, season.busiest_month), 0)
    if has_week:
        week = QRectF(room.right() - 6.6 * em, room.top(), 6.6 * em, room.height())
        days = {day: brush.say(name) for day, name in enumerate(WEEKDAYS)}
        _paint_bars(brush, week, (season.by_weekday, days, season.busiest_weekday), 3)


def _paint_bars(brush: Brush, room: QRectF, given: tuple[object, dict[int, str], int | None], hue: int) -> None:
    values, names, busiest = given
    assert isinstance(values, dict)
    look, em = brush.look, brush.em
    plot = room.adjusted(0, 1.5 * em, 0, -1.45 * em)
    top = max(1.0, *values.values())
    across = plot.width() / len(names)
    brush.line(plot.bottomLeft(), plot.bottomRight(), look.grid, 0.06)
    brush.size()
    is_close = across < 1.35 * em
    for place, (key, name) in enumerate(names.items()):
        middle = plot.left() + (place + 0.5) * across
        value = values.get(key)
        colour = look.tint(CLOCK["orange"] if key == busiest else SERIES[hue])
        if value is not None:
            tall = plot.height() * value / top
            body = QRectF(middle - 0.3 * across, plot.bottom() - tall, 0.6 * across, tall)
            fill = QLinearGradient(body.topLeft(), body.bottomLeft())
            fill.setColorAt(0.0, look.faint(colour, 235))
            fill.setColorAt(1.0, look.faint(colour, 50))
            brush.painter.fillRect(body, fill)
            if key == busiest:
                above = QRectF(middle - 3 * em, body.top() - 1.4 * em, 6 * em, 1.35 * em)
                above.moveRight(min(above.right(), room.right() + 1.5 * em))
                brush.write(above, f"{value:.0f}", colour, CENTRE)
        if not is_close or place % 2 == 0:
            label = QRectF(middle - em, plot.bottom() + 0.1 * em, 2 * em, 1.3 * em)
            brush.write(label, name, look.quiet, CENTRE)


def _paint_measure(brush: Brush, room: QRectF, measure: Measure) -> None:
    """Paint the measure's name, two bars for before and after, and the change."""
    look, em, effect = brush.look, brush.em, measure.effect
    line = QRectF(room.left(), room.top(), room.width(), 1.5 * em)
    brush.size(1.06, is_bold=True)
    change = "—" if effect.change is None else f"{100 * effect.change:+.0f}%"
    good = effect.change is not None and effect.change < 0
    colour = look.quiet if not effect.is_sure else look.tint(CLOCK["green"] if good else CLOCK["orange"])
    brush.size(1.3, is_bold=True)
    brush.write(line, change, colour, RIGHT)
    wide = brush.width(change) + 0.6 * em
    brush.size(1.0, is_bold=True)
    brush.say_in(line.adjusted(0, 0, -wide, 0), measure.title, look.text)
    most = max(effect.before, effect.after, 0.01)
    left = (3.4 if brush.language == "zh" else 4.2) * em
    for number, (name, value, hue) in enumerate(((BEFORE, effect.before, 7), (AFTER, effect.after, 2))):
        row = line.translated(0, (number + 1) * 1.45 * em)
        brush.size()
        brush.say_in(QRectF(row.left(), row.top(), left, row.height()), name, look.quiet)
        said = brush.say(A_DAY.with_values(count=f"{value:.1f}"))
        brush.write(row, said, look.text, RIGHT)
        track = QRectF(row.left() + left, row.center().y() - 0.3 * em, row.width() - left - 6.4 * em, 0.6 * em)
        brush.painter.fillRect(track, look.grid)
        brush.bar(QRectF(track.left(), track.top(), track.width() * value / most, track.height()),
                  look.tint(SERIES[hue]))  # fmt: skip
    foot = line.translated(0, 3 * 1.45 * em)
    if foot.bottom() <= room.bottom() + 0.5 * em:
        brush.painter.setPen(QPen(look.quiet, 1.0, Qt.PenStyle.DotLine))
        brush.painter.drawLine(QPointF(foot.left(), foot.top()), QPointF(foot.right(), foot.top()))
        brush.size()
        sure = SURE if effect.is_sure else UNSURE
        brush.say_in(foot, sure, colour, RIGHT)
        left_over = foot.adjusted(0, 0, -brush.width(brush.say(sure)) - 0.6 * em, 0)
        brush.say_in(left_over, measure.note if measure.note.zh else SPAN.with_values(days=effect.days), look.quiet)
