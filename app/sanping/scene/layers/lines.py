"""Lines and outlines that lie on the ground and glow: unit grids, boundaries, pipes."""

import numpy as np
import shapely

from sanping.domain.ground import VectorLayer
from sanping.scene.context import SceneContext
from sanping.scene.layers.vector_layer import FlatLayer
from sanping.scene.mesh import mapper_of, poly_data
from sanping.scene.polygons import line_parts, polygon_parts, triangulated
from sanping.scene.ribbons import MeshSheet, densified, ribbon

_LONGEST_M = 30.0
_MOST_STEPS = 1000


class LineLayer(FlatLayer):
    """Lines of one vector layer as ribbons of even width on the screen; polygons get a breath of colour inside."""

    def __init__(self, context: SceneContext, data: VectorLayer, *, width_m: float = 3.0, above_m: float = 0.6) -> None:
        super().__init__(context)
        lines = MeshSheet(traits=4)
        west, south, east, north = shapely.total_bounds(data.geometries).tolist()
        longest_m = max(_LONGEST_M, max(east - west, north - south) / _MOST_STEPS)
        paths = [
            (densified(line[:, :2], longest_m) - context.centre[:2], number * 0.618034 % 1.0)
            for number, geometry in enumerate(data.geometries)
            for line in line_parts(geometry)
        ]
        flat = np.concatenate([np.zeros((0, 2)), *(path for path, _ in paths)])
        ends = np.cumsum([len(path) for path, _ in paths], dtype=np.intp)[:-1]
        laid = np.split(np.column_stack([flat, context.ground_at(flat) + above_m]), ends)
        for place, (path, seed) in zip(laid, paths, strict=False):
            if len(path) > 1:
                band = ribbon(place, width_m)
                count = len(band.points)
                traits = np.column_stack([band.along_m, band.across, np.full(count, width_m), np.full(count, seed)])
                lines.add(band.points, band.triangles, traits=traits)
        self._fill(data, 4.0 * longest_m)
        if not lines.is_empty:
            material = context.material("line.vert", "line_night", DETAIL=0)
            material.set_number("uLift", 5.0)
            mapper = mapper_of(poly_data(*lines.arrays()), ("traits",))
            self.add_part(material, mapper, "line", is_translucent=True)

    def _fill(self, data: VectorLayer, longest_m: float) -> None:
        """Give polygons their breath of colour, on the ground."""
        context, fills = self.context, MeshSheet(place=2)
        for number, geometry in enumerate(data.geometries):
            seed = number * 0.618034 % 1.0
            for polygon in polygon_parts(geometry):
                points, triangles = triangulated(shapely.segmentize(polygon, longest_m))
                flat = points - context.centre[:2]
                place = np.column_stack([np.full(len(flat), seed), np.zeros(len(flat))])
                fills.add(np.column_stack([flat, np.zeros(len(flat))]), triangles, place=place)
        if not fills.is_empty:
            material = context.material("ground.vert", "area_night", PLACE=1, DETAIL=0)
            material.set_number("uLift", 4.0)
            laid, triangles, attributes = fills.arrays()
            laid[:, 2] = context.ground_at(laid[:, :2].astype(np.float64)) + 0.5
            mapper = mapper_of(poly_data(laid, triangles, attributes), ("place",))
            self.add_part(material, mapper, "area", is_translucent=True)
