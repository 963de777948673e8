"""The measures of the city: what came with each, and a form that records another."""

from collections.abc import Mapping
from datetime import date

from PySide6.QtCore import QDate, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QDateEdit,
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from sanping.domain.text import Language, Text
from sanping.ui.cases import colours
from sanping.ui.cases.look import CHIP_STYLE, ERROR_STYLE, MAIN_STYLE, column, plain_label, row
from sanping.ui.cases.measure_words import VERDICTS, counts_words, note_words
from sanping.ui.cases.tables import Tables
from sanping.ui.cases.tree_pick import TreePick
from sanping.ui.glass import remove_widgets
from sanping.ui.wording import Wording
from sanping.wire.cases import MeasureRow, Measures

TITLE = Text("措施与前后对比", "Measures, before and after")
EXPLAIN = Text(
    "前后各取同样多的整周；率比小于 1 为减少，括号内为 95% 区间。同期变化只说明先后，不证明因果。",
    "As many whole weeks on each side; a ratio below 1 means fewer, with its 95 % interval. What came after a measure "
    "need not have come of it.",
)
NONE = Text("还没有登记措施", "No measure is recorded yet")
NEW, RECORD = Text("登记一项措施", "Record a measure"), Text("登记", "Record")
NAME, NAME_HINT = Text("名称", "Name"), Text("例如：武宁路桥排口新闸", "such as: new gate at the outfall")
CLASS, AREA, FROM, SOURCE = (
    Text("针对类别", "Against"), Text("区域", "Area"), Text("开始日期", "Since"), Text("依据（文号、会议）", "Source"),
)  # fmt: skip
ANY_CLASS, EVERYWHERE = Text("选择类别", "Choose a class"), Text("全区", "Everywhere")
SINCE = Text("{day} 起", "since {day}")
WITHDRAW = Text("撤销", "Withdraw")
MISSING_NAME, MISSING_CLASS = Text("请写名称", "Write a name"), Text("请选类别", "Choose a class")


class MeasuresDialog(QDialog):
    """`recorded` carries the arguments of `measure.record`, `withdrawn` the id of a measure."""

    recorded = Signal(object)
    withdrawn = Signal(str)

    def __init__(self, tables: Tables, language: Language, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tables, self.words = tables, Wording(language)
        self.resize(640, 620)
        self.words.put(self.setWindowTitle, TITLE)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(22, 18, 22, 16)
        whole.setSpacing(10)
        explain = plain_label(role="quiet")
        self.words.put(explain.setText, EXPLAIN)
        whole.addWidget(explain)
        inside = QWidget()
        self._list = column(inside, 8)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(inside)
        whole.addWidget(area, 1)
        whole.addLayout(self._form())
        self.error = plain_label()
        self.error.setStyleSheet(ERROR_STYLE)
        self.error.hide()
        whole.addWidget(self.error)
        self._judge()

    def show_measures(self, found: Measures) -> None:
        """Show what came with each."""
        remove_widgets(self._list)
        for one in found.rows:
            self._list.addWidget(self._card(one))
        if not found.rows:
            nothing = plain_label(role="quiet")
            nothing.setText(self.words.say(NONE))
            self._list.addWidget(nothing)
        self._list.addStretch(1)

    def tell(self, refusal: Text | None) -> None:
        """Say why something was not done; None when it was, and then the form is empty again."""
        self.error.setVisible(refusal is not None)
        if refusal is not None:
            self.error.setText(self.words.say(refusal))
        else:
            self.name.clear()
            self.source.clear()
        self._judge()

    def arguments(self) -> Mapping[str, object]:
        """Return what the form says."""
        kind, _, code = self.case_class.key.partition(":")
        day = self.since.date()
        return {
            "name_zh": self.name.text().strip(),
            "kind": kind,
            "case_class": code,
            "area": self.area.key,
            "from_day": date(day.year(), day.month(), day.day()).isoformat(),
            "source": self.source.text().strip(),
        }

    def missing(self) -> Text | None:
        """Return what is still missing, None when the measure can be recorded."""
        if not self.name.text().strip():
            return MISSING_NAME
        return None if self.case_class.key else MISSING_CLASS

    def _card(self, one: MeasureRow) -> QWidget:
        card, say = QWidget(), self.words.say
        rows = column(card, 2)
        measure = one.measure
        name, about, verdict = QLabel(), QLabel(), QLabel()
        name.setText(say(Text(measure.name_zh, measure.name_en or measure.name_zh)))
        name.setTextFormat(Qt.TextFormat.PlainText)
        name.setStyleSheet("font-weight: 600;")
        where = say(self.tables.area_path(measure.area)) if measure.area else say(EVERYWHERE)
        against = say(self.tables.case_class(measure.kind, measure.case_class))
        about.setText(f"{against} · {where} · {say(SINCE.with_values(day=measure.from_day))}")
        about.setProperty("role", "quiet")
        verdict.setText(say(VERDICTS[one.verdict]))
        colour = {"fewer": colours.GOOD, "more": colours.BAD}.get(one.verdict)
        verdict.setStyleSheet(f"color: {colour.name() if colour else '#9fb6cc'}; font-weight: 600;")
        head = row(name)
        head.addStretch(1)
        head.addWidget(verdict)
        if measure.by:
            head.addWidget(self._withdraw_button(measure.id))
        rows.addLayout(head)
        rows.addWidget(about)
        for told in (counts_words(one), note_words(one)):
            if say(told) and say(told) != verdict.text():
                line = plain_label()
                line.setText(say(told))
                rows.addWidget(line)
        return card

    def _withdraw_button(self, id: str) -> QPushButton:
        button = QPushButton(self.words.say(WITHDRAW))
        button.setStyleSheet(CHIP_STYLE)
        button.setAutoDefault(False)
        button.clicked.connect(lambda: self.withdrawn.emit(id))
        return button

    def _form(self) -> QGridLayout:
        say = self.words.say
        self.name, self.source, self.since = QLineEdit(), QLineEdit(), QDateEdit(QDate.currentDate())
        self.name.setPlaceholderText(say(NAME_HINT))
        self.since.setDisplayFormat("yyyy-MM-dd")
        self.since.setCalendarPopup(True)
        self.since.setMaximumDate(QDate.currentDate())
        self.case_class = TreePick(ANY_CLASS, self.words, can_clear=False)
        self.case_class.show_choices(self.tables.classes())
        self.area = TreePick(EVERYWHERE, self.words)
        self.area.show_choices(self.tables.areas())
        grid = QGridLayout()
        head = QLabel(say(NEW))
        head.setProperty("role", "section")
        grid.addWidget(head, 0, 0, 1, 4)
        places = ((NAME, self.name, 1, 0), (CLASS, self.case_class, 1, 2), (AREA, self.area, 2, 0),
                  (FROM, self.since, 2, 2), (SOURCE, self.source, 3, 0))  # fmt: skip
        for title, widget, line, place in places:
            grid.addWidget(QLabel(say(title)), line, place)
            grid.addWidget(widget, line, place + 1)
        grid.addLayout(self._foot(), 3, 2, 1, 2)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(3, 1)
        self.name.textChanged.connect(self._judge)
        self.case_class.chosen.connect(self._judge)
        return grid

    def _foot(self) -> QHBoxLayout:
        self.finding, self.send = plain_label(role="quiet"), QPushButton(self.words.say(RECORD))
        self.send.setStyleSheet(MAIN_STYLE)
        self.send.setAutoDefault(False)
        self.send.clicked.connect(self._record)
        line = row(self.finding)
        line.setStretch(0, 1)
        line.addWidget(self.send)
        return line

    @Slot()
    def _judge(self) -> None:
        missing = self.missing()
        self.send.setEnabled(missing is None)
        self.finding.setText("" if missing is None else self.words.say(missing))

    @Slot()
    def _record(self) -> None:
        if self.missing() is None:
            self.error.hide()
            self.recorded.emit(self.arguments())
