"""Trees as quads that turn to the eye."""

import numpy as np

from sanping.domain.geo import Float64Array
from sanping.scene.layers.vector_layer import FlatLayer
from sanping.scene.mesh import mapper_of, poly_data

TREE_SPACING_M = 9.0
_CORNERS = np.array([[-1.0, -1.0], [1.0, -1.0], [1.0, 1.0], [-1.0, 1.0]])


def add_trees(layer: FlatLayer, places: Float64Array, rng: np.random.Generator) -> None:
    """Plant trees at scene places (n, 2), in sizes of 2.2 to 4.6 m crown radius."""
    count = len(places)
    if not count:
        return
    roots = np.column_stack([places, layer.context.ground_at(places)])
    size, seed = rng.uniform(2.2, 4.6, count), rng.random(count)
    points = np.repeat(roots, 4, axis=0).astype(np.float32)
    crown = np.column_stack([np.repeat(size, 4), np.repeat(seed, 4), np.tile(_CORNERS, (count, 1))]).astype(np.float32)
    first = np.arange(count, dtype=np.int32)[:, None] * 4
    triangles = np.concatenate([first + np.array([0, 1, 2]), first + np.array([0, 2, 3])], 1).reshape(-1, 3)
    material = layer.context.material("tree.vert", "tree_night", DETAIL=0)
    data = poly_data(points, triangles.astype(np.int32), {"crown": crown})
    layer.add_part(material, mapper_of(data, ("crown",)), "tree")
