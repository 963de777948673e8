"""A first look at noise: distance, air, ground and the best barrier in between. Not an assessment.

After ISO 9613-2:1996 for 500 Hz, much simplified: level sources, no reflections, no meteorology, one edge.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from sanping.analysis.samples import Plans
from sanping.analysis.wall_kernels import path_differences
from sanping.domain.geo import Float64Array
from sanping.domain.text import Text
from sanping.ports.progress import Progress

WAVE_M = 343.0 / 500.0
AIR_DB_PER_M = 0.0019
"""At 500 Hz, 10 °C, 70 % (ISO 9613-2, table 2)."""
MOST_BARRIER_DB = 20.0
NEAREST_M = 1.0
PIECE = 500
HEARING = Text("计算噪声：{share}%", "Computing noise: {share} %")


@dataclass(frozen=True, slots=True, kw_only=True)
class NoiseSource:
    """A point with its sound power `power_db`, or a line with its power per metre; `height_m` in world metres."""

    shape: shapely.Geometry
    power_db: float
    height_m: float


def point_sources(sources: Sequence[NoiseSource], step_m: float = 10.0) -> tuple[Float64Array, Float64Array]:
    """Return points (s, 3) and their powers (s,) in dB that stand for the sources; lines are cut into pieces."""
    points, powers = [np.zeros((0, 3))], [np.zeros(0)]
    for source in sources:
        length = float(source.shape.length)
        count = max(1, int(np.ceil(length / step_m)))
        if length > 0.0:
            middles = (np.arange(count) + 0.5) * length / count
            at = shapely.get_coordinates(shapely.line_interpolate_point(source.shape, middles))
        else:
            at = shapely.get_coordinates(source.shape)
        more = 10.0 * np.log10(length / count) if length > 0.0 else 0.0
        points.append(np.column_stack([at, np.full(len(at), source.height_m)]))
        powers.append(np.full(len(at), source.power_db + more))
    return np.concatenate(points), np.concatenate(powers)


def levels_db(
    sources: Sequence[NoiseSource], receivers: Float64Array, plans: Plans, ground_m: float, progress: Progress
) -> Float64Array:
    """Return the level (n,) in dB(A) at receivers (n, 3); `ground_m` is the height of the ground in between."""
    points, powers = point_sources(sources)
    edges, tops = wall_edges(plans)
    found = np.full(len(receivers), -np.inf)
    for first in range(0, len(receivers), PIECE):
        progress.report(first / len(receivers), HEARING.with_values(share=round(100 * first / len(receivers))))
        piece = np.ascontiguousarray(receivers[first : first + PIECE])
        more = path_differences(points, piece, edges, tops)
        parts = powers[None, :] - attenuation_db(points, piece, more, ground_m)
        found[first : first + PIECE] = 10.0 * np.log10((10.0 ** (parts / 10.0)).sum(axis=1))
    return found


def attenuation_db(
    sources: Float64Array, receivers: Float64Array, path_m: Float64Array, ground_m: float
) -> Float64Array:
    """Return what is lost (r, s) between points and receivers; `path_m` (r, s) is the detour over an edge, 0 for none.

    Divergence 20 lg d + 11; air; ground 4.8 − (2 h / d)(17 + 300 / d) where nothing is between; a barrier
    10 lg(3 + 20 z / λ), at most 20 dB, instead of the ground.
    """
    away = receivers[:, None, :] - sources[None, :, :]
    d = np.maximum(np.sqrt((away**2).sum(axis=2)), NEAREST_M)
    mean_h = np.maximum((receivers[:, None, 2] + sources[None, :, 2]) / 2.0 - ground_m, 0.0)
    ground = np.maximum(0.0, 4.8 - (2.0 * mean_h / d) * (17.0 + 300.0 / d))
    barrier = np.minimum(MOST_BARRIER_DB, 10.0 * np.log10(3.0 + 20.0 / WAVE_M * path_m))
    return np.asarray(
        20.0 * np.log10(d) + 11.0 + AIR_DB_PER_M * d + np.where(path_m > 0.0, barrier, ground), np.float64
    )


def wall_edges(plans: Plans) -> tuple[Float64Array, Float64Array]:
    """Return the walls of outlines in plan (e, 4) and their tops (e,), for the compiled loops."""
    rings, owner = shapely.get_rings(plans.shapes, return_index=True)
    at, ring = shapely.get_coordinates(rings, return_index=True)
    is_side = ring[1:] == ring[:-1]
    sides = np.concatenate([at[:-1], at[1:]], axis=1)[is_side]
    return np.ascontiguousarray(sides), np.ascontiguousarray(plans.top_m[owner[ring[:-1][is_side]]])
