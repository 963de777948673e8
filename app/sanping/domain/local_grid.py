"""City grids of unknown definition, such as the old 上海平面坐标系: placed by parameters that the person supplies.

The official parameters of such grids are not public, so none is written here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import cos, radians, sin
from typing import Literal

import numpy as np
from pyproj import Transformer
from pyproj.exceptions import CRSError, ProjError

from sanping.domain.crs import Conversion
from sanping.domain.crs_names import LOCAL, crs_object, named_crs
from sanping.domain.errors import CrsMissing, ProjectInvalid
from sanping.domain.geo import Float64Array
from sanping.domain.text import Text

FitKind = Literal["affine", "helmert4"]

_ELLIPSOIDS = {
    "krassovsky": "krass",
    "beijing54": "krass",
    "xian80": "IAU76",
    "iau76": "IAU76",
    "cgcs2000": "GRS80",
    "grs80": "GRS80",
    "wgs84": "WGS84",
}
_WAYS = ("affine", "helmert4", "helmert7", "control_points")


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalGrid:
    """A city grid and its way into a registered CRS.

    `convert` takes grid points (n, 2) or (n, 3), x = east, y = north, in metres, to `crs`; `back` takes them home.
    `residuals_m` (n, 2) are the misfits of the control points, east and north, of a fitted grid; else (0, 2).
    """

    crs: str
    convert: Conversion
    back: Conversion
    residuals_m: Float64Array

    @property
    def rms_m(self) -> float:
        """Root mean square misfit of the control points; 0 without any."""
        if len(self.residuals_m) == 0:
            return 0.0
        return float(np.sqrt((self.residuals_m**2).sum(axis=1).mean()))


def affine_grid(crs: str, parameters: Sequence[object]) -> LocalGrid:
    """Return a grid with E = c + a·x + b·y, N = f + d·x + e·y from `parameters` (a, b, c, d, e, f)."""
    values = _numbers(parameters, 6, "affine")
    a, b, c, d, e, f = values
    if abs(a * e - b * d) < 1e-9:
        raise ProjectInvalid(_FLAT, place="local_grid.affine")
    matrix, shift = np.array([[a, d], [b, e]]), np.array([c, f])
    return _planar(crs, matrix, shift, np.zeros((0, 2)))


def similarity_grid(crs: str, east_m: float, north_m: float, rotation_deg: float, scale: float = 1.0) -> LocalGrid:
    """Return a four-parameter grid: turned counter-clockwise, scaled, then shifted by (east, north)."""
    values = _numbers((east_m, north_m, rotation_deg, scale), 4, "helmert4")
    if not 1e-6 < abs(scale) < 1e6:
        raise ProjectInvalid(_FLAT, place="local_grid.helmert4")
    turn = radians(values[2])
    matrix = scale * np.array([[cos(turn), sin(turn)], [-sin(turn), cos(turn)]])
    return _planar(crs, matrix, np.array(values[:2]), np.zeros((0, 2)))


def fitted_grid(crs: str, in_grid: Float64Array, in_crs: Float64Array, kind: FitKind = "affine") -> LocalGrid:
    """Return the grid that fits control points best (least squares), with its residuals.

    `in_grid` and `in_crs` (n, 2) are the same places in both systems: at least 3 not in one line for an affine fit, 2
    for a four-parameter one.
    """
    needed = 3 if kind == "affine" else 2
    if len(in_grid) < needed:
        raise ProjectInvalid(_TOO_FEW.with_values(needed=needed, given=len(in_grid)), place="local_grid.control_points")
    if not (np.isfinite(in_grid).all() and np.isfinite(in_crs).all()):
        raise ProjectInvalid(_NO_NUMBERS.with_values(count=4), place="local_grid.control_points")
    centre_grid, centre_crs = in_grid.mean(axis=0), in_crs.mean(axis=0)
    local, world = in_grid - centre_grid, in_crs - centre_crs
    spread = np.linalg.svd(local, compute_uv=False)
    if spread[0] < 1e-6 or (kind == "affine" and spread[1] < 1e-6 * spread[0]):
        raise ProjectInvalid(_IN_LINE, place="local_grid.control_points")
    if kind == "affine":
        matrix = np.linalg.lstsq(local, world, rcond=None)[0]
    else:
        power = (local**2).sum()
        along = (local * world).sum() / power
        across = (local[:, 0] * world[:, 1] - local[:, 1] * world[:, 0]).sum() / power
        matrix = np.array([[along, across], [-across, along]])
    return _planar(crs, matrix, centre_crs - centre_grid @ matrix, world - local @ matrix)


def datum_grid(crs: str, settings: Mapping[str, object]) -> LocalGrid:
    """Return a seven-parameter grid: Gauss–Krüger on an old ellipsoid, then a position-vector Helmert to `crs`'s datum.

    `settings` holds `ellipsoid`, `central_meridian_deg`, `false_easting_m`, `false_northing_m`, `latitude_origin_deg`,
    `scale`, and `parameters` = (dx, dy, dz in metres, rx, ry, rz in arc seconds, scale in parts per million).
    """
    shift = _numbers(settings.get("parameters"), 7, "helmert7.parameters")
    ellipsoid = _ELLIPSOIDS.get(str(settings.get("ellipsoid", "krassovsky")).lower().replace(" ", ""))
    if ellipsoid is None:
        raise ProjectInvalid(
            _NO_ELLIPSOID.with_values(known=", ".join(_ELLIPSOIDS)), place="local_grid.helmert7.ellipsoid"
        )
    meridian, origin, east, north, scale = (
        _numbers([settings.get(key, default)], 1, f"helmert7.{key}")[0]
        for key, default in (
            ("central_meridian_deg", None),
            ("latitude_origin_deg", 0.0),
            ("false_easting_m", 0.0),
            ("false_northing_m", 0.0),
            ("scale", 1.0),
        )
    )
    names = ("x", "y", "z", "rx", "ry", "rz", "s")
    shifts = " ".join(f"+{name}={value!r}" for name, value in zip(names, shift, strict=True))
    pipeline = (
        f"+proj=pipeline +step +inv +proj=tmerc +lat_0={origin!r} +lon_0={meridian!r} +k={scale!r} +x_0={east!r} "
        f"+y_0={north!r} +ellps={ellipsoid} +step +proj=cart +ellps={ellipsoid} "
        f"+step +proj=helmert {shifts} +convention=position_vector +step +inv +proj=cart +ellps=GRS80 "
        "+step +proj=unitconvert +xy_in=rad +xy_out=deg"
    )
    try:
        target = crs_object(crs)
        to_degrees = Transformer.from_pipeline(pipeline)
        to_target = Transformer.from_crs(target.geodetic_crs or target, target, always_xy=True)
    except (CRSError, ProjError) as error:
        raise ProjectInvalid(_FLAT, place="local_grid.helmert7") from error
    return _ellipsoidal(crs, to_degrees, to_target)


def _ellipsoidal(crs: str, to_degrees: Transformer, to_target: Transformer) -> LocalGrid:
    """Build a grid by way of longitude and latitude; heights stay."""

    def convert(points: Float64Array) -> Float64Array:
        result = np.array(points, dtype=np.float64)
        longitude, latitude, _ = to_degrees.transform(points[:, 0], points[:, 1], np.zeros(len(points)))
        result[:, 0], result[:, 1] = to_target.transform(longitude, latitude)
        return result

    def back(points: Float64Array) -> Float64Array:
        result = np.array(points, dtype=np.float64)
        longitude, latitude = to_target.transform(points[:, 0], points[:, 1], direction="INVERSE")
        flat = np.zeros(len(points))
        result[:, 0], result[:, 1], _ = to_degrees.transform(longitude, latitude, flat, direction="INVERSE")
        return result

    return LocalGrid(crs=crs, convert=convert, back=back, residuals_m=np.zeros((0, 2)))


def local_grid(settings: Mapping[str, object]) -> LocalGrid:
    """Return the grid of a `local_grid` table: `crs` and one of `affine`, `helmert4`, `helmert7`, `control_points`.

    Raises `ProjectInvalid` naming the key that is wrong.
    """
    crs = _target(settings.get("crs"))
    given = [way for way in _WAYS if way in settings]
    if len(given) != 1:
        raise ProjectInvalid(_ONE_WAY.with_values(ways=", ".join(_WAYS)), place="local_grid")
    value = settings[given[0]]
    if given[0] == "affine":
        return affine_grid(crs, _sequence(value, "affine"))
    if given[0] == "helmert7":
        return datum_grid(crs, _table(value, "helmert7"))
    if given[0] == "helmert4":
        table = _table(value, "helmert4")
        shift = [table.get(key, default) for key, default in _SIMILARITY]
        return similarity_grid(crs, *_numbers(shift, 4, "helmert4"))
    rows = [_numbers(row, 4, "control_points") for row in _sequence(value, "control_points")]
    points = np.array(rows, dtype=np.float64).reshape(-1, 4)
    kind: FitKind = "helmert4" if settings.get("fit", "affine") == "helmert4" else "affine"
    return fitted_grid(crs, points[:, :2], points[:, 2:], kind)


_SIMILARITY = (("east_m", None), ("north_m", None), ("rotation_deg", 0.0), ("scale", 1.0))

_FLAT = Text(
    "城市坐标换算参数不成立（退化或超出范围）；请检查数值",
    "The parameters of the city grid are impossible (degenerate or out of range); check the figures",
)
_TOO_FEW = Text(
    "控制点太少：需要 {needed} 个，只有 {given} 个；请补充", "Too few control points: {needed} needed, {given} given"
)
_IN_LINE = Text("控制点重合或在一条直线上；请换点", "The control points coincide or lie in one line; choose others")
_NO_NUMBERS = Text("这里需要 {count} 个有限的数；请检查", "{count} finite numbers are needed here; check the value")
_NO_TABLE = Text("这里需要一个表或列表；请检查写法", "A table or list is needed here; check how it is written")
_NO_ELLIPSOID = Text("不认识的椭球；可用：{known}", "Unknown ellipsoid; known are {known}")
_ONE_WAY = Text("请恰好给出一种换算方式：{ways}", "Give exactly one way of conversion: {ways}")
_NO_TARGET = Text(
    "城市坐标要换算到哪个坐标系？请写 crs，例如 EPSG:4549",
    "Name the CRS that the city grid is converted to, such as EPSG:4549",
)


def _planar(crs: str, matrix: Float64Array, shift: Float64Array, residuals_m: Float64Array) -> LocalGrid:
    """Build a grid whose plane coordinates become `points @ matrix + shift`."""

    def convert(points: Float64Array) -> Float64Array:
        result = np.array(points, dtype=np.float64)
        result[:, :2] = result[:, :2] @ matrix + shift
        return result

    def back(points: Float64Array) -> Float64Array:
        result = np.array(points, dtype=np.float64)
        result[:, :2] = (result[:, :2] - shift) @ np.linalg.pinv(matrix)
        return result

    return LocalGrid(crs=crs, convert=convert, back=back, residuals_m=residuals_m)


def _target(value: object) -> str:
    try:
        name = named_crs(str(value or ""))
    except CrsMissing as error:
        raise ProjectInvalid(_NO_TARGET, place="local_grid.crs") from error
    if name == LOCAL:
        raise ProjectInvalid(_NO_TARGET, place="local_grid.crs")
    return name


def _sequence(value: object, key: str) -> Sequence[object]:
    if not isinstance(value, (list, tuple)):
        raise ProjectInvalid(_NO_TABLE, place=f"local_grid.{key}")
    return value


def _table(value: object, key: str) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        raise ProjectInvalid(_NO_TABLE, place=f"local_grid.{key}")
    return value


def _numbers(value: object, count: int, key: str) -> list[float]:
    """Return exactly `count` finite numbers, or say which key lacks them."""
    items = list(value) if isinstance(value, (list, tuple)) else []
    good = all(isinstance(item, (int, float)) and not isinstance(item, bool) and np.isfinite(item) for item in items)
    if len(items) != count or not good:
        raise ProjectInvalid(_NO_NUMBERS.with_values(count=count), place=f"local_grid.{key}")
    return [float(item) for item in items]
