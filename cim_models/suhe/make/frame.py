"""The frame of the twin: projection, extent, smooth lines and seeded chance."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from pyproj import Transformer
from shapely.geometry import LineString, Polygon, box

Array = npt.NDArray[np.float64]
LonLat = tuple[float, float]

CRS = "EPSG:4549"
SEED = 310107
WATER_LEVEL_M = 2.7
EXTENT_LON_LAT = (121.3860, 31.2130, 121.4600, 31.2620)

_FORWARD = Transformer.from_crs("EPSG:4490", CRS, always_xy=True)


def metres(points: Sequence[LonLat]) -> Array:
    """Return east and north in EPSG:4549 (n, 2) of longitudes and latitudes in degrees."""
    lon, lat = zip(*points, strict=True)
    east, north = _FORWARD.transform(lon, lat)
    return np.column_stack([east, north])


def metre(point: LonLat) -> tuple[float, float]:
    """Return east and north in metres of one longitude and latitude."""
    east, north = metres([point])[0]
    return float(east), float(north)


def extent() -> Polygon:
    """Return the rectangle that the twin covers, on whole hundreds of metres."""
    west, south, east, north = EXTENT_LON_LAT
    corners = metres([(west, south), (east, north)])
    low = np.floor(corners[0] / 100) * 100
    high = np.ceil(corners[1] / 100) * 100
    return box(low[0], low[1], high[0], high[1])


def smooth(points: Array, step_m: float = 18.0) -> Array:
    """Return a centripetal Catmull–Rom curve through the points, sampled about every `step_m` metres."""
    if len(points) < 3:
        return points
    padded = np.vstack([2 * points[0] - points[1], points, 2 * points[-1] - points[-2]])
    spans = [_span(padded[i : i + 4], step_m) for i in range(len(padded) - 3)]
    return np.vstack([*spans, points[-1:]])


def _span(four: Array, step_m: float) -> Array:
    knots = np.concatenate([[0.0], np.cumsum(np.sqrt(np.linalg.norm(np.diff(four, axis=0), axis=1)))])
    count = max(2, int(np.linalg.norm(four[2] - four[1]) / step_m))
    t = np.linspace(knots[1], knots[2], count, endpoint=False)[:, None]
    level = list(four)
    for order in (1, 2, 3):
        following = []
        for i in range(len(level) - 1):
            first, last = (1, 2) if order == 3 else (i, i + order)
            a, b = knots[first], knots[last]
            following.append((b - t) / (b - a) * level[i] + (t - a) / (b - a) * level[i + 1])
        level = following
    return np.asarray(level[0])


def curve(points: Sequence[LonLat]) -> LineString:
    """Return a smooth line in metres through longitudes and latitudes."""
    return LineString(smooth(metres(points)))


def chance(*key: int) -> np.random.Generator:
    """Return the random generator of one part of the twin: the same key always gives the same numbers."""
    return np.random.default_rng([SEED, *key])
