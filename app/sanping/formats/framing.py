"""Brings a file's coordinates into the twin: which CRS they are in, which they go to, and the way between."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from sanping.domain.crs import (
    LOCAL,
    Conversion,
    check_fits,
    converter,
    is_geographic,
    named_crs,
    stands_near_origin,
    target_for,
    vertical_datum_of,
)
from sanping.domain.errors import CrsMissing, CrsWrong, ProjectInvalid
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
_NEAR_ORIGIN = Text(
    "坐标在 {crs} 的原点附近，不像真实位置；模型照样打开，放置时请给出位置",
    "The coordinates lie near the origin of {crs}, hardly their real place; the model opens there all the same",
)
_NORTH_FIRST = Text(
    "坐标是纬度在前、经度在后，已对调读取",
    "The coordinates have latitude before longitude and were read that way round",
)
_GRID_NO_TABLE = Text("local_grid 应是一个表；请检查写法", "local_grid must be a table; check how it is written")


@dataclass(frozen=True, slots=True, kw_only=True)
class Framing:
    """The frame of the model, and `convert`: points (n, 2) or (n, 3) of the file into it.

    `back` takes points of the frame to the file's CRS, east or longitude first. `source_crs` is the file's CRS by name;
    `notes` tell what was decided.
    """

    frame: GeoFrame
    source_crs: str
    convert: Conversion
    back: Conversion
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
    is_swapped = _only_fits_swapped(source, sample_points)
    sample = _swapped(sample_points) if is_swapped else sample_points
    target = target_for(source, sample, options.target_crs)
    notes += [_NORTH_FIRST] if is_swapped else []
    notes += [_NEAR_ORIGIN.with_values(crs=source[:60])] if stands_near_origin(source, sample) else []
    onward = converter(source, target)
    return Framing(
        frame=GeoFrame(crs=target, vertical_datum=options.vertical_datum or vertical_datum_of(source)),
        source_crs=source,
        convert=(lambda points: onward(_swapped(points))) if is_swapped else onward,
        back=converter(target, source),
        notes=tuple(notes),
    )


def _only_fits_swapped(source: str, points: Float64Array) -> bool:
    """Say whether degrees make sense with latitude first only, as the register has it and some files follow."""
    if source == LOCAL or not is_geographic(source):
        return False
    try:
        check_fits(source, points)
    except CrsWrong:
        try:
            check_fits(source, _swapped(points))
        except CrsWrong:
            return False
        return True
    return False


def _swapped(points: Float64Array) -> Float64Array:
    return points[:, [1, 0, *range(2, points.shape[1])]]


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
    onward, homeward = converter(grid.crs, target), converter(target, grid.crs)
    if len(grid.residuals_m):
        notes = (*notes, _FITTED.with_values(rms=grid.rms_m))
    return Framing(
        frame=GeoFrame(crs=target, vertical_datum=options.vertical_datum),
        source_crs=LOCAL,
        convert=lambda points: onward(grid.convert(points)),
        back=lambda points: grid.back(homeward(points)),
        notes=notes,
    )
