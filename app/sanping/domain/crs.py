"""Coordinate reference systems: which one fits, and how to get from one to another.

Points are always x = east or longitude, y = north or latitude, whatever axis order the register declares.
"""

from collections.abc import Callable
from functools import lru_cache

import numpy as np
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError, ProjError

from sanping.domain import china_datum
from sanping.domain.china_outline import is_in_china
from sanping.domain.crs_names import BD09, GCJ02, LOCAL, crs_object, named_crs
from sanping.domain.errors import CrsMissing, CrsWrong
from sanping.domain.geo import Float64Array
from sanping.domain.text import Text

__all__ = [
    "BD09",
    "GCJ02",
    "LOCAL",
    "best_projected_crs",
    "check_fits",
    "converter",
    "is_geographic",
    "named_crs",
    "stands_near_origin",
    "target_for",
    "vertical_datum_of",
]

Conversion = Callable[[Float64Array], Float64Array]

_WGS84 = "EPSG:4326"
_MARGIN_DEG = 5.0
_SAMPLE = 512
_DEGREE_LIMITS = (360.0, 90.0)
_NEAR_ORIGIN_M = 1_000.0
_TINY_STEP = 0.05


def is_geographic(crs: str) -> bool:
    """Say whether coordinates in `crs` are degrees of longitude and latitude."""
    name = named_crs(crs)
    if name == LOCAL:
        return False
    return name in (GCJ02, BD09) or bool(crs_object(name).is_geographic)


def vertical_datum_of(crs: str) -> str:
    """Return the name of the heights' datum as the CRS declares it; empty when it has none."""
    name = named_crs(crs)
    if name in (GCJ02, BD09, LOCAL):
        return ""
    declared = crs_object(name)
    for part in declared.sub_crs_list:
        if part.is_vertical:
            return str(part.name)
    return "ellipsoid" if len(declared.axis_info) == 3 else ""


def best_projected_crs(longitude_deg: float, latitude_deg: float) -> str:
    """Return the projected CRS that fits a place: CGCS2000 3-degree Gauss–Krüger in China, else UTM on WGS 84."""
    if not (np.isfinite(longitude_deg) and np.isfinite(latitude_deg) and abs(latitude_deg) <= 90.0):
        raise CrsWrong(_wrong("WGS 84", longitude_deg, latitude_deg))
    longitude = (longitude_deg + 180.0) % 360.0 - 180.0
    if is_in_china(longitude, latitude_deg):
        zone = min(45, max(25, round(longitude / 3.0)))
        return f"EPSG:{4534 + zone - 25}"
    if latitude_deg > 84.0:
        return "EPSG:32661"
    if latitude_deg < -80.0:
        return "EPSG:32761"
    zone = min(60, int((longitude + 180.0) // 6.0) + 1)
    return f"EPSG:{(32600 if latitude_deg >= 0 else 32700) + zone}"


def converter(source: str, target: str) -> Conversion:
    """Return a function that takes points (n, 2) or (n, 3) from one CRS to another.

    Heights stay as they are, except that a unit other than the metre becomes metres (a CRS in feet that says nothing of
    heights has them in feet too), and that two CRSs which both declare heights are converted in three dimensions.
    A point that cannot be converted comes back as NaN.
    Raises `CrsMissing` when one side is LOCAL and the other is not.
    """
    start, end = named_crs(source), named_crs(target)
    if start == end:
        return _unchanged
    if LOCAL in (start, end):
        raise CrsMissing(_PLACEMENT_MISSING.with_values(crs=end if start == LOCAL else start))
    if start in (GCJ02, BD09):
        back = china_datum.wgs84_from_gcj02 if start == GCJ02 else china_datum.wgs84_from_bd09
        return _chained(_flat(back), _unchanged if end == _WGS84 else converter(_WGS84, end))
    if end in (GCJ02, BD09):
        there = china_datum.gcj02_from_wgs84 if end == GCJ02 else china_datum.bd09_from_wgs84
        return _chained(_unchanged if start == _WGS84 else converter(start, _WGS84), _flat(there))
    return _projected(start, end)


def target_for(source_crs: str, sample_points: Float64Array, wanted: str = "") -> str:
    """Return the projected CRS in metres that a file's coordinates shall be brought to.

    `wanted` (the twin's CRS) wins; else the file's own CRS when it is projected in metres with east and north axes
    (its horizontal part, for a compound one); else the best for the place. `sample_points` (n, 2+) are in `source_crs`.
    Raises `CrsWrong` when the sample cannot be in `source_crs`, or lies nowhere near `wanted`.
    """
    source = named_crs(source_crs)
    check_fits(source, sample_points)
    if wanted:
        target = _horizontal(named_crs(wanted))
        if target != LOCAL and not _is_metric(target):
            raise CrsWrong(_NOT_METRIC.with_values(crs=target))
        if target != source:
            try:
                check_fits(target, converter(source, target)(_sampled(sample_points)))
            except CrsWrong as error:
                raise _elsewhere(source, sample_points, target, error) from error
        return target
    if source == LOCAL:
        return LOCAL
    if _is_metric(source):
        return _horizontal(source)
    longitude, latitude = _middle(converter(source, _WGS84)(_sampled(sample_points)))[:2]
    return best_projected_crs(float(longitude), float(latitude))


def check_fits(crs: str, points: Float64Array) -> None:
    """Raise `CrsWrong` when coordinates cannot be in `crs`: degrees in metres, swapped, a zone prefix too many.

    The middle of the finite points decides, so that a few broken ones do not condemn a file.
    """
    name = named_crs(crs)
    if name == LOCAL or len(points) == 0:
        return
    sample = _sampled(points)
    middle = _middle(sample)
    if not _looks_like_degrees(name, sample, points):
        if _plausible(name, middle):
            if _strictly_in(name, middle) or not _strictly_in(name, middle[[1, 0]]):
                return
        elif stands_near_origin(name, points):
            return
    message = _wrong(name, float(middle[0]), float(middle[1]))
    hint = _hint(name, middle)
    raise CrsWrong(Text(message.zh + hint.zh, message.en + hint.en))


def stands_near_origin(crs: str, points: Float64Array) -> bool:
    """Say whether coordinates of a projected CRS are small metres about its origin, outside its area of use.

    A model drawn from 0, 0 on looks so; degrees, whose steps from point to point are tiny, do not.
    """
    name = named_crs(crs)
    if name == LOCAL or is_geographic(name) or crs_object(name).is_geocentric or len(points) < 2:
        return False
    sample = _sampled(points)
    finite = sample[np.isfinite(sample[:, :2]).all(axis=1), :2]
    if len(finite) == 0 or np.abs(finite).max() > _NEAR_ORIGIN_M or _plausible(name, _middle(sample)):
        return False
    return np.abs(finite).max() > max(_DEGREE_LIMITS) or not _steps_are_tiny(points)


_PLACEMENT_MISSING = Text(
    "独立坐标（LOCAL）没有换算参数，不能转到 {crs}；请给出 local_grid 参数（控制点、仿射、四参数或七参数）",
    "LOCAL coordinates cannot become {crs} without parameters; give local_grid (control points, affine or Helmert)",
)
_NOT_METRIC = Text(
    "{crs} 不是以米为单位的投影坐标系，不能作为城市的坐标系；请改用例如 EPSG:4549",
    "{crs} is not a projected CRS in metres and cannot carry a city; use one such as EPSG:4549",
)
_FAR_AWAY = Text(
    "数据位于经度 {longitude:.3f}°、纬度 {latitude:.3f}°，远在城市坐标系 {crs} 之外；请单独打开，或检查它的坐标系",
    "The data lie at {longitude:.3f}°, {latitude:.3f}°, far outside the twin's CRS {crs}; open them on their own, "
    "or check their CRS",
)
_WRONG = Text(
    "坐标（{x:.6g}, {y:.6g}）不可能属于 {crs}；请指定正确的坐标系",
    "Coordinates ({x:.6g}, {y:.6g}) cannot be in {crs}; name the right coordinate reference system",
)


def _wrong(crs: str, x: float, y: float) -> Text:
    return _WRONG.with_values(x=x, y=y, crs=crs if len(crs) < 40 else crs_object(crs).name)


def _elsewhere(source: str, points: Float64Array, target: str, error: CrsWrong) -> CrsWrong:
    """Return the error for data far from the twin, with their place in degrees; `error` when they have none."""
    place = _middle(converter(source, _WGS84)(_sampled(points)))[:2] if source != LOCAL else np.full(2, np.nan)
    if not np.isfinite(place).all():
        return error
    return CrsWrong(_FAR_AWAY.with_values(longitude=float(place[0]), latitude=float(place[1]), crs=target))


def _hint(name: str, middle: Float64Array) -> Text:
    """Guess what went wrong, for the end of the message."""
    swapped = middle[[1, 0]]
    if abs(middle[0]) <= _DEGREE_LIMITS[0] and abs(middle[1]) <= _DEGREE_LIMITS[1] and not is_geographic(name):
        return Text("（看起来是经纬度）", " (they look like degrees)")
    if _plausible(name, swapped):
        return Text("（看起来东、北两个坐标写反了）", " (east and north look swapped)")
    zone = int(middle[0] // 1_000_000) if np.isfinite(middle[0]) else 0
    if 13 <= zone <= 45 and _plausible(name, middle - np.array([zone * 1_000_000.0, 0.0])):
        return Text(f"（东坐标带有 {zone} 带号）", f" (the easting carries zone number {zone})")
    return Text("", "")


def _plausible(name: str, middle: Float64Array) -> bool:
    """Say whether one point, brought to degrees, lies within the CRS's area of use and a margin."""
    if not np.isfinite(middle).all():
        return False
    if is_geographic(name) and not (abs(middle[0]) <= _DEGREE_LIMITS[0] and abs(middle[1]) <= _DEGREE_LIMITS[1]):
        return False
    if name in (GCJ02, BD09) or crs_object(name).is_geocentric:
        return True
    place = converter(name, _WGS84)(middle[None, :])[0]
    if not np.isfinite(place).all():
        return False
    return _in_area(name, float(place[0]), float(place[1]))


def _looks_like_degrees(name: str, sample: Float64Array, points: Float64Array) -> bool:
    """Say whether the coordinates of a projected CRS read as degrees would lie in its own area of use."""
    if is_geographic(name) or crs_object(name).is_geocentric:
        return False
    finite = sample[np.isfinite(sample[:, :2]).all(axis=1)]
    if len(finite) == 0 or np.abs(finite[:, 0]).max() > 180.0 or np.abs(finite[:, 1]).max() > 180.0:
        return False
    x, y = _middle(finite)[:2]
    return _steps_are_tiny(points) and (_in_area(name, float(x), float(y)) or _in_area(name, float(y), float(x)))


def _steps_are_tiny(points: Float64Array) -> bool:
    """Say whether neighbouring points of a file lie as close as the corners of buildings do in degrees."""
    steps = np.abs(np.diff(np.asarray(points[:_SAMPLE, :2], dtype=np.float64), axis=0)).max(axis=1, initial=0.0)
    real = steps[np.isfinite(steps) & (steps > 0.0)]
    return len(real) == 0 or float(np.median(real)) < _TINY_STEP


def _strictly_in(name: str, middle: Float64Array) -> bool:
    """Say whether one point lies within the CRS's area of use without any margin; degrees and own names always do."""
    if name in (GCJ02, BD09) or is_geographic(name) or crs_object(name).is_geocentric:
        return True
    place = converter(name, _WGS84)(middle[None, :2])[0]
    return bool(np.isfinite(place).all()) and _in_area(name, float(place[0]), float(place[1]), margin_deg=0.0)


def _in_area(name: str, longitude: float, latitude: float, margin_deg: float = _MARGIN_DEG) -> bool:
    area = _area_of(name)
    if area is None:
        return True
    west, south, east, north = area
    width = (east - west) % 360.0 or 360.0
    eastward = (longitude - west + margin_deg) % 360.0
    return eastward <= width + 2 * margin_deg and south - margin_deg <= latitude <= north + margin_deg


@lru_cache(maxsize=64)
def _area_of(name: str) -> tuple[float, float, float, float] | None:
    crs = crs_object(name)
    for part in (crs, *crs.sub_crs_list):
        if part.area_of_use is not None:
            west, south, east, north = part.area_of_use.bounds
            return (west, south, east, north)
    return None


def _sampled(points: Float64Array) -> Float64Array:
    step = max(1, len(points) // _SAMPLE)
    return np.asarray(points[::step], dtype=np.float64)


def _middle(points: Float64Array) -> Float64Array:
    """Median point in the plane; NaN when no point is finite."""
    flat = points[:, :3] if points.shape[1] > 2 and _is_earth_centred(points) else points[:, :2]
    finite = flat[np.isfinite(flat).all(axis=1)]
    if len(finite) == 0:
        return np.full(flat.shape[1], np.nan)
    return np.asarray(np.median(finite, axis=0), dtype=np.float64)


def _is_earth_centred(points: Float64Array) -> bool:
    """Say whether the points lie near the surface of the earth in geocentric metres."""
    radius = np.linalg.norm(points[:, :3], axis=1)
    return bool(np.nanmedian(np.abs(radius - 6_371_000.0)) < 100_000.0) if np.isfinite(radius).any() else False


@lru_cache(maxsize=64)
def _is_metric(name: str) -> bool:
    """Say whether a CRS is projected with east and north axes in true metres."""
    if name in (GCJ02, BD09):
        return False
    crs = crs_object(name)
    if not crs.is_projected or len(crs.axis_info) < 2:
        return False
    directions = {axis.direction for axis in crs.axis_info[:2]}
    operation = crs.to_2d().coordinate_operation
    is_web_map = operation is not None and "Mercator" in operation.method_name and "Pseudo" in operation.method_name
    return directions == {"east", "north"} and crs.axis_info[0].unit_conversion_factor == 1.0 and not is_web_map


@lru_cache(maxsize=64)
def _horizontal(name: str) -> str:
    if name in (GCJ02, BD09, LOCAL):
        return name
    return named_crs(crs_object(name).to_2d().to_wkt())


@lru_cache(maxsize=64)
def _projected(start: str, end: str) -> Conversion:
    """Build the conversion between two registered CRSs."""
    source, target = crs_object(start), crs_object(end)
    uses_height = source.is_geocentric or target.is_geocentric or (_has_height(source) and _has_height(target))
    if uses_height:
        return _flown(_transformer(source.to_3d().to_wkt(), target.to_3d().to_wkt()))
    factor = _height_factor(source)
    transformer = _transformer(source.to_2d().to_wkt(), target.to_2d().to_wkt())

    def convert(points: Float64Array) -> Float64Array:
        result = np.array(points, dtype=np.float64)
        x, y = transformer.transform(result[:, 0], result[:, 1])
        result[:, 0], result[:, 1] = x, y
        result[~np.isfinite(result[:, 0]) | ~np.isfinite(result[:, 1]), :2] = np.nan
        if result.shape[1] > 2 and factor != 1.0:
            result[:, 2] *= factor
        return result

    return convert


def _height_factor(crs: CRS) -> float:
    """Return metres per unit of height; a projected CRS without heights has them in its own unit."""
    if len(crs.axis_info) == 3:
        return float(crs.axis_info[2].unit_conversion_factor)
    return float(crs.axis_info[0].unit_conversion_factor) if crs.is_projected else 1.0


def _has_height(crs: CRS) -> bool:
    return len(crs.axis_info) == 3


def _transformer(source_wkt: str, target_wkt: str) -> Transformer:
    try:
        return Transformer.from_crs(CRS.from_wkt(source_wkt), CRS.from_wkt(target_wkt), always_xy=True)
    except (CRSError, ProjError) as error:
        raise CrsMissing(_NO_WAY.with_values(source=source_wkt[:40], target=target_wkt[:40])) from error


_NO_WAY = Text(
    "没有从 {source} 到 {target} 的换算方法；请指定另一个坐标系",
    "There is no conversion from {source} to {target}; name another coordinate reference system",
)


def _flown(transformer: Transformer) -> Conversion:
    """Wrap a transformer that needs heights; points without them lie at height 0."""

    def convert(points: Float64Array) -> Float64Array:
        z = points[:, 2] if points.shape[1] > 2 else np.zeros(len(points))
        x, y, up = transformer.transform(points[:, 0], points[:, 1], z)
        result = np.column_stack((x, y, up) if points.shape[1] > 2 else (x, y)).astype(np.float64, copy=False)
        result[~np.isfinite(result).all(axis=1)] = np.nan
        return result

    return convert


def _flat(mapping: Conversion) -> Conversion:
    """Apply a two-dimensional mapping and carry heights along."""

    def convert(points: Float64Array) -> Float64Array:
        result = np.array(points, dtype=np.float64)
        result[:, :2] = mapping(result[:, :2])
        return result

    return convert


def _chained(first: Conversion, second: Conversion) -> Conversion:
    return lambda points: second(first(points))


def _unchanged(points: Float64Array) -> Float64Array:
    return np.asarray(points, dtype=np.float64)
