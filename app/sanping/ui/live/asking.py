"""Questions to the hub, asked beside the window's thread; the answer comes back in it."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Slot

from sanping.domain.errors import Cancelled, SanpingError
from sanping.ports.progress import Progress
from sanping.ui.crossing import Crossing

Then = Callable[[Any], None]
Failed = Callable[[SanpingError], None]


class Asking(QObject):
    """Asks at most two questions at once; an answer that comes after `forget` reaches nobody."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._crossing = Crossing(self)
        self._crossing.finished.connect(self._on_finished)
        self._crossing.failed.connect(self._on_failed)
        self._waiting: dict[int, tuple[Then, Failed]] = {}

    def ask(self, question: Callable[[], object], then: Then, failed: Failed = lambda _: None) -> None:
        """Ask; `then` is given the answer, `failed` the error."""

        def job(_progress: Progress) -> object:
            return question()

        self._waiting[self._crossing.start(job)] = (then, failed)

    def forget(self) -> None:
        """Want no answer any more."""
        waiting, self._waiting = self._waiting, {}
        for number in waiting:
            self._crossing.cancel(number)

    def close(self) -> None:
        """End the threads; a question that a silent hub holds up is not waited for."""
        self._waiting.clear()
        self._crossing.close(is_waiting=False)

    @Slot(int, object)
    def _on_finished(self, number: int, answer: object) -> None:
        if number in self._waiting:
            self._waiting.pop(number)[0](answer)

    @Slot(int, object)
    def _on_failed(self, number: int, error: SanpingError) -> None:
        if number in self._waiting and not isinstance(error, Cancelled):
            self._waiting.pop(number)[1](error)
