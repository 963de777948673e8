"""Feature tables and batch tables of 3D Tiles 1.0: JSON with references into a binary part (OGC 22-025r4, annex C)."""

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import orjson

from sanping.domain.errors import FileBroken
from sanping.domain.text import Text

MOST_ROWS = 5_000_000
_KINDS = {
    "BYTE": "<i1", "UNSIGNED_BYTE": "<u1", "SHORT": "<i2", "UNSIGNED_SHORT": "<u2", "INT": "<i4",
    "UNSIGNED_INT": "<u4", "FLOAT": "<f4", "DOUBLE": "<f8",
}  # fmt: skip
_WIDTHS = {"SCALAR": 1, "VEC2": 2, "VEC3": 3, "VEC4": 4}
_LARGEST_LENGTH = 570_425_344  # the bytes of "glTF" or '{"' read as a length: the header is of an older kind

CUT_SHORT = Text("瓦片内容不完整或长度不符", "tile content is cut short or its lengths disagree")
_BAD_TABLE = Text("瓦片的属性表“{key}”有误", "“{key}” in a tile's table is wrong")

AnyArray = npt.NDArray[np.generic]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A feature or batch table: its JSON, and the binary part that the JSON refers to."""

    json: Mapping[str, object]
    binary: bytes

    def number(self, key: str) -> int:
        """Return a count; raises `FileBroken` when it is none."""
        value = self.json.get(key)
        if isinstance(value, dict):
            value = int(self.column(key, "<u4", 1, 1)[0, 0])
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= MOST_ROWS:
            raise FileBroken(_BAD_TABLE.with_values(key=key))
        return value

    def vector(self, key: str, width: int = 3) -> npt.NDArray[np.float64] | None:
        """Return one vector for the whole tile; None when it is not there."""
        value = self.json.get(key)
        if isinstance(value, dict):
            return np.asarray(self.column(key, "<f4", width, 1)[0], dtype=np.float64)
        if value is None:
            return None
        good = isinstance(value, list) and len(value) == width and all(isinstance(one, (int, float)) for one in value)
        if not good:
            raise FileBroken(_BAD_TABLE.with_values(key=key))
        return np.array(value, dtype=np.float64)

    def has(self, key: str) -> bool:
        """Say whether the table has this key."""
        return key in self.json

    def column(self, key: str, kind: str, width: int, count: int) -> AnyArray:
        """Return the values (count, width) that a key refers to; raises `FileBroken` when they lie outside."""
        place = self.json.get(key)
        if not isinstance(place, dict):
            raise FileBroken(_BAD_TABLE.with_values(key=key))
        dtype = np.dtype(_KINDS.get(str(place.get("componentType")), kind))
        offset = place.get("byteOffset", 0)
        if not isinstance(offset, int) or offset < 0 or offset + count * width * dtype.itemsize > len(self.binary):
            raise FileBroken(_BAD_TABLE.with_values(key=key))
        return np.frombuffer(self.binary, dtype, count * width, offset).reshape(count, width)

    def positions(self, count: int) -> npt.NDArray[np.float64]:
        """Return where points or instances are (count, 3), plain or quantised; raises `FileBroken` without any."""
        if self.has("POSITION"):
            return self.column("POSITION", "<f4", 3, count).astype(np.float64)
        offset, scale = self.vector("QUANTIZED_VOLUME_OFFSET"), self.vector("QUANTIZED_VOLUME_SCALE")
        if offset is None or scale is None:
            raise FileBroken(_BAD_TABLE.with_values(key="POSITION"))
        packed = self.column("POSITION_QUANTIZED", "<u2", 3, count).astype(np.float64)
        return np.asarray(packed / 65535.0 * scale + offset)

    def rows(self, count: int) -> dict[int, dict[str, object]]:
        """Return what a batch table knows of each of `count` features; a column that is broken is left out."""
        found: dict[int, dict[str, object]] = {number: {} for number in range(min(count, MOST_ROWS))}
        for key, value in self.json.items():
            values = self._plain(key, value, len(found))
            for number, one in enumerate(values):
                if one is not None:
                    found[number][key] = one
        return found

    def _plain(self, key: str, value: object, count: int) -> list[object]:
        if isinstance(value, list):
            return value[:count] if len(value) >= count else []
        width = _WIDTHS.get(str(value.get("type")), 0) if isinstance(value, dict) else 0
        if not width or not count:
            return []
        try:
            column = self.column(key, "<f4", width, count)
        except FileBroken:
            return []
        return list((column[:, 0] if width == 1 else column).tolist())


def tables_of(data: bytes, first: int, lengths: tuple[int, int, int, int]) -> tuple[Table, Table, bytes]:
    """Return the feature table, the batch table and what follows; `first` is where the tables begin."""
    ends = np.cumsum((first, *lengths)).tolist()
    if ends[-1] > len(data):
        raise FileBroken(CUT_SHORT)
    parts = [data[start:end] for start, end in pairwise(ends)]
    features = Table(json=_json(parts[0]), binary=parts[1])
    return features, Table(json=_json(parts[2]), binary=parts[3]), data[ends[-1] :]


def batched_tables(data: bytes) -> tuple[Table, Table, bytes]:
    """Return the tables of a b3dm and its glTF; headers from before the standard are understood."""
    if len(data) < 28:
        raise FileBroken(CUT_SHORT)
    a, b, c, d = struct.unpack_from("<IIII", data, 12)
    if c >= _LARGEST_LENGTH:  # magic, version, length, batches, bytes of the batch table
        features, batches, rest = tables_of(data, 20, (0, 0, b, 0))
        return Table(json={"BATCH_LENGTH": a}, binary=features.binary), batches, rest
    if d >= _LARGEST_LENGTH:  # … bytes of its JSON, of its binary part, batches
        features, batches, rest = tables_of(data, 24, (0, 0, a, b))
        return Table(json={"BATCH_LENGTH": c}, binary=features.binary), batches, rest
    return tables_of(data, 28, (a, b, c, d))


def _json(text: bytes) -> Mapping[str, object]:
    text = text.strip(b" \0\r\n\t")
    if not text:
        return {}
    try:
        found = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise FileBroken(_BAD_TABLE.with_values(key=str(error)[:60])) from error
    if not isinstance(found, dict):
        raise FileBroken(_BAD_TABLE.with_values(key="JSON"))
    return found
