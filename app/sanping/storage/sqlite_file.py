"""Opening a SQLite file of the hub: readable by its owner alone, and safe on disk after each transaction."""

import os
from pathlib import Path

import apsw

BUSY_MS = 2_000
OWNER_ONLY = 0o600


def opened(path: Path, schema: str) -> apsw.Connection:
    """Open or make a file (WAL, synchronous FULL, what is deleted is overwritten) with the tables of `schema`.

    Raises `apsw.Error` or `OSError`; the caller says what the file was for.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, OWNER_ONLY))
    path.chmod(OWNER_ONLY)
    database = apsw.Connection(str(path))
    try:
        database.set_busy_timeout(BUSY_MS)
        database.pragma("journal_mode", "wal")
        database.pragma("synchronous", "full")
        database.pragma("secure_delete", True)
        database.execute(schema)
    except apsw.Error:
        database.close()
        raise
    return database
