"""What can be asked of a lower site about one of its cases: dispatch, urge, note; and how that went."""

from collections.abc import Iterable, Mapping

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QLineEdit, QPushButton, QWidget

from sanping.domain.site import SiteCase, SiteOrder, SiteStatus
from sanping.domain.text import Text
from sanping.ui.cases.look import CHIP_STYLE, MAIN_STYLE, column, plain_label, row
from sanping.ui.cases.tables import Tables
from sanping.ui.cases.tree_pick import TreePick
from sanping.ui.sites import words
from sanping.ui.theme import QUIET_NAME
from sanping.ui.wording import Wording

DEPARTMENT = Text("选择承办部门…", "Choose a department…")
NOTE = Text("要求或批注", "What is wanted, or a note")
READ_ONLY = Text("下级案件，只读；命令由下级执行", "A case of a lower site, to read; it is done there")
MOST_TOLD = 4


class OrderForm(QWidget):
    """`asked` carries step, department and note for the case that is chosen."""

    asked = Signal(str, str, str)

    def __init__(self, wording: Wording) -> None:
        super().__init__()
        self._wording = wording
        self._case: SiteCase | None = None
        self.department = TreePick(DEPARTMENT, wording)
        self.note = QLineEdit()
        self.note.setMaxLength(500)
        self.buttons = {step: QPushButton() for step in ("dispatch", "urge", "note")}
        for step, button in self.buttons.items():
            button.setStyleSheet(MAIN_STYLE if step == "dispatch" else CHIP_STYLE)
            button.setProperty("step", step)
            button.clicked.connect(self._on_button)
        self.hint, self.told = plain_label(), plain_label()
        for label in (self.hint, self.told):
            label.setStyleSheet(f"color: {QUIET_NAME}; font-size: 12px;")
        self.department.chosen.connect(self._may)
        self.note.textChanged.connect(self._may)
        lines = column(self, 6)
        lines.addWidget(self.hint)
        lines.addWidget(self.department)
        lines.addWidget(self.note)
        lines.addLayout(row(*self.buttons.values()))
        lines.addWidget(self.told)
        self.say()

    def say(self) -> None:
        """Say everything in the present language."""
        self.hint.setText(self._wording.say(READ_ONLY))
        self.note.setPlaceholderText(self._wording.say(NOTE))
        self.department.say()
        for step, button in self.buttons.items():
            button.setText(self._wording.say(words.STEPS[step]))

    def show_tables(self, tables: Tables) -> None:
        """Offer the departments of a city."""
        self.department.show_choices(tables.departments())

    def show_case(self, case: SiteCase | None, orders: Iterable[SiteOrder], sites: Mapping[str, SiteStatus]) -> None:
        """Show what was asked about a case."""
        self._case = case
        mine = [one for one in orders if case is not None and (one.site, one.case) == (case.site, case.line.id)]
        lines = [self._wording.say(words.order_words(one, sites)) for one in mine[-MOST_TOLD:]]
        self.told.setText("\n".join(lines))
        self.told.setVisible(bool(lines))
        self._may()

    @Slot()
    def _may(self) -> None:
        state = "" if self._case is None else self._case.line.state
        self.buttons["dispatch"].setEnabled(state == "filed" and bool(self.department.key))
        self.buttons["urge"].setEnabled(bool(state))
        self.buttons["note"].setEnabled(bool(state) and bool(self.note.text().strip()))

    @Slot()
    def _on_button(self) -> None:
        step = str(self.sender().property("step"))
        self.asked.emit(step, self.department.key if step == "dispatch" else "", self.note.text().strip())
        self.note.clear()
