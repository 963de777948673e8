"""Which flat thing lies at a point of the ground: a road, a river, a park, a cell of the grid. No display is needed."""

import numpy as np
import shapely

from sanping.domain.geo import Float64Array
from sanping.domain.ground import VectorLayer


class FlatPicker:
    """Searches the lines and areas of one vector layer; its tree is built when it is first asked.

    `half_widths_m` (n,) are how far lines reach to each side, where they are drawn with a width of their own.
    """

    def __init__(self, data: VectorLayer, half_widths_m: Float64Array | None = None) -> None:
        self._data = data
        self._reach_m = np.zeros(len(data.ids)) if half_widths_m is None else half_widths_m
        self._tree: shapely.STRtree | None = None

    def at(self, east: float, north: float, tolerance_m: float) -> tuple[float, str] | None:
        """Return size and id of the smallest thing at a world point; lines within `tolerance_m` have the size 0."""
        if self._tree is None:
            self._tree = shapely.STRtree(self._data.geometries)
        point = shapely.Point(east, north)
        widest_m = max(tolerance_m, float(self._reach_m.max(initial=0.0)))
        near = self._tree.query(point, predicate="dwithin", distance=widest_m)
        if not len(near):
            return None
        shapes = self._data.geometries[near]
        away, areas = shapely.distance(shapes, point), shapely.area(shapes)
        reach = np.where(areas > 0.0, 0.0, np.maximum(self._reach_m[near], tolerance_m))
        rows = np.flatnonzero(away <= reach)
        if not len(rows):
            return None
        best = rows[np.lexsort((away[rows], areas[rows]))[0]]
        return float(areas[best]), self._data.ids[int(near[best])]
