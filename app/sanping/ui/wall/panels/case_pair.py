"""The newest closed case with its place before and after; and one case large. No names, no free text."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainterPath, QPen, QPolygonF

from sanping.domain.case import STATE_TITLES
from sanping.domain.text import Text
from sanping.ui.live import words
from sanping.ui.wall.brush import CENTRE, LEFT, RIGHT, Brush
from sanping.ui.wall.facts import Turn, WallFacts
from sanping.ui.wall.governing import CaseStory, Governed, clock_words, span_words, title_of, where_words
from sanping.ui.wall.marks import CLOCK, clock_ring
from sanping.ui.wall.panels.case_figures import NONE

PAIR = Text("最新结案", "Newest closed case")
SHEET = Text("案件详情", "Case")
NO_PAIR = Text("今天还没有带照片的结案", "No case with photos was closed yet")
GONE = Text("案件“{id}”不在办，或已经移出", "The case “{id}” is not running any more")
BEFORE, AFTER = Text("处置前", "Before"), Text("处置后", "After")
NO_PHOTO = Text("无照片", "no photo")
TOOK = Text("用时 {time}", "took {time}")
CLOSED = Text("{time} 结案", "closed {time}")
CASE_NUMBER = Text("案卷号 {id}", "No. {id}")
FROM = Text("来源 {source}", "from {source}")
BY = Text("处置 {department}", "handled by {department}")
LARGEST_PX = 2400


@dataclass(frozen=True, kw_only=True)
class Pair:
    """The newest closed case in words, with both photos."""

    title: Text
    place: Text
    department: Text
    closed: Text
    took: Text
    before: bytes
    after: bytes
    is_simulated: bool


class CasePair:
    """Two photos side by side."""

    nominal_em = (23.5, 13.0)
    turns_ms = 600

    def content(self, facts: WallFacts) -> object:
        """Return the pair; None without governance, () when nothing was closed."""
        governed = facts.governed
        if governed is None or governed.counts is None:
            return None
        return () if governed.newest is None else _pair_of(facts, governed, governed.newest)

    def paint(self, brush: Brush, area: QRectF, turn: Turn) -> None:
        """Paint both photos below what was closed."""
        shown = turn.now
        if not isinstance(shown, Pair):
            brush.nothing(brush.frame(area, PAIR), NONE if shown is None else NO_PAIR)
            return
        room, em, look = brush.frame(area, PAIR, shown.closed, is_simulated=shown.is_simulated), brush.em, brush.look
        brush.painter.save()
        if isinstance(turn.before, Pair) and turn.before != shown:
            brush.painter.setOpacity(turn.share)
        line = QRectF(room.left(), room.top(), room.width(), 1.5 * em)
        brush.size(1.1, is_bold=True)
        brush.say_in(line, shown.title, look.number, LEFT)
        left = line.left() + brush.width(brush.say(shown.title)) + 0.7 * em
        brush.size()
        brush.say_in(line, shown.took, look.tint(CLOCK["green"]), RIGHT)
        right = line.right() - brush.width(brush.say(shown.took)) - 0.6 * em
        brush.say_in(QRectF(left, line.top(), right - left, line.height()), shown.place, look.quiet, LEFT)
        paint_photos(brush, room.adjusted(0, 1.8 * em, 0, 0), (shown.before, shown.after))
        brush.painter.restore()


def _pair_of(facts: WallFacts, governed: Governed, story: CaseStory) -> Pair:
    line = story.line
    ended_ms = line.closed_ms or line.changed_ms
    return Pair(
        title=title_of(line),
        place=where_words(governed, line),
        department=governed.department(line.department),
        closed=CLOSED.with_values(time=f"{facts.clock(ended_ms):%H:%M}"),
        took=TOOK.with_values(time=span_words(ended_ms - line.reported_ms)),
        before=story.before,
        after=story.after,
        is_simulated=line.is_simulated,
    )


def paint_photos(brush: Brush, room: QRectF, photos: tuple[bytes, bytes]) -> None:
    """Paint the place before and after, with an arrow between."""
    em, look = brush.em, brush.look
    gap = 0.9 * em
    wide = (room.width() - gap) / 2
    for number, (photo, name) in enumerate(zip(photos, (BEFORE, AFTER), strict=True)):
        box = QRectF(room.left() + number * (wide + gap), room.top(), wide, room.height())
        _paint_photo(brush, box, photo, name, CLOCK["orange"] if number == 0 else CLOCK["green"])
    at = QPointF(room.center().x(), room.center().y())
    brush.painter.setPen(QPen(look.accent, 0.14 * em, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    for step in (-0.18, 0.14):
        tip = at + QPointF(step * em + 0.14 * em, 0)
        brush.painter.drawPolyline(
            QPolygonF([tip + QPointF(-0.26 * em, -0.42 * em), tip, tip + QPointF(-0.26 * em, 0.42 * em)])
        )


def _paint_photo(brush: Brush, box: QRectF, photo: bytes, name: Text, colour: QColor) -> None:
    em, look, painter = brush.em, brush.look, brush.painter
    image = QImage.fromData(photo) if photo else QImage()
    painter.save()
    shape = QPainterPath()
    shape.addRoundedRect(box, 0.3 * em, 0.3 * em)
    painter.setClipPath(shape, Qt.ClipOperation.IntersectClip)
    painter.fillRect(box, look.faint(look.shade, 170))
    if image.isNull() or max(image.width(), image.height()) > 4 * LARGEST_PX:
        brush.size()
        brush.say_in(box, NO_PHOTO, look.quiet, CENTRE)
    else:
        painter.drawImage(box, image, _middle(image, box))
    brush.size()
    said = brush.say(name)
    tag = QRectF(box.left(), box.bottom() - 1.5 * em, brush.width(said) + 1.1 * em, 1.5 * em)
    painter.fillRect(tag, QColor(4, 14, 30, 205))
    painter.fillRect(QRectF(tag.left(), tag.top(), 0.2 * em, tag.height()), colour)
    brush.write(tag.adjusted(0.55 * em, 0, 0, 0), said, QColor(236, 244, 252), LEFT)
    painter.restore()
    painter.setPen(QPen(look.border, max(1.0, 0.06 * em)))
    painter.drawRoundedRect(box, 0.3 * em, 0.3 * em)


def _middle(image: QImage, box: QRectF) -> QRectF:
    """Return the middle of a picture that has the box's proportions."""
    wide = min(image.width(), image.height() * box.width() / max(1.0, box.height()))
    high = wide * box.height() / max(1.0, box.width())
    return QRectF((image.width() - wide) / 2, (image.height() - high) / 2, wide, high)


@dataclass(frozen=True, kw_only=True)
class CaseLarge:
    """One case for the whole room."""

    title: Text
    lines: tuple[Text, ...]
    state: Text
    time: Text
    left: float | None
    colour: QColor
    steps: tuple[tuple[Text, str], ...]
    photos: tuple[bytes, bytes]
    note: Text | None
    is_simulated: bool


def case_large(facts: WallFacts, id: str) -> CaseLarge | None:
    """Return a case as the wall shows it large; None when it is not known here."""
    governed = facts.governed
    if governed is None:
        return None
    story = governed.focus if governed.focus is not None and governed.focus.line.id == id else None
    line = next((line for line in governed.lines if line.id == id), None if story is None else story.line)
    if line is None:
        return None
    left = line.left_at(facts.now_ms)
    source = FROM.with_values(source=governed.source(line.source))
    told = [where_words(governed, line), source]
    if line.department:
        told.append(BY.with_values(department=governed.department(line.department)))
    steps = () if story is None else story.steps
    return CaseLarge(
        title=title_of(line),
        lines=(*told, CASE_NUMBER.with_values(id=line.id)),
        state=STATE_TITLES[line.state],
        time=clock_words(line, facts.now_ms),
        left=None if left is None else round(left, 3),
        colour=CLOCK["green"] if line.state in ("closed", "archived") else CLOCK[line.colour_at(facts.now_ms)],
        steps=tuple((step.title, f"{facts.clock(step.at_ms):%m-%d %H:%M}") for step in steps),
        photos=(b"", b"") if story is None else (story.before, story.after),
        note=words.age(line.changed_ms, facts.now_ms),
        is_simulated=line.is_simulated,
    )


def paint_large(brush: Brush, area: QRectF, shown: CaseLarge) -> None:
    """Paint one case: its clock, where it is, its way, its photos."""
    room, em, look = brush.frame(area, SHEET, shown.note, is_simulated=shown.is_simulated), brush.em, brush.look
    colour = look.tint(shown.colour)
    radius = 2.0 * em
    clock_ring(
        brush, QPointF(room.left() + radius + 0.4 * em, room.top() + radius + 0.5 * em), radius, shown.left, colour
    )
    left = room.left() + 2 * radius + 1.5 * em
    head = QRectF(left, room.top() + 0.1 * em, room.right() - left, 2.3 * em)
    brush.size(1.7, is_bold=True)
    brush.say_in(head, shown.title, look.number)
    brush.size(1.25, is_bold=True)
    below = QRectF(left, head.bottom(), head.width(), 1.9 * em)
    brush.say_in(below, shown.state, colour)
    brush.say_in(below, shown.time, colour, RIGHT)
    top = room.top() + 2 * radius + 1.3 * em
    for line in shown.lines:
        brush.size()
        brush.say_in(QRectF(room.left(), top, room.width(), 1.6 * em), line, look.text)
        top += 1.6 * em
    has_photos = any(shown.photos)
    tall = min(12.0 * em, 0.45 * (room.bottom() - top)) if has_photos else 0.0
    if shown.steps:
        _paint_way(
            brush, QRectF(room.left(), top + 0.4 * em, room.width(), room.bottom() - top - tall - 0.8 * em), shown
        )
    if has_photos and tall > 4 * em:
        paint_photos(brush, QRectF(room.left(), room.bottom() - tall, room.width(), tall), shown.photos)


def _paint_way(brush: Brush, room: QRectF, shown: CaseLarge) -> None:
    """Paint the newest steps as a line through time."""
    em, look = brush.em, brush.look
    lines = brush.rows(room, 1.7, len(shown.steps))
    steps = shown.steps[-len(lines) :]
    x = room.left() + 0.5 * em
    brush.line(QPointF(x, lines[0].center().y()), QPointF(x, lines[-1].center().y()), look.faint(look.accent, 110), 0.1)
    for number, ((title, time), line) in enumerate(zip(steps, lines, strict=True)):
        is_last = number == len(steps) - 1
        colour = look.tint(shown.colour) if is_last else look.accent
        brush.dot(QPointF(x, line.center().y()), colour, 0.3 if is_last else 0.22)
        brush.size(1.0, is_bold=is_last)
        brush.say_in(line.adjusted(1.4 * em, 0, 0, 0), title, look.number if is_last else look.text, LEFT)
        brush.size()
        brush.write(line, time, look.quiet, RIGHT)
