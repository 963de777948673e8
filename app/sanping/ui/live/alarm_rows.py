"""The rows of the operator's list: what a group of alarms and each of its members say, and how they are painted."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from sanping.domain.alarm import Alarm
from sanping.domain.quantity import quantity
from sanping.domain.text import Text
from sanping.twin.alarm_list import AlarmItem
from sanping.twin.alarms import STATE_NAMES
from sanping.ui.live import words
from sanping.ui.live.colours import ALARM
from sanping.ui.live.painting import RIGHT, badge, dot, set_size, width_of, write
from sanping.ui.theme import QUIET, TEXT
from sanping.ui.wording import Wording

ALARMS = Text("{count} 条", "{count} alarms")
PLACES = Text("{count} 站", "{count} stations")
STATIONS = Text("{title} · {count} 站", "{title} · {count} stations")
WAITING = Text("{count} 条未确认", "{count} unacknowledged")
WORST = Text("最重：{station}", "worst: {station}")
AGAINST = Text("{value}，限值 {limit}", "{value}, limit {limit}")
NOTHING = Text("", "")
ROW_HEIGHT, MEMBER_HEIGHT, INDENT = 46, 38, 20
ROW = Qt.ItemDataRole.UserRole
Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmLine:
    """One line: an item of the operator's list with the names of its station and rule, and the rule's advice.

    `members` are the lines of a group's alarms, none for a single alarm. `area` names the river of a group.
    `is_measured` when one quantity against one limit raised it; a class or a combination of rules has no such pair.
    """

    item: AlarmItem
    station: Text
    rule: Text
    advice: Text
    area: Text = NOTHING
    is_measured: bool = True
    members: tuple["AlarmLine", ...] = ()

    @property
    def alarm(self) -> Alarm:
        """The alarm that stands for the item."""
        return self.item.alarm

    @property
    def name(self) -> str:
        """What a click asks for: the key of a group, the id of a single alarm."""
        return self.item.key if self.members else self.alarm.id

    def is_named(self, name: str) -> bool:
        """Say whether a name means this line, also one that it had with more or fewer members."""
        return bool(name) and (name in (self.name, self.item.key))


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmRow:
    """A line as the list shows it: `head` is the group's line for a member, None for a line of its own."""

    line: AlarmLine
    head: AlarmLine | None = None
    is_open: bool = False


def line_named(lines: Sequence[AlarmLine], name: str) -> AlarmLine | None:
    """Return the line or member that a name means, None for none."""
    every = (one for line in lines for one in (line, *line.members))
    return next((line for line in every if line.is_named(name)), None)


def rows_of(lines: Sequence[AlarmLine], open_keys: frozenset[str]) -> Iterator[AlarmRow]:
    """Yield the rows to show: the members of open groups below them."""
    for line in lines:
        is_open = bool(line.members) and line.item.key in open_keys
        yield AlarmRow(line=line, is_open=is_open)
        if is_open:
            yield from (AlarmRow(line=member, head=line) for member in line.members)


def head_of(line: AlarmLine) -> Text:
    """Return the shortest that says what is wrong: the name of the rule, else the alarm's sentence."""
    title = line.rule if line.rule.zh else Text(line.alarm.title_zh, line.alarm.title_en)
    return Text(title.zh, title.en[:1].upper() + title.en[1:])


def size_of(line: AlarmLine) -> Text:
    """Return how much stands behind a line: stations, or alarms at the only one."""
    many = line.item.stations > 1
    return PLACES.with_values(count=line.item.stations) if many else ALARMS.with_values(count=line.item.count)


def title_of(line: AlarmLine) -> Text:
    """Return what is wrong, and at how many stations if at several."""
    head = head_of(line)
    return head if line.item.stations < 2 else STATIONS.with_values(title=head, count=line.item.stations)


def sentence_of(line: AlarmLine) -> Text:
    """Return the whole sentence of an alarm; of a group, what is wrong and at how many stations."""
    return title_of(line) if line.item.stations > 1 else Text(line.alarm.title_zh, line.alarm.title_en)


def measured(line: AlarmLine) -> Text:
    """Return the value with its limit, nothing for a rule that has no such pair."""
    alarm = line.alarm
    if not line.is_measured:
        return NOTHING
    known = quantity(alarm.quantity)
    unit = alarm.unit or known.unit
    value = f"{alarm.value:.{known.decimals}f} {unit}".strip()
    return AGAINST.with_values(value=value, limit=f"{alarm.limit:.{known.decimals}f}")


def place_of(line: AlarmLine) -> tuple[Text, ...]:
    """Return what stands below the title, the most telling first."""
    if line.item.stations < 2:
        state = NOTHING if line.alarm.state == "active" else STATE_NAMES[line.alarm.state]
        return (line.station, state, measured(line))
    waiting = WAITING.with_values(count=line.item.waiting) if line.item.waiting else STATE_NAMES["acknowledged"]
    return (line.area, waiting)


class AlarmRowPainter(QStyledItemDelegate):
    """Paints a row: its colour, what it says, where and since when; of a group how many stand behind it."""

    def __init__(self, wording: Wording, parent: QObject) -> None:
        super().__init__(parent)
        self._words = wording
        self.now_ms = 0
        self.chosen = ""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: N802
        """Return the height of a row."""
        row: AlarmRow = index.data(ROW)
        return QSize(120, ROW_HEIGHT if row.head is None else MEMBER_HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one row."""
        row: AlarmRow = index.data(ROW)
        area = QRectF(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if row.line.is_named(self.chosen):
            painter.fillRect(area, QColor(45, 130, 210, 95))
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(area, QColor(60, 140, 220, 38))
        painter.fillRect(QRectF(area.left() + 8, area.bottom() - 1, area.width() - 16, 1), QColor(90, 160, 230, 30))
        if row.head is None:
            self._paint_head(painter, area, row)
        else:
            self._paint_member(painter, area, row.line, row.head)
        painter.restore()

    def _paint_head(self, painter: QPainter, area: QRectF, row: AlarmRow) -> None:
        line, say = row.line, self._words.say
        colour, is_active = ALARM[line.alarm.colour], line.alarm.state == "active"
        painter.fillRect(QRectF(area.left() + 2, area.top() + 7, 3, area.height() - 14), colour)
        right = area.right() - 8
        if line.members:
            _fold_mark(painter, QPointF(right - 5, area.top() + 15), is_open=row.is_open)
            right = badge(painter, right - 16, area.top() + 15, say(size_of(line)), colour)
        dot(painter, QPointF(area.left() + 15, area.top() + 15), colour, is_hollow=not is_active)
        set_size(painter, 13, is_bold=is_active)
        title = QRectF(area.left() + 26, area.top() + 4, right - 6 - area.left() - 28, 22)
        write(painter, title, say(head_of(line)), TEXT if is_active else QUIET)
        self._paint_below(painter, area.adjusted(26, 25, -8, -4), line, place_of(line))

    def _paint_member(self, painter: QPainter, area: QRectF, line: AlarmLine, head: AlarmLine) -> None:
        say, is_active = self._words.say, line.alarm.state == "active"
        left = area.left() + INDENT
        dot(painter, QPointF(left + 10, area.top() + 12), ALARM[line.alarm.colour], 3.4, is_hollow=not is_active)
        set_size(painter, 12)
        title = QRectF(left + 20, area.top() + 3, area.right() - left - 28, 18)
        write(painter, title, say(line.station), TEXT if is_active else QUIET)
        state = NOTHING if is_active else STATE_NAMES[line.alarm.state]
        what = NOTHING if line.alarm.rule == head.alarm.rule else head_of(line)
        self._paint_below(painter, QRectF(left + 20, area.top() + 19, area.right() - left - 28, 16), line,
                          (what, state, measured(line)))  # fmt: skip

    def _paint_below(self, painter: QPainter, area: QRectF, line: AlarmLine, parts: Sequence[Text]) -> None:
        say = self._words.say
        set_size(painter, 11)
        age = say(words.age(line.item.newest_ms, self.now_ms))
        write(painter, area, age, QUIET, RIGHT)
        told = "  ".join(said for said in map(say, parts) if said)
        write(painter, area.adjusted(0, 0, -width_of(painter, age) - 8, 0), told, QUIET)


def _fold_mark(painter: QPainter, centre: QPointF, *, is_open: bool) -> None:
    """Draw an arrow that points down at an open group, else to the right."""
    across, along = QPointF(3.5, 0), QPointF(0, 2)
    if not is_open:
        across, along = QPointF(0, 3.5), QPointF(2, 0)
    painter.setPen(QPen(QUIET, 1.4))
    painter.drawPolyline(QPolygonF([centre - across - along, centre + along, centre + across - along]))
