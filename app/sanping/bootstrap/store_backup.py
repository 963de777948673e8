"""Backups of a hub's stores: by the hub while it runs, else by whoever asks; and taking one back. Imports no window."""

import time
from contextlib import suppress
from pathlib import Path

import msgspec

from sanping.bootstrap.own_stores import own_stores
from sanping.client.questions import Questions
from sanping.domain.errors import Cancelled, HubUnreachable, InputError, StoreFailed
from sanping.domain.text import Text
from sanping.hub.backup_desk import BackupState
from sanping.hub.folder import ADDRESS_FILE, CASE_KEY_FILE, TOKEN_FILE, HubFolder, case_key, opened
from sanping.ports.progress import Progress
from sanping.settings import paths
from sanping.settings.settings import Settings, load_settings
from sanping.storage.backing_up import HubData, back_up
from sanping.storage.backup import Manifest, backups_in, chosen, manifest_of, prune
from sanping.storage.opening import Stores
from sanping.storage.restoring import Restored, check_finished, restore

LOOK_EVERY_S = 0.2
_NO_FOLDER = Text("没有这个数据目录；请核对孪生或 --data", "There is no such data folder; check the twin or --data")
_KEY_KEPT = Text(
    "数据目录里已有另一把审计密钥；请先把它移走再恢复",
    "The data folder has another key of the audit already; put it away first, then restore",
)
_CANCELLED = Text("已取消备份", "The backup was cancelled")


class HubBackups:
    """Implements `ports.backups.Backups` for the hub of this process."""

    def __init__(self, folder: HubFolder, stores: Stores, settings: Settings) -> None:
        self.folder = settings.backup_folder
        self.every_h, self.keep = settings.backup_hours, settings.backup_keep
        self.watched = (folder.path, *((self.folder,) if self.folder else ()))
        self._data, self._stores = folder.path, stores

    def make(self, folder: Path, progress: Progress) -> tuple[str, int | None]:
        """Make a backup; of those in the usual folder only the newest stay."""
        path, manifest = back_up(_hub_data(self._data, self._stores), folder, progress)
        if self.folder is not None and folder == self.folder:
            prune(folder, manifest.hub, self.keep)
        return str(path), manifest.first_bad

    def last_ms(self, folder: Path) -> int:
        """Return when the newest whole backup of this hub was begun."""
        found = backups_in(folder, self._data.resolve().name)
        return found[-1][1].began_ms if found else 0


def own_backups(folder: HubFolder, stores: Stores) -> HubBackups:
    """Return what makes the backups of the hub with this data folder, as the settings say."""
    return HubBackups(folder, stores, load_settings(paths.settings_file()))


def back_up_stores(data: Path, into: Path, progress: Progress) -> tuple[Path, Manifest]:
    """Back up a hub into a folder: while it runs it does so itself. Return where the backup is and what it holds.

    Raises `InputError`, `StoreFailed`, `HubUnreachable`, `Cancelled`.
    """
    if not data.is_dir():
        raise InputError(_NO_FOLDER, path=str(data))
    try:
        folder = opened(data)
    except InputError:
        where = _running(data)
        if where is None:
            raise
        path = _asked(Questions(lambda: where), into, progress)
        return path, manifest_of(path)
    try:
        check_finished(data)
        return back_up(_hub_data(data, own_stores(data)), into, progress)
    finally:
        folder.close()


def restore_stores(place: Path, data: Path, key: Path | None, progress: Progress) -> Restored:
    """Restore the backup at a place, or the newest in it, into the data folder of a hub that is stopped.

    `key` is the file of the key of the audit, where the data folder has lost it. Raises `InputError`, `StoreFailed`,
    `Cancelled`.
    """
    backup = chosen(place)
    folder = opened(data)
    try:
        if key is not None:
            _take_key(data / CASE_KEY_FILE, key)
        return restore(backup, _hub_data(data, own_stores(data)), progress)
    finally:
        folder.close()


def _hub_data(data: Path, stores: Stores) -> HubData:
    key = case_key(data, is_made=False) if (data / CASE_KEY_FILE).exists() else b""
    return HubData(folder=data, stores=stores, key=key, settings=paths.settings_file())


def _take_key(target: Path, source: Path) -> None:
    try:
        content = source.read_bytes()
        if target.exists() and target.read_bytes() != content:
            raise InputError(_KEY_KEPT, path=str(target))
        target.touch(0o600)
        target.write_bytes(content)
    except OSError as error:
        why = error.strerror or str(error)
        raise InputError(Text(why, why), path=str(source)) from error
    case_key(target.parent, is_made=False)


def _running(data: Path) -> tuple[str, str] | None:
    """Return address and token of the hub that uses a data folder, None where none says so."""
    try:
        note = msgspec.json.decode((data / ADDRESS_FILE).read_bytes())
        return note["address"], (data / TOKEN_FILE).read_text(encoding="ascii").strip()
    except (OSError, msgspec.MsgspecError, KeyError):
        return None


def _asked(questions: Questions, into: Path, progress: Progress) -> Path:
    """Have the running hub make a backup, and follow it; who cancels cancels it there."""
    began = msgspec.convert(questions.send("/backups", {"folder": str(into.resolve())}), BackupState)
    while True:
        state = msgspec.convert(questions.ask("/backups", {}), BackupState)
        if state.began_ms == began.began_ms and state.state != "running":
            break
        try:
            progress.report(state.fraction, Text(state.doing_zh, state.doing_en))
        except Cancelled:
            with suppress(HubUnreachable):
                questions.send("/backups/cancel", {})
            raise
        time.sleep(LOOK_EVERY_S)
    if state.state == "failed":
        raise StoreFailed(Text(state.why_zh, state.why_en))
    if state.state == "cancelled":
        raise Cancelled(_CANCELLED)
    return Path(state.path)
