"""Runs functions on the machines of a Dask cluster: there, too, each in a worker process of its own with limits."""

import time
import uuid
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError
from typing import Any, TypeVar, cast

from sanping.domain.errors import Cancelled, InputError, SanpingError, WorkerFailed
from sanping.domain.text import Text
from sanping.ports.jobs import Limits
from sanping.ports.progress import Progress
from sanping.workers.jobs import TICK_S, WorkerJobs

R = TypeVar("R")

CONNECT_S = 10.0
_USUAL = Limits()
_THERE = Text("在集群上处理", "Working on the cluster")
_NOT_INSTALLED = Text(
    "本机没有安装 distributed；请执行 pip install sanping[cluster] 后重试",
    "The package distributed is not installed; run pip install sanping[cluster] and try again",
)
_NO_SCHEDULER = Text(
    "无法连接 Dask 调度器：{reason}；请检查地址，例如 tcp://10.0.0.5:8786，以及它是否在运行",
    "The Dask scheduler cannot be reached: {reason}; check the address, like tcp://10.0.0.5:8786, and that it runs",
)
_LOST = Text(
    "集群没有完成这项工作：{reason}；请检查各工作机，或去掉 --scheduler 在本机重做",
    "The cluster did not finish this piece of work: {reason}; look at its machines, or leave out --scheduler and work "
    "here",
)


class ClusterJobs:
    """`Jobs` on the workers of a Dask scheduler, whose machines have the same program and see the same folders.

    Dask sends Python objects without asking who sends them: only for a network of one's own, or with `tls://`.
    Raises `InputError` when the scheduler does not answer. `close` hangs up; the cluster goes on.
    """

    def __init__(self, address: str) -> None:
        try:
            import distributed  # noqa: PLC0415  an extra that most do without
        except ImportError as error:
            raise InputError(_NOT_INSTALLED, place=address) from error
        try:
            self._client: Any = _untyped(distributed).Client(address, timeout=CONNECT_S, set_as_default=False)
        except (OSError, ValueError, TimeoutError) as error:
            raise InputError(_NO_SCHEDULER.with_values(reason=str(error)[:200]), place=address) from error

    @property
    def width(self) -> int:
        """How many pieces of work run at once: threads of all workers, at least 1."""
        threads: dict[str, int] = self._client.nthreads()
        return max(1, sum(threads.values()))

    def run(self, function: Callable[..., R], *arguments: object, progress: Progress, limits: Limits = _USUAL) -> R:
        """Call `function(*arguments, progress)` on a machine of the cluster; see `ports.jobs.Jobs`."""
        stop = self._event(f"sanping-stop-{uuid.uuid4().hex}")
        done = self._client.submit(_run_there, function, arguments, limits, stop.name, pure=False, retries=0)
        try:
            return cast("R", self._answer(done, progress))
        except BaseException:
            stop.set()
            raise

    def close(self) -> None:
        """Hang up."""
        self._client.close()

    def _event(self, name: str) -> Any:
        import distributed  # noqa: PLC0415  there is a client, so it is installed

        return _untyped(distributed).Event(name, client=self._client)

    def _answer(self, done: Any, progress: Progress) -> object:
        while not done.done():
            progress.report(0.0, _THERE)
            time.sleep(TICK_S)
        try:
            return done.result()
        except SanpingError:
            raise
        except (CancelledError, Exception) as error:
            raise WorkerFailed(_LOST.with_values(reason=str(error)[:200] or type(error).__name__)) from error


class _Stopped:
    """Ends a job when whoever asked for it is not waiting any more."""

    def __init__(self, event: Any) -> None:
        self._event = event

    def report(self, fraction: float, doing: Text) -> None:
        if self._event.is_set():
            raise Cancelled(doing)


def _run_there(function: Callable[..., R], arguments: Sequence[object], limits: Limits, stop: str) -> R:
    """Run the function in a worker process of the machine that this is called on."""
    import distributed  # noqa: PLC0415  this runs inside a worker of Dask

    stopped = _Stopped(_untyped(distributed).Event(stop))
    return WorkerJobs(at_once=1, spare=0).run(function, *arguments, progress=stopped, limits=limits)


def _untyped(module: object) -> Any:
    return module
