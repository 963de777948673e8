"""Takes a backup back into the data folder of a hub that is stopped. What was there is put aside whole, never deleted.

The copies are laid out beside, checked against their sums, opened and verified; only then do they take the place of
what is there. Numbers that were given out after the backup are given out again, so that the logs get new names: a site
above would otherwise take the new steps for those it knows.
"""

import shutil
import time
import uuid
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import apsw
import msgspec

from sanping.domain.errors import InputError, StoreFailed
from sanping.domain.text import Text
from sanping.ports.case_book import AuditHead
from sanping.ports.progress import Part, Progress
from sanping.storage.backing_up import PHOTOS, SETTINGS_FILE, SOURCES_FILE, HubData
from sanping.storage.backup import MANIFEST_FILE, Manifest, check, manifest_of, mark_of
from sanping.storage.book_copy import rows_of_book, rows_of_history
from sanping.storage.case_book import FILE_NAME as CASES_FILE
from sanping.storage.event_log import FILE_NAME as EVENTS_FILE
from sanping.storage.high_water import HighWater
from sanping.storage.opening import Stores
from sanping.storage.site_book import FILE_NAME as SITES_FILE
from sanping.storage.sqlite_file import looked_into
from sanping.storage.whole_file import sync, whole_file

STAGED, JOURNAL, NOTE, ASIDE = "restored.part", "restoring.json", "restored.json", "before-restore-"
RESTORED = "restored"
_STORES = ("*.duckdb*", "*.sqlite*", "spool.bin", PHOTOS, SOURCES_FILE, NOTE)
_OTHER_KIND = Text(
    "备份属于另一种存储（{kind}），而本中枢的设置 store 指向 {place}；请先改设置，恢复后再用 sanping stores move 搬移",
    "The backup is of another kind of store ({kind}) while the setting store says {place}; change the setting first, "
    "and use sanping stores move after the restore",
)
_OTHER_KEY = Text(
    "审计密钥不是这份备份的；请用 --key 指出备份时的 cases.key",
    "The key of the audit is not that of this backup; name the cases.key of then with --key",
)
_ROWS = Text("{name} 的行数与清单不符", "the rows of {name} differ from the manifest")
_CHAIN = Text("案件审计链第 {seq} 行不对", "row {seq} of the chain of cases is wrong")
_BAD = Text(
    "恢复的数据核对未通过：{what}。原有数据未改动；请改用另一份备份",
    "What was restored does not agree: {what}. What was there is as it was; take another backup",
)
_TROUBLE = Text(
    "恢复未完成：{reason}。原有数据在 {aside} 中；请检查磁盘后再运行同一条命令",
    "The restore did not end: {reason}. What was there lies in {aside}; check the disk and run the same command again",
)
_UNFINISHED = Text(
    "上一次恢复没有完成；请再运行一次 sanping stores restore",
    "The last restore did not end; run sanping stores restore again",
)
_PLACING = Text("正在放回 {name}", "Bringing {name} back")


class Restored(msgspec.Struct, frozen=True, kw_only=True):
    """What was restored: all up to `as_of_ms`. What was acknowledged from then on until `until_ms` is lost.

    `events` and `steps` are how many of each are known to be lost, by the marks beside the old books.
    What was there lies in the folder `aside`.
    """

    as_of_ms: int
    restored_ms: int
    until_ms: int
    backup: str
    rows: int
    events: int = 0
    steps: int = 0
    aside: str = ""


@dataclass(frozen=True, slots=True)
class _Old:
    """What the marks beside the old books say was acknowledged, and when something was written last."""

    events: int
    steps: int
    until_ms: int


def check_finished(folder: Path) -> None:
    """Raise `InputError` when a restore into a data folder was interrupted."""
    if (folder / JOURNAL).exists():
        raise InputError(_UNFINISHED, path=str(folder))


def restore(backup: Path, hub: HubData, progress: Progress) -> Restored:
    """Restore a backup into the data folder of a hub, which the caller has to itself; `hub.key` seals its chain.

    Raises `InputError`, `StoreFailed`, `Cancelled`; then what was there is as it was, or its place is named.
    """
    manifest = manifest_of(backup)
    if manifest.store != hub.stores.kind:
        raise InputError(_OTHER_KIND.with_values(kind=manifest.store, place=hub.stores.place), path=str(backup))
    if manifest.key_mark and manifest.key_mark != mark_of(hub.key):
        raise InputError(_OTHER_KEY, path=str(backup))
    check(backup, manifest, Part(progress, 0.0, 0.4))
    staged, old, now_ms = hub.folder / STAGED, _old(hub.folder), time.time_ns() // 1_000_000
    aside = hub.folder / f"{ASIDE}{datetime.fromtimestamp(now_ms / 1000, UTC):%Y%m%dT%H%M%S}-{now_ms % 1000:03d}Z"
    try:
        _lay_out(backup, manifest, staged, Part(progress, 0.4, 0.7))
        rows = next((file.rows for file in manifest.files if file.name.endswith(".dump")), {})
        stores = hub.stores.restored(staged, rows, Part(progress, 0.7, 0.9))
        lost = _verified(stores, hub.key, manifest, staged, old)
        found = Restored(
            as_of_ms=manifest.began_ms,
            restored_ms=now_ms,
            until_ms=max(manifest.began_ms, old.until_ms),
            backup=backup.name,
            rows=manifest.rows,
            events=lost[0],
            steps=lost[1],
            aside=aside.name,
        )
        _name_anew(stores, staged, found)
        (staged / NOTE).write_bytes(msgspec.json.encode(found))
        _swap(hub.folder, staged, aside)
    except OSError as error:
        reason = error.strerror or str(error)
        raise StoreFailed(_TROUBLE.with_values(reason=reason, aside=aside.name), path=str(hub.folder)) from error
    finally:
        shutil.rmtree(staged, ignore_errors=True)
    return found


def _lay_out(backup: Path, manifest: Manifest, staged: Path, progress: Progress) -> None:
    shutil.rmtree(staged, ignore_errors=True)
    staged.mkdir(mode=0o700)
    for number, file in enumerate(manifest.files):
        progress.report(number / len(manifest.files), _PLACING.with_values(name=file.name))
        if file.name != SETTINGS_FILE:
            (staged / file.name).parent.mkdir(exist_ok=True)
            shutil.copyfile(backup / file.name, staged / file.name)
            (staged / file.name).chmod(0o600)


def _verified(stores: Stores, key: bytes, manifest: Manifest, staged: Path, old: _Old) -> tuple[int, int]:
    """Compare what was laid out with the manifest; return how many events and steps the old books had beyond it."""
    for file in manifest.files:
        path = staged / file.name
        try:
            rows = rows_of_book(path) if path.suffix == ".sqlite" else file.rows
            rows = rows_of_history(path) if path.suffix == ".duckdb" else rows
        except apsw.Error as error:
            raise _bad(_ROWS.with_values(name=file.name)) from error
        if rows != file.rows:
            raise _bad(_ROWS.with_values(name=file.name))
    if manifest.key_mark and stores.has_cases():
        heads = [AuditHead(seq=manifest.head_seq, mark=bytes.fromhex(manifest.head_mark))] if manifest.head_seq else []
        found = stores.verified(key, heads)
        if found.first_bad != manifest.first_bad:
            raise _bad(_CHAIN.with_values(seq=found.first_bad or manifest.first_bad or 0))
    events, steps = (sum(file.rows.get(table, 0) for file in manifest.files) for table in ("events", "audit"))
    return max(0, old.events - events), max(0, old.steps - steps)


def _name_anew(stores: Stores, staged: Path, found: Restored) -> None:
    """Give the logs new names, and write into that of events what was restored and what is lost."""
    with closing(stores.events()) as events:
        events.take_epoch(f"{uuid.uuid4().hex}-{found.restored_ms:x}")
        words = f"{found.backup}: {found.as_of_ms}–{found.until_ms}, {found.events} events, {found.steps} steps lost"
        said = msgspec.json.encode({"what": RESTORED, "words": words})
        events.append([(found.restored_ms, "access", said)])
    if (staged / SITES_FILE).is_file():
        with closing(looked_into(staged / SITES_FILE, is_written=True)) as sites:
            sites.execute("update about set epoch = ?", (uuid.uuid4().hex,))


def _swap(folder: Path, staged: Path, aside: Path) -> None:
    """Put aside what is there and put what was laid out in its place; an interrupted swap is noticed at the start."""
    for path in staged.rglob("*"):
        sync(path)
    with whole_file(folder / JOURNAL) as draft:
        draft.write_bytes(msgspec.json.encode({"aside": aside.name}))
    aside.mkdir(mode=0o700)
    for path in sorted({path for kind in _STORES for path in folder.glob(kind)}):
        path.rename(aside / path.name)
    for path in sorted(staged.iterdir()):
        if path.suffix != ".dump" and path.name != MANIFEST_FILE:
            path.rename(folder / path.name)
    sync(aside)
    sync(folder)
    (folder / JOURNAL).unlink()


def _old(folder: Path) -> _Old:
    """Return what can be known of what is there, however damaged it is."""
    written = [path.stat().st_mtime for kind in _STORES[:2] for path in folder.glob(kind)]
    heights = []
    for name in (EVENTS_FILE, CASES_FILE):
        mark = HighWater(folder / name)
        heights.append(mark.height)
        mark.close()
    return _Old(heights[0], heights[1], int(max(written, default=0) * 1000))


def _bad(what: Text) -> StoreFailed:
    return StoreFailed(_BAD.with_values(what=what))
