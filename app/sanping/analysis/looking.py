"""Who sees what: lines of sight with what stands in their way, the seen part of a landmark, the sky above a point."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sanping.analysis.blockers import Blockers, Rows
from sanping.domain.geo import Float64Array
from sanping.domain.text import Text
from sanping.ports.progress import Progress

AIM_M = 0.3
"""What lies so near before the end of a line is what is looked at."""
PIECE = 100_000
SKY_PIECE = 200
LOOKING = Text("计算视线：{share}%", "Following lines of sight: {share} %")
SKY = Text("计算天空可视：{share}%", "Looking at the sky: {share} %")


@dataclass(frozen=True, slots=True, kw_only=True)
class SightLines:
    """k lines from `eyes` to `targets` (k, 3).

    `blocked_at` (k, 3) is where each is blocked first, NaN for a clear one; `blocked_by` (k,) the building, −1 for the
    ground and for clear ones.
    """

    eyes: Float64Array
    targets: Float64Array
    blocked_at: Float64Array
    blocked_by: Rows

    @property
    def is_clear(self) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """Whether nothing stands in the way (k,)."""
        return np.isnan(self.blocked_at[:, 0])


def sight_lines(blockers: Blockers, eyes: Float64Array, targets: Float64Array) -> SightLines:
    """Return what stands in the way from eyes (k, 3) or one eye (3,) to targets (k, 3), world metres."""
    starts = np.broadcast_to(np.asarray(eyes, np.float64), targets.shape)
    way = targets - starts
    length = np.maximum(np.linalg.norm(way, axis=1), 1e-9)[:, None]
    found = blockers.first_blocks(starts, starts + way * np.maximum(0.0, 1.0 - AIM_M / length))
    shortened = way * np.maximum(0.0, 1.0 - AIM_M / length)
    share = np.where(np.isfinite(found.share), found.share, np.nan)[:, None]
    return SightLines(eyes=starts, targets=targets, blocked_at=starts + shortened * share, blocked_by=found.owner)


def seen_shares(blockers: Blockers, eyes: Float64Array, landmark: Float64Array, progress: Progress) -> Float64Array:
    """Return which share (n,) of a landmark's points (m, 3) each of the eyes (n, 3) sees."""
    found = np.zeros(len(eyes))
    size = max(1, PIECE // max(1, len(landmark)))
    for first in range(0, len(eyes), size):
        progress.report(first / len(eyes), LOOKING.with_values(share=round(100 * first / len(eyes))))
        piece = eyes[first : first + size]
        lines = sight_lines(blockers, np.repeat(piece, len(landmark), axis=0), np.tile(landmark, (len(piece), 1)))
        found[first : first + size] = lines.is_clear.reshape(len(piece), -1).mean(axis=1)
    return found


def sky_directions(rings: int = 24, spokes: int = 72) -> Float64Array:
    """Return directions (rings · spokes, 3) that each stand for an equal share of the light on level ground."""
    sine = np.sqrt((np.arange(rings) + 0.5) / rings)
    turn = (np.arange(spokes) + 0.5) * 2.0 * np.pi / spokes
    up, around = np.meshgrid(sine, turn, indexing="ij")
    flat = np.sqrt(1.0 - up * up)
    return np.column_stack([(flat * np.sin(around)).ravel(), (flat * np.cos(around)).ravel(), up.ravel()])


def sky_view(
    blockers: Blockers, points: Float64Array, progress: Progress, directions: Float64Array | None = None
) -> Float64Array:
    """Return the sky view factor (n,) at points (n, 3): 1 under a free sky, 0 where none is seen.

    The share of the light of an even sky that reaches level ground (Johnson and Watson 1984).
    """
    looks = sky_directions() if directions is None else directions
    found = np.zeros(len(points))
    for first in range(0, len(points), SKY_PIECE):
        progress.report(first / len(points), SKY.with_values(share=round(100 * first / len(points))))
        piece = points[first : first + SKY_PIECE]
        found[first : first + SKY_PIECE] = blockers.lit(piece, np.zeros_like(piece), looks).mean(axis=1)
    return found


def along_path(corners: Sequence[tuple[float, float, float]], spacing_m: float) -> Float64Array:
    """Return eyes (n, 3) at equal steps along a path of at least two corners, both of its ends among them."""
    path = np.asarray(corners, np.float64)
    length = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(path[:, :2], axis=0), axis=1))])
    at = np.linspace(0.0, length[-1], max(2, round(float(length[-1]) / spacing_m) + 1))
    return np.column_stack([np.interp(at, length, path[:, axis]) for axis in range(3)])
