"""The backups of one hub: on a schedule, or when its owner asks; one at a time, on a thread of its own.

That one failed, and that a disk runs full, is told as how a source is, until it is mended.
"""

import asyncio
import contextlib
import logging
import shutil
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Literal

import msgspec

from sanping.domain.errors import Cancelled, InputError, SanpingError
from sanping.domain.source_status import BACKUP, DISK, SourceStatus
from sanping.domain.text import Text
from sanping.hub.given_up import given_up
from sanping.ports.backups import Backups

LOOK_EVERY_S, AGAIN_S = 60.0, 900.0
LEAST_SHARE, LEAST_BYTES = 0.05, 2 << 30
_BUSY = Text("正在备份；请等它完成或取消它", "A backup is being made; wait for it, or cancel it")
_NOWHERE = Text(
    "没有说明备份到哪里；请给出文件夹，或在设置 backup_folder 中写明",
    "Nobody said where to back up to; name a folder, or set backup_folder",
)
_CANCELLED = Text("已取消备份", "The backup was cancelled")
_WORKS = Text("备份正常", "Backups work")
_ROOM = Text("磁盘空间已恢复", "There is room on the disk again")
_FULL = Text(
    "磁盘将满：{folder} 只剩 {free} MB（{share} %）；请尽快腾出空间，否则数据将无法保存",
    "The disk is nearly full: {free} MB ({share} %) are left at {folder}; make room soon, or data cannot be kept",
)
_BROKEN_CHAIN = Text(
    "已备份，但案件审计链第 {seq} 行不对；请保全更早的备份",
    "The backup was made, but row {seq} of the chain of cases is wrong; keep the earlier ones",
)
_log = logging.getLogger(__name__)


class BackupState(msgspec.Struct, frozen=True, kw_only=True):
    """How the backups of a hub are: `fraction` of the one that runs, where the last is, and why the last failed."""

    state: Literal["idle", "running", "failed", "cancelled"] = "idle"
    fraction: float = 0.0
    doing_zh: str = ""
    doing_en: str = ""
    path: str = ""
    began_ms: int = 0
    why_zh: str = ""
    why_en: str = ""


class BackupDesk:
    """Makes the backups of one hub; `tell` lets the screens hear how backups and disks are."""

    def __init__(self, backups: Backups | None, tell: Callable[[SourceStatus], None]) -> None:
        self.state = BackupState()
        self._backups, self._tell = backups, tell
        self._running: asyncio.Task[None] | None = None
        self._looking: asyncio.Task[None] | None = None
        self._is_cancelled = False
        self._told: dict[str, SourceStatus] = {}
        self._next_s = 0.0

    def start(self) -> None:
        """Begin to look at the clock and the disks."""
        if self._backups is not None:
            self._looking = asyncio.create_task(self._look())

    async def stop(self) -> None:
        """End what runs; nothing half is left."""
        self._is_cancelled = True
        await given_up(self._looking)
        if self._running is not None:
            await self._running

    def statuses(self) -> tuple[SourceStatus, ...]:
        """Return what is wrong with backups and disks, as a source would say it."""
        return tuple(status for status in self._told.values() if status.state != "live")

    def begin(self, folder: str = "") -> None:
        """Begin a backup, into the usual folder unless one is named. Raises `InputError`."""
        backups = self._backups
        where = Path(folder) if folder else None if backups is None else backups.folder
        if backups is None or where is None:
            raise InputError(_NOWHERE)
        if self._running is not None and not self._running.done():
            raise InputError(_BUSY)
        self._is_cancelled = False
        self.state = BackupState(state="running", began_ms=_now_ms())
        self._running = asyncio.create_task(self._make(backups, where))

    def cancel(self) -> None:
        """Stop the one that runs."""
        self._is_cancelled = True

    def report(self, fraction: float, doing: Text) -> None:
        """Hear from the thread how far it is (`ports.progress.Progress`). Raises `Cancelled`."""
        if self._is_cancelled:
            raise Cancelled(_CANCELLED)
        self.state = msgspec.structs.replace(self.state, fraction=fraction, doing_zh=doing.zh, doing_en=doing.en)

    async def _make(self, backups: Backups, folder: Path) -> None:
        began_ms = self.state.began_ms
        try:
            path, first_bad = await asyncio.to_thread(backups.make, folder, self)
        except Cancelled:
            self.state = BackupState(state="cancelled", began_ms=began_ms)
        except SanpingError as error:
            self._failed(Text(error.in_language("zh"), error.in_language("en")), began_ms)
        except Exception as error:  # whatever it is, somebody has to hear that there is no backup
            _log.exception("the backup failed")
            self._failed(Text(str(error), str(error)), began_ms)
        else:
            self.state = BackupState(path=path, began_ms=began_ms)
            self._say(BACKUP, None if first_bad is None else _BROKEN_CHAIN.with_values(seq=first_bad), _WORKS)

    def _failed(self, why: Text, began_ms: int) -> None:
        self.state = BackupState(state="failed", began_ms=began_ms, why_zh=why.zh, why_en=why.en)
        self._next_s = time.monotonic() + AGAIN_S
        self._say(BACKUP, why, _WORKS)

    async def _look(self) -> None:
        backups = self._backups
        while backups is not None:
            await self.look_at_disks()
            if backups.folder is not None and time.monotonic() > self._next_s:
                last_ms = await asyncio.to_thread(backups.last_ms, backups.folder)
                is_due = _now_ms() - last_ms >= backups.every_h * 3_600_000 or last_ms > _now_ms()
                if is_due and self.state.state != "running":
                    self.begin()
            await asyncio.sleep(LOOK_EVERY_S)

    async def look_at_disks(self) -> None:
        """Tell when a disk has less than 5 % or 2 GB left, and when it has more again."""
        found: Text | None = None
        for folder in () if self._backups is None else self._backups.watched:
            found = found or await asyncio.to_thread(partial(short_of_room, folder))
        self._say(DISK, found, _ROOM)

    def _say(self, name: str, trouble: Text | None, works: Text) -> None:
        """Tell what is wrong, or once that it is well again."""
        before = self._told.get(name)
        if trouble is None and (before is None or before.state == "live"):
            return
        why = works if trouble is None else trouble
        if trouble is not None and (before is None or before.state == "live"):
            _log.error("%s", trouble.en)
        status = SourceStatus(
            name=name, adapter=name, state="live" if trouble is None else "degraded", why_zh=why.zh, why_en=why.en,
            since_ms=_now_ms(),
        )  # fmt: skip
        self._told[name] = status
        self._tell(status)


def short_of_room(folder: Path) -> Text | None:
    """Return what to say of the disk of a folder when less than 5 % or 2 GB of it are left."""
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    with contextlib.suppress(OSError):
        total, _, free = shutil.disk_usage(folder)
        if free < LEAST_BYTES or free < LEAST_SHARE * total:
            return _FULL.with_values(folder=folder, free=free >> 20, share=round(100 * free / total, 1))
    return None


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
