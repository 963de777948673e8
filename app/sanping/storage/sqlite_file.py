"""Opening a SQLite file of the hub: for its owner alone, safe on disk after each transaction, every page with its sum.

SQLite itself reads a page whose bits have turned as if it were right. Its checksum layer (`cksumvfs`, which comes with
apsw) keeps eight bytes at the end of each page and refuses one that does not agree. A file of an earlier version is
rewritten with sums when it is opened; where the layer is not there, a file without sums goes on without.
"""

import errno
import logging
import os
from functools import cache
from pathlib import Path

import apsw
import apsw.sqlite_extra

from sanping.domain.text import Text

BUSY_MS = 2_000
OWNER_ONLY = 0o600
SUM_BYTES = 8
_LAYER = "cksumvfs"
_WITH_SUMS = "cksmvfs"
_RESERVED_AT = 20  # where the head of a file says how many bytes of each page are set aside

_DAMAGED = Text("校验和不符，文件已损坏", "a checksum does not agree, the file is damaged")
_NO_LAYER = "the file has checksums, and this build of apsw has no cksumvfs; install apsw from its wheel"
_log = logging.getLogger(__name__)


def opened(path: Path, schema: str) -> apsw.Connection:
    """Open or make a file (WAL, synchronous FULL, what is deleted is overwritten) with the tables of `schema`.

    Raises `apsw.Error` or `OSError`; the caller says what the file was for.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, OWNER_ONLY))
    path.chmod(OWNER_ONLY)
    layer = _layer()
    if not layer and _has_sums(path):
        raise OSError(errno.ENOTSUP, _NO_LAYER, str(path))
    database = apsw.Connection(str(path), vfs=layer or None)
    try:
        database.set_busy_timeout(BUSY_MS)
        if layer and path.stat().st_size == 0:
            database.reserve_bytes(reserve=SUM_BYTES)
        database.pragma("journal_mode", "wal")
        database.pragma("synchronous", "full")
        database.pragma("secure_delete", True)
        if layer and database.reserve_bytes() != SUM_BYTES:
            _take_sums(database, path)
        database.execute(schema)
    except apsw.Error:
        database.close()
        raise
    return database


def looked_into(path: Path, *, is_written: bool = False) -> apsw.Connection:
    """Open a file for reading, beside whoever writes it: nothing of it or its log changes unless it `is_written`.

    Raises `apsw.Error`.
    """
    path.touch(OWNER_ONLY)
    flags = apsw.SQLITE_OPEN_READWRITE if is_written else apsw.SQLITE_OPEN_READONLY
    database = apsw.Connection(str(path), flags=flags, vfs=_layer() or None)
    database.set_busy_timeout(BUSY_MS)
    return database


def reason_of(error: Exception) -> Text:
    """Return why a file could not be used, for a sentence that names the file."""
    if isinstance(error, apsw.IOError) and getattr(error, "extendedresult", 0) == apsw.SQLITE_IOERR_DATA:
        return _DAMAGED
    words = str(error) or type(error).__name__
    return Text(words, words)


def _take_sums(database: apsw.Connection, path: Path) -> None:
    """Rewrite a file of an earlier version with sums, all or nothing; while it is in use or the disk is full, later."""
    before = database.reserve_bytes(reserve=SUM_BYTES)
    try:
        database.execute("vacuum")
    except (apsw.BusyError, apsw.LockedError, apsw.FullError, apsw.SQLError) as error:
        database.reserve_bytes(reserve=before)
        _log.warning("%s goes on without checksums for now: %s", path.name, error)


def _has_sums(path: Path) -> bool:
    with path.open("rb") as file:
        head = file.read(_RESERVED_AT + 1)
    return len(head) > _RESERVED_AT and head[_RESERVED_AT] == SUM_BYTES


@cache
def _layer() -> str:
    """Return the name of the layer that sums pages, for those who ask for it by name; "" where there is none."""
    usual = apsw.vfs_names()[0]
    try:
        passing = apsw.Connection(":memory:")
        try:
            apsw.sqlite_extra.load(passing, _LAYER)
        finally:
            passing.close()
            apsw.set_default_vfs(usual)
    except (apsw.Error, apsw.sqlite_extra.NotAvailable, LookupError, OSError) as error:
        _log.warning("SQLite files are kept without checksums: %s", error)
        return ""
    return _WITH_SUMS
