"""What lies under the pointer: a mark before a building, a building before the ground it stands on."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from sanping.domain.geo import Float64Array
from sanping.domain.view import Point
from sanping.scene.camera import Lens
from sanping.scene.flat_picking import FlatPicker
from sanping.scene.layers.labels import LabelLayer
from sanping.scene.layers.tiles import TileLayer
from sanping.scene.mark_picking import REACH_PX, meant
from sanping.scene.values import Pick

FLAT_REACH_PX = 4.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Pointer:
    """Where somebody points.

    `at_px` counts from the lower left corner of a picture of `size_px`; `under` is the scene point that was drawn
    there, None for the sky or where no depth is known.
    """

    lens: Lens
    size_px: tuple[int, int]
    at_px: tuple[float, float]
    under: Point | None

    @property
    def way(self) -> Float64Array:
        """Unit direction of the ray from the eye, in scene axes."""
        (width, height), (x, y) = self.size_px, self.at_px
        return self.lens.ray(2.0 * x / width - 1.0, 2.0 * y / height - 1.0)


def mark_at(pointer: Pointer, layers: Mapping[str, LabelLayer], centre: Point) -> Pick | None:
    """Return the facility or place whose mark or plate is pointed at."""
    reach_px = REACH_PX * max(1.0, pointer.size_px[1] / 1080.0)
    found = meant([layer.placed for layer in layers.values()], pointer.at_px, reach_px)
    if found is None:
        return None
    name = tuple(layers)[found[0]]
    object_id, place = layers[name].named(found[1])
    return Pick(layer=name, id=object_id, point=_world(place, centre), kind="mark")


def object_at(pointer: Pointer, layers: Mapping[str, TileLayer], is_hidden: Callable[[str, int], bool]) -> Pick | None:
    """Return the building or bridge at the point that was drawn, or the first along the ray without one."""
    nearest: tuple[float, Pick] | None = None
    for name, layer in layers.items():
        found = layer.found(pointer.lens.eye, pointer.way, pointer.under)
        if found is None or is_hidden(name, found[1]):
            continue
        if nearest is None or found[0] < nearest[0]:
            tile, row = layer.tiles.locate(found[1])
            nearest = (found[0], Pick(layer=name, id=tile.features.ids[row], point=found[2], kind="object"))
    return None if nearest is None else nearest[1]


def flat_at(pointer: Pointer, ground: Point, layers: Mapping[str, FlatPicker], centre: Point) -> Pick | None:
    """Return the road, water, green or cell at a scene point of the ground; the smallest where several lie there."""
    away_m = float(np.linalg.norm(np.subtract(ground, pointer.lens.eye)))
    pixel_m = 2.0 * pointer.lens.half_height * away_m / max(1, pointer.size_px[1])
    point = _world(ground, centre)
    found = [
        (hit, name) for name, layer in layers.items() if (hit := layer.at(point[0], point[1], FLAT_REACH_PX * pixel_m))
    ]
    if not found:
        return None
    (_, object_id), name = min(found)
    return Pick(layer=name, id=object_id, point=point, kind="ground")


def _world(point: Point, centre: Point) -> Point:
    return (point[0] + centre[0], point[1] + centre[1], point[2] + centre[2])
