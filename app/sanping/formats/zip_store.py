"""Files inside a large zip, read one at a time within limits; nothing is unpacked to disk."""

import zipfile
import zlib
from pathlib import Path

import orjson

from sanping.domain.errors import FileBroken, FileHostile
from sanping.domain.text import Text

MOST_ENTRIES = 4_000_000
MOST_BYTES = 512 << 20
MOST_RATIO = 1000
_SMALL = 1 << 20

_BOMB = Text("包里的文件“{name}”展开后过大；已拒绝", "“{name}” in the package unpacks to too much and was refused")
_MISSING = Text("包里缺少“{name}”；请重新导出", "“{name}” is missing from the package; export it again")
_DAMAGED = Text("包里的“{name}”损坏；请重新导出", "“{name}” in the package is damaged; export it again")


class ZipStore:
    """One zip file; names are compared as they stand, with `.gz` added where a file is packed once more."""

    def __init__(self, path: Path) -> None:
        self._archive = zipfile.ZipFile(path)
        entries = self._archive.infolist()
        if len(entries) > MOST_ENTRIES:
            self._archive.close()
            raise FileHostile(_BOMB.with_values(name=f"{len(entries)} files"))
        self._entries = {entry.filename.replace("\\", "/").removeprefix("./"): entry for entry in entries}

    def __enter__(self) -> "ZipStore":
        """Open."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close."""
        self._archive.close()

    def names(self, start: str) -> list[str]:
        """Return the names that begin so."""
        return [name for name in self._entries if name.startswith(start)]

    def has(self, name: str) -> bool:
        """Say whether a file is there, packed or not."""
        return name in self._entries or f"{name}.gz" in self._entries

    def read(self, name: str) -> bytes:
        """Return the bytes of a file; raises `FileBroken` when it is missing or damaged, `FileHostile` for a bomb."""
        entry = self._entries.get(name) or self._entries.get(f"{name}.gz")
        if entry is None:
            raise FileBroken(_MISSING.with_values(name=name[:80]))
        most = min(MOST_BYTES, max(_SMALL, entry.compress_size * MOST_RATIO))
        try:
            with self._archive.open(entry) as source:
                data = source.read(most + 1)
            if data.startswith(b"\x1f\x8b"):
                inflater = zlib.decompressobj(wbits=31)
                most = min(MOST_BYTES, max(_SMALL, len(data) * MOST_RATIO))
                data = inflater.decompress(data, most + 1)
        except (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, RuntimeError) as error:
            raise FileBroken(_DAMAGED.with_values(name=name[:80])) from error
        if len(data) > most:
            raise FileHostile(_BOMB.with_values(name=name[:80]))
        return data

    def json(self, name: str) -> dict[str, object]:
        """Return a JSON object; raises `FileBroken` when it is none."""
        try:
            found = orjson.loads(self.read(name).removeprefix(b"\xef\xbb\xbf"))
        except orjson.JSONDecodeError as error:
            raise FileBroken(_DAMAGED.with_values(name=name[:80])) from error
        if not isinstance(found, dict):
            raise FileBroken(_DAMAGED.with_values(name=name[:80]))
        return found
