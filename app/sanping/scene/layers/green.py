"""Parks and verges, and the trees on them."""

import numpy as np
import shapely

from sanping.domain.geo import Float64Array
from sanping.domain.ground import VectorLayer
from sanping.scene.context import SceneContext
from sanping.scene.cover import Sheet
from sanping.scene.layers.trees import TREE_SPACING_M, Trees
from sanping.scene.layers.vector_layer import FlatLayer
from sanping.scene.mesh import mapper_of, poly_data
from sanping.scene.polygons import polygon_parts, triangulated
from sanping.scene.ribbons import MeshSheet

_MOST_TREES = 26_000


class GreenLayer(FlatLayer):
    """All green of one vector layer; `sheet` serves the cover map."""

    def __init__(self, context: SceneContext, data: VectorLayer) -> None:
        super().__init__(context)
        self.trees: Trees | None = None
        lawns, places = MeshSheet(), []
        rng = np.random.default_rng(20)
        polygons = [polygon for geometry in data.geometries for polygon in polygon_parts(geometry)]
        wanted = sum(polygon.area for polygon in polygons) / TREE_SPACING_M**2
        share = min(1.0, _MOST_TREES / max(wanted, 1.0))
        for polygon in polygons:
            points, triangles = triangulated(polygon, 40.0)
            flat = points - context.centre[:2]
            lawns.add(np.column_stack([flat, np.zeros(len(flat))]), triangles)
            places.append(_scattered(polygon, share, rng) - context.centre[:2])
        flat_points, flat_triangles, _ = lawns.arrays()
        flat_points[:, 2] = context.ground_at(flat_points[:, :2].astype(np.float64)) + 0.05
        self.sheet = Sheet(points=flat_points, triangles=flat_triangles)
        if not lawns.is_empty:
            material = context.material("ground.vert", "green_night", DETAIL=0)
            material.set_number("uLift", 2.0)
            self.add_part(material, mapper_of(poly_data(flat_points, flat_triangles)), "green")
            self.trees = Trees(self, np.concatenate(places), rng)


def _scattered(polygon: shapely.Polygon, share: float, rng: np.random.Generator) -> Float64Array:
    """Random places inside a polygon, one for each `TREE_SPACING_M`² times `share`."""
    west, south, east, north = polygon.bounds
    wanted = (east - west) * (north - south) / TREE_SPACING_M**2 * share
    count = int(wanted) + int(rng.random() < wanted % 1)
    places: Float64Array = rng.uniform((west, south), (east, north), (count, 2))
    inside: Float64Array = places[shapely.contains_xy(polygon, places[:, 0], places[:, 1])]
    return inside
