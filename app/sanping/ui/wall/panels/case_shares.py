"""What the running cases are about and where they come from: a map of classes, and a ring of sources."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QLinearGradient, QPen

from sanping.domain.text import Text
from sanping.ui.wall.brush import CENTRE, LEFT, RIGHT, Brush
from sanping.ui.wall.facts import Turn, WallFacts
from sanping.ui.wall.marks import SERIES, donut
from sanping.ui.wall.panels.case_figures import NONE

CLASSES = Text("在办案件类别", "Running cases by class")
SOURCES = Text("案件来源", "Where cases come from")
TOTAL = Text("在办 {count} 件", "{count}")
NO_CASES = Text("当前没有在办案件", "No case is running")
OTHERS = Text("其他", "Others")
RUNNING = Text("在办", "running")
LEAST_SHARE = 0.028
MOST_OTHERS, LONG_EM = 0.12, 6.0
MOST_CELLS, MOST_SOURCES = 12, 7
COMPONENT_HUE = 6
MAJOR_HUES = {"01": 0, "02": 3, "03": 4, "04": 1, "05": 5, "06": 2}


@dataclass(frozen=True, kw_only=True)
class Share:
    """One part of the whole; `hue` is a place in `SERIES`."""

    name: Text
    count: int
    hue: int


@dataclass(frozen=True, kw_only=True)
class Shares:
    """All parts, the largest first, and how many cases that are."""

    parts: tuple[Share, ...]
    total: int
    is_simulated: bool


def class_shares(facts: WallFacts) -> Shares | None:
    """Return running cases by class, small ones together; None without governance."""
    governed = facts.governed
    if governed is None or governed.counts is None:
        return None
    counts = sorted(governed.counts.open_by_class.items(), key=lambda pair: (-pair[1], pair[0]))
    total = sum(count for _, count in counts)
    large = [(code, count) for code, count in counts[:MOST_CELLS] if count >= LEAST_SHARE * total]
    rest = total - sum(count for _, count in large)
    parts = [Share(name=governed.class_name(code), count=count, hue=_hue(code))
             for code, count in large]  # fmt: skip
    if rest:
        parts.append(Share(name=OTHERS, count=rest, hue=7))
    return Shares(parts=tuple(parts), total=total, is_simulated=governed.is_simulated)


def _hue(code: str) -> int:
    """Return the hue of a class, written as "event:0102"; components share one."""
    kind, _, number = code.rpartition(":")
    return COMPONENT_HUE if kind == "component" else MAJOR_HUES.get(number[:2], 7)


def source_shares(facts: WallFacts) -> Shares | None:
    """Return running cases by source; None without governance."""
    governed = facts.governed
    if governed is None or governed.counts is None:
        return None
    counts = sorted(governed.counts.open_by_source.items(), key=lambda pair: (-pair[1], pair[0]))
    parts = [Share(name=governed.source(key), count=count, hue=number % len(SERIES))
             for number, (key, count) in enumerate(counts[:MOST_SOURCES]) if count]  # fmt: skip
    rest = sum(count for _, count in counts[MOST_SOURCES:])
    if rest:
        parts.append(Share(name=OTHERS, count=rest, hue=7))
    total = sum(part.count for part in parts)
    return Shares(parts=tuple(parts), total=total, is_simulated=governed.is_simulated)


def squares(sizes: Sequence[float], room: QRectF) -> list[QRectF]:
    """Cut a room into rectangles of these relative sizes in their order, as near to squares as rows allow."""
    left = [size for size in sizes if size > 0]
    scale = room.width() * room.height() / max(1e-9, sum(left))
    areas = [size * scale for size in left]
    rest, found = QRectF(room), list[QRectF]()
    while areas:
        side = min(rest.width(), rest.height())
        take = 1
        while take < len(areas) and _worst(areas[: take + 1], side) <= _worst(areas[:take], side):
            take += 1
        row, areas = areas[:take], areas[take:]
        deep = sum(row) / max(1e-9, side)
        at = 0.0
        for size in row:
            long = size / max(1e-9, deep)
            if rest.width() >= rest.height():
                found.append(QRectF(rest.left(), rest.top() + at, deep, long))
            else:
                found.append(QRectF(rest.left() + at, rest.top(), long, deep))
            at += long
        if rest.width() >= rest.height():
            rest.setLeft(rest.left() + deep)
        else:
            rest.setTop(rest.top() + deep)
    return found


def _worst(row: Sequence[float], side: float) -> float:
    """Return the longest proportion of any rectangle in a row along a side."""
    total = sum(row)
    return max(max(side**2 * size / total**2, total**2 / (side**2 * size)) for size in row)


class ClassMap:
    """Rectangles as large as their classes; classes of one kind share a hue."""

    nominal_em = (23.5, 12.0)
    turns_ms = 0

    def content(self, facts: WallFacts) -> object:
        """Return the shares."""
        return class_shares(facts)

    def paint(self, brush: Brush, area: QRectF, turn: Turn) -> None:
        """Paint the rectangles with name and number, as far as they fit."""
        shown: Shares | None = turn.now
        if shown is None or not shown.parts:
            brush.nothing(brush.frame(area, CLASSES), NONE if shown is None else NO_CASES)
            return
        note = TOTAL.with_values(count=shown.total)
        room = brush.frame(area, CLASSES, note, is_simulated=shown.is_simulated)
        boxes = legible(brush, shown.parts, room)
        for part, box in boxes:
            _paint_class(brush, box, part)
        if not boxes:
            _paint_bars(brush, room, shown)


def legible(brush: Brush, parts: Sequence[Share], room: QRectF) -> list[tuple[Share, QRectF]]:
    """Cut a room so that every part can be named: what would be too small is put together with the others.

    Nothing comes back where too much would have to be.
    """
    named = sorted((part for part in parts if part.name != OTHERS), key=lambda part: -part.count)
    rest = sum(part.count for part in parts if part.name == OTHERS)
    total = sum(part.count for part in parts)
    while True:
        shown = [*named, Share(name=OTHERS, count=rest, hue=7)] if rest else named
        ordered = sorted(shown, key=lambda part: -part.count)
        found = list(zip(ordered, squares([part.count for part in ordered], room), strict=True))
        if all(_can_name(brush, part, box) for part, box in found):
            return found
        if len(named) <= 2 or rest > MOST_OTHERS * total:
            return []
        rest += named.pop().count


def _paint_bars(brush: Brush, room: QRectF, shown: Shares) -> None:
    """Paint the parts as bars in two columns: a room too low for a map can still name them all."""
    look, em = brush.look, brush.em
    across = 2 if room.width() > 18 * em else 1
    down = max(1, int(room.height() // (1.62 * em)))
    parts = shown.parts[: across * down]
    down = -(-len(parts) // across)
    most = max(part.count for part in parts)
    wide = (room.width() - (across - 1) * 1.2 * em) / across
    for number, part in enumerate(parts):
        column, row = divmod(number, down)
        tall = room.height() / down
        line = QRectF(room.left() + column * (wide + 1.2 * em), room.top() + row * tall, wide, tall)
        colour = look.tint(SERIES[part.hue])
        track = QRectF(line.left(), line.center().y() + 0.56 * em, line.width(), 0.2 * em)
        brush.painter.fillRect(track, look.grid)
        brush.bar(QRectF(track.left(), track.top(), track.width() * part.count / most, track.height()), colour)
        above = QRectF(line.left(), line.center().y() - 0.86 * em, line.width(), 1.4 * em)
        brush.painter.fillRect(QRectF(above.left(), above.center().y() - 0.28 * em, 0.22 * em, 0.56 * em), colour)
        brush.size(1.06, is_bold=True)
        brush.write(above, f"{part.count}", look.number, RIGHT)
        brush.size()
        brush.say_in(above.adjusted(0.55 * em, 0, -2.4 * em, 0), part.name, look.text, LEFT)


def _can_name(brush: Brush, part: Share, box: QRectF) -> bool:
    brush.size()
    wide, tall, em = box.width() - 0.6 * brush.em, box.height() - 0.5 * brush.em, brush.em
    name, number = brush.width(brush.say(part.name)), brush.width(f"{part.count}")
    halves = max(brush.width(half) for half in _halves(brush, part))
    is_wrapped = tall >= 4.1 * em and wide >= min(halves, LONG_EM * em)
    is_high = tall >= 2.7 * em and wide >= min(name, LONG_EM * em)
    return is_wrapped or is_high or (tall >= 1.25 * em and wide >= name + number + 0.6 * em)


def _halves(brush: Brush, part: Share) -> tuple[str, str]:
    """Return a name in two lines: words stay whole where it has any."""
    name = brush.say(part.name)
    spaces = [place for place, sign in enumerate(name) if sign == " "]
    cut = min(spaces, key=lambda place: abs(place - len(name) / 2), default=-(-len(name) // 2))
    return name[:cut], name[cut:].lstrip()


def _paint_class(brush: Brush, box: QRectF, part: Share) -> None:
    look, em, painter = brush.look, brush.em, brush.painter
    colour = look.tint(SERIES[part.hue])
    cell = box.adjusted(0.07 * em, 0.07 * em, -0.07 * em, -0.07 * em)
    fill = QLinearGradient(cell.topLeft(), cell.bottomRight())
    fill.setColorAt(0.0, look.faint(colour, 126 if look.is_dark else 92))
    fill.setColorAt(1.0, look.faint(colour, 46 if look.is_dark else 40))
    painter.setPen(QPen(look.faint(colour, 170), max(1.0, 0.05 * em)))
    painter.setBrush(fill)
    painter.drawRect(cell)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    inner = cell.adjusted(0.26 * em, 0.2 * em, -0.16 * em, -0.2 * em)
    brush.size()
    name, fits = brush.say(part.name), inner.height() >= 1.25 * em
    number = f"{part.count}"
    is_wrapped = brush.width(name) > inner.width() and inner.height() >= 4.0 * em
    if is_wrapped and inner.width() >= 2.0 * em:
        for row, half in enumerate(_halves(brush, part)):
            brush.write(QRectF(inner.left(), inner.top() + 1.2 * row * em, inner.width(), 1.25 * em), half, look.text)
        brush.size(1.4, is_bold=True)
        brush.write(QRectF(inner.left(), inner.top() + 2.45 * em, inner.width(), 1.6 * em), number, look.number, LEFT)
    elif inner.height() >= 2.7 * em and inner.width() >= 2.0 * em:
        brush.write(QRectF(inner.left(), inner.top(), inner.width(), 1.35 * em), name, look.text, LEFT)
        brush.size(1.4 if inner.height() >= 3.2 * em else 1.15, is_bold=True)
        brush.write(QRectF(inner.left(), inner.top() + 1.3 * em, inner.width(), 1.6 * em), number, look.number, LEFT)
    elif fits and inner.width() >= brush.width(name) + brush.width(number) + 0.6 * em:
        brush.write(inner, name, look.text, LEFT)
        brush.size(1.1, is_bold=True)
        brush.write(inner, number, look.number, RIGHT)
    elif fits and inner.width() >= brush.width(number):
        brush.size(1.0, is_bold=True)
        brush.write(inner, number, look.number, CENTRE)


class CaseSources:
    """A ring with the total in the middle and the sources beside it."""

    nominal_em = (23.5, 11.0)
    turns_ms = 0

    def content(self, facts: WallFacts) -> object:
        """Return the shares."""
        return source_shares(facts)

    def paint(self, brush: Brush, area: QRectF, turn: Turn) -> None:
        """Paint ring and names."""
        shown: Shares | None = turn.now
        if shown is None or not shown.parts:
            brush.nothing(brush.frame(area, SOURCES), NONE if shown is None else NO_CASES)
            return
        room, em, look = brush.frame(area, SOURCES, is_simulated=shown.is_simulated), brush.em, brush.look
        radius = min(0.46 * room.height(), 0.21 * room.width()) - 0.3 * em
        centre = QPointF(room.left() + radius + 0.9 * em, room.center().y())
        donut(brush, centre, radius, [(float(part.count), SERIES[part.hue]) for part in shown.parts])
        brush.size(min(1.9, max(1.0, radius / em * 0.5)), is_bold=True)
        inside = QRectF(centre.x() - radius, centre.y() - 1.45 * em, 2 * radius, 1.8 * em)
        brush.write(inside, f"{shown.total}", look.number, CENTRE)
        brush.size()
        brush.say_in(inside.translated(0, 1.45 * em), RUNNING, look.quiet, CENTRE)
        names = QRectF(centre.x() + radius + 1.1 * em, room.top(), 0, room.height())
        names.setRight(room.right())
        _paint_names(brush, names, shown)


def _paint_names(brush: Brush, room: QRectF, shown: Shares) -> None:
    em, look = brush.em, brush.look
    rows = brush.rows(room, 1.42, len(shown.parts))
    top = room.top() + max(0.0, (room.height() - len(rows) * rows[0].height()) / 2) - room.top()
    for part, row in zip(shown.parts, rows, strict=False):
        line = row.translated(0, top)
        colour: QColor = look.tint(SERIES[part.hue])
        brush.painter.fillRect(QRectF(line.left(), line.center().y() - 0.3 * em, 0.6 * em, 0.6 * em), colour)
        brush.size(1.0, is_bold=True)
        brush.write(line, f"{100 * part.count / shown.total:.0f}%", look.number, RIGHT)
        brush.size()
        brush.write(line.adjusted(0, 0, -3.2 * em, 0), f"{part.count}", look.quiet, RIGHT)
        brush.say_in(line.adjusted(1.0 * em, 0, -5.2 * em, 0), part.name, look.text, LEFT)
