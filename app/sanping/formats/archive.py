"""Zip and gzip around a model: unpacked into a folder of its own, within limits, and never outside it."""

import re
import stat
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from sanping.domain.errors import FileBroken, FileHostile, FormatUnknown
from sanping.domain.text import Text
from sanping.formats.foreign_errors import foreign_errors_as_ours
from sanping.ports.model_reader import INDEX_NAMES

MOST_BYTES = 4 << 30
MOST_RATIO = 200
MOST_ENTRIES = 100_000
_SMALL = 1 << 20
_CHUNK = 1 << 20
_ZIP, _GZIP = b"PK\x03\x04", b"\x1f\x8b"
_STRANGE_SLASHES = re.compile("[\\\\\u2044\u2215\u29f8\uff0f\uff3c]")
_MAIN_SUFFIXES = (
    ".shp", ".gpkg", ".fgb", ".parquet", ".city.json", ".city.jsonl", ".jsonl", ".geojson", ".json", ".gml", ".citygml",
    ".xml", ".kml", ".osgb", ".las", ".laz", ".ifc", ".glb", ".gltf", ".obj", ".tif", ".tiff", ".asc", ".hgt",
    ".mbtiles", ".terrain",
)  # fmt: skip

_INDEXES = (*INDEX_NAMES, "doc.kml")

_BOMB = Text(
    "压缩包展开后过大（超过 {limit}）；疑似压缩炸弹，已拒绝",
    "The archive unpacks to too much (over {limit}); it looks like a bomb and was refused",
)
_BAD_NAME = Text(
    "压缩包里的路径“{name}”不安全（越出目录、链接或重名）；已拒绝",
    "The path “{name}” in the archive is unsafe (leaves the folder, a link, or doubled); it was refused",
)
_ENCRYPTED = Text("压缩包有密码；请解压后再打开", "The archive is encrypted; unpack it first")
_NO_MODEL = Text("压缩包里没有能读取的模型", "The archive holds no model that can be read")
_SEVERAL = Text(
    "压缩包里有多个模型（{names}）；请解压后分别打开",
    "The archive holds several models ({names}); unpack it and open them one by one",
)
_CUT_SHORT = Text("压缩数据不完整；请重新下载", "The packed data is cut short; download it again")


def is_archive(head: bytes) -> bool:
    """Say whether a file starts like zip or gzip."""
    return head.startswith((_ZIP, _GZIP))


@contextmanager
def unpacked(path: Path) -> Iterator[Path]:
    """Unpack an archive into a temporary folder and give the model in it; the folder goes away afterwards.

    Raises `FileHostile` for bombs and unsafe paths, `FormatUnknown` when there is not exactly one model inside.
    """
    with tempfile.TemporaryDirectory(prefix="sanping-") as name:
        folder = Path(name).resolve()
        with foreign_errors_as_ours(path), path.open("rb") as file:
            is_zip = file.read(4) == _ZIP
            if is_zip:
                unzip(path, folder)
            inner = _main_file(folder) if is_zip else _gunzipped(path, folder)
        yield inner


def _gunzipped(path: Path, folder: Path) -> Path:
    stem = path.name[:-3] if path.name.lower().endswith(".gz") else path.name
    target = folder / (stem or "model")
    most = min(MOST_BYTES, max(_SMALL, path.stat().st_size * MOST_RATIO))
    with path.open("rb") as source, target.open("wb") as sink:
        _inflate(source, sink, most)
    return target


def _inflate(source: IO[bytes], sink: IO[bytes], most: int) -> None:
    """Unpack gzip members one after another, at most `most` bytes."""
    total = 0
    is_whole = False
    inflater = zlib.decompressobj(wbits=31)
    while data := source.read(_CHUNK):
        while data:
            piece = inflater.decompress(data, _CHUNK)
            total += len(piece)
            if total > most:
                raise FileHostile(_BOMB.with_values(limit=f"{most >> 20} MiB"))
            sink.write(piece)
            data = inflater.unconsumed_tail
            is_whole = inflater.eof
            if is_whole:
                data = inflater.unused_data.lstrip(b"\0")
                inflater = zlib.decompressobj(wbits=31)
                if not data:
                    break
    if not is_whole:
        raise FileBroken(_CUT_SHORT)


def unzip(path: Path, folder: Path) -> None:
    """Unpack a zip file into a folder within the limits; raises `FileHostile` for bombs and unsafe paths."""
    with zipfile.ZipFile(path) as archive:
        entries = archive.infolist()
        if len(entries) > MOST_ENTRIES:
            raise FileHostile(_BOMB.with_values(limit=f"{MOST_ENTRIES} files"))
        names = _safe_names(entries)
        room = MOST_BYTES
        for entry, name in zip(entries, names, strict=True):
            if entry.is_dir():
                continue
            target = (folder / name).resolve()
            if not target.is_relative_to(folder):
                raise FileHostile(_BAD_NAME.with_values(name=name[:80]))
            target.parent.mkdir(parents=True, exist_ok=True)
            room -= _copied(archive, entry, target, room)


def _safe_names(entries: list[zipfile.ZipInfo]) -> list[str]:
    """Return the paths of all entries, or refuse the archive for one that is unsafe."""
    names: list[str] = []
    for entry in entries:
        name = _readable(entry)
        parts = name.rstrip("/").split("/")
        mode = entry.external_attr >> 16
        is_odd = stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFDIR)
        is_outside = name.startswith("/") or ".." in parts or "" in parts or ":" in name or "\0" in entry.orig_filename
        if is_odd or is_outside or _STRANGE_SLASHES.search(entry.orig_filename) or _STRANGE_SLASHES.search(name):
            raise FileHostile(_BAD_NAME.with_values(name=name[:80]))
        if entry.flag_bits & 1:
            raise FileBroken(_ENCRYPTED)
        names.append(name)
    folded = [name.rstrip("/").casefold() for name in names]
    doubled = next((name for name in folded if folded.count(name) > 1), "") if len(set(folded)) < len(folded) else ""
    if doubled:
        raise FileHostile(_BAD_NAME.with_values(name=doubled[:80]))
    return names


def _readable(entry: zipfile.ZipInfo) -> str:
    """Return the name of an entry; names without the UTF-8 mark come from Chinese Windows more often than from DOS."""
    if entry.flag_bits & 0x800 or entry.filename.isascii():
        return entry.filename
    try:
        return entry.filename.encode("cp437").decode("gb18030")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return entry.filename


def _copied(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, target: Path, room: int) -> int:
    """Unpack one entry, counting what really comes out; returns its size."""
    most = min(room, max(_SMALL, entry.compress_size * MOST_RATIO))
    total = 0
    with archive.open(entry) as source, target.open("wb") as sink:
        while piece := source.read(_CHUNK):
            total += len(piece)
            if total > most:
                raise FileHostile(_BOMB.with_values(limit=f"{most >> 20} MiB"), place=entry.filename[:80])
            sink.write(piece)
    return total


def _main_file(folder: Path) -> Path:
    """Return the one file to open: the first kind of model that is there, and only one of it."""
    files = sorted(file for file in folder.rglob("*") if file.is_file() and "__MACOSX" not in file.parts)
    indexes = [file for name in _INDEXES for file in files if file.name.lower() == name]
    if indexes:
        return min(indexes, key=lambda file: len(file.parts))
    for suffix in _MAIN_SUFFIXES:
        found = [file for file in files if file.name.lower().endswith(suffix)]
        if len(found) > 1:
            raise FormatUnknown(_SEVERAL.with_values(names=", ".join(file.name for file in found[:6])))
        if found:
            return found[0]
    raise FormatUnknown(_NO_MODEL)
