"""What needs a person: the operator's list of alarms, the evidence of one of them, and what can be done about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import tzinfo

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QPointF, QRectF, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
    QResizeEvent,
    QStandardItem,
    QStandardItemModel,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QLabel,
    QListView,
    QPushButton,
    QSizePolicy,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from sanping.domain.alarm import Alarm
from sanping.domain.quantity import quantity
from sanping.domain.text import Language, Text
from sanping.twin.alarms import STATE_NAMES, AlarmItem
from sanping.ui.glass import HEADER_HEIGHT, GlassPanel
from sanping.ui.icons import Icons
from sanping.ui.live import words
from sanping.ui.live.colours import ALARM
from sanping.ui.live.painting import RIGHT, badge, dot, set_size, width_of, write
from sanping.ui.theme import QUIET, TEXT
from sanping.ui.wording import Wording

TITLE = Text("告警", "Alarms")
NONE = Text("没有未处理的告警", "No open alarms")
COUNT = Text("{count} 条未处理", "{count} open")
BEHIND = Text("{count} 条", "{count}")
FLOOD = Text("{title}（告警激增，已合并）", "{title} (many alarms, joined)")
LIMIT = Text("限值 {value}", "limit {value}")
AGAINST = Text("{value}，限值 {limit}", "{value}, limit {limit}")
SINCE = Text("{time} 触发", "since {time}")
BY = Text("{state} · {by}", "{state} by {by}")
PROPOSED = Text("建议立案", "a case is proposed")
ACKNOWLEDGE = Text("确认", "Acknowledge")
SHELVE_1 = Text("搁置 1 h", "Shelve 1 h")
SHELVE_8 = Text("8 h", "8 h")
CLOSE = Text("关闭", "Close")
HOUR_MS = 3_600_000
ROW_HEIGHT, MOST_ROWS, DETAIL_HEIGHT = 46, 5, 178
LINE = Qt.ItemDataRole.UserRole
Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmLine:
    """One line: an item of the operator's list with the names of its station and rule, and the rule's advice.

    `is_measured` when one quantity against one limit raised it; a class or a combination of rules has no such pair.
    """

    item: AlarmItem
    station: Text
    rule: Text
    advice: Text
    is_measured: bool = True

    @property
    def alarm(self) -> Alarm:
        """The alarm that stands for the item."""
        return self.item.alarm


def head_of(line: AlarmLine) -> Text:
    """Return the shortest that says what is wrong: the name of the rule, else the alarm's sentence."""
    title = line.rule if line.rule.zh else Text(line.alarm.title_zh, line.alarm.title_en)
    return Text(title.zh, title.en[:1].upper() + title.en[1:])


def measured(line: AlarmLine) -> Text:
    """Return the value with its limit, nothing for a rule that has no such pair."""
    alarm = line.alarm
    if not line.is_measured:
        return Text("", "")
    known = quantity(alarm.quantity)
    unit = alarm.unit or known.unit
    value = f"{alarm.value:.{known.decimals}f} {unit}".strip()
    return AGAINST.with_values(value=value, limit=f"{alarm.limit:.{known.decimals}f}")


def title_of(line: AlarmLine) -> Text:
    """Return what an item says: its alarm's sentence, or that many were joined."""
    title = Text(line.alarm.title_zh, line.alarm.title_en)
    return FLOOD.with_values(title=title) if line.item.is_flood else title


class _Line(QStyledItemDelegate):
    """Paints one alarm: its colour, what it says, where and since when."""

    def __init__(self, wording: Wording, parent: QObject) -> None:
        super().__init__(parent)
        self._words = wording
        self.now_ms = 0
        self.chosen = ""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: N802
        """Return the height of a row."""
        return QSize(120, ROW_HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one row."""
        line: AlarmLine = index.data(LINE)
        alarm, say, area = line.alarm, self._words.say, QRectF(option.rect)
        colour = ALARM[alarm.colour]
        is_active = alarm.state == "active"
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if alarm.id == self.chosen:
            painter.fillRect(area, QColor(45, 130, 210, 95))
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(area, QColor(60, 140, 220, 38))
        painter.fillRect(QRectF(area.left() + 2, area.top() + 7, 3, area.height() - 14), colour)
        painter.fillRect(QRectF(area.left() + 8, area.bottom() - 1, area.width() - 16, 1), QColor(90, 160, 230, 30))
        right = area.right() - 8
        if line.item.count > 1:
            right = badge(painter, right, area.top() + 15, say(BEHIND.with_values(count=line.item.count)), colour) - 6
        dot(painter, QPointF(area.left() + 15, area.top() + 15), colour, is_hollow=not is_active)
        set_size(painter, 13, is_bold=is_active)
        title = QRectF(area.left() + 26, area.top() + 4, right - area.left() - 28, 22)
        write(painter, title, say(head_of(line)), TEXT if is_active else QUIET)
        set_size(painter, 11)
        age = say(words.age(alarm.raised_ms, self.now_ms))
        below = QRectF(area.left() + 26, area.top() + 25, area.width() - 34, 17)
        write(painter, below, age, QUIET, RIGHT)
        state = "" if is_active else f"  {say(STATE_NAMES[alarm.state])}"
        left = below.adjusted(0, 0, -width_of(painter, age) - 8, 0)
        write(painter, left, f"{say(line.station)}{state}  {say(measured(line))}", QUIET)
        painter.restore()


class Evidence(QWidget):
    """Paints the series that fired an alarm, with its limit."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(44)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.alarm: Alarm | None = None

    def show_alarm(self, alarm: Alarm) -> None:
        """Show the evidence of this alarm."""
        self.alarm = alarm
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw the line and the limit."""
        alarm = self.alarm
        if alarm is None or not alarm.evidence:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        values = [value for _, value in alarm.evidence]
        low, high = min(*values, alarm.limit), max(*values, alarm.limit)
        first, last = alarm.evidence[0][0], alarm.evidence[-1][0]
        tall, wide = self.height() - 10.0, self.width() - 10.0

        def y(value: float) -> float:
            return 5 + tall * (1 - (value - low) / max(1e-9, high - low))

        painter.setPen(QPen(QColor(255, 255, 255, 90), 1, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(5, y(alarm.limit)), QPointF(5 + wide, y(alarm.limit)))
        points = [QPointF(5 + wide * (at - first) / max(1, last - first), y(value)) for at, value in alarm.evidence]
        painter.setPen(QPen(ALARM[alarm.colour], 1.6))
        painter.drawPolyline(QPolygonF(points))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ALARM[alarm.colour])
        painter.drawEllipse(points[-1], 2.6, 2.6)
        painter.end()


class AlarmPanel(GlassPanel):
    """Shows the open alarms; `alarm_asked` carries the one that was clicked, `wish_asked` an action with arguments."""

    alarm_asked = Signal(str)
    wish_asked = Signal(str, object)

    def __init__(self, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(TITLE, icons, parent)
        self.least_height = HEADER_HEIGHT + 96
        self.lines: tuple[AlarmLine, ...] = ()
        self.zone: tzinfo | None = None
        self._now_ms = 0
        self.count = QLabel()
        self.count.setProperty("role", "quiet")
        self._model = QStandardItemModel(self)
        self._line = _Line(self.words, self)
        self.list = QListView()
        self.list.setModel(self._model)
        self.list.setItemDelegate(self._line)
        self.list.setUniformItemSizes(True)
        self.list.setMouseTracking(True)
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.clicked.connect(self._on_clicked)
        self.body.setContentsMargins(8, 8, 6, 10)
        self.body.setSpacing(6)
        self.body.addWidget(self.count)
        self.body.addWidget(self.list, 1)
        self.detail = QWidget()
        self._make_detail()
        self.body.addWidget(self.detail)
        self.show_lines((), 0)

    def wanted_height(self, width: int) -> int:
        """Height for some alarms and the one that is looked at."""
        if self.is_folded:
            return super().wanted_height(width)
        rows = ROW_HEIGHT * min(MOST_ROWS, len(self.lines))
        return HEADER_HEIGHT + 46 + rows + (DETAIL_HEIGHT if self.chosen is not None else 0)

    @property
    def chosen(self) -> AlarmLine | None:
        """The line that is looked at."""
        return next((line for line in self.lines if line.alarm.id == self._line.chosen), None)

    def show_lines(self, lines: Sequence[AlarmLine], now_ms: int) -> None:
        """Show these alarms, the worst first."""
        had, self._now_ms = len(self.lines), now_ms
        is_other, self.lines = tuple(lines) != self.lines, tuple(lines)
        self._line.now_ms = now_ms
        if is_other:
            self._model.clear()
            for line in self.lines:
                item = QStandardItem(self.words.say(title_of(line)))
                item.setData(line, LINE)
                self._model.appendRow(item)
        self.list.viewport().update()
        self._fill()
        if len(self.lines) != had:
            self.content_changed.emit()

    def show_chosen(self, alarm: str) -> None:
        """Look at one alarm."""
        if alarm == self._line.chosen:
            return
        self._line.chosen = alarm
        self.list.viewport().update()
        self._fill()
        detail = 0 if self.chosen is None else DETAIL_HEIGHT - ROW_HEIGHT // 2
        self.least_height = HEADER_HEIGHT + 46 + ROW_HEIGHT + detail + ROW_HEIGHT // 2
        self.content_changed.emit()
        self._show_chosen_row()

    def set_language(self, language: Language) -> None:
        """Speak another language."""
        super().set_language(language)
        self.list.viewport().update()
        self._fill()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Keep the alarm that is looked at in view."""
        super().resizeEvent(event)
        QTimer.singleShot(0, self, self._show_chosen_row)

    @Slot()
    def _show_chosen_row(self) -> None:
        rows = [number for number, line in enumerate(self.lines) if line.alarm.id == self._line.chosen]
        if rows:
            self.list.scrollTo(self._model.index(rows[0], 0), QAbstractItemView.ScrollHint.PositionAtTop)

    def _make_detail(self) -> None:
        column = QVBoxLayout(self.detail)
        column.setContentsMargins(6, 4, 4, 0)
        column.setSpacing(5)
        self.title, self.facts, self.advice = QLabel(), QLabel(), QLabel()
        for label in (self.title, self.facts, self.advice):
            label.setWordWrap(True)
        self.facts.setProperty("role", "quiet")
        self.title.setStyleSheet("color:#ffffff; font-weight:600;")
        self.evidence = Evidence()
        for widget in (self.title, self.facts, self.evidence, self.advice):
            column.addWidget(widget)
        row = QHBoxLayout()
        row.setSpacing(6)
        self.buttons: dict[str, QPushButton] = {}
        for name, title in (("acknowledge", ACKNOWLEDGE), ("shelve_1", SHELVE_1), ("shelve_8", SHELVE_8),
                            ("close", CLOSE)):  # fmt: skip
            button = QPushButton()
            button.setStyleSheet("padding: 3px 8px;")
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            self.words.put(button.setText, title)
            row.addWidget(button, 2 if name == "acknowledge" else 1)
            self.buttons[name] = button
        self.buttons["acknowledge"].clicked.connect(self.acknowledge)
        self.buttons["shelve_1"].clicked.connect(self._shelve_1)
        self.buttons["shelve_8"].clicked.connect(self._shelve_8)
        self.buttons["close"].clicked.connect(self._close)
        column.addLayout(row)

    def _fill(self) -> None:
        say, line = self.words.say, self.chosen
        self.words.put(self.count.setText, COUNT.with_values(count=len(self.lines)) if self.lines else NONE)
        self.list.setVisible(bool(self.lines))
        self.detail.setVisible(line is not None)
        if line is None:
            return
        alarm = line.alarm
        self.title.setText(say(title_of(line)))
        decimals = quantity(alarm.quantity).decimals
        unit = alarm.unit or quantity(alarm.quantity).unit
        parts = []
        if line.is_measured:
            parts.append(f"{say(quantity(alarm.quantity).title)} {alarm.value:.{decimals}f} {unit}".strip())
            parts.append(say(LIMIT.with_values(value=f"{alarm.limit:.{decimals}f}")))
        parts.append(say(SINCE.with_values(time=words.clock(alarm.raised_ms, self.zone)[6:])))
        if alarm.acknowledged_by:
            state = BY.with_values(state=STATE_NAMES[alarm.state], by=alarm.acknowledged_by)
            parts.append(say(state))
        if alarm.proposes_case:
            parts.append(say(PROPOSED))
        self.facts.setText("  ".join(parts))
        self.advice.setText(say(line.advice))
        self.advice.setVisible(bool(line.advice.zh))
        self.evidence.show_alarm(alarm)
        self.evidence.setVisible(len(alarm.evidence) > 1)
        self.buttons["acknowledge"].setEnabled(alarm.state in ("active", "returned"))
        for name in ("shelve_1", "shelve_8"):
            self.buttons[name].setEnabled(alarm.state in ("active", "acknowledged"))

    @Slot(QModelIndex)
    def _on_clicked(self, index: QModelIndex) -> None:
        line = index.data(LINE)
        if isinstance(line, AlarmLine):
            self.alarm_asked.emit(line.alarm.id)

    @Slot()
    def acknowledge(self) -> None:
        """Acknowledge the alarm that is looked at."""
        self._wish("alarm.acknowledge")

    @Slot()
    def _shelve_1(self) -> None:
        self._wish("alarm.shelve", until_ms=self._now_ms + HOUR_MS)

    @Slot()
    def _shelve_8(self) -> None:
        self._wish("alarm.shelve", until_ms=self._now_ms + 8 * HOUR_MS)

    @Slot()
    def _close(self) -> None:
        self._wish("alarm.close")

    def _wish(self, action: str, **more: object) -> None:
        if self.chosen is not None:
            self.wish_asked.emit(action, {"alarm": self.chosen.alarm.id, **more})
