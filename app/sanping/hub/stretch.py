"""A stretch of history in one turn of the store, short enough that what is reported meanwhile need not wait long."""

from sanping.domain.observation import Observation
from sanping.ports.history import History


def stretch(history: History, *, from_ms: int, to_ms: int, most: int) -> tuple[list[Observation], int]:
    """Return the first rows of a span, all of the last moment among them, and the moment up to which they go."""
    rows: list[Observation] = []
    for batch in history.rows_between(from_ms, to_ms):
        for row in batch:
            if len(rows) >= most and row.event_ms > rows[-1].event_ms:
                return rows, rows[-1].event_ms
            rows.append(row)
    return rows, to_ms
