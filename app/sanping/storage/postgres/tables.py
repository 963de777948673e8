"""The tables of a book in PostgreSQL, on a connection of its own that is opened again when it was lost."""

import contextlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg

from sanping.domain.errors import StoreFailed
from sanping.domain.text import Text
from sanping.storage.postgres.server import Connection, PostgresPlace, connected, first_line, is_lost

BOOK_GONE_AFTER_MS = 4_000


class PostgresTables:
    """Implements `storage.sql_tables.SqlTables` at `place`.

    `marker` is the table that stands for all of `schema`, and that a writer locks; from `personal` whatever is deleted
    is also overwritten. Raises `StoreFailed` when the server cannot be reached, else `psycopg.Error`.
    """

    errors: tuple[type[Exception], ...] = (psycopg.Error,)

    def __init__(self, place: PostgresPlace, schema: str, marker: str, personal: str = "") -> None:
        self._where, self._marker, self._personal = place, marker, personal
        self.place = str(place)
        self._is_within = False
        self._database = connected(place, gone_after_ms=BOOK_GONE_AFTER_MS)
        try:
            self._prepare(schema)
        except psycopg.Error:
            self._database.close()
            raise

    def _prepare(self, schema: str) -> None:
        with self._database.transaction():  # of two programs that begin at once one makes the tables
            self._database.execute(
                "select pg_advisory_xact_lock(hashtextextended(%s, 0))", (f"make {self._where.schema}",)
            )
            if self._database.execute("select to_regclass(%s)", (self._marker,)).fetchone() == (None,):
                self._database.execute(schema)

    def run(self, question: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Ask, or order, and return the rows; a question is asked again when only its asking showed the loss."""
        self._look_after()
        try:
            return self._run(question, values)
        except psycopg.Error:
            if self._is_within or not is_lost(self._database) or not question.startswith("select"):
                raise
            self._look_after()
            return self._run(question, values)

    def _run(self, question: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
        if not self._is_within and self._where.owned.term and not question.startswith("select"):
            with self.transaction():
                return self._run(question, values)
        cursor = self._database.execute(question.replace("?", "%s"), tuple(values))
        return cursor.fetchall() if cursor.description else []

    def one(self, question: str, values: Sequence[Any] = ()) -> tuple[Any, ...] | None:
        """Return the first row of a question."""
        return next(iter(self.run(question, values)), None)

    def run_many(self, order: str, values: Sequence[Sequence[Any]]) -> None:
        """Order the same with each of many values, all or none."""
        with contextlib.nullcontext() if self._is_within else self.transaction(), self._database.cursor() as cursor:
            cursor.executemany(order.replace("?", "%s"), values)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Lock for writing before anything is read; readers go on."""
        self._begin()
        self._is_within = True
        try:
            yield
            self._database.execute("commit")
        except BaseException:
            with contextlib.suppress(psycopg.Error):
                self._database.execute("rollback")
            raise
        finally:
            self._is_within = False

    def _begin(self) -> None:
        for is_last in (False, True):
            self._look_after()
            try:
                self._database.execute(f"begin; lock table {self._marker} in exclusive mode")
                self._where.owned.check(self._database)
            except psycopg.Error:
                if is_last or not is_lost(self._database):
                    with contextlib.suppress(psycopg.Error):
                        self._database.execute("rollback")
                    raise
            else:
                return

    def overwritten(self) -> bool:
        """Write the table of personal data anew without what was deleted; not while somebody reads it."""
        if self._personal:
            self._look_after()
            try:
                self._database.execute(f"vacuum (full) {self._personal}")
            except (psycopg.errors.LockNotAvailable, psycopg.errors.InsufficientPrivilege):
                return False
        return True

    @contextmanager
    def beside(self) -> Iterator[Connection]:
        """See one state of the tables from another connection, whatever is written meanwhile; from any thread."""
        database = connected(self._where)
        try:
            database.execute("begin transaction isolation level repeatable read, read only")
            yield database
        finally:
            database.close()

    def reason_of(self, error: Exception) -> Text:
        """Return why the server refused."""
        words = first_line(error)
        return Text(words, words)

    def close(self) -> None:
        """Let the server go."""
        with contextlib.suppress(psycopg.Error):
            self._database.close()

    def _look_after(self) -> None:
        """Connect again when the connection was lost. Raises `psycopg.OperationalError` when it cannot."""
        if not is_lost(self._database):
            return
        try:
            self._database = connected(self._where, gone_after_ms=BOOK_GONE_AFTER_MS)
        except StoreFailed as error:
            raise psycopg.OperationalError(str(error.__cause__ or error)) from error
