"""The history a hub is given: DuckDB behind a spool, both in one folder."""

from pathlib import Path

from sanping.storage.duckdb_history import DuckDbHistory
from sanping.storage.spool import DEFAULT_MB, Spool
from sanping.storage.spooled_history import SpooledHistory


def history_in(folder: Path, spool_mb: int = DEFAULT_MB) -> SpooledHistory:
    """Open or begin the history in `folder`; what an earlier process had spooled is in it on return.

    Raises `StoreFailed`.
    """
    store = DuckDbHistory(folder)
    try:
        return SpooledHistory(store, Spool(folder, spool_mb))
    except BaseException:
        store.close()
        raise
