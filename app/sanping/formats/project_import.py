"""Adds files to a twin: copies them into its folder and declares them in its `twin.toml`."""

import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from sanping.domain.errors import InputError
from sanping.domain.text import Text
from sanping.formats.picture_places import world_file_names
from sanping.formats.pictures import named_in
from sanping.formats.project import FILE_NAME, load_project
from sanping.ports.model_reader import INDEX_NAMES, ReadOptions
from sanping.twin.project import LayerEntry, Role

_PARTS = (".dbf", ".shx", ".prj", ".cpg", ".mtl", ".bin", ".tfw", ".jgw", ".pgw", ".aux.xml")
_GROUP = Text("导入的模型", "Imported models")
_FAILED = Text("导入失败：{reason}。孪生保持原样", "The import failed: {reason}. The twin is as it was")


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """A file to add: where it is and what it turned out to be for."""

    path: Path
    role: Role


def add_to_project(folder: Path, files: Sequence[Incoming], options: ReadOptions) -> tuple[LayerEntry, ...]:
    """Copy `files` (and the parts that belong to them) into the twin and declare them as layers.

    Returns the new layers. Raises `ProjectInvalid` or `InputError`; then the twin is as it was.
    """
    project = load_project(folder)
    taken = {entry.name for entry in project.layers}
    made: list[Path] = []
    tables: list[str] = []
    names: list[str] = []
    declaration = project.folder / FILE_NAME
    before = declaration.read_bytes()
    try:
        for file in files:
            name, number = _plain(file.path.stem), 2
            while name in taken or (project.folder / name).exists():
                name, number = f"{_plain(file.path.stem)}-{number}", number + 1
            taken.add(name)
            names.append(name)
            made.append(project.folder / name)
            copied = _copied(file.path, made[-1])
            tables.append(_layer_table(name, file, copied.relative_to(project.folder), options))
        _write(declaration, before + ("\n" + "\n".join(tables)).encode())
        return tuple(entry for entry in load_project(project.folder).layers if entry.name in names)
    except (OSError, InputError) as error:
        _write(declaration, before)
        for place in made:
            shutil.rmtree(place, ignore_errors=True)
        if isinstance(error, InputError):
            raise
        raise InputError(_FAILED.with_values(reason=error.strerror or str(error)), path=str(folder)) from error


def _copied(source: Path, into: Path) -> Path:
    """Copy a file with its parts into a new folder; returns the copy."""
    if source.name.lower() in INDEX_NAMES:
        shutil.copytree(source.parent, into)
        return into / source.name
    into.mkdir()
    for part in sorted(source.parent.glob(source.stem + ".*")):
        if part.suffix.lower() in _PARTS and part.is_file():
            shutil.copyfile(part, into / part.name)
    for part in (source.with_suffix(".model.toml"), source.parent / "model.toml", *_buffers(source)):
        target = into / part.relative_to(source.parent)
        if part.is_file() and not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(part, target)
    return Path(shutil.copyfile(source, into / source.name))


def _buffers(source: Path) -> list[Path]:
    """Return the files beside a model that hold its buffers and pictures; a glTF is known to be well-formed."""
    if source.suffix.lower() == ".gltf":
        content = json.loads(source.read_bytes().decode("utf-8-sig"))
        parts = [*content.get("buffers", []), *content.get("images", [])]
        names = [unquote(str(part.get("uri", ""))) for part in parts]
    else:
        named = [name.replace("\\", "/") for name in named_in(source) if ":" not in name and "\0" not in name]
        names = [*named, *(world_file for name in named for world_file in world_file_names(name))]
    places = [source.parent / name for name in names if name and not name.startswith("data:")]
    home = source.parent.resolve()
    return [place for place in places if place.resolve().is_relative_to(home) and ".." not in place.parts]


def _plain(stem: str) -> str:
    """Return a stem as a layer name: letters, digits, points and dashes."""
    return "".join(letter if letter.isalnum() or letter in "._-" else "_" for letter in stem)[:60] or "layer"


def _layer_table(name: str, file: Incoming, relative: Path, options: ReadOptions) -> str:
    lines = [
        "[[layers]]",
        f"name = {_quoted(name)}",
        f"title = {{ zh = {_quoted(file.path.stem)}, en = {_quoted(file.path.stem)} }}",
        f"role = {_quoted(file.role)}",
        f"path = {_quoted(relative.as_posix())}",
        f"group = {{ zh = {_quoted(_GROUP.zh)}, en = {_quoted(_GROUP.en)} }}",
    ]
    for key, value in (("crs", options.crs), ("lod", options.lod), ("vertical_datum", options.vertical_datum)):
        if value:
            lines.append(f"{key} = {_quoted(value)}")
    return "\n".join(lines) + "\n"


def _quoted(value: str) -> str:
    """Return a TOML basic string; JSON's escapes are among TOML's."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _write(path: Path, content: bytes) -> None:
    draft = path.with_suffix(".draft")
    draft.write_bytes(content)
    draft.replace(path)
