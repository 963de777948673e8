"""Observations as PostgreSQL's binary COPY format, made column by column.

The format: a signature, flags, then for each row the number of fields and each field behind its length, big endian.
"""

from collections.abc import Iterator, Sequence

import numpy as np

from sanping.domain.observation import Observation
from sanping.storage.catalogue import Catalogue
from sanping.storage.history_rows import ORIGIN_NUMBER, QUALITY_NUMBER

_SIGNATURE = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_TRAILER = b"\xff\xff"
_FIELDS = (
    ("event_ms", ">i8"), ("received_ms", ">i8"), ("value", ">f8"), ("revision", ">i8"), ("series", ">i4"),
    ("source", ">i2"), ("quality", ">i2"), ("origin", ">i2"), ("is_simulated", "u1"),
)  # fmt: skip
COLUMNS = ", ".join([*(name for name, _ in _FIELDS), "mark"])


def copied(
    catalogue: Catalogue, numbered: Sequence[tuple[int, Observation]], revision: int | Sequence[int]
) -> Iterator[bytes]:
    """Yield rows, each with the number of its series, as COPY takes them for `COLUMNS`; one revision, or one each."""
    rows = [row for _, row in numbered]
    marks = [row.mark.encode() for row in rows]
    columns = {
        "event_ms": [row.event_ms for row in rows],
        "received_ms": [row.received_ms for row in rows],
        "value": [row.value for row in rows],
        "revision": np.full(len(rows), revision, np.int64),
        "series": [number for number, _ in numbered],
        "source": [catalogue.source(row.source) for row in rows],
        "quality": [QUALITY_NUMBER[row.quality] for row in rows],
        "origin": [ORIGIN_NUMBER[row.origin] for row in rows],
        "is_simulated": [row.is_simulated for row in rows],
    }
    arrays = {name: np.asarray(columns[name], np.dtype(kind)) for name, kind in _FIELDS}
    yield _SIGNATURE
    lengths = np.array([len(mark) for mark in marks])
    for length in np.unique(lengths):
        which = np.flatnonzero(lengths == length)
        yield _packed({name: array[which] for name, array in arrays.items()}, [marks[at] for at in which], int(length))
    yield _TRAILER


def _packed(arrays: dict[str, np.ndarray], marks: Sequence[bytes], length: int) -> bytes:
    """Return rows whose marks have one length: then all are alike, and can be laid out at once."""
    layout: list[tuple[str, str]] = [("fields", ">i2")]
    for name, kind in _FIELDS:
        layout += [(f"{name} length", ">i4"), (name, kind)]
    layout += [("mark length", ">i4"), *([("mark", f"S{length}")] if length else [])]
    table = np.zeros(len(marks), np.dtype(layout))
    table["fields"] = len(_FIELDS) + 1
    for name, kind in _FIELDS:
        table[f"{name} length"] = np.dtype(kind).itemsize
        table[name] = arrays[name]
    table["mark length"] = length
    if length:
        table["mark"] = marks
    return table.tobytes()
