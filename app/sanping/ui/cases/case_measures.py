"""Opens the measures of the city over the desk, and sends what is recorded or withdrawn there."""

from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QWidget

from sanping.commands.desk_state import DeskState
from sanping.domain.errors import SanpingError
from sanping.domain.text import Text
from sanping.ui.cases.measures_dialog import MeasuresDialog
from sanping.ui.cases.tables import Tables
from sanping.ui.live.living import Answer, Living
from sanping.wire.cases import Governance, Measures


class Desk(Protocol):
    """The window as its measures see it."""

    state: DeskState
    living: Living

    def say(self, text: Text) -> None:
        """Say a last word in the status bar."""


class CaseMeasures(QObject):
    """`window` is what the dialog lies over."""

    def __init__(self, desk: Desk, window: Callable[[], QWidget], parent: QObject) -> None:
        super().__init__(parent)
        self._desk, self._window = desk, window
        self.dialog: MeasuresDialog | None = None

    @Slot()
    def open(self) -> None:
        """Ask for the tables, and then show the measures."""
        link = self._desk.living.link
        if link is not None:
            self._desk.living.asking.ask(link.questions.governance, self._show, self._on_failed)

    def _show(self, governance: Governance) -> None:
        if self.dialog is not None:
            self.dialog.deleteLater()
        self.dialog = MeasuresDialog(Tables(governance), self._desk.state.language, self._window())
        self.dialog.recorded.connect(self._record)
        self.dialog.withdrawn.connect(self._withdraw)
        self.dialog.open()
        self._ask()

    def _ask(self) -> None:
        link = self._desk.living.link
        if link is not None:
            self._desk.living.asking.ask(link.questions.measures, self._on_measures, self._on_failed)

    def _on_measures(self, found: Measures) -> None:
        if self.dialog is not None:
            self.dialog.show_measures(found)

    def _on_failed(self, error: SanpingError) -> None:
        self._desk.say(error.message)

    @Slot(object)
    def _record(self, arguments: dict[str, object]) -> None:
        self._desk.living.wish_then("measure.record", arguments, self._on_answer)

    @Slot(str)
    def _withdraw(self, measure: str) -> None:
        self._desk.living.wish_then("measure.withdraw", {"measure": measure}, self._on_answer)

    def _on_answer(self, answer: Answer) -> None:
        if self.dialog is not None:
            self.dialog.tell(answer.refusal)
        if answer.refusal is None:
            self._ask()
