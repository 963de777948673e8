"""The name of a cache entry: a hash of what the file holds and of everything that decides how it is read."""

import os
import re
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from urllib.parse import unquote_to_bytes

import orjson

from sanping import __version__
from sanping.domain.text import Text
from sanping.ports.model_reader import INDEX_NAMES, ReadOptions
from sanping.ports.progress import Progress

SIDECARS = (".dbf", ".shx", ".prj", ".cpg", ".qpj", ".bin", ".mtl", ".tfw", ".wld", ".jgw", ".pgw", ".aux.xml", ".vrt")
RACY_NS = 2_000_000_000
_BLOCK = 1 << 24
_MAP_TILES = (".png", ".webp")
_LEVELS_UP = 4
_HASHING = Text("核对文件内容", "Checking what the file holds")
_REFERENCE = re.compile(rb'"uri"\s*:\s*"([^"\\]{1,255})"|^\s*(?:mtllib|map_K[ads])\s+([^\r\n]{1,255})', re.MULTILINE)
_REFERRING = (".gltf", ".obj", ".mtl")
_WITH_PICTURES = (".gml", ".xml", ".citygml", ".json", ".jsonl", ".cityjson", ".gz")
_PICTURES = (".jpg", ".jpeg", ".png", ".tif", ".tiff", ".webp", ".bmp", ".dds", ".pgw", ".jgw", ".tfw", ".wld")


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Files that are read together: the named one first of all, and how it is read."""

    path: Path
    options: ReadOptions
    files: tuple[Path, ...]


def source_of(path: Path, options: ReadOptions) -> Source:
    """Find the files that reading `path` with `options` reads."""
    return Source(path=path, options=options, files=tuple(files_of(path, options)))


def key_of(source: Source, recipe: str, stamps: Path, progress: Progress) -> str:
    """Return the key of what reading a source gives.

    `recipe` names everything else that decides the result, such as layout versions and preparation. Hashes of files
    that have not changed since (size, time and inode) are taken from the folder `stamps`.
    """
    total = blake2b(digest_size=20)
    total.update(orjson.dumps([str(source.options), recipe, source.path.suffix.lower()]))
    folder = _listed_folder(source.path)
    if folder is not None:
        total.update(orjson.dumps(_states_below(folder)))
    elif source.path.suffix.lower() in _WITH_PICTURES:
        for state in _pictures_beside(source.path.parent):
            total.update(orjson.dumps(state))
    for file in source.files:
        total.update(os.fsencode(file.name))
        total.update(_hash_of(file, stamps, progress))
    return total.hexdigest()


def _listed_folder(path: Path) -> Path | None:
    """Return the folder whose files are read with an index, a photogrammetric tile or a map tile; None for others."""
    if path.name.lower() in INDEX_NAMES or path.suffix.lower() == ".osgb":
        return path.parent
    names = (path.stem, path.parent.name, path.parent.parent.name)
    return path.parents[2] if path.suffix.lower() in _MAP_TILES and all(name.isdigit() for name in names) else None


def _states_below(folder: Path) -> list[tuple[str, int, int]]:
    """Return name, size and time of every file in a folder and below."""
    found = []
    for place, _, names in os.walk(folder):
        for name in names:
            try:
                state = os.stat(os.path.join(place, name))  # noqa: PTH116, PTH118  a folder may hold a million tiles
            except OSError:
                continue
            found.append((os.path.relpath(os.path.join(place, name), folder), state.st_size, state.st_mtime_ns))  # noqa: PTH118
    return sorted(found)


def _pictures_beside(folder: Path) -> list[tuple[str, int, int]]:
    """Return name, size and time of every picture in a folder and those right below it."""
    found = []
    folders = [folder, *(one for one in folder.iterdir() if one.is_dir())] if folder.is_dir() else []
    for place in folders:
        try:
            names = [one for one in os.scandir(place) if one.name.lower().endswith(_PICTURES)]
            found += [(one.path, one.stat().st_size, one.stat().st_mtime_ns) for one in names]
        except OSError:
            continue  # what may not be looked into is not read either
    return sorted((os.path.relpath(path, folder), size, time_ns) for path, size, time_ns in found)


def code_of(*modules: str) -> str:
    """Return a short hash of the code beside each named module, so that a better reader reads again what is cached.

    Size and time of the files decide; in a program without source files only its version does.
    """
    total = blake2b(__version__.encode(), digest_size=8)
    folders = {Path(sys.modules[name].__file__ or "").parent for name in modules if name in sys.modules}
    for file in sorted(file for folder in folders for file in folder.glob("*.py")):
        state = file.stat()
        total.update(f"{file.name} {state.st_size} {state.st_mtime_ns}".encode())
    return total.hexdigest()


def files_of(path: Path, options: ReadOptions) -> list[Path]:
    """Return the file and those read with it: sidecars, references inside its folder, paths in the settings.

    Of a folder, all files in it.
    """
    found = set(path.rglob("*")) if path.is_dir() else {path}
    stem = path.name.split(".")[0].lower()
    for neighbour in path.parent.iterdir() if path.parent.is_dir() else ():
        name = neighbour.name.lower()
        if name.endswith(SIDECARS) and name.split(".")[0] == stem:
            found.add(neighbour)
    found.update(_places(path))
    waiting = list(found)
    while waiting:
        for reference in _references(waiting.pop()):
            if reference not in found:
                found.add(reference)
                waiting.append(reference)
    found.update(_named_in_settings(path, options))
    return [file for file in sorted(found) if file.is_file()]


def _places(path: Path) -> list[Path]:
    """Return the files that say where a model stands: beside it, or above a photogrammetric tile."""
    beside = [path.with_suffix(".model.toml"), path.parent / "model.toml"]
    if path.suffix.lower() != ".osgb":
        return beside
    return beside + [folder / "metadata.xml" for folder in path.resolve().parents[:_LEVELS_UP]]


def _named_in_settings(path: Path, options: ReadOptions) -> list[Path]:
    """Return what settings name as a file of the model's folder or of the one above; nothing farther away."""
    words = [value for _, value in options.settings if isinstance(value, str) and 0 < len(value) < 256]
    home = path.parent.resolve().parent
    files = [path.parent / word for word in words if "\0" not in word and not Path(word).is_absolute()]
    return [file for file in files if file.resolve().is_relative_to(home)]


def states_of(files: Sequence[Path]) -> list[tuple[int, int, int]]:
    """Return what changes when somebody writes to files: size, time and inode of each; zeros for one that went."""
    states = []
    for file in files:
        try:
            state = file.stat()
        except OSError:
            states.append((0, 0, 0))
        else:
            states.append((state.st_size, state.st_mtime_ns, state.st_ino))
    return states


def _references(path: Path) -> list[Path]:
    if path.suffix.lower() not in _REFERRING or not path.is_file():
        return []
    found = _REFERENCE.findall(path.read_bytes())
    names = [unquote_to_bytes(uri) for uri, _ in found if uri]
    names += [name for _, words in found for name in (words, *words.split()[-1:]) if words]
    inside = path.parent.resolve()
    candidates = [path.parent / os.fsdecode(name.strip()) for name in set(names) if not name.startswith(b"data:")]
    return [file for file in candidates if file.resolve().is_relative_to(inside) and file.is_file()]


def _hash_of(path: Path, stamps: Path, progress: Progress) -> bytes:
    """Return the hash of a file's bytes, from its stamp when the file is untouched since."""
    state = path.stat()
    seen = [state.st_size, state.st_mtime_ns, state.st_ino, state.st_dev]
    stamp = stamps / (blake2b(os.fsencode(path.resolve()), digest_size=16).hexdigest() + ".json")
    try:
        known = orjson.loads(stamp.read_bytes())
        if known["seen"] == seen:
            return bytes.fromhex(known["hash"])
    except (OSError, ValueError, KeyError, TypeError):
        pass  # no stamp yet, or a broken one: the bytes decide
    digest = _hashed(path, progress)
    is_settled = time.time_ns() - state.st_mtime_ns > RACY_NS
    if is_settled:
        _write_stamp(stamp, orjson.dumps({"seen": seen, "hash": digest.hex()}))
    return digest


def _hashed(path: Path, progress: Progress) -> bytes:
    total = blake2b(digest_size=32)
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            progress.report(0.0, _HASHING)
            total.update(block)
    return total.digest()


def _write_stamp(stamp: Path, content: bytes) -> None:
    """Write a stamp in one step; a stamp that cannot be written only costs time."""
    try:
        stamp.parent.mkdir(parents=True, exist_ok=True)
        fresh = stamp.with_suffix(f".{os.getpid()}.{time.monotonic_ns()}")
        fresh.write_bytes(content)
        fresh.replace(stamp)
    except OSError:
        return
