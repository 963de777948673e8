"""Terrain from Esri ASCII grids (.asc), read as a stream so that errors name their line."""

import re
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path

import numpy as np
from affine import Affine

from sanping.domain.city import Origin
from sanping.domain.errors import FileBroken, FileHostile
from sanping.domain.geo import Float64Array
from sanping.domain.ground import Terrain
from sanping.domain.text import Text
from sanping.formats.foreign_errors import foreign_errors_as_ours
from sanping.formats.framing import framing
from sanping.formats.terrain import MOST_HEIGHTS, cleaned_heights, terrain_of
from sanping.formats.terrain_imagery import draped_imagery
from sanping.formats.terrain_raster import crs_beside
from sanping.ports.model_reader import ReadOptions
from sanping.ports.progress import Progress

_START = re.compile(rb"^\s*(?:ncols|nrows)\s+[0-9]", re.IGNORECASE)
_KEYS = ("ncols", "nrows", "xllcorner", "yllcorner", "xllcenter", "yllcenter", "cellsize", "dx", "dy", "nodata_value")
_CHUNK_BYTES = 1 << 20
_MOST_SIDE = 1_000_000

_READING = Text("正在读取地形网格", "Reading the terrain grid")
_HEADER = Text(
    "ASCII 网格头不完整或有误：{key}；请检查文件开头几行",
    "The header of the ASCII grid lacks or garbles {key}; check its first lines",
)
_TOO_FEW = Text(
    "网格不完整：应有 {expected} 个值，只有 {found} 个；请重新导出",
    "The grid is cut short: {expected} values expected, {found} found; export it again",
)
_TOO_MANY = Text("网格的值多于 {expected} 个；请检查行列数", "The grid has more than {expected} values; check its size")
_NOT_NUMBER = Text(
    "这一行里有不是数字的值“{word}”；请改正", "This line has a value that is no number, “{word}”; correct it"
)
_TOO_BIG = Text(
    "网格声明 {rows} × {columns}，文件放不下这么多；已拒绝",
    "The grid claims {rows} × {columns}, more than the file can hold; it was refused",
)
_THINNED = Text(
    "网格过大，每 {step} × {step} 格取平均", "The grid is large; blocks of {step} × {step} cells were averaged"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Header:
    columns: int
    rows: int
    west: float
    south: float
    cell_x: float
    cell_y: float
    no_data: float | None
    lines: int


class AsciiGridReader:
    """Reads Esri ASCII grids."""

    name = "ASCII grid"

    def recognises(self, path: Path, head: bytes) -> bool:
        """Say whether the file starts with the header of an ASCII grid."""
        return _START.match(head.removeprefix(b"\xef\xbb\xbf")) is not None

    def read(self, path: Path, options: ReadOptions, progress: Progress) -> Terrain:
        """Read the grid; its CRS comes from the options or a `.prj` file beside it.

        Settings: `nodata`, `height_unit`, `height_scale`, `height_offset_m`, `imagery`.
        """
        progress.report(0.0, _READING)
        settings = dict(options.settings)
        notes: list[Text] = []
        with foreign_errors_as_ours(path), path.open("rb") as file:
            header = _read_header(file)
            size = path.stat().st_size
            if header.rows * header.columns * 2 > size + 16:
                _refuse(header, size)
            step = _step(header, settings)
            framed = framing(crs_beside(path), _corners(header), options)
            values = _read_values(file, header, step, size, progress)
            if step > 1:
                notes.append(_THINNED.with_values(step=step))
            heights = cleaned_heights(values, settings, str(settings.get("height_unit", "")), notes)
            north = header.south + header.rows * header.cell_y
            transform = Affine(header.cell_x * step, 0.0, header.west, 0.0, -header.cell_y * step, north)
            origin = Origin(format="ASCII grid", source_crs=framed.source_crs)
            terrain = terrain_of(heights, transform, framed, origin, notes)
        return draped_imagery(terrain, path, options, progress)


def _read_header(file: BufferedReader) -> _Header:
    """Read `key value` lines until the first line of numbers."""
    found: dict[str, float] = {}
    lines = 0
    while True:
        before = file.tell()
        line = file.readline(4096)
        words = line.removeprefix(b"\xef\xbb\xbf").split()
        if not words and line:
            lines += 1
            continue
        key = words[0].decode("ascii", "replace").lower() if words else ""
        if key not in _KEYS:
            file.seek(before)
            break
        lines += 1
        try:
            found[key] = float(words[1].replace(b",", b"."))
        except (IndexError, ValueError) as error:
            raise FileBroken(_HEADER.with_values(key=key), place=f"line {lines}") from error
    return _header_of(found, lines)


def _header_of(found: dict[str, float], lines: int) -> _Header:
    columns, rows = _count(found, "ncols"), _count(found, "nrows")
    cell_x = _positive(found, "dx" if "dx" in found else "cellsize")
    cell_y = _positive(found, "dy" if "dy" in found else "cellsize")
    corner: list[float] = []
    for axis, cell in (("x", cell_x), ("y", cell_y)):
        if f"{axis}llcorner" in found:
            corner.append(found[f"{axis}llcorner"])
        elif f"{axis}llcenter" in found:
            corner.append(found[f"{axis}llcenter"] - cell / 2)
        else:
            raise FileBroken(_HEADER.with_values(key=f"{axis}llcorner"))
    if not np.isfinite(corner).all():
        raise FileBroken(_HEADER.with_values(key="xllcorner, yllcorner"))
    return _Header(
        columns=columns, rows=rows, west=corner[0], south=corner[1], cell_x=cell_x, cell_y=cell_y,
        no_data=found.get("nodata_value"), lines=lines,
    )  # fmt: skip


def _count(found: dict[str, float], key: str) -> int:
    value = found.get(key, 0.0)
    if not (1 <= value <= 1e12 and value == int(value)):
        raise FileBroken(_HEADER.with_values(key=key))
    return int(value)


def _positive(found: dict[str, float], key: str) -> float:
    value = found.get(key, 0.0)
    if not 1e-9 < value < 1e9:
        raise FileBroken(_HEADER.with_values(key=key))
    return value


def _refuse(header: _Header, size: int) -> None:
    """Tell a truncated file from one whose size is made up."""
    expected = header.rows * header.columns
    if max(header.rows, header.columns) > _MOST_SIDE or expected > 1000 * max(size, 1000):
        raise FileHostile(_TOO_BIG.with_values(rows=header.rows, columns=header.columns))
    raise FileBroken(_TOO_FEW.with_values(expected=expected, found=f"< {size // 2}"))


def _step(header: _Header, settings: dict[str, object]) -> int:
    wanted = settings.get("max_cells")
    most = wanted if isinstance(wanted, int) and wanted > 0 else MOST_HEIGHTS
    step = int(np.ceil(max(1.0, (header.rows * header.columns / most) ** 0.5)))
    return min(step, header.rows, header.columns)


def _corners(header: _Header) -> Float64Array:
    east, north = header.west + header.columns * header.cell_x, header.south + header.rows * header.cell_y
    return np.array([(header.west, header.south), (east, header.south), (header.west, north), (east, north)])


def _read_values(file: BufferedReader, header: _Header, step: int, size: int, progress: Progress) -> Float64Array:
    """Read all values, north row first, averaging blocks of `step` cells; NaN for no-data."""
    expected, block = header.rows * header.columns, step * header.columns
    result: Float64Array = np.empty((-(-header.rows // step), -(-header.columns // step)), dtype=np.float64)
    waiting: Float64Array = np.zeros(0, dtype=np.float64)
    done, total, line = 0, 0, header.lines
    while total < expected:
        lines = file.readlines(_CHUNK_BYTES)
        if not lines:
            raise FileBroken(_TOO_FEW.with_values(expected=expected, found=total), place=f"line {line}")
        values = _numbers(lines, line)
        line, total = line + len(lines), total + len(values)
        if total > expected:
            break
        waiting = np.concatenate((waiting, values))
        ready = len(waiting) // block
        for index in range(ready):
            band = waiting[index * block : (index + 1) * block]
            result[done + index] = _averaged(band.reshape(-1, header.columns), step, header.no_data)
        waiting, done = waiting[ready * block :], done + ready
        progress.report(min(0.9, file.tell() / max(size, 1)), _READING)
    if total > expected or file.read(4096).strip():
        raise FileBroken(_TOO_MANY.with_values(expected=expected), place=f"line {line}")
    if len(waiting):
        result[done] = _averaged(waiting.reshape(-1, header.columns), step, header.no_data)
    return result


def _averaged(rows: Float64Array, step: int, no_data: float | None) -> Float64Array:
    """Average one band of rows over blocks of `step` columns, leaving holes out."""
    values = rows.copy()
    if no_data is not None:
        values[np.isclose(values, no_data, rtol=1e-6, atol=0.0)] = np.nan
    if step == 1:
        return np.asarray(values[0])
    starts = np.arange(0, values.shape[1], step)
    known = np.isfinite(values)
    total = np.add.reduceat(np.where(known, values, 0.0).sum(axis=0), starts)
    count = np.add.reduceat(known.sum(axis=0), starts)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def _numbers(lines: list[bytes], before: int) -> Float64Array:
    """Return the values of many lines; find the line when one is no number."""
    try:
        return np.array(b" ".join(lines).split(), dtype=np.float64)
    except ValueError:
        pass
    for offset, line in enumerate(lines, start=1):
        for word in line.split():
            try:
                float(word)
            except ValueError as error:
                shown = word[:20].decode("utf-8", "replace")
                raise FileBroken(_NOT_NUMBER.with_values(word=shown), place=f"line {before + offset}") from error
    return np.array([float(word) for line in lines for word in line.split()], dtype=np.float64)
