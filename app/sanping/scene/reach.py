"""How far the layers of a scene reach, and where their objects stand; pure."""

from collections.abc import Iterable

import numpy as np
import shapely

from sanping.domain.geo import Float64Array
from sanping.domain.ground import VectorLayer
from sanping.domain.tile import TileSet
from sanping.domain.view import Point

Bounds = tuple[float, float, float, float]


def bases_outside(models: Iterable[TileSet], centre: Point, hole: Bounds | None) -> Float64Array:
    """Return the lowest heights (n,) of objects outside a box in scene metres: of all of them where there is none."""
    found = [np.zeros(0)]
    for tile in (tile for model in models for tile in model.tiles):
        bases = tile.features.base_m.astype(np.float64)
        if hole is not None:
            place = tile.anchor + (tile.origin[:2] - centre[:2])
            bases = bases[~np.all((place >= hole[:2]) & (place <= hole[2:]), axis=1)]
        found.append(bases)
    return np.concatenate(found)


def flat_bounds(layers: Iterable[VectorLayer], centre: Point) -> Bounds | None:
    """Return west, south, east, north of flat layers in scene metres; None when they hold nothing."""
    geometries = [data.geometries for data in layers if len(data.geometries)]
    if not geometries:
        return None
    west, south, east, north = shapely.total_bounds(np.concatenate(geometries))
    if not np.isfinite(west):
        return None
    return (float(west) - centre[0], float(south) - centre[1], float(east) - centre[0], float(north) - centre[1])
