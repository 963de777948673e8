"""The stores a hub is given, behind one face wherever they lie; and those that lie in the files of its data folder."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from sanping.domain.errors import StoreFailed
from sanping.domain.observation import Observation
from sanping.ports.case_book import AuditHead, Verified, WholeCaseBook
from sanping.ports.device_book import DeviceBook
from sanping.ports.event_log import EventLog
from sanping.ports.history import History
from sanping.ports.progress import Part, Progress
from sanping.storage.book_copy import copy_book, copy_history
from sanping.storage.case_book import FILE_NAME as CASES_FILE
from sanping.storage.case_book import SqliteCaseBook, verified_file
from sanping.storage.device_book import FILE_NAME as DEVICES_FILE
from sanping.storage.device_book import SqliteDeviceBook
from sanping.storage.duckdb_history import FILE_NAME as HISTORY_FILE
from sanping.storage.duckdb_history import DuckDbHistory
from sanping.storage.event_log import FILE_NAME as EVENTS_FILE
from sanping.storage.event_log import SqliteEventLog
from sanping.storage.spool import DEFAULT_MB, Spool
from sanping.storage.spooled_history import SpooledHistory
from sanping.storage.sql_case_book import SqlCaseBook
from sanping.storage.sql_device_book import SqlDeviceBook
from sanping.storage.sql_event_log import SqlEventLog

SERVER_SPOOL_MB = 256


class WholeHistory(History, Protocol):
    """A history that can be asked for all that was ever said, so that it can be moved."""

    def said_between(self, from_ms: int, to_ms: int) -> Iterable[Sequence[Observation]]:
        """Yield each row of a span, both ends included, and then its corrections in order, in batches."""


class HubStores(Protocol):
    """Opens what a hub keeps, each for whoever asks; raises `StoreFailed`."""

    def history(self) -> History:
        """Open the history that goes on acknowledging while its store fails, by a spool in the data folder."""

    def events(self) -> EventLog:
        """Open the log of events."""

    def cases(self, key: bytes) -> WholeCaseBook:
        """Open the book of cases, sealed by `key`."""

    def devices(self) -> DeviceBook:
        """Open the book of devices and people."""

    def has_cases(self) -> bool:
        """Say whether a book of cases is kept already; another key would fit none of its rows."""


class Stores(HubStores, Protocol):
    """Opens the stores of one hub, each for whoever asks; raises `StoreFailed`.

    `place` says where they lie, `kind` in what: "files" or "postgresql".
    """

    place: str
    kind: str

    @property
    def is_over(self) -> Callable[[], bool] | None:
        """What says that another hub owns these stores by now; None where nobody else can have them."""

    def away(self) -> StoreFailed | None:
        """Return why the stores are not there for now, None when they are.

        Raises `StoreFailed` when a person has to change something: a login, a certificate, the name of a database.
        """

    def back_up(self, target: Path, progress: Progress) -> Mapping[str, Mapping[str, int]]:
        """Copy all stores as they are now into a folder, also while the hub of this process uses them.

        Return the rows of each table by file. Raises `StoreFailed`, `Cancelled`.
        """

    def restored(self, staged: Path, rows: Mapping[str, int], progress: Progress) -> "Stores":
        """Return stores that hold what `back_up` copied into a folder, nothing of what is there now.

        `rows` are those of its dump, if any. Raises `StoreFailed`, `Cancelled`, and then all is as it was.
        """

    def bare_history(self) -> WholeHistory:
        """Open the history itself, for those who can wait."""

    def events(self) -> SqlEventLog:
        """Open the log of events."""

    def cases(self, key: bytes) -> SqlCaseBook:
        """Open the book of cases, sealed by `key`."""

    def devices(self) -> SqlDeviceBook:
        """Open the book of devices and people."""

    def verified(self, key: bytes, witnessed: Sequence[AuditHead]) -> Verified:
        """Check the chain of a book of cases that may be in use."""


class FileStores:
    """Implements `Stores` in the files of a data folder."""

    kind = "files"
    is_over = None

    def __init__(self, folder: Path) -> None:
        self.place, self._folder = str(folder), folder

    def away(self) -> None:
        """Files are there."""

    def back_up(self, target: Path, progress: Progress) -> Mapping[str, Mapping[str, int]]:
        """Copy the books, events before the cases whose heads they witness, and the history."""
        rows = {}
        names = [name for name in (EVENTS_FILE, CASES_FILE, DEVICES_FILE) if (self._folder / name).exists()]
        for number, name in enumerate(names):
            part = Part(progress, 0.1 * number, 0.1 * (number + 1))
            rows[name] = copy_book(self._folder / name, target / name, part)
        if (self._folder / HISTORY_FILE).exists():
            part = Part(progress, 0.3, 1.0)
            rows[HISTORY_FILE] = copy_history(self._folder / HISTORY_FILE, target / HISTORY_FILE, part)
        return rows

    def restored(self, staged: Path, rows: Mapping[str, int], progress: Progress) -> Stores:
        """Return the stores in that folder, whose files then take the place of those here."""
        return FileStores(staged)

    def history(self) -> History:
        """Open the history behind its spool."""
        return history_in(self._folder)

    def bare_history(self) -> WholeHistory:
        """Open the history itself."""
        return DuckDbHistory(self._folder)

    def events(self) -> SqlEventLog:
        """Open the log of events."""
        return SqliteEventLog(self._folder)

    def cases(self, key: bytes) -> SqlCaseBook:
        """Open the book of cases."""
        return SqliteCaseBook(self._folder, key)

    def devices(self) -> SqlDeviceBook:
        """Open the book of devices and people."""
        return SqliteDeviceBook(self._folder)

    def has_cases(self) -> bool:
        """Say whether there is a file of cases."""
        return (self._folder / CASES_FILE).exists()

    def verified(self, key: bytes, witnessed: Sequence[AuditHead]) -> Verified:
        """Check the chain of a book of cases that may be in use."""
        return verified_file(self._folder / CASES_FILE, key, witnessed)


def history_in(folder: Path, spool_mb: int = DEFAULT_MB) -> SpooledHistory:
    """Open or begin the history in `folder`; what an earlier process had spooled is in it on return.

    Raises `StoreFailed`.
    """
    return spooled(DuckDbHistory(folder), folder, spool_mb)


def spooled(store: History, folder: Path, spool_mb: int) -> SpooledHistory:
    """Return a history behind the spool of a data folder; takes it over. Raises `StoreFailed`."""
    try:
        return SpooledHistory(store, Spool(folder, spool_mb))
    except BaseException:
        store.close()
        raise
