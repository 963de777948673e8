"""The self-check on the desk: asks what is seen of this installation in a job, and shows it in a window."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Protocol

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QWidget

from sanping.commands.desk_state import DeskState
from sanping.domain.errors import SanpingError
from sanping.formats.clause_list import Answered, known_standards, load_clauses
from sanping.twin.project import TwinProject
from sanping.ui.desk_content import DeskContent
from sanping.ui.live.living import Living
from sanping.ui.self_check_window import SelfCheckWindow

FIRST = "dengbao"
Asking = Callable[[str, TwinProject], Sequence[Answered]]


class Desk(Protocol):
    """The window as its self-check sees it."""

    state: DeskState
    content: DeskContent
    living: Living


def nothing_seen(name: str, _twin: TwinProject) -> Sequence[Answered]:
    """Return the clauses of a standard without a look at the machine."""
    return [Answered(clause=clause, findings=()) for clause in load_clauses(name).clauses]


class SelfChecking(QObject):
    """One window at a time; `ask` looks at this machine and is called in a thread."""

    def __init__(self, desk: Desk, window: QWidget) -> None:
        super().__init__(window)
        self._desk, self._window = desk, window
        self.ask: Asking = nothing_seen
        self.shown: SelfCheckWindow | None = None

    def show(self, _argument: object = None) -> None:
        """Show the window, or bring it to the front."""
        if self.shown is None:
            names = sorted(known_standards(), key=lambda name: name != FIRST)
            standards = [(name, load_clauses(name).title.text()) for name in names]
            self.shown = SelfCheckWindow(standards, self._desk.state.language, self._window)
            self.shown.standard_asked.connect(self._look)
            self.shown.finished.connect(self._on_finished)
            self.shown.show()
            self._look(names[0])
        self.shown.raise_()
        self.shown.activateWindow()

    @Slot(str)
    def _look(self, name: str) -> None:
        question = partial(self.ask, name, self._desk.content.project)
        self._desk.living.asking.ask(question, partial(self._on_seen, name), self._on_failed)

    def _on_seen(self, name: str, found: Sequence[Answered]) -> None:
        if self.shown is not None and self.shown.standard == name:
            self.shown.show_found(found)

    def _on_failed(self, error: SanpingError) -> None:
        if self.shown is not None:
            self.shown.show_failure(error.message)

    @Slot()
    def _on_finished(self) -> None:
        if self.shown is not None:
            self.shown.deleteLater()
        self.shown = None
