"""Opening the history's file: what is damaged is put aside whole, and as much as can be trusted is opened.

A damaged log (`.wal`) costs only what it held after the damage; a damaged main file is replaced by an empty one. What
is put aside is never deleted. A file that is healthy but cannot be opened (in use, no permission, disk) is left alone.
"""

import logging
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import duckdb

from sanping.domain.errors import StoreFailed
from sanping.domain.text import Text

MEMORY_MB = 512
LOG_SUFFIX, MARK = ".wal", ".damaged-"
_DAMAGE = ("corrupt", "checksum", "not a valid duckdb", "could not read enough", "deserializ", "serialization error")
_PUT_ASIDE = Text(
    "历史文件已损坏，原文件保留为 {aside}，已用可信的部分继续记录；请把它交给维护人员：{reason}",
    "The history's file is damaged. It was kept as {aside} and recording goes on with what can be trusted; "
    "hand it to whoever maintains the hub: {reason}",
)
_CANNOT_OPEN = Text(
    "历史库无法打开：{reason}。若已有另一个中枢在使用该文件夹，请先停止它；否则请检查权限和磁盘",
    "The history cannot be opened: {reason}. If another hub uses this folder, stop it first; "
    "else check permissions and the disk",
)
_log = logging.getLogger(__name__)
_Opened = TypeVar("_Opened")


def open_or_put_aside(path: Path, read: Callable[[], _Opened]) -> tuple[_Opened, tuple[Path, ...]]:
    """Return what `read` makes of the file at `path`, and which damaged files were put aside to get there.

    `read` opens the file and reads all that must be known of it. Raises `StoreFailed` when it cannot be opened for
    another reason than damage.
    """
    aside: list[Path] = []
    while True:
        try:
            return read(), tuple(aside)
        except (duckdb.Error, OSError) as error:
            if not is_damage(error) or len(aside) > 2:
                raise StoreFailed(_CANNOT_OPEN.with_values(reason=first_line(error)), path=str(path)) from error
            aside.append(_put_aside(path, str(error), has_cut=bool(aside)))
            _log.error("%s", _PUT_ASIDE.with_values(aside=aside[-1], reason=first_line(error)).en)


def connected(path: Path, memory_mb: int = MEMORY_MB) -> duckdb.DuckDBPyConnection:
    """Open the file, or share it with whoever has it open in this process. Raises `duckdb.Error`."""
    return duckdb.connect(str(path), config={"threads": 2, "memory_limit": f"{memory_mb}MB"})


def put_aside_in(folder: Path) -> tuple[str, ...]:
    """Return the names of damaged files that were put aside in `folder`, now or earlier, and are still there."""
    return tuple(sorted(path.name for path in folder.glob(f"*{MARK}*")))


def is_damage(error: Exception) -> bool:
    """Say whether the bytes of the file are wrong, rather than the disk, the permissions or another process."""
    words = str(error).lower()
    return isinstance(error, duckdb.Error) and any(word in words for word in _DAMAGE)


def first_line(error: Exception) -> str:
    """Return the first line of what the engine says."""
    return str(error).partition("\n")[0][:300]


def _put_aside(path: Path, why: str, *, has_cut: bool) -> Path:
    """Keep the damaged file under another name; of a log, go on with what stands before the damage."""
    log = path.with_name(path.name + LOG_SUFFIX)
    place = re.search(r"Corrupt WAL file: entry at byte position (\d+)", why)
    if "WAL" in why and log.exists():
        aside = _free_name(log)
        log.rename(aside)
        if place is not None and not has_cut:
            shutil.copyfile(aside, log)
            with log.open("r+b") as cut:
                cut.truncate(int(place[1]))
        return aside
    aside = _free_name(path)
    path.rename(aside)
    if log.exists():
        log.rename(aside.with_name(aside.name + LOG_SUFFIX))
    return aside


def _free_name(path: Path) -> Path:
    number = 1
    while (aside := path.with_name(f"{path.name}{MARK}{number}")).exists():
        number += 1
    return aside
