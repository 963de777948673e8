"""The tables of a book in a SQLite file of its own."""

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import apsw

from sanping.domain.text import Text
from sanping.storage.high_water import HighWater, keep_damaged
from sanping.storage.sqlite_file import looked_into, opened, reason_of
from sanping.storage.standing_file import StandingFile


class Gone(apsw.CantOpenError):
    """The file is not where it was any more: what was committed is found by nobody who looks there later."""


class SqliteTables:
    """Implements `storage.sql_tables.SqlTables` in the file at `path`. Raises `apsw.Error`, `OSError`.

    `height` is the question for the number that only ever grows; the greatest that was acknowledged is kept beside.
    `missing` says what of it the file has lost, which is told when it is opened and copied aside.
    """

    errors: tuple[type[Exception], ...] = (apsw.Error,)

    def __init__(self, path: Path, schema: str, height: str) -> None:
        self.place, self.missing = str(path), Text("", "")
        self._height, self._mark = height, HighWater(path)
        try:
            self._look(path)
            self.database = opened(path, schema)
        except (apsw.Error, OSError):
            self._mark.close()
            raise
        self._changes, self._file = -1, StandingFile(path)
        self._acknowledge()

    def _look(self, path: Path) -> None:
        """See that everything acknowledged is there, before anything is written over it."""
        known = self._mark.height
        if not known:
            return
        height = 0
        with suppress(apsw.SQLError), closing(looked_into(path)) as database:  # its log may have held every table
            height = database.execute(self._height).get
        if height < known:
            self.missing = keep_damaged(path, height, known)
            self._mark.lower_to(height)

    def _acknowledge(self) -> None:
        """Keep how far the book is now, when something was committed."""
        changes = self.database.total_changes()
        if changes != self._changes and not self.database.in_transaction:
            if not self._file.is_there():
                raise Gone
            self._changes = changes
            self._mark.raise_to(self.database.execute(self._height).get)

    def run(self, question: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Ask, or order, and return the rows."""
        rows = self.database.execute(question, tuple(values)).fetchall()
        self._acknowledge()
        return rows

    def one(self, question: str, values: Sequence[Any] = ()) -> tuple[Any, ...] | None:
        """Return the first row of a question."""
        return self.database.execute(question, tuple(values)).fetchone()

    def run_many(self, order: str, values: Sequence[Sequence[Any]]) -> None:
        """Order the same with each of many values, all or none."""
        with self.database:
            self.database.executemany(order, values)
        self._acknowledge()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Lock for writing before anything is read."""
        self.database.execute("begin immediate")
        try:
            yield
            self.database.execute("commit")
            self._acknowledge()
        except BaseException:
            if self.database.in_transaction:
                self.database.execute("rollback")
            raise

    def overwritten(self) -> bool:
        """See that what was deleted is not in the log of the file either; not while somebody reads."""
        ((is_busy, _, _),) = self.run("pragma wal_checkpoint(truncate)")
        return not is_busy

    def reason_of(self, error: Exception) -> Text:
        """Return why the engine refused."""
        return self._file.gone if isinstance(error, Gone) else reason_of(error)

    def close(self) -> None:
        """Release the file."""
        self.database.close()
        self._mark.close()
