"""What needs a person: the operator's list of alarms, the evidence of one of them, and what can be done about it."""

from collections.abc import Mapping, Sequence
from datetime import tzinfo

from PySide6.QtCore import QModelIndex, QPointF, Qt, QTimer, Signal, Slot
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
    QVBoxLayout,
    QWidget,
)

from sanping.domain.alarm import Alarm, AlarmState
from sanping.domain.quantity import quantity
from sanping.domain.text import Language, Text
from sanping.twin.alarms import STATE_NAMES
from sanping.ui.glass import HEADER_HEIGHT, GlassPanel
from sanping.ui.icons import Icons
from sanping.ui.live import words
from sanping.ui.live.alarm_rows import (
    MEMBER_HEIGHT,
    ROW,
    ROW_HEIGHT,
    WORST,
    AlarmLine,
    AlarmRow,
    AlarmRowPainter,
    line_named,
    rows_of,
    sentence_of,
)
from sanping.ui.live.colours import ALARM

TITLE = Text("告警", "Alarms")
NONE = Text("没有未处理的告警", "No open alarms")
COUNT = Text("{count} 条未处理", "{count} open")
GROUPS = Text("{count} 条未处理，归为 {groups} 组", "{count} open, groups: {groups}")
FLOODED = Text("{count}；告警激增，低级别已合并", "{count}; a flood, low priorities are joined")
LIMIT = Text("限值 {value}", "limit {value}")
SINCE = Text("{time} 触发", "since {time}")
SPAN = Text("{first} 至 {last} 触发", "raised {first} to {last}")
BY = Text("{state} · {by}", "{state} by {by}")
PROPOSED = Text("建议立案", "a case is proposed")
ACKNOWLEDGE = Text("确认", "Acknowledge")
ACKNOWLEDGE_ALL = Text("确认 {count} 条", "Acknowledge {count}")
SHELVE_1 = Text("搁置 1 h", "Shelve 1 h")
SHELVE_8 = Text("8 h", "8 h")
PLAN = Text("启动预案…", "Start a plan…")
CLOSE = Text("关闭", "Close")
HOUR_MS = 3_600_000
MOST_ROWS, DETAIL_HEIGHT, EVIDENCE_HEIGHT = 5, 129, 49
STATES_FOR: Mapping[str, frozenset[AlarmState]] = {
    "alarm.acknowledge": frozenset({"active", "returned"}),
    "alarm.shelve": frozenset({"active", "acknowledged"}),
    "alarm.close": frozenset({"active", "acknowledged", "returned"}),
}


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
    """Shows the open alarms; `alarm_asked` carries the one that was clicked, `wish_asked` an action with arguments.

    `plan_asked` carries "alarm:ID" of the one that a plan shall be started for.
    """

    alarm_asked = Signal(str)
    wish_asked = Signal(str, object)
    plan_asked = Signal(str)

    def __init__(self, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(TITLE, icons, parent)
        self.least_height = HEADER_HEIGHT + 96
        self.lines: tuple[AlarmLine, ...] = ()
        self.zone: tzinfo | None = None
        self._now_ms = 0
        self.plan = self.tool_button("warning", PLAN)
        self.plan.clicked.connect(self._plan)
        self.count = QLabel()
        self.count.setProperty("role", "quiet")
        self._model = QStandardItemModel(self)
        self._rows: tuple[AlarmRow, ...] = ()
        self._open: frozenset[str] = frozenset()
        self._line = AlarmRowPainter(self.words, self)
        self.list = QListView()
        self.list.setModel(self._model)
        self.list.setItemDelegate(self._line)
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
        heights = [ROW_HEIGHT if row.head is None else MEMBER_HEIGHT for row in self._rows]
        rows = min(ROW_HEIGHT * MOST_ROWS, sum(heights))
        return HEADER_HEIGHT + 46 + rows + self._detail_height

    @property
    def chosen(self) -> AlarmLine | None:
        """The group or the alarm that is looked at."""
        return line_named(self.lines, self._line.chosen)

    @property
    def _detail_height(self) -> int:
        if self.chosen is None:
            return 0
        return DETAIL_HEIGHT + (EVIDENCE_HEIGHT if len(self.chosen.alarm.evidence) > 1 else 0)

    def show_lines(self, lines: Sequence[AlarmLine], now_ms: int) -> None:
        """Show these alarms, the worst first."""
        detail = self._detail_height
        self._now_ms = self._line.now_ms = now_ms
        is_other, self.lines = tuple(lines) != self.lines, tuple(lines)
        if is_other:
            self._open_chosen()
            self._show_rows()
        self.list.viewport().update()
        self._fill()
        if self._detail_height != detail:
            self.content_changed.emit()

    def _show_rows(self) -> None:
        had, self._rows = len(self._rows), tuple(rows_of(self.lines, self._open))
        top = self.list.verticalScrollBar().value()
        self._model.clear()
        for row in self._rows:
            item = QStandardItem(self.words.say(sentence_of(row.line)))
            item.setData(row, ROW)
            self._model.appendRow(item)
        self.list.verticalScrollBar().setValue(top)
        if len(self._rows) != had:
            self.content_changed.emit()

    def _open_chosen(self) -> None:
        """Open the group in which a chosen alarm stands."""
        chosen = self._line.chosen
        heads = [line for line in self.lines if any(member.is_named(chosen) for member in line.members)]
        self._open |= {line.item.key for line in heads if not line.is_named(chosen)}

    def show_chosen(self, alarm: str) -> None:
        """Look at one alarm, or at a group by its key."""
        if alarm == self._line.chosen:
            return
        self._line.chosen = alarm
        self._open_chosen()
        self._show_rows()
        self.list.viewport().update()
        self._fill()
        detail = max(0, self._detail_height - ROW_HEIGHT // 2)
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
        rows = [number for number, row in enumerate(self._rows) if row.line.is_named(self._line.chosen)]
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
            row.addWidget(button, 1 if name == "acknowledge" else 0)
            self.buttons[name] = button
        self.buttons["acknowledge"].clicked.connect(self.acknowledge)
        self.buttons["shelve_1"].clicked.connect(self._shelve_1)
        self.buttons["shelve_8"].clicked.connect(self._shelve_8)
        self.buttons["close"].clicked.connect(self._close)
        column.addLayout(row)

    def _fill(self) -> None:
        say, line = self.words.say, self.chosen
        self.words.put(self.count.setText, _count_of(self.lines))
        self.list.setVisible(bool(self.lines))
        self.detail.setVisible(line is not None)
        self.plan.setVisible(line is not None)
        if line is None:
            return
        self.title.setText(say(sentence_of(line)))
        self.facts.setText("  ".join(say(part) for part in self._facts_of(line)))
        self.advice.setText(say(line.advice))
        self.advice.setVisible(bool(line.advice.zh))
        self.evidence.show_alarm(line.alarm)
        self.evidence.setVisible(len(line.alarm.evidence) > 1)
        waiting = len(concerned(line, "alarm.acknowledge"))
        many = ACKNOWLEDGE_ALL.with_values(count=waiting)
        self.words.put(self.buttons["acknowledge"].setText, many if line.members and waiting > 1 else ACKNOWLEDGE)
        self.buttons["acknowledge"].setEnabled(waiting > 0)
        for name in ("shelve_1", "shelve_8"):
            self.buttons[name].setEnabled(bool(concerned(line, "alarm.shelve")))

    def _facts_of(self, line: AlarmLine) -> list[Text]:
        alarm, parts = line.alarm, []
        if line.item.stations > 1:
            parts.append(WORST.with_values(station=line.station))
        if line.is_measured:
            known = quantity(alarm.quantity)
            value = f"{alarm.value:.{known.decimals}f}\u00a0{alarm.unit or known.unit}".strip()
            parts.append(Text(f"{known.title.zh} {value}", f"{known.title.en} {value}"))
            parts.append(LIMIT.with_values(value=f"{alarm.limit:.{known.decimals}f}"))
        first, last = (
            words.clock(moment_ms, self.zone)[6:] for moment_ms in (line.item.oldest_ms, line.item.newest_ms)
        )
        parts.append(SINCE.with_values(time=first) if first == last else SPAN.with_values(first=first, last=last))
        if alarm.acknowledged_by:
            parts.append(BY.with_values(state=STATE_NAMES[alarm.state], by=alarm.acknowledged_by))
        if any(member.proposes_case for member in line.item.members):
            parts.append(PROPOSED)
        return parts

    @Slot(QModelIndex)
    def _on_clicked(self, index: QModelIndex) -> None:
        row = index.data(ROW)
        if not isinstance(row, AlarmRow):
            return
        if row.line.members:
            self._open ^= {row.line.item.key}
            self._show_rows()
        self.alarm_asked.emit(row.line.name)

    @Slot()
    def acknowledge(self) -> None:
        """Acknowledge the alarm that is looked at, or all of the group."""
        self._wish("alarm.acknowledge")

    @Slot()
    def _shelve_1(self) -> None:
        self._wish("alarm.shelve", until_ms=self._now_ms + HOUR_MS)

    @Slot()
    def _shelve_8(self) -> None:
        self._wish("alarm.shelve", until_ms=self._now_ms + 8 * HOUR_MS)

    @Slot()
    def _plan(self) -> None:
        if self.chosen is not None:
            self.plan_asked.emit(f"alarm:{self.chosen.alarm.id}")

    @Slot()
    def _close(self) -> None:
        self._wish("alarm.close")

    def _wish(self, action: str, **more: object) -> None:
        if self.chosen is not None and concerned(self.chosen, action):
            self.wish_asked.emit(action, {**named_for(self.chosen, action), **more})


def named_for(line: AlarmLine, action: str) -> dict[str, object]:
    """Return how a command names the alarms of a line: one as `alarm`, as `alarms` those of a group it concerns."""
    return {"alarms": concerned(line, action)} if line.members else {"alarm": line.alarm.id}


def concerned(line: AlarmLine, action: str) -> list[str]:
    """Return the ids of the alarms of a line that an action would change."""
    return [alarm.id for alarm in line.item.members if alarm.state in STATES_FOR[action]]


def _count_of(lines: Sequence[AlarmLine]) -> Text:
    if not lines:
        return NONE
    count = sum(line.item.count for line in lines)
    told = COUNT if count == len(lines) else GROUPS
    said = told.with_values(count=count, groups=len(lines))
    return FLOODED.with_values(count=said) if any(line.item.is_flood for line in lines) else said
