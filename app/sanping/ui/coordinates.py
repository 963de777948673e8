"""Writes a place of the twin in the coordinate reference system that the person chose."""

from collections.abc import Callable

import numpy as np

from sanping.domain.errors import SanpingError
from sanping.domain.geo import Float64Array
from sanping.domain.view import Point

PLANE = "{x:,.1f}, {y:,.1f}"
DEGREES = "{x:.6f}°, {y:.6f}°"
Conversion = Callable[[Float64Array], Float64Array]


class Coordinates:
    """Converts between the twin's CRS and others; the mathematics is loaded when first needed."""

    def __init__(self, twin_crs: str) -> None:
        self._twin_crs = twin_crs
        self._conversions: dict[tuple[str, str], Conversion] = {}

    def written(self, point: Point, crs: str) -> str:
        """Write a world point in `crs` (empty: the twin's own); an empty text where that is impossible."""
        if not crs or crs == self._twin_crs:
            return PLANE.format(x=point[0], y=point[1])
        from sanping.domain.crs import is_geographic  # noqa: PLC0415  loads PROJ

        try:
            x, y = self._converted((point[0], point[1]), self._twin_crs, crs)
        except SanpingError:
            return ""
        is_angle = crs in ("GCJ-02", "BD-09") or is_geographic(crs)
        return (DEGREES if is_angle else PLANE).format(x=x, y=y)

    def longitude_latitude(self, point: Point) -> tuple[float, float] | None:
        """Return longitude and latitude of a place in degrees; None where the twin has no place on earth."""
        try:
            return self._converted((point[0], point[1]), self._twin_crs, "EPSG:4490")
        except SanpingError:
            return None

    def in_twin(self, place: tuple[float, float], crs: str) -> tuple[float, float]:
        """Return a place given in `crs` (empty: the twin's own) in the twin's CRS; raises `SanpingError`."""
        if not crs or crs == self._twin_crs:
            return place
        return self._converted(place, crs, self._twin_crs)

    def _converted(self, place: tuple[float, float], source: str, target: str) -> tuple[float, float]:
        from sanping.domain.crs import converter  # noqa: PLC0415  loads PROJ

        if (source, target) not in self._conversions:
            self._conversions[(source, target)] = converter(source, target)
        x, y = self._conversions[(source, target)](np.array([place], dtype=np.float64))[0]
        return float(x), float(y)
