"""The formats we read: recognises a file by its content and hands it to its reader."""

import importlib
from functools import lru_cache
from pathlib import Path

from sanping.domain.errors import FormatUnknown, InputError
from sanping.domain.text import Text
from sanping.formats.archive import is_archive, unpacked
from sanping.formats.foreign_errors import foreign_errors_as_ours
from sanping.formats.sniffing import checked_head, holds_readings, is_known_suffix, unpacked_head, unsupported_name
from sanping.ports.model_reader import ModelReader, Reading, ReadOptions
from sanping.ports.progress import Progress

READERS: tuple[tuple[str, str, str], ...] = (
    ("sanping.formats.cityjson", "CityJsonReader", "CityJSON, CityJSONSeq"),
    ("sanping.formats.citygml", "CityGmlReader", "CityGML"),
    ("sanping.formats.vector", "VectorReader", "GeoJSON, GeoPackage, Shapefile, FlatGeobuf, GeoParquet"),
    ("sanping.formats.gltf", "GltfReader", "glTF/GLB"),
    ("sanping.formats.terrain_rgb", "TerrainRgbReader", "terrain-RGB (MBTiles)"),
    ("sanping.formats.terrain", "GeoTiffReader", "GeoTIFF"),
    ("sanping.formats.terrain_grid", "AsciiGridReader", "ASCII grid"),
    ("sanping.formats.obj", "ObjReader", "OBJ"),
    ("sanping.formats.ifc", "IfcReader", "IFC"),
    ("sanping.formats.tiles3d", "Tiles3dReader", "3D Tiles"),
    ("sanping.formats.i3s", "SlpkReader", "I3S (SLPK)"),
    ("sanping.formats.osgb", "OsgbReader", "OSGB"),
    ("sanping.formats.s3m", "S3mReader", ""),
    ("sanping.formats.las", "LasReader", "LAS/LAZ"),
    ("sanping.formats.kml", "KmlReader", "KML/KMZ"),
    ("sanping.formats.terrain_layer", "TerrainTilesReader", "quantized-mesh, heightmap"),
    ("sanping.formats.terrain_hgt", "HgtReader", "HGT"),
)
"""Where each reader lives and what it reads, in the order in which they are asked; of S3M the index alone is read."""

_UNPACK_GZIP = ("sanping.formats.cityjson", "sanping.formats.citygml")

FORMAT_NAMES = ", ".join(names for _, _, names in READERS if names)

_UNKNOWN = Text(
    "认不出这个文件的格式；能读取的格式：{names}（可在 zip 或 gzip 中）",
    "The format of this file is not recognised; formats that can be read: {names} (also in zip or gzip)",
)
_READINGS = Text(
    '这是表格或读数序列，不是模型；测站读数请用回放数据源接入（adapter = "replay"，'
    "列为 station、quantity、time、value），带坐标的点请先转成 GeoJSON",
    "This is a table or a series of readings and no model; take readings of stations in by the replay source "
    '(adapter = "replay", columns station, quantity, time, value), and convert points with coordinates to GeoJSON',
)
_UNSUPPORTED = Text(
    "{name} 暂不支持；请先转换，能读取的格式：{names}",
    "{name} is not supported yet; convert it first, formats that can be read: {names}",
)


def read(path: Path, options: ReadOptions, progress: Progress) -> Reading:
    """Read a file of any format we know, also inside zip or gzip.

    Raises an `InputError` that names the file: `FormatUnknown`, `FileBroken`, `FileHostile` or `CrsMissing`.
    """
    with foreign_errors_as_ours(path):
        reader = _recognising(path)
        if reader is not None:
            return reader.read(path, options, progress)
        if not is_archive(checked_head(path)) or is_known_suffix(path):
            raise _stranger(path)
        with unpacked(path) as inner:
            try:
                return reader_for(inner).read(inner, options, progress)
            except InputError as error:
                raise type(error)(error.message, path=f"{path} › {inner.name}", place=error.place) from error


def reader_for(path: Path) -> ModelReader:
    """Return the reader that recognises a file; raises `FormatUnknown`, or `FileBroken` for a file of no use."""
    reader = _recognising(path)
    if reader is None:
        raise _stranger(path)
    return reader


def _recognising(path: Path) -> ModelReader | None:
    """Return the reader of a file as it lies there; those that unpack gzip themselves recognise it packed."""
    head = checked_head(path)
    unpacked_start = unpacked_head(head)
    for module, name, _ in READERS:
        reader = _loaded(module, name)
        if reader.recognises(path, head):
            return reader
        if unpacked_start is not head and (module in _UNPACK_GZIP and reader.recognises(path, unpacked_start)):
            return reader
    return None


def _stranger(path: Path) -> FormatUnknown:
    head = unpacked_head(checked_head(path))
    if holds_readings(path, head):
        return FormatUnknown(_READINGS, path=str(path))
    name = unsupported_name(path, head)
    message = _UNSUPPORTED.with_values(name=name, names=FORMAT_NAMES) if name else _UNKNOWN
    return FormatUnknown(message.with_values(names=FORMAT_NAMES), path=str(path))


@lru_cache
def _loaded(module: str, name: str) -> ModelReader:
    """Import a reader only when a file is opened: the geodata libraries are slow to load."""
    reader: ModelReader = getattr(importlib.import_module(module), name)()
    return reader
