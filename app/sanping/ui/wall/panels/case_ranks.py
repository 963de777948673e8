"""Who does well: streets and departments by their rate on time, with what they have on their hands."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QPointF, QRectF, Qt

from sanping.domain.area import Level
from sanping.domain.text import Text
from sanping.ui.wall.brush import CENTRE, RIGHT, Brush
from sanping.ui.wall.facts import Turn, WallFacts
from sanping.ui.wall.governing import Governed, unmarked
from sanping.ui.wall.marks import CLOCK, grade_colour
from sanping.ui.wall.panels.case_figures import NONE
from sanping.wire.cases import AreaBoard, IndicatorRow

RankKind = Literal["area", "department"]
TITLES: Mapping[RankKind, Text] = {
    "area": Text("街镇处置排名", "Streets ranked"),
    "department": Text("部门处置排名", "Departments ranked"),
}
AREAS: Mapping[Level, Text] = {
    "county": Text("区县处置排名", "Counties ranked"),
    "street": TITLES["area"],
    "community": Text("村居处置排名", "Communities ranked"),
    "cell": Text("网格处置排名", "Grid cells ranked"),
}
NOTE = Text("近 30 天按期率 · 在办", "30 d on time")
NO_ROWS = Text("还没有可排名的数据", "Nothing to rank yet")
PAGE_MS, ROW_EM = 9000, 1.95
SHARE_FROM = 0.6


@dataclass(frozen=True, kw_only=True)
class RankRow:
    """One row: its place, rate on time (None: nothing was due), how many are open, how many of those are late."""

    place: int
    name: Text
    rate: float | None
    running: int
    overdue: int


@dataclass(frozen=True, kw_only=True)
class CaseRanks:
    """All rows, and how far time has turned their pages."""

    title: Text
    rows: tuple[RankRow, ...]
    ticks: int
    is_simulated: bool


def ranked(facts: WallFacts, kind: RankKind) -> tuple[RankRow, ...]:
    """Return the groups by their rate on time, the best first; those without anything due come last."""
    governed = facts.governed
    if governed is None or governed.counts is None:
        return ()
    if kind == "area" and governed.areas is not None and governed.areas.board.rows:
        return _by_board(governed.areas.board)
    known = governed.by_area if kind == "area" else governed.by_department
    running = governed.counts.open_by_area if kind == "area" else governed.counts.open_by_department
    late = _late(governed, kind, facts.now_ms)
    titles = {row.key: unmarked(row.title_zh, row.title_en) for row in known}
    rates = {row.key: _rate(row) for row in known}
    names = [*titles, *(key for key in running if key and key not in titles)]
    name_of = governed.street if kind == "area" else governed.department

    def order(key: str) -> tuple[bool, float, int, str]:
        rate = rates.get(key)
        return *_worst_last(rate), -running.get(key, 0), key

    return tuple(
        RankRow(place=place, name=titles.get(key) or name_of(key), rate=rates.get(key), running=running.get(key, 0),
                overdue=late.get(key, 0))
        for place, key in enumerate(sorted(names, key=order), 1)
    )  # fmt: skip


def _title(governed: Governed, kind: RankKind) -> Text:
    """Return what is ranked: areas by the level that is shown."""
    level = None if governed.areas is None else governed.areas.board.level
    return TITLES[kind] if kind == "department" or level is None else AREAS.get(level, TITLES[kind])


def _by_board(board: AreaBoard) -> tuple[RankRow, ...]:
    """Return the areas one level below the one that is shown."""
    rows = sorted(board.rows, key=lambda row: (*_worst_last(row.rates.get("on_time_rate")), -row.open, row.code))
    return tuple(
        RankRow(place=place, name=Text(row.name_zh, row.name_en), rate=row.rates.get("on_time_rate"),
                running=row.open, overdue=row.overdue)
        for place, row in enumerate(rows, 1)
    )  # fmt: skip


def _worst_last(rate: float | None) -> tuple[bool, float]:
    return rate is None, -(rate or 0.0)


def _rate(row: IndicatorRow) -> float | None:
    return row.rates.get("on_time_rate")


def _late(governed: Governed, kind: RankKind, now_ms: int) -> dict[str, int]:
    found: dict[str, int] = {}
    for line in governed.open_lines:
        if line.colour_at(now_ms) == "red":
            key = line.area[:9] if kind == "area" else line.department
            found[key] = found.get(key, 0) + 1
    return found


class CaseRanking:
    """Rows that page by themselves."""

    nominal_em = (23.5, 16.0)
    turns_ms = 380

    def __init__(self, kind: RankKind) -> None:
        self._kind: RankKind = kind

    def content(self, facts: WallFacts) -> object:
        """Return the rows; None without governance."""
        if facts.governed is None or facts.governed.counts is None:
            return None
        return CaseRanks(
            title=_title(facts.governed, self._kind),
            rows=ranked(facts, self._kind),
            ticks=facts.now_ms // PAGE_MS,
            is_simulated=facts.governed.is_simulated,
        )

    def paint(self, brush: Brush, area: QRectF, turn: Turn) -> None:
        """Paint the page of the moment."""
        shown: CaseRanks | None = turn.now
        if shown is None or not shown.rows:
            brush.nothing(brush.frame(area, TITLES[self._kind]), NONE if shown is None else NO_ROWS)
            return
        room = brush.frame(area, shown.title, NOTE, is_simulated=shown.is_simulated)
        fit = max(1, int(room.height() // (ROW_EM * brush.em)))
        pages = -(-len(shown.rows) // fit)
        each = -(-len(shown.rows) // pages)
        first = shown.ticks % pages * each
        rows = shown.rows[first : first + each]
        brush.painter.save()
        is_turning = pages > 1 and isinstance(turn.before, CaseRanks) and turn.before.ticks != shown.ticks
        if is_turning and turn.share < 1.0:
            brush.painter.setOpacity(turn.share)
        most = max(1, *(row.running for row in shown.rows))
        names = _names_wide(brush, shown.rows, room.width())
        for row, line in zip(rows, brush.rows(room, ROW_EM, each), strict=False):
            _paint_row(brush, line, row, (most, names))
        brush.painter.restore()


def _names_wide(brush: Brush, rows: tuple[RankRow, ...], room: float) -> float:
    brush.size()
    return min(0.42 * room, max(brush.width(brush.say(row.name)) for row in rows) + 0.4 * brush.em)


def _paint_row(brush: Brush, line: QRectF, row: RankRow, sizes: tuple[int, float]) -> None:
    most, names = sizes
    look, em, middle = brush.look, brush.em, line.center().y()
    colour = look.stale if row.rate is None else look.tint(grade_colour(row.rate))
    badge = QRectF(line.left(), middle - 0.72 * em, 1.7 * em, 1.44 * em)
    is_first = row.place <= 3
    brush.painter.setPen(Qt.PenStyle.NoPen)
    brush.painter.setBrush(look.faint(look.accent, 120 if is_first else 34))
    brush.painter.drawRoundedRect(badge, 0.2 * em, 0.2 * em)
    brush.painter.setBrush(Qt.BrushStyle.NoBrush)
    brush.size(1.0, is_bold=is_first)
    brush.write(badge, f"{row.place}", look.number if is_first else look.quiet, CENTRE)
    brush.size()
    brush.say_in(QRectF(badge.right() + 0.5 * em, line.top(), names, line.height()), row.name, look.text)
    brush.size(1.08, is_bold=True)
    said = "—" if row.rate is None else f"{100 * row.rate:.1f}%"
    rate_wide = brush.width("100.0%")
    running = f"{row.running}"
    count_wide = 2.2 * em
    brush.write(line.adjusted(0, 0, -count_wide - 0.5 * em, 0), said, colour, RIGHT)
    brush.size()
    brush.write(line, running, look.tint(CLOCK["red"]) if row.overdue else look.text, RIGHT)
    left = badge.right() + names + 0.8 * em
    track = QRectF(left, middle - 0.24 * em, line.right() - count_wide - rate_wide - 1.3 * em - left, 0.48 * em)
    if track.width() > 2 * em:
        _paint_track(brush, track, row, most)


def _paint_track(brush: Brush, track: QRectF, row: RankRow, most: int) -> None:
    """Paint the rate as a bar from 60 % on, and below it a thin line for what is open, red for what is late."""
    look, em = brush.look, brush.em
    brush.painter.fillRect(track, look.grid)
    if row.rate is not None:
        share = max(0.02, (row.rate - SHARE_FROM) / (1.0 - SHARE_FROM))
        colour = look.tint(grade_colour(row.rate))
        brush.bar(QRectF(track.left(), track.top(), track.width() * share, track.height()), colour)
        tip = track.left() + track.width() * share
        brush.line(QPointF(tip, track.top() - 0.12 * em), QPointF(tip, track.bottom() + 0.12 * em), look.number, 0.1)
    foot = track.bottom() + 0.22 * em
    thin = track.width() * row.running / most
    brush.painter.fillRect(QRectF(track.left(), foot, thin, 0.14 * em), look.faint(look.accent, 150))
    late = thin * row.overdue / max(1, row.running)
    brush.painter.fillRect(QRectF(track.left(), foot, late, 0.14 * em), look.tint(CLOCK["red"]))
