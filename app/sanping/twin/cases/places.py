"""Which area a place lies in: the grid cell that holds it or is nearest, else the narrowest area whose bounds do."""

from collections.abc import Mapping
from datetime import date

import numpy as np
import shapely
from shapely import STRtree
from shapely.geometry import Point
from shapely.geometry.base import BaseGeometry

from sanping.domain.area import Areas, ancestors_of
from sanping.domain.errors import InputError
from sanping.domain.text import Text

NEAR_M = 200.0  # streets and rivers lie between the cells
_CLOSED_M = 45.0
_SMOOTH_M = 4.0

_NOWHERE = Text(
    "坐标 {lon:.5f}, {lat:.5f} 不在本市任何区域内；请在地图上重新选点",
    "The place {lon:.5f}, {lat:.5f} lies in no area of this city; pick it again on the map",
)
Metres = tuple[float | None, float | None]


class AreaPlaces:
    """The areas of a city with their shapes; `cells` are grid cells by code, in metres of the twin's CRS."""

    def __init__(self, areas: Areas, cells: Mapping[str, BaseGeometry] | None = None) -> None:
        self._areas = areas
        self._codes = tuple(cells or ())
        self._tree = STRtree(list((cells or {}).values()))
        self._outlines: dict[str, BaseGeometry] = {}

    @property
    def cells(self) -> tuple[str, ...]:
        """The codes of all grid cells."""
        return self._codes

    def outline(self, code: str) -> BaseGeometry | None:
        """Return the shape of an area in metres of the twin's CRS: its grid cells with the streets between them.

        None where it has no cells.
        """
        if code not in self._outlines:
            inside = [
                cell for cell, name in zip(self._tree.geometries, self._codes, strict=True) if name.startswith(code)
            ]
            if not inside:
                return None
            whole = shapely.union_all(inside)
            if len(inside) > 1:
                whole = whole.buffer(_CLOSED_M, join_style="mitre").buffer(-_CLOSED_M, join_style="mitre")
            self._outlines[code] = whole.simplify(_SMOOTH_M)
        return self._outlines[code]

    def middles(self) -> dict[str, tuple[float, float]]:
        """Return a place within each grid cell by its code, in metres of the twin's CRS."""
        inside = (cell.representative_point() for cell in self._tree.geometries)
        return {code: (point.x, point.y) for code, point in zip(self._codes, inside, strict=True)}

    def area_at(self, lon_deg: float, lat_deg: float, metres: Metres, day: date) -> str:
        """Return the code of the narrowest area in use on a day that holds a place, given in degrees and in metres.

        Raises `InputError` when none does.
        """
        cell = self._cell_at(metres)
        for code in (cell, *reversed(ancestors_of(cell))) if cell else ():
            if self._fits(code, lon_deg, lat_deg):
                return code
        around = [
            area
            for area in self._areas.by_code.values()
            if area.bounds is not None and area.is_valid_on(day) and self._fits(area.code, lon_deg, lat_deg)
        ]
        if not around:
            raise InputError(_NOWHERE.with_values(lon=lon_deg, lat=lat_deg))
        return min(around, key=lambda area: (-len(area.code), _size(area.bounds), area.code)).code

    def _cell_at(self, metres: Metres) -> str:
        east, north = metres
        if not self._codes or east is None or north is None:
            return ""
        here = Point(east, north)
        found = self._tree.query_nearest(here, max_distance=NEAR_M)
        return self._codes[int(np.min(found))] if len(found) else ""

    def _fits(self, code: str, lon_deg: float, lat_deg: float) -> bool:
        """Say whether the nearest known area of a code lets a place lie in it."""
        try:
            self._areas.check_place(code, lon_deg, lat_deg)
        except InputError:
            return False
        return any(part in self._areas.by_code for part in (code, *ancestors_of(code)))


def _size(bounds: tuple[float, float, float, float] | None) -> float:
    west, south, east, north = bounds or (0.0, 0.0, 0.0, 0.0)
    return (east - west) * (north - south)
