"""One cache file: named arrays in an Arrow IPC stream, a JSON head, and a checksum behind it.

The stream holds one record batch of one row, each column a list, because arrays of different length share the file.
Any Arrow reader can read it; the trailer stands after the end of the stream. Nothing in it is ever executed.
"""

import os
import struct
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import orjson
import pyarrow as pa

from sanping.domain.city import Attributes
from sanping.domain.errors import FileBroken
from sanping.domain.lazy import LazySequence
from sanping.domain.text import Text

LAYOUT_VERSION = 1

_MAGIC = b"sanping cache\0\0\0"
_TRAILER = struct.Struct("<16sIQI")
_HEAD = b"sanping"
_DAMAGED = Text(
    "缓存文件已损坏，会自动重新生成",
    "The cache file is damaged and will be built again",
)

AnyArray = npt.NDArray[Any]


class PackedStrings(LazySequence[str]):
    """Strings in an Arrow column, decoded when asked for."""

    def __init__(self, column: Any) -> None:
        self._column = column

    def __len__(self) -> int:
        """Return the number of strings."""
        return len(self._column)

    def _at(self, row: int) -> str:
        return str(self._column[row].as_py())

    def __iter__(self) -> Any:
        """Decode all of them at once, which is faster than one by one."""
        return iter(self._column.to_pylist())


class PackedAttributes(LazySequence[Attributes]):
    """Attribute mappings as JSON in an Arrow column, decoded when asked for."""

    def __init__(self, column: Any) -> None:
        self._column = column

    def __len__(self) -> int:
        """Return the number of mappings."""
        return len(self._column)

    def _at(self, row: int) -> Attributes:
        mapping: Attributes = orjson.loads(self._column[row].as_py())
        return mapping

    def __iter__(self) -> Any:
        """Decode one after another."""
        return (orjson.loads(text) for text in self._column.to_pylist())


def strings_column(strings: Sequence[str]) -> Any:
    """Return an Arrow column of strings; text that is no valid Unicode keeps its meaning with escapes."""
    try:
        return pa.array(list(strings), type=pa.large_string())
    except UnicodeEncodeError:
        clean = [text.encode("utf-8", "backslashreplace").decode() for text in strings]
        return pa.array(clean, type=pa.large_string())


def attributes_column(attributes: Sequence[Attributes]) -> Any:
    """Return an Arrow column of JSON texts; values that JSON does not know become text.

    Each text is copied at once: kept as it comes, every one would hold on to a kilobyte.
    """
    joined, ends = bytearray(), [0]
    for mapping in attributes:
        joined += _json(mapping)
        ends.append(len(joined))
    buffers = [None, pa.py_buffer(np.array(ends, dtype=np.int64)), pa.py_buffer(joined)]
    return pa.Array.from_buffers(pa.large_binary(), len(attributes), buffers)


def binary_column(texts: npt.NDArray[np.object_]) -> Any:
    """Return an Arrow column of byte strings."""
    return pa.array(texts, type=pa.large_binary())


def _json(mapping: Attributes) -> bytes:
    try:
        return orjson.dumps(mapping, default=str, option=_JSON_OPTIONS)
    except TypeError:
        return orjson.dumps(_clean(mapping), default=str, option=_JSON_OPTIONS)


_JSON_OPTIONS = orjson.OPT_SERIALIZE_NUMPY
_LARGEST_JSON_INTEGER = 2**63


def _clean(value: object) -> object:
    """Return the value with what JSON cannot hold as text."""
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    if isinstance(value, Mapping):
        return {_clean(str(key)): _clean(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(item) for item in value]
    if isinstance(value, int) and not -_LARGEST_JSON_INTEGER <= value < _LARGEST_JSON_INTEGER:
        return str(value)
    return value


def write(path: Path, head: Mapping[str, object], columns: Mapping[str, Any]) -> None:
    """Write a cache file and force it to the disk. Arrays are numpy arrays of any shape, or Arrow columns."""
    shapes = {name: list(column.shape) for name, column in columns.items() if isinstance(column, np.ndarray)}
    lists = {name: _as_list(column) for name, column in columns.items()}
    schema = pa.schema(
        [pa.field(name, column.type) for name, column in lists.items()],
        metadata={_HEAD: orjson.dumps({**head, "shapes": shapes})},
    )
    batch = pa.record_batch(list(lists.values()), schema=schema)
    with path.open("wb") as file:
        body = _Summed(file)
        with pa.ipc.new_stream(pa.PythonFile(body, mode="w"), schema) as stream:
            stream.write_batch(batch)
        file.write(_TRAILER.pack(_MAGIC, LAYOUT_VERSION, body.length, body.checksum))
        file.flush()
        os.fsync(file.fileno())


def read(path: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """Map a cache file and return its head and its columns: numpy views of the file, or Arrow columns.

    The whole file is checked before Arrow sees it. Raises `FileBroken` when it is damaged or of another layout version,
    `FileNotFoundError` when it is not there.
    """
    try:
        source = pa.memory_map(str(path))
    except pa.ArrowException as error:
        raise FileBroken(_DAMAGED, path=str(path)) from error
    size = source.size()
    whole = source.read_buffer(size)
    _check(whole, size, path)
    try:
        batch = pa.ipc.open_stream(pa.BufferReader(whole)).read_next_batch()
        head = orjson.loads(batch.schema.metadata[_HEAD])
        shapes = head["shapes"]
        columns = {
            name: _from_list(batch.column(index), shapes.get(name)) for index, name in enumerate(batch.schema.names)
        }
    except (pa.ArrowException, KeyError, ValueError, TypeError) as error:
        raise FileBroken(_DAMAGED, path=str(path)) from error
    return head, columns


def _check(whole: Any, size: int, path: Path) -> None:
    if size < _TRAILER.size:
        raise FileBroken(_DAMAGED, path=str(path))
    body = memoryview(whole)
    magic, version, length, checksum = _TRAILER.unpack(body[size - _TRAILER.size :])
    is_whole = magic == _MAGIC and version == LAYOUT_VERSION and length == size - _TRAILER.size
    if not is_whole or zlib.crc32(body[:length]) != checksum:
        raise FileBroken(_DAMAGED, path=str(path))


def _as_list(column: Any) -> Any:
    values = pa.array(np.ascontiguousarray(column).reshape(-1)) if isinstance(column, np.ndarray) else column
    return pa.LargeListArray.from_arrays(pa.array([0, len(values)], type=pa.int64()), values)


def _from_list(column: Any, shape: list[int] | None) -> Any:
    values = column.values
    if shape is None:
        return values
    return values.to_numpy(zero_copy_only=True).reshape(shape)


class _Summed:
    """A file that counts and sums what is written."""

    closed = False

    def __init__(self, file: Any) -> None:
        self._file = file
        self.length = 0
        self.checksum = 0

    def write(self, data: Any) -> int:
        view = memoryview(data)
        self.checksum = zlib.crc32(view, self.checksum)
        self.length += view.nbytes
        self._file.write(view)
        return view.nbytes

    def flush(self) -> None:
        self._file.flush()

    def tell(self) -> int:
        return self.length
