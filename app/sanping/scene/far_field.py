"""Made-up blocks beyond the data, so that a city does not end at a straight edge; pure numpy."""

from dataclasses import dataclass

import numpy as np

from sanping.domain.geo import Float32Array, Int32Array

_PITCH_M = 46.0
_REACH_M = 3600.0
_MOST = 9000
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
    away = np.maximum(
        np.maximum(west - place[:, 0], place[:, 0] - east), np.maximum(south - place[:, 1], place[:, 1] - north)
    )
    cluster = _patches(place)
    street = ((np.floor(place / _PITCH_M) % (5, 4)) == 0).any(axis=1)
    chance = np.clip(0.95 - away / _REACH_M, 0.0, 1.0) * (0.25 + 0.75 * cluster)
    chosen = np.flatnonzero((away > 45.0) & ~street & (rng.random(len(place)) < chance))
    if len(chosen) > _MOST:
        chosen = np.sort(rng.choice(chosen, _MOST, replace=False))
    place = place[chosen] + rng.uniform(-5.0, 5.0, (len(chosen), 2))
    return _boxes(place, cluster[chosen], ground_m, rng)


def _patches(
    place: "np.ndarray[tuple[int, ...], np.dtype[np.float64]]",
) -> "np.ndarray[tuple[int, ...], np.dtype[np.float64]]":
    """A smooth pattern 0 … 1 of denser and looser quarters."""
    a = np.sin(place[:, 0] / 610.0 + 1.3) * np.cos(place[:, 1] / 730.0 - 0.4)
    b = np.sin(place[:, 0] / 1500.0 - place[:, 1] / 1300.0)
    return np.clip(0.55 + 0.35 * a + 0.25 * b, 0.0, 1.0)


def _boxes(
    place: "np.ndarray[tuple[int, ...], np.dtype[np.float64]]",
    cluster: "np.ndarray[tuple[int, ...], np.dtype[np.float64]]",
    ground_m: float,
    rng: np.random.Generator,
) -> Blocks:
    count = len(place)
    size = np.stack([rng.uniform(18.0, 40.0, count), rng.uniform(11.0, 26.0, count)], 1)
    height = 7.0 + rng.gamma(2.0, 4.5, count) + (rng.random(count) < 0.16 * cluster) * rng.gamma(3.0, 18.0, count)
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
