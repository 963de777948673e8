"""Puts a model that has only its own axes on the map: position, heading, scale, up axis, from `model.toml`."""

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np

from sanping.domain.crs import LOCAL, converter, named_crs, target_for
from sanping.domain.errors import CrsMissing, ProjectInvalid
from sanping.domain.geo import Float64Array, GeoFrame
from sanping.domain.text import Text
from sanping.formats.framing import Framing, framing
from sanping.ports.model_reader import ReadOptions

_KEYS = ("position", "heading", "scale", "up_axis", "crs", "vertical_datum", "local_grid", "vertical_offset_m")
_LARGEST_TABLE = 1 << 20

_NO_PLACE = Text(
    "模型没有位置：请在 model.toml 里写 crs 和 position = [东, 北, 高]（可加 heading、scale、up_axis）",
    "The model has no place: write crs and position = [east, north, up] in model.toml (heading, scale, up_axis too)",
)
_LOOSE = Text("模型没有位置，放在本地坐标原点", "The model has no place on the map and stands at a local origin")
_WRONG = Text("放置参数 {key} 有误；应为{wanted}", "The placement key {key} is wrong; it should be {wanted}")
_NOT_TOML = Text("model.toml 无法解析：{reason}", "model.toml cannot be parsed: {reason}")
_THREE = Text("三个数", "three numbers")
_ANGLE = Text("角度（度）", "an angle in degrees")
_FACTOR = Text("正数", "a positive number")
_AXIS = Text("“y”或“z”", "“y” or “z”")


def with_model_table(path: Path, options: ReadOptions) -> ReadOptions:
    """Fill in what the options leave open from `<name>.model.toml` or `model.toml` beside the file."""
    for beside in (path.with_suffix(".model.toml"), path.parent / "model.toml"):
        if beside.is_file() and beside.stat().st_size <= _LARGEST_TABLE:
            try:
                table = tomllib.loads(beside.read_text(encoding="utf-8"))
            except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
                raise ProjectInvalid(_NOT_TOML.with_values(reason=str(error)), path=str(beside)) from error
            return _filled(options, table)
    return options


def _filled(options: ReadOptions, table: Mapping[str, object]) -> ReadOptions:
    given = dict(options.settings)
    settings = {**{key: table[key] for key in _KEYS if key in table and key not in ("crs", "vertical_datum")}, **given}
    return replace(
        options,
        crs=options.crs or str(table.get("crs", "")),
        vertical_datum=options.vertical_datum or str(table.get("vertical_datum", "")),
        settings=tuple(settings.items()),
    )


def placed(points: Float64Array, options: ReadOptions, up_axis: str) -> tuple[Float64Array, Framing]:
    """Return points of a model in the twin's frame, and that frame.

    `points` (n, 3) in the model's own axes and units. With a `position`, the model's origin goes there and is turned
    clockwise by `heading` (degrees from grid north) and multiplied by `scale`. Without one but with a CRS the
    coordinates are taken as absolute. With neither the frame is LOCAL. Raises `CrsMissing` or `ProjectInvalid`.
    """
    settings = dict(options.settings)
    axis = settings.get("up_axis", up_axis)
    if axis not in ("y", "z"):
        raise ProjectInvalid(_WRONG.with_values(key="up_axis", wanted=_AXIS), place="up_axis")
    upright = np.column_stack((points[:, 0], -points[:, 2], points[:, 1])) if axis == "y" else points
    upright = upright * _positive(settings.get("scale", 1.0))
    if "position" not in settings:
        return _absolute(upright, options)
    turned = _turned(upright, settings.get("heading", 0.0))
    position = np.array([_three(settings["position"])])
    if not options.crs:
        raise CrsMissing(_NO_PLACE)
    source = named_crs(options.crs)
    if source == LOCAL and "local_grid" in settings:
        framed = framing(LOCAL, position, options)
        return turned + framed.convert(position), framed
    target = target_for(source, position, options.target_crs)
    frame = GeoFrame(crs=target, vertical_datum=options.vertical_datum)
    there, back = converter(source, target), converter(target, source)
    framed = Framing(frame=frame, source_crs=source, convert=there, back=back)
    return turned + framed.convert(position), framed


def _absolute(upright: Float64Array, options: ReadOptions) -> tuple[Float64Array, Framing]:
    """Take coordinates as they are: in the CRS of the options, or in a frame of their own."""
    if options.crs and named_crs(options.crs) != LOCAL:
        framed = framing("", upright, options)
        return framed.convert(upright), framed
    if "local_grid" in dict(options.settings):
        framed = framing("", upright, replace(options, crs=LOCAL))
        return framed.convert(upright), framed
    if options.target_crs and named_crs(options.target_crs) != LOCAL:
        raise CrsMissing(_NO_PLACE)
    frame = GeoFrame(crs=LOCAL, vertical_datum=options.vertical_datum)
    stay = converter(LOCAL, LOCAL)
    return upright, Framing(frame=frame, source_crs=LOCAL, convert=stay, back=stay, notes=(_LOOSE,))


def _turned(points: Float64Array, heading: object) -> Float64Array:
    if not isinstance(heading, (int, float)) or not np.isfinite(heading):
        raise ProjectInvalid(_WRONG.with_values(key="heading", wanted=_ANGLE), place="heading")
    angle = np.radians(float(heading))
    x, y = points[:, 0], points[:, 1]
    east, north = x * np.cos(angle) + y * np.sin(angle), y * np.cos(angle) - x * np.sin(angle)
    return np.column_stack((east, north, points[:, 2]))


def _three(value: object) -> list[float]:
    good = isinstance(value, (list, tuple)) and len(value) == 3
    items = list(value) if isinstance(value, (list, tuple)) else []
    if not good or not all(isinstance(item, (int, float)) and np.isfinite(item) for item in items):
        raise ProjectInvalid(_WRONG.with_values(key="position", wanted=_THREE), place="position")
    return [float(item) for item in items]


def _positive(value: object) -> float:
    if not isinstance(value, (int, float)) or isinstance(value, bool) or not 0 < value < 1e9:
        raise ProjectInvalid(_WRONG.with_values(key="scale", wanted=_FACTOR), place="scale")
    return float(value)
