"""Opens GeoTIFF and picture files for terrain and imagery: only these drivers, within limits."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
from affine import Affine
from rasterio.errors import NotGeoreferencedWarning, RasterioError
from rasterio.io import DatasetReader
from rasterio.transform import from_gcps

from sanping.domain.errors import FileBroken, FileHostile, InputError
from sanping.domain.text import Text
from sanping.formats.columns import SkipLog
from sanping.formats.foreign_errors import foreign_errors_as_ours

MOST_CELLS = 40_000_000_000
_MOST_BLOCK_BYTES = 1 << 30
_SUSPICIOUS_CELLS = 1_000_000_000
_MOST_RATIO = 2000
_LONGEST_PRJ = 65_536

_HOSTILE = Text(
    "栅格声明的尺寸 {width} × {height} 与文件大小不相称；已拒绝打开",
    "The raster claims {width} × {height} cells, out of proportion to the file; it was not opened",
)
BROKEN_BLOCK = Text("栅格块损坏（其余高程已保留）", "damaged block of the raster (the other heights are kept)")
_UNPLACED = Text(
    "栅格没有地理位置（缺少变换参数或坐标文件）；请补上世界文件，或以 LOCAL 指定坐标系",
    "The raster has no place on the ground (no transform, no world file); add a world file, or say LOCAL as its CRS",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """Where a raster is: `transform` takes (column, row) of cell corners to coordinates in `crs` ("" when unnamed)."""

    transform: Affine
    crs: str


@contextmanager
def opened_raster(path: Path) -> Iterator[DatasetReader]:
    """Open a raster for reading; whatever the library throws comes out as an `InputError`."""
    with foreign_errors_as_ours(path), warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        warnings.simplefilter("ignore", RuntimeWarning)
        with (
            rasterio.Env(GDAL_CACHEMAX=256, GDAL_DISABLE_READDIR_ON_OPEN="FALSE", CPL_VSIL_CURL_ALLOWED_EXTENSIONS="."),
            rasterio.open(path.resolve(), driver=_driver_of(path)) as dataset,
        ):
            _refuse_bombs(path, dataset)
            yield dataset


def _driver_of(path: Path) -> str:
    with path.open("rb") as file:
        start = file.read(4)
    return "JPEG" if start.startswith(b"\xff\xd8") else "PNG" if start == b"\x89PNG" else "GTiff"


def _refuse_bombs(path: Path, dataset: DatasetReader) -> None:
    """Refuse sizes that a file of this length cannot hold."""
    cells = dataset.width * dataset.height
    block_rows, block_columns = dataset.block_shapes[0] if dataset.block_shapes else (1, dataset.width)
    block_bytes = block_rows * block_columns * 8 * dataset.count
    is_out_of_proportion = cells > _SUSPICIOUS_CELLS and cells > _MOST_RATIO * path.stat().st_size
    if cells > MOST_CELLS or block_bytes > 8 * _MOST_BLOCK_BYTES or is_out_of_proportion:
        raise FileHostile(_HOSTILE.with_values(width=dataset.width, height=dataset.height), path=str(path))


def placement_of(path: Path, dataset: DatasetReader, chosen_crs: str) -> Placement:
    """Return where a raster is, from its own tags, control points, world file or `.prj` beside it."""
    transform, crs = dataset.transform, dataset.crs.to_wkt() if dataset.crs else ""
    points, points_crs = dataset.gcps
    if transform.is_identity and points:
        transform = from_gcps(points)
        crs = points_crs.to_wkt() if points_crs else crs
    if transform.is_identity:
        if chosen_crs.upper() != "LOCAL":
            raise FileBroken(_UNPLACED, path=str(path))
        transform = Affine(1.0, 0.0, 0.0, 0.0, -1.0, float(dataset.height))
    if abs(transform.determinant) == 0.0:
        raise FileBroken(_UNPLACED, path=str(path))
    return Placement(transform=transform, crs=crs or crs_beside(path))


def crs_beside(path: Path) -> str:
    """Return the text of the `.prj` file beside a file; empty when there is none."""
    for suffix in (".prj", ".PRJ"):
        beside = path.with_suffix(suffix)
        try:
            if beside.is_file() and beside.stat().st_size <= _LONGEST_PRJ:
                return beside.read_text(encoding="utf-8", errors="replace").strip()
        except OSError as error:
            raise InputError(_UNPLACED, path=str(beside)) from error
    return ""


def read_sound_blocks(dataset: DatasetReader, band: int, skips: SkipLog) -> np.ma.MaskedArray[Any, Any]:
    """Read a band, masked where it has no data; damaged blocks are masked too and counted in `skips`.

    Raises `FileBroken` when no block is sound.
    """
    try:
        whole: np.ma.MaskedArray[Any, Any] = dataset.read(band, masked=True)
        return whole
    except RasterioError as error:
        failure = error
    shape = (dataset.height, dataset.width)
    values = np.ma.MaskedArray(np.zeros(shape, dataset.dtypes[band - 1]), mask=np.ones(shape, dtype=bool))
    sound = 0
    for _, window in dataset.block_windows(band):
        first = int(window.row_off)
        rows = slice(first, first + int(window.height))
        columns = slice(int(window.col_off), int(window.col_off + window.width))
        try:
            values[rows, columns] = dataset.read(band, masked=True, window=window)
            sound += 1
        except RasterioError:
            skips.add(BROKEN_BLOCK, f"rows {rows.start + 1}–{rows.stop}, columns {columns.start + 1}–{columns.stop}")
    if not sound:
        raise failure
    return values


def decimated_shape(dataset: DatasetReader, most_cells: int) -> tuple[int, int]:
    """Return rows and columns to read, at most about `most_cells` in all."""
    factor = max(1.0, (dataset.width * dataset.height / most_cells) ** 0.5)
    return max(1, round(dataset.height / factor)), max(1, round(dataset.width / factor))
