"""The stores of a hub whose address says PostgreSQL; only the spool stays in its data folder."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import psycopg

from sanping.domain.errors import StoreFailed
from sanping.ports.case_book import AuditHead, Verified
from sanping.ports.history import History
from sanping.ports.progress import Progress
from sanping.storage.opening import SERVER_SPOOL_MB, Stores, WholeHistory, spooled
from sanping.storage.postgres.books import PostgresCaseBook, PostgresDeviceBook, PostgresEventLog
from sanping.storage.postgres.dumping import DUMP_FILE, dump, take_back
from sanping.storage.postgres.history import PostgresHistory
from sanping.storage.postgres.schema import is_free
from sanping.storage.postgres.server import Connection, PostgresPlace, connected, first_line, is_refusal
from sanping.storage.postgres.site_keys import is_sealed_by, lay_down, sealed_keys
from sanping.storage.sql_case_book import FAILED


class PostgresStores:
    """Implements `storage.opening.Stores` at `where`."""

    kind = "postgresql"

    def __init__(self, folder: Path, where: PostgresPlace) -> None:
        self.place, self._folder, self._where = str(where), folder, where

    def away(self) -> StoreFailed | None:
        """Return why the server cannot be reached, None when it can."""
        try:
            connected(self._where).close()
        except StoreFailed as error:
            if is_refusal(error):
                raise
            return error
        return None

    def back_up(self, target: Path, progress: Progress) -> Mapping[str, Mapping[str, int]]:
        """Dump the schema of this hub."""
        return {DUMP_FILE: dump(self._where, target / DUMP_FILE, progress)}

    def restored(self, staged: Path, rows: Mapping[str, int], progress: Progress) -> Stores:
        """Take the dump back into the schema; the one that was there is kept under another name."""
        take_back(self._where, staged / DUMP_FILE, rows, progress)
        return self

    def is_free(self) -> bool:
        """Say whether no hub owns these stores. Raises `StoreFailed` when the server cannot be reached."""
        with self._asking() as database:
            return is_free(database, self._where.schema)

    def is_over(self) -> bool:
        """Say whether this program owned these stores and another does now, as a write of its own has shown."""
        return self._where.owned.is_over

    def sealed_keys(self) -> bytes | None:
        """Return the sealed keys of the site, None where none are laid down. Raises `StoreFailed`."""
        with self._asking() as database:
            return sealed_keys(database)

    def lay_down_keys(self, body: bytes, before: bytes | None) -> None:
        """Lay sealed keys down, unless something else than `before` is there by now. Raises `StoreFailed`."""
        with self._asking() as database:
            lay_down(database, self._where.schema, body, before)

    def is_sealed_by(self, key: bytes) -> bool:
        """Say whether the book of cases is sealed by a key, True while there is no case. Raises `StoreFailed`."""
        with self._asking() as database:
            return is_sealed_by(database, key)

    def history(self) -> History:
        """Open the history behind its spool."""
        return spooled(PostgresHistory(self._where), self._folder, SERVER_SPOOL_MB)

    def bare_history(self) -> WholeHistory:
        """Open the history itself."""
        return PostgresHistory(self._where)

    def events(self) -> PostgresEventLog:
        """Open the log of events."""
        return PostgresEventLog(self._where)

    def cases(self, key: bytes) -> PostgresCaseBook:
        """Open the book of cases."""
        return PostgresCaseBook(self._where, key)

    def devices(self) -> PostgresDeviceBook:
        """Open the book of devices and people."""
        return PostgresDeviceBook(self._where)

    def has_cases(self) -> bool:
        """Say whether steps of cases are kept on the server."""
        with self._asking() as database:
            if database.execute("select to_regclass('audit')").fetchone() == (None,):
                return False
            return database.execute("select 1 from audit limit 1").fetchone() is not None

    def verified(self, key: bytes, witnessed: Sequence[AuditHead]) -> Verified:
        """Check the chain of a book of cases that may be in use."""
        book = self.cases(key)
        try:
            return book.verify(witnessed)
        finally:
            book.close()

    @contextmanager
    def _asking(self) -> Iterator[Connection]:
        """Ask on a connection of its own. Raises `StoreFailed`."""
        database = connected(self._where)
        try:
            yield database
        except psycopg.Error as error:
            raise StoreFailed(FAILED.with_values(reason=first_line(error)), path=self.place) from error
        finally:
            database.close()
