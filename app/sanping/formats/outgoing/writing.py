"""Writes layers in any format that we write, after it was made sure that they can be written so."""

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sanping.domain.city import Skipped
from sanping.domain.crs import LOCAL, is_geographic, named_crs
from sanping.domain.crs_names import BD09, GCJ02
from sanping.domain.errors import InputError, StoreFailed
from sanping.domain.ground import Terrain, VectorLayer
from sanping.domain.text import Text
from sanping.formats.outgoing import cityjson, glb, tables, tiles3d
from sanping.formats.outgoing.layers import (
    FLAT,
    NO_TERRAIN,
    ExportFormat,
    ExportWish,
    OutLayer,
    count_of,
    nothing,
)
from sanping.formats.outgoing.lighter import NO_WEIGHT, Weight, lightened
from sanping.ports.progress import Part, Progress

Write = Callable[[Path, Sequence[OutLayer], ExportWish, Progress], int]
WRITERS: dict[ExportFormat, Write] = {
    "cityjson": cityjson.write_cityjson,
    "3dtiles": tiles3d.write_3dtiles,
    "glb": glb.write_glb,
    "gpkg": tables.write_gpkg,
    "geoparquet": tables.write_geoparquet,
}
SOLID: tuple[ExportFormat, ...] = ("3dtiles", "glb")
LIGHT: tuple[ExportFormat, ...] = (*SOLID, "cityjson")
_LIGHTER_SHARE = 0.5
_NOT_PLACED = Text(
    "图层“{title}”用的是本地坐标，不知道在地球上的位置，不能写成 3D Tiles；请先给它指定坐标系",
    "The layer “{title}” has local coordinates and no place on the earth, so it cannot become 3D Tiles; name its CRS",
)
_NOT_METRIC = Text(
    "{format} 须用以米为单位的投影坐标系，{crs} 不是；请改用例如 EPSG:4549",
    "{format} needs a projected CRS in metres, which {crs} is not; use one such as EPSG:4549",
)
_OFFSET_NAMES = Text(
    "不能导出为 {crs}：它没有公开的坐标系定义；请用 EPSG 编码，例如 EPSG:4490",
    "There is no export to {crs}, which has no public definition; use an EPSG code such as EPSG:4490",
)
_CANNOT_WRITE = Text(
    "导出失败：{reason}。没有留下文件；请检查磁盘空间和文件夹权限，或换一个位置",
    "The export failed: {reason}. No file was left; check disk space and the rights of the folder, or choose another",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """What an export wrote: city objects, bytes, what was passed over, and triangles where they were made fewer."""

    objects: int
    bytes: int
    skipped: tuple[Skipped, ...] = ()
    weight: Weight = NO_WEIGHT


def write(path: Path, layers: Sequence[OutLayer], wish: ExportWish, progress: Progress) -> Exported:
    """Write layers to a new file `path` (for 3D Tiles: a new folder); whoever calls removes it when this raises.

    Raises `InputError` when nothing can be written so, `StoreFailed` when the disk does not take it, `Cancelled`.
    """
    skipped = passed_over(layers, wish.format)
    fit = [layer for layer in layers if count_of(layer) and not _is_passed_over(layer, wish.format)]
    if not fit:
        raise nothing()
    wish = checked(fit, wish)
    try:
        if wish.format == "3dtiles":
            path.mkdir()
        weight = NO_WEIGHT
        if not wish.lightening.is_nothing and wish.format in LIGHT:
            fit, weight = lightened(fit, wish.lightening, Part(progress, 0.0, _LIGHTER_SHARE))
            progress = Part(progress, _LIGHTER_SHARE, 1.0)
        objects = WRITERS[wish.format](path, fit, wish, progress)
        return Exported(objects=objects, bytes=size_of(path), skipped=skipped, weight=weight)
    except OSError as error:
        raise cannot_write(error, path) from error


def checked(layers: Sequence[OutLayer], wish: ExportWish) -> ExportWish:
    """Return the wish with the CRS of its file. Raises `InputError` when the format does not take it."""
    crs = named_crs(wish.crs or layers[0].content.frame.crs)
    if wish.format == "3dtiles":
        for layer in layers:
            if layer.content.frame.crs == LOCAL:
                raise InputError(_NOT_PLACED.with_values(title=layer.title))
        return wish
    if crs in (GCJ02, BD09):
        raise InputError(_OFFSET_NAMES.with_values(crs=crs))
    if wish.format in ("glb", "cityjson") and is_geographic(crs):
        raise InputError(_NOT_METRIC.with_values(format=wish.format.upper(), crs=crs))
    return replace(wish, crs=crs)


def passed_over(layers: Sequence[OutLayer], format: ExportFormat) -> tuple[Skipped, ...]:
    """Return what the format does not take."""
    terrain = [layer.name for layer in layers if isinstance(layer.content, Terrain)]
    flat = [layer for layer in layers if isinstance(layer.content, VectorLayer)] if format in SOLID else []
    found = []
    if terrain:
        found.append(Skipped(reason=NO_TERRAIN, count=len(terrain), examples=tuple(terrain[:8])))
    if flat:
        names = tuple(layer.name for layer in flat)[:8]
        found.append(Skipped(reason=FLAT, count=sum(map(count_of, flat)), examples=names))
    return tuple(found)


def cannot_write(error: OSError, path: Path) -> StoreFailed:
    """Return the error for a disk that does not take the file."""
    return StoreFailed(_CANNOT_WRITE.with_values(reason=error.strerror or str(error)), path=str(path))


def size_of(path: Path) -> int:
    """Return the bytes of a file or of all files of a folder."""
    return sum(file.stat().st_size for file in path.rglob("*")) if path.is_dir() else path.stat().st_size


def removed(path: Path) -> None:
    """Remove a file or folder that an export began; nothing happens when there is none."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _is_passed_over(layer: OutLayer, format: ExportFormat) -> bool:
    return isinstance(layer.content, Terrain) or (format in SOLID and isinstance(layer.content, VectorLayer))
