"""Observations as Arrow columns, the way exported files carry them, and back."""

import zlib
from collections.abc import Sequence
from typing import Any, get_args

import numpy as np
import pyarrow as pa

from sanping.domain.errors import FileBroken
from sanping.domain.observation import Observation, Origin, QualityCode, Statistic
from sanping.domain.text import Text

_WORD = pa.dictionary(pa.int32(), pa.string())
SCHEMA = pa.schema(
    [
        ("station", _WORD), ("quantity", _WORD), ("statistic", _WORD), ("unit", _WORD), ("event_ms", pa.int64()),
        ("value", pa.float64()), ("quality", _WORD), ("mark", _WORD), ("origin", _WORD), ("is_simulated", pa.bool_()),
        ("period_s", pa.int32()), ("received_ms", pa.int64()), ("source", _WORD),
    ]
)  # fmt: skip
_KNOWN_WORDS = {
    "statistic": frozenset(get_args(Statistic)),
    "quality": frozenset(get_args(QualityCode)),
    "origin": frozenset(get_args(Origin)),
}
_NOT_OURS = Text(
    "文件的列不是观测数据的列：{reason}。请选择由本系统导出的文件",
    "The columns of the file are not those of observations: {reason}. Choose a file exported by this system",
)


def table_of(rows: Sequence[Observation]) -> pa.RecordBatch:
    """Return observations as columns of `SCHEMA`."""
    columns = []
    for field in SCHEMA:
        cells = [getattr(row, field.name) for row in rows]
        columns.append(
            pa.array(cells, pa.string()).dictionary_encode() if field.type == _WORD else pa.array(cells, field.type)
        )
    return pa.RecordBatch.from_arrays(columns, schema=SCHEMA)


def rows_of(batch: pa.RecordBatch) -> list[Observation]:
    """Return columns of `SCHEMA` as observations. Raises `FileBroken` for words that do not exist."""
    for name, known in _KNOWN_WORDS.items():
        strange = set(batch.column(name).unique().to_pylist()) - known
        if strange:
            raise FileBroken(_NOT_OURS.with_values(reason=f"{name}: {sorted(map(str, strange))[:3]}"))
    names = SCHEMA.names
    return [
        Observation(**dict(zip(names, cells, strict=True)))
        for cells in zip(*(_cells(batch.column(name)) for name in names), strict=True)
    ]


def check_schema(schema: pa.Schema) -> None:
    """Raise `FileBroken` unless a file has the columns of `SCHEMA`."""
    if schema.remove_metadata() != SCHEMA:
        raise FileBroken(_NOT_OURS.with_values(reason=", ".join(schema.names)[:200]))


def checksums(batch: pa.RecordBatch, start: Sequence[int]) -> list[int]:
    """Return the CRC-32 of what each column says, whatever its encoding, going on from `start`."""
    return [zlib.crc32(_bytes(column), begun) for column, begun in zip(batch.columns, start, strict=True)]


def _bytes(column: pa.Array) -> bytes | memoryview:
    if pa.types.is_dictionary(column.type):
        words = [str(word).encode() for word in column.dictionary.to_pylist()]
        stamps = np.array([zlib.crc32(word) for word in words], np.uint32)
        return stamps[column.indices.fill_null(0).to_numpy(zero_copy_only=False)].data if words else b""
    if pa.types.is_primitive(column.type):
        return bytes(column.to_numpy(zero_copy_only=False))
    return b"".join((cell if isinstance(cell, bytes) else str(cell).encode()) + b"\0" for cell in column.to_pylist())


def _cells(column: pa.Array) -> list[Any]:
    """Return a column as Python values; a missing text is an empty one, a missing number NaN or 0."""
    if pa.types.is_dictionary(column.type):
        words = np.array([*column.dictionary.to_pylist(), ""], dtype=object)
        indices = column.indices.fill_null(len(words) - 1)
        return list(words[indices.to_numpy(zero_copy_only=False)])
    if pa.types.is_floating(column.type):
        return list(column.fill_null(float("nan")).to_pylist())
    return list(column.fill_null(False if pa.types.is_boolean(column.type) else 0).to_pylist())
