"""Runs functions in worker processes: a fresh one for each job, watched until it has answered or died."""

import contextlib
import threading
import time
from collections.abc import Callable, Sequence
from multiprocessing.connection import wait
from typing import TypeVar, cast

from sanping.domain.errors import SanpingError
from sanping.domain.text import Text
from sanping.ports.jobs import Limits
from sanping.ports.progress import Progress
from sanping.workers.failures import cannot_start, failure_of_death, failure_of_error, unknown_answer, wall_time_over
from sanping.workers.process import COMMAND, WorkerProcess
from sanping.workers.protocol import Broke, Doing, Done, Job, Ready, Refused, believed

R = TypeVar("R")

TICK_S = 0.1
_USUAL = Limits()
_STARTING = Text("启动工作进程", "Starting a worker")
_WAITING = Text("等待空闲的工作进程", "Waiting for a free worker")


class WorkerJobs:
    """`Jobs` in processes of the operating system.

    May be called from any thread; at most `at_once` jobs run, further callers wait. `preload` names modules a waiting
    worker imports in advance; `spare` workers wait so, when `warm` has been called. `close` ends the waiting ones.
    """

    def __init__(
        self,
        *,
        at_once: int = 2,
        spare: int = 1,
        preload: tuple[str, ...] = (),
        command: Sequence[str] = COMMAND,
    ) -> None:
        self._turns = threading.BoundedSemaphore(at_once)
        self._preload = preload
        self._command = tuple(command)
        self._spare = spare
        self._waiting: list[WorkerProcess] = []
        self._lock = threading.Lock()
        self._is_warm = False

    def warm(self) -> None:
        """Start the spare workers now, and keep starting new ones after each job."""
        self._is_warm = True
        self._refill()

    def run(self, function: Callable[..., R], *arguments: object, progress: Progress, limits: Limits = _USUAL) -> R:
        """Call `function(*arguments, progress)` in a fresh worker and return its result; see `ports.jobs.Jobs`."""
        while not self._turns.acquire(timeout=TICK_S):
            progress.report(0.0, _WAITING)
        try:
            worker = self._take()
            try:
                job = Job(function=function, arguments=arguments, limits=limits)
                return cast("R", _Watch(worker, job, progress).answer())
            finally:
                worker.ended()
        finally:
            self._turns.release()
            self._refill()

    def close(self) -> None:
        """End the workers that wait for a job."""
        self._is_warm = False
        with self._lock:
            waiting, self._waiting = self._waiting, []
        for worker in waiting:
            worker.ended()

    def _take(self) -> WorkerProcess:
        with self._lock:
            waiting, self._waiting = self._waiting, []
            for number, worker in enumerate(waiting):
                if worker.is_alive:
                    self._waiting = waiting[number + 1 :]
                    return worker
                worker.ended()
        try:
            return WorkerProcess(self._command, self._preload)
        except OSError as error:
            raise cannot_start(error) from error

    def _refill(self) -> None:
        """Start spare workers; one that cannot be started now is missed by nobody until it is needed."""
        with self._lock, contextlib.suppress(OSError):
            while self._is_warm and len(self._waiting) < self._spare:
                self._waiting.append(WorkerProcess(self._command, self._preload))


class _Watch:
    """One job from start to answer."""

    def __init__(self, worker: WorkerProcess, job: Job, progress: Progress) -> None:
        self._worker = worker
        self._job = job
        self._progress = progress
        self._said = Doing(fraction=0.0, doing=_STARTING)
        self._ends_at = time.monotonic() + job.limits.wall_s

    def answer(self) -> object:
        """Return the result or raise; whoever watches is asked ten times a second whether to stop."""
        while True:
            self._progress.report(self._said.fraction, self._said.doing)
            if time.monotonic() > self._ends_at:
                raise wall_time_over(self._job.limits, self._worker.last_words)
            answers, complaints = self._worker.channel.fileno(), self._worker.stderr.fileno()
            ready = wait([answers, complaints] if self._worker.has_stderr else [answers], timeout=TICK_S)
            if complaints in ready:
                self._worker.listen()
            if answers in ready:
                message = self._message()
                if isinstance(message, Done):
                    return message.result
                self._take_in(message)

    def _message(self) -> object:
        try:
            return believed(self._worker.channel.recv_bytes())
        except (EOFError, OSError):
            code = self._worker.died()
            raise failure_of_death(code, self._job.limits, self._worker.last_words) from None
        except Exception as error:
            raise unknown_answer(error) from error

    def _take_in(self, message: object) -> None:
        match message:
            case Ready():
                self._worker.start(self._job)
            case Doing():
                self._said = message
            case Refused(error=SanpingError() as error):
                raise error
            case Broke():
                self._worker.died()
                raise failure_of_error(message, self._job.limits, self._worker.last_words)
            case _:
                raise unknown_answer(TypeError(type(message).__name__))
