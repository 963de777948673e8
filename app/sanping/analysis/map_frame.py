"""How world metres of a twin and degrees of a map belong together, as a polynomial that a phone can evaluate."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from sanping.domain.crs import LOCAL, converter
from sanping.domain.geo import Extent, Float64Array

LONGITUDE_LATITUDE = "EPSG:4326"
METRES_A_DEGREE = 111_319.49079327358
_SAMPLES = 9
_LEAST_SIDE_M = 2_000.0

Coefficients = tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MapFrame:
    """A cubic polynomial each way around a point.

    With u, v the differences to (`east0`, `north0`) in kilometres, longitude and latitude (WGS 84, degrees) are
    (`lon0`, `lat0`) + Σ `to_degrees`[k] · term k; with u, v the differences to (`lon0`, `lat0`) in degrees, east and
    north (metres) are (`east0`, `north0`) + Σ `to_metres`[k] · term k. Terms: 1, u, v, u², uv, v², u³, u²v, uv², v³.
    `error_m` is the largest deviation from the real projection within the extent it was made for.
    A twin without a place on the earth lies at longitude 0, latitude 0.
    """

    lon0: float
    lat0: float
    east0: float
    north0: float
    to_degrees: Coefficients
    to_metres: Coefficients
    error_m: float


def map_frame(crs: str, extent: Extent) -> MapFrame:
    """Fit the polynomial for a twin's CRS over an extent in it."""
    east0, north0 = extent.centre[:2]
    half = max(extent.east - extent.west, extent.north - extent.south, _LEAST_SIDE_M) / 2
    steps = np.linspace(-half, half, _SAMPLES)
    metres = np.stack(np.meshgrid(steps + east0, steps + north0), axis=-1).reshape(-1, 2)
    degrees = degrees_of(crs, metres)
    lon0, lat0 = map(float, degrees_of(crs, np.array([[east0, north0]]))[0])
    metre_steps, degree_steps = metres - (east0, north0), degrees - (lon0, lat0)
    to_degrees = np.linalg.lstsq(_terms(metre_steps / 1000.0), degree_steps, rcond=None)[0]
    to_metres = np.linalg.lstsq(_terms(degree_steps), metre_steps, rcond=None)[0]
    error_m = float(np.abs(_terms(degree_steps) @ to_metres - metre_steps).max())
    return MapFrame(
        lon0=lon0,
        lat0=lat0,
        east0=east0,
        north0=north0,
        to_degrees=_coefficients(to_degrees),
        to_metres=_coefficients(to_metres),
        error_m=error_m,
    )


def degrees_of(crs: str, metres: Float64Array) -> Float64Array:
    """Return longitude and latitude (n, 2) of points (n, 2) in metres by the real projection."""
    if crs == LOCAL:
        return np.asarray(metres, np.float64) / METRES_A_DEGREE
    return converter(crs, LONGITUDE_LATITUDE)(metres)


def to_lonlat(frame: MapFrame, metres: Float64Array) -> Float64Array:
    """Return longitude and latitude (n, 2) of points (n, 2) in metres by the polynomial."""
    steps = (np.asarray(metres, np.float64) - (frame.east0, frame.north0)) / 1000.0
    found: Float64Array = _terms(steps) @ np.array(frame.to_degrees) + (frame.lon0, frame.lat0)
    return found


def to_metres(frame: MapFrame, degrees: Float64Array) -> Float64Array:
    """Return points (n, 2) in metres of longitude and latitude (n, 2) by the polynomial."""
    steps = np.asarray(degrees, np.float64) - (frame.lon0, frame.lat0)
    found: Float64Array = _terms(steps) @ np.array(frame.to_metres) + (frame.east0, frame.north0)
    return found


def _terms(steps: Float64Array) -> Float64Array:
    u, v = steps[:, 0], steps[:, 1]
    return np.column_stack((np.ones_like(u), u, v, u * u, u * v, v * v, u * u * u, u * u * v, u * v * v, v * v * v))


def _coefficients(found: Any) -> Coefficients:
    return tuple((float(row[0]), float(row[1])) for row in found)
