"""A heat map on the ground: where points lie densely."""

import numpy as np

from sanping.analysis.heat import Heat, heat_of
from sanping.domain.geo import Float32Array, Float64Array, Int32Array, UInt8Array
from sanping.scene.context import SceneContext
from sanping.scene.layers.vector_layer import FlatLayer
from sanping.scene.mesh import DataTexture, mapper_of, poly_data

_MOST_STEPS, _ABOVE_M, _LEAST_M = 140, 1.6, 20.0


class HeatMap(FlatLayer):
    """Draws the density of the points it was last given, draped over the terrain."""

    def __init__(self, context: SceneContext) -> None:
        super().__init__(context)
        self._heat: Heat | None = None

    def set_points(self, x_m: Float64Array, y_m: Float64Array, weights: Float64Array, radius_m: float) -> None:
        """Show the density of these weighted points (world metres); none takes the map away."""
        self._heat = heat_of(x_m, y_m, weights, radius_m)
        self.lay()

    def lay(self) -> None:
        """Drape the map over the ground, which may be another one now."""
        self.release()
        look, self._look = self._look, None
        heat = self._heat
        if heat is None:
            self._look = look
            return
        points, triangles, place = self._sheet(heat)
        material = self.context.material("drape.vert", "heat_night", PLACE=1, DETAIL=0)
        material.set_number("uLift", 3.6)
        material.set_texture("heat", DataTexture(_pixels(heat), is_smooth=True))
        self.add_part(material, mapper_of(poly_data(points, triangles, {"place": place}), ("place",)), "heat",
                      is_translucent=True)  # fmt: skip
        if look is not None:
            self.show(look)

    def _sheet(self, heat: Heat) -> tuple[Float32Array, Int32Array, Float32Array]:
        """Return a grid of points over the map that lies on the ground, its triangles and places in the picture."""
        rows, columns = heat.density.shape
        width, depth = columns * heat.cell_m, rows * heat.cell_m
        across, up = (int(np.clip(length / _LEAST_M, 2, _MOST_STEPS)) for length in (width, depth))
        s, t = np.meshgrid(np.linspace(0.0, 1.0, across + 1), np.linspace(0.0, 1.0, up + 1))
        corner = np.array([heat.west, heat.south]) - self.context.centre[:2]
        flat = np.column_stack([s.ravel() * width, t.ravel() * depth]) + corner
        points = np.column_stack([flat, self.context.ground_at(flat) + _ABOVE_M]).astype(np.float32)
        first = (np.arange(up)[:, None] * (across + 1) + np.arange(across)[None]).ravel()[:, None]
        triangles = np.concatenate(
            [first + np.array([0, 1, across + 2]), first + np.array([0, across + 2, across + 1])]
        ).astype(np.int32)
        return points, triangles, np.column_stack([s.ravel(), t.ravel()]).astype(np.float32)


def _pixels(heat: Heat) -> UInt8Array:
    """Return the density as a picture, the densest place white."""
    highest = float(heat.density.max())
    share = heat.density / highest if highest > 0.0 else heat.density
    return np.rint(np.clip(share, 0.0, 1.0) * 255.0).astype(np.uint8)[..., None].repeat(3, axis=2)
