"""Files that are whole: written so that they are either safe on disk or not there at all, and read for their sum."""

import contextlib
import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from sanping.domain.errors import StoreFailed
from sanping.domain.text import Text
from sanping.ports.progress import Progress, SilentProgress

_BLOCK = 1 << 20
_SILENT = SilentProgress()
_READING = Text("正在核对", "Checking")
_CANNOT_WRITE = Text(
    "文件无法写入：{reason}。请检查磁盘空间和权限，然后重试",
    "The file cannot be written: {reason}. Check disk space and permissions, then try again",
)


@contextlib.contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Give a path to write to; when the block ends well the file takes the name `path`, else it is removed.

    Raises `StoreFailed` when the disk does not take it.
    """
    part = path.with_name(f"{path.name}.part")
    try:
        yield part
        sync(part)
        part.replace(path)
        sync(path.parent)
    except OSError as error:
        raise StoreFailed(_CANNOT_WRITE.with_values(reason=str(error)), path=str(path)) from error
    finally:
        part.unlink(missing_ok=True)


def sha256_of(file: IO[bytes], size_bytes: int, progress: Progress = _SILENT, what: Text = _READING) -> str:
    """Return the SHA-256 of what is left of a file, in hexadecimal; `what` is told meanwhile. Raises `Cancelled`."""
    total, done = hashlib.sha256(), 0
    while block := file.read(_BLOCK):
        total.update(block)
        done += len(block)
        progress.report(min(1.0, done / max(1, size_bytes)), what)
    return total.hexdigest()


def sync(path: Path) -> None:
    """Return when a file or folder is safe on disk; systems that cannot sync a folder do without."""
    try:
        file = os.open(path, os.O_RDWR if path.is_file() else os.O_RDONLY)
    except PermissionError:
        return
    try:
        os.fsync(file)
    finally:
        os.close(file)
