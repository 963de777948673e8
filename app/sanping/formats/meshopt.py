"""Decoder for EXT_meshopt_compression: vertex and index streams, as that glTF extension describes them."""

import numpy as np
import numpy.typing as npt

from sanping.domain.errors import FileBroken
from sanping.domain.text import Text

_GROUP = 16
_BLOCK_BYTES = 8192
_LARGEST_BLOCK = 256
_TAIL_BYTES = 32
_CODE_TAIL = 16

_DAMAGED = Text("meshopt 压缩数据损坏（{part}）；请重新导出", "The meshopt data is damaged ({part}); export it again")

Bytes = npt.NDArray[np.uint8]


def decoded_vertices(data: bytes, count: int, stride: int) -> bytes:
    """Return `count` elements of `stride` bytes from an ATTRIBUTES stream (version 0)."""
    if not data or data[0] != 0xA0:
        raise FileBroken(_DAMAGED.with_values(part="vertex header"))
    tail = max(stride, _TAIL_BYTES)
    if len(data) < 1 + tail or stride % 4 or not 4 <= stride <= 256:
        raise FileBroken(_DAMAGED.with_values(part="vertex tail"))
    source = np.frombuffer(data, dtype=np.uint8)
    previous: Bytes = source[len(source) - stride :].copy()
    place, end = 1, len(source) - tail
    block = min(_BLOCK_BYTES // stride & ~(_GROUP - 1), _LARGEST_BLOCK)
    result = np.empty((count, stride), dtype=np.uint8)
    for first in range(0, count, block):
        size = min(block, count - first)
        for lane in range(stride):
            deltas, place = _lane(source, place, end, size)
            values = (np.cumsum(deltas, dtype=np.int64) + int(previous[lane])).astype(np.uint8)
            result[first : first + size, lane] = values
        previous = result[first + size - 1]
    return result.tobytes()


def _lane(source: Bytes, place: int, end: int, size: int) -> tuple[npt.NDArray[np.int64], int]:
    """Return the signed differences of one byte of the elements of a block, and where reading goes on."""
    groups = -(-size // _GROUP)
    header = source[place : place + (groups + 3) // 4]
    place += (groups + 3) // 4
    values = np.zeros(groups * _GROUP, dtype=np.uint8)
    for group in range(groups):
        kind = int(header[group // 4]) >> (group % 4 * 2) & 3 if group // 4 < len(header) else 0
        if kind:
            decoded, place = _group(source, place, end, kind)
            values[group * _GROUP : (group + 1) * _GROUP] = decoded
    if place > end:
        raise FileBroken(_DAMAGED.with_values(part="vertices"))
    unsigned = values[:size].astype(np.int64)
    return np.where(unsigned & 1, ~(unsigned >> 1), unsigned >> 1), place


def _group(source: Bytes, place: int, end: int, kind: int) -> tuple[Bytes, int]:
    """Read 16 values of 2, 4 or 8 bits; the largest short value stands for a whole byte that follows."""
    bits = (0, 2, 4, 8)[kind]
    packed = source[place : place + bits * 2]
    place += bits * 2
    if len(packed) < bits * 2 or place > end:
        raise FileBroken(_DAMAGED.with_values(part="vertices"))
    if bits == 8:
        return packed, place
    shifts = np.arange(8 - bits, -1, -bits)
    mask = (1 << bits) - 1
    values = (packed[:, None] >> shifts & mask).astype(np.uint8).ravel()
    escaped = np.flatnonzero(values == mask)
    if len(escaped):
        more = source[place : place + len(escaped)]
        if len(more) < len(escaped):
            raise FileBroken(_DAMAGED.with_values(part="vertices"))
        values[escaped] = more
        place += len(escaped)
    return values, place


class _Reader:
    """Reads variable-length numbers and keeps the last index."""

    def __init__(self, data: bytes, place: int, end: int) -> None:
        self.data, self.place, self.end, self.last = data, place, end, 0

    def byte(self) -> int:
        if self.place >= self.end:
            raise FileBroken(_DAMAGED.with_values(part="indices"))
        self.place += 1
        return self.data[self.place - 1]

    def number(self) -> int:
        value = shift = 0
        while shift < 35:
            byte = self.byte()
            value |= (byte & 127) << shift
            if byte < 128:
                break
            shift += 7
        return value

    def index(self) -> int:
        """Return the next explicit index, coded as a difference from the last one."""
        value = self.number()
        self.last = (self.last + ((value >> 1) ^ -(value & 1))) & 0xFFFFFFFF
        return self.last


def decoded_triangles(data: bytes, count: int) -> npt.NDArray[np.uint32]:
    """Return `count` indices from a TRIANGLES stream (version 0 or 1)."""
    codes = count // 3
    if not data or data[0] not in (0xE0, 0xE1) or count % 3 or len(data) < 1 + codes + _CODE_TAIL:
        raise FileBroken(_DAMAGED.with_values(part="index header"))
    decoder = _TriangleDecoder(data, codes, explicit_from=13 if data[0] & 15 else 15)
    triangles = [decoder.triangle(code) for code in data[1 : 1 + codes]]
    return np.array(triangles, dtype=np.uint32).ravel()


class _TriangleDecoder:
    """Keeps the last 16 edges and vertices, to which the codes of triangles refer."""

    def __init__(self, data: bytes, codes: int, explicit_from: int) -> None:
        self._table = data[len(data) - _CODE_TAIL :]
        self._reader = _Reader(data, 1 + codes, len(data) - _CODE_TAIL)
        self._explicit_from = explicit_from
        self._edges = [(0, 0)] * 16
        self._vertices = [0] * 16
        self._edge_at = self._vertex_at = self._next = 0

    def triangle(self, code: int) -> tuple[int, int, int]:
        """Return the next triangle."""
        return self._on_edge(code) if code < 0xF0 else self._free(code)

    def _on_edge(self, code: int) -> tuple[int, int, int]:
        """Return a triangle on a recent edge."""
        a, b = self._edges[self._edge_at - 1 - (code >> 4) & 15]
        low = code & 15
        if low == 0:
            c = self._new()
            self._remember(c)
        elif low < self._explicit_from:
            c = self._vertices[self._vertex_at - 1 - low & 15]
        else:
            reader = self._reader
            if low == 15:
                c = reader.index()
            else:
                c = reader.last = (reader.last + low - (low ^ 3)) & 0xFFFFFFFF
            self._remember(c)
        self._remember_edges((c, b), (a, c))
        return a, b, c

    def _free(self, code: int) -> tuple[int, int, int]:
        """Return a triangle that shares no recent edge."""
        is_listed = code < 0xFE
        aux = self._table[code & 15] if is_listed else self._reader.byte()
        if not is_listed and aux == 0:
            self._next = 0
        parts = (0 if code != 0xFF else 15, aux >> 4, aux & 15)
        before = self._vertex_at
        a = self._new() if parts[0] == 0 else 0
        b, c = (self._new() if part == 0 else self._vertices[before - part & 15] for part in parts[1:])
        if not is_listed:
            a, b, c = (
                self._reader.index() if part == 15 else value for part, value in zip(parts, (a, b, c), strict=True)
            )
        self._remember(a)
        for part, value in ((parts[1], b), (parts[2], c)):
            if part == 0 or (part == 15 and not is_listed):
                self._remember(value)
        self._remember_edges((b, a), (c, b), (a, c))
        return a, b, c

    def _new(self) -> int:
        self._next += 1
        return self._next - 1

    def _remember(self, vertex: int) -> None:
        self._vertices[self._vertex_at & 15] = vertex
        self._vertex_at += 1

    def _remember_edges(self, *edges: tuple[int, int]) -> None:
        for edge in edges:
            self._edges[self._edge_at & 15] = edge
            self._edge_at += 1


def decoded_indices(data: bytes, count: int) -> npt.NDArray[np.uint32]:
    """Return `count` indices from an INDICES stream (strips and fans)."""
    if not data or data[0] not in (0xD0, 0xD1) or len(data) < 1 + count + 4:
        raise FileBroken(_DAMAGED.with_values(part="index header"))
    reader = _Reader(data, 1, len(data) - 4)
    last = [0, 0]
    result = np.empty(count, dtype=np.uint32)
    for place in range(count):
        value = reader.number()
        which, value = value & 1, value >> 1
        last[which] = (last[which] + ((value >> 1) ^ -(value & 1))) & 0xFFFFFFFF
        result[place] = last[which]
    return result


def unfolded_exponents(data: bytes) -> bytes:
    """Undo the EXPONENTIAL filter: each 32-bit word is a signed 24-bit mantissa under a signed 8-bit exponent."""
    words = np.frombuffer(data, dtype="<i4")
    mantissa = words << 8 >> 8
    with np.errstate(over="ignore"):
        return bytes(np.ldexp(mantissa.astype(np.float64), words >> 24).astype("<f4").tobytes())
