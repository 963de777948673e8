"""How far a book had been acknowledged, kept beside it: the end of a damaged log is missed by nobody else.

SQLite takes a log (`-wal`) up to the first frame whose sum is wrong and drops the rest without a word. The mark is
written and synced after each commit and before anybody is answered: it never says more than is safe, and never less
than was acknowledged, whether the process is killed or the power fails.
"""

import contextlib
import logging
import os
import shutil
import struct
import zlib
from pathlib import Path

from sanping.domain.text import Text
from sanping.storage.duckdb_file import MARK
from sanping.storage.whole_file import sync

SUFFIX = ".mark"
_SLOT = struct.Struct("<8sQ")
_SLOT_BYTES, _SLOT_EVERY = _SLOT.size + 4, 512  # a CRC-32 behind; each slot in a sector of its own
_EMPTY = bytes(2 * _SLOT_EVERY)  # all of it is there from the beginning, so that a sync has no sizes to write
_MAGIC = b"SPHIGH01"
_MISSING = Text(
    "{name} 的末尾已损坏：已确认的第 {first} 到 {last} 条缺失，损坏的文件留存为 {aside}；"
    "请保管好它，并用 sanping stores restore 从备份取回",
    "The end of {name} is damaged: rows {first} to {last}, which were acknowledged, are missing. The damaged file was "
    "kept as {aside}; keep it, and bring the rows back from a backup with sanping stores restore",
)
_log = logging.getLogger(__name__)


class HighWater:
    """The mark of the book at `path`; one writer. Where it cannot be written the book goes on without."""

    def __init__(self, path: Path) -> None:
        self.path = path.with_name(path.name + SUFFIX)
        self.height = 0
        self._turn = 0
        self._file = -1
        with contextlib.suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = os.open(self.path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)
            self._read()
            if os.fstat(self._file).st_size < len(_EMPTY):
                _put(self._file, _EMPTY[os.fstat(self._file).st_size :], os.fstat(self._file).st_size)
                sync(self.path)
                sync(path.parent)

    def raise_to(self, height: int) -> None:
        """Say that all up to a number is safe; this is so on disk too on return, and may be acknowledged then."""
        if height == self.height or self._file < 0:
            return
        self.height, self._turn = height, 1 - self._turn
        words = _SLOT.pack(_MAGIC, height)
        try:
            _put(self._file, words + struct.pack("<I", zlib.crc32(words)), self._turn * _SLOT_EVERY)
            getattr(os, "fdatasync", os.fsync)(self._file)
        except OSError as error:
            _log.warning("%s is not kept: %s", self.path.name, error)

    def lower_to(self, height: int) -> None:
        """Go on from a smaller number, because what is missing was told of."""
        with contextlib.suppress(OSError):
            _put(self._file, _EMPTY, 0)
        self.raise_to(height)

    def close(self) -> None:
        """Let it go."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def _read(self) -> None:
        for turn in range(2):
            os.lseek(self._file, turn * _SLOT_EVERY, os.SEEK_SET)
            slot = os.read(self._file, _SLOT_BYTES)
            if len(slot) < _SLOT_BYTES or not slot.startswith(_MAGIC):
                continue
            (crc,) = struct.unpack("<I", slot[_SLOT.size :])
            height = _SLOT.unpack(slot[: _SLOT.size])[1]
            if crc == zlib.crc32(slot[: _SLOT.size]) and height >= self.height:
                self.height, self._turn = height, turn


def keep_damaged(path: Path, height: int, known: int) -> Text:
    """Copy a book and its log beside before anything is written over it, and return what is missing.

    `height` is the last number in it, `known` the last that was acknowledged. The name of the copy says which.
    """
    number = 1
    while (aside := _aside(path, height, known, number)).exists():
        number += 1
    for end in ("", "-wal"):
        source = path.with_name(path.name + end)
        if source.exists():
            with contextlib.suppress(OSError):  # no room: what is missing is told of all the same
                shutil.copyfile(source, aside.with_name(aside.name + end))
    why = _MISSING.with_values(name=path.name, first=height + 1, last=known, aside=aside.name)
    _log.error("%s", why.en)
    return why


def _aside(path: Path, height: int, known: int, number: int) -> Path:
    return path.with_name(f"{path.name}.rows-{height + 1}-{known}{MARK}{number}")


def _put(file: int, words: bytes, offset: int) -> None:
    os.lseek(file, offset, os.SEEK_SET)
    os.write(file, words)
