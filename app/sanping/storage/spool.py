"""A file of acknowledged batches that the store has not taken yet: reserved in advance, appended, synced, drained.

The file is reserved to its full size when it is made, so that it can be written when the disk is full. Layout, little
endian: a head of 4096 bytes with two slots (magic, generation, CRC), then records, each on an 8-byte boundary: magic,
length of the body, CRC-32 of generation and body, the body in msgpack. Draining everything begins a new generation,
which makes all older bytes meaningless without erasing them.
"""

import logging
import os
import shutil
import struct
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from sanping.domain.errors import StoreFailed
from sanping.domain.observation import Observation
from sanping.domain.text import Text
from sanping.storage.standing_file import StandingFile

FILE_NAME = "spool.bin"
DEFAULT_MB = 64
_HEAD_BYTES = 4096
_SLOT = struct.Struct("<8sQI")  # magic, generation, CRC-32 of both
_SLOT_EVERY = 512
_SLOT_MAGIC = b"SPSPOOL1"
_RECORD = struct.Struct("<4sII")  # magic, bytes of the body, CRC-32 of generation and body
_RECORD_MAGIC = b"SPrc"
_ALIGN = 8

_FULL = Text(
    "历史库不可写，暂存文件也已满（{megabytes} MB）：新数据不予确认，请清理磁盘",
    "The history cannot be written and the spool is full too ({megabytes} MB): nothing more is acknowledged; free disk",
)
_FAILED = Text(
    "暂存文件无法使用：{reason}。数据未确认，请检查磁盘",
    "The spool cannot be used: {reason}. Nothing was acknowledged; check the disk",
)
_HOLE = Text(
    "暂存文件中有 {places} 处损坏，其间的批次已丢失，其余已恢复",
    "The spool is damaged in {places} places; the batches there are lost, the rest was recovered",
)
_log = logging.getLogger(__name__)
_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(list[Observation])


class Spool:
    """Keeps batches in `folder` in the order they came, at most `megabytes` of them, over crashes and power cuts.

    One thread at a time. A torn last record was never acknowledged and is cut off. Raises `StoreFailed`.
    """

    def __init__(self, folder: Path, megabytes: int = DEFAULT_MB) -> None:
        self.path = folder / FILE_NAME
        self.damaged_places = 0
        self._size = megabytes << 20
        self._records: list[tuple[int, int]] = []  # (offset of the body, its bytes)
        self._rows = 0
        self._end = _HEAD_BYTES
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._file = os.open(self.path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)
            self._standing = StandingFile(self.path)
            self._reserve()
            self._generation = self._read_generation()
            self._recover()
        except OSError as error:
            raise self._failed(error) from error

    def __len__(self) -> int:
        """Return the number of rows that wait."""
        return self._rows

    @property
    def end(self) -> int:
        """Bytes of the file up to where the last record ends."""
        return self._end

    @property
    def used_fraction(self) -> float:
        """How full the file is, 0 … 1."""
        return (self._end - _HEAD_BYTES) / (self._size - _HEAD_BYTES)

    def append(self, rows: Sequence[Observation]) -> None:
        """Keep a batch; it is safe on return.

        Raises `StoreFailed` when it does not fit or cannot be synced, or when the file is gone.
        """
        body = _encoder.encode(rows)
        record = _RECORD.pack(_RECORD_MAGIC, len(body), self._crc(body)) + body
        record += bytes(-len(record) % _ALIGN)
        if not self._standing.is_there():
            raise StoreFailed(self._standing.gone, path=str(self.path))
        if self._end + len(record) > self._size:
            raise StoreFailed(_FULL.with_values(megabytes=self._size >> 20), path=str(self.path))
        try:
            _write_all(self._file, record, self._end)
            _sync(self._file)
        except OSError as error:
            raise self._failed(error) from error
        self._records.append((self._end + _RECORD.size, len(body)))
        self._rows += len(rows)
        self._end += len(record)

    def batches(self, skip: int = 0) -> Iterator[list[Observation]]:
        """Yield what waits, oldest first, without the first `skip` batches."""
        for offset, length in self._records[skip:]:
            try:
                yield _decoder.decode(_read_all(self._file, length, offset))
            except (OSError, msgspec.MsgspecError) as error:
                raise self._failed(error) from error

    def clear(self) -> None:
        """Forget everything, because it is safe elsewhere. Raises `StoreFailed`, and then nothing is forgotten."""
        generation = self._generation + 1
        try:
            self._write_generation(generation)
        except OSError as error:
            raise self._failed(error) from error
        self._generation, self._records, self._rows, self._end = generation, [], 0, _HEAD_BYTES

    def close(self) -> None:
        """Release the file; what waits stays in it."""
        os.close(self._file)

    def _reserve(self) -> None:
        size = os.fstat(self._file).st_size
        if size > self._size:
            self._size = size  # a smaller limit must not cut what is kept
        elif size < self._size and hasattr(os, "posix_fallocate"):
            os.posix_fallocate(self._file, 0, self._size)
        elif size < self._size:
            for offset in range(size, self._size, 1 << 20):
                _write_all(self._file, bytes(min(1 << 20, self._size - offset)), offset)
        _sync(self._file)

    def _read_generation(self) -> int:
        """Return the newest generation of the two slots; a torn slot leaves the other."""
        found = 0
        for slot in range(2):
            magic, generation, crc = _SLOT.unpack(_read_all(self._file, _SLOT.size, slot * _SLOT_EVERY))
            if magic == _SLOT_MAGIC and crc == zlib.crc32(_SLOT.pack(magic, generation, 0)[:-4]):
                found = max(found, generation)
        if not found:
            found = 1
            self._write_generation(found)
        return found

    def _write_generation(self, generation: int) -> None:
        words = _SLOT.pack(_SLOT_MAGIC, generation, 0)[:-4]
        _write_all(self._file, words + struct.pack("<I", zlib.crc32(words)), generation % 2 * _SLOT_EVERY)
        _sync(self._file)

    def _recover(self) -> None:
        """Find the records of this generation; one that stands after a damaged place counts too."""
        content = _read_all(self._file, self._size, 0)
        at = _HEAD_BYTES
        while at >= 0:
            body = self._body_at(content, at)
            if body is None:
                at = self._next_whole(content, at + _ALIGN)
                self.damaged_places += at >= 0
                continue
            self._records.append((at + _RECORD.size, len(body)))
            self._rows += len(_decoder.decode(body))
            at += _RECORD.size + len(body)
            at += -at % _ALIGN
            self._end = at
        if self.damaged_places:
            _log.error("%s", _HOLE.with_values(places=self.damaged_places).en)

    def _body_at(self, content: bytes, at: int) -> bytes | None:
        """Return the body of the whole record of this generation at `at`, None if there is none."""
        if at + _RECORD.size > len(content):
            return None
        magic, length, crc = _RECORD.unpack_from(content, at)
        body = content[at + _RECORD.size : at + _RECORD.size + length]
        return body if magic == _RECORD_MAGIC and len(body) == length and self._crc(body) == crc else None

    def _next_whole(self, content: bytes, at: int) -> int:
        """Return where the next whole record begins at or after `at`, -1 if there is none."""
        while (at := content.find(_RECORD_MAGIC, at)) >= 0:
            if at % _ALIGN == 0 and self._body_at(content, at) is not None:
                return at
            at += 1
        return -1

    def _crc(self, body: bytes) -> int:
        return zlib.crc32(body, self._generation & 0xFFFFFFFF)

    def _failed(self, error: Exception) -> StoreFailed:
        return StoreFailed(_FAILED.with_values(reason=str(error)), path=str(self.path))


def copy_spool(source: Path, folder: Path) -> int:
    """Copy what waits in a spool, also while it is written to, and return its rows; nothing is made where none wait.

    What is spooled in the middle of it may be left out. Raises `StoreFailed`.
    """
    if not source.is_file():
        return 0
    target, is_same = folder / FILE_NAME, False
    while not is_same:  # a spool that was drained meanwhile begins anew
        before = _head_of(source)
        shutil.copyfile(source, target)
        is_same = before == _head_of(source)
    copy = Spool(folder, 1)
    rows, end = len(copy), copy.end
    copy.close()
    if rows:
        os.truncate(target, end)
    else:
        target.unlink()
    return rows


def _head_of(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(_HEAD_BYTES)


def _write_all(file: int, data: bytes, offset: int) -> None:
    view = memoryview(data)
    while view:
        os.lseek(file, offset, os.SEEK_SET)
        written = os.write(file, view)
        offset, view = offset + written, view[written:]


def _read_all(file: int, length: int, offset: int) -> bytes:
    os.lseek(file, offset, os.SEEK_SET)
    parts = []
    while length > 0 and (part := os.read(file, length)):
        parts.append(part)
        length -= len(part)
    return b"".join(parts)


def _sync(file: int) -> None:
    getattr(os, "fdatasync", os.fsync)(file)
