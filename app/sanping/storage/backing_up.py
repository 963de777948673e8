"""Makes a backup of what a hub keeps, while it runs: the copies first, their sums read back, the manifest last.

What was acknowledged before it began is in it. A backup that was stopped or failed leaves nothing.
"""

import shutil
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec

from sanping import __version__
from sanping.domain.errors import StoreFailed
from sanping.domain.text import Text
from sanping.ports.progress import Part, Progress
from sanping.storage.backup import (
    MANIFEST_FILE,
    UNFINISHED,
    KeptFile,
    Manifest,
    manifest_of,
    mark_of,
    name_of,
    summed,
)
from sanping.storage.book_copy import COPYING, copy_book
from sanping.storage.case_book import FILE_NAME as CASES_FILE
from sanping.storage.case_book import verified_file
from sanping.storage.opening import Stores
from sanping.storage.site_book import FILE_NAME as SITES_FILE
from sanping.storage.spool import FILE_NAME as SPOOL_FILE
from sanping.storage.spool import copy_spool
from sanping.storage.whole_file import sync, whole_file

PHOTOS, SOURCES_FILE, SETTINGS_FILE = "photos", "sources.json", "settings.json"
SPARE_BYTES = 64 << 20
OF_A_HUB = ("*.duckdb", "*.duckdb.wal", "*.sqlite", "*.sqlite-wal")
_NO_ROOM = Text(
    "{folder} 空间不足：备份约需 {need} MB，只剩 {free} MB；请腾出空间或换一个位置",
    "There is no room in {folder}: a backup takes some {need} MB and {free} MB are left; make room, or take another",
)
_WITHIN = Text(
    "备份不能放在中枢的数据目录里；请换到另一块磁盘",
    "A backup cannot lie in the hub's data folder; take a folder on another disk",
)
_TROUBLE = Text(
    "备份失败：{reason}。没有留下不完整的备份；请检查备份位置后重试",
    "The backup failed: {reason}. No half backup is left; check the place it goes to and try again",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class HubData:
    """What of a hub a backup is made of: its data folder, its stores, the key of its chain, and the settings' file."""

    folder: Path
    stores: Stores
    key: bytes = b""
    settings: Path | None = None

    @property
    def name(self) -> str:
        """What its backups are called by."""
        return self.folder.resolve().name


def back_up(hub: HubData, into: Path, progress: Progress) -> tuple[Path, Manifest]:
    """Make a backup in the folder `into`, and return where it is and what it holds.

    Raises `StoreFailed`, `Cancelled`.
    """
    began_ms = time.time_ns() // 1_000_000
    if into.resolve().is_relative_to(hub.folder.resolve()):
        raise StoreFailed(_WITHIN, path=str(into))
    part = into / (UNFINISHED + name_of(hub.name, began_ms))
    try:
        for old in into.glob(f"{UNFINISHED}{hub.name}-*"):
            shutil.rmtree(old)
        part.mkdir(parents=True, mode=0o700)
        _check_room(hub.folder, into)
        rows = _copied(hub, part, Part(progress, 0.0, 0.7))
        files = _summed(part, rows, Part(progress, 0.7, 1.0))
        _write_manifest(hub, part, began_ms, files)
        whole = _free_name(into / name_of(hub.name, began_ms))
        part.rename(whole)
        sync(into)
    except OSError as error:
        reason = error.strerror or str(error)
        raise StoreFailed(_TROUBLE.with_values(reason=reason), path=str(into)) from error
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return whole, manifest_of(whole)


def size_of(folder: Path) -> int:
    """Return about how many bytes a backup of a data folder takes."""
    found = [path for kind in OF_A_HUB for path in folder.glob(kind)]
    found += (folder / PHOTOS).glob("*")
    return sum(path.stat().st_size for path in found if path.is_file())


def _check_room(folder: Path, into: Path) -> None:
    need, free = size_of(folder) + SPARE_BYTES, shutil.disk_usage(into).free
    if free < need:
        raise StoreFailed(_NO_ROOM.with_values(folder=into, need=need >> 20, free=free >> 20), path=str(into))


def _copied(hub: HubData, part: Path, progress: Progress) -> dict[str, Mapping[str, int]]:
    """Copy everything; the spool before the history, to which its rows may go meanwhile."""
    rows: dict[str, Mapping[str, int]] = {}
    if spooled := copy_spool(hub.folder / SPOOL_FILE, part):
        rows[SPOOL_FILE] = {"observations": spooled}
    rows |= hub.stores.back_up(part, Part(progress, 0.0, 0.9))
    if (hub.folder / SITES_FILE).is_file():
        rows[SITES_FILE] = copy_book(hub.folder / SITES_FILE, part / SITES_FILE, progress)
    for source, name in ((hub.folder / SOURCES_FILE, SOURCES_FILE), (hub.settings, SETTINGS_FILE)):
        if source is not None and source.is_file():
            shutil.copyfile(source, part / name)
    photos = sorted(path for path in (hub.folder / PHOTOS).glob("*") if path.is_file())
    for number, photo in enumerate(photos):
        progress.report(0.9 + 0.1 * number / len(photos), COPYING.with_values(name=PHOTOS))
        (part / PHOTOS).mkdir(exist_ok=True)
        shutil.copyfile(photo, part / PHOTOS / photo.name)
    return rows


def _summed(part: Path, rows: Mapping[str, Mapping[str, int]], progress: Progress) -> list[KeptFile]:
    """Have every file on the disk, and read it back for its sum."""
    paths = sorted(path for path in part.rglob("*") if path.is_file())
    kept = []
    for number, path in enumerate(paths):
        sync(path)
        name, share = path.relative_to(part).as_posix(), Part(progress, number / len(paths), (number + 1) / len(paths))
        total = summed(path, share, name)
        kept.append(KeptFile(name=name, bytes=path.stat().st_size, sha256=total, rows=rows.get(name, {})))
    return kept


def _write_manifest(hub: HubData, part: Path, began_ms: int, files: list[KeptFile]) -> None:
    head_seq, head_mark, first_bad = 0, "", None
    if hub.key and (part / CASES_FILE).is_file():
        found = verified_file(part / CASES_FILE, hub.key)
        head_seq, head_mark, first_bad = found.head.seq, found.head.mark.hex(), found.first_bad
    manifest = Manifest(
        hub=hub.name,
        program=__version__,
        store=hub.stores.kind,
        began_ms=began_ms,
        ended_ms=time.time_ns() // 1_000_000,
        files=files,
        head_seq=head_seq,
        head_mark=head_mark,
        first_bad=first_bad,
        key_mark=mark_of(hub.key),
    )
    with whole_file(part / MANIFEST_FILE) as draft:
        draft.write_bytes(msgspec.json.format(msgspec.json.encode(manifest)))


def _free_name(path: Path) -> Path:
    number, free = 1, path
    while free.exists():
        number += 1
        free = path.with_name(f"{path.name}-{number}")
    return free
