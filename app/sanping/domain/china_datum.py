"""The Chinese map offsets GCJ-02 and BD-09, exactly both ways, in whole arrays.

Public maps in China are shifted: GCJ-02 (高德, 腾讯) by some hundred metres against WGS 84, BD-09 (百度) once more on
top of that. CGCS2000 counts as WGS 84 here: they differ by decimetres. The formulas are the published
reverse-engineered ones; the inverses are iterated, because the usual one-step inverse errs by up to five metres.
"""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from sanping.domain.geo import Float64Array

_SEMI_MAJOR_M = 6_378_245.0
_ECCENTRICITY_SQUARED = 0.00669342162296594323
_BD_WAVE = np.pi * 3000.0 / 180.0
_BD_EAST, _BD_NORTH = 0.0065, 0.006
_WEST, _EAST, _SOUTH, _NORTH = 72.004, 137.8347, 0.8293, 55.8271
_ROUNDS = 12
_GOOD_ENOUGH_DEG = 1e-12

_Mapping = Callable[[Float64Array], Float64Array]


def gcj02_from_wgs84(points: Float64Array) -> Float64Array:
    """Shift WGS 84 points to GCJ-02: (n, 2) longitude and latitude in degrees; outside China unchanged."""
    shifted = _shifted_to_gcj02(points)
    return np.where(_in_china(points)[:, None], shifted, points)


def wgs84_from_gcj02(points: Float64Array) -> Float64Array:
    """Undo `gcj02_from_wgs84` to better than 1e-9 degrees; points that never were shifted stay as they are."""
    found = _inverse(_shifted_to_gcj02, points, start=points)
    return np.where(_in_china(found)[:, None], found, points)


def bd09_from_gcj02(points: Float64Array) -> Float64Array:
    """Shift GCJ-02 points to BD-09: (n, 2) longitude and latitude in degrees."""
    x, y = points[:, 0], points[:, 1]
    radius = np.hypot(x, y) + 0.00002 * np.sin(y * _BD_WAVE)
    angle = np.arctan2(y, x) + 0.000003 * np.cos(x * _BD_WAVE)
    return np.column_stack((radius * np.cos(angle) + _BD_EAST, radius * np.sin(angle) + _BD_NORTH))


def gcj02_from_bd09(points: Float64Array) -> Float64Array:
    """Undo `bd09_from_gcj02` to better than 1e-9 degrees."""
    return _inverse(bd09_from_gcj02, points, start=points - np.array([_BD_EAST, _BD_NORTH]))


def bd09_from_wgs84(points: Float64Array) -> Float64Array:
    """Shift WGS 84 points to BD-09; outside China unchanged."""
    return np.where(_in_china(points)[:, None], bd09_from_gcj02(_shifted_to_gcj02(points)), points)


def wgs84_from_bd09(points: Float64Array) -> Float64Array:
    """Undo `bd09_from_wgs84` to better than 1e-9 degrees."""
    found = _inverse(_shifted_to_gcj02, gcj02_from_bd09(points), start=points)
    return np.where(_in_china(found)[:, None], found, points)


def _in_china(points: Float64Array) -> npt.NDArray[np.bool_]:
    x, y = points[:, 0], points[:, 1]
    return np.asarray((x >= _WEST) & (x <= _EAST) & (y >= _SOUTH) & (y <= _NORTH))


def _shifted_to_gcj02(points: Float64Array) -> Float64Array:
    """Apply the GCJ-02 formula everywhere, without asking whether a point is in China."""
    x, y = points[:, 0] - 105.0, points[:, 1] - 35.0
    root = np.sqrt(np.abs(x))
    waves = (20.0 * np.sin(6.0 * np.pi * x) + 20.0 * np.sin(2.0 * np.pi * x)) * 2.0 / 3.0
    north_m = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + waves
    north_m += (20.0 * np.sin(np.pi * y) + 40.0 * np.sin(np.pi * y / 3.0)) * 2.0 / 3.0
    north_m += (160.0 * np.sin(np.pi * y / 12.0) + 320.0 * np.sin(np.pi * y / 30.0)) * 2.0 / 3.0
    east_m = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + waves
    east_m += (20.0 * np.sin(np.pi * x) + 40.0 * np.sin(np.pi * x / 3.0)) * 2.0 / 3.0
    east_m += (150.0 * np.sin(np.pi * x / 12.0) + 300.0 * np.sin(np.pi * x / 30.0)) * 2.0 / 3.0
    latitude = np.radians(points[:, 1])
    flattening = 1.0 - _ECCENTRICITY_SQUARED * np.sin(latitude) ** 2
    north = np.degrees(north_m / (_SEMI_MAJOR_M * (1.0 - _ECCENTRICITY_SQUARED)) * flattening**1.5)
    east = np.degrees(east_m / _SEMI_MAJOR_M * np.sqrt(flattening) / np.cos(latitude))
    return np.column_stack((points[:, 0] + east, points[:, 1] + north))


def _inverse(mapping: _Mapping, wanted: Float64Array, start: Float64Array) -> Float64Array:
    """Find what `mapping` sends to `wanted`: the shift is small and smooth, so p − (f(p) − wanted) converges."""
    found = np.array(start, dtype=np.float64)
    for _ in range(_ROUNDS):
        error = mapping(found) - wanted
        found -= error
        worst = np.abs(error[np.isfinite(error)])
        if worst.size == 0 or worst.max() < _GOOD_ENOUGH_DEG:
            break
    return found
