"""What somebody put on the wall to be seen large: a station, an alarm, a case, or one of the panels."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor

from sanping.domain.quantity import quantity
from sanping.domain.text import Text
from sanping.stage.sharing import Focus
from sanping.twin.alarms import STATE_NAMES
from sanping.twin.river_view import StationView
from sanping.twin.water_quality import CLASS_NAMES
from sanping.ui.live import words
from sanping.ui.live.alarm_rows import AlarmLine, measured, sentence_of
from sanping.ui.live.colours import ALARM, CLASS, colour_of
from sanping.ui.wall.brush import RIGHT, Brush
from sanping.ui.wall.facts import LEVEL, Turn, WallFacts, WallPanel
from sanping.ui.wall.panels.case_pair import GONE as CASE_GONE
from sanping.ui.wall.panels.case_pair import SHEET as CASE_SHEET
from sanping.ui.wall.panels.case_pair import CaseLarge, case_large, paint_large
from sanping.ui.wall.panels.water import Course, course_of, paint_course

STATION, ALARM_TITLE = Text("站点详情", "Station"), Text("告警详情", "Alarm")
FOCUS = Text("焦点", "In focus")
GONE = Text("“{id}”不在本孪生里，或已经结束", "“{id}” is not in this twin, or it is over")
NOT_YET = Text("“{id}”暂时不能放大显示", "“{id}” cannot be shown large yet")
SINCE = Text("{time} 起 · {age}", "since {time} · {age}")
ADVICE = Text("处置建议：{advice}", "Advice: {advice}")


@dataclass(frozen=True, kw_only=True)
class Row:
    """One quantity of a station."""

    name: Text
    said: Text
    unit: str
    age: Text
    is_fresh: bool


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """One station, and the alarm that it is shown for if there is one."""

    name: Text
    colour: QColor
    title: Text
    lines: tuple[Text, ...] = ()
    water_class: int = 0
    course: Course | None = None
    rows: tuple[Row, ...] = ()
    note: Text | None = None
    is_simulated: bool = False


class FocusPanel:
    """Shows what is in focus, nothing while nothing is; `others` paints one of the other panels."""

    nominal_em = (28.0, 34.0)
    turns_ms = 320

    def __init__(self, others: dict[str, WallPanel]) -> None:
        self._others = others

    def content(self, facts: WallFacts) -> object:
        """Return the sheet, or the name and content of a panel."""
        focus = facts.focus
        if focus is None:
            return None
        if focus.kind == "panel" and focus.id in self._others:
            return focus.id, self._others[focus.id].content(facts)
        if focus.kind == "station" and focus.id in facts.view.by_id:
            return _of_station(facts, facts.view.by_id[focus.id])
        if focus.kind == "alarm":
            return _of_alarm(facts, focus)
        if focus.kind == "case":
            gone = Sheet(name=CASE_GONE.with_values(id=focus.id), colour=ALARM["yellow"], title=CASE_SHEET)
            return case_large(facts, focus.id) or gone
        words_said = NOT_YET if focus.kind in ("camera", "panel") else GONE
        return Sheet(name=words_said.with_values(id=focus.id), colour=ALARM["yellow"], title=FOCUS)

    def paint(self, brush: Brush, area: QRectF, turn: Turn) -> None:
        """Paint it; it comes in by fading."""
        shown = turn.now
        brush.painter.save()
        if turn.before is None:
            brush.painter.setOpacity(turn.share)
        if isinstance(shown, tuple):
            name, content = shown
            self._others[name].paint(brush, area, Turn(now=content))
        elif isinstance(shown, CaseLarge):
            paint_large(brush, area, shown)
        else:
            _paint_sheet(brush, area, shown)
        brush.painter.restore()


def _of_station(facts: WallFacts, view: StationView) -> Sheet:
    readings = sorted(view.readings.values(), key=lambda one: (one.quantity != LEVEL, one.quantity not in view.fresh))
    rows = tuple(
        Row(
            name=quantity(reading.quantity).title,
            said=words.said(reading),
            unit=quantity(reading.quantity).unit,
            age=facts.age(reading),
            is_fresh=reading.quantity in view.fresh,
        )
        for reading in readings
    )
    return Sheet(
        name=view.station.name,
        colour=colour_of(view),
        title=STATION,
        water_class=0 if view.quality is None else view.quality.water_class,
        course=course_of(facts, view) if facts.courses.get(view.station.id) else None,
        rows=rows,
        note=facts.note_of(view.main),
        is_simulated=view.is_simulated,
    )


def _of_alarm(facts: WallFacts, focus: Focus) -> Sheet:
    lines = [one for line in facts.lines for one in (line, *line.members)]
    line = next((one for one in lines if one.is_named(focus.id)), None)
    if line is None:
        return Sheet(name=GONE.with_values(id=focus.id), colour=ALARM["yellow"], title=ALARM_TITLE)
    view = facts.view.by_id.get(line.alarm.station)
    told = _told_of(facts, line)
    if view is None:
        return Sheet(name=line.station, colour=ALARM[line.alarm.colour], title=ALARM_TITLE, lines=told)
    sheet = _of_station(facts, view)
    return Sheet(
        name=sheet.name,
        colour=ALARM[line.alarm.colour],
        title=ALARM_TITLE,
        lines=told,
        water_class=sheet.water_class,
        course=sheet.course,
        rows=sheet.rows,
        note=sheet.note,
        is_simulated=line.alarm.is_simulated or sheet.is_simulated,
    )


def _told_of(facts: WallFacts, line: AlarmLine) -> tuple[Text, ...]:
    alarm = line.alarm
    since = facts.clock(alarm.raised_ms).strftime("%m-%d %H:%M")
    raised = SINCE.with_values(time=since, age=words.age(alarm.raised_ms, facts.now_ms))
    told = [sentence_of(line), measured(line), raised, STATE_NAMES[alarm.state]]
    if line.advice.zh:
        told.append(ADVICE.with_values(advice=line.advice))
    return tuple(text for text in told if text.zh)


def _paint_sheet(brush: Brush, area: QRectF, sheet: Sheet) -> None:
    room = brush.frame(area, sheet.title, sheet.note, is_simulated=sheet.is_simulated)
    em, look = brush.em, brush.look
    brush.painter.fillRect(QRectF(room.left(), room.top() + 0.2 * em, 0.34 * em, 2.0 * em), look.tint(sheet.colour))
    head = QRectF(room.left() + 0.8 * em, room.top(), room.width() - 0.8 * em, 2.4 * em)
    if sheet.water_class:
        plate = QRectF(head.right() - 4.6 * em, head.top() + 0.35 * em, 4.6 * em, 1.7 * em)
        brush.size(1.1, is_bold=True)
        brush.plate(plate, brush.say(CLASS_NAMES[sheet.water_class]), look.tint(CLASS[sheet.water_class]))  # type: ignore[index]
        head.setRight(plate.left() - 0.5 * em)
    brush.size(1.5, is_bold=True)
    brush.say_in(head, sheet.name, look.number)
    top = room.top() + 2.7 * em
    for number, line in enumerate(sheet.lines):
        brush.size(1.15 if number == 0 else 1.0, is_bold=number == 0)
        colour = look.tint(sheet.colour) if number == 0 else look.text
        brush.say_in(QRectF(room.left(), top, room.width(), 1.7 * em), line, colour)
        top += 1.65 * em
    if sheet.course is not None and len(sheet.course.points) > 1:
        tall = min(12.0 * em, 0.5 * (room.bottom() - top))
        paint_course(brush, QRectF(room.left(), top + 0.4 * em, room.width(), tall), sheet.course)
        top += tall + 0.8 * em
    rest = QRectF(room.left(), top, room.width(), room.bottom() - top)
    if sheet.rows and rest.height() > 1.8 * em:
        for row, room_of_row in zip(sheet.rows, brush.rows(rest, 1.8, len(sheet.rows)), strict=False):
            _paint_row(brush, room_of_row, row)


def _paint_row(brush: Brush, line: QRectF, row: Row) -> None:
    look, em = brush.look, brush.em
    brush.painter.fillRect(QRectF(line.left(), line.bottom() - 1, line.width(), 1), look.grid)
    brush.dot(QPointF(line.left() + 0.4 * em, line.center().y()), look.accent if row.is_fresh else look.stale, 0.18,
              is_hollow=not row.is_fresh)  # fmt: skip
    brush.size()
    brush.say_in(line, row.age, look.quiet, RIGHT)
    value = line.adjusted(0, 0, -max(5.4 * em, brush.width(brush.say(row.age)) + 0.8 * em), 0)
    left = brush.value(value, brush.say(row.said), row.unit, look.number if row.is_fresh else look.stale)
    brush.size()
    name = QRectF(line.left() + em, line.top(), left - line.left() - 1.5 * em, line.height())
    brush.say_in(name, row.name, look.text)
