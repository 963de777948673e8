"""The one place where work crosses from the window's thread to others and back: jobs with progress and cancel.

A job runs in one of two threads and never touches a widget; what it gives comes back as a signal in the window's
thread. A cancelled job is forgotten at once, whatever it still does.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from threading import Event

from PySide6.QtCore import QObject, Signal, Slot

from sanping.domain.errors import Cancelled, SanpingError, WorkerFailed
from sanping.domain.text import Text
from sanping.ports.progress import Progress

THREADS = 2
JOB_CANCELLED = Text("已停止", "Stopped")
JOB_FAILED = Text(
    "作业意外失败：{reason}。请重试；若再次出现，请反馈",
    "The job failed unexpectedly: {reason}. Please retry, and report it if it happens again",
)


class Crossing(QObject):
    """Runs jobs in threads; every signal carries the number of the job and arrives in the window's thread."""

    progressed = Signal(int, float, object)
    finished = Signal(int, object)
    failed = Signal(int, object)
    _came_back = Signal(int, object, object)
    _was_told = Signal(int, float, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._threads = ThreadPoolExecutor(max_workers=THREADS, thread_name_prefix="sanping-job")
        self._numbers = count(1)
        self._wishes: dict[int, Event] = {}
        self._came_back.connect(self._on_back)
        self._was_told.connect(self._on_told)

    @property
    def running(self) -> tuple[int, ...]:
        """Numbers of the jobs that are not over yet."""
        return tuple(self._wishes)

    def start(self, job: Callable[[Progress], object]) -> int:
        """Run `job(progress)` when a thread is free; return its number."""
        number = next(self._numbers)
        wish = Event()
        self._wishes[number] = wish
        self._threads.submit(self._run, number, job, wish)
        return number

    def cancel(self, number: int) -> None:
        """Stop a job: it is told, and its result will not arrive; `failed` follows at once with `Cancelled`."""
        wish = self._wishes.pop(number, None)
        if wish is not None:
            wish.set()
            self.failed.emit(number, Cancelled(JOB_CANCELLED))

    def close(self, *, is_waiting: bool = True) -> None:
        """Stop every job and wait for the threads to end, or let them end by themselves."""
        for wish in self._wishes.values():
            wish.set()
        self._wishes.clear()
        self._threads.shutdown(wait=is_waiting, cancel_futures=True)

    def _run(self, number: int, job: Callable[[Progress], object], wish: Event) -> None:
        result: object = None
        error: SanpingError | None = None
        try:
            if not wish.is_set():
                result = job(_Told(number, self, wish))
        except SanpingError as raised:
            error = raised
        except Exception as raised:
            error = WorkerFailed(JOB_FAILED.with_values(reason=f"{type(raised).__name__}: {raised}"))
        if not wish.is_set():
            self._came_back.emit(number, result, error)

    @Slot(int, object, object)
    def _on_back(self, number: int, result: object, error: SanpingError | None) -> None:
        if self._wishes.pop(number, None) is None:
            return
        if error is None:
            self.finished.emit(number, result)
        else:
            self.failed.emit(number, error)

    @Slot(int, float, object)
    def _on_told(self, number: int, fraction: float, doing: Text) -> None:
        if number in self._wishes:
            self.progressed.emit(number, fraction, doing)


class _Told:
    """The progress that a job reports to, in its own thread."""

    def __init__(self, number: int, crossing: Crossing, wish: Event) -> None:
        self._number = number
        self._crossing = crossing
        self._wish = wish

    def report(self, fraction: float, doing: Text) -> None:
        """Pass on how far the job is; raise `Cancelled` when the person wants it to stop."""
        if self._wish.is_set():
            raise Cancelled(JOB_CANCELLED)
        self._crossing._was_told.emit(self._number, fraction, doing)
