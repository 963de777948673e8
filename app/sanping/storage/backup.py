"""What a backup is: a folder with the copies and, written last, a manifest with their sums. Without it nothing counts.

Backups of one hub lie beside each other, named by hub and moment; one that was not finished begins with a dot.
"""

import hmac
import shutil
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from sanping.domain.errors import InputError, StoreFailed
from sanping.domain.text import Text
from sanping.ports.progress import Progress
from sanping.storage.whole_file import sha256_of

FORMAT = 1
MANIFEST_FILE = "manifest.json"
UNFINISHED = ".unfinished-"
_NONE = Text(
    "这里没有完整的备份；请给出备份文件夹（其中有 {name}），或存放备份的文件夹",
    "There is no whole backup here; name the folder of a backup (with {name} in it), or the folder that holds them",
)
_UNREADABLE = Text(
    "备份的清单无法读取：{reason}；请改用另一份备份",
    "The manifest of the backup cannot be read: {reason}; take another backup",
)
_NEWER = Text(
    "备份由更新的版本写成（格式 {format}）；请升级程序",
    "The backup was written by a newer version (format {format}); update the program",
)
_DAMAGED = Text(
    "备份里的 {name} 与清单的校验和不符；请改用另一份备份",
    "The file {name} of the backup does not agree with its sum; take another backup",
)
CHECKING = Text("正在核对 {name}", "Checking {name}")


class KeptFile(msgspec.Struct, frozen=True, kw_only=True):
    """One file of a backup: its path within, bytes, SHA-256 in hexadecimal, and how many rows each table has."""

    name: str
    bytes: int
    sha256: str
    rows: Mapping[str, int] = {}


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What a backup holds: everything that `hub` (its data folder's name) had acknowledged at `began_ms`.

    `store` is "files" or "postgresql". `head_seq` and `head_mark` are the last row of the chain of cases, `key_mark`
    tells whether a key is the one that seals it; the key itself is not in a backup. `first_bad` is the first row of the
    chain that was wrong then: what is damaged is backed up all the same.
    """

    hub: str
    program: str
    store: str
    began_ms: int
    ended_ms: int
    files: Sequence[KeptFile]
    head_seq: int = 0
    head_mark: str = ""
    first_bad: int | None = None
    key_mark: str = ""
    format: int = FORMAT

    @property
    def rows(self) -> int:
        """How many rows there are in all tables."""
        return sum(sum(file.rows.values()) for file in self.files)

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(file.bytes for file in self.files)


def name_of(hub: str, at_ms: int) -> str:
    """Return the name of the backup of a hub at a moment (UTC)."""
    return f"{hub}-{datetime.fromtimestamp(at_ms / 1000, UTC):%Y%m%dT%H%M%SZ}"


def mark_of(key: bytes) -> str:
    """Return what tells a key from another without giving it away; "" without a key."""
    return hmac.digest(key, b"backup", "sha256").hex()[:32] if key else ""


def manifest_of(backup: Path) -> Manifest:
    """Read the manifest of one backup. Raises `InputError`."""
    path = backup / MANIFEST_FILE
    try:
        manifest = msgspec.json.decode(path.read_bytes(), type=Manifest)
    except FileNotFoundError as error:
        raise InputError(_NONE.with_values(name=MANIFEST_FILE), path=str(backup)) from error
    except (OSError, msgspec.MsgspecError) as error:
        raise InputError(_UNREADABLE.with_values(reason=str(error)[:200]), path=str(path)) from error
    if manifest.format > FORMAT:
        raise InputError(_NEWER.with_values(format=manifest.format), path=str(path))
    if any(Path(file.name).is_absolute() or ".." in Path(file.name).parts for file in manifest.files):
        raise InputError(_UNREADABLE.with_values(reason=".."), path=str(path))
    return manifest


def backups_in(folder: Path, hub: str = "") -> list[tuple[Path, Manifest]]:
    """Return the whole backups in a folder, of one hub if named, oldest first."""
    found = []
    for path in folder.glob(f"*/{MANIFEST_FILE}"):
        try:
            manifest = manifest_of(path.parent)
        except InputError:
            continue
        if not path.parent.name.startswith(".") and hub in ("", manifest.hub):
            found.append((path.parent, manifest))
    return sorted(found, key=lambda each: each[1].began_ms)


def chosen(place: Path) -> Path:
    """Return the backup that is meant: the folder itself, or the newest in it. Raises `InputError`."""
    if (place / MANIFEST_FILE).is_file():
        return place
    found = backups_in(place) if place.is_dir() else []
    if not found:
        raise InputError(_NONE.with_values(name=MANIFEST_FILE), path=str(place))
    return found[-1][0]


def prune(folder: Path, hub: str, keep: int) -> int:
    """Remove all but the newest `keep` backups of a hub, and return how many went."""
    old = backups_in(folder, hub)[: -max(1, keep)]
    for path, _ in old:
        gone = path.with_name(UNFINISHED + path.name)  # half a removal must not look whole
        path.rename(gone)
        shutil.rmtree(gone)
    return len(old)


def summed(path: Path, progress: Progress, name: str) -> str:
    """Return the SHA-256 of a file in hexadecimal, as it is read from the disk. Raises `Cancelled`."""
    with path.open("rb") as file:
        return sha256_of(file, path.stat().st_size, progress, CHECKING.with_values(name=name))


def check(backup: Path, manifest: Manifest, progress: Progress) -> None:
    """Compare every file with its sum. Raises `StoreFailed` naming the file, `Cancelled`."""
    for file in manifest.files:
        path = backup / file.name
        if not path.is_file() or path.stat().st_size != file.bytes or summed(path, progress, file.name) != file.sha256:
            raise StoreFailed(_DAMAGED.with_values(name=file.name), path=str(backup))
