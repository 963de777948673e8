"""Asks for the CRS of one file after the other, and takes an answer for all of them where the person wants that."""

from collections import deque
from functools import partial

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from sanping.domain.errors import CrsMissing
from sanping.domain.text import Language
from sanping.twin.project import LayerEntry
from sanping.ui.crs_dialog import CrsDialog

Question = tuple[LayerEntry, CrsMissing]


class CrsQuestions(QObject):
    """`named(LayerEntry, crs, role)`, `left_out(LayerEntry)` and `alone_asked(LayerEntry)` are the answers.

    `window` owns the dialogs; one is open at a time.
    """

    named = Signal(object, str, str)
    left_out = Signal(object)
    alone_asked = Signal(object)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._waiting: deque[tuple[Question, str, Language, bool]] = deque()
        self._is_asking = False
        self._same_for_all: tuple[str, str] | None = None

    @property
    def is_busy(self) -> bool:
        """A question is open."""
        return self._is_asking

    def forget(self) -> None:
        """Forget what waits, and the answer that was meant for all."""
        self._waiting.clear()
        self._same_for_all = None

    def ask(self, question: Question, twin_crs: str, language: Language, *, has_others: bool) -> None:
        """Ask about a file in its turn; `has_others` offers one answer for all that name no CRS."""
        self._waiting.append((question, twin_crs, language, has_others))
        self._ask_next()

    def _ask_next(self) -> None:
        while self._waiting and not self._is_asking:
            (entry, error), twin_crs, language, has_others = self._waiting.popleft()
            is_plain = type(error) is CrsMissing and not entry.options.crs
            if self._same_for_all is None or not is_plain:
                reason = error.message.in_language(language)
                self._open(entry, CrsDialog(
                    entry.path.name, reason, twin_crs, language, self._window, offers_same=has_others and is_plain,
                ))  # fmt: skip
            elif self._same_for_all[0]:
                self.named.emit(entry, *self._same_for_all)
            else:
                self.left_out.emit(entry)

    def _open(self, entry: LayerEntry, dialog: CrsDialog) -> None:
        self._is_asking = True
        dialog.accepted.connect(partial(self._on_named, entry, dialog))
        dialog.rejected.connect(partial(self._on_refused, entry, dialog))
        dialog.alone_asked.connect(partial(self.alone_asked.emit, entry))
        dialog.finished.connect(self._on_answered)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _on_named(self, entry: LayerEntry, dialog: CrsDialog) -> None:
        if dialog.is_same_for_all:
            self._same_for_all = (dialog.crs, dialog.role)
        self.named.emit(entry, dialog.crs, dialog.role)

    def _on_refused(self, entry: LayerEntry, dialog: CrsDialog) -> None:
        if dialog.is_same_for_all:
            self._same_for_all = ("", "")
        self.left_out.emit(entry)

    @Slot()
    def _on_answered(self) -> None:
        self._is_asking = False
        self._ask_next()
