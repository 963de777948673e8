"""Terrain from GeoTIFF: heights on a regular grid, brought to the twin's CRS."""

from dataclasses import replace
from pathlib import Path

import numpy as np
from affine import Affine
from rasterio.enums import ColorInterp, Resampling
from rasterio.io import DatasetReader

from sanping.domain.city import Origin
from sanping.domain.errors import FileBroken
from sanping.domain.geo import Float32Array, Float64Array
from sanping.domain.ground import Terrain
from sanping.domain.text import Text
from sanping.formats.columns import SkipLog
from sanping.formats.framing import Framing, framing
from sanping.formats.terrain_imagery import draped_imagery, picture_ground
from sanping.formats.terrain_raster import Placement, decimated_shape, opened_raster, placement_of, read_sound_blocks
from sanping.formats.terrain_warp import is_upright, target_grid, warped_heights
from sanping.ports.model_reader import ReadOptions
from sanping.ports.progress import Progress

MOST_HEIGHTS = 4_000_000
"""More cells than this are thinned while reading, unless the setting `max_cells` says otherwise."""

_STARTS = (b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+", b"\xff\xd8\xff", b"\x89PNG")
_FOOT_M = {"foot": 0.3048, "feet": 0.3048, "ft": 0.3048, "us-ft": 0.3048006096, "us survey foot": 0.3048006096}
_SENTINELS = (-9999.0, -32767.0, -32768.0, 9999.0, 32767.0, -99999.0)
_DEEPEST_M, _HIGHEST_M = -12_000.0, 9_500.0

_READING = Text("正在读取地形", "Reading the terrain")
_PLACING = Text("正在换算地形坐标", "Placing the terrain")
_NO_HEIGHTS = Text(
    "栅格里没有一个有效高程；请检查无数据值和波段",
    "The raster has not one valid height; check its no-data value and band",
)
_NO_BAND = Text("栅格只有 {count} 个波段；请改设 band", "The raster has {count} bands only; change the setting band")
_THINNED = Text(
    "地形过大（{rows} × {columns}），已抽稀为 {new_rows} × {new_columns}",
    "The terrain is large ({rows} × {columns}); it was thinned to {new_rows} × {new_columns}",
)
_SENTINEL_FOUND = Text(
    "{count} 个格子的值 {value:g} 未声明为无数据，按无数据处理",
    "{count} cells hold {value:g}, not declared as no-data but taken as such",
)
_IMPLAUSIBLE = Text(
    "{count} 个格子的高程超出地球范围，按无数据处理",
    "{count} cells hold heights that do not exist on Earth and were taken as no-data",
)
_REPROJECTED = Text("地形由 {source} 换算到 {target}", "The terrain was brought from {source} to {target}")
_FEET = Text("高程由英尺换算为米", "Heights were converted from feet to metres")


class GeoTiffReader:
    """Reads GeoTIFF heights, and colour pictures with a place on the ground, as terrain."""

    name = "GeoTIFF"

    def recognises(self, path: Path, head: bytes) -> bool:
        """Say whether the file is a TIFF, JPEG or PNG."""
        return head.startswith(_STARTS)

    def read(self, path: Path, options: ReadOptions, progress: Progress) -> Terrain:
        """Read heights (or a picture on level ground, for colour files).

        Settings: `band` (from 1), `nodata`, `height_unit`, `height_scale`, `height_offset_m`, `max_cells`, `imagery` (a
        picture beside the file).
        """
        progress.report(0.0, _READING)
        with opened_raster(path) as dataset:
            if _is_picture(dataset, options):
                return picture_ground(path, dataset, options, progress)
            terrain = _read_heights(path, dataset, options, progress)
        return draped_imagery(terrain, path, options, progress)


def _is_picture(dataset: DatasetReader, options: ReadOptions) -> bool:
    """Say whether a raster shows colours rather than heights."""
    if options.role == "terrain":
        return False
    meanings = dataset.colorinterp
    is_coloured = dataset.count >= 3 and {ColorInterp.red, ColorInterp.green, ColorInterp.blue} <= set(meanings)
    return options.role == "imagery" or is_coloured or ColorInterp.palette in meanings or dataset.driver != "GTiff"


def _read_heights(path: Path, dataset: DatasetReader, options: ReadOptions, progress: Progress) -> Terrain:
    settings = dict(options.settings)
    notes: list[Text] = []
    placement = placement_of(path, dataset, options.crs)
    skips = SkipLog(str(path))
    heights = _heights_of(dataset, settings, notes, skips)
    rows, columns = heights.shape
    transform = placement.transform @ Affine.scale(dataset.width / columns, dataset.height / rows)
    progress.report(0.5, _PLACING)
    framed = framing(placement.crs, _corners(dataset, placement), options)
    tagged = dataset.tags().get("VERTICAL_DATUM", "") or dataset.tags().get("vertical_datum", "")
    frame = framed.frame if framed.frame.vertical_datum else replace(framed.frame, vertical_datum=str(tagged))
    origin = Origin(format="GeoTIFF", version=dataset.driver, source_crs=framed.source_crs, skipped=skips.skipped)
    terrain = terrain_of(heights, transform, replace(framed, frame=frame), origin, notes)
    progress.report(0.95, _PLACING)
    return terrain


def _corners(dataset: DatasetReader, placement: Placement) -> Float64Array:
    ends = [(0, 0), (dataset.width, 0), (0, dataset.height), (dataset.width, dataset.height)]
    return np.array([placement.transform @ end for end in ends], dtype=np.float64)


def _heights_of(dataset: DatasetReader, settings: dict[str, object], notes: list[Text], skips: SkipLog) -> Float32Array:
    """Read one band, thinned when large, in metres, NaN for holes."""
    band = settings.get("band", 1)
    if not isinstance(band, int) or not 1 <= band <= dataset.count:
        raise FileBroken(_NO_BAND.with_values(count=dataset.count), place=f"band = {band}")
    shape = decimated_shape(dataset, _whole(settings.get("max_cells"), MOST_HEIGHTS))
    is_thinned = shape != (dataset.height, dataset.width)
    if is_thinned:
        raw = dataset.read(band, out_shape=shape, masked=True, resampling=Resampling.average)
    else:
        raw = read_sound_blocks(dataset, band, skips)
    if is_thinned:
        rows, columns = shape
        notes.append(
            _THINNED.with_values(rows=dataset.height, columns=dataset.width, new_rows=rows, new_columns=columns)
        )
    with np.errstate(over="ignore", invalid="ignore"):
        values = np.ma.filled(raw.astype(np.float64), np.nan) * dataset.scales[band - 1] + dataset.offsets[band - 1]
    unit = str(settings.get("height_unit") or dataset.units[band - 1] or "")
    return cleaned_heights(values, settings, unit, notes)


def _whole(value: object, default: int) -> int:
    return value if isinstance(value, int) and value > 0 else default


def cleaned_heights(values: Float64Array, settings: dict[str, object], unit: str, notes: list[Text]) -> Float32Array:
    """Return heights in metres with NaN for holes, and note every guess.

    Known no-data figures that the file does not declare, and heights that do not exist on Earth, become holes.
    Raises `FileBroken` when nothing is left.
    """
    holes = ~np.isfinite(values)
    chosen = settings.get("nodata")
    if isinstance(chosen, (int, float)) and not isinstance(chosen, bool):
        holes |= values == float(chosen)
    for sentinel in _SENTINELS:
        found = int(((values == sentinel) & ~holes).sum())
        if found:
            notes.append(_SENTINEL_FOUND.with_values(count=found, value=sentinel))
            holes |= values == sentinel
    factor = _FOOT_M.get(unit.strip().lower(), 1.0)
    if factor != 1.0:
        notes.append(_FEET)
    heights = values * (factor * _number(settings.get("height_scale"), 1.0))
    heights += _number(settings.get("height_offset_m"), 0.0)
    with np.errstate(invalid="ignore"):
        strange = ((heights < _DEEPEST_M) | (heights > _HIGHEST_M)) & ~holes
    if strange.any():
        notes.append(_IMPLAUSIBLE.with_values(count=int(strange.sum())))
    heights[holes | strange] = np.nan
    if np.isnan(heights).all():
        raise FileBroken(_NO_HEIGHTS)
    return heights.astype(np.float32)


def _number(value: object, default: float) -> float:
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else default


def terrain_of(heights: Float32Array, transform: Affine, framed: Framing, origin: Origin, notes: list[Text]) -> Terrain:
    """Return the terrain of a raster: turned the right way up, or resampled when its CRS or axes differ.

    `transform` takes (column, row) of cell corners to coordinates of the file.
    """
    notes = [*framed.notes, *notes]
    if _keeps_its_place(transform, framed, heights.shape):
        heights, transform = _turned_up(heights, transform)
        west, north = transform @ (0.5, 0.5)
        cell_x, cell_y = transform.a, -transform.e
    else:
        grid = target_grid((heights.shape[0], heights.shape[1]), transform, framed.convert, MOST_HEIGHTS)
        heights = warped_heights(heights, grid)
        west, north, cell_x, cell_y = grid.west, grid.north, grid.cell_m, grid.cell_m
        notes.append(_REPROJECTED.with_values(source=framed.source_crs[:60], target=framed.frame.crs))
        if np.isnan(heights).all():
            raise FileBroken(_NO_HEIGHTS)
    return Terrain(
        frame=framed.frame,
        origin=replace(origin, notes=tuple(notes)),
        heights_m=np.ascontiguousarray(heights, dtype=np.float32),
        west=float(west),
        north=float(north),
        cell_x_m=float(cell_x),
        cell_y_m=float(cell_y),
    )


def _keeps_its_place(transform: Affine, framed: Framing, shape: tuple[int, ...]) -> bool:
    """Say whether the raster can be used cell by cell: axes upright and coordinates unchanged."""
    if not is_upright(transform):
        return False
    ends = np.array([transform @ end for end in ((0, 0), (shape[1], shape[0]))], dtype=np.float64)
    return bool(np.array_equal(framed.convert(ends), ends))


def _turned_up(heights: Float32Array, transform: Affine) -> tuple[Float32Array, Affine]:
    """Put row 0 in the north and column 0 in the west."""
    rows, columns = heights.shape
    if transform.e > 0:
        heights, transform = heights[::-1], transform @ Affine.translation(0, rows) @ Affine.scale(1, -1)
    if transform.a < 0:
        heights, transform = heights[:, ::-1], transform @ Affine.translation(columns, 0) @ Affine.scale(-1, 1)
    return heights, transform
