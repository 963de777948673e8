"""Opens the history of a hub that has ended, with its spool in it however slow the machine is just now."""

from pathlib import Path

from sanping.storage.duckdb_history import DuckDbHistory
from sanping.storage.spool import Spool
from sanping.storage.spooled_history import SpooledHistory

PATIENCE_S = 300.0


def kept_history(folder: Path) -> SpooledHistory:
    """Return the history in a folder once everything acknowledged can be asked for.

    A hub that is busy goes on and drains its spool later; who counts what is there has to wait for it.
    """
    history = SpooledHistory(DuckDbHistory(folder), Spool(folder), patience_s=PATIENCE_S)
    assert history.backlog == 0
    return history
