"""The formats we read: recognises a file by its content and hands it to its reader."""

import importlib
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from sanping.domain.errors import FormatUnknown, InputError
from sanping.domain.text import Text
from sanping.formats.sniffing import checked_head, unpacked_head, unsupported_name
from sanping.ports.model_reader import ModelReader, Reading, ReadOptions
from sanping.ports.progress import Progress

READERS: tuple[tuple[str, str], ...] = (
    ("sanping.formats.cityjson", "CityJsonReader"),
    ("sanping.formats.citygml", "CityGmlReader"),
    ("sanping.formats.gltf", "GltfReader"),
    ("sanping.formats.terrain", "GeoTiffReader"),
    ("sanping.formats.terrain_grid", "AsciiGridReader"),
    ("sanping.formats.obj", "ObjReader"),
    ("sanping.formats.vector", "VectorReader"),
)
"""Where each reader lives, in the order in which they are asked."""

FORMAT_NAMES = (
    "CityJSON, CityJSONSeq, CityGML, GeoJSON, GeoPackage, Shapefile, FlatGeobuf, GeoParquet, "
    "glTF/GLB, OBJ, GeoTIFF, ASCII grid"
)

_UNKNOWN = Text(
    "认不出这个文件的格式；能读取的格式：{names}",
    "The format of this file is not recognised; formats that can be read: {names}",
)
_UNSUPPORTED = Text(
    "{name} 暂不支持；请先转换，能读取的格式：{names}",
    "{name} is not supported yet; convert it first, formats that can be read: {names}",
)


def read(path: Path, options: ReadOptions, progress: Progress) -> Reading:
    """Read a file of any format we know.

    Raises an `InputError` that names the file: `FormatUnknown`, `FileBroken`, `FileHostile` or `CrsMissing`.
    """
    try:
        return reader_for(path).read(path, options, progress)
    except InputError as error:
        if error.path:
            raise
        raise type(error)(error.message, path=str(path), place=error.place) from error


def reader_for(path: Path) -> ModelReader:
    """Return the reader that recognises a file; raises `FormatUnknown`, or `FileBroken` for a file of no use."""
    head = checked_head(path)
    unpacked = unpacked_head(head)
    for reader in _readers():
        if reader.recognises(path, head) or (unpacked is not head and reader.recognises(path, unpacked)):
            return reader
    name = unsupported_name(path, unpacked)
    message = _UNSUPPORTED.with_values(name=name, names=FORMAT_NAMES) if name else _UNKNOWN
    raise FormatUnknown(message.with_values(names=FORMAT_NAMES), path=str(path))


def _readers() -> Iterator[ModelReader]:
    for module, name in READERS:
        reader = _loaded(module, name)
        if reader is not None:
            yield reader


@lru_cache
def _loaded(module: str, name: str) -> ModelReader | None:
    """Import a reader only when a file is opened: the geodata libraries are slow to load."""
    try:
        reader: ModelReader = getattr(importlib.import_module(module), name)()
    except ModuleNotFoundError as error:
        if error.name != module:
            raise
        return None
    return reader
