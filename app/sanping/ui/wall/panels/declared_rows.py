"""Declared panels of many stations: bars, columns, tiles by value, tables that page, a matrix of cells."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QLinearGradient

from sanping.domain.text import Text
from sanping.ui.wall.brush import CENTRE, LEFT, RIGHT, Brush
from sanping.ui.wall.facts import Turn, WallFacts
from sanping.ui.wall.panels.declared import GOOD, DeclaredPanel, Number, is_simulated, ranked, title_of
from sanping.ui.wall.panels.declared_numbers import NOTHING

PAGE_MS = 8000
PAGE = Text("{page}/{pages} 页", "page {page}/{pages}")
NAMED_TILE_EM, WORST_LINES = (4.6, 2.9), 2
ALL_WELL = Text("全部正常", "all is well")


@dataclass(frozen=True, kw_only=True)
class Row:
    """One station with its numbers."""

    name: Text
    numbers: tuple[Number, ...]


@dataclass(frozen=True, kw_only=True)
class Rows:
    """The stations of a panel, and how far time has turned its pages."""

    rows: tuple[Row, ...]
    ticks: int
    is_simulated: bool


class _RowPanel(DeclaredPanel):
    """What all panels of stations share: what they show."""

    nominal_em = (23.5, 14.0)
    turns_pages = False

    def content(self, facts: WallFacts) -> object:
        """Return the stations."""
        return Rows(
            rows=tuple(Row(name=view.station.name, numbers=numbers) for view, numbers in ranked(facts, self.declared)),
            ticks=facts.now_ms // PAGE_MS if self.turns_pages else 0,
            is_simulated=is_simulated(facts, self.declared),
        )

    def room(self, brush: Brush, area: QRectF, shown: Rows, note: Text | None = None) -> QRectF | None:
        """Paint the frame; return the room inside, None when there is nothing to put into it."""
        room = brush.frame(area, self.declared.title.text(), note, is_simulated=shown.is_simulated)
        if not shown.rows or not shown.rows[0].numbers:
            brush.nothing(room, NOTHING)
            return None
        return room


class RankBars(_RowPanel):
    """A bar for each station; the second measure, if any, is a mark on it."""

    def paint(self, brush: Brush, area: QRectF, turn: Turn) -> None:
        """Paint as many rows as fit."""
        shown: Rows = turn.now
        room = self.room(brush, area, shown)
        if room is None:
            return
        measure = self.declared.measures[0]
        top = measure.top or max((number.value or 0.0 for row in shown.rows for number in row.numbers[:2]), default=0.0)
        for place, (row, line) in enumerate(zip(shown.rows, brush.rows(room, 1.85, len(shown.rows)), strict=False), 1):
            _paint_bar(brush, line, row, place, top or 1.0)


def _paint_bar(brush: Brush, line: QRectF, row: Row, place: int, top: float) -> None:
    em, look, painter = brush.em, brush.look, brush.painter
    number = row.numbers[0]
    colour = look.stale if number.is_stale else look.tint(number.tint(look.accent))
    middle = line.center().y()
    badge = QRectF(line.left(), middle - 0.7 * em, 1.5 * em, 1.4 * em)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(look.faint(colour, 96 if place <= 3 else 34))
    painter.drawRoundedRect(badge, 0.2 * em, 0.2 * em)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    brush.size(1.0, is_bold=place <= 3)
    brush.write(badge, f"{place}", look.number if place <= 3 else look.quiet, CENTRE)
    wide = min(0.4 * line.width(), (6.4 if brush.language == "zh" else 10.0) * em)
    brush.size()
    brush.say_in(QRectF(badge.right() + 0.5 * em, line.top(), wide, line.height()), row.name, look.text)
    left = brush.value(line, number.said, brush.say(number.unit), look.stale if number.is_stale else look.number, 1.1)
    begin = badge.right() + wide + 0.8 * em
    end = min(left, line.right() - 4.6 * em) - 0.6 * em
    track = QRectF(begin, middle - 0.22 * em, end - begin, 0.44 * em)
    if track.width() < 1.5 * em:
        return
    painter.fillRect(track, look.grid)
    brush.bar(
        QRectF(track.left(), track.top(), track.width() * min(1.0, (number.value or 0.0) / top), track.height()), colour
    )
    if len(row.numbers) > 1 and row.numbers[1].value is not None:
        x = track.left() + track.width() * min(1.0, (row.numbers[1].value or 0.0) / top)
        brush.line(QPointF(x, track.top() - 0.3 * em), QPointF(x, track.bottom() + 0.3 * em), look.amber, 0.1)


class Columns(_RowPanel):
    """A column for each station, with its name below and its number above."""

    def paint(self, brush: Brush, area: QRectF, turn: Turn) -> None:
        """Paint as many columns as fit."""
        shown: Rows = turn.now
        room = self.room(brush, area, shown)
        if room is None:
            return
        em, look = brush.em, brush.look
        rows = shown.rows[: max(1, int(room.width() // (3.0 * em)))]
        top = max((row.numbers[0].value or 0.0 for row in rows), default=0.0) or 1.0
        plot = room.adjusted(0, 1.5 * em, 0, -1.6 * em)
        for number in range(4):
            y = plot.bottom() - plot.height() * number / 3
            brush.line(QPointF(plot.left(), y), QPointF(plot.right(), y), look.grid)
        across = plot.width() / len(rows)
        brush.size()
        for place, row in enumerate(rows):
            told = row.numbers[0]
            colour = look.stale if told.is_stale else look.tint(told.tint(look.accent))
            left = plot.left() + place * across
            tall = plot.height() * min(1.0, (told.value or 0.0) / top)
            body = QRectF(left + 0.26 * across, plot.bottom() - tall, 0.48 * across, tall)
            _paint_column(brush, body, colour)
            brush.write(QRectF(left, body.top() - 1.4 * em, across, 1.3 * em), told.said, look.number, CENTRE)
            brush.say_in(QRectF(left, plot.bottom() + 0.2 * em, across, 1.4 * em), row.name, look.quiet, CENTRE)


def _paint_column(brush: Brush, body: QRectF, colour: QColor) -> None:
    fill = QLinearGradient(body.topLeft(), body.bottomLeft())
    fill.setColorAt(0.0, brush.look.faint(colour, 240))
    fill.setColorAt(1.0, brush.look.faint(colour, 40))
    brush.painter.fillRect(body, fill)
    brush.painter.fillRect(
        QRectF(body.left(), body.top() - 0.1 * brush.em, body.width(), 0.2 * brush.em), brush.look.number
    )


class ValueTiles(_RowPanel):
    """A tile for each station, as bright as its value is high.

    Where there are too many to name them all, only those beyond a limit are named, below.
    """

    def paint(self, brush: Brush, area: QRectF, turn: Turn) -> None:
        """Paint all tiles, smaller the more there are."""
        shown: Rows = turn.now
        room = self.room(brush, area, shown)
        if room is None:
            return
        em, count = brush.em, len(shown.rows)
        top = self.declared.measures[0].top or max((row.numbers[0].value or 0.0 for row in shown.rows), default=0.0)
        columns = max(1, int(room.width() // (NAMED_TILE_EM[0] * em)))
        is_named = -(-count // columns) * NAMED_TILE_EM[1] * em <= room.height()
        body = room if is_named else room.adjusted(0, 0, 0, -WORST_LINES * 1.6 * em)
        if not is_named:
            columns = max(1, round((count * body.width() / max(1.0, body.height()) / 1.7) ** 0.5))
        across, down = body.width() / columns, body.height() / -(-count // columns)
        for place, row in enumerate(shown.rows):
            cell = QRectF(body.left() + place % columns * across, body.top() + place // columns * down, across, down)
            _paint_tile(
                brush, cell.adjusted(0.1 * em, 0.1 * em, -0.1 * em, -0.1 * em), row, top or 1.0, is_named=is_named
            )
        if not is_named:
            _paint_worst(
                brush, QRectF(room.left(), body.bottom() + 0.2 * em, room.width(), room.bottom() - body.bottom()), shown
            )


def _paint_worst(brush: Brush, area: QRectF, shown: Rows) -> None:
    """Name the stations whose value has passed a limit, the worst first."""
    worst = [row for row in shown.rows if row.numbers[0].badness > 0.0]
    worst.sort(key=lambda row: -row.numbers[0].badness)
    brush.size()
    if not worst:
        brush.say_in(area, ALL_WELL, brush.look.quiet, LEFT)
        return
    for row, line in zip(worst, brush.rows(area, 1.5, WORST_LINES), strict=False):
        number = row.numbers[0]
        colour = brush.look.tint(number.tint(brush.look.accent))
        brush.dot(QPointF(line.left() + 0.45 * brush.em, line.center().y()), colour, 0.24)
        brush.size()
        brush.say_in(line.adjusted(1.1 * brush.em, 0, 0, 0), row.name, brush.look.text, LEFT)
        brush.value(line, number.said, brush.say(number.unit), colour, 1.06)


def _paint_tile(brush: Brush, cell: QRectF, row: Row, top: float, *, is_named: bool) -> None:
    em, look = brush.em, brush.look
    number = row.numbers[0]
    colour = look.stale if number.is_stale else look.tint(number.tint(look.accent))
    share = min(1.0, max(0.0, (number.value or 0.0) / top))
    fill = QLinearGradient(cell.topLeft(), cell.bottomLeft())
    fill.setColorAt(0.0, look.faint(colour, round(40 + 170 * share)))
    fill.setColorAt(1.0, look.faint(colour, round(16 + 90 * share)))
    brush.painter.fillRect(cell, fill)
    brush.painter.fillRect(QRectF(cell.left(), cell.bottom() - 0.1 * em, cell.width() * share, 0.12 * em), colour)
    if not is_named:
        return
    inner = cell.adjusted(0.1 * em, 0, -0.1 * em, 0)
    brush.size()
    half = inner.height() / 2
    brush.say_in(QRectF(inner.left(), inner.top(), inner.width(), half), row.name, look.text, CENTRE)
    brush.write(QRectF(inner.left(), inner.top() + half, inner.width(), half), number.said, look.number, CENTRE)


class Table(_RowPanel):
    """A table of stations and up to four measures that pages by itself."""

    turns_ms = 380
    turns_pages = True

    def paint(self, brush: Brush, area: QRectF, turn: Turn) -> None:
        """Paint the page of the moment; a new one slides in."""
        shown: Rows = turn.now
        em, painter = brush.em, brush.painter
        fit = max(1, int((area.height() - 5.2 * em) // (1.75 * em)))
        pages = max(1, -(-len(shown.rows) // fit))
        page = shown.ticks % pages
        room = self.room(brush, area, shown, PAGE.with_values(page=page + 1, pages=pages) if pages > 1 else None)
        if room is None:
            return
        self._paint_head(brush, QRectF(room.left(), room.top(), room.width(), 1.6 * em))
        body = room.adjusted(0, 1.7 * em, 0, 0)
        painter.save()
        if isinstance(turn.before, Rows) and turn.before.ticks != shown.ticks and turn.share < 1.0:
            painter.setClipRect(body, Qt.ClipOperation.IntersectClip)
            painter.setOpacity(turn.share)
            body = body.translated(body.width() * 0.12 * (1.0 - turn.share), 0.0)
        rows = shown.rows[page * fit : (page + 1) * fit]
        for row, line in zip(rows, brush.rows(body, 1.75, fit), strict=False):
            self._paint_row(brush, line, row)
        painter.restore()

    def _columns(self, line: QRectF) -> tuple[QRectF, list[QRectF]]:
        count = min(4, len(self.declared.measures))
        wide = line.width() * min(0.22, 0.62 / max(1, count))
        names = QRectF(line.left(), line.top(), line.width() - count * wide, line.height())
        return names, [QRectF(names.right() + n * wide, line.top(), wide, line.height()) for n in range(count)]

    def _paint_head(self, brush: Brush, line: QRectF) -> None:
        _, cells = self._columns(line)
        brush.size()
        for measure, cell in zip(self.declared.measures, cells, strict=False):
            brush.say_in(cell, title_of(measure), brush.look.quiet, RIGHT)
        brush.painter.fillRect(QRectF(line.left(), line.bottom(), line.width(), 1), brush.look.grid)

    def _paint_row(self, brush: Brush, line: QRectF, row: Row) -> None:
        look, em = brush.look, brush.em
        brush.painter.fillRect(QRectF(line.left(), line.bottom() - 1, line.width(), 1), look.grid)
        names, cells = self._columns(line)
        first = row.numbers[0]
        colour = look.stale if first.is_stale else look.tint(first.tint(GOOD))
        brush.dot(QPointF(line.left() + 0.45 * em, line.center().y()), colour, 0.24, is_hollow=first.is_stale)
        brush.size()
        brush.say_in(names.adjusted(1.1 * em, 0, -0.4 * em, 0), row.name, look.text, LEFT)
        for number, cell in zip(row.numbers, cells, strict=False):
            lettering = look.stale if number.is_stale else look.tint(number.tint(look.number))
            brush.value(cell, number.said, brush.say(number.unit), lettering, 1.06)


class Matrix(_RowPanel):
    """A row for each station and a column for each measure; a cell is as bright as its value is near `top`.

    Where a measure has no `top`, the highest of its column is the brightest and the lowest the darkest.
    """

    def paint(self, brush: Brush, area: QRectF, turn: Turn) -> None:
        """Paint as many rows as fit, and the names of the columns above them."""
        shown: Rows = turn.now
        room = self.room(brush, area, shown)
        if room is None:
            return
        em, count = brush.em, len(self.declared.measures)
        names = min(0.3 * room.width(), (5.4 if brush.language == "zh" else 8.0) * em)
        across = (room.width() - names) / count
        brush.size()
        for place, measure in enumerate(self.declared.measures):
            head = QRectF(room.left() + names + place * across, room.top(), across, 1.5 * em)
            brush.say_in(head, title_of(measure), brush.look.quiet, CENTRE)
        body = room.adjusted(0, 1.7 * em, 0, 0)
        shares = [self._shares(shown, place) for place in range(count)]
        for number, (row, line) in enumerate(zip(shown.rows, brush.rows(body, 1.7, len(shown.rows)), strict=False)):
            brush.size()
            brush.say_in(QRectF(line.left(), line.top(), names - 0.4 * em, line.height()), row.name, brush.look.text)
            for place, told in enumerate(row.numbers):
                cell = QRectF(line.left() + names + place * across, line.top(), across, line.height())
                _paint_cell(brush, cell.adjusted(0.1 * em, 0.1 * em, -0.1 * em, -0.1 * em), told, shares[place][number])

    def _shares(self, shown: Rows, place: int) -> list[float]:
        """Return how bright each cell of a column is, 0 … 1."""
        values = [row.numbers[place].value or 0.0 for row in shown.rows]
        top = self.declared.measures[place].top
        low, high = (0.0, top) if top else (min(values), max(values))
        return [min(1.0, max(0.0, (value - low) / ((high - low) or 1.0))) for value in values]


def _paint_cell(brush: Brush, cell: QRectF, number: Number, share: float) -> None:
    look = brush.look
    colour = look.stale if number.is_stale else look.tint(number.tint(look.accent))
    brush.painter.fillRect(cell, look.faint(colour, round(26 + 150 * share)))
    brush.painter.fillRect(QRectF(cell.left(), cell.top(), 0.14 * brush.em, cell.height()), look.faint(colour, 220))
    brush.size()
    brush.write(cell, number.said, look.stale if number.is_stale else look.number, CENTRE)
