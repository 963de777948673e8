"""What is urgent on a kiosk: an alarm with value, age and advice; public warnings, exercises under a watermark."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPen

from sanping.domain.notice import Notice
from sanping.domain.text import Text
from sanping.ui.kiosk.letters import tall, wrap
from sanping.ui.kiosk.view import AlarmBanner
from sanping.ui.live.colours import ALARM
from sanping.ui.live.warning_panel import EXERCISE, LEVELS, NO_LEVEL, colour_of
from sanping.ui.wall.brush import CENTRE, SIMULATED, Brush

ALARM_WORD = Text("{level}告警", "{level} alarm")
ADVICE = Text("处置：{advice}", "What to do: {advice}")
VISITORS_CALM = Text("值班人员已收到，请留意现场提示", "The people on duty know; please heed signs and staff")
MOST_NOTICES = 2


def paint_alarm(brush: Brush, area: QRectF, banner: AlarmBanner) -> QRectF:
    """Paint an alarm; return the room it took."""
    em, look, line = brush.em, brush.look, banner.line
    colour, alarm = ALARM[line.alarm.colour], line.alarm
    inner_wide = area.width() - 12.4 * em
    title = f"{brush.say(line.station)} · {brush.say(line.rule)}"
    sentence = Text(alarm.title_zh, alarm.title_en or alarm.title_zh)
    advice = brush.say(ADVICE.with_values(advice=line.advice)) if line.advice.zh else brush.say(VISITORS_CALM)
    told = brush.say(sentence) if sentence.zh not in (line.rule.zh, "") else ""
    facts = " · ".join(part for part in (brush.say(banner.value), brush.say(banner.age)) if part)
    rows = [(title, 1.8, True, look.number), (facts, 1.4, True, colour), (told, 1.15, False, look.text),
            (advice, 1.15, False, look.text)]  # fmt: skip
    rows = [row for row in rows if row[0]]
    heights = [tall(brush, words, inner_wide, size, is_bold=bold) for words, size, bold, _ in rows]
    room = QRectF(area.left(), area.top(), area.width(), sum(heights) + 0.3 * em * len(rows) + 2.2 * em)
    _frame(brush, room, colour)
    _plate(brush, QRectF(room.left() + 1.2 * em, room.top() + 1.1 * em, 8.4 * em, 2.4 * em), alarm.colour, colour)
    if alarm.is_simulated:
        words = brush.say(SIMULATED)
        brush.size()
        brush.tag(room.left() + 1.2 * em + brush.width(words) + 0.7 * em, room.top() + 4.7 * em, words)
    top = room.top() + 1.0 * em
    for (words, size, bold, ink), height in zip(rows, heights, strict=True):
        line_room = QRectF(room.left() + 10.8 * em, top, inner_wide, height + 2)
        wrap(brush, line_room, words, look.tint(ink), size, is_bold=bold)
        top += height + 0.3 * em
    return room


def paint_notices(brush: Brush, area: QRectF, notices: tuple[Notice, ...]) -> None:
    """Paint the worst public warnings in force; those that are not meant are hatched and say so."""
    em, top = brush.em, area.top()
    for notice in notices[:MOST_NOTICES]:
        top += _paint_notice(brush, QRectF(area.left(), top, area.width(), 0.0), notice) + 0.7 * em


def _paint_notice(brush: Brush, area: QRectF, notice: Notice) -> float:
    em, look, colour = brush.em, brush.look, colour_of(notice)
    headline = brush.say(Text(notice.headline_zh or notice.headline_en, notice.headline_en or notice.headline_zh))
    instruction = brush.say(Text(notice.instruction_zh or notice.instruction_en or " ",
                                 notice.instruction_en or notice.instruction_zh or " ")).strip()  # fmt: skip
    marks = [EXERCISE[notice.status]] + ([SIMULATED] if notice.is_simulated else [])
    spoken = [brush.say(mark) for mark in marks if mark.zh]
    brush.size()
    marked = sum(brush.width(words) + 1.4 * em for words in spoken)
    wide = area.width() - 10.8 * em - marked - 1.2 * em
    first = tall(brush, headline, wide, 1.3, is_bold=True)
    second = min(tall(brush, instruction, wide, 1.05), 3.2 * em) if instruction else 0.0
    room = QRectF(area.left(), area.top(), area.width(), max(3.6 * em, first + second + 1.7 * em))
    _frame(brush, room, colour)
    if notice.status != "actual":
        _hatch(brush, room, brush.say(EXERCISE[notice.status]))
    level = NO_LEVEL if notice.colour is None else LEVELS[notice.colour]
    _plate_words(
        brush, QRectF(room.left() + 1.2 * em, room.top() + 0.75 * em, 8.4 * em, 2.1 * em), brush.say(level), colour
    )
    right = room.right() - 0.9 * em
    for words in reversed(spoken):
        right = brush.tag(right, room.top() + 1.8 * em, words) - 0.5 * em
    line = QRectF(room.left() + 10.8 * em, room.top() + 0.85 * em, wide, first + 2)
    wrap(brush, line, headline, look.number, 1.3, is_bold=True)
    if instruction:
        wrap(brush, QRectF(line.left(), line.bottom() + 0.2 * em, wide, second), instruction, look.text, 1.05)
    return room.height()


def _frame(brush: Brush, room: QRectF, colour: QColor) -> None:
    look, painter, em = brush.look, brush.painter, brush.em
    solid = QColor(look.glass_top)
    solid.setAlpha(244)
    painter.setPen(QPen(look.faint(colour, 220), max(1.5, 0.1 * em)))
    painter.setBrush(solid)
    painter.drawRoundedRect(room, 0.5 * em, 0.5 * em)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(look.faint(colour, 34))
    painter.drawRoundedRect(room, 0.5 * em, 0.5 * em)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.fillRect(QRectF(room.left(), room.top() + 0.5 * em, 0.45 * em, room.height() - em), colour)


def _plate(brush: Brush, area: QRectF, level: str, colour: QColor) -> None:
    words = ALARM_WORD.with_values(level=LEVELS[level])
    _plate_words(brush, area, brush.say(words), colour)


def _plate_words(brush: Brush, area: QRectF, words: str, colour: QColor) -> None:
    brush.painter.setPen(Qt.PenStyle.NoPen)
    brush.painter.setBrush(colour)
    brush.painter.drawRoundedRect(area, 0.3 * brush.em, 0.3 * brush.em)
    brush.painter.setBrush(Qt.BrushStyle.NoBrush)
    brush.size(1.15, is_bold=True)
    brush.write(area, words, QColor(8, 22, 44), CENTRE)


def _hatch(brush: Brush, room: QRectF, mark: str) -> None:
    """Paint the watermark of what is only practised."""
    painter, em = brush.painter, brush.em
    painter.save()
    painter.setClipRect(room)
    painter.setPen(QPen(brush.look.faint(brush.look.amber, 46), 0.5 * em))
    x = room.left() - room.height()
    while x < room.right():
        painter.drawLine(round(x), round(room.bottom()), round(x + room.height()), round(room.top()))
        x += 2.4 * em
    brush.size(min(2.2, room.height() / em * 0.5), is_bold=True)
    beside = QRectF(room.left() + 0.62 * room.width(), room.top(), 0.22 * room.width(), room.height())
    brush.write(beside, mark, brush.look.faint(brush.look.amber, 84), CENTRE)
    painter.restore()
