"""The bytes of an OSGB file (OpenSceneGraph's binary form): numbers, texts, arrays, and brackets where it has them."""

import struct
import zlib

import numpy as np
import numpy.typing as npt

from sanping.domain.errors import FileBroken, FileHostile, FormatUnknown
from sanping.domain.text import Text

MAGIC = struct.pack("<II", 0x6C910EA1, 0x1AFB4545)
_SWAPPED = struct.pack(">II", 0x6C910EA1, 0x1AFB4545)
MOST_BYTES = 512 << 20
NEWEST = 162
_OLDEST = 60
_BRACKETS, _SCHEMA, _DOMAINS = 0x4, 0x2, 0x1

CUT_SHORT = Text("OSGB 文件不完整或损坏", "The OSGB file is cut short or damaged")
_TOO_BIG = Text("OSGB 文件展开后过大；已拒绝", "The OSGB file unpacks to too much and was refused")
_UNSUPPORTED = Text(
    "OSGB 的写出特性不支持：{what}（写出版本 {version}）；请用 OpenSceneGraph 3.2–3.6 重新导出，或转换为 3D Tiles",
    "A feature of the OSGB writer is not supported: {what} (writer version {version}); export it with OpenSceneGraph "
    "3.2 to 3.6, or convert it to 3D Tiles",
)

AnyArray = npt.NDArray[np.generic]


class OsgbStream:
    """Reads an OSGB file from front to back; every length is checked against what is left."""

    def __init__(self, data: bytes) -> None:
        if data.startswith(_SWAPPED):
            raise FormatUnknown(_UNSUPPORTED.with_values(what="big-endian", version="?"))
        if not data.startswith(MAGIC) or len(data) < 25:
            raise FileBroken(CUT_SHORT)
        self._data, self._at = data, len(MAGIC)
        self.kind, self.version, attributes = self.whole(), self.whole(), self.whole()
        if not _OLDEST <= self.version <= NEWEST:
            raise self.unsupported("version")
        self.has_brackets = bool(attributes & _BRACKETS)
        if attributes & _SCHEMA:
            raise self.unsupported("schema data")
        if attributes & _DOMAINS:
            for _ in range(self.count(8)):
                self.text()
                self.whole()
        self._unpack(self.text())

    def unsupported(self, what: str) -> FormatUnknown:
        """Return the error for something that we do not read."""
        version = getattr(self, "version", "?")
        return FormatUnknown(_UNSUPPORTED.with_values(what=what[:80], version=version), place=f"byte {self._at}")

    def _unpack(self, compressor: str) -> None:
        if compressor == "0":
            return
        if compressor != "zlib":
            raise self.unsupported(f"compressor {compressor}")
        inflater = zlib.decompressobj()
        try:
            data = inflater.decompress(self._data[self._at :], MOST_BYTES + 1)
        except zlib.error as error:
            raise FileBroken(CUT_SHORT) from error
        if len(data) > MOST_BYTES:
            raise FileHostile(_TOO_BIG)
        self._data, self._at = data, 0

    def take(self, size: int) -> bytes:
        """Return the next bytes."""
        if size < 0 or self._at + size > len(self._data):
            raise FileBroken(CUT_SHORT, place=f"byte {self._at}")
        found = self._data[self._at : self._at + size]
        self._at += size
        return found

    def flag(self) -> bool:
        """Return a byte as yes or no."""
        return self.take(1) != b"\0"

    def whole(self) -> int:
        """Return a number of 32 bits without a sign."""
        return int.from_bytes(self.take(4), "little")

    def count(self, least_bytes: int = 1) -> int:
        """Return how many things follow; each takes at least so many bytes."""
        found = self.whole()
        if found * least_bytes > len(self._data) - self._at:
            raise FileBroken(CUT_SHORT, place=f"byte {self._at}")
        return found

    def text(self) -> str:
        """Return a text in UTF-8, or in GB 18030 as Chinese programs write it."""
        raw = self.take(self.count())
        try:
            return raw.decode("utf-8")
        except UnicodeDecodeError:
            return raw.decode("gb18030", "replace")

    def floats(self, count: int) -> tuple[float, ...]:
        """Return numbers of 32 bits with a fraction."""
        return struct.unpack(f"<{count}f", self.take(4 * count))

    def doubles(self, count: int) -> tuple[float, ...]:
        """Return numbers of 64 bits with a fraction."""
        return struct.unpack(f"<{count}d", self.take(8 * count))

    def array(self, kind: str, width: int) -> AnyArray:
        """Return a counted array (n, width)."""
        dtype = np.dtype(kind)
        count = self.count(dtype.itemsize * width)
        self.open_bracket()
        return np.frombuffer(self.take(count * width * dtype.itemsize), dtype).reshape(count, width)

    def bare_array(self, kind: str, width: int) -> AnyArray:
        """Return a counted array (n, width) that stands without a bracket."""
        dtype = np.dtype(kind)
        count = self.count(dtype.itemsize * width)
        return np.frombuffer(self.take(count * width * dtype.itemsize), dtype).reshape(count, width)

    def open_bracket(self) -> int:
        """Pass the size at the beginning of a block; return where the block ends (−1: not known)."""
        if not self.has_brackets:
            return -1
        start = self._at
        size = int.from_bytes(self.take(8 if self.version > 148 else 4), "little")
        return start + size

    def skip_to(self, end: int) -> None:
        """Go to the end of a block, when it is known."""
        if end < 0:
            return
        if not self._at <= end <= len(self._data):
            raise FileBroken(CUT_SHORT, place=f"byte {self._at}")
        self._at = end
