"""Lists that page by themselves: gauges by how far they stand above warning, alarms and stations in turn."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor

from sanping.domain.quantity import quantity
from sanping.domain.text import Text
from sanping.twin.alarms import STATE_NAMES
from sanping.twin.river_view import StationView
from sanping.ui.live import words
from sanping.ui.live.alarm_rows import title_of
from sanping.ui.live.colours import ALARM, FLOOD, colour_of
from sanping.ui.wall.brush import CENTRE, LEFT, RIGHT, Brush
from sanping.ui.wall.facts import LEVEL, Turn, WallFacts, exceedance_m, short_name

PAGE_MS = 8000
LEAST_ROW_EM = 1.75
RANKING = Text("超警排名", "Above warning level")
NO_RANKING = Text("没有设警戒水位的测站", "No gauge has a warning level")
WARNING_LINE = Text("警戒", "warning")
ALARMS = Text("告警滚动", "Alarms")
STATIONS = Text("测站实时", "Stations now")
NO_STATIONS = Text("没有测站", "No stations")
NO_VALUE = Text("无数据", "no data")
PAGE = Text("{page}/{pages} 页", "page {page}/{pages}")
REACH_M = 1.2


@dataclass(frozen=True, kw_only=True)
class RankRow:
    """One gauge of the ranking."""

    name: Text
    level: str
    over_m: float
    trend: str
    colour: QColor
    is_stale: bool
    age: Text


@dataclass(frozen=True, kw_only=True)
class RankList:
    """The ranking."""

    rows: tuple[RankRow, ...]
    note: Text | None
    is_simulated: bool


class Ranking:
    """Gauges with a bar to the right above their warning level, to the left below it."""

    nominal_em = (23.5, 16.0)
    turns_ms = 0

    def content(self, facts: WallFacts) -> object:
        """Return the gauges that have a warning level, the highest above it first."""
        known = [view for view in facts.ranked() if exceedance_m(view) is not None]
        if not known:
            return None
        return RankList(
            rows=tuple(_rank_row(facts, view) for view in known),
            note=facts.note_of(facts.newest(known, LEVEL)),
            is_simulated=any(view.readings[LEVEL].is_simulated for view in known),
        )

    def paint(self, brush: Brush, area: QRectF, turn: Turn) -> None:
        """Paint as many rows as fit."""
        shown: RankList | None = turn.now
        if shown is None:
            brush.nothing(brush.frame(area, RANKING), NO_RANKING)
            return
        room = brush.frame(area, RANKING, shown.note, is_simulated=shown.is_simulated)
        rows = brush.rows(room, 1.95, len(shown.rows))
        for place, (row, line) in enumerate(zip(shown.rows, rows, strict=False), 1):
            _paint_rank(brush, line, row, place)


def _rank_row(facts: WallFacts, view: StationView) -> RankRow:
    reading = view.readings[LEVEL]
    return RankRow(
        name=short_name(view.station.name),
        level=f"{reading.value:.2f}",
        over_m=exceedance_m(view) or 0.0,
        trend={"rising": "▲", "falling": "▼", "steady": "—"}.get(view.trend, ""),
        colour=FLOOD[view.flood],
        is_stale=LEVEL not in view.fresh,
        age=facts.age(reading) if LEVEL not in view.fresh else Text("", ""),
    )


def _paint_rank(brush: Brush, line: QRectF, row: RankRow, place: int) -> None:
    look, em = brush.look, brush.em
    colour = look.stale if row.is_stale else look.tint(row.colour)
    middle = line.center().y()
    badge = QRectF(line.left(), middle - 0.72 * em, 1.55 * em, 1.44 * em)
    brush.painter.setPen(Qt.PenStyle.NoPen)
    brush.painter.setBrush(look.faint(colour if place <= 3 else look.accent, 90 if place <= 3 else 34))
    brush.painter.drawRoundedRect(badge, 0.2 * em, 0.2 * em)
    brush.size(1.0, is_bold=place <= 3)
    brush.write(badge, f"{place}", look.number if place <= 3 else look.quiet, CENTRE)
    wide = 6.2 * em if brush.language == "zh" else min(0.46 * line.width(), 11.5 * em)
    brush.size()
    brush.say_in(QRectF(badge.right() + 0.5 * em, line.top(), wide, line.height()), row.name, look.text)
    words_said = f"{row.over_m:+.2f} m" if not row.is_stale else brush.say(row.age)
    brush.size(1.08, is_bold=True)
    number = brush.width("+0.00 m") + 1.3 * em
    brush.write(line.adjusted(0, 0, -1.1 * em, 0), words_said, colour, RIGHT)
    brush.size()
    brush.write(line, row.trend, look.faint(colour, 220), RIGHT)
    left = badge.right() + wide + 0.8 * em
    track = QRectF(left, middle - 0.2 * em, line.right() - number - 0.6 * em - left, 0.4 * em)
    if track.width() > 2 * em:
        _paint_deviation(brush, track, row.over_m, colour)


def _paint_deviation(brush: Brush, track: QRectF, over_m: float, colour: QColor) -> None:
    """Paint a bar from the warning line in the middle of a track."""
    painter, em = brush.painter, brush.em
    painter.fillRect(track, brush.look.grid)
    zero = track.center().x()
    end = zero + track.width() / 2 * min(1.0, max(-1.0, over_m / REACH_M))
    bar = QRectF(min(zero, end), track.top(), abs(end - zero), track.height())
    painter.fillRect(bar, brush.look.faint(colour, 210 if over_m > 0 else 130))
    brush.line(QPointF(zero, track.top() - 0.3 * em), QPointF(zero, track.bottom() + 0.3 * em), brush.look.faint(
        brush.look.tint(FLOOD["yellow"]), 220), 0.09)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class TableRow:
    """One row of the table that pages: a mark, what it is, its value or state, when."""

    colour: QColor
    name: Text
    value: Text
    unit: str
    age: Text
    is_hollow: bool = False
    is_stale: bool = False


@dataclass(frozen=True, kw_only=True)
class Table:
    """All rows of both tables, and how far time has turned their pages."""

    alarms: tuple[TableRow, ...]
    stations: tuple[TableRow, ...]
    ticks: int
    is_simulated: bool


class Carousel:
    """The alarms page by page, then the stations, and again."""

    nominal_em = (23.5, 18.0)
    turns_ms = 380

    def content(self, facts: WallFacts) -> object:
        """Return all rows; which page of them is seen depends on the room."""
        stations = [view for view in facts.view.stations if view.station.kinds != ("camera",)]
        order = sorted(stations, key=lambda view: view.worst_alarm is None)
        return Table(
            alarms=tuple(
                TableRow(
                    colour=ALARM[line.alarm.colour],
                    name=Text(
                        f"{title_of(line).zh} · {short_name(line.station).zh}",
                        f"{title_of(line).en} · {short_name(line.station).en}",
                    ),
                    value=STATE_NAMES[line.alarm.state],
                    unit="",
                    age=words.age(line.item.newest_ms, facts.now_ms),
                    is_hollow=line.alarm.state != "active",
                )
                for line in facts.lines
            ),
            stations=tuple(_station_row(facts, view) for view in order),
            ticks=facts.now_ms // PAGE_MS,
            is_simulated=facts.is_simulated,
        )

    def paint(self, brush: Brush, area: QRectF, turn: Turn) -> None:
        """Paint the page of the moment; a new one slides in from the right."""
        table: Table = turn.now
        em = brush.em
        fit = max(1, int((area.height() - 3.4 * em) // (LEAST_ROW_EM * em)))
        pages = [(ALARMS, table.alarms[n : n + fit]) for n in range(0, len(table.alarms), fit)]
        pages += [(STATIONS, table.stations[n : n + fit]) for n in range(0, len(table.stations), fit)]
        if not pages:
            brush.nothing(brush.frame(area, STATIONS), NO_STATIONS)
            return
        number = table.ticks % len(pages)
        title, rows = pages[number]
        note = PAGE.with_values(page=number + 1, pages=len(pages))
        room = brush.frame(area, title, note, is_simulated=table.is_simulated)
        is_turning = isinstance(turn.before, Table) and turn.before.ticks != table.ticks and turn.share < 1.0
        brush.painter.save()
        if is_turning:
            brush.painter.setClipRect(room, Qt.ClipOperation.IntersectClip)
            brush.painter.setOpacity(turn.share)
            room = room.translated(room.width() * 0.12 * (1.0 - turn.share), 0.0)
        for row, line in zip(rows, brush.rows(room, LEAST_ROW_EM, fit), strict=False):
            _paint_row(brush, line, row)
        brush.painter.restore()


def _station_row(facts: WallFacts, view: StationView) -> TableRow:
    main = view.main
    if main is None:
        return TableRow(colour=colour_of(view), name=view.station.name, value=NO_VALUE, unit="", age=Text("—", "—"),
                        is_hollow=True, is_stale=True)  # fmt: skip
    is_fresh = main.quantity in view.fresh
    known = quantity(main.quantity)
    short = words.short(main.quantity)
    return TableRow(
        colour=colour_of(view),
        name=Text(
            f"{short_name(view.station.name).zh} · {short.zh}", f"{short_name(view.station.name).en} · {short.en}"
        ),
        value=words.said(main),
        unit=known.unit,
        age=facts.age(main),
        is_hollow=not is_fresh,
        is_stale=not is_fresh,
    )


def _paint_row(brush: Brush, line: QRectF, row: TableRow) -> None:
    look, em = brush.look, brush.em
    brush.painter.fillRect(QRectF(line.left(), line.bottom() - 1, line.width(), 1), look.grid)
    colour = look.stale if row.is_stale else look.tint(row.colour)
    brush.dot(QPointF(line.left() + 0.45 * em, line.center().y()), colour, 0.27, is_hollow=row.is_hollow)
    brush.size()
    age = brush.say(row.age)
    age_wide = max(brush.width(age), 4.0 * em)
    brush.write(line, age, look.quiet, RIGHT)
    value_area = line.adjusted(0, 0, -age_wide - 0.6 * em, 0)
    value = brush.say(row.value)
    lettering = look.stale if row.is_stale else look.number if row.unit else look.text
    left = brush.value(value_area, value, row.unit, lettering, 1.12 if row.unit else 1.0)
    brush.size()
    name = QRectF(line.left() + 1.1 * em, line.top(), left - line.left() - 1.7 * em, line.height())
    brush.say_in(name, row.name, look.quiet if row.is_stale else look.text, LEFT)
