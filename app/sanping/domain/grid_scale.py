"""What a projection does to lengths and directions at one place."""

from dataclasses import dataclass
from math import isfinite

import numpy as np
from pyproj import Proj
from pyproj.exceptions import CRSError, ProjError

from sanping.domain.crs import converter
from sanping.domain.crs_names import BD09, GCJ02, LOCAL, crs_object, named_crs

EARTH_RADIUS_M = 6_371_000.0


@dataclass(frozen=True, slots=True, kw_only=True)
class GridScale:
    """`scale` is projected length by length on the ellipsoid, `areal` the same of areas.

    `convergence_deg` is what true azimuths have more than grid azimuths.
    """

    scale: float
    areal: float
    convergence_deg: float

    def on_ground(self, grid_m: float, height_m: float) -> float:
        """Return the length that is walked at a height, of a projected length."""
        return grid_m / self.scale * (1.0 + height_m / EARTH_RADIUS_M)

    def area_on_ground(self, grid_m2: float, height_m: float) -> float:
        """Return the area at a height, of a projected area."""
        return grid_m2 / self.areal * (1.0 + height_m / EARTH_RADIUS_M) ** 2


def grid_scale(crs: str, east: float, north: float) -> GridScale | None:
    """Return the scale of a projected CRS at a place in it; None where it has none: degrees, LOCAL, far outside."""
    name = named_crs(crs)
    if name in (LOCAL, GCJ02, BD09) or not crs_object(name).is_projected:
        return None
    geodetic = crs_object(name).geodetic_crs
    if geodetic is None:
        return None
    longitude, latitude = converter(name, geodetic.to_wkt())(np.array([[east, north]]))[0]
    try:
        found = Proj(crs_object(name).to_2d()).get_factors(float(longitude), float(latitude))
    except (CRSError, ProjError):
        return None
    scale, areal, turn = found.meridional_scale, found.areal_scale, found.meridian_convergence
    if not all(map(isfinite, (scale, areal, turn))):
        return None
    return GridScale(scale=scale, areal=areal, convergence_deg=turn)
