"""Trees as quads that turn to the eye."""

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from vtkmodules.util.numpy_support import vtk_to_numpy

from sanping.domain.geo import Float32Array, Float64Array
from sanping.scene.groundwork import BoolArray, Groundwork
from sanping.scene.layers.vector_layer import FlatLayer
from sanping.scene.mesh import mapper_of, poly_data

TREE_SPACING_M = 9.0
_CORNERS = np.array([[-1.0, -1.0], [1.0, -1.0], [1.0, 1.0], [-1.0, 1.0]])


class Trees:
    """Trees at scene places (n, 2), in sizes of 2.2 to 4.6 m crown radius; a part of a layer."""

    def __init__(self, layer: FlatLayer, places: Float64Array, rng: np.random.Generator) -> None:
        count = len(places)
        size, seed = rng.uniform(2.2, 4.6, count), rng.random(count)
        self._crowns = np.column_stack([places, layer.context.ground_at(places), size]).astype(np.float32)
        self._drawn = np.ones(count, np.bool_)
        points = np.repeat(self._crowns[:, :3], 4, axis=0)
        crown = np.column_stack([np.repeat(size, 4), np.repeat(seed, 4), np.tile(_CORNERS, (count, 1))])
        first = np.arange(count, dtype=np.int32)[:, None] * 4
        triangles = np.concatenate([first + np.array([0, 1, 2]), first + np.array([0, 2, 3])], 1).reshape(-1, 3)
        self._data = poly_data(points, triangles.astype(np.int32), {"crown": crown.astype(np.float32)})
        self.caster: Any = None
        """Draws the crowns into a map of depths; None without trees."""
        if count:
            casting = layer.context.material("cast_trees.vert", "cast_trees")
            self.caster = layer.dress_aside(casting, mapper_of(self._data, ("crown",)))
            material = layer.context.material("tree.vert", "tree_night", DETAIL=0)
            layer.add_part(material, mapper_of(self._data, ("crown",)), "tree")

    @property
    def crowns(self) -> Float32Array:
        """Roots in scene metres and radius (k, 4) of the trees that are drawn."""
        return self._crowns[self._drawn]

    def thin(self, is_free: Callable[[Float32Array], BoolArray]) -> None:
        """Draw only the trees that have room; `is_free` says so for roots and radius (n, 4)."""
        drawn = is_free(self._crowns)
        if np.array_equal(drawn, self._drawn):
            return
        self._drawn = drawn
        crown = self._data.GetPointData().GetArray("crown")
        vtk_to_numpy(crown)[:, 0] = np.repeat(np.where(drawn, self._crowns[:, 3], 0.0), 4)  # type: ignore[no-untyped-call]
        crown.Modified()
        self._data.Modified()


def plant(layers: Iterable[object], groundwork: Groundwork) -> None:
    """Draw the trees of these layers that have room, and let them cast shadows."""
    groups = [trees for layer in layers if isinstance(trees := getattr(layer, "trees", None), Trees)]
    for trees in groups:
        trees.thin(groundwork.is_free)
    groundwork.plant(np.concatenate([np.zeros((0, 4), np.float32), *(trees.crowns for trees in groups)]))
