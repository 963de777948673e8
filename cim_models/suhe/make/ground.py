"""The terrain of the twin: a height grid with gentle relief, mounds in parks, and beds under the water."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from cim_models.suhe.make.frame import Array, chance, extent, metres
from cim_models.suhe.make.gazetteer import LAKES, PARKS
from cim_models.suhe.make.water import Creek, WaterBody
from rasterio.features import rasterize
from rasterio.transform import Affine
from shapely.geometry import Polygon
from shapely.geometry.base import BaseGeometry

CELL_M = 4.0
BANK_M = 4.6
Heights = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """Heights in metres at cell centres, row 0 in the north."""

    heights_m: Heights
    transform: Affine

    def at(self, east: Array, north: Array) -> Array:
        """Return bilinear heights at positions in metres."""
        rows, columns = self.heights_m.shape
        x = np.clip((np.asarray(east) - self.transform.c) / CELL_M - 0.5, 0, columns - 1.001)
        y = np.clip((self.transform.f - np.asarray(north)) / CELL_M - 0.5, 0, rows - 1.001)
        i, j = y.astype(int), x.astype(int)
        v, u = y - i, x - j
        h = self.heights_m
        return np.asarray(
            (h[i, j] * (1 - u) + h[i, j + 1] * u) * (1 - v) + (h[i + 1, j] * (1 - u) + h[i + 1, j + 1] * u) * v
        )

    def under(self, shape: Polygon) -> tuple[float, float]:
        """Return the lowest and the mean height along the outline of a plan."""
        ring = np.asarray(shape.exterior.segmentize(6.0).coords)
        values = self.at(ring[:, 0], ring[:, 1])
        return float(values.min()), float(values.mean())


def ground(river: Creek, bodies: list[WaterBody], culverts: BaseGeometry) -> Ground:
    """Return the height grid; side channels pass below streets in culverts, so the ground stays whole there."""
    west, south, east, north = extent().bounds
    shape = (int((north - south) / CELL_M), int((east - west) / CELL_M))
    transform = Affine(CELL_M, 0.0, west, 0.0, -CELL_M, north)

    def mask(geometry: BaseGeometry) -> npt.NDArray[np.float64]:
        if geometry.is_empty:
            return np.zeros(shape)
        return np.asarray(rasterize([(geometry, 1)], out_shape=shape, transform=transform, dtype="uint8"), dtype=float)

    heights = _relief(shape)
    near = sum(mask(river.surface.buffer(d)) for d in range(4, 84, 8)) / 10.0
    heights = heights * (1 - near) + BANK_M * near
    heights += _mounds(shape, transform)
    # The bed begins 2 m behind the water's edge, so that no cell of the bank shows in front of the flood wall.
    deep = sum(mask(river.surface.buffer(d)) for d in (2, -2, -6, -10, -14)) / 5.0
    heights = np.where(deep > 0, 0.8 - 2.2 * deep, heights)
    for body in bodies[1:]:
        open_water = body.shape.difference(culverts) if body.kind == "channel" else body.shape
        bed = sum(mask(open_water.buffer(-d)) for d in (0.0, 4)) / 2.0
        heights = np.where(bed > 0, np.minimum(heights, body.level_m - 0.5 - 0.8 * bed), heights)
    return Ground(heights_m=np.round(heights, 2).astype(np.float32), transform=transform)


def _relief(shape: tuple[int, int]) -> Array:
    """Return low, smooth relief between about 3.3 and 5 m from a coarse random grid."""
    coarse = chance(3).normal(0, 1, (18, 22))
    rows = np.linspace(0, 17, shape[0])
    columns = np.linspace(0, 21, shape[1])
    return np.asarray(4.15 + 0.32 * _smooth_axis(_smooth_axis(coarse, rows).T, columns).T)


def _smooth_axis(values: Array, at: Array) -> Array:
    low = np.clip(at.astype(int), 0, len(values) - 2)
    t = at - low
    t = (t * t * (3 - 2 * t))[:, None]
    return np.asarray(values[low] * (1 - t) + values[low + 1] * t)


def _mounds(shape: tuple[int, int], transform: Affine) -> Array:
    x = transform.c + (np.arange(shape[1]) + 0.5) * CELL_M
    y = transform.f - (np.arange(shape[0]) + 0.5) * CELL_M
    total = np.zeros(shape)
    lakes = [Polygon(metres(lake.ring)) for lake in LAKES]
    for number, park in enumerate(PARKS):
        outline = Polygon(metres(park.ring))
        rng = chance(4, number)
        low_x, low_y, high_x, high_y = outline.bounds
        for share in (1.0, 0.5, 0.4, 0.3):
            for _ in range(40):
                at = np.array([rng.uniform(low_x, high_x), rng.uniform(low_y, high_y)])
                spread = float(rng.uniform(14, 22)) + 16 * share
                disc = Polygon(at + 2.4 * spread * np.column_stack([np.cos(_RING), np.sin(_RING)]))
                if outline.buffer(15).contains(disc) and not any(disc.intersects(lake) for lake in lakes):
                    bump = np.exp(-((y - at[1]) ** 2)[:, None] / (2 * spread**2)) * np.exp(
                        -((x - at[0]) ** 2) / (2 * spread**2)
                    )
                    total += park.mound_m * share * bump
                    break
    return np.where(total > 0.02, total, 0.0)


_RING = np.linspace(0, 2 * np.pi, 24)
