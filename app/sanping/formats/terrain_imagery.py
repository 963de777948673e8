"""Pictures draped over the ground: colour GeoTIFF, or JPEG and PNG with a world file."""

from dataclasses import replace
from pathlib import Path

import numpy as np
from affine import Affine
from rasterio.enums import ColorInterp, Resampling
from rasterio.io import DatasetReader

from sanping.domain.city import Origin
from sanping.domain.errors import FileHostile
from sanping.domain.geo import Extent, Float64Array, UInt8Array
from sanping.domain.ground import Imagery, Terrain
from sanping.domain.text import Text
from sanping.formats.framing import Framing, framing
from sanping.formats.terrain_raster import decimated_shape, opened_raster, placement_of
from sanping.formats.terrain_warp import is_upright, target_grid
from sanping.ports.model_reader import ReadOptions
from sanping.ports.progress import Progress

MOST_PIXELS = 16_000_000
_BEHIND = 96
_READING = Text("正在读取影像", "Reading the imagery")
FLAT_GROUND = Text(
    "影像没有高程，铺在高度 0 的平面上；给地形设置 imagery 可铺到地形上",
    "The picture has no heights and lies on level ground at 0; set imagery on a terrain to drape it",
)
_SMALLER = Text(
    "影像过大（{rows} × {columns}），已缩小到 {new_rows} × {new_columns}",
    "The picture is large ({rows} × {columns}); it was reduced to {new_rows} × {new_columns}",
)
_STRETCHED = Text("影像不是 8 位，已按亮度拉伸", "The picture is not 8 bit; its brightness was stretched")
_ESCAPES = Text(
    "影像路径指向模型文件夹之外；请把影像放在同一文件夹",
    "The imagery path leaves the model's folder; put the picture in the same folder",
)


def read_imagery(path: Path, options: ReadOptions, progress: Progress) -> tuple[Imagery, Framing, tuple[Text, ...]]:
    """Read a picture with a place on the ground; also returns the frame it is in and notes."""
    progress.report(0.0, _READING)
    with opened_raster(path) as dataset:
        return _imagery_of(path, dataset, options)


def picture_ground(path: Path, dataset: DatasetReader, options: ReadOptions, progress: Progress) -> Terrain:
    """Return level ground at height 0 under a picture."""
    imagery, framed, notes = _imagery_of(path, dataset, options)
    progress.report(0.9, _READING)
    box = imagery.extent
    return Terrain(
        frame=framed.frame,
        origin=Origin(format=f"{dataset.driver} imagery", source_crs=framed.source_crs, notes=(*notes, FLAT_GROUND)),
        heights_m=np.zeros((2, 2), dtype=np.float32),
        west=box.west,
        north=box.north,
        cell_x_m=box.east - box.west,
        cell_y_m=box.north - box.south,
        imagery=imagery,
    )


def draped_imagery(terrain: Terrain, path: Path, options: ReadOptions, progress: Progress) -> Terrain:
    """Return the terrain with the picture that the setting `imagery` names, if any; it must lie beside the terrain."""
    named = dict(options.settings).get("imagery")
    if not isinstance(named, str) or not named:
        return terrain
    folder = path.resolve().parent
    picture = (folder / named).resolve()
    if not picture.is_relative_to(folder):
        raise FileHostile(_ESCAPES, path=str(path), place=f"imagery = {named}")
    inner = replace(options, target_crs=terrain.frame.crs, settings=())
    imagery, _, notes = read_imagery(picture, inner, progress)
    return replace(terrain, imagery=imagery, origin=replace(terrain.origin, notes=(*terrain.origin.notes, *notes)))


def _imagery_of(path: Path, dataset: DatasetReader, options: ReadOptions) -> tuple[Imagery, Framing, tuple[Text, ...]]:
    placement = placement_of(path, dataset, options.crs)
    notes: list[Text] = []
    pixels, shape = _pixels_of(dataset, notes)
    transform = placement.transform @ Affine.scale(dataset.width / shape[1], dataset.height / shape[0])
    ends = [(0, 0), (shape[1], 0), (0, shape[0]), (shape[1], shape[0])]
    corners = np.array([transform @ end for end in ends], dtype=np.float64)
    framed = framing(placement.crs, corners, options)
    if is_upright(transform) and np.array_equal(framed.convert(corners), corners):
        imagery = _upright(pixels, transform, corners)
    else:
        imagery = warped_picture(pixels, transform, framed)
    return imagery, framed, (*framed.notes, *notes)


def _upright(pixels: UInt8Array, transform: Affine, corners: Float64Array) -> Imagery:
    if transform.e > 0:
        pixels = pixels[::-1]
    if transform.a < 0:
        pixels = pixels[:, ::-1]
    low, high = corners.min(axis=0), corners.max(axis=0)
    extent = Extent(west=float(low[0]), south=float(low[1]), east=float(high[0]), north=float(high[1]))
    return Imagery(pixels=np.ascontiguousarray(pixels), extent=extent)


def warped_picture(pixels: UInt8Array, transform: Affine, framed: Framing) -> Imagery:
    """Take the nearest pixel for each cell of a grid in the new frame."""
    rows, columns = pixels.shape[:2]
    grid = target_grid((rows, columns), transform, framed.convert, MOST_PIXELS)
    result = np.full((*grid.row.shape, 3), _BEHIND, dtype=np.uint8)
    for index in range(len(result)):
        row, column = grid.row[index], grid.column[index]
        inside = (row > -0.5) & (row < rows - 0.5) & (column > -0.5) & (column < columns - 0.5)
        at_row = np.round(row[inside]).astype(np.int64)
        at_column = np.round(column[inside]).astype(np.int64)
        result[index, inside] = pixels[at_row, at_column]
    return Imagery(pixels=result, extent=grid.extent)


def _pixels_of(dataset: DatasetReader, notes: list[Text]) -> tuple[UInt8Array, tuple[int, int]]:
    """Return red, green, blue (rows, columns, 3), reduced when large, transparent places in grey."""
    shape = decimated_shape(dataset, MOST_PIXELS)
    rows, columns = shape
    is_smaller = shape != (dataset.height, dataset.width)
    if is_smaller:
        notes.append(
            _SMALLER.with_values(rows=dataset.height, columns=dataset.width, new_rows=rows, new_columns=columns)
        )
    if ColorInterp.palette in dataset.colorinterp:
        return _from_palette(dataset, shape), shape
    bands = [1, 2, 3] if dataset.count >= 3 else [1, 1, 1]
    resampling = Resampling.average if is_smaller else Resampling.nearest
    raw = np.stack([dataset.read(band, out_shape=shape, resampling=resampling) for band in bands], axis=-1)
    pixels = raw if raw.dtype == np.uint8 else _stretched(raw, notes)
    seen = dataset.dataset_mask(out_shape=shape)
    pixels = np.where(seen[..., None] > 0, pixels, np.uint8(_BEHIND))
    return np.asarray(pixels, dtype=np.uint8), shape


def _from_palette(dataset: DatasetReader, shape: tuple[int, int]) -> UInt8Array:
    table = np.full((256, 3), _BEHIND, dtype=np.uint8)
    for index, colour in dataset.colormap(1).items():
        if 0 <= index < 256 and (len(colour) < 4 or colour[3] > 0):
            table[index] = colour[:3]
    indices = dataset.read(1, out_shape=shape, resampling=Resampling.nearest)
    return np.asarray(table[np.clip(indices, 0, 255).astype(np.uint8)], dtype=np.uint8)


def _stretched(raw: Float64Array, notes: list[Text]) -> UInt8Array:
    """Bring any number type to 8 bit between its 2nd and 98th percentile."""
    notes.append(_STRETCHED)
    values = np.nan_to_num(raw.astype(np.float32), nan=0.0, posinf=0.0, neginf=0.0)
    sample = values[:: max(1, values.shape[0] // 512), :: max(1, values.shape[1] // 512)]
    low, high = np.percentile(sample, (2, 98))
    return np.asarray(np.clip((values - low) / max(high - low, 1e-9) * 255.0, 0, 255), dtype=np.uint8)
