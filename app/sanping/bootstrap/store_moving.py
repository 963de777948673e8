"""Moves the stores of a hub that is stopped to PostgreSQL, or back into the files of its data folder."""

from pathlib import Path

import msgspec

from sanping.bootstrap.own_stores import stores_at
from sanping.domain.errors import InputError
from sanping.domain.text import Text
from sanping.hub.folder import opened
from sanping.ports.progress import Progress
from sanping.storage.moving import Moved, move
from sanping.storage.whole_file import whole_file

MARKER = "moving.json"
FILES = "files"
_NO_FOLDER = Text("没有这个数据目录；请核对孪生或 --data", "There is no such data folder; check the twin or --data")


class _Marker(msgspec.Struct, frozen=True, kw_only=True):
    """Which move was begun and not ended."""

    source: str
    target: str


def move_stores(data: Path, source: str, target: str, progress: Progress) -> Moved:
    """Move the stores of the hub with this data folder between addresses, "files" or "" for the folder itself.

    A move that was stopped goes on; one that ended leaves the source as it was. Raises `InputError` while the hub runs
    or when the target holds other data, `SecretMissing`, `StoreFailed`, `Cancelled`.
    """
    if not data.is_dir():
        raise InputError(_NO_FOLDER, path=str(data))
    folder = opened(data)
    try:
        old, new = (stores_at("" if address == FILES else address, data) for address in (source, target))
        path, marker = data / MARKER, _Marker(source=old.place, target=new.place)
        is_begun = path.is_file() and msgspec.json.decode(path.read_bytes(), type=_Marker) == marker
        key = folder.case_key(is_made=False) if old.has_cases() else b""
        if not is_begun:
            with whole_file(path) as part:
                part.write_bytes(msgspec.json.encode(marker))
        try:
            found = move(old, new, key, progress, is_begun=is_begun)
        except InputError:
            path.unlink(missing_ok=True)
            raise
        path.unlink(missing_ok=True)
        return found
    finally:
        folder.close()
