"""Lights that hang in the air: beacons on high roofs."""

import numpy as np

from sanping.domain.geo import Float32Array, Float64Array
from sanping.scene.layers.vector_layer import FlatLayer
from sanping.scene.mesh import mapper_of, poly_data

_CORNERS = np.array([[-1.0, -1.0], [1.0, -1.0], [1.0, 1.0], [-1.0, 1.0]])
Colour = tuple[float, float, float]


class SpriteLayer(FlatLayer):
    """Round lights at scene places (n, 3), of one radius and colour."""

    def set_lights(
        self, places: Float64Array, radius_m: float, least_px: float, colour: Colour, *, is_steady: bool = False
    ) -> None:
        """Hang the lights anew; they breathe, each in its time, unless they are steady."""
        self.release()
        count = len(places)
        if not count:
            return
        first = np.arange(count, dtype=np.int32)[:, None] * 4
        triangles = np.concatenate([first + np.array([0, 1, 2]), first + np.array([0, 2, 3])], 1).reshape(-1, 3)
        sprite: Float32Array = np.empty((4 * count, 4), np.float32)
        sprite[:, 0], sprite[:, 1] = radius_m, least_px
        sprite[:, 2:] = np.tile(_CORNERS, (count, 1))
        tint: Float32Array = np.empty((4 * count, 4), np.float32)
        tint[:, :3] = colour
        tint[:, 3] = -1.0 if is_steady else np.repeat(np.arange(count) * 0.618 % 1.0, 4)
        data = poly_data(
            np.repeat(places, 4, axis=0).astype(np.float32),
            triangles.astype(np.int32),
            {"sprite": sprite, "tint": tint},
        )
        material = self.context.material("sprite.vert", "sprite_night", DETAIL=0)
        self.add_part(material, mapper_of(data, ("sprite", "tint")), "sprite", is_translucent=True)
        self._look = None
