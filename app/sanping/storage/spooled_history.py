"""A history that goes on acknowledging while its store is slow or full, as long as the spool has room.

Rows are handed to the store on a thread of its own; when it fails, or takes longer than `patience_s`, they are kept in
the spool and acknowledged. That the store may have taken them as well does no harm: the same row again changes nothing,
and rows are handed over in the order they came, so that of several corrections the last one holds.
"""

import logging
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as TookTooLong
from typing import TypeVar

from sanping.domain.errors import StoreFailed
from sanping.domain.observation import Observation
from sanping.domain.text import Text
from sanping.ports.history import History, Series, SeriesKey, Step
from sanping.ports.progress import Progress
from sanping.storage.spool import Spool

PATIENCE_S = 2.0
RETRY_S = 1.0
DRAIN_WITHIN_S = 0.5
_SPOOLING = Text(
    "新数据先存入暂存文件，恢复后补写，此前查不到；原因：{reason}",
    "New rows go to the spool and cannot be asked for before they are in the history; the reason: {reason}",
)
_DRAINED = Text("暂存的 {rows} 行已写入历史库", "{rows} spooled rows are in the history now")
_SLOW = Text("超过 {seconds} 秒未完成", "not done within {seconds} s")
_BUSY = Text(
    "历史库正忙，查询未完成；数据仍在记录，请稍后再查",
    "The history is busy and the question was not answered; recording goes on, ask again later",
)
_Answer = TypeVar("_Answer")
_log = logging.getLogger(__name__)


class SpooledHistory:
    """Implements `ports.history.History` over another; takes over both.

    Order is kept: while anything is spooled, new rows are spooled behind it, and every `append` drains for at most half
    a second. `backlog` is the number of rows that are acknowledged but not to be found by questions yet; `why` says why
    the store does not take them, None when it does. When the spool is full too, `append` raises `StoreFailed`.
    """

    def __init__(
        self,
        store: History,
        spool: Spool,
        *,
        patience_s: float = PATIENCE_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.why: Text | None = None
        self.revision = 0
        self._store = store
        self._spool = spool
        self._patience_s = patience_s
        self._clock = clock
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="history")
        self._running: Future[int] | None = None
        self._drained = 0
        self._next_try_s = clock()
        if len(spool):
            self._drain(float("inf"))

    @property
    def backlog(self) -> int:
        """Rows that are acknowledged and still in the spool."""
        return len(self._spool)

    @property
    def corrections(self) -> Mapping[str, int]:
        """How many corrections the store has taken, by source; those in the spool are not known yet."""
        return self._store.corrections

    def append(self, rows: Sequence[Observation]) -> int:
        """Keep the rows in the store, else in the spool; they are safe on return. Raises `StoreFailed`."""
        if len(self._spool):
            self._drain(DRAIN_WITHIN_S)
        if len(self._spool) or not self._taken(rows):
            self._spool.append(rows)
        self.revision += 1
        return self.revision

    def as_of(self, moment_ms: int, stations: Sequence[str] = ()) -> Sequence[Observation]:
        """Return the latest observation of every series. Raises `StoreFailed`."""
        return self._asked(lambda: self._store.as_of(moment_ms, stations))

    def series(self, key: SeriesKey, from_ms: int, to_ms: int, step: Step = "raw") -> Series:
        """Return one series. Raises `StoreFailed`."""
        return self._asked(lambda: self._store.series(key, from_ms, to_ms, step))

    def span(self) -> tuple[int, int]:
        """Return the first and last event time kept. Raises `StoreFailed`."""
        return self._asked(self._store.span)

    def rows_between(self, from_ms: int, to_ms: int) -> Iterable[Sequence[Observation]]:
        """Yield what is kept in a span, both ends included, in batches as they are asked for. Raises `StoreFailed`."""
        batches = iter(self._store.rows_between(from_ms, to_ms))
        while batch := self._asked(lambda: next(batches, ())):
            yield batch

    def forget_before(self, moment_ms: int, progress: Progress | None = None) -> int:
        """Remove what is older than a moment, however long it takes. Raises `StoreFailed`, `Cancelled`."""
        return self._thread.submit(self._store.forget_before, moment_ms, progress).result()

    def close(self) -> None:
        """Drain what the store takes at once, then release both; what is left is drained at the next start."""
        if len(self._spool):
            self._drain(DRAIN_WITHIN_S)
        self._thread.submit(self._store.close).result()
        self._thread.shutdown(wait=True)
        self._spool.close()

    def _taken(self, rows: Sequence[Observation]) -> bool:
        """Say whether the store has the rows; else say why not and leave it alone for a while."""
        if self._is_busy():
            return False
        self._running = self._thread.submit(self._store.append, rows)
        try:
            self._running.result(self._patience_s)
        except TookTooLong:
            self._refused(_SLOW.with_values(seconds=self._patience_s))
            return False
        except StoreFailed as error:
            self._refused(error.message)
            return False
        if self.why is not None and not len(self._spool):
            self.why = None
        return True

    def _refused(self, why: Text) -> None:
        is_new, self.why = self.why is None, _SPOOLING.with_values(reason=why)
        if is_new:
            _log.error("%s", self.why.en)
        self._next_try_s = self._clock() + RETRY_S

    def _is_busy(self) -> bool:
        return self._running is not None and not self._running.done()

    def _drain(self, within_s: float) -> None:
        """Hand over what is spooled, oldest first, until done, refused, or `within_s` has passed."""
        if self._is_busy() or self._clock() < self._next_try_s:
            return
        until_s = self._clock() + within_s
        for batch in self._spool.batches(skip=self._drained):
            if not self._taken(batch):
                return
            self._drained += 1
            if self._clock() > until_s:
                return
        rows = len(self._spool)
        self._spool.clear()
        self._drained, self.why = 0, None
        _log.warning("%s", _DRAINED.with_values(rows=rows).en)

    def _asked(self, question: Callable[[], _Answer]) -> _Answer:
        if len(self._spool):
            self._drain(DRAIN_WITHIN_S)
        asked = self._thread.submit(question)
        try:
            return asked.result(self._patience_s * 5)
        except TookTooLong as error:
            asked.cancel()
            raise StoreFailed(_BUSY) from error
