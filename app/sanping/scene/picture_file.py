"""Writes a picture as PNG while it is being drawn: rows come from the top, and only a few are held."""

import struct
import zlib
from pathlib import Path

import numpy as np

from sanping.domain.geo import UInt8Array

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_BITS, _RGB = 8, 2
_LEVEL = 5
_ROWS_AT_ONCE = 32


class PictureFile:
    """A PNG file (ISO/IEC 15948, 8 bits a channel, RGB) that grows; it has its name only when it is whole.

    Every method raises OSError when the file cannot be written.
    """

    def __init__(self, path: Path, width: int, height: int) -> None:
        self._path = path
        self._growing = path.with_name(f".{path.name}.part")
        self._above: UInt8Array = np.zeros((1, 3 * width), np.uint8)
        self._packer = zlib.compressobj(_LEVEL)
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = self._growing.open("wb")
        self._file.write(_SIGNATURE)
        self._chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, _BITS, _RGB, 0, 0, 0))

    def add(self, rows: UInt8Array) -> None:
        """Write the next rows (n, width, 3)."""
        for first in range(0, len(rows), _ROWS_AT_ONCE):
            flat = np.ascontiguousarray(rows[first : first + _ROWS_AT_ONCE]).reshape(-1, self._above.shape[1])
            self._chunk(b"IDAT", self._packer.compress(_filtered(flat, self._above).tobytes()))
            self._above = flat[-1:].copy()

    def finish(self) -> None:
        """End the file and give it its name."""
        self._chunk(b"IDAT", self._packer.flush())
        self._chunk(b"IEND", b"")
        self._file.close()
        self._growing.replace(self._path)

    def discard(self) -> None:
        """Leave nothing behind; a finished file stays."""
        self._file.close()
        self._growing.unlink(missing_ok=True)

    def _chunk(self, kind: bytes, content: bytes) -> None:
        if content or kind != b"IDAT":
            checksum = zlib.crc32(kind + content)
            self._file.write(struct.pack(">I", len(content)) + kind + content + struct.pack(">I", checksum))


def _filtered(flat: UInt8Array, above: UInt8Array) -> UInt8Array:
    """Return rows (n, bytes) as PNG keeps them: each as it is, less its left or less its upper neighbour."""
    left = np.zeros_like(flat)
    left[:, 3:] = flat[:, :-3]
    ways = np.stack([flat, flat - left, flat - np.concatenate([above, flat[:-1]])])
    costs = np.abs(ways.view(np.int8).astype(np.int16)).sum(axis=2, dtype=np.int64)
    best = costs.argmin(axis=0)
    return np.concatenate([best[:, None].astype(np.uint8), ways[best, np.arange(len(flat))]], axis=1)
