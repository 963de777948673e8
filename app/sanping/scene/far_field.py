"""Made-up blocks, towns and lamps beyond the data, so that a city does not end at a straight edge; pure numpy."""

from dataclasses import dataclass

import numpy as np

from sanping.domain.geo import Float32Array, Float64Array, Int32Array

_PITCH_M = 46.0
_REACH_M = 5200.0
_MOST, _WIDER_M, _SLENDER_FROM_M = 13_000, 1500.0, 32.0
_TOWNS, _TOWN_FROM_M, _TOWN_TO_M = 22, 3000.0, 12_500.0
_LAMPS_TO_M, _LAMP_STEP_M, _MOST_LAMPS = 9000.0, 80.0, 9000
# The street grid of cover.glsl (far_streets): turned by 0.35, blocks of 230 by 170 m, some streets are main roads.
_TURN, _BLOCK_M, _GOLDEN, _MAIN_SHARE = 0.35, (230.0, 170.0), 0.618034, 0.32
_MOST_ACROSS = 1500
_CORNERS = np.array([[-0.5, -0.5], [0.5, -0.5], [0.5, 0.5], [-0.5, 0.5]])
_WALLS = np.array([[0, 1, 5], [0, 5, 4], [1, 2, 6], [1, 6, 5], [2, 3, 7], [2, 7, 6], [3, 0, 4], [3, 4, 7]])
_FACES = np.concatenate([_WALLS, np.array([[4, 5, 6], [4, 6, 7]])]).astype(np.int32)


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocks:
    """n boxes: points (8n, 3), triangles (10n, 3), block number of each point (8n,); anchor and height of each (n,)."""

    points: Float32Array
    triangles: Int32Array
    owner: Float32Array
    anchor: Float32Array
    height_m: Float32Array


def far_blocks(bounds: tuple[float, float, float, float], ground_m: float, seed: int = 7) -> Blocks:
    """Return blocks around bounds (west, south, east, north), thinning out with distance; same seed, same blocks."""
    rng = np.random.default_rng(seed)
    west, south, east, north = bounds
    pitch_m = max(_PITCH_M, max(east - west, north - south) / _MOST_ACROSS)
    x, y = np.meshgrid(
        np.arange(west - _REACH_M, east + _REACH_M, pitch_m), np.arange(south - _REACH_M, north + _REACH_M, pitch_m)
    )
    place = np.stack([x.ravel(), y.ravel()], 1)
    away = _away(place, bounds)
    cluster = _patches(place)
    street = ((np.floor(place / _PITCH_M) % (5, 4)) == 0).any(axis=1)
    chance = np.clip(0.95 - away / _REACH_M, 0.0, 1.0) * (0.25 + 0.75 * cluster)
    chosen = np.flatnonzero((away > 45.0) & ~street & (rng.random(len(place)) < chance))
    if len(chosen) > _MOST:
        chosen = np.sort(rng.choice(chosen, _MOST, replace=False))
    loose = 5.0 + 16.0 * np.minimum(away[chosen] / _WIDER_M, 1.6)
    near = place[chosen] + rng.uniform(-1.0, 1.0, (len(chosen), 2)) * loose[:, None]
    towns, town_m = _towns(bounds, rng)
    height_m = np.concatenate([_heights(cluster[chosen], rng), town_m])
    wide = np.concatenate([1.0 + np.minimum(away[chosen] / _WIDER_M, 1.6), np.full(len(towns), 1.35)])
    wide = np.where(height_m > _SLENDER_FROM_M, np.minimum(wide, 1.25), wide)
    return _boxes(np.concatenate([near, towns]), height_m, wide, ground_m, rng)


def far_lamps(bounds: tuple[float, float, float, float], ground_m: float, seed: int = 8) -> Float64Array:
    """Return scene places (n, 3) of lamps along the made-up main roads around bounds, fewer with distance."""
    rng = np.random.default_rng(seed)
    west, south, east, north = bounds
    middle = np.array([(west + east) / 2, (south + north) / 2])
    turn = np.array([[np.cos(_TURN), -np.sin(_TURN)], [np.sin(_TURN), np.cos(_TURN)]])
    reach_m = np.hypot(east - west, north - south) / 2 + _LAMPS_TO_M
    runs = []
    for axis in (0, 1):
        lines = np.arange(-int(reach_m // _BLOCK_M[axis]), int(reach_m // _BLOCK_M[axis]) + 1)
        lines = lines + round(float((turn @ middle)[axis]) / _BLOCK_M[axis])
        lines = lines[(lines * _GOLDEN) % 1.0 < _MAIN_SHARE]
        along = np.arange(-reach_m, reach_m, _LAMP_STEP_M) + (turn @ middle)[1 - axis]
        across, along = np.meshgrid(lines * _BLOCK_M[axis], along, indexing="ij")
        across = across + np.where(np.arange(across.shape[1]) % 2, 9.0, -9.0)
        runs.append(np.stack([across, along] if axis == 0 else [along, across], -1).reshape(-1, 2))
    place: Float64Array = np.concatenate(runs) @ turn
    away = _away(place, bounds)
    chance = np.exp(-away / 4200.0) * (0.25 + 0.75 * _patches(place))
    place = place[(away > 60.0) & (rng.random(len(place)) < chance)]
    if len(place) > _MOST_LAMPS:
        place = place[np.sort(rng.choice(len(place), _MOST_LAMPS, replace=False))]
    return np.column_stack([place, np.full(len(place), ground_m + 9.0)])


def _away(place: Float64Array, bounds: tuple[float, float, float, float]) -> Float64Array:
    """How far outside the bounds each place lies, metres along an axis."""
    west, south, east, north = bounds
    away: Float64Array = np.maximum(
        np.maximum(west - place[:, 0], place[:, 0] - east), np.maximum(south - place[:, 1], place[:, 1] - north)
    )
    return away


def _towns(bounds: tuple[float, float, float, float], rng: np.random.Generator) -> tuple[Float64Array, Float64Array]:
    """Places (n, 2) and heights (n,) of towers in groups far around: the layers of the horizon."""
    west, south, east, north = bounds
    places, heights = [np.zeros((0, 2))], [np.zeros(0)]
    for number in range(_TOWNS):
        angle = (number + rng.uniform(0.1, 0.9)) / _TOWNS * 2 * np.pi
        reach_m = rng.uniform(_TOWN_FROM_M, _TOWN_TO_M)
        middle = np.array([(west + east) / 2, (south + north) / 2]) + np.array([np.cos(angle), np.sin(angle)]) * (
            reach_m + np.array([east - west, north - south]) / 2
        )
        count, spread_m = int(rng.integers(50, 130)), rng.uniform(380.0, 900.0)
        off = rng.normal(0.0, 1.0, (count, 2))
        places.append(middle + off * spread_m * (1.0, 0.6))
        high = rng.uniform(110.0, 290.0) * np.exp(-0.5 * np.sum(off * off, axis=1))
        heights.append(32.0 + high * rng.uniform(0.25, 1.0, count) + rng.gamma(2.0, 12.0, count))
    place, height_m = np.concatenate(places), np.concatenate(heights)
    is_outside = _away(place, bounds) > 400.0
    return place[is_outside], height_m[is_outside]


def _heights(cluster: Float64Array, rng: np.random.Generator) -> Float64Array:
    count = len(cluster)
    height_m: Float64Array = (
        7.0 + rng.gamma(2.0, 4.5, count) + (rng.random(count) < 0.16 * cluster) * rng.gamma(3.0, 18.0, count)
    )
    return height_m


def _patches(place: Float64Array) -> Float64Array:
    """A smooth pattern 0 … 1 of denser and looser quarters."""
    a = np.sin(place[:, 0] / 610.0 + 1.3) * np.cos(place[:, 1] / 730.0 - 0.4)
    b = np.sin(place[:, 0] / 1500.0 - place[:, 1] / 1300.0)
    patches: Float64Array = np.clip(0.55 + 0.35 * a + 0.25 * b, 0.0, 1.0)
    return patches


def _boxes(
    place: Float64Array, height: Float64Array, wide: Float64Array, ground_m: float, rng: np.random.Generator
) -> Blocks:
    count = len(place)
    size = np.stack([rng.uniform(18.0, 40.0, count), rng.uniform(11.0, 26.0, count)], 1) * wide[:, None]
    plan = _CORNERS[None] * size[:, None, :] + place[:, None, :]
    points = np.empty((count, 8, 3), np.float32)
    points[:, :4, :2] = points[:, 4:, :2] = plan
    points[:, :4, 2] = ground_m - 2.0
    points[:, 4:, 2] = ground_m + height[:, None]
    triangles = (_FACES[None] + (np.arange(count, dtype=np.int32) * 8)[:, None, None]).reshape(-1, 3)
    return Blocks(
        points=points.reshape(-1, 3),
        triangles=triangles.astype(np.int32),
        owner=np.repeat(np.arange(count, dtype=np.float32), 8),
        anchor=plan[:, 0].astype(np.float32),
        height_m=height.astype(np.float32),
    )
