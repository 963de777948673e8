"""The head of a case sheet: what it is, where it stands in its life, and the ring of its time."""

from datetime import tzinfo

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFormLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from sanping.domain.case import STAGE_TITLES, STATE_TITLES, Stage
from sanping.domain.label import LOWEST
from sanping.domain.text import Text
from sanping.ui.cases import colours, words
from sanping.ui.cases.call_back_field import call_words
from sanping.ui.cases.flow_layout import FlowLayout
from sanping.ui.cases.funnel import STAGES
from sanping.ui.cases.look import plain_label
from sanping.ui.cases.ring import Ring
from sanping.ui.cases.tables import Tables, place_words
from sanping.ui.labelling import label_words
from sanping.ui.live.words import SIMULATED
from sanping.ui.theme import LABEL_COLOURS
from sanping.ui.wording import Wording
from sanping.wire.cases import CaseSheet

AREA, PLACE, DEPARTMENT = Text("区域", "Area"), Text("地点", "Place"), Text("承办", "Handled by")
SOURCE, REPORTED, REPORTER = Text("来源", "Source"), Text("上报", "Reported"), Text("上报人", "Reporter")
COMPONENT, ALARM = Text("部件", "Component"), Text("告警", "Alarm")
OPEN_ALARM = Text("查看告警依据", "Show the alarm")
HELPERS = Text("协办：{names}", "with help of {names}")
HELP_DONE = Text("{name}（已反馈）", "{name} (done)")
MERGED = Text("并入 {case}", "merged into {case}")
REWORKS = Text("返工 {count} 次", "reworked {count}×")
NOBODY = Text("—", "—")
ASKED = {
    "extension": Text("待批：延期", "waits: more time"),
    "suspension": Text("待批：挂账", "waits: to be suspended"),
}
WAY: tuple[Stage, ...] = (*STAGES, "evaluating")


class Way(QWidget):
    """The seven stages as a line of dots; the present one is lit."""

    def __init__(self) -> None:
        super().__init__()
        self._stage: Stage = "collecting"
        self.setFixedHeight(14)

    def show_stage(self, stage: Stage) -> None:
        """Show where a case stands."""
        self._stage = stage
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw the bars."""
        painter = QPainter(self)
        wide = (self.width() - 6 * 3) / len(WAY)
        reached = WAY.index(self._stage)
        for place, stage in enumerate(WAY):
            alpha = 255 if place == reached else 130 if place < reached else 36
            bar = QRectF(place * (wide + 3), 5, wide, 5 if place == reached else 3)
            painter.fillRect(bar, colours.faint(colours.STAGE[stage], alpha))
        painter.end()


CALL_BACK = Text("回访", "Called back")


class CaseHead(QWidget):
    """Shows the head of one sheet; `alarm` is the button that opens what raised it."""

    def __init__(self, wording: Wording) -> None:
        super().__init__()
        self._words = wording
        self.zone: tzinfo | None = None
        self.ring = Ring(wording)
        self.name, self.number, self.chips = QLabel(), plain_label(role="quiet"), QWidget()
        self.name.setProperty("role", "name")
        self.name.setWordWrap(True)
        self.name.setTextFormat(Qt.TextFormat.PlainText)
        self.number.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.way = Way()
        self.stage = plain_label(role="quiet", is_wrapped=False)
        self.facts = QFormLayout()
        self.facts.setHorizontalSpacing(12)
        self.facts.setVerticalSpacing(4)
        self.description = plain_label()
        self.alarm = QPushButton()
        self.alarm.setProperty("role", "line")
        self.alarm.setStyleSheet("color: #ffba54; text-align: left;")
        self._flow = FlowLayout(self.chips, 5)
        self._lay_out()

    def show_sheet(self, sheet: CaseSheet, tables: Tables, now_ms: int) -> None:
        """Show a case."""
        line, say = sheet.line, self._words.say
        self.name.setText(say(Text(line.title_zh, line.title_en)))
        self.number.setText(line.id)
        self.ring.show_line(line, now_ms)
        self.way.show_stage(line.stage)
        self.stage.setText(say(STAGE_TITLES[line.stage]))
        self._show_chips(sheet)
        self._show_facts(sheet, tables)
        self.description.setText(sheet.case.description)
        self.description.setVisible(bool(sheet.case.description))
        self.alarm.setText(say(OPEN_ALARM))
        self.alarm.setVisible(bool(sheet.case.alarm))

    def _lay_out(self) -> None:
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(7)
        top, left = QHBoxLayout(), QVBoxLayout()
        left.setSpacing(4)
        for widget in (self.name, self.number):
            left.addWidget(widget)
        left.addWidget(self.chips)
        left.addStretch(1)
        left.addWidget(self.stage)
        left.addWidget(self.way)
        top.addLayout(left, 1)
        top.addWidget(self.ring, 0, Qt.AlignmentFlag.AlignTop)
        whole.addLayout(top)
        whole.addWidget(self.description)
        whole.addLayout(self.facts)
        whole.addWidget(self.alarm)

    def _show_chips(self, sheet: CaseSheet) -> None:
        self._flow.clear()
        line, case, say = sheet.line, sheet.case, self._words.say
        state = colours.STATE.get(line.state, colours.STAGE[line.stage])
        told = [(say(STATE_TITLES[line.state]), state.name())]
        if line.urgency != "normal":
            told.append((say(words.URGENCY[line.urgency]), colours.URGENCY[line.urgency].name()))
        if case.request is not None:
            told.append((say(ASKED[case.request.kind]), colours.CLOCK["orange"].name()))
        if case.reworks:
            told.append((say(REWORKS.with_values(count=case.reworks)), colours.CLOCK["orange"].name()))
        if line.label != LOWEST:
            told.append((say(label_words(line.label)), LABEL_COLOURS[line.label]))
        if line.is_simulated:
            told.append((say(SIMULATED), "#ffba54"))
        for text, colour in told:
            self._flow.addWidget(_chip(text, colour))

    def _show_facts(self, sheet: CaseSheet, tables: Tables) -> None:
        while self.facts.rowCount():
            self.facts.removeRow(0)
        case, say = sheet.case, self._words.say
        self._fact(PLACE, say(place_words(sheet.line)))
        self._fact(AREA, say(tables.area_path(case.area)))
        self._fact(DEPARTMENT, self._department(sheet, tables))
        when = words.day_and_time(case.reported_ms, self.zone)
        self._fact(SOURCE, f"{say(tables.source(case.source))}  {when}")
        reporter = "  ".join(part for part in (sheet.reporter.name, sheet.reporter.phone) if part)
        if reporter:
            self._fact(REPORTER, reporter)
        if case.call_backs:
            self._fact(CALL_BACK, say(call_words(case.called_back or case.call_backs[-1])))
        if case.component:
            self._fact(COMPONENT, case.component)
        if case.merged_into:
            self._fact(DEPARTMENT, say(MERGED.with_values(case=case.merged_into)))

    def _department(self, sheet: CaseSheet, tables: Tables) -> str:
        case, say = sheet.case, self._words.say
        told = say(tables.department(case.department))
        if not case.helps:
            return told
        names = [
            say(HELP_DONE.with_values(name=tables.department(one.department))) if one.is_done
            else say(tables.department(one.department))
            for one in case.helps
        ]  # fmt: skip
        return f"{told}  {say(HELPERS.with_values(names='、'.join(names)))}"

    def _fact(self, title: Text, told: str) -> None:
        label, value = plain_label(role="quiet", is_wrapped=False), plain_label()
        label.setText(self._words.say(title))
        value.setText(told)
        self.facts.addRow(label, value)


def _chip(text: str, colour: str) -> QLabel:
    chip = QLabel(text)
    chip.setTextFormat(Qt.TextFormat.PlainText)
    chip.setStyleSheet(
        f"color: {colour}; border: 1px solid {colour}; border-radius: 3px; padding: 1px 7px; font-size: 12px;"
    )
    return chip
