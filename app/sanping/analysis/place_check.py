"""Whether a model has a place on the earth, and which of its objects lie where its CRS is not meant for."""

from collections.abc import Iterator

import numpy as np

from sanping.domain.crs import LOCAL, converter, named_crs
from sanping.domain.crs_names import BD09, GCJ02, crs_object
from sanping.domain.geo import Float64Array
from sanping.domain.tile import TileSet

MARGIN_DEG = 1.5
"""Half a zone of three degrees: cities at the edge of one are commonly kept in it."""
_DEGREE_M = 111_195.0
_FARTHEST_M = 180.0 * _DEGREE_M


def has_place(model: TileSet) -> bool:
    """Say whether the coordinates of a model are in a CRS, and not merely metres from somewhere."""
    return named_crs(model.frame.crs) != LOCAL


def strays(model: TileSet) -> Iterator[tuple[int, float]]:
    """Yield the numbers of objects outside the area of use of the model's CRS, with how far outside, in metres.

    One whose coordinates are nowhere on the earth is as far as can be. Nothing is told of a CRS that states no area.
    """
    name = named_crs(model.frame.crs)
    area = None if name in (LOCAL, GCJ02, BD09) else crs_object(name).area_of_use
    if area is None:
        return
    degrees = converter(name, "EPSG:4326")
    for tile in model.tiles:
        away = _outside_m(degrees(tile.anchor.astype(np.float64) + tile.origin[:2]), area.bounds)
        for row in np.flatnonzero(away > 0.0).tolist():
            yield tile.first_feature + row, float(away[row])


def _outside_m(places: Float64Array, bounds: tuple[float, float, float, float]) -> Float64Array:
    """Return how far (n,) places (n, 2) in degrees lie outside west, south, east, north and the margin around them."""
    west, south, east, north = bounds
    half = ((east - west) % 360.0 or 360.0) / 2.0
    aside = np.abs((places[:, 0] - west - half + 180.0) % 360.0 - 180.0) - half - MARGIN_DEG
    beyond = np.maximum(south - places[:, 1], places[:, 1] - north) - MARGIN_DEG
    aside = aside * np.cos(np.radians(np.clip(places[:, 1], -90.0, 90.0)))
    away = np.maximum(np.maximum(aside, beyond), 0.0) * _DEGREE_M
    return np.asarray(np.where(np.isfinite(places).all(axis=1), away, _FARTHEST_M), np.float64)
