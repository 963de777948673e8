"""Which tiles a camera sees, and how finely each is drawn; pure arithmetic over the boxes of tiles."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import atan, cos, radians, sin, tan

import numpy as np
import numpy.typing as npt

from sanping.domain.geo import Float64Array, UInt8Array
from sanping.domain.tile import TileMesh, TileSet
from sanping.domain.view import CameraPose

HIDDEN, FAR, NEAR = 0, 1, 2
RELUCTANCE = 0.1
"""Share of a limit that a tile must pass before it changes its level: a tile on the limit does not flicker."""

CountArray = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class TileBoxes:
    """Boxes of n tiles and what it costs to draw them.

    `low`, `high` (n, 3) are world metres; `near_triangles`, `far_triangles` (n,) their triangles at each level, the
    latter 0 for a tile without a far level; `near_bytes`, `far_bytes` (n,) what their meshes take on a graphics card.
    """

    low: Float64Array
    high: Float64Array
    near_triangles: CountArray
    far_triangles: CountArray
    near_bytes: CountArray = field(default_factory=lambda: np.zeros(0, np.int64))
    far_bytes: CountArray = field(default_factory=lambda: np.zeros(0, np.int64))

    def bytes_at(self, levels: UInt8Array) -> CountArray:
        """Return what each tile takes when it is drawn at a level (n,)."""
        has_far = self.far_triangles > 0
        drawn = np.where(has_far & (levels == FAR), self.far_bytes, self.near_bytes)
        return np.where(levels == HIDDEN, 0, drawn)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """The levels (n,) at which a model is to be drawn, and the error (n,) on the screen of each tile's far level."""

    boxes: TileBoxes
    levels: UInt8Array
    far_error_px: Float64Array

    @property
    def total_bytes(self) -> int:
        """What that takes on a graphics card."""
        return int(self.boxes.bytes_at(self.levels).sum())


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What a camera sees: `eye` (3,) and `planes` (k, 4), a x + b y + c z + d ≥ 0 on the seen side, in world metres."""

    eye: Float64Array
    planes: Float64Array


def boxes_of(tiles: TileSet) -> TileBoxes:
    """Collect the boxes of a tile set, once per model."""
    extents = [tile.extent for tile in tiles.tiles]
    return TileBoxes(
        low=np.array([(box.west, box.south, box.bottom) for box in extents], dtype=np.float64),
        high=np.array([(box.east, box.north, box.top) for box in extents], dtype=np.float64),
        near_triangles=np.array([len(tile.near.triangles) for tile in tiles.tiles], dtype=np.int64),
        far_triangles=np.array([len(tile.far.triangles) if tile.far else 0 for tile in tiles.tiles], dtype=np.int64),
        near_bytes=np.array([_bytes_of(tile.near) for tile in tiles.tiles], dtype=np.int64),
        far_bytes=np.array([_bytes_of(tile.far) if tile.far else 0 for tile in tiles.tiles], dtype=np.int64),
    )


def _bytes_of(mesh: TileMesh) -> int:
    """Return what the places, triangles, feature numbers and codes of faces of a mesh take."""
    return mesh.points.nbytes + mesh.triangles.nbytes + 8 * len(mesh.points)


def sight_of(pose: CameraPose, aspect: float) -> Sight:
    """Return the sight of a camera: four sides of its pyramid, unbounded in depth; `aspect` is width over height."""
    eye = np.array(pose.position, dtype=np.float64)
    heading, pitch = radians(pose.heading_deg), radians(pose.pitch_deg)
    forward = np.array(pose.forward)
    right = np.array([cos(heading), -sin(heading), 0.0])
    up = np.array([-sin(heading) * sin(pitch), -cos(heading) * sin(pitch), cos(pitch)])
    half_height = radians(pose.fov_deg / 2)
    half_width = atan(tan(half_height) * aspect)
    normals = [
        forward * sin(half) + side * cos(half)
        for half, axis in _sides(half_width, right, half_height, up)
        for side in axis
    ]
    planes = np.empty((4, 4))
    planes[:, :3] = normals
    planes[:, 3] = -planes[:, :3] @ eye
    return Sight(eye=eye, planes=planes)


def _sides(
    half_width: float, right: Float64Array, half_height: float, up: Float64Array
) -> tuple[tuple[float, tuple[Float64Array, ...]], ...]:
    return (half_width, (right, -right)), (half_height, (up, -up))


def chosen_levels(
    boxes: TileBoxes,
    sight: Sight,
    *,
    far_beyond_m: float,
    budget_triangles: int,
    previous: UInt8Array | None = None,
) -> UInt8Array:
    """Return the level (n,) of each tile: 0 hidden, 1 far blocks, 2 full.

    A tile outside the sight is hidden. A tile farther than `far_beyond_m` is drawn far, and so are the farthest others
    while the whole has more than `budget_triangles`. A tile without a far level is drawn in full. `previous` levels
    make a tile keep its level near a limit.
    """
    normals = sight.planes[:, :3].T
    outermost = boxes.high @ np.maximum(normals, 0.0) + boxes.low @ np.minimum(normals, 0.0)
    is_seen = (outermost >= -sight.planes[:, 3]).all(axis=1)
    gap = np.maximum(np.maximum(boxes.low - sight.eye, sight.eye - boxes.high), 0.0)
    distance = np.sqrt(np.einsum("ij,ij->i", gap, gap))
    if previous is not None:
        distance = distance * _RELUCTANT[previous]
    has_far = boxes.far_triangles > 0
    is_far = is_seen & has_far & (distance > far_beyond_m)
    levels = np.where(is_seen, np.where(is_far, np.uint8(FAR), np.uint8(NEAR)), np.uint8(HIDDEN))
    cost = np.where(is_far, boxes.far_triangles, boxes.near_triangles)
    over = int(cost[is_seen].sum()) - budget_triangles
    if over > 0:
        _demote(levels, boxes, distance, over, np.flatnonzero(is_seen & has_far & ~is_far))
    return levels


def far_errors_px(boxes: TileBoxes, sight: Sight, far_beyond_m: float, finest_px: float) -> Float64Array:
    """Return the error (n,) on the screen of tiles drawn far: `finest_px` at `far_beyond_m`, more where it is nearer.

    So that a model of two levels and a tileset of many are measured alike.
    """
    gap = np.maximum(np.maximum(boxes.low - sight.eye, sight.eye - boxes.high), 0.0)
    distance = np.sqrt(np.einsum("ij,ij->i", gap, gap))
    return np.asarray(finest_px * far_beyond_m / np.maximum(distance, 1.0), np.float64)


def fitted(wishes: Sequence[Wish], most_bytes: int) -> list[UInt8Array]:
    """Return the levels of several models that are drawn together so that they fit into `most_bytes`.

    Over all of them those tiles are drawn far first whose far level is seen to differ least.
    """
    levels = [wish.levels for wish in wishes]
    over = sum(wish.total_bytes for wish in wishes) - most_bytes
    if over <= 0 or not wishes:
        return levels
    owner = np.repeat(np.arange(len(wishes)), [len(wish.levels) for wish in wishes])
    saved = np.concatenate([np.where((wish.levels == NEAR) & (wish.boxes.far_triangles > 0),
                                     wish.boxes.near_bytes - wish.boxes.far_bytes, 0) for wish in wishes])  # fmt: skip
    error = np.concatenate([wish.far_error_px for wish in wishes])
    order = np.flatnonzero(saved > 0)
    order = order[np.argsort(error[order], kind="stable")]
    going = order[: int(np.searchsorted(np.cumsum(saved[order]), over)) + 1]
    whole = np.concatenate(levels)
    whole[going] = FAR
    return [whole[owner == number] for number in range(len(wishes))]


_RELUCTANT = np.array([1.0, 1.0 + RELUCTANCE, 1.0 - RELUCTANCE])


def _demote(
    levels: UInt8Array, boxes: TileBoxes, distance: Float64Array, over: int, candidates: npt.NDArray[np.intp]
) -> None:
    """Draw the farthest candidates far until `over` triangles are saved."""
    order = candidates[np.argsort(-distance[candidates], kind="stable")]
    saved = np.cumsum(boxes.near_triangles[order] - boxes.far_triangles[order])
    levels[order[: int(np.searchsorted(saved, over)) + 1]] = FAR
