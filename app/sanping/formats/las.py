"""Point clouds in LAS and LAZ (ASPRS LAS 1.0 to 1.4): thinned to a budget, coloured by RGB, class or height."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from sanping.domain.city import CityModel, Origin
from sanping.domain.errors import CrsMissing, FileBroken
from sanping.domain.geo import Float64Array, UInt8Array
from sanping.domain.text import Text
from sanping.formats.columns import SkipLog
from sanping.formats.foreign_errors import foreign_errors_as_ours
from sanping.formats.framing import framing
from sanping.formats.gathering import Gathering
from sanping.formats.las_classes import CLASS_COLOURS, CLASS_WORDS, NOISE, OTHER, height_colours
from sanping.formats.las_packing import check_count, check_packing, check_records
from sanping.formats.point_solids import MOST_POINTS, THINNED, PointCloud, add_points, spacing_m, thinned
from sanping.formats.terrain_raster import crs_beside
from sanping.ports.model_reader import ReadOptions
from sanping.ports.progress import Progress

_CHUNK = 1_000_000
_LARGE_BYTES = 32 << 20
_KEPT_BEFORE = 8
"""So many times the budget is kept while reading; the exact thinning comes last."""

_READING = Text("正在读取点云", "Reading the point cloud")
_THINNING = Text("正在抽稀点云", "Thinning the point cloud")
_NOISE = Text("噪声点（分类 7、18）或作废点", "noise points (classes 7 and 18) or withheld points")
_LOST = Text("文件不完整，缺少的点", "points that are missing because the file is cut short")
_PANIC = Text(
    "压缩的点云损坏（{reason}）；请重新导出或下载", "The compressed points are damaged ({reason}); export them again"
)
_EMPTY = Text("点云里没有一个点", "The cloud has not one point")
_BAD_CRS = Text(
    "点云里的坐标系记录无法识别，请指定坐标系：{reason}", "The CRS recorded in the cloud is not understood: {reason}"
)


class LasReader:
    """Reads LAS and LAZ."""

    name = "LAS"

    def recognises(self, path: Path, head: bytes) -> bool:
        """Say whether the file begins as LAS does."""
        return head.startswith(b"LASF")

    def read(self, path: Path, options: ReadOptions, progress: Progress) -> CityModel:
        """Read the points; the CRS comes from the options, the file's records or a `.prj` beside it.

        Settings: `max_points`, `colour` ("rgb", "class" or "height"; the first that the file has), `point_size_m`.
        """
        progress.report(0.0, _READING)
        settings = dict(options.settings)
        skips = SkipLog(str(path))
        gathering = Gathering(skips)
        with foreign_errors_as_ours(path), _panics_as_ours():
            most = settings.get("max_points", MOST_POINTS)
            most = most if isinstance(most, int) and most > 0 else MOST_POINTS
            cloud = _read(path, most, skips, progress)
            progress.report(0.7, _THINNING)
            kept, side = thinned(cloud.points, most)
            framed = framing(cloud.crs or crs_beside(path), cloud.points, options)
            points = framed.convert(cloud.points[kept])
            if side:
                note = THINNED.with_values(count=cloud.count, kept=len(kept), cell=_apart(cloud, points, side))
                gathering.note(note)
            apart = spacing_m(points)
            size = settings.get("point_size_m")
            size = float(size) if isinstance(size, (int, float)) and 0 < size < 100 else apart * 0.6
            found = _coloured(cloud, kept, points, str(settings.get("colour", "")), path.stem)
            add_points(gathering, found, size_m=size, cell_m=max(10.0, apart * 60))
            notes = (*framed.notes, *gathering.notes)
            origin = Origin(format="LAS", version=cloud.version, source_crs=framed.source_crs, notes=notes)
            return gathering.model(gathering.points, frame=framed.frame, origin=origin)


@dataclass(slots=True, kw_only=True)
class _Cloud:
    """Points (n, 3) in the CRS of their file, with classes (n,) and colours (n, 3) or None; `count` before thinning."""

    points: Float64Array
    classes: npt.NDArray[np.int64]
    colours: UInt8Array | None
    crs: str
    version: str
    count: int


@contextmanager
def _panics_as_ours() -> Iterator[None]:
    """Turn a panic of the decompressor, which is no ordinary exception, into `FileBroken`."""
    try:
        yield
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise FileBroken(_PANIC.with_values(reason=str(error)[:80])) from error


def _read(path: Path, most: int, skips: SkipLog, progress: Progress) -> _Cloud:
    """Read a file in pieces, keeping a share of the points where there are far too many."""
    import laspy  # noqa: PLC0415  only point clouds need it

    check_records(path)
    check_packing(path)
    is_large = path.stat().st_size > _LARGE_BYTES
    packer = laspy.LazBackend.LazrsParallel if is_large else laspy.LazBackend.Lazrs
    parts: list[tuple[Float64Array, npt.NDArray[np.int64], npt.NDArray[np.int64] | None]] = []
    noise = 0
    with laspy.open(path, laz_backend=packer) as reader:
        header = reader.header
        total = int(header.point_count)
        step = max(1, total // (most * _KEPT_BEFORE))
        done = 0
        check_count(path, total, is_packed=bool(header.are_points_compressed))
        for chunk in reader.chunk_iterator(_CHUNK):
            if not len(chunk):
                break
            done += len(chunk)
            progress.report(0.05 + 0.6 * min(1.0, done / max(total, 1)), _READING)
            points = np.column_stack([np.asarray(chunk[name])[::step] for name in "xyz"]).astype(np.float64)
            classes = np.asarray(chunk.classification)[::step].astype(np.int64)
            is_good = ~np.isin(classes, NOISE) & np.isfinite(points).all(axis=1)
            if "withheld" in chunk.point_format.dimension_names:
                is_good &= ~np.asarray(chunk["withheld"])[::step].astype(bool)
            noise += int((~is_good).sum()) * step
            parts.append((points[is_good], classes[is_good], _rgb(chunk, step, is_good)))
        crs, version = _crs_of(header), str(header.version)
    if noise:
        skips.add(_NOISE, path.name, noise)
    if done < total:
        skips.add(_LOST, path.name, total - done)
    points = np.concatenate([np.zeros((0, 3)), *(part[0] for part in parts)])
    if not len(points):
        raise skips.refusal() if noise else FileBroken(_EMPTY)
    seen = [part[2] for part in parts if part[2] is not None]
    colours = np.concatenate(seen) if len(seen) == len(parts) else None
    return _Cloud(
        points=points,
        classes=np.concatenate([part[1] for part in parts]),
        colours=_bytes(colours),
        crs=crs,
        version=version,
        count=done,
    )


def _rgb(chunk: Any, step: int, is_good: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64] | None:
    if "red" not in chunk.point_format.dimension_names:
        return None
    parts = [np.asarray(chunk[name])[::step][is_good] for name in ("red", "green", "blue")]
    return np.column_stack(parts).astype(np.int64)


def _bytes(colours: npt.NDArray[np.int64] | None) -> UInt8Array | None:
    """Return colours as bytes, whether the file has 16 bits or, against the standard, 8; None for all black."""
    if colours is None or not colours.any():
        return None
    return (colours >> 8 if colours.max() > 255 else colours).astype(np.uint8)


def _crs_of(header: Any) -> str:
    """Return the CRS of the file's records as WKT; empty when it has none."""
    try:
        crs = header.parse_crs()
    except Exception as error:  # pyproj and laspy raise many kinds for broken records
        raise CrsMissing(_BAD_CRS.with_values(reason=" ".join(str(error).split())[:120])) from error
    return "" if crs is None else str(crs.to_wkt())


def _apart(cloud: _Cloud, points: Float64Array, side: float) -> float:
    """Return how far kept points lie apart in metres; the file may count in degrees or feet."""
    span_there = float(np.ptp(points[:, 0])) or 1.0
    span_here = float(np.ptp(cloud.points[:, 0])) or 1.0
    return side * span_there / span_here


def _coloured(cloud: _Cloud, kept: npt.NDArray[np.int64], points: Float64Array, wish: str, name: str) -> PointCloud:
    classes = np.where(np.isin(cloud.classes[kept], list(CLASS_WORDS)), cloud.classes[kept], OTHER)
    kinds, code = np.unique(classes, return_inverse=True)
    if (wish in ("", "rgb")) and cloud.colours is not None:
        colours = cloud.colours[kept]
    elif wish != "height" and (wish == "class" or len(kinds) > 1):
        colours = np.array([CLASS_COLOURS.get(int(kind), CLASS_COLOURS[OTHER]) for kind in kinds], np.uint8)[code]
    else:
        colours = height_colours(points[:, 2])
    return PointCloud(
        name=name,
        points=points,
        colours=colours,
        class_code=code.astype(np.int64),
        class_names=[CLASS_WORDS[int(kind)] for kind in kinds],
    )
