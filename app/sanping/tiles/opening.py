"""Opens many files side by side, and tells of each as soon as it is there."""

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path

from sanping.domain.errors import Cancelled, SanpingError
from sanping.domain.ground import Terrain
from sanping.domain.text import Text
from sanping.ports.model_reader import ReadOptions
from sanping.ports.progress import Progress
from sanping.tiles.library import Library, Opened

AT_ONCE = 2
TICK_S = 0.1

_STARTING = Text("准备打开", "Getting ready")
_STOPPED = Text("已取消打开", "Opening was cancelled")


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One file to open; see `Library.open`."""

    path: Path
    options: ReadOptions
    terrain: Terrain | None = None


def open_many(
    library: Library, requests: Sequence[Request], progress: Progress, at_once: int = AT_ONCE
) -> Iterator[tuple[int, Opened | SanpingError]]:
    """Yield the place in `requests` and what came of it, in the order in which files are done.

    `progress` is told from the calling thread only, of all files together. When it raises, all files are given up and
    what it raised is passed on.
    """
    shared = _Shared(len(requests))
    with ThreadPoolExecutor(at_once, thread_name_prefix="opening") as pool:
        waiting: dict[Future[Opened], int] = {
            pool.submit(library.open, request.path, request.options, shared.part(place), terrain=request.terrain): place
            for place, request in enumerate(requests)
        }
        try:
            while waiting:
                progress.report(*shared.state())
                done, _ = wait(waiting, timeout=TICK_S, return_when=FIRST_COMPLETED)
                for future in done:
                    yield waiting.pop(future), _outcome(future)
        finally:
            shared.is_stopped.set()
            pool.shutdown(cancel_futures=True)


def _outcome(future: "Future[Opened]") -> Opened | SanpingError:
    try:
        return future.result()
    except SanpingError as error:
        return error


class _Shared:
    """How far each file is, written by the threads that open them."""

    def __init__(self, count: int) -> None:
        self.is_stopped = threading.Event()
        self._fractions = [0.0] * count
        self._doing = _STARTING

    def part(self, place: int) -> "_Own":
        return _Own(self, place)

    def state(self) -> tuple[float, Text]:
        return sum(self._fractions) / max(len(self._fractions), 1), self._doing

    def note(self, place: int, fraction: float, doing: Text) -> None:
        if self.is_stopped.is_set():
            raise Cancelled(_STOPPED)
        self._fractions[place] = fraction
        self._doing = doing


class _Own:
    """The progress of one file."""

    def __init__(self, shared: _Shared, place: int) -> None:
        self._shared = shared
        self._place = place

    def report(self, fraction: float, doing: Text) -> None:
        self._shared.note(self._place, fraction, doing)
