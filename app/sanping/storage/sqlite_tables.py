"""The tables of a book in a SQLite file of its own."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import apsw

from sanping.domain.text import Text
from sanping.storage.sqlite_file import opened, reason_of


class SqliteTables:
    """Implements `storage.sql_tables.SqlTables` in the file at `path`. Raises `apsw.Error`, `OSError`."""

    errors: tuple[type[Exception], ...] = (apsw.Error,)

    def __init__(self, path: Path, schema: str) -> None:
        self.place = str(path)
        self.database = opened(path, schema)

    def run(self, question: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Ask, or order, and return the rows."""
        return self.database.execute(question, tuple(values)).fetchall()

    def one(self, question: str, values: Sequence[Any] = ()) -> tuple[Any, ...] | None:
        """Return the first row of a question."""
        return self.database.execute(question, tuple(values)).fetchone()

    def run_many(self, order: str, values: Sequence[Sequence[Any]]) -> None:
        """Order the same with each of many values, all or none."""
        with self.database:
            self.database.executemany(order, values)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Lock for writing before anything is read."""
        self.database.execute("begin immediate")
        try:
            yield
            self.database.execute("commit")
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
        return reason_of(error)

    def close(self) -> None:
        """Release the file."""
        self.database.close()
