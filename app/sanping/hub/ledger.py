"""Group commit: gathers rows for a quarter of a second or five thousand, commits them on the store's own thread.

Nothing is reported as committed before the store has said so. While the store is slow, those who submit wait; while it
fails, the same rows are tried again and nobody gets an acknowledgement.
"""

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

from sanping.domain.errors import StoreFailed
from sanping.domain.observation import Observation
from sanping.ports.history import History

GATHER_S = 0.25
ROWS_PER_COMMIT = 5_000
MOST_WAITING = 60_000
RETRY_S = 1.0
DAY_MS = 86_400_000

Done = Callable[[], None]
_Answer = TypeVar("_Answer")
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Entry:
    rows: Sequence[Observation]
    done: Done


class Ledger:
    """The only writer of `history`.

    `on_committed(rows)` is called in the loop after each commit, before the submitters hear of it; rows keep their
    order. `on_trouble(error)` is called when the store begins to fail, or to keep rows that cannot be asked for yet,
    and with None when it works again; `trouble` holds the error in between.
    """

    def __init__(
        self,
        history: History,
        on_committed: Callable[[Sequence[Observation]], None],
        on_trouble: Callable[[StoreFailed | None], None] = lambda _: None,
    ) -> None:
        self.trouble: StoreFailed | None = None
        self.commits = 0
        self.rows_committed = 0
        self._history = history
        self._on_committed = on_committed
        self._on_trouble = on_trouble
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="store")
        self._waiting: deque[_Entry] = deque()
        self._rows_waiting = 0
        self._since_s = 0.0
        self._arrived = asyncio.Event()
        self._full = asyncio.Event()
        self._roomy = asyncio.Event()
        self._roomy.set()
        self._is_closing = False
        self._writing: asyncio.Task[None] | None = None

    @property
    def rows_waiting(self) -> int:
        """Rows that are not committed yet."""
        return self._rows_waiting

    @property
    def corrections(self) -> Mapping[str, int]:
        """How many rows were kept as corrections of others since the store was opened, by source."""
        return self._history.corrections

    def start(self) -> None:
        """Begin to write; the loop must be running."""
        self._writing = asyncio.create_task(self._write())

    async def room(self) -> None:
        """Wait while too many rows wait for the store."""
        await self._roomy.wait()

    def submit(self, rows: Sequence[Observation], done: Done) -> None:
        """Take rows for the next commit; `done` is called once they, and all submitted before, are safe."""
        if not self._waiting:
            self._since_s = asyncio.get_running_loop().time()
        self._waiting.append(_Entry(rows, done))
        self._rows_waiting += len(rows)
        self._arrived.set()
        if self._rows_waiting >= ROWS_PER_COMMIT:
            self._full.set()
        if self._rows_waiting >= MOST_WAITING:
            self._roomy.clear()

    async def ask(self, question: Callable[[History], _Answer]) -> _Answer:
        """Ask the store on its own thread. Raises `StoreFailed`."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, question, self._history)

    async def forget(self, keep_days: int, now_ms: int) -> None:
        """Remove what is older than is kept, a day at a time, so that commits in between hardly wait.

        What is kept counts back from the newest value where the clock is further: a wrong clock must not empty history.
        Raises `StoreFailed`.
        """
        first_ms, last_ms = await self.ask(lambda history: history.span())
        before_ms = min(now_ms, last_ms + DAY_MS) - keep_days * DAY_MS
        for edge_ms in (*range((first_ms or before_ms) + DAY_MS, before_ms, DAY_MS), before_ms):
            await self.ask(_forgetting(edge_ms))

    async def close(self, patience_s: float = 2.0) -> None:
        """Commit what waits, as far as the store does within `patience_s`, and close the store."""
        self._is_closing = True
        self._arrived.set()
        self._full.set()
        if self._writing is not None:
            await asyncio.wait([self._writing], timeout=patience_s)
            self._writing.cancel()
        await asyncio.get_running_loop().run_in_executor(self._thread, self._history.close)
        self._thread.shutdown(wait=True)

    async def _write(self) -> None:
        while True:
            await self._arrived.wait()
            if not self._waiting:
                return
            await self._gather()
            batch = list(self._waiting)
            self._waiting.clear()
            self._arrived.clear()
            self._full.clear()
            rows = [row for entry in batch for row in entry.rows]
            if rows:
                await self._commit(rows)
            self._told(batch, rows)
            if self._is_closing:
                self._arrived.set()

    async def _gather(self) -> None:
        left_s = self._since_s + GATHER_S - asyncio.get_running_loop().time()
        if self._rows_waiting and not self._is_closing and left_s > 0:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(left_s):  # `wait_for` forgets to be cancelled when it is full just then
                    await self._full.wait()

    async def _commit(self, rows: list[Observation]) -> None:
        loop = asyncio.get_running_loop()
        while True:
            try:
                await loop.run_in_executor(self._thread, self._history.append, rows)
            except StoreFailed as error:
                self.noted(error)
                await asyncio.sleep(RETRY_S)
            else:
                why = self._history.why
                self.noted(None if why is None else StoreFailed(why))
                self.commits += 1
                self.rows_committed += len(rows)
                return

    def noted(self, trouble: StoreFailed | None) -> None:
        """Keep how the store is; say so when it changes."""
        had_trouble, self.trouble = self.trouble is not None, trouble
        if had_trouble == (trouble is not None):
            return
        if trouble is not None:
            _log.error("%s", trouble.in_language("en"))
        self._on_trouble(trouble)

    def _told(self, batch: list[_Entry], rows: list[Observation]) -> None:
        self._rows_waiting -= len(rows)
        if self._rows_waiting < MOST_WAITING:
            self._roomy.set()
        if rows:
            self._on_committed(rows)
        for entry in batch:
            entry.done()


def _forgetting(moment_ms: int) -> Callable[[History], int]:
    return lambda history: history.forget_before(moment_ms)
