"""Brings a file's coordinates into the twin: which CRS they are in, which they go to, and the way between."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from sanping.domain.crs import LOCAL, Conversion, converter, named_crs, target_for, vertical_datum_of
from sanping.domain.errors import CrsMissing, ProjectInvalid
from sanping.domain.geo import Float64Array, GeoFrame
from sanping.domain.local_grid import local_grid
from sanping.domain.text import Text
from sanping.ports.model_reader import ReadOptions

_BOTH_GIVEN = Text(
    "坐标系按设定采用 {chosen}，文件自己声明的是 {declared}",
    "The CRS is {chosen} as set; the file itself declares {declared}",
)
_FITTED = Text(
    "城市坐标由控制点拟合，中误差 {rms:.3f} 米", "City grid fitted to control points, RMS misfit {rms:.3f} m"
)
_GRID_NO_TABLE = Text("local_grid 应是一个表；请检查写法", "local_grid must be a table; check how it is written")


@dataclass(frozen=True, slots=True, kw_only=True)
class Framing:
    """The frame of the model, and `convert`: points (n, 2) or (n, 3) of the file into it.

    `source_crs` is the file's CRS by name; `notes` tell what was decided.
    """

    frame: GeoFrame
    source_crs: str
    convert: Conversion
    notes: tuple[Text, ...] = ()


def framing(declared_crs: str, sample_points: Float64Array, options: ReadOptions) -> Framing:
    """Decide where a file's coordinates are and go to.

    `declared_crs` is what the file says ("" when it says nothing); `options.crs` wins over it. A `local_grid` table in
    the settings places LOCAL coordinates. Raises `CrsMissing` or `ProjectInvalid`.
    """
    settings = dict(options.settings)
    notes: list[Text] = []
    source = named_crs(options.crs) if options.crs else _declared(declared_crs)
    if options.crs and declared_crs and not _agree(source, declared_crs):
        notes.append(_BOTH_GIVEN.with_values(chosen=source, declared=declared_crs[:60]))
    if source == LOCAL and "local_grid" in settings:
        return _framed_by_grid(settings["local_grid"], sample_points, options, tuple(notes))
    target = target_for(source, sample_points, options.target_crs)
    frame = GeoFrame(crs=target, vertical_datum=options.vertical_datum or vertical_datum_of(source))
    return Framing(frame=frame, source_crs=source, convert=converter(source, target), notes=tuple(notes))


def _declared(declared_crs: str) -> str:
    try:
        return named_crs(declared_crs)
    except CrsMissing as error:
        if declared_crs:
            raise type(error)(error.message, place="CRS") from error
        raise


def _agree(source: str, declared_crs: str) -> bool:
    try:
        return named_crs(declared_crs) == source
    except CrsMissing:
        return False


def _framed_by_grid(
    table: object, sample_points: Float64Array, options: ReadOptions, notes: tuple[Text, ...]
) -> Framing:
    if not isinstance(table, Mapping):
        raise ProjectInvalid(_GRID_NO_TABLE, place="local_grid")
    grid = local_grid(table)
    placed = grid.convert(np.asarray(sample_points[:512], dtype=np.float64))
    target = target_for(grid.crs, placed, options.target_crs)
    onward = converter(grid.crs, target)
    if len(grid.residuals_m):
        notes = (*notes, _FITTED.with_values(rms=grid.rms_m))
    return Framing(
        frame=GeoFrame(crs=target, vertical_datum=options.vertical_datum),
        source_crs=LOCAL,
        convert=lambda points: onward(grid.convert(points)),
        notes=notes,
    )
