"""A whole twin as one file, `name.twin`: its folder as a zip, the same bytes for the same content.

Unpacking keeps the limits of `archive` (threats: bombs, paths that leave the folder, links). The folder is named after
the package's content, so that opening the same file twice unpacks it once.
"""

import hashlib
import os
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

from sanping.domain.errors import FileBroken, ProjectInvalid
from sanping.domain.text import Text
from sanping.formats.archive import unzip
from sanping.formats.foreign_errors import foreign_errors_as_ours
from sanping.formats.project import FILE_NAME, home_of
from sanping.ports.progress import Progress

PACKAGE_SUFFIX = ".twin"
_FIRST_YEAR = (1980, 1, 1, 0, 0, 0)
_MODE = 0o100644 << 16
_CHUNK = 1 << 20
_PACKED_ALREADY = (".glb", ".jpg", ".jpeg", ".png", ".parquet", ".gz", ".laz", ".3tz", ".slpk", ".zip", ".mp4", ".webp")

_PACKING = Text("写入 {name}", "Writing {name}")
_INSIDE = Text(
    "不能把孪生包写进孪生文件夹里；请换一个位置",
    "A package cannot be written into the twin's own folder: choose another",
)
_NO_TWIN = Text("孪生包里没有 twin.toml；请重新打包", "The package holds no twin.toml: pack it again")


def is_package(path: Path) -> bool:
    """Say whether a path is a file that holds a twin."""
    return path.suffix.lower() == PACKAGE_SUFFIX and path.is_file()


def pack_twin(twin: Path, package: Path, progress: Progress) -> int:
    """Write the twin of a folder as one file; return how many files it holds.

    Hidden files and links are left out. The package appears whole or not at all. Raises `ProjectInvalid` where there
    is no twin, or the package would lie inside it; `Cancelled` when the progress says so.
    """
    home = home_of(twin)
    if package.resolve().is_relative_to(home):
        raise ProjectInvalid(_INSIDE, path=str(package))
    files = sorted(_files_of(home))
    whole = max(1, sum(file.stat().st_size for file in files))
    handle, name = tempfile.mkstemp(dir=package.resolve().parent, prefix=f".{package.name}-")
    try:
        with os.fdopen(handle, "wb") as sink:
            with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
                done = 0
                for file in files:
                    progress.report(done / whole, _PACKING.with_values(name=file.name))
                    done += _added(archive, file, file.relative_to(home).as_posix())
            sink.flush()
            os.fsync(sink.fileno())
        Path(name).chmod(0o644)
        Path(name).replace(package)
    finally:
        Path(name).unlink(missing_ok=True)
    return len(files)


def unpacked_twin(package: Path, into: Path) -> Path:
    """Return the folder of the twin in a package, unpacked below `into` when it is not there yet.

    Raises `FileHostile` or `FileBroken` naming the package; nothing is left behind then.
    """
    with foreign_errors_as_ours(package):
        mark = _mark(package)
        home = into / f"{package.stem}-{mark}"
        if (home / FILE_NAME).is_file():
            return home
        into.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(dir=into, prefix=".unpacking-")).resolve()
        try:
            unzip(package, fresh)
            if not (fresh / FILE_NAME).is_file():
                raise FileBroken(_NO_TWIN)
            if not home.exists():
                fresh.rename(home)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
    return home


def _files_of(home: Path) -> Iterator[Path]:
    for file in home.rglob("*"):
        is_hidden = any(part.startswith(".") for part in file.relative_to(home).parts)
        if file.is_file() and not file.is_symlink() and not is_hidden:
            yield file


def _added(archive: zipfile.ZipFile, file: Path, name: str) -> int:
    """Add one file with a time and rights that are the same everywhere; return its bytes."""
    entry = zipfile.ZipInfo(name, _FIRST_YEAR)
    entry.external_attr = _MODE
    is_packed = file.suffix.lower() in _PACKED_ALREADY
    entry.compress_type = zipfile.ZIP_STORED if is_packed else zipfile.ZIP_DEFLATED
    with file.open("rb") as source, archive.open(entry, "w", force_zip64=True) as sink:
        shutil.copyfileobj(source, sink, _CHUNK)
    return file.stat().st_size


def _mark(package: Path) -> str:
    with package.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:12]
